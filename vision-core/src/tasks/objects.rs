//! Detections to the report's objects: which are shown, what they are called, where they are, what colour they have.

use image::RgbImage;

use super::fusion::Fused;
use super::{rounded_rect, rounded_score};
use crate::measure::{garment_color, region_color};
use crate::report::{Object, Rect, SeenBy, Standing};
use crate::vocabulary;

/// Colours are looked for in so many of the most certain objects; nobody reads on.
const MOST_COLORED: usize = 24;

/// COCO's class of people: theirs is the colour of what they wear.
const PERSON: u32 = 0;

/// What a score must reach to be shown, and to be stated without a hedge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    pub show_above: f32,
    pub sure_above: f32,
}

/// Names what was detected, the most certain first.
pub fn name_objects(fused: Vec<Fused>, pixels: &RgbImage, thresholds: Thresholds) -> Vec<Object> {
    let size = (pixels.width() as f32, pixels.height() as f32);
    let shown = fused.into_iter().filter(|f| f.detection.score >= thresholds.show_above);
    let mut objects: Vec<Object> = shown.filter_map(|f| named(f, size, thresholds)).collect();
    for (object, number) in objects.iter_mut().zip(1..) {
        object.id = format!("o{number}");
    }
    for object in objects.iter_mut().take(MOST_COLORED) {
        let color = if object.class_index == PERSON { garment_color } else { region_color };
        object.color = color(pixels, object.bounds);
    }
    objects
}

fn named(fused: Fused, size: (f32, f32), thresholds: Thresholds) -> Option<Object> {
    let class_index = fused.detection.class_index;
    let class = vocabulary::coco(class_index as usize)?;
    let sure = fused.detection.score >= thresholds.sure_above;
    let seen_by = fused.seen_by.into_iter();
    Some(Object {
        id: String::new(),
        label: class.name.to_string(),
        class_index,
        wordnet_id: class.wordnet_id.to_string(),
        score: rounded_score(fused.detection.score),
        bounds: rounded_rect(fused.detection.bounds),
        position: position(fused.detection.bounds, size),
        color: None,
        seen_by: seen_by.map(|s| SeenBy { score: rounded_score(s.score), ..s }).collect(),
        standing: if sure { Standing::Accepted } else { Standing::Unsure },
        reason: (!sure).then(|| "the detectors are not certain of it".to_string()),
    })
}

/// The third of the picture that the middle of a box lies in: `centre`, `left`, `top right`, ...
fn position(bounds: Rect, (width, height): (f32, f32)) -> String {
    let (x, y) = bounds.center();
    let third = |at: f32, side: f32, words: [&'static str; 3]| {
        let [low, middle, high] = words;
        if at < side / 3.0 {
            low
        } else if at > side * 2.0 / 3.0 {
            high
        } else {
            middle
        }
    };
    match (third(y, height, ["top", "", "bottom"]), third(x, width, ["left", "", "right"])) {
        ("", "") => "centre".to_string(),
        (row, column) => format!("{row} {column}").trim().to_string(),
    }
}

#[cfg(test)]
mod tests;
