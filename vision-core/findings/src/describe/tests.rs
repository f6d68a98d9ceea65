//! Sentences of made-up findings: each rule of choosing and of wording with a case.

use crate::describe::{classes, describe, settings};
use crate::reconcile::sample::Sample;
use crate::report::PictureKind;
use crate::vocabulary;

/// `cargo test` shows all that differ, not only the first.
fn check(cases: &[(&str, Sample, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(what, sample, expected)| {
            let said = sample.clone().said();
            (said != *expected).then(|| format!("{what}\n     said: {said}\n expected: {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const MIDDLE: [f32; 4] = [300.0, 300.0, 800.0, 800.0];
const GREEN: [f32; 3] = [50.0, -20.0, 30.0];
const BLUE: [f32; 3] = [70.0, -5.0, -30.0];
const SAND: [f32; 3] = [72.0, 2.0, 14.0];
const WHITE: [f32; 3] = [92.0, 0.0, 0.0];
const GREY: [f32; 3] = [45.0, 0.0, 0.0];

fn photo() -> Sample {
    Sample::photo()
}

fn people(count: usize) -> Sample {
    (0..count).fold(photo(), |s, i| {
        let left = 10.0 + 40.0 * i as f32;
        s.object("person", 0.9, [left, 300.0, left + 60.0, 900.0])
    })
}

#[test]
fn counts() {
    check(&[
        ("two", people(2), "Two people."),
        ("six", people(6), "Six people."),
        ("eight", people(8), "A group of about eight people."),
        ("ten", people(10), "A group of about ten people."),
        ("twenty", people(21), "A crowd of about twenty people."),
        (
            "dogs",
            photo().object("dog", 0.9, [100.0, 300.0, 400.0, 700.0]).object("dog", 0.9, [500.0, 300.0, 800.0, 700.0]),
            "Two dogs.",
        ),
        (
            "sheep",
            (0..3).fold(photo(), |s, i| {
                s.object("sheep", 0.9, [300.0 * i as f32, 300.0, 300.0 * i as f32 + 250.0, 700.0])
            }),
            "Three sheep.",
        ),
    ]);
}

#[test]
fn articles_and_colors() {
    check(&[
        ("an before a vowel", photo().object("elephant", 0.9, MIDDLE), "An elephant."),
        (
            "the colour decides the article",
            photo().object("umbrella", 0.9, MIDDLE).colored("orange"),
            "An orange umbrella.",
        ),
        ("a before it too", photo().object("umbrella", 0.9, MIDDLE).colored("red"), "A red umbrella."),
        ("food has no such colour", photo().object("pizza", 0.9, MIDDLE).colored("red"), "A pizza."),
        ("a pair", photo().object("scissors", 0.9, MIDDLE), "A pair of scissors."),
        ("mass", photo().object("broccoli", 0.9, MIDDLE), "Some broccoli."),
        ("dressed", photo().object("person", 0.9, MIDDLE).colored("red"), "A person in red."),
        (
            "one of two",
            photo()
                .object("person", 0.9, [100.0, 200.0, 400.0, 900.0])
                .colored("blue")
                .object("person", 0.9, [500.0, 200.0, 800.0, 900.0])
                .colored("grey"),
            "Two people, one of them in blue.",
        ),
        (
            "both in colours",
            photo()
                .object("person", 0.9, [100.0, 200.0, 400.0, 900.0])
                .colored("blue")
                .object("person", 0.9, [500.0, 200.0, 800.0, 900.0])
                .colored("red"),
            "Two people.",
        ),
        ("not every shade is a dress", photo().object("person", 0.9, MIDDLE).colored("grey-brown"), "A person."),
    ]);
}

#[test]
fn certainty_is_in_words() {
    check(&[
        ("sure", photo().object("cat", 0.9, MIDDLE), "A cat."),
        ("probable", photo().object("cat", 0.46, MIDDLE), "Probably a cat."),
        ("perhaps", photo().object("cat", 0.33, MIDDLE), "Perhaps a cat."),
        (
            "the rest is hedged once",
            photo().object("cat", 0.9, MIDDLE).object("book", 0.33, [0.0, 0.0, 99.0, 99.0]).object(
                "vase",
                0.33,
                [900.0, 0.0, 990.0, 150.0],
            ),
            "A cat. There may also be a vase and a book.",
        ),
        ("too low to be said", photo().object("cat", 0.2, MIDDLE), "A picture. It is unclear what is on it."),
    ]);
}

#[test]
fn relations_that_the_boxes_show() {
    let rider = [400.0, 200.0, 600.0, 620.0];
    let mount = [300.0, 400.0, 750.0, 900.0];
    let person = [300.0, 150.0, 700.0, 1000.0];
    let face = [440.0, 180.0, 560.0, 340.0];
    check(&[
        ("riding", photo().object("person", 0.9, rider).object("horse", 0.9, mount), "A person riding a horse."),
        (
            "a horse beside is not ridden",
            photo().object("person", 0.9, [20.0, 200.0, 200.0, 900.0]).object("horse", 0.9, mount),
            "A horse with a person.",
        ),
        (
            "one sits on a motorcycle",
            photo().object("person", 0.9, rider).object("motorcycle", 0.9, mount),
            "A person sitting on a motorcycle.",
        ),
        (
            "eating",
            photo().object("person", 0.9, person).face(0.9, face).object("sandwich", 0.9, [450.0, 290.0, 560.0, 380.0]),
            "A person eating a sandwich.",
        ),
        (
            "holding",
            photo().object("person", 0.9, person).object("umbrella", 0.9, [450.0, 500.0, 600.0, 700.0]),
            "A person holding an umbrella.",
        ),
        (
            "wearing",
            photo().object("person", 0.9, person).object("tie", 0.9, [470.0, 400.0, 560.0, 750.0]),
            "A person wearing a tie.",
        ),
        (
            "on the phone",
            photo().object("person", 0.9, person).face(0.9, face).object(
                "mobile phone",
                0.9,
                [560.0, 220.0, 620.0, 320.0],
            ),
            "A person talking on a mobile phone.",
        ),
        (
            "on a sofa",
            photo().object("cat", 0.9, [350.0, 450.0, 600.0, 650.0]).object("sofa", 0.9, [100.0, 350.0, 900.0, 800.0]),
            "A cat on a sofa, probably in a living room.",
        ),
        (
            "on a table",
            photo()
                .object("pizza", 0.9, [300.0, 400.0, 700.0, 800.0])
                .object("dining table", 0.9, [0.0, 300.0, 1000.0, 1000.0])
                .object("fork", 0.9, [750.0, 500.0, 800.0, 700.0]),
            "A pizza on a table, with a fork.",
        ),
        (
            "in front of",
            photo().object("person", 0.9, [400.0, 300.0, 550.0, 900.0]).object(
                "bus",
                0.6,
                [100.0, 200.0, 900.0, 850.0],
            ),
            "A bus, probably on a street, with a person.",
        ),
    ]);
}

#[test]
fn sitting_at_a_table() {
    let table = [200.0, 600.0, 800.0, 1000.0];
    check(&[(
        "two at a table with dishes on it",
        photo()
            .object("person", 0.9, [100.0, 300.0, 350.0, 850.0])
            .object("person", 0.9, [650.0, 300.0, 900.0, 850.0])
            .object("dining table", 0.9, table)
            .object("cup", 0.9, [400.0, 650.0, 450.0, 720.0])
            .object("bowl", 0.9, [500.0, 650.0, 600.0, 720.0]),
        "Two people sitting at a table. On the table are a bowl and a cup.",
    )]);
}

#[test]
fn sports() {
    let player = [300.0, 200.0, 500.0, 800.0];
    check(&[
        (
            "skis and snow",
            photo().object("person", 0.9, player).object("skis", 0.9, [280.0, 750.0, 560.0, 820.0]).halves(BLUE, WHITE),
            "A person skiing in the snow.",
        ),
        (
            "a racket",
            photo().object("person", 0.9, player).object("tennis racket", 0.9, [480.0, 300.0, 600.0, 400.0]),
            "A tennis player, probably on a tennis court.",
        ),
        (
            "a surfboard",
            photo()
                .object("person", 0.9, player)
                .object("surfboard", 0.9, [280.0, 750.0, 560.0, 820.0])
                .halves(BLUE, BLUE),
            "A person surfing on the waves.",
        ),
        ("a lone bat plays no baseball", photo().object("baseball bat", 0.9, MIDDLE), "A baseball bat."),
    ]);
}

#[test]
fn places() {
    let oven = [500.0, 400.0, 800.0, 900.0];
    check(&[
        (
            "a kitchen by its fixtures",
            photo().object("oven", 0.9, oven).object("refrigerator", 0.9, [0.0, 100.0, 300.0, 900.0]).object(
                "sink",
                0.6,
                [300.0, 500.0, 480.0, 600.0],
            ),
            "A kitchen with an oven, a refrigerator and a sink.",
        ),
        ("a toilet makes a bathroom", photo().object("toilet", 0.9, oven), "A bathroom with a toilet."),
        ("sheep on green", photo().object("sheep", 0.9, MIDDLE).halves(BLUE, GREEN), "A sheep in a field of grass."),
        ("a dog on green", photo().object("dog", 0.9, MIDDLE).halves(GREEN, GREEN), "A dog, probably on grass."),
        (
            "a bus makes a street",
            photo().object("bus", 0.9, MIDDLE).object("car", 0.9, [850.0, 600.0, 990.0, 700.0]).halves(GREY, GREY),
            "A bus on a street, with a car.",
        ),
        (
            "sand, blue and a tag",
            photo().object("person", 0.9, MIDDLE).tag("seashore", 0.3).halves(BLUE, SAND),
            "A person on a beach.",
        ),
        (
            "keyboard and mouse",
            photo().object("laptop", 0.9, MIDDLE).object("keyboard", 0.9, [300.0, 800.0, 700.0, 950.0]).object(
                "computer mouse",
                0.9,
                [720.0, 850.0, 800.0, 920.0],
            ),
            "A laptop on a desk, with a keyboard and a computer mouse.",
        ),
        (
            "a kite in the blue",
            photo().object("kite", 0.9, [400.0, 200.0, 600.0, 400.0]).halves(BLUE, BLUE),
            "A kite in the sky.",
        ),
    ]);
}

#[test]
fn names_from_tags() {
    check(&[
        (
            "a bear's kind from its share",
            photo().object("bear", 0.9, MIDDLE).tag("polar bear", 0.48).tag("brown bear", 0.1),
            "A polar bear.",
        ),
        (
            "a breed that is not sure",
            photo().object("dog", 0.9, MIDDLE).tag("whippet", 0.4).tag("Boston terrier", 0.3),
            "A dog.",
        ),
        ("a breed that is", photo().object("dog", 0.9, MIDDLE).tag("pug", 0.95), "A pug."),
        (
            "an animal that no detector knows",
            photo().object("bear", 0.9, MIDDLE).tag("giant panda", 0.7),
            "A giant panda.",
        ),
        ("a tag alone", photo().tag("goldfish", 0.9), "A goldfish."),
        ("a tag alone, unsure", photo().tag("goldfish", 0.5), "Perhaps a goldfish."),
        ("breeds alone make a dog", photo().tag("whippet", 0.3).tag("pug", 0.3).tag("Boston terrier", 0.3), "A dog."),
        ("coffee", photo().object("cup", 0.9, MIDDLE).tag("espresso", 0.9), "A cup of coffee."),
        (
            "a meal",
            photo()
                .object("sandwich", 0.6, MIDDLE)
                .object("dining table", 0.8, [0.0, 0.0, 1000.0, 1000.0])
                .tag("plate of food", 0.9),
            "A plate of food on a table, with a sandwich.",
        ),
        ("food in a bowl", photo().object("bowl", 0.9, MIDDLE).tag("hot pot", 0.5), "A bowl of food."),
        (
            "flowers",
            photo().object("vase", 0.9, [300.0, 400.0, 700.0, 900.0]).object(
                "potted plant",
                0.8,
                [250.0, 100.0, 750.0, 900.0],
            ),
            "A vase of flowers.",
        ),
    ]);
}

#[test]
fn what_is_doubted_is_not_said() {
    check(&[
        (
            "horses, not a water buffalo",
            photo()
                .object("person", 0.77, [320.0, 300.0, 400.0, 560.0])
                .object("person", 0.76, [620.0, 300.0, 700.0, 560.0])
                .object("horse", 0.64, [280.0, 430.0, 450.0, 750.0])
                .object("horse", 0.58, [560.0, 430.0, 740.0, 750.0])
                .tag("water buffalo", 0.76),
            "Two people riding horses.",
        ),
        (
            "no envelope in a drawing",
            Sample::of_kind(PictureKind::Drawing)
                .tag("envelope", 0.8)
                .swatch("white", 0.8)
                .swatch("red", 0.1)
                .swatch("blue", 0.1),
            "A drawing in red and blue.",
        ),
        (
            "stars, not a guess",
            photo().tag("bubble", 0.1).quality(|q| (q.brightness, q.bright_points) = (0.1, 900)),
            "A dark picture with many small bright points.",
        ),
        (
            "a page",
            Sample::of_kind(PictureKind::Document).quality(|q| q.light = "white ground".into()),
            "A page of text on a white ground.",
        ),
    ]);
}

#[test]
fn remarks_tell_light_colors_and_sharpness() {
    let sample = photo()
        .object("cat", 0.9, MIDDLE)
        .swatch("sand", 0.5)
        .swatch("grey-blue", 0.3)
        .swatch("red", 0.05)
        .quality(|q| (q.light, q.sharpness_word) = ("soft, even light".into(), "sharp".into()));
    let description = describe(&sample.reconciled(), "en");
    assert_eq!(description.remarks, "Soft, even light; mostly sandy beige and grey-blue. Sharp.");
    assert_eq!(description.text, format!("{} {}", description.main, description.remarks));
    let colors: Vec<&str> =
        description.clauses.iter().filter(|c| c.findings[0].starts_with('c')).map(|c| c.text.as_str()).collect();
    assert_eq!(colors, ["sandy beige", "grey-blue"]);
}

#[test]
fn a_language_that_is_not_at_hand_falls_back_to_english() {
    let findings = photo().object("cat", 0.9, MIDDLE).reconciled();
    let description = describe(&findings, "tlh");
    assert_eq!((description.language.as_str(), description.main.as_str()), ("en", "A cat."));
}

#[test]
fn nothing_at_all_is_described_too() {
    let description = describe(&Default::default(), "en");
    assert_eq!(description.text, "It is unclear what is on this picture.");
}

#[test]
fn classes_are_spelled_as_the_vocabulary_spells_them() {
    for (index, class) in classes::CLASSES.iter().enumerate() {
        assert_eq!(Some(class.label), vocabulary::coco(index).map(|c| c.name));
    }
}

#[test]
fn every_name_in_the_tables_is_in_the_vocabulary() {
    let known = |name: &str| {
        let classes = || vocabulary::coco_classes().iter().chain(vocabulary::imagenet_classes());
        classes().any(|c| c.name == name || c.parents.iter().any(|p| p.name == name))
    };
    let unknown: Vec<&str> = settings::table_names()
        .chain(super::tags::table_names())
        .chain(super::activities::table_names())
        .filter(|n| !known(n))
        .collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
