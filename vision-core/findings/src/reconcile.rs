//! Findings weighed against each other before words are chosen: what contradicts, what repeats, what is unsure.
//!
//! The rules run in the order of [`reconcile`]; each is a file of its own and its numbers are tables in that file. A finding
//! is never removed: it keeps its place in the report and gets a standing and, where it is not accepted, a plain reason.

use serde::{Deserialize, Serialize};

use crate::report::{Face, ImageFacts, Object, Quality, Standing, Swatch, Tag};

pub mod certainty;
mod duplicates;
mod faces;
mod kind;
pub mod layout;
mod parts;
#[cfg(test)]
pub(crate) mod sample;
mod support;
mod tags;
#[cfg(test)]
mod tests;

pub use layout::Layout;
pub use support::names;
pub use tags::{CERTAIN_ANIMAL, is_a, taken_for};

/// Everything that was found on one picture, before it is described.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    #[serde(default)]
    pub image: ImageFacts,
    pub tags: Vec<Tag>,
    pub objects: Vec<Object>,
    pub faces: Vec<Face>,
    /// From this score a face counts by itself, as the manifest has it for the detector that ran.
    #[serde(default)]
    pub sure_face: f32,
    pub palette: Vec<Swatch>,
    pub quality: Option<Quality>,
    /// Where the colours lie; empty if it was not measured.
    #[serde(default)]
    pub layout: Layout,
}

/// Sets the standing of every finding, with the reason where it is not accepted.
pub fn reconcile(findings: &mut Findings) {
    // The tasks' own first word is weighed anew, so that reconciling twice gives what reconciling once did.
    for tag in &mut findings.tags {
        (tag.standing, tag.reason) = (Standing::Accepted, None);
    }
    certainty::judge_objects(&mut findings.objects);
    kind::doubt_what_drawings_and_pages_cannot_show(findings);
    support::lift_by_company(findings);
    duplicates::keep_one_label_for_one_thing(&mut findings.objects);
    faces::judge(findings);
    parts::doubt_parts_and_pictures(findings);
    tags::judge(findings);
}

/// Lowers a standing, never raises it; the first reason stays.
pub(crate) fn lower(standing: &mut Standing, reason: &mut Option<String>, to: Standing, why: String) {
    let rank = |s: Standing| match s {
        Standing::Accepted => 0,
        Standing::Unsure => 1,
        Standing::Doubted => 2,
    };
    if rank(to) > rank(*standing) {
        *standing = to;
        *reason = Some(why);
    }
}
