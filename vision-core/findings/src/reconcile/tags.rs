//! Tags against objects: which the detectors confirm, which they contradict, and which are too weak to be spoken of.

use crate::reconcile::support::names;
use crate::reconcile::{Findings, certainty, lower};
use crate::report::{Object, Standing, Tag};

/// From this calibrated probability a tag is stated; of the tags above it 95 of 100 were right on photos of whole scenes.
pub const STATED: f32 = 0.75;
/// From this probability it is spoken of with a hedge (85 of 100).
pub const SPOKEN: f32 = 0.50;
/// A tag that a certain object confirms is believed from this probability.
const CONFIRMED: f32 = 0.30;
/// An animal that the detectors have no class for is believed over theirs from this probability, if their animal fills the picture.
const OVERRULES: f32 = 0.5;
const FILLS: f32 = 0.12;
/// From this probability such an animal is believed whatever the detectors call it, and however small it is.
pub const CERTAIN_ANIMAL: f32 = 0.85;

/// Families inside which a tag and the detectors' objects must agree.
const FAMILIES: &[(&str, &[&str])] = &[
    ("animal", &["bird", "cat", "dog", "horse", "sheep", "cow", "elephant", "bear", "zebra", "giraffe"]),
    ("vehicle", &["car", "truck", "bus", "train", "motorcycle", "bicycle", "aeroplane", "boat"]),
];

/// Animals that the detectors have no class for, and what they call them.
const TAKEN_FOR: &[(&[&str], &[&str])] = &[
    (&["giant panda", "red panda", "sloth bear", "badger", "sloth"], &["bear", "cat", "dog"]),
    (&["wolf", "fox", "wild dog", "hyena", "coyote"], &["dog", "cat", "bear", "sheep"]),
    (&["big cat", "wild cat", "lynx", "cougar"], &["cat", "dog", "bear"]),
    (&["antelope", "ibex", "bighorn sheep", "camel", "llama"], &["sheep", "cow", "horse", "dog", "giraffe"]),
    (
        &["bison", "water buffalo", "hippopotamus", "wild boar", "pig", "warthog"],
        &["cow", "bear", "elephant", "sheep", "horse"],
    ),
    (&["monkey", "ape", "lemur"], &["bear", "dog", "cat", "person"]),
    (
        &["rabbit", "rodent", "marmot", "otter", "weasel", "mongoose", "marsupial"],
        &["cat", "dog", "bear", "bird", "teddy bear"],
    ),
];

pub fn judge(findings: &mut Findings) {
    let fused = certainty::is_fused(&findings.objects);
    let area = (findings.image.width as f32 * findings.image.height as f32).max(1.0);
    let sure: Vec<Object> = findings.objects.iter().filter(|o| o.standing == Standing::Accepted).cloned().collect();
    for tag in &mut findings.tags {
        let already = tag.standing == Standing::Doubted;
        if already {
            continue;
        }
        tag.standing = Standing::Accepted;
        tag.reason = None;
        if let Some(why) = contradiction(tag, &sure, area) {
            lower(&mut tag.standing, &mut tag.reason, Standing::Doubted, why);
            continue;
        }
        let confirmed =
            sure.iter().any(|o| names(&o.label, tag) && certainty::probability(o.score, fused) >= certainty::STATED);
        if tag.probability < SPOKEN && !(confirmed && tag.probability >= CONFIRMED) {
            let why = "the tagger's score before calibration is low".to_owned();
            lower(&mut tag.standing, &mut tag.reason, Standing::Unsure, why);
        } else if tag.probability < STATED && !confirmed {
            let why = "no object confirms it".to_owned();
            lower(&mut tag.standing, &mut tag.reason, Standing::Unsure, why);
        }
    }
}

/// Why certain objects speak against a tag: they are of its family and of another kind.
fn contradiction(tag: &Tag, sure: &[Object], picture_area: f32) -> Option<String> {
    for (family, classes) in FAMILIES {
        if !is_a(tag, family) {
            continue;
        }
        let rivals: Vec<&Object> = sure.iter().filter(|o| classes.contains(&o.label.as_str())).collect();
        let agrees = rivals.iter().any(|o| names(&o.label, tag));
        if rivals.is_empty() || agrees || overrules(tag, &rivals, picture_area) {
            continue;
        }
        if let Some(best) = rivals.first() {
            return Some(format!("the detectors are certain of a {} ({}), which it is not", best.label, best.id));
        }
    }
    None
}

/// Whether the tag names an animal that the detectors have no class for, so likely or so large that it is believed.
pub fn overrules(tag: &Tag, rivals: &[&Object], picture_area: f32) -> bool {
    tag.probability >= CERTAIN_ANIMAL
        || (tag.probability >= OVERRULES
            && rivals.iter().any(|o| o.bounds.area() >= FILLS * picture_area && taken_for(tag, &o.label)))
}

/// Whether detectors call the animal of this tag by that class.
pub fn taken_for(tag: &Tag, class: &str) -> bool {
    TAKEN_FOR.iter().any(|(names, classes)| classes.contains(&class) && names.iter().any(|n| is_a(tag, n)))
}

/// Whether a tag is of a kind, by its own name or a parent's.
pub fn is_a(tag: &Tag, kind: &str) -> bool {
    tag.label.eq_ignore_ascii_case(kind) || tag.parents.iter().any(|p| p.eq_ignore_ascii_case(kind))
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    let families =
        FAMILIES.iter().flat_map(|(family, classes)| std::iter::once(*family).chain(classes.iter().copied()));
    families.chain(TAKEN_FOR.iter().flat_map(|(names, classes)| names.iter().chain(classes.iter()).copied()))
}
