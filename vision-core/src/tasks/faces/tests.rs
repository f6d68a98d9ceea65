//! Decoding of faces, and which of them count.

use super::*;
use crate::manifest::{ChannelOrder, Filter, Fit};

const THRESHOLDS: FaceThresholds = FaceThresholds { keep_above: 0.5, nms_iou: 0.3, sure_above: 0.8 };

fn input() -> InputSpec {
    InputSpec {
        width: 16,
        height: 16,
        fit: Fit::LetterboxTopLeft { pad: 0.0 },
        filter: Filter::Bilinear,
        channels: ChannelOrder::Bgr,
        mean: [0.0; 3],
        std: [1.0; 3],
        origin: String::new(),
    }
}

fn placement() -> Placement {
    Placement { scale_x: 10.0, scale_y: 10.0, offset_x: 0.0, offset_y: 0.0, image_width: 160.0, image_height: 160.0 }
}

fn tensor(columns: usize, row: &[f32]) -> Tensor {
    let mut data = vec![0.0; 4 * columns];
    data[3 * columns..].copy_from_slice(row);
    Tensor { shape: vec![1, 4, columns], data }
}

/// One stride of 8 over 16 pixels; the face lies in the last of the four cells.
fn outputs() -> Vec<Tensor> {
    let points = [0.0, 0.0, 1.0, 0.0, 0.5, 0.5, 0.0, 1.0, 1.0, 1.0];
    vec![tensor(1, &[0.81]), tensor(1, &[1.0]), tensor(4, &[0.0, 0.0, 0.0, 0.0]), tensor(10, &points)]
}

fn object(class_index: u32, label: &str, bounds: Rect) -> Object {
    Object {
        id: format!("o-{label}"),
        label: label.to_string(),
        class_index,
        wordnet_id: String::new(),
        score: 0.9,
        bounds,
        position: "centre".to_string(),
        color: None,
        seen_by: vec![],
        standing: Standing::Accepted,
        reason: None,
    }
}

fn square(x: f32, y: f32, side: f32) -> Rect {
    Rect { x, y, width: side, height: side }
}

#[test]
fn a_face_is_decoded_with_its_landmarks() {
    let found = yunet(&outputs(), &input(), &[8], &THRESHOLDS, &placement()).expect("shapes fit");
    assert_eq!(found.len(), 1);
    assert!((found[0].score - 0.9).abs() < 1e-6, "the geometric mean of .81 and 1");
    assert_eq!(found[0].bounds, square(40.0, 40.0, 80.0));
    assert_eq!(found[0].landmarks[0], Point { x: 80.0, y: 80.0 });
    assert_eq!(found[0].landmarks[4], Point { x: 160.0, y: 160.0 });
}

#[test]
fn outputs_of_another_shape_are_refused() {
    let mut short = outputs();
    short.pop();
    let mut swapped = outputs();
    swapped.swap(2, 3);
    for outputs in [vec![], short, swapped] {
        let found = yunet(&outputs, &input(), &[8], &THRESHOLDS, &placement());
        assert!(matches!(found, Err(EngineError::Shape { .. })), "{found:?}");
    }
}

#[test]
fn repeats_are_suppressed_and_the_best_comes_first() {
    let face = |score, x| FoundFace { score, bounds: square(x, 0.0, 100.0), landmarks: [Point::default(); 5] };
    let kept = suppress(vec![face(0.6, 10.0), face(0.9, 0.0), face(0.7, 200.0)], 0.3);
    assert_eq!(kept, [face(0.9, 0.0), face(0.7, 200.0)]);
}

#[test]
fn a_face_counts_if_sure_or_held_by_a_person_and_never_on_an_animal() {
    let person = object(0, "person", square(0.0, 0.0, 100.0));
    let rider = object(0, "rider", square(20.0, 20.0, 40.0));
    let bear = object(21, "bear", square(0.0, 0.0, 120.0));
    let far = object(0, "far", square(500.0, 500.0, 50.0));
    let cases: [(f32, Vec<Object>, Standing, Option<&str>); 7] = [
        (0.9, vec![], Standing::Accepted, None),
        (0.6, vec![], Standing::Doubted, None),
        (0.6, vec![far], Standing::Doubted, None),
        (0.6, vec![person.clone()], Standing::Accepted, Some("o-person")),
        (0.95, vec![bear.clone()], Standing::Doubted, None),
        (0.6, vec![bear.clone(), rider], Standing::Accepted, Some("o-rider")),
        (0.6, vec![person, bear], Standing::Accepted, Some("o-person")),
    ];
    for (score, objects, standing, person) in cases {
        let face = FoundFace { score, bounds: square(30.0, 30.0, 20.0), landmarks: [Point::default(); 5] };
        let judged = judge(&[face], &objects, THRESHOLDS.sure_above);
        assert_eq!((judged[0].standing, judged[0].person.as_deref()), (standing, person), "{score} {objects:?}");
        assert_eq!(judged[0].reason.is_some(), standing == Standing::Doubted);
    }
}
