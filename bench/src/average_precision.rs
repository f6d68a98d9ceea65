//! Average precision of detections under COCO's rules.
//!
//! The rules (cocodataset.org, "Detection evaluation"; `pycocotools/cocoeval.py`): per class, the hundred most certain
//! detections of each picture are matched to boxes people drew, the most certain first, each to the free box of the
//! largest overlap that reaches the threshold; precision, made to fall, is read at 101 recalls; the mean over thresholds
//! .50 to .95 and over the classes that are there is the average precision. Crowds are ignored, not counted.

use vision_core::report::Rect;

/// A box that people drew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth {
    pub image: u64,
    pub class: u32,
    pub bounds: Rect,
    pub is_crowd: bool,
}

/// A box that a detector drew.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    pub image: u64,
    pub class: u32,
    pub score: f32,
    pub bounds: Rect,
}

/// Mean over ten thresholds, and at .50 alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AveragePrecision {
    pub ap: f64,
    pub ap50: f64,
}

const MOST_OF_A_PICTURE: usize = 100;
const RECALLS: usize = 101;

/// Average precision over all classes that the truth holds.
pub fn average_precision(truth: &[Truth], found: &[Candidate]) -> AveragePrecision {
    let mut classes: Vec<u32> = truth.iter().filter(|t| !t.is_crowd).map(|t| t.class).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut at = [0.0; 10];
    for class in &classes {
        let truth: Vec<Truth> = truth.iter().filter(|t| t.class == *class).copied().collect();
        let found = most_certain(found.iter().filter(|f| f.class == *class).copied().collect());
        for (sum, step) in at.iter_mut().zip(0..10) {
            *sum += of_class(&truth, &found, 0.5 + 0.05 * f64::from(step));
        }
    }
    let count = classes.len().max(1) as f64;
    AveragePrecision { ap: at.iter().sum::<f64>() / 10.0 / count, ap50: at[0] / count }
}

/// In the order of certainty, at most a hundred of each picture.
fn most_certain(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut seen = std::collections::HashMap::new();
    found.retain(|f| {
        let count: &mut usize = seen.entry(f.image).or_default();
        *count += 1;
        *count <= MOST_OF_A_PICTURE
    });
    found
}

fn of_class(truth: &[Truth], found: &[Candidate], threshold: f64) -> f64 {
    let wanted = truth.iter().filter(|t| !t.is_crowd).count();
    if wanted == 0 {
        return 0.0;
    }
    let mut taken = vec![false; truth.len()];
    let (mut right, mut wrong) = (0_usize, 0_usize);
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for candidate in found {
        match best_match(candidate, truth, &taken, threshold) {
            Some(index) if truth[index].is_crowd => continue,
            Some(index) => {
                taken[index] = true;
                right += 1;
            }
            None => wrong += 1,
        }
        curve.push((right as f64 / wanted as f64, right as f64 / (right + wrong) as f64));
    }
    area(&mut curve)
}

/// A crowd takes any number of detections, but only those that no single box wants.
fn best_match(candidate: &Candidate, truth: &[Truth], taken: &[bool], threshold: f64) -> Option<usize> {
    let mut best: Option<(bool, f64, usize)> = None;
    for (index, t) in truth.iter().enumerate().filter(|(_, t)| t.image == candidate.image) {
        if taken[index] && !t.is_crowd {
            continue;
        }
        let overlap = overlap(&candidate.bounds, t);
        let better =
            best.is_none_or(|(crowd, most, _)| (crowd && !t.is_crowd) || (crowd == t.is_crowd && overlap >= most));
        if overlap >= threshold.min(1.0 - 1e-10) && better {
            best = Some((t.is_crowd, overlap, index));
        }
    }
    best.map(|(_, _, index)| index)
}

