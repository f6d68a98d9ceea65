//! Outputs of anchor-free detectors to boxes in the image: which candidates are kept, and which repeat each other.

use super::{cells, rows};
use crate::engine::{EngineError, Tensor};
use crate::manifest::{Detect, InputSpec};
use crate::order;
use crate::preprocess::Placement;
use crate::report::Rect;

/// Of more candidates than this, the best are looked at (PaddleDetection's `nms_top_k`).
const MOST_CANDIDATES: usize = 1000;

/// COCO's rule counts no more than this for one picture.
const MOST_DETECTIONS: usize = 100;

/// One thing that a detector saw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// Index in the model's classes.
    pub class_index: u32,
    pub score: f32,
    /// In pixels of the upright image, clipped to it.
    pub bounds: Rect,
}

/// PicoDet (Yu et al., 2021): per stride the classes' scores, and for each side of the box a distribution over
/// distances of 0 to `bins - 1` strides, whose mean is the distance.
pub fn picodet(
    outputs: &[Tensor],
    input: &InputSpec,
    (strides, bins): (&[u32], u32),
    detect: &Detect,
    placement: &Placement,
) -> Result<Vec<Detection>, EngineError> {
    let distribution = 4 * bins as usize;
    let (sides, scores): (Vec<_>, Vec<_>) = outputs.iter().partition(|t| t.shape.last() == Some(&distribution));
    if sides.len() != strides.len() || scores.len() != strides.len() {
        return Err(EngineError::Shape { detail: format!("{} outputs for {} strides", outputs.len(), strides.len()) });
    }
    let mut found = Vec::new();
    for ((stride, scores), sides) in strides.iter().zip(scores).zip(sides) {
        let (columns, lines) = (cells(input.width, *stride), cells(input.height, *stride));
        let classes = scores.shape.last().copied().unwrap_or(0);
        let scores = rows(scores, columns * lines, classes)?;
        let sides = rows(sides, columns * lines, distribution)?;
        for (cell, (scores, sides)) in scores.zip(sides).enumerate() {
            if scores.iter().any(|s| *s > detect.keep_above) {
                let bounds = from_distances(cell, columns, *stride as f32, sides, placement);
                push_classes(&mut found, scores, 1.0, detect.keep_above, bounds);
            }
        }
    }
    Ok(suppress(found, detect.nms_iou))
}

/// YOLOX (Ge et al., 2021): per cell an offset and a size in strides (the size as a logarithm), then the scores.
pub fn yolox(
    outputs: &[Tensor],
    input: &InputSpec,
    strides: &[u32],
    detect: &Detect,
    placement: &Placement,
) -> Result<Vec<Detection>, EngineError> {
    let Some(output) = outputs.first() else {
        return Err(EngineError::Shape { detail: "no output".into() });
    };
    let total = strides.iter().map(|s| cells(input.width, *s) * cells(input.height, *s)).sum();
    let mut rows = rows(output, total, output.shape.last().copied().unwrap_or(0))?;
    let mut found = Vec::new();
    for stride in strides {
        let (columns, lines) = (cells(input.width, *stride), cells(input.height, *stride));
        for (cell, row) in rows.by_ref().take(columns * lines).enumerate() {
            let [dx, dy, log_width, log_height, objectness, scores @ ..] = row else {
                return Err(EngineError::Shape { detail: format!("rows of {} numbers", row.len()) });
            };
            // No class can pass once the objectness alone does not.
            if *objectness > detect.keep_above {
                let center = [(dx + (cell % columns) as f32), (dy + (cell / columns) as f32)];
                let size = [log_width.exp(), log_height.exp()];
                let bounds = from_center(center, size, *stride as f32, placement);
                push_classes(&mut found, scores, *objectness, detect.keep_above, bounds);
            }
        }
    }
    Ok(suppress(found, detect.nms_iou))
}

/// Greedy non-maximum suppression within each class; the best first, at most a hundred.
pub fn suppress(mut candidates: Vec<Detection>, iou: f32) -> Vec<Detection> {
    order::sort_by(&mut candidates, by_score);
    candidates.truncate(MOST_CANDIDATES);
    let mut kept: Vec<Detection> = Vec::new();
    for candidate in candidates {
        let repeats = |k: &Detection| k.class_index == candidate.class_index && k.bounds.iou(&candidate.bounds) > iou;
        if kept.len() < MOST_DETECTIONS && !kept.iter().any(repeats) {
            kept.push(candidate);
        }
    }
    kept
}

/// The most certain first; what ties is put in an order that does not depend on how it was found.
pub(super) fn by_score(a: &Detection, b: &Detection) -> std::cmp::Ordering {
    b.score
        .total_cmp(&a.score)
        .then(a.class_index.cmp(&b.class_index))
        .then(a.bounds.x.total_cmp(&b.bounds.x))
        .then(a.bounds.y.total_cmp(&b.bounds.y))
}

fn push_classes(found: &mut Vec<Detection>, scores: &[f32], objectness: f32, keep_above: f32, bounds: Rect) {
    // A box of no area comes of a candidate that lies in the padding.
    if bounds.area() <= 0.0 {
        return;
    }
    for (class_index, score) in (0..).zip(scores) {
        let score = score * objectness;
        if score > keep_above {
            found.push(Detection { class_index, score, bounds });
        }
    }
}

fn from_distances(cell: usize, columns: usize, stride: f32, sides: &[f32], placement: &Placement) -> Rect {
    let center_x = ((cell % columns) as f32 + 0.5) * stride;
    let center_y = ((cell / columns) as f32 + 0.5) * stride;
    let mut distances = sides.chunks_exact((sides.len() / 4).max(1)).map(|bins| mean_bin(bins) * stride);
    let mut next = || distances.next().unwrap_or(0.0);
    let (left, top, right, bottom) = (next(), next(), next(), next());
    placement.rect_in_image(center_x - left, center_y - top, center_x + right, center_y + bottom)
}

/// The mean of the distribution that the logits of the bins stand for.
fn mean_bin(logits: &[f32]) -> f32 {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let (mut sum, mut weighted) = (0.0, 0.0);
    for (bin, logit) in logits.iter().enumerate() {
        let weight = (logit - largest).exp();
        sum += weight;
        weighted += weight * bin as f32;
    }
    weighted / sum
}

fn from_center(center: [f32; 2], size: [f32; 2], stride: f32, placement: &Placement) -> Rect {
    let [x, y] = center.map(|v| v * stride);
    let [half_width, half_height] = size.map(|v| v * stride / 2.0);
    placement.rect_in_image(x - half_width, y - half_height, x + half_width, y + half_height)
}

#[cfg(test)]
mod tests;
