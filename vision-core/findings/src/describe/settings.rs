//! Where it is: the setting inferred from objects, tags and the layout of colours by a table of weighted evidence.

use crate::describe::groups::certainty_of;
use crate::order;
use crate::reconcile::layout::{Ground, Zone};
use crate::reconcile::{Findings, certainty, is_a};
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
    /// On or at a desk.
    Desk,
    Library,
    /// Some room, which one is open.
    Room,
    Street,
    Station,
    Airport,
    Beach,
    /// On the water: boats, surfers.
    Water,
    /// Beside water.
    Waterside,
    Snow,
    Slope,
    TennisCourt,
    BaseballField,
    Grass,
    /// Grass with grazing animals.
    Field,
    Mountains,
    Sky,
    Shop,
    Patio,
}

mod table;

/// One kind of evidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    /// An object of this class; its strength is its probability.
    Object(&'static str),
    /// At least this many objects of a class.
    Many(&'static str, usize),
    /// A tag or one of its parents; its strength grows with the probability up to [`FULL_TAG`].
    Tag(&'static str),
    /// A zone looks like a ground; in full from this share.
    Layout(Zone, Ground, f32),
}

/// A place, its log-odds without any evidence, and what each sign adds.
pub struct Row {
    pub place: Place,
    pub prior: f32,
    pub signs: &'static [(Sign, f32)],
}

/// A ground counts from this part of the share at which it counts in full.
const LEAST_LAYOUT: f32 = 0.5;
/// Half of a tag's weight counts at this summed probability: even a low one says something of a place.
const HALF_TAG: f32 = 0.10;

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
    let mut settings: Vec<Setting> = table::TABLE
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
            order::sort(&mut ids);
            ids.dedup();
            Setting { place: row.place, probability: 1.0 / (1.0 + (-log_odds).exp()), findings: ids }
        })
        .collect();
    order::sort_by(&mut settings, |a, b| b.probability.total_cmp(&a.probability));
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
            best.map_or((0.0, Vec::new()), |o| (certainty_of(o, fused), vec![o.id.clone()]))
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
            let alike: Vec<_> =
                findings.tags.iter().filter(|t| t.standing != Standing::Doubted && is_a(t, name)).collect();
            let sum: f32 = alike.iter().map(|t| t.probability).sum();
            let strength = (sum / (sum + HALF_TAG) * (1.0 + HALF_TAG)).min(1.0);
            (strength, alike.iter().map(|t| t.id.clone()).collect())
        }
        Sign::Layout(zone, ground, full) => {
            let share = findings.layout.share(zone, ground);
            let strength = ((share / full - LEAST_LAYOUT) / (1.0 - LEAST_LAYOUT)).clamp(0.0, 1.0);
            (strength, if strength > 0.0 { vec!["image".to_owned()] } else { Vec::new() })
        }
    }
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    table::TABLE.iter().flat_map(|row| row.signs).filter_map(|(sign, _)| match sign {
        Sign::Object(name) | Sign::Many(name, _) | Sign::Tag(name) => Some(*name),
        Sign::Layout(..) => None,
    })
}
