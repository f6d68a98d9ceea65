//! Cases of weighted box fusion, worked out by hand.

use super::*;

fn detection(class_index: u32, score: f32, x: f32) -> Detection {
    Detection { class_index, score, bounds: Rect { x, y: 0.0, width: 100.0, height: 100.0 } }
}

fn fusion(weights: &[(&str, f32)]) -> Fusion {
    Fusion {
        iou: 0.55,
        show_above: 0.3,
        sure_above: 0.5,
        weights: weights.iter().map(|(name, weight)| ((*name).to_string(), *weight)).collect(),
        origin: String::new(),
    }
}

/// Class, score, left edge, and which models saw it.
type Expected<'a> = (u32, f32, f32, &'a [(&'a str, f32)]);

fn check(by_model: &[(&str, Vec<Detection>)], weights: &[(&str, f32)], expected: &[Expected<'_>]) {
    let found = fuse(by_model, &fusion(weights));
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (found, (class_index, score, x, seen_by)) in found.iter().zip(expected) {
        let seen: Vec<(&str, f32)> = found.seen_by.iter().map(|s| (s.model.as_str(), s.score)).collect();
        assert_eq!((found.detection.class_index, seen.as_slice()), (*class_index, *seen_by));
        assert!((found.detection.score - score).abs() < 1e-5, "{found:?}");
        assert!((found.detection.bounds.x - x).abs() < 1e-3, "{found:?}");
    }
}

#[test]
fn what_both_saw_is_averaged_by_score() {
    let models = [("a", vec![detection(3, 0.9, 0.0)]), ("b", vec![detection(3, 0.6, 10.0)])];
    check(&models, &[], &[(3, 0.75, 4.0, &[("a", 0.9), ("b", 0.6)])]);
}

#[test]
fn what_one_of_two_saw_loses_half_its_score() {
    let models = [("a", vec![detection(3, 0.8, 0.0)]), ("b", vec![])];
    check(&models, &[], &[(3, 0.4, 0.0, &[("a", 0.8)])]);
}

#[test]
fn other_classes_and_far_boxes_stay_apart() {
    let models = [("a", vec![detection(1, 0.8, 0.0)]), ("b", vec![detection(2, 0.6, 0.0), detection(1, 0.4, 60.0)])];
    check(&models, &[], &[(1, 0.4, 0.0, &[("a", 0.8)]), (2, 0.3, 0.0, &[("b", 0.6)]), (1, 0.2, 60.0, &[("b", 0.4)])]);
}

#[test]
fn the_weak_second_box_of_a_model_does_not_pull_the_score_down() {
    let models = [("a", vec![detection(1, 0.9, 0.0), detection(1, 0.1, 20.0)]), ("b", vec![detection(1, 0.9, 0.0)])];
    check(&models, &[], &[(1, 0.9, 0.0, &[("a", 0.9), ("b", 0.9)])]);
}

#[test]
fn one_model_alone_is_given_back_as_it_is() {
    let models = [("a", vec![detection(1, 0.9, 0.0), detection(1, 0.5, 5.0)])];
    check(&models, &[], &[(1, 0.9, 0.0, &[("a", 0.9)]), (1, 0.5, 5.0, &[("a", 0.5)])]);
}

#[test]
fn weights_move_the_score_and_the_box() {
    let models = [("a", vec![detection(3, 0.8, 0.0)]), ("b", vec![detection(3, 0.8, 10.0)])];
    check(&models, &[("b", 3.0)], &[(3, 0.8, 7.5, &[("a", 0.8), ("b", 0.8)])]);
}

#[test]
fn nothing_seen_is_nothing_fused() {
    check(&[], &[], &[]);
    check(&[("a", vec![]), ("b", vec![])], &[], &[]);
}
