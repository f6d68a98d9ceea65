//! YuNet's outputs to faces with five landmarks, and which of them count.

use super::{cells, rounded_px, rounded_rect, rounded_score, rows};
use crate::engine::{EngineError, Tensor};
use crate::manifest::InputSpec;
use crate::order;
use crate::preprocess::Placement;
use crate::report::{Face, Object, Point, Rect, Standing};

/// A face is held by a box that covers at least this much of it: hair and hats reach out of a person's box.
const HELD_SHARE: f32 = 0.6;

/// Index of a person in COCO's order of 80.
const PERSON: u32 = 0;

/// COCO's animals, bird to giraffe, in its order of 80.
const ANIMALS: std::ops::RangeInclusive<u32> = 14..=23;

/// Thresholds of a face detector, as its manifest has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceThresholds {
    pub keep_above: f32,
    pub nms_iou: f32,
    pub sure_above: f32,
}

/// One candidate, in pixels of the upright image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FoundFace {
    pub score: f32,
    pub bounds: Rect,
    pub landmarks: [Point; 5],
}

/// YuNet (Wu, Peng, Yu, 2023): per stride the class and objectness scores, boxes and landmarks, the outputs grouped by
/// kind. The score is the geometric mean of the two.
pub fn yunet(
    outputs: &[Tensor],
    input: &InputSpec,
    strides: &[u32],
    thresholds: &FaceThresholds,
    placement: &Placement,
) -> Result<Vec<FoundFace>, EngineError> {
    let levels = strides.len();
    let mut groups = outputs.chunks_exact(levels.max(1));
    let (Some(class), Some(object), Some(bounds), Some(points)) =
        (groups.next(), groups.next(), groups.next(), groups.next())
    else {
        return Err(EngineError::Shape { detail: format!("{} outputs for {levels} strides", outputs.len()) });
    };
    let mut found = Vec::new();
    let per_stride = strides.iter().zip(class).zip(object).zip(bounds.iter().zip(points));
    for (((stride, class), object), (bounds, points)) in per_stride {
        let columns = cells(input.width, *stride);
        let count = columns * cells(input.height, *stride);
        let scores = rows(class, count, 1)?.zip(rows(object, count, 1)?);
        let places = rows(bounds, count, 4)?.zip(rows(points, count, 10)?);
        for (cell, ((class, object), (bounds, points))) in scores.zip(places).enumerate() {
            let score = (first(class).clamp(0.0, 1.0) * first(object).clamp(0.0, 1.0)).sqrt();
            if score > thresholds.keep_above {
                let grid = Grid { x: (cell % columns) as f32, y: (cell / columns) as f32, stride: *stride as f32 };
                found.push(grid.face(score, bounds, points, placement));
            }
        }
    }
    Ok(suppress(found, thresholds.nms_iou))
}

/// Says which faces count: those the detector is sure of, unless they lie on an animal, and those that a person's box
/// holds. The others stay in the report with the reason why they do not.
pub fn judge(found: &[FoundFace], objects: &[Object], sure_above: f32) -> Vec<Face> {
    let faces = found.iter().zip(1..).map(|(face, number)| {
        let person = holder(face, objects, |class| class == PERSON);
        let animal = holder(face, objects, |class| ANIMALS.contains(&class));
        let (standing, reason) = standing(face, person, animal, sure_above);
        Face {
            id: format!("f{number}"),
            score: rounded_score(face.score),
            bounds: rounded_rect(face.bounds),
            landmarks: face.landmarks.map(|p| Point { x: rounded_px(p.x), y: rounded_px(p.y) }),
            person: person.map(|o| o.id.clone()),
            standing,
            reason,
        }
    });
    faces.collect()
}

fn standing(
    face: &FoundFace,
    person: Option<&Object>,
    animal: Option<&Object>,
    sure_above: f32,
) -> (Standing, Option<String>) {
    match (person, animal) {
        (Some(_), None) => (Standing::Accepted, None),
        // A rider's or an owner's face lies in both boxes: then the tighter one tells whose face it is.
        (Some(person), Some(animal)) if person.bounds.area() <= animal.bounds.area() => (Standing::Accepted, None),
        (_, Some(animal)) => (
            Standing::Doubted,
            Some(format!("it lies on the {}, and the detector of faces fires on animals", animal.label)),
        ),
        (None, None) if face.score >= sure_above => (Standing::Accepted, None),
        (None, None) => {
            (Standing::Doubted, Some("the detector is not sure, and no person was seen around it".to_string()))
        }
    }
}

/// The smallest object of the wanted classes that holds the face.
fn holder<'o>(face: &FoundFace, objects: &'o [Object], wanted: impl Fn(u32) -> bool) -> Option<&'o Object> {
    let holds =
        |o: &&Object| wanted(o.class_index) && face.bounds.intersection(&o.bounds) >= HELD_SHARE * face.bounds.area();
    objects.iter().filter(holds).min_by(|a, b| a.bounds.area().total_cmp(&b.bounds.area()))
}

struct Grid {
    x: f32,
    y: f32,
    stride: f32,
}

impl Grid {
    fn face(&self, score: f32, bounds: &[f32], points: &[f32], placement: &Placement) -> FoundFace {
        let [dx, dy, log_width, log_height] = <[f32; 4]>::try_from(bounds).unwrap_or_default();
        let (x, y) = ((self.x + dx) * self.stride, (self.y + dy) * self.stride);
        let (half_width, half_height) = (log_width.exp() * self.stride / 2.0, log_height.exp() * self.stride / 2.0);
        let mut landmarks = [Point::default(); 5];
        for (to, from) in landmarks.iter_mut().zip(points.chunks_exact(2)) {
            if let [dx, dy] = from {
                *to = placement.point_in_image((self.x + dx) * self.stride, (self.y + dy) * self.stride);
            }
        }
        let bounds = placement.rect_in_image(x - half_width, y - half_height, x + half_width, y + half_height);
        FoundFace { score, bounds, landmarks }
    }
}

/// Greedy non-maximum suppression, the best first.
pub fn suppress(mut found: Vec<FoundFace>, iou: f32) -> Vec<FoundFace> {
    order::sort_by(&mut found, |a, b| b.score.total_cmp(&a.score).then(a.bounds.x.total_cmp(&b.bounds.x)));
    let mut kept: Vec<FoundFace> = Vec::new();
    for face in found {
        if face.bounds.area() > 0.0 && !kept.iter().any(|k| k.bounds.iou(&face.bounds) > iou) {
            kept.push(face);
        }
    }
    kept
}

fn first(row: &[f32]) -> f32 {
    row.first().copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests;
