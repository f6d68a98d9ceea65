//! Articles, plurals, numbers and lists.

use super::words::{self, Counting, Noun};
use crate::describe::plan::{Item, What};

/// From this certainty a thing is stated; above the second it is probable, below it perhaps.
pub const STATED: f32 = 0.86;
pub const PROBABLE: f32 = 0.68;

/// `a` or `an`.
pub fn article(next: &str) -> &'static str {
    let lower = next.to_lowercase();
    let vowel = lower.starts_with(['a', 'e', 'i', 'o', 'u']);
    let exception = if vowel { words::A_DESPITE_VOWEL } else { words::AN_DESPITE_CONSONANT };
    let excepted = exception.iter().any(|e| lower.starts_with(e));
    if vowel != excepted { "an" } else { "a" }
}

/// The noun of a class.
pub fn noun_of_class(index: u32) -> Noun {
    words::CLASSES.get(index as usize).copied().unwrap_or(words::THING)
}

/// `three`, `about fifteen`, in words as far as people write them out.
pub fn number(count: usize) -> String {
    words::NUMBERS.get(count).map_or_else(|| count.to_string(), |w| (*w).to_owned())
}

/// A noun phrase: `a red bus`, `three cups`, `a pair of skis`, `a crowd of about twenty people`.
pub fn noun_phrase(item: &Item) -> String {
    match &item.what {
        What::Person => people(item.count),
        What::Class(index) => of_noun(noun_of_class(*index), item.count, adjective(item)),
        What::Named(name) => {
            let name = lower_first(name);
            format!("{} {name}", article(&name))
        }
    }
}

/// The colour, where it is one that people put before a noun.
fn adjective(item: &Item) -> Option<&str> {
    let color = item.color.as_deref()?;
    (item.count == 1 && words::COLOR_ADJECTIVES.contains(&color)).then_some(color)
}

fn of_noun(noun: Noun, count: usize, adjective: Option<&str>) -> String {
    let colored = |name: &str| adjective.map_or_else(|| name.to_owned(), |a| format!("{a} {name}"));
    match (noun.counting, count) {
        (Counting::Mass, _) => format!("some {}", noun.one),
        (Counting::Pair, 0 | 1) => format!("a pair of {}", colored(noun.many)),
        (Counting::Pair, _) => noun.many.to_owned(),
        (Counting::Each, 0 | 1) => {
            let name = colored(noun.one);
            format!("{} {name}", article(&name))
        }
        (Counting::Each, 2..=6) => format!("{} {}", number(count), noun.many),
        (Counting::Each, _) => format!("several {}", noun.many),
    }
}

fn people(count: usize) -> String {
    match count {
        0 | 1 => "a person".to_owned(),
        2..=6 => format!("{} people", number(count)),
        7..=11 => format!("a group of about {} people", number(rounded(count))),
        _ => format!("a crowd of about {} people", tens(count)),
    }
}

fn rounded(count: usize) -> usize {
    if count >= 9 { 10 } else { count }
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
        c if c >= STATED => None,
        c if c >= PROBABLE => Some("probably"),
        _ => Some("perhaps"),
    }
}

/// A noun phrase with its hedge: `perhaps a bottle`.
pub fn hedged(item: &Item) -> String {
    let phrase = noun_phrase(item);
    hedge(item.certainty).map_or_else(|| phrase.clone(), |h| format!("{h} {phrase}"))
}

/// Class names are common nouns: `Egyptian cat` keeps its capital, `Tench` loses it.
fn lower_first(name: &str) -> String {
    name.to_owned()
}

/// Whether the verb that follows is singular.
pub fn is_singular(item: &Item) -> bool {
    match &item.what {
        What::Class(index) => item.count <= 1 || noun_of_class(*index).counting == Counting::Mass,
        What::Person => item.count <= 1 || item.count > 6,
        What::Named(_) => true,
    }
}
