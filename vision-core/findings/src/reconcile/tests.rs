//! Each rule with a case that it must catch and one that it must leave alone.

use super::sample::Sample;
use super::*;
use crate::report::PictureKind;

fn standing(findings: &Findings, id: &str) -> Standing {
    let object = findings.objects.iter().find(|o| o.id == id).map(|o| o.standing);
    let tag = findings.tags.iter().find(|t| t.id == id).map(|t| t.standing);
    let face = findings.faces.iter().find(|f| f.id == id).map(|f| f.standing);
    object.or(tag).or(face).expect("a finding of that id")
}

fn reason<'a>(findings: &'a Findings, id: &str) -> &'a str {
    let object = findings.objects.iter().find(|o| o.id == id).and_then(|o| o.reason.as_deref());
    let tag = findings.tags.iter().find(|t| t.id == id).and_then(|t| t.reason.as_deref());
    let face = findings.faces.iter().find(|f| f.id == id).and_then(|f| f.reason.as_deref());
    object.or(tag).or(face).unwrap_or("")
}

#[test]
fn a_score_decides_the_standing_of_a_lone_thing() {
    for (score, expected) in
        [(0.9, Standing::Accepted), (0.55, Standing::Accepted), (0.38, Standing::Unsure), (0.25, Standing::Doubted)]
    {
        let findings = Sample::photo().object("cup", score, [400.0, 400.0, 600.0, 600.0]).reconciled();
        assert_eq!(standing(&findings, "o1"), expected, "{score}");
        assert_eq!(expected == Standing::Accepted, reason(&findings, "o1").is_empty());
    }
}

#[test]
fn one_detector_needs_a_higher_score_than_two_joined() {
    let mut findings = Sample::photo().object("cup", 0.55, [400.0, 400.0, 600.0, 600.0]).findings();
    reconcile(&mut findings);
    assert_eq!(standing(&findings, "o1"), Standing::Accepted);
    for object in &mut findings.objects {
        object.seen_by.truncate(1);
    }
    reconcile(&mut findings);
    assert_eq!(standing(&findings, "o1"), Standing::Unsure);
}

#[test]
fn the_probability_of_a_score_never_falls_with_the_score() {
    for fused in [false, true] {
        let steps: Vec<f32> = (0..=100).map(|s| certainty::probability(s as f32 / 100.0, fused)).collect();
        assert!(steps.windows(2).all(|w| w[0] <= w[1]) && steps.iter().all(|p| (0.0..=1.0).contains(p)), "{steps:?}");
    }
}

#[test]
fn horses_with_riders_outweigh_a_water_buffalo() {
    let findings = Sample::photo()
        .object("person", 0.77, [300.0, 300.0, 400.0, 550.0])
        .object("person", 0.76, [600.0, 300.0, 700.0, 550.0])
        .object("horse", 0.64, [280.0, 430.0, 450.0, 750.0])
        .object("horse", 0.58, [560.0, 430.0, 740.0, 750.0])
        .tag("water buffalo", 0.76)
        .reconciled();
    assert_eq!(standing(&findings, "t1"), Standing::Doubted);
    assert!(reason(&findings, "t1").contains("horse"), "{}", reason(&findings, "t1"));
    assert_eq!(findings.tags.len(), 1, "the tag stays in the report");
}

#[test]
fn an_animal_without_a_class_of_its_own_is_believed_if_it_fills_the_picture() {
    let panda = |b| Sample::photo().object("bear", 0.94, b).tag("giant panda", 0.65).reconciled();
    assert_ne!(standing(&panda([200.0, 200.0, 800.0, 800.0]), "t1"), Standing::Doubted);
    assert_eq!(standing(&panda([200.0, 200.0, 300.0, 300.0]), "t1"), Standing::Doubted);
}

#[test]
fn an_object_confirms_the_tag_of_its_kind() {
    let findings = Sample::photo().object("dog", 0.9, [200.0, 200.0, 800.0, 800.0]).tag("pug", 0.4).reconciled();
    assert_eq!(standing(&findings, "t1"), Standing::Accepted);
    let alone = Sample::photo().tag("pug", 0.4).reconciled();
    assert_eq!(standing(&alone, "t1"), Standing::Unsure);
}