/// Intersection over union; over the detection's own area for a crowd.
fn overlap(found: &Rect, truth: &Truth) -> f64 {
    let side = |a0: f32, a1: f32, b0: f32, b1: f32| (f64::from(a1.min(b1)) - f64::from(a0.max(b0))).max(0.0);
    let t = &truth.bounds;
    let shared = side(found.x, found.right(), t.x, t.right()) * side(found.y, found.bottom(), t.y, t.bottom());
    let area = |r: &Rect| f64::from(r.width) * f64::from(r.height);
    let whole = if truth.is_crowd { area(found) } else { area(found) + area(t) - shared };
    if whole > 0.0 { shared / whole } else { 0.0 }
}

/// Mean precision at 101 recalls, each the best that any further recall reaches.
fn area(curve: &mut [(f64, f64)]) -> f64 {
    let mut best = 0.0_f64;
    for (_, precision) in curve.iter_mut().rev() {
        best = best.max(*precision);
        *precision = best;
    }
    let reached = |recall: f64| {
        let at = curve.partition_point(|(r, _)| *r < recall);
        curve.get(at).map_or(0.0, |(_, precision)| *precision)
    };
    (0..RECALLS).map(|step| reached(step as f64 / 100.0)).sum::<f64>() / RECALLS as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn truth(image: u64, class: u32, x: f32) -> Truth {
        Truth { image, class, bounds: square(x), is_crowd: false }
    }

    fn found(image: u64, class: u32, x: f32, score: f32) -> Candidate {
        Candidate { image, class, score, bounds: square(x) }
    }

    fn square(x: f32) -> Rect {
        Rect { x, y: 0.0, width: 100.0, height: 100.0 }
    }

    /// Values of pycocotools 2.0 for the same boxes.
    #[test]
    fn small_cases_agree_with_cocos_own_program() {
        let cases: [(Vec<Truth>, Vec<Candidate>, f64, f64); 6] = [
            (vec![truth(1, 0, 0.0)], vec![found(1, 0, 0.0, 0.9)], 1.0, 1.0),
            (vec![truth(1, 0, 0.0)], vec![], 0.0, 0.0),
            // An overlap of 80 / 120 passes four thresholds of ten.
            (vec![truth(1, 0, 0.0)], vec![found(1, 0, 20.0, 0.9)], 0.4, 1.0),
            // A more certain detection on another picture's empty ground halves the precision.
            (vec![truth(1, 0, 0.0)], vec![found(1, 0, 0.0, 0.5), found(2, 0, 0.0, 0.9)], 0.5, 0.5),
            // One of two found: precision 1 up to a recall of .5, which 51 of 101 points reach.
            (vec![truth(1, 0, 0.0), truth(1, 0, 300.0)], vec![found(1, 0, 0.0, 0.9)], 51.0 / 101.0, 51.0 / 101.0),
            // A class that nobody found counts as zero.
            (vec![truth(1, 0, 0.0), truth(1, 1, 0.0)], vec![found(1, 0, 0.0, 0.9)], 0.5, 0.5),
        ];
        for (truth, found, ap, ap50) in cases {
            let got = average_precision(&truth, &found);
            assert!((got.ap - ap).abs() < 1e-9 && (got.ap50 - ap50).abs() < 1e-9, "{got:?} {ap} {ap50}");
        }
    }

    #[test]
    fn a_second_detection_of_one_thing_is_wrong_and_a_crowd_is_ignored() {
        let twice = vec![found(1, 0, 0.0, 0.9), found(1, 0, 1.0, 0.8)];
        assert_eq!(average_precision(&[truth(1, 0, 0.0)], &twice).ap50, 1.0, "the wrong one comes after full recall");
        let mut crowd = truth(1, 0, 300.0);
        crowd.is_crowd = true;
        let on_crowd = vec![found(1, 0, 300.0, 0.95), found(1, 0, 0.0, 0.9)];
        assert_eq!(average_precision(&[truth(1, 0, 0.0), crowd], &on_crowd).ap50, 1.0);
        assert!(average_precision(&[truth(1, 0, 0.0)], &on_crowd).ap50 < 0.6);
    }
}
