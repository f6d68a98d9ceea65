//! Which tags are named in the sentence: as the subject, as a finer name of an object, or as something else that is there.

use crate::describe::classes::{Role, class};
use crate::describe::groups::Group;
use crate::describe::plan::{Item, What};
use crate::reconcile::{Findings, is_a, names, taken_for};
use crate::report::{Rect, Standing, Tag};

/// What the tags bring.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    /// What the picture as a whole shows, for when no object leads.
    pub subject: Option<Item>,
    /// A finer name of the objects of a class: `macaw` for the bird.
    pub finer: Vec<(u32, Item)>,
    /// Something that no detector knows but the tagger is sure of.
    pub extra: Vec<Item>,
    /// The tags say food: their ids and their summed probability.
    pub food: Option<(Vec<String>, f32)>,
}

/// A tag is stated from this probability: 95 of 100 were right on photos of whole scenes.
const STATED: f32 = 0.75;
/// As the only thing that can be said of a picture it is named from this probability.
const ONLY_WORD: f32 = 0.40;
/// A finer name of an object needs this share of the probability of all tags of the object's class...
const FINER_SHARE: f32 = 0.78;
/// ... and this probability by itself; an animal that the detectors have no class for needs the second.
const FINER: f32 = 0.33;
const OTHER_ANIMAL: f32 = 0.5;
/// The object must fill this share of the picture: the tagger looks at the whole.
const FILLS: f32 = 0.04;
/// A common name is used from this sum of the probabilities below it.
const KIND: f32 = 0.45;
/// Food is spoken of from this sum of the probabilities of all food.
const FOOD: f32 = 0.28;
/// Names that say something when the exact class is unsure, the most telling first.
const KINDS: &[&str] = &[
    "dog",
    "cat",
    "bear",
    "monkey",
    "snake",
    "lizard",
    "frog",
    "turtle",
    "spider",
    "butterfly",
    "beetle",
    "crab",
    "shark",
    "fish",
    "bird",
    "insect",
    "flower",
    "mushroom",
    "fungus",
    "fruit",
    "vegetable",
    "bread",
    "boat",
    "ship",
    "car",
    "truck",
    "train",
    "aircraft",
    "bicycle",
    "musical instrument",
    "bottle",
    "clock",
    "building",
    "furniture",
    "animal",
    "vehicle",
    "food",
];
/// Classes whose finer names people use: a breed of dog, a kind of bear, a pickup rather than a truck.
const FINER_OF: &[&str] = &["dog", "bear", "bird", "boat", "truck", "cow", "sheep", "horse", "cat"];
/// Finer names that say less than the common one.
const NOT_FINER: &[&str] = &[
    "ram",
    "ox",
    "tow truck",
    "garbage truck",
    "tabby cat",
    "Egyptian cat",
    "hen",
    "rooster",
    "horse",
    "fireboat",
    "lifeboat",
];
/// Tags of places and of what is part of a setting or an activity: other tables weigh them.
const TOLD_ELSEWHERE: &[&str] = &[
    "restaurant",
    "grocery shop",
    "bakery",
    "sweet shop",
    "toy shop",
    "shoe shop",
    "bookshop",
    "tobacconist's shop",
    "barber's shop",
    "butcher's shop",
    "patio",
    "home cinema",
    "library",
    "cinema",
    "prison",
    "seashore",
    "sandbar",
    "lakeside",
    "mountain",
    "valley",
    "cliff",
    "headland",
    "breakwater",
    "dock",
    "pier",
    "dam",
    "desk",
    "dining table",
    "sofa bed",
    "washbasin",
    "toilet seat",
    "medicine cabinet",
    "quilt",
    "four-poster bed",
    "racket",
    "skis",
    "baseball player",
    "scoreboard",
    "website",
    "menu",
    "bobsleigh",
    "bridegroom",
    "sliding door",
    "railway carriage",
    "volcano",
    "stove",
    "swing",
];

