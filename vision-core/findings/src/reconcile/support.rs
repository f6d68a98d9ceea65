//! Company lifts: a refrigerator beside an oven, or a sink that the tagger names too, is likelier than its score alone says.

use crate::reconcile::{Findings, certainty, is_a};
use crate::report::{Object, Standing, Tag};

/// Things that are found together. One certain member makes an unsure one of the same company likelier.
const COMPANY: &[&[&str]] = &[
    &["oven", "refrigerator", "microwave", "sink", "toaster"],
    &["toilet", "sink", "toothbrush", "hair dryer"],
    &["television", "laptop", "keyboard", "computer mouse"],
    &["fork", "knife", "spoon", "bowl", "cup", "wine glass", "bottle", "pizza", "cake", "sandwich"],
    &["sofa", "chair", "television", "remote control"],
    &["baseball bat", "baseball glove"],
    &["tennis racket", "ball"],
    &["skis", "person"],
    &["snowboard", "person"],
    &["surfboard", "person"],
    &["skateboard", "person"],
    &["frisbee", "person"],
    &["car", "truck", "bus", "traffic light", "stop sign", "parking meter", "motorcycle"],
];

/// Tags that name a class of the detectors, where the WordNet tree does not say so.
const TAG_NAMES: &[(&str, &[&str])] = &[
    ("skis", &["skis", "snowmobile"]),
    ("tennis racket", &["racket", "tennis ball"]),
    ("ball", &["football", "volleyball", "basketball", "tennis ball", "baseball", "rugby ball"]),
    ("baseball bat", &["baseball player", "baseball"]),
    ("baseball glove", &["baseball player", "baseball"]),
    ("toilet", &["toilet seat", "plunger", "toilet paper"]),
    ("sink", &["washbasin", "soap dispenser", "medicine cabinet", "bathtub"]),
    ("oven", &["stove", "microwave", "dishwasher", "rotisserie"]),
    ("bed", &["sofa bed", "four-poster bed", "quilt", "bassinet"]),
    ("sofa", &["sofa bed"]),
    ("dining table", &["dining table", "restaurant", "plate of food"]),
    ("kite", &["parachute"]),
    ("aeroplane", &["airliner", "aircraft wing", "military plane"]),
    ("boat", &["boat", "ship", "sailing boat", "dock", "canoe"]),
    ("truck", &["truck", "van", "tow truck", "articulated lorry"]),
    ("bus", &["bus", "trolleybus", "minibus"]),
    ("train", &["train", "railway carriage", "tram"]),
    ("television", &["television", "monitor", "home cinema", "desktop computer"]),
    ("clock", &["wall clock", "clock", "digital clock"]),
    ("cup", &["cup", "espresso", "mug"]),
    ("traffic light", &["traffic light"]),
    ("stop sign", &["street sign"]),
    ("motorcycle", &["moped", "motor scooter"]),
    ("bowl", &["soup bowl", "mixing bowl"]),
];

/// How likely the company must be to lift another.
const SURE_COMPANY: f32 = 0.86;
/// The odds of an unsure thing in such company are multiplied by this (1.5 to 2.2 on the 144 annotated photos).
const COMPANY_ODDS: f32 = 1.7;
/// ... and by this where a tag of at least [`CONFIRMING_TAG`] names the thing itself.
const TAG_ODDS: f32 = 3.0;
const CONFIRMING_TAG: f32 = 0.10;

/// Raises unsure and left-out objects whose company or whose tags speak for them.
pub fn lift_by_company(findings: &mut Findings) {
    let fused = certainty::is_fused(&findings.objects);
    let sure: Vec<String> = findings
        .objects
        .iter()
        .filter(|o| certainty::probability(o.score, fused) >= SURE_COMPANY && o.standing == Standing::Accepted)
        .map(|o| o.label.clone())
        .collect();
    let mut tags = findings.tags.clone();
    tags.retain(|t| t.probability >= CONFIRMING_TAG && t.standing != Standing::Doubted);
    for object in findings.objects.iter_mut().filter(|o| o.standing != Standing::Accepted && !contradicted(o)) {
        lift(object, &sure, &tags, certainty::probability(object.score, fused));
    }
}

fn lift(object: &mut Object, sure: &[String], tags: &[Tag], p: f32) {
    // Of people the faces speak: a tag of an athlete says nothing of this one.
    let tag = tags.iter().find(|t| object.label != "person" && names(&object.label, t));
    let other = companion(&object.label, sure);
    let because = match (tag, other) {
        (Some(tag), _) => format!("the tag {} ({}) speaks for it", tag.label, tag.id),
        (None, Some(other)) => format!("the {other} beside it speaks for it"),
        (None, None) => return,
    };
    let gain = if tag.is_some() { TAG_ODDS } else { 1.0 } * if other.is_some() { COMPANY_ODDS } else { 1.0 };
    let odds = gain * p / (1.0 - p).max(1e-3);
    let lifted = odds / (1.0 + odds);
    if lifted >= certainty::STATED {
        (object.standing, object.reason) = (Standing::Accepted, None);
    } else if lifted >= certainty::SPOKEN && object.standing == Standing::Doubted {
        (object.standing, object.reason) = (Standing::Unsure, Some(format!("the score alone is low, but {because}")));
    }
}

/// Whether more than its score speaks against it; company does not outweigh that.
fn contradicted(object: &Object) -> bool {
    object.standing == Standing::Doubted && !certainty::only_the_score_speaks_against(object)
}

fn companion<'a>(label: &str, sure: &'a [String]) -> Option<&'a String> {
    COMPANY
        .iter()
        .filter(|company| company.contains(&label))
        .find_map(|company| sure.iter().find(|s| s.as_str() != label && company.contains(&s.as_str())))
}

/// Whether a tag names a class of the detectors: by the WordNet tree, or by the table.
pub fn names(class: &str, tag: &Tag) -> bool {
    is_a(tag, class) || TAG_NAMES.iter().any(|(c, tags)| *c == class && tags.iter().any(|t| is_a(tag, t)))
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    let company = COMPANY.iter().flat_map(|c| c.iter().copied());
    company.chain(TAG_NAMES.iter().flat_map(|(class, tags)| std::iter::once(*class).chain(tags.iter().copied())))
}
