//! Which tags are named in the sentence: as the subject, as a finer name of an object, or as something else that is there.

use crate::describe::classes::{Role, class};
use crate::describe::groups::Group;
use crate::describe::plan::{Content, Item, What};
use crate::order;
use crate::reconcile::{CERTAIN_ANIMAL, Findings, certainty, is_a, names, taken_for};
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
    /// The tagger is sure of a plate of food: the dishes on it are its parts.
    pub meal: bool,
    /// The subject is an animal: unsure animals of the detectors are the same one.
    pub animal: bool,
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
/// A breed needs this probability, a bird's species the second.
const BREED: f32 = 0.85;
const SPECIES: f32 = 0.7;
/// The object must fill this share of the picture: the tagger looks at the whole.
const FILLS: f32 = 0.04;
/// The tagger's class of a served meal, and the probability from which it leads the sentence.
const PLATE: &str = "plate of food";
const MEAL: f32 = 0.6;
/// A common name is used from this sum of the probabilities below it.
const KIND: f32 = 0.45;
/// Parents that say little: they need the second sum.
const VAGUE: &[&str] =
    &["animal", "vehicle", "food", "clothing", "furniture", "building", "electronic device", "tool", "machine"];
const VAGUE_KIND: f32 = 0.6;
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

/// The tags that make a computer's screen of a television, with their summed probability, and the sum from which they do.
pub fn monitor(tags: &[Tag]) -> (Vec<String>, f32) {
    let alike = || {
        tags.iter()
            .filter(|t| t.standing != Standing::Doubted && matches!(t.label.as_str(), "monitor" | "desktop computer"))
    };
    (alike().map(|t| t.id.clone()).collect(), alike().map(|t| t.probability).sum())
}
pub const MONITOR: f32 = 0.4;

/// What a vessel holds when the tags say so.
pub struct Vessel {
    pub class: &'static str,
    pub content: Content,
    /// Tags or parents of tags that say it.
    pub kinds: &'static [&'static str],
    /// The sum of their probabilities from which it is said.
    pub least: f32,
    /// The vessel fills at least this share: the tagger looks at the whole picture.
    pub share: f32,
}

/// The first that fits counts.
pub const VESSELS: &[Vessel] = &[
    Vessel { class: "cup", content: Content::Coffee, kinds: &["coffee"], least: 0.3, share: 0.04 },
    Vessel { class: "wine glass", content: Content::Wine, kinds: &["wine"], least: 0.3, share: 0.03 },
    Vessel { class: "bowl", content: Content::Soup, kinds: &["soup"], least: 0.3, share: 0.1 },
    Vessel { class: "bowl", content: Content::Fruit, kinds: &["fruit"], least: 0.35, share: 0.1 },
    Vessel { class: "bowl", content: Content::Food, kinds: &["food"], least: 0.28, share: 0.1 },
];

pub fn named(findings: &Findings, groups: &[Group], picture: &Rect) -> Named {
    let mut named = Named::default();
    let spoken: Vec<&Tag> = findings.tags.iter().filter(|t| t.standing != Standing::Doubted).collect();
    for group in groups {
        let told = |item: &Item| named.finer.iter().any(|(_, other)| other.what == item.what);
        if let Some(item) = finer(group, groups, &spoken, picture).filter(|i| !told(i)) {
            named.finer.push((group.class_index, item));
        }
    }
    named.subject = subject(&spoken);
    named.animal = spoken.first().is_some_and(|t| is_a(t, "animal"));
    named.meal = spoken.first().is_some_and(|t| t.label == PLATE && t.probability >= MEAL);
    named.extra = spoken
        .iter()
        .filter(|t| t.probability >= STATED && !told_elsewhere(t) && !covered(t, groups))
        .filter(|t| !named.finer.iter().any(|(_, item)| item.findings.contains(&t.id)))
        .map(|t| tag_item(t, t.probability))
        .collect();
    if let Some(plate) = spoken.iter().find(|t| t.label == PLATE && (0.3..STATED).contains(&t.probability)) {
        named.extra.push(tag_item(plate, plate.probability + 0.2));
    }
    named
}

fn subject(spoken: &[&Tag]) -> Option<Item> {
    let best = spoken.first()?;
    // Two classes of one name are one thing to people.
    let same: Vec<&&Tag> = spoken.iter().filter(|t| t.label == best.label).collect();
    let sum: f32 = same.iter().map(|t| t.probability).sum();
    if sum >= ONLY_WORD && !told_elsewhere(best) {
        let mut item = tag_item(best, sum);
        item.findings = same.iter().map(|t| t.id.clone()).collect();
        return Some(item);
    }
    kind(spoken)
}

