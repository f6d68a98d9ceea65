//! Company lifts and lowers: a refrigerator beside an oven is likelier than one in a field.

use crate::reconcile::{Findings, certainty};
use crate::report::{Object, Standing};

/// Things that are found together. One certain member makes an unsure one of the same company likelier.
const COMPANY: &[&[&str]] = &[
    &["oven", "refrigerator", "microwave", "sink", "toaster"],
    &["toilet", "sink", "toothbrush", "hair dryer"],
    &["tv", "laptop", "keyboard", "mouse"],
    &["fork", "knife", "spoon", "bowl", "cup", "wine glass", "bottle", "dining table", "pizza", "cake", "sandwich"],
    &["couch", "chair", "tv", "remote"],
    &["baseball bat", "baseball glove", "person"],
    &["tennis racket", "sports ball", "person"],
    &["skis", "person"],
    &["snowboard", "person"],
    &["surfboard", "person"],
    &["skateboard", "person"],
    &["frisbee", "person"],
    &["car", "truck", "bus", "traffic light", "stop sign", "parking meter", "motorcycle"],
    &["horse", "person"],
];

/// Tags that confirm a detection of that class: the tagger's WordNet parents do not say so, or too late.
const TAG_CONFIRMS: &[(&str, &[&str])] = &[
    ("skis", &["ski", "alp", "snowmobile"]),
    ("tennis racket", &["racket", "tennis ball"]),
    ("sports ball", &["soccer ball", "volleyball", "basketball", "tennis ball", "baseball", "rugby ball"]),
    ("baseball bat", &["ballplayer", "baseball", "scoreboard"]),
    ("baseball glove", &["ballplayer", "baseball", "scoreboard"]),
    ("toilet", &["toilet seat", "plunger", "toilet tissue"]),
    ("sink", &["washbasin", "soap dispenser", "medicine chest", "bathtub", "tub"]),
    ("oven", &["stove", "microwave", "dishwasher", "dutch oven", "rotisserie"]),
    ("microwave", &["microwave"]),
    ("refrigerator", &["refrigerator"]),
    ("bed", &["studio couch", "four-poster", "quilt", "bassinet"]),
    ("couch", &["studio couch"]),
    ("dining table", &["dining table", "restaurant", "plate"]),
    ("surfboard", &["seashore", "sandbar", "paddle"]),
    ("kite", &["parachute", "wing"]),
    ("airplane", &["airliner", "wing", "warplane"]),
    (
        "boat",
        &["schooner", "dock", "yawl", "catamaran", "trimaran", "canoe", "speedboat", "liner", "gondola", "fireboat"],
    ),
    ("tv", &["television", "screen", "monitor", "home theater", "desktop computer"]),
    ("clock", &["wall clock", "analog clock", "digital clock"]),
    ("cup", &["cup", "espresso", "coffee mug"]),
    ("traffic light", &["traffic light", "street sign"]),
    ("umbrella", &["umbrella"]),
    ("banana", &["banana"]),
    ("cat", &["tabby", "tiger cat", "Egyptian cat", "Persian cat", "Siamese cat"]),
];

/// How likely the company must be to lift another.
const SURE_COMPANY: f32 = 0.86;
/// The odds of an unsure thing in such company are multiplied by this (measured on the 144 annotated photos: 1.5 to 2.2).
const COMPANY_ODDS: f32 = 1.7;
/// ... and by this where a tag of at least [`CONFIRMING_TAG`] names the thing itself.
const TAG_ODDS: f32 = 3.0;
const CONFIRMING_TAG: f32 = 0.10;

pub fn lift_by_company(findings: &mut Findings) {
    let fused = certainty::is_fused(&findings.objects);
    let sure: Vec<String> = findings
        .objects
        .iter()
        .filter(|o| certainty::probability(o.score, fused) >= SURE_COMPANY && o.standing == Standing::Accepted)
        .map(|o| o.label.clone())
        .collect();
    let tags: Vec<(String, Vec<String>)> = findings
        .tags
        .iter()
        .filter(|t| t.probability >= CONFIRMING_TAG && t.standing != Standing::Doubted)
        .map(|t| (t.label.clone(), t.parents.clone()))
        .collect();
    for object in findings.objects.iter_mut().filter(|o| o.standing != Standing::Accepted && !on_a_page(o)) {
        let p = certainty::probability(object.score, fused);
        let mut odds = p / (1.0 - p).max(1e-3);
        let companion = companion(&object.label, &sure);
        if companion.is_some() {
            odds *= COMPANY_ODDS;
        }
        let tag = tags.iter().find(|(label, parents)| confirms(&object.label, label, parents));
        if tag.is_some() {
            odds *= TAG_ODDS;
        }
        let lifted = odds / (1.0 + odds);
        let because = match (tag, companion) {
            (Some((tag, _)), _) => format!("the tag {tag} speaks for it"),
            (None, Some(other)) => format!("the {other} beside it speaks for it"),
            (None, None) => continue,
        };
        if lifted >= certainty::STATED {
            object.standing = Standing::Accepted;
            object.reason = None;
        } else if lifted >= certainty::SPOKEN && object.standing == Standing::Doubted {
            object.standing = Standing::Unsure;
            object.reason = Some(format!("the score alone is low, but {because}"));
        }
    }
}

/// Whether the kind of picture has already spoken against it.
fn on_a_page(object: &Object) -> bool {
    object.reason.as_deref().is_some_and(|r| r.starts_with("the measures say"))
}

fn companion<'a>(label: &str, sure: &'a [String]) -> Option<&'a String> {
    COMPANY.iter().filter(|company| company.contains(&label)).find_map(|company| {
        sure.iter().find(|s| s.as_str() != label && s.as_str() != "dining table" && company.contains(&s.as_str()))
    })
}

/// Whether a tag names the class: by the WordNet tree, or by the table.
pub fn confirms(class: &str, tag: &str, parents: &[String]) -> bool {
    tag.eq_ignore_ascii_case(class)
        || parents.iter().any(|p| p.eq_ignore_ascii_case(class))
        || TAG_CONFIRMS.iter().any(|(c, tags)| *c == class && tags.iter().any(|t| t.eq_ignore_ascii_case(tag)))
}
