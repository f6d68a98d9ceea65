//! Remarks on the kind of picture, its light, its colours and its quality.

use crate::describe::english;
use crate::describe::plan::{Plan, Subject};
use crate::describe::text::Text;
use crate::reconcile::Findings;
use crate::report::{PictureKind, Swatch};

/// A picture below this mean lightness is called dark; above the second, bright.
const DARK: f32 = 0.25;
const BRIGHT: f32 = 0.78;
/// Bright points on a dark ground are worth saying from this number.
const MANY_POINTS: u32 = 40;
/// Below this colourfulness a picture is black and white.
const GREY: f32 = 4.0;

/// What is said before the things: the kind of picture, or what the measures alone tell.
pub fn open(findings: &Findings, plan: &Plan, text: &mut Text) {
    let Some(quality) = &findings.quality else {
        if plan.subject == Subject::Nothing {
            text.words("nothing in the picture could be named with certainty").stop();
        }
        return;
    };
    if let Some(kind) = english::kind_of_picture(quality.kind) {
        text.clause(kind, vec!["quality".into()], quality.kind_confidence);
        if plan.subject != Subject::Nothing {
            text.words(", with");
        }
        return;
    }
    if plan.subject != Subject::Nothing {
        return;
    }
    let tone = match quality.brightness {
        b if b < DARK => "a dark picture",
        b if b > BRIGHT => "a bright picture",
        _ => "a picture",
    };
    if quality.bright_points >= MANY_POINTS && quality.brightness < DARK {
        text.clause(&format!("{tone} with many small bright points"), vec!["quality".into()], 0.9);
    } else {
        text.clause(tone, vec!["quality".into()], 0.9).words("in which nothing could be named with certainty");
    }
    text.stop();
}

/// Light, colours and sharpness.
pub fn close(findings: &Findings, text: &mut Text) {
    text.begin_remarks();
    let Some(quality) = &findings.quality else { return };
    if quality.kind == PictureKind::Photo && !quality.light.is_empty() {
        text.clause(&quality.light, vec!["quality".into()], 0.9);
    }
    if quality.colorfulness < GREY {
        text.words(if quality.light.is_empty() { "" } else { "," }).clause(
            "black and white",
            vec!["quality".into()],
            0.9,
        );
    } else {
        colors(&findings.palette, text);
    }
    text.stop();
    if quality.kind == PictureKind::Photo && !quality.sharpness_word.is_empty() {
        text.clause(&quality.sharpness_word, vec!["quality".into()], 0.9).stop();
    }
}

fn colors(palette: &[Swatch], text: &mut Text) {
    let main: Vec<&Swatch> = palette.iter().filter(|s| s.share >= 0.12).take(3).collect();
    for (index, swatch) in main.iter().enumerate() {
        match index {
            0 => text.words("mostly"),
            i if i + 1 == main.len() => text.words("and"),
            _ => text.words(","),
        };
        let name =
            english::words::PALETTE.iter().find(|(n, _)| *n == swatch.name).map_or(swatch.name.as_str(), |(_, w)| w);
        text.clause(name, vec![swatch.id.clone()], swatch.share.max(0.5));
    }
}
