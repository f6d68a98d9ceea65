//! Articles, plurals, numbers, hedges and lists.

use super::words;
use crate::describe::classes::{Role, class};
use crate::describe::plan::{Item, What};
use crate::describe::text::Text;
use crate::reconcile::certainty;
use crate::vocabulary::{self, Number};

/// A noun with its plural and how it counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Noun {
    pub one: String,
    pub many: String,
    pub number: Number,
}

/// From this certainty what is not stated is probable; below it, perhaps.
const PROBABLE: f32 = 0.68;
/// People beyond this number are not counted out.
const COUNTED: usize = 6;

/// `a` or `an`.
pub fn article(next: &str) -> &'static str {
    let lower = next.to_ascii_lowercase();
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']);
    let exception = if vowel { words::A_DESPITE_VOWEL } else { words::AN_DESPITE_CONSONANT };
    let excepted = exception.iter().any(|e| lower.starts_with(e));
    if vowel != excepted { "an" } else { "a" }
}

/// The noun of a class.
fn of_class(index: u32) -> Noun {
    if let Some((_, one, many)) = words::EVERYDAY.iter().find(|(i, _, _)| *i == index) {
        return Noun { one: (*one).into(), many: (*many).into(), number: Number::Count };
    }
    vocabulary::coco(index as usize).map_or_else(
        || Noun { one: words::THING.0.into(), many: words::THING.1.into(), number: Number::Count },
        |c| Noun { one: c.name.into(), many: c.plural.into(), number: c.number },
    )
}

fn noun(item: &Item) -> Noun {
    match &item.what {
        What::Person => of_class(0),
        What::Class(index) => of_class(*index),
        What::Filled(index, content) => {
            let dish = of_class(*index);
            let content = words::content(*content);
            let glass = |vessel: String| vessel.replace(&format!("{content} glass"), "glass");
            Noun {
                one: format!("{} of {content}", glass(dish.one)),
                many: format!("{} of {content}", glass(dish.many)),
                number: dish.number,
            }
        }
        What::Monitor => Noun { one: words::MONITOR.0.into(), many: words::MONITOR.1.into(), number: Number::Count },
        What::Tag { name, wordnet_id } => vocabulary::by_wordnet_id(wordnet_id).filter(|c| c.name == name).map_or_else(
            || Noun { one: name.clone(), many: plural(name), number: Number::Count },
            |c| Noun { one: c.name.into(), many: c.plural.into(), number: c.number },
        ),
        What::Kind(name) => {
            let mass = matches!(name.as_str(), "furniture" | "food" | "fruit" | "bread");
            Noun { one: name.clone(), many: plural(name), number: if mass { Number::Mass } else { Number::Count } }
        }
    }
}

/// The regular plural, for names that the vocabulary does not list.
fn plural(name: &str) -> String {
    match name {
        n if n.ends_with('y') && !n.ends_with("ey") => format!("{}ies", n.trim_end_matches('y')),
        n if ["s", "x", "ch", "sh"].iter().any(|e| n.ends_with(e)) => format!("{n}es"),
        n => format!("{n}s"),
    }
}

/// `three`, in words as far as people write them out.
pub fn number(count: usize) -> String {
    words::NUMBERS.get(count).map_or_else(|| count.to_string(), |w| (*w).to_owned())
}

/// A noun phrase: `a red bus`, `three cups`, `a pair of skis`, `a crowd of about twenty people`.
pub fn noun_phrase(item: &Item) -> String {
    if item.what == What::Person {
        return people(item.count);
    }
    let noun = noun(item);
    let colored = |name: &str| adjective(item).map_or_else(|| name.to_owned(), |a| format!("{a} {name}"));
    match (noun.number, item.count) {
        (Number::Mass, _) => format!("some {}", noun.one),
        (Number::Plural, 0 | 1) => format!("a pair of {}", colored(&noun.many)),
        (Number::Plural, _) => format!("several pairs of {}", noun.many),
        (Number::Count, 0 | 1) => {
            let name = colored(&noun.one);
            format!("{} {name}", article(&name))
        }
        (Number::Count, 2..=COUNTED) => format!("{} {}", number(item.count), noun.many),
        (Number::Count, _) => format!("several {}", noun.many),
    }
}

/// The plural without a number: `horses`.
pub fn bare_plural(item: &Item) -> String {
    noun(item).many
}

/// The colour, where it is one that people put before such a noun.
fn adjective(item: &Item) -> Option<&str> {
    let color = item.color.as_deref()?;
    let (What::Class(index) | What::Filled(index, _)) = item.what else { return None };
    let class = class(index);
    let colorable = match class.role {
        Role::Vehicle | Role::Carried | Role::Street => !matches!(class.label, "stop sign" | "traffic light"),
        Role::Animal => matches!(class.label, "cat" | "dog" | "horse" | "cow" | "bird"),
        Role::Sport => !matches!(class.label, "ball" | "tennis racket"),
        Role::Furniture => !matches!(class.label, "dining table" | "bed"),
        Role::Tableware => matches!(class.label, "cup" | "bowl"),
        Role::Small => matches!(class.label, "vase" | "teddy bear" | "toothbrush"),
        Role::Person | Role::Food | Role::Fixture | Role::Device => false,
    };
    (colorable && item.count == 1 && words::COLOR_ADJECTIVES.contains(&color)).then_some(color)
}

fn people(count: usize) -> String {
    match count {
        0 | 1 => "a person".to_owned(),
        2..=COUNTED => format!("{} people", number(count)),
        7 | 8 => format!("a group of about {} people", number(count)),
        9..=11 => "a group of about ten people".to_owned(),
        _ => format!("a crowd of about {} people", tens(count)),
    }
}

fn tens(count: usize) -> &'static str {
    match count {
        0..=13 => "twelve",
        14..=17 => "fifteen",
        18..=24 => "twenty",
        25..=34 => "thirty",
        35..=44 => "forty",
        45..=70 => "fifty",
        _ => "a hundred",
    }
}

/// `probably`, `perhaps` or nothing.
pub fn hedge(certainty: f32) -> Option<&'static str> {
    match certainty {
        c if c >= certainty::STATED => None,
        c if c >= PROBABLE => Some("probably"),
        _ => Some("perhaps"),
    }
}

/// Words with the hedge that their certainty asks for before them.
pub fn hedged(words: &str, certainty: f32) -> String {
    hedge(certainty).map_or_else(|| words.to_owned(), |h| format!("{h} {words}"))
}

/// Whether the verb that follows is singular.
pub fn is_singular(item: &Item) -> bool {
    match item.what {
        What::Person => item.count <= 1 || item.count > COUNTED,
        _ => item.count <= 1 || noun(item).number == Number::Mass,
    }
}

/// `a cup, two forks and a bottle`.
pub fn list(items: &[Item], last: &str, text: &mut Text) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.words(if index + 1 == items.len() { last } else { "," });
        }
        text.clause(&noun_phrase(item), item.findings.clone(), item.certainty);
    }
}
