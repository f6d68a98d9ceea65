//! Names, places and thresholds of objects.

use super::*;
use crate::tasks::detect::Detection;

const THRESHOLDS: Thresholds = Thresholds { show_above: 0.3, sure_above: 0.6 };

fn fused(class_index: u32, score: f32) -> Fused {
    let bounds = Rect { x: 10.04, y: 20.06, width: 30.0, height: 40.0 };
    Fused { detection: Detection { class_index, score, bounds }, seen_by: vec![] }
}

#[test]
fn places_are_told_in_thirds() {
    let cases = [
        ((0.0, 0.0, 20.0, 20.0), "top left"),
        ((40.0, 0.0, 20.0, 20.0), "top"),
        ((80.0, 0.0, 20.0, 20.0), "top right"),
        ((0.0, 40.0, 20.0, 20.0), "left"),
        ((0.0, 0.0, 100.0, 100.0), "centre"),
        ((80.0, 40.0, 20.0, 20.0), "right"),
        ((0.0, 80.0, 20.0, 20.0), "bottom left"),
        ((40.0, 80.0, 20.0, 20.0), "bottom"),
        ((80.0, 80.0, 20.0, 20.0), "bottom right"),
    ];
    for ((x, y, width, height), expected) in cases {
        assert_eq!(position(Rect { x, y, width, height }, (100.0, 100.0)), expected);
    }
}

#[test]
fn what_is_shown_is_named_and_numbered() {
    let pixels = RgbImage::new(100, 100);
    let found = name_objects(vec![fused(0, 0.912_345), fused(16, 0.4), fused(2, 0.2)], &pixels, THRESHOLDS);
    let told: Vec<_> = found.iter().map(|o| (o.id.as_str(), o.label.as_str(), o.standing)).collect();
    assert_eq!(told, [("o1", "person", Standing::Accepted), ("o2", "dog", Standing::Unsure)]);
    let first = &found[0];
    assert!((first.score - 0.9123).abs() < 1e-6);
    assert_eq!((first.bounds.x, first.bounds.y), (10.0, 20.1));
    assert!(found[1].reason.is_some() && first.reason.is_none());
}

#[test]
fn a_class_outside_the_vocabulary_is_left_out() {
    assert!(name_objects(vec![fused(80, 0.9), fused(u32::MAX, 0.9)], &RgbImage::new(10, 10), THRESHOLDS).is_empty());
}