#[test]
fn photo_models_are_not_believed_on_drawings_and_pages() {
    for kind in [PictureKind::Drawing, PictureKind::Screenshot, PictureKind::Document] {
        let findings =
            Sample::of_kind(kind).tag("envelope", 0.8).object("kite", 0.5, [100.0, 100.0, 400.0, 400.0]).reconciled();
        assert_eq!(standing(&findings, "t1"), Standing::Doubted, "{kind:?}");
        assert_eq!(standing(&findings, "o1"), Standing::Doubted, "{kind:?}");
    }
    let website = Sample::of_kind(PictureKind::Screenshot).tag("website", 0.6).reconciled();
    assert_ne!(standing(&website, "t1"), Standing::Doubted);
    let unsure_kind =
        Sample::of_kind(PictureKind::Drawing).quality(|q| q.kind_confidence = 0.4).tag("envelope", 0.8).reconciled();
    assert_ne!(standing(&unsure_kind, "t1"), Standing::Doubted);
}

#[test]
fn look_alikes_in_one_place_are_one_thing() {
    let place = [200.0, 200.0, 600.0, 600.0];
    let near = [210.0, 205.0, 610.0, 600.0];
    for (strong, weak) in
        [("horse", "cow"), ("truck", "car"), ("cup", "bowl"), ("sofa", "bed"), ("laptop", "television"), ("cat", "dog")]
    {
        let findings = Sample::photo().object(strong, 0.8, place).object(weak, 0.6, near).reconciled();
        assert_eq!(standing(&findings, "o1"), Standing::Accepted, "{strong}");
        assert_eq!(standing(&findings, "o2"), Standing::Doubted, "{weak} in the place of the {strong}");
    }
    let beside =
        Sample::photo().object("horse", 0.8, place).object("cow", 0.6, [600.0, 200.0, 900.0, 600.0]).reconciled();
    assert_eq!(standing(&beside, "o2"), Standing::Accepted);
    let on_a_table = Sample::photo().object("pizza", 0.8, place).object("dining table", 0.6, near).reconciled();
    assert_eq!(standing(&on_a_table, "o2"), Standing::Accepted);
}

#[test]
fn a_box_around_several_is_not_one_more() {
    let findings = Sample::photo()
        .object("banana", 0.65, [100.0, 100.0, 450.0, 700.0])
        .object("banana", 0.58, [500.0, 100.0, 900.0, 700.0])
        .object("banana", 0.57, [80.0, 80.0, 920.0, 720.0])
        .reconciled();
    assert_eq!(standing(&findings, "o3"), Standing::Doubted);
    assert_eq!(standing(&findings, "o1"), Standing::Accepted);
}

#[test]
fn company_and_tags_lift_what_is_unsure() {
    let sink = |s: Sample| standing(&s.object("sink", 0.3, [100.0, 500.0, 300.0, 600.0]).reconciled(), "o1");
    assert_eq!(sink(Sample::photo()), Standing::Doubted);
    assert_ne!(sink(Sample::photo().tag("washbasin", 0.4)), Standing::Doubted);
    let in_kitchen = Sample::photo()
        .object("sink", 0.3, [100.0, 500.0, 300.0, 600.0])
        .object("oven", 0.9, [500.0, 500.0, 700.0, 900.0])
        .reconciled();
    assert_eq!(standing(&in_kitchen, "o1"), Standing::Unsure);
}

#[test]
fn a_face_needs_a_person_or_a_sure_detector() {
    let face = [420.0, 220.0, 520.0, 340.0];
    let held = Sample::photo().object("person", 0.9, [300.0, 200.0, 700.0, 1000.0]).face(0.65, face).reconciled();
    assert_eq!(held.faces[0].person.as_deref(), Some("o1"));
    assert_eq!(standing(&held, "f1"), Standing::Accepted);
    assert_eq!(standing(&Sample::photo().face(0.9, face).reconciled(), "f1"), Standing::Accepted);
    assert_eq!(standing(&Sample::photo().face(0.7, face).reconciled(), "f1"), Standing::Doubted);
}

#[test]
fn the_face_of_an_animal_is_no_person() {
    let face = [420.0, 220.0, 520.0, 340.0];
    let bear = Sample::photo().object("bear", 0.9, [200.0, 100.0, 800.0, 1000.0]).face(0.95, face).reconciled();
    assert_eq!(standing(&bear, "f1"), Standing::Doubted);
    let tagged = Sample::photo().tag("brown bear", 0.9).face(0.95, face).reconciled();
    assert_eq!(standing(&tagged, "f1"), Standing::Doubted);
}