/// The nearest common parent of the tags that is likely enough.
fn kind(spoken: &[&Tag]) -> Option<Item> {
    let mut kinds: Vec<(usize, &str)> = Vec::new();
    for tag in spoken.iter().filter(|t| !told_elsewhere(t)) {
        kinds.extend(tag.parents.iter().enumerate().map(|(i, name)| (tag.parents.len() - i, name.as_str())));
    }
    // The deepest first, so that foxes are foxes before they are animals.
    order::sort_by(&mut kinds, |(a, _), (b, _)| b.cmp(a));
    kinds.into_iter().find_map(|(_, kind)| {
        let alike: Vec<&&Tag> = spoken.iter().filter(|t| is_a(t, kind) && !told_elsewhere(t)).collect();
        let sum: f32 = alike.iter().map(|t| t.probability).sum();
        let least = if VAGUE.contains(&kind) { VAGUE_KIND } else { KIND };
        (sum >= least && alike.len() > 1).then(|| Item {
            what: What::Kind(kind.to_owned()),
            count: 1,
            findings: alike.iter().map(|t| t.id.clone()).collect(),
            certainty: sum.min(0.99),
            color: None,
        })
    })
}

/// The finer name of an object: the tag is a kind of its class, or an animal that the detectors have no class for.
fn finer(group: &Group, groups: &[Group], spoken: &[&Tag], picture: &Rect) -> Option<Item> {
    let label = class(group.class_index).label;
    let unknown = |t: &Tag| is_a(t, "animal") && !groups.iter().any(|g| g.role == Role::Animal && names(g.label(), t));
    let certain = spoken.iter().find(|t| t.probability >= CERTAIN_ANIMAL && unknown(t));
    if let Some(tag) = certain.filter(|_| group.role == Role::Animal) {
        return Some(tag_item(tag, tag.probability));
    }
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
    let kin: Vec<&&Tag> = spoken.iter().filter(|t| names(label, t) && !told_elsewhere(t)).collect();
    let sum: f32 = kin.iter().map(|t| t.probability).sum();
    let best = kin.first().filter(|t| t.label != label && !NOT_FINER.contains(&t.label.as_str()))?;
    let share = best.probability / sum.max(1e-3);
    let least = match label {
        // Breeds are many and alike, and there are more birds than the tagger knows.
        "dog" | "cat" => BREED,
        "bird" => SPECIES,
        _ => FINER,
    };
    (best.probability >= least && share >= FINER_SHARE).then(|| tag_item(best, share.max(best.probability)))
}

/// The tags that say what a vessel holds, and their summed probability.
pub fn content(tags: &[Tag], vessel: &Vessel) -> (Vec<String>, f32) {
    let alike: Vec<&Tag> =
        tags.iter().filter(|t| t.standing != Standing::Doubted && vessel.kinds.iter().any(|k| is_a(t, k))).collect();
    (alike.iter().map(|t| t.id.clone()).collect(), alike.iter().map(|t| t.probability).sum())
}

/// Whether an object of the sentence already says what the tag says.
fn covered(tag: &Tag, groups: &[Group]) -> bool {
    let said = groups.iter().filter(|g| g.label() != "dining table" && g.certainty >= certainty::STATED);
    said.into_iter().any(|g| names(g.label(), tag) || (g.role == Role::Animal && is_a(tag, "animal")))
}

fn told_elsewhere(tag: &Tag) -> bool {
    TOLD_ELSEWHERE.iter().any(|p| tag.label == *p)
}

/// How certain a tag of this probability is to a reader: of those that are stated 95 of 100 were right.
fn in_words(probability: f32) -> f32 {
    if probability >= STATED { (0.9 + 0.4 * (probability - STATED)).min(0.99) } else { probability }
}

fn tag_item(tag: &Tag, certainty: f32) -> Item {
    Item {
        what: What::Tag { name: tag.label.clone(), wordnet_id: tag.wordnet_id.clone() },
        count: 1,
        findings: vec![tag.id.clone()],
        certainty: in_words(certainty),
        color: None,
    }
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    let vessels = VESSELS.iter().flat_map(|v| std::iter::once(v.class).chain(v.kinds.iter().copied()));
    [VAGUE, FINER_OF, NOT_FINER, TOLD_ELSEWHERE].into_iter().flatten().copied().chain(vessels)
}