pub fn named(findings: &Findings, groups: &[Group], picture: &Rect) -> Named {
    let mut named = Named::default();
    let spoken: Vec<&Tag> = findings.tags.iter().filter(|t| t.standing != Standing::Doubted).collect();
    for group in groups {
        if let Some(item) = finer(group, &spoken, picture) {
            named.finer.push((group.class_index, item));
        }
    }
    named.subject = subject(&spoken);
    named.food = food(&spoken);
    named.extra = spoken
        .iter()
        .filter(|t| t.probability >= STATED && !told_elsewhere(t) && !covered(t, groups))
        .map(|t| tag_item(t, t.probability))
        .collect();
    if let Some(plate) = spoken.iter().find(|t| t.label == "plate of food" && (0.3..STATED).contains(&t.probability)) {
        named.extra.push(tag_item(plate, plate.probability + 0.2));
    }
    named
}

fn subject(spoken: &[&Tag]) -> Option<Item> {
    let best = spoken.first()?;
    if best.probability >= ONLY_WORD && !told_elsewhere(best) {
        return Some(tag_item(best, best.probability));
    }
    KINDS.iter().find_map(|kind| {
        let alike: Vec<&&Tag> = spoken.iter().filter(|t| is_a(t, kind) && !told_elsewhere(t)).collect();
        let sum: f32 = alike.iter().map(|t| t.probability).sum();
        (sum >= KIND).then(|| Item {
            what: What::Kind((*kind).to_owned()),
            count: 1,
            findings: alike.iter().map(|t| t.id.clone()).collect(),
            certainty: sum.min(1.0),
            color: None,
        })
    })
}

/// The finer name of an object: the tag is a kind of its class, or an animal that the detectors have no class for.
fn finer(group: &Group, spoken: &[&Tag], picture: &Rect) -> Option<Item> {
    let label = class(group.class_index).label;
    if group.largest_share(picture) < FILLS {
        return None;
    }
    let other =
        spoken.iter().find(|t| t.probability >= OTHER_ANIMAL && group.role == Role::Animal && taken_for(t, label));
    if let Some(tag) = other {
        return Some(tag_item(tag, tag.probability.max(0.86)));
    }
    if !FINER_OF.contains(&label) {
        return None;
    }
    let kin: Vec<&&Tag> = spoken.iter().filter(|t| is_a(t, label)).collect();
    let sum: f32 = kin.iter().map(|t| t.probability).sum();
    let best = kin.first().filter(|t| t.label != label && !NOT_FINER.contains(&t.label.as_str()))?;
    let share = best.probability / sum.max(1e-3);
    // Birds have many species that the tagger does not know, so a bird's name needs more.
    let least = if label == "bird" { 0.7 } else { FINER };
    (best.probability >= least && share >= FINER_SHARE).then(|| tag_item(best, share.max(best.probability)))
}

fn food(spoken: &[&Tag]) -> Option<(Vec<String>, f32)> {
    let foods: Vec<&&Tag> =
        spoken.iter().filter(|t| is_a(t, "food") || is_a(t, "fruit") || is_a(t, "vegetable")).collect();
    let sum: f32 = foods.iter().map(|t| t.probability).sum();
    (sum >= FOOD).then(|| (foods.iter().map(|t| t.id.clone()).collect(), sum))
}

/// Whether an object of the sentence already says what the tag says.
fn covered(tag: &Tag, groups: &[Group]) -> bool {
    groups.iter().any(|g| {
        names(g.label(), tag) || (g.role == Role::Animal && (taken_for(tag, g.label()) || is_a(tag, "animal")))
    })
}

fn told_elsewhere(tag: &Tag) -> bool {
    TOLD_ELSEWHERE.iter().any(|p| tag.label == *p)
}

fn tag_item(tag: &Tag, certainty: f32) -> Item {
    Item {
        what: What::Tag { name: tag.label.clone(), wordnet_id: tag.wordnet_id.clone() },
        count: 1,
        findings: vec![tag.id.clone()],
        certainty: certainty.min(0.99),
        color: None,
    }
}
