//! Which tags are named in the sentence: as the subject, as a finer name of an object, or as something else that is there.

use crate::describe::classes::{Role, class};
use crate::describe::groups::Group;
use crate::describe::plan::{Item, What};
use crate::reconcile::{Findings, is_a, taken_for};
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
}

impl Named {
    pub fn certainty(&self) -> f32 {
        self.subject.as_ref().map_or(0.0, |s| s.certainty)
    }
}

/// A tag is stated from this probability, hedged from the second.
const STATED: f32 = 0.75;
const HEDGED: f32 = 0.40;
/// A breed or species is named from this probability, else the common name of its kind.
const BREED: f32 = 0.60;
/// A common name is used from this sum of the probabilities below it.
const KIND: f32 = 0.45;
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
    "fungus",
    "fruit",
    "vegetable",
    "bread",
    "boat",
    "ship",
    "car",
    "truck",
    "train",
    "airplane",
    "bicycle",
    "musical instrument",
    "bottle",
    "dish",
    "clock",
    "animal",
    "building",
    "mountain",
];
/// Tags of places and of what is part of a setting: the table of settings weighs them.
const PLACES: &[&str] = &[
    "restaurant",
    "grocery store",
    "bakery",
    "confectionery",
    "toyshop",
    "shoe shop",
    "bookshop",
    "tobacco shop",
    "barbershop",
    "patio",
    "home theater",
    "library",
    "cinema",
    "prison",
    "seashore",
    "sandbar",
    "lakeside",
    "alp",
    "valley",
    "cliff",
    "promontory",
    "breakwater",
    "dock",
    "pier",
    "dam",
    "desk",
    "dining table",
    "studio couch",
    "washbasin",
    "toilet seat",
    "medicine chest",
    "quilt",
    "four-poster",
    "racket",
    "ski",
    "ballplayer",
    "scoreboard",
    "web site",
    "menu",
    "plate",
];

pub fn named(findings: &Findings, groups: &[Group], picture: &Rect) -> Named {
    let mut named = Named::default();
    let spoken: Vec<&Tag> = findings.tags.iter().filter(|t| t.standing != Standing::Doubted).collect();
    let Some(best) = spoken.first().copied() else { return named };
    for group in groups.iter().filter(|g| g.count() == 1 || g.role == Role::Animal) {
        if let Some(item) = finer(group, &spoken, picture) {
            named.finer.push((group.class_index, item));
        }
    }
    named.subject = subject(best, &spoken);
    if named.finer.is_empty() && best.probability >= STATED && !is_place(best) && !covered(best, groups) {
        named.extra.push(tag_item(best, best.label.clone(), best.probability));
    }
    named
}

fn subject(best: &Tag, spoken: &[&Tag]) -> Option<Item> {
    if is_place(best) {
        return None;
    }
    if best.probability >= HEDGED {
        return Some(tag_item(best, best.label.clone(), best.probability));
    }
    KINDS.iter().find_map(|kind| {
        let alike: Vec<&&Tag> = spoken.iter().filter(|t| is_a(t, kind)).collect();
        let sum: f32 = alike.iter().map(|t| t.probability).sum();
        (sum >= KIND).then(|| Item {
            what: What::Named((*kind).to_owned()),
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
    if group.largest_share(picture) < 0.06 {
        return None;
    }
    let tag = spoken
        .iter()
        .find(|t| t.probability >= BREED && (is_a(t, label) || (taken_for(t, label) && group.role == Role::Animal)))?;
    (tag.label != label && group.role == Role::Animal).then(|| tag_item(tag, tag.label.clone(), tag.probability))
}

fn covered(tag: &Tag, groups: &[Group]) -> bool {
    groups.iter().any(|g| {
        is_a(tag, g.label())
            || crate::reconcile::confirms(g.label(), &tag.label, &tag.parents)
            || taken_for(tag, g.label())
    })
}

fn is_place(tag: &Tag) -> bool {
    PLACES.iter().any(|p| tag.label.eq_ignore_ascii_case(p))
}

fn tag_item(tag: &Tag, name: String, certainty: f32) -> Item {
    Item { what: What::Named(name), count: 1, findings: vec![tag.id.clone()], certainty, color: None }
}