#[test]
fn a_face_lifts_the_person_who_has_it() {
    let findings = Sample::photo()
        .object("person", 0.27, [300.0, 200.0, 700.0, 1000.0])
        .face(0.8, [420.0, 220.0, 520.0, 340.0])
        .reconciled();
    assert_eq!(standing(&findings, "o1"), Standing::Unsure);
    assert_eq!(findings.faces[0].person.as_deref(), Some("o1"));
}

#[test]
fn a_part_of_a_person_is_no_other_thing() {
    let person =
        Sample::photo().object("person", 0.9, [300.0, 200.0, 700.0, 1000.0]).face(0.9, [420.0, 220.0, 560.0, 380.0]);
    let doughnut = person.clone().object("doughnut", 0.6, [430.0, 230.0, 550.0, 370.0]).reconciled();
    assert_eq!(standing(&doughnut, "o2"), Standing::Doubted);
    let tie = person.object("tie", 0.6, [470.0, 400.0, 520.0, 700.0]).reconciled();
    assert_eq!(standing(&tie, "o2"), Standing::Accepted);
    let nobody = Sample::photo().object("tie", 0.6, [470.0, 400.0, 520.0, 700.0]).reconciled();
    assert_eq!(standing(&nobody, "o1"), Standing::Doubted);
}

#[test]
fn what_a_screen_shows_is_not_in_the_room() {
    let screen = Sample::photo().object("television", 0.9, [200.0, 200.0, 800.0, 600.0]);
    let shown = screen.clone().object("person", 0.7, [300.0, 250.0, 500.0, 590.0]).reconciled();
    assert_eq!(standing(&shown, "o2"), Standing::Doubted);
    let beside = screen.object("person", 0.7, [700.0, 250.0, 990.0, 990.0]).reconciled();
    assert_eq!(standing(&beside, "o2"), Standing::Accepted);
}

#[test]
fn things_out_of_place_are_pictures_of_them_unless_sure() {
    let room = Sample::photo().object("bed", 0.9, [0.0, 500.0, 700.0, 1000.0]).object(
        "television",
        0.8,
        [700.0, 300.0, 950.0, 500.0],
    );
    let doubtful = room.clone().object("elephant", 0.5, [100.0, 100.0, 250.0, 250.0]).reconciled();
    assert_eq!(standing(&doubtful, "o3"), Standing::Doubted);
    let certain = room.object("elephant", 0.9, [100.0, 100.0, 250.0, 250.0]).reconciled();
    assert_eq!(standing(&certain, "o3"), Standing::Accepted);
    let outdoors = Sample::photo()
        .object("car", 0.9, [0.0, 500.0, 400.0, 800.0])
        .object("traffic light", 0.8, [700.0, 100.0, 750.0, 250.0])
        .object("refrigerator", 0.5, [500.0, 300.0, 650.0, 700.0])
        .reconciled();
    assert_eq!(standing(&outdoors, "o3"), Standing::Doubted);
}

#[test]
fn reconciling_twice_changes_nothing() {
    let mut findings = Sample::photo()
        .object("person", 0.77, [300.0, 300.0, 400.0, 550.0])
        .object("horse", 0.64, [280.0, 430.0, 450.0, 750.0])
        .object("cow", 0.4, [285.0, 435.0, 455.0, 750.0])
        .tag("water buffalo", 0.5)
        .face(0.7, [10.0, 10.0, 60.0, 60.0])
        .reconciled();
    let once = findings.clone();
    reconcile(&mut findings);
    assert_eq!(findings, once);
}

/// The tables speak of classes by the vocabulary's names: a name that is not there would never fire.
#[test]
fn every_name_in_the_tables_is_in_the_vocabulary() {
    let known = |name: &str| {
        let classes = || crate::vocabulary::coco_classes().iter().chain(crate::vocabulary::imagenet_classes());
        classes().any(|c| c.name == name || c.parents.iter().any(|p| p.name == name))
    };
    let names = duplicates::names()
        .chain(support::table_names())
        .chain(tags::table_names())
        .chain(parts::table_names())
        .chain(kind::table_names())
        .chain(faces::table_names());
    let unknown: Vec<&str> = names.filter(|n| !known(n)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
