//! Models of photos read drawings, screenshots and pages of text wrongly: what they say of those is doubted.

use crate::reconcile::{Findings, lower};
use crate::report::{PictureKind, Standing};

/// The measures are trusted from this confidence.
const KIND_IS_SURE: f32 = 0.6;
/// A detection this sure is kept even on a screenshot or a drawing: it may hold a photo or show the thing plainly.
const KEPT_ON_DRAWINGS: f32 = 0.75;

/// The classes that are true of such a picture as a whole, and so are no contradiction.
const TRUE_OF_PAGES: &[&str] = &["website", "menu", "book cover", "comic book", "crossword puzzle"];

pub fn doubt_what_drawings_and_pages_cannot_show(findings: &mut Findings) {
    let Some(quality) = &findings.quality else { return };
    let (kind, page) = match quality.kind {
        PictureKind::Photo => return,
        PictureKind::Drawing => ("a drawing", false),
        PictureKind::Screenshot => ("a screenshot", true),
        PictureKind::Document => ("a page of text", true),
    };
    if quality.kind_confidence < KIND_IS_SURE {
        return;
    }
    for tag in &mut findings.tags {
        let fits = page && TRUE_OF_PAGES.contains(&tag.label.to_ascii_lowercase().as_str());
        if !fits {
            let why = format!("the measures say {kind}, and the tagger knows photos only");
            lower(&mut tag.standing, &mut tag.reason, Standing::Doubted, why);
        }
    }
    for object in findings.objects.iter_mut().filter(|o| page || o.score < KEPT_ON_DRAWINGS) {
        let why = format!("the measures say {kind}, and the detectors know photos only");
        lower(&mut object.standing, &mut object.reason, Standing::Doubted, why);
    }
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    TRUE_OF_PAGES.iter().copied()
}
