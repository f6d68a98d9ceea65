//! Remarks on the kind of picture, its light, its colours and its quality.

use crate::describe::english;
use crate::describe::plan::{Plan, Subject};
use crate::describe::text::Text;
use crate::reconcile::Findings;
use crate::report::{PictureKind, Quality, Swatch};

/// A picture below this mean lightness is called dark; above the second, bright.
const DARK: f32 = 0.25;
const BRIGHT: f32 = 0.78;
/// Bright points on a dark ground are worth saying from this number.
const MANY_POINTS: u32 = 40;
/// Below this colourfulness a picture is black and white.
const GREY: f32 = 4.0;
/// A colour is named from this share of the picture, and at most so many of them.
const NAMED_SHARE: f32 = 0.12;
const NAMED_COLORS: usize = 3;
/// A colour of a drawing beside its ground, and how many of them are named.
const DRAWN_SHARE: f32 = 0.02;
const DRAWN_COLORS: usize = 4;
/// What the measures say is taken as this certain.
const MEASURED: f32 = 0.9;

/// What is said before the things: the kind of picture, or what the measures alone tell.
pub fn open(findings: &Findings, plan: &Plan, text: &mut Text) {
    let nothing = plan.subject == Subject::Nothing && plan.maybe.is_empty();
    let Some(quality) = &findings.quality else {
        if nothing {
            text.words("it is unclear what is on this picture").stop();
        }
        return;
    };
    if let Some(kind) = english::kind_of_picture(quality.kind) {
        text.clause(kind, measured(), quality.kind_confidence);
        if quality.kind == PictureKind::Drawing {
            drawn_in(&findings.palette, text);
        }
        if !quality.light.is_empty() {
            text.clause(&english::ground(&quality.light), measured(), MEASURED);
        }
        if plan.subject != Subject::Nothing {
            text.words(", with");
        }
    } else if nothing {
        measures_alone(quality, text);
    }
}

/// `in blue, red and green`: the colours that a drawing is made of.
fn drawn_in(palette: &[Swatch], text: &mut Text) {
    let ground = palette.first().map(|s| s.id.as_str());
    let drawn: Vec<&Swatch> =
        palette.iter().filter(|s| Some(s.id.as_str()) != ground && s.share >= DRAWN_SHARE).take(DRAWN_COLORS).collect();
    let count = drawn.len();
    for (index, swatch) in drawn.into_iter().enumerate() {
        match index {
            0 => text.words("in"),
            i if i + 1 == count => text.words("and"),
            _ => text.words(","),
        };
        text.clause(english::color_word(&swatch.name), vec![swatch.id.clone()], MEASURED);
    }
}

/// All that can be said of a photo on which nothing was recognised.
fn measures_alone(quality: &Quality, text: &mut Text) {
    let tone = match quality.brightness {
        b if b < DARK => "a dark picture",
        b if b > BRIGHT => "a bright picture",
        _ => "a picture",
    };
    if quality.bright_points >= MANY_POINTS && quality.brightness < DARK {
        text.clause(&format!("{tone} with many small bright points"), measured(), MEASURED);
    } else {
        text.clause(tone, measured(), MEASURED).stop().words("it is unclear what is on it");
    }
    text.stop();
}

fn measured() -> Vec<String> {
    vec!["quality".into()]
}

/// Whether the main part has already told how dark it is.
fn told_dark(quality: &Quality, text: &Text) -> bool {
    quality.brightness < DARK && text.is_about("a dark picture")
}

/// Light, colours and sharpness: `Soft, even light; mostly sandy beige and grey-blue. Sharp.`
pub fn close(findings: &Findings, text: &mut Text) {
    text.begin_remarks();
    let quality = findings.quality.as_ref();
    let photo = quality.filter(|q| q.kind == PictureKind::Photo);
    let dark = quality.is_some_and(|q| told_dark(q, text));
    if let Some(light) = photo.map(|q| q.light.as_str()).filter(|l| !l.is_empty() && !dark) {
        text.clause(light, measured(), MEASURED);
    }
    if quality.is_some_and(|q| q.kind == PictureKind::Drawing) {
        // Its colours are the main part.
    } else if quality.is_some_and(|q| q.colorfulness < GREY) {
        text.words(";").clause("black and white", measured(), MEASURED);
    } else {
        colors(&findings.palette, text);
    }
    text.stop();
    if let Some(sharpness) = photo.map(|q| q.sharpness_word.as_str()).filter(|w| !w.is_empty()) {
        text.clause(sharpness, measured(), MEASURED).stop();
    }
}

fn colors(palette: &[Swatch], text: &mut Text) {
    let mut named: Vec<(&str, Vec<String>, f32)> = Vec::new();
    for swatch in palette.iter().filter(|s| s.share >= NAMED_SHARE) {
        let word = english::color_word(&swatch.name);
        match named.iter_mut().find(|(w, _, _)| *w == word) {
            Some((_, ids, share)) => {
                ids.push(swatch.id.clone());
                *share += swatch.share;
            }
            None => named.push((word, vec![swatch.id.clone()], swatch.share)),
        }
    }
    named.truncate(NAMED_COLORS);
    let count = named.len();
    for (index, (word, ids, _)) in named.into_iter().enumerate() {
        match index {
            0 => text.words(";").words("mostly"),
            i if i + 1 == count => text.words("and"),
            _ => text.words(","),
        };
        text.clause(word, ids, MEASURED);
    }
}
