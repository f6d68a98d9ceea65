//! How likely a detection is right, from its score: measured, not assumed.

use crate::reconcile::lower;
use crate::report::{Object, Standing};

/// Score of the surest detection of a class and how often such a class was on the picture, measured on 144 annotated photos
/// (PicoDet-S 416 and 640 and YOLOX-nano 640 joined by weighted box fusion).
const FUSED: &[(f32, f32)] = &[
    (0.09, 0.04),
    (0.17, 0.16),
    (0.22, 0.26),
    (0.27, 0.45),
    (0.32, 0.56),
    (0.37, 0.62),
    (0.45, 0.70),
    (0.52, 0.87),
    (0.57, 0.92),
    (0.75, 0.96),
    (0.90, 0.99),
];

/// The same for PicoDet-S 416 alone.
const ALONE: &[(f32, f32)] = &[
    (0.10, 0.04),
    (0.20, 0.11),
    (0.30, 0.32),
    (0.40, 0.46),
    (0.50, 0.63),
    (0.57, 0.79),
    (0.65, 0.88),
    (0.75, 0.96),
    (0.90, 0.99),
];

/// From this probability a thing is stated.
pub const STATED: f32 = 0.86;
/// From this probability it is spoken of with a hedge; below, it is left out of the sentence.
pub const SPOKEN: f32 = 0.56;

/// How the reason begins where nothing but the score speaks against a thing.
pub const LOW_SCORE: &str = "such a score is right in";

/// Whether several detectors were joined: then a score is their mean and reads higher than one detector's alone.
pub fn is_fused(objects: &[Object]) -> bool {
    objects.iter().any(|o| o.seen_by.len() > 1 || o.seen_by.first().is_some_and(|s| s.score > o.score * 1.5))
}

/// Whether an object is doubted for its low score and nothing else.
pub fn only_the_score_speaks_against(object: &Object) -> bool {
    object.standing == Standing::Doubted && object.reason.as_deref().is_some_and(|r| r.starts_with(LOW_SCORE))
}

/// The probability that a detection of this score is right.
pub fn probability(score: f32, fused: bool) -> f32 {
    let table = if fused { FUSED } else { ALONE };
    let (mut low, mut p_low) = (0.0, 0.0);
    for &(high, p_high) in table {
        if score < high {
            return p_low + (p_high - p_low) * ((score - low) / (high - low)).clamp(0.0, 1.0);
        }
        (low, p_low) = (high, p_high);
    }
    p_low
}

/// Accepted, unsure or doubted by the score alone.
pub fn judge_objects(objects: &mut [Object]) {
    let fused = is_fused(objects);
    for object in objects {
        object.standing = Standing::Accepted;
        object.reason = None;
        let p = probability(object.score, fused);
        let percent = (p * 100.0).round();
        if p < SPOKEN {
            let why = format!("{LOW_SCORE} {percent} of 100 cases only");
            lower(&mut object.standing, &mut object.reason, Standing::Doubted, why);
        } else if p < STATED {
            let why = format!("{LOW_SCORE} {percent} of 100 cases");
            lower(&mut object.standing, &mut object.reason, Standing::Unsure, why);
        }
    }
}
