//! Where it is: the setting inferred from objects, tags and the layout of colours by a table of weighted evidence.

use crate::reconcile::layout::{Ground, Zone};
use crate::reconcile::{Findings, certainty};
use crate::report::Standing;

/// A place that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    Kitchen,
    Bathroom,
    Bedroom,
    LivingRoom,
    DiningRoom,
    Restaurant,
    Office,
    Street,
    Station,
    Airport,
    Beach,
    Sea,
    Snow,
    TennisCourt,
    BaseballField,
    Grass,
    Mountains,
    Sky,
    Shop,
    Patio,
}

/// One kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    /// An object of this class; its strength is its probability.
    Object(&'static str),
    /// At least this many objects of a class.
    Many(&'static str, usize),
    /// A tag or one of its parents; its strength grows with the probability up to [`FULL_TAG`].
    Tag(&'static str),
    /// This share of a zone looks like a ground.
    Layout(Zone, Ground, f32),
}

/// A place, its log-odds without any evidence, and what each sign adds.
pub struct Row {
    pub place: Place,
    pub prior: f32,
    pub signs: &'static [(Sign, f32)],
}

use Sign::{Layout, Many, Object, Tag};

/// From this summed probability a tag counts in full.
const FULL_TAG: f32 = 0.45;

/// Weights are log-odds, set from the counts on the annotated photos and checked there (docs/descriptions.md has the table).
pub const TABLE: &[Row] = &[
    Row {
        place: Place::Kitchen,
        prior: -3.2,
        signs: &[
            (Object("oven"), 3.4),
            (Object("refrigerator"), 3.0),
            (Object("microwave"), 3.2),
            (Object("toaster"), 2.0),
            (Object("sink"), 1.2),
            (Tag("stove"), 2.4),
            (Tag("microwave"), 1.8),
            (Tag("refrigerator"), 2.0),
            (Tag("dishwasher"), 2.6),
            (Tag("wok"), 1.8),
            (Tag("ladle"), 1.0),
            (Tag("spatula"), 1.0),
            (Tag("waffle iron"), 1.0),
            (Tag("grocery store"), 0.4),
            (Object("bed"), -3.0),
            (Object("toilet"), -4.0),
            (Object("couch"), -1.0),
            (Object("car"), -3.0),
            (Tag("toyshop"), -2.0),
        ],
    },
    Row {
        place: Place::Bathroom,
        prior: -3.2,
        signs: &[
            (Object("toilet"), 4.6),
            (Object("sink"), 2.0),
            (Object("toothbrush"), 1.5),
            (Object("hair dryer"), 1.0),
            (Tag("washbasin"), 2.4),
            (Tag("toilet seat"), 2.5),
            (Tag("bathtub"), 2.2),
            (Tag("tub"), 1.4),
            (Tag("shower curtain"), 2.6),
            (Tag("medicine chest"), 1.6),
            (Tag("toilet tissue"), 1.4),
            (Tag("soap dispenser"), 1.2),
            (Object("oven"), -3.0),
            (Object("refrigerator"), -2.5),
            (Object("laptop"), -3.0),
            (Object("bed"), -2.0),
            (Object("dining table"), -1.5),
        ],
    },
    Row {
        place: Place::Bedroom,
        prior: -3.4,
        signs: &[
            (Object("bed"), 5.0),
            (Tag("four-poster"), 2.0),
            (Tag("quilt"), 1.6),
            (Tag("studio couch"), 1.0),
            (Tag("wardrobe"), 1.4),
            (Tag("window shade"), 0.6),
            (Tag("crib"), 1.0),
            (Object("car"), -3.0),
            (Object("oven"), -2.0),
            (Object("suitcase"), -1.5),
            (Object("toilet"), -2.5),
        ],
    },
    Row {
        place: Place::LivingRoom,
        prior: -3.4,
        signs: &[
            (Object("couch"), 3.0),
            (Object("tv"), 1.8),
            (Object("remote"), 1.0),
            (Object("vase"), 0.4),
            (Object("potted plant"), 0.5),
            (Object("chair"), 0.3),
            (Object("book"), 0.4),
            (Object("clock"), 0.4),
            (Tag("studio couch"), 1.6),
            (Tag("home theater"), 1.4),
            (Tag("television"), 0.8),
            (Tag("entertainment center"), 1.4),
            (Tag("rocking chair"), 0.6),
            (Object("bed"), -3.0),
            (Object("keyboard"), -2.5),
            (Object("mouse"), -1.5),
            (Object("oven"), -1.5),
            (Object("car"), -3.0),
            (Tag("desk"), -1.5),
        ],
    },
    Row {
        place: Place::DiningRoom,
        prior: -4.0,
        signs: &[
            (Object("dining table"), 1.4),
            (Many("chair", 3), 2.0),
            (Tag("dining table"), 2.4),
            (Tag("restaurant"), -0.5),
            (Object("oven"), -1.0),
            (Object("bed"), -1.5),
        ],
    },
    Row {
        place: Place::Restaurant,
        prior: -4.2,
        signs: &[
            (Tag("restaurant"), 4.2),
            (Many("wine glass", 3), 1.2),
            (Many("person", 4), 0.8),
            (Many("dining table", 2), 1.5),
            (Object("dining table"), 0.6),
            (Object("couch"), -2.0),
            (Object("tv"), -1.5),
            (Object("oven"), -1.0),
        ],
    },
    Row {
        place: Place::Office,
        prior: -3.6,
        signs: &[
            (Object("keyboard"), 1.8),
            (Object("mouse"), 1.0),
            (Object("laptop"), 0.8),
            (Object("tv"), 0.6),
            (Many("laptop", 3), 1.5),
            (Tag("desk"), 2.6),
            (Tag("desktop computer"), 1.6),
            (Tag("monitor"), 0.8),
            (Tag("screen"), 0.6),
            (Object("bed"), -2.5),
            (Object("couch"), -2.0),
            (Object("sandwich"), -1.0),
            (Object("oven"), -2.0),
        ],
    },
    Row {
        place: Place::Street,
        prior: -3.2,
        signs: &[
            (Object("car"), 1.9),
            (Many("car", 3), 1.0),
            (Object("bus"), 2.8),
            (Object("truck"), 1.0),
            (Object("traffic light"), 2.4),
            (Object("stop sign"), 2.6),
            (Object("parking meter"), 2.8),
            (Object("fire hydrant"), 2.2),
            (Object("motorcycle"), 1.2),
            (Object("bicycle"), 1.2),
            (Tag("street sign"), 2.0),
            (Tag("traffic light"), 1.5),
            (Tag("trolleybus"), 1.2),
            (Tag("cab"), 1.2),
            (Tag("parking meter"), 1.2),
            (Tag("moving van"), 1.0),
            (Object("airplane"), -4.0),
            (Object("boat"), -1.5),
            (Object("bed"), -3.0),
            (Object("suitcase"), -1.5),
            (Object("couch"), -2.5),
            (Object("horse"), -0.5),
            (Layout(Zone::Bottom, Ground::Green, 0.5), -1.5),
            (Layout(Zone::Bottom, Ground::Sand, 0.6), -0.8),
        ],
    },
    Row {
        place: Place::Station,
        prior: -3.6,
        signs: &[
            (Object("train"), 3.2),
            (Tag("passenger car"), 1.2),
            (Many("person", 2), 1.4),
            (Object("person"), 0.8),
            (Object("suitcase"), 0.8),
            (Layout(Zone::All, Ground::Green, 0.2), -2.0),
            (Layout(Zone::Top, Ground::Blue, 0.5), -1.0),
        ],
    },
    Row {
        place: Place::Airport,
        prior: -4.0,
        signs: &[
            (Object("airplane"), 2.6),
            (Many("airplane", 2), 1.5),
            (Object("truck"), 1.5),
            (Object("bus"), 0.8),
            (Tag("airliner"), 0.8),
            (Layout(Zone::Bottom, Ground::Blue, 0.5), -3.0),
        ],
    },
    Row {
        place: Place::Beach,
        prior: -4.2,
        signs: &[
            (Tag("seashore"), 3.5),
            (Tag("sandbar"), 3.0),
            (Tag("breakwater"), 1.6),
            (Tag("promontory"), 1.4),
            (Object("surfboard"), 1.6),
            (Object("kite"), 0.6),
            (Object("umbrella"), 0.8),
            (Layout(Zone::Bottom, Ground::Sand, 0.5), 2.0),
            (Layout(Zone::Top, Ground::Blue, 0.4), 0.8),
            (Object("couch"), -3.0),
            (Object("dining table"), -1.5),
            (Object("car"), -1.0),
        ],
    },
    Row {
        place: Place::Sea,
        prior: -4.0,
        signs: &[
            (Object("surfboard"), 3.2),
            (Object("boat"), 3.6),
            (Tag("lakeside"), 1.8),
            (Tag("seashore"), 1.8),
            (Tag("dock"), 1.6),
            (Tag("schooner"), 1.4),
            (Tag("pier"), 1.2),
            (Tag("breakwater"), 1.4),
            (Tag("paddle"), 1.6),
            (Tag("canoe"), 1.6),
            (Tag("dam"), 0.8),
            (Layout(Zone::Bottom, Ground::Blue, 0.5), 1.6),
            (Layout(Zone::Bottom, Ground::Grey, 0.7), 0.5),
            (Object("car"), -1.2),
            (Object("bus"), -3.0),
            (Object("dining table"), -3.0),
            (Object("airplane"), -2.0),
            (Layout(Zone::Bottom, Ground::Green, 0.4), -2.0),
        ],
    },
    Row {
        place: Place::Snow,
        prior: -4.2,
        signs: &[
            (Object("skis"), 3.4),
            (Object("snowboard"), 3.4),
            (Tag("ski"), 3.0),
            (Tag("alp"), 2.0),
            (Tag("snowmobile"), 1.6),
            (Tag("dogsled"), 2.0),
            (Layout(Zone::Bottom, Ground::White, 0.5), 2.4),
            (Layout(Zone::Bottom, Ground::Green, 0.3), -2.5),
            (Object("dining table"), -4.0),
            (Object("surfboard"), -3.0),
            (Object("toilet"), -3.0),
        ],
    },
    Row {
        place: Place::TennisCourt,
        prior: -4.0,
        signs: &[
            (Object("tennis racket"), 4.0),
            (Tag("racket"), 3.4),
            (Tag("tennis ball"), 1.6),
            (Object("sports ball"), 0.6),
            (Object("baseball bat"), -2.5),
            (Object("baseball glove"), -2.0),
            (Object("person"), 0.5),
        ],
    },
    Row {
        place: Place::BaseballField,
        prior: -4.2,
        signs: &[
            (Object("baseball bat"), 3.6),
            (Object("baseball glove"), 3.0),
            (Tag("ballplayer"), 4.0),
            (Tag("baseball"), 1.5),
            (Tag("scoreboard"), 1.8),
            (Object("tennis racket"), -3.0),
            (Tag("racket"), -2.5),
            (Object("person"), 0.3),
        ],
    },
    Row {
        place: Place::Grass,
        prior: -3.4,
        signs: &[
            (Layout(Zone::Bottom, Ground::Green, 0.6), 3.4),
            (Layout(Zone::All, Ground::Green, 0.35), 1.0),
            (Object("sheep"), 1.8),
            (Object("cow"), 1.2),
            (Object("horse"), 1.0),
            (Object("zebra"), 1.6),
            (Object("giraffe"), 0.4),
            (Object("frisbee"), 1.4),
            (Object("dog"), 0.5),
            (Object("dining table"), -3.0),
            (Object("bowl"), -2.0),
            (Object("couch"), -3.0),
            (Object("bed"), -3.0),
            (Object("tv"), -3.0),
            (Object("refrigerator"), -3.0),
            (Object("bus"), -1.0),
            (Object("train"), -1.0),
        ],
    },
    Row {
        place: Place::Mountains,
        prior: -4.0,
        signs: &[
            (Tag("alp"), 3.4),
            (Tag("valley"), 4.2),
            (Tag("volcano"), 3.0),
            (Tag("cliff"), 1.2),
            (Tag("mountain tent"), 1.6),
            (Object("dining table"), -3.0),
        ],
    },
    Row {
        place: Place::Sky,
        prior: -3.8,
        signs: &[
            (Layout(Zone::All, Ground::Blue, 0.6), 2.2),
            (Object("kite"), 2.6),
            (Object("airplane"), 1.6),
            (Tag("parachute"), 1.0),
            (Tag("kite"), 0.6),
            (Tag("airliner"), 0.6),
            (Object("boat"), -3.0),
            (Object("surfboard"), -4.0),
            (Object("car"), -2.5),
            (Object("truck"), -2.5),
            (Object("dining table"), -4.0),
        ],
    },
    Row {
        place: Place::Shop,
        prior: -4.4,
        signs: &[
            (Tag("grocery store"), 3.4),
            (Tag("bakery"), 2.0),
            (Tag("confectionery"), 2.0),
            (Tag("bookshop"), 3.0),
            (Tag("shoe shop"), 3.0),
            (Tag("barbershop"), 1.5),
            (Object("couch"), -3.0),
            (Object("bed"), -2.0),
            (Object("dining table"), -1.0),
            (Object("fire hydrant"), -3.0),
        ],
    },
    Row {
        place: Place::Patio,
        prior: -4.4,
        signs: &[
            (Tag("patio"), 3.6),
            (Many("umbrella", 2), 1.4),
            (Many("chair", 3), 1.0),
            (Object("bench"), 0.4),
            (Object("bed"), -3.0),
            (Object("couch"), -2.0),
            (Object("tv"), -3.0),
        ],
    },
];

/// A place with its probability and the findings that speak for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    pub place: Place,
    pub probability: f32,
    pub findings: Vec<String>,
}

/// All places, the likeliest first.
pub fn weigh(findings: &Findings) -> Vec<Setting> {
    let fused = certainty::is_fused(&findings.objects);
    let mut settings: Vec<Setting> = TABLE
        .iter()
        .map(|row| {
            let mut log_odds = row.prior;
            let mut ids = Vec::new();
            for &(sign, weight) in row.signs {
                let (strength, evidence) = strength(findings, sign, fused);
                log_odds += weight * strength;
                if weight > 0.0 && strength > 0.05 {
                    ids.extend(evidence);
                }
            }
            ids.dedup();
            Setting { place: row.place, probability: 1.0 / (1.0 + (-log_odds).exp()), findings: ids }
        })
        .collect();
    settings.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    settings
}

/// How strongly a sign is there, 0 to 1, and the findings that show it.
fn strength(findings: &Findings, sign: Sign, fused: bool) -> (f32, Vec<String>) {
    match sign {
        Sign::Object(label) => {
            let best = findings
                .objects
                .iter()
                .filter(|o| o.label == label && o.standing != Standing::Doubted)
                .max_by(|a, b| a.score.total_cmp(&b.score));
            best.map_or((0.0, Vec::new()), |o| (super::groups::certainty_of(o, fused), vec![o.id.clone()]))
        }
        Sign::Many(label, least) => {
            let there: Vec<String> = findings
                .objects
                .iter()
                .filter(|o| o.label == label && o.standing != Standing::Doubted)
                .map(|o| o.id.clone())
                .collect();
            if there.len() >= least { (1.0, there) } else { (0.0, Vec::new()) }
        }
        Sign::Tag(name) => {
            let named =
                findings.tags.iter().filter(|t| t.standing != Standing::Doubted && crate::reconcile::is_a(t, name));
            let (sum, ids) = named.fold((0.0, Vec::new()), |(sum, mut ids), t| {
                ids.push(t.id.clone());
                (sum + t.probability, ids)
            });
            ((sum / FULL_TAG).min(1.0), ids)
        }
        Sign::Layout(zone, ground, least) => {
            let share = findings.layout.share(zone, ground);
            if share >= least { (1.0, vec!["image".to_owned()]) } else { (0.0, Vec::new()) }
        }
    }
}
