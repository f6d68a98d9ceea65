//! Cases of decoding and suppression, worked out by hand.

use super::*;
use crate::manifest::{ChannelOrder, Filter, Fit};

fn input(side: u32) -> InputSpec {
    InputSpec {
        width: side,
        height: side,
        fit: Fit::Stretch,
        filter: Filter::Bilinear,
        channels: ChannelOrder::Rgb,
        mean: [0.0; 3],
        std: [1.0; 3],
        origin: String::new(),
    }
}

fn rule() -> Detect {
    Detect { keep_above: 0.1, nms_iou: 0.5, show_above: 0.3, sure_above: 0.5, origin: String::new() }
}

/// A picture twice as wide and as high as the model's input of 64.
fn twice() -> Placement {
    Placement { scale_x: 2.0, scale_y: 2.0, offset_x: 0.0, offset_y: 0.0, image_width: 128.0, image_height: 128.0 }
}

fn tensor(rows: usize, columns: usize, values: &[(usize, usize, f32)]) -> Tensor {
    let mut data = vec![0.0; rows * columns];
    for (row, column, value) in values {
        data[row * columns + column] = *value;
    }
    Tensor { shape: vec![1, rows, columns], data }
}

fn boxed(x: f32, y: f32, width: f32, height: f32) -> Rect {
    Rect { x, y, width, height }
}

#[test]
fn picodet_reads_distances_from_the_middle_of_a_cell() {
    // One stride of 32 over 64 pixels: four cells, two classes, eight bins. In cell 3 the class 1 is seen; logits of 50
    // on bin 1 of the left and the top, and on bin 0 of the right and the bottom.
    let scores = tensor(4, 2, &[(3, 1, 0.8), (0, 0, 0.05)]);
    let sides = tensor(4, 32, &[(3, 1, 50.0), (3, 8 + 1, 50.0), (3, 16, 50.0), (3, 24, 50.0)]);
    let found = picodet(&[scores, sides], &input(64), (&[32], 8), &rule(), &twice()).expect("shapes fit");
    let expected = Detection { class_index: 1, score: 0.8, bounds: boxed(32.0, 32.0, 64.0, 64.0) };
    assert_eq!(found, [expected]);
}

#[test]
fn an_even_distribution_is_its_middle() {
    assert!((mean_bin(&[1.0; 8]) - 3.5).abs() < 1e-6);
    assert!((mean_bin(&[0.0, 1000.0]) - 1.0).abs() < 1e-6, "a large logit does not overflow");
}

#[test]
fn yolox_reads_offset_and_size_in_strides() {
    // Cell 1 of the first row: middle (1 + 0.5, 0 + 0.5) strides, e^0 and e^ln2 strides large.
    let mut values = vec![(1, 0, 0.5), (1, 1, 0.5), (1, 2, 0.0), (1, 3, 2.0_f32.ln()), (1, 4, 0.9), (1, 6, 0.5)];
    let found = yolox(&[tensor(4, 7, &values)], &input(64), &[32], &rule(), &twice()).expect("shapes fit");
    let expected = Detection { class_index: 1, score: 0.45, bounds: boxed(64.0, 0.0, 64.0, 96.0) };
    assert_eq!(found.len(), 1);
    assert!((found[0].score - expected.score).abs() < 1e-6);
    assert!(found[0].bounds.iou(&expected.bounds) > 0.999, "{found:?}");
    values[4].2 = 0.05;
    let found = yolox(&[tensor(4, 7, &values)], &input(64), &[32], &rule(), &twice()).expect("shapes fit");
    assert!(found.is_empty(), "an objectness below the threshold hides every class");
}

#[test]
fn outputs_of_another_shape_are_refused() {
    let scores = tensor(4, 2, &[]);
    let cases: [&[Tensor]; 4] =
        [&[], std::slice::from_ref(&scores), &[scores.clone(), scores.clone()], &[scores.clone(), tensor(3, 32, &[])]];
    for outputs in cases {
        let found = picodet(outputs, &input(64), (&[32], 8), &rule(), &twice());
        assert!(matches!(found, Err(EngineError::Shape { .. })), "{found:?}");
    }
    for outputs in [&[][..], &[tensor(4, 3, &[])], &[tensor(5, 7, &[])]] {
        let found = yolox(outputs, &input(64), &[32], &rule(), &twice());
        assert!(matches!(found, Err(EngineError::Shape { .. })), "{found:?}");
    }
}

#[test]
fn numbers_that_are_none_give_no_detection_and_no_panic() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let scores = Tensor { shape: vec![1, 4, 2], data: vec![bad; 8] };
        let sides = Tensor { shape: vec![1, 4, 32], data: vec![bad; 128] };
        let found = picodet(&[scores, sides], &input(64), (&[32], 8), &rule(), &twice()).expect("shapes fit");
        assert!(found.iter().all(|d| d.bounds.x >= 0.0 && d.bounds.right() <= 128.0), "{found:?}");
        let rows = Tensor { shape: vec![1, 4, 7], data: vec![bad; 28] };
        let found = yolox(&[rows], &input(64), &[32], &rule(), &twice()).expect("shapes fit");
        assert!(found.iter().all(|d| d.bounds.x >= 0.0 && d.bounds.right() <= 128.0), "{found:?}");
    }
}

#[test]
fn boxes_are_clipped_to_the_picture() {
    let whole = twice().rect_in_image(-50.0, -50.0, 500.0, 40.0);
    assert_eq!(whole, boxed(0.0, 0.0, 128.0, 80.0));
    assert_eq!(twice().rect_in_image(70.0, 0.0, 90.0, 10.0).area(), 0.0, "all of it lies outside");
}

#[test]
fn suppression_drops_repeats_of_one_class_only() {
    let seen = |class_index, score, x| Detection { class_index, score, bounds: boxed(x, 0.0, 100.0, 100.0) };
    let kept = suppress(vec![seen(1, 0.5, 10.0), seen(1, 0.9, 0.0), seen(2, 0.4, 0.0), seen(1, 0.3, 80.0)], 0.5);
    assert_eq!(kept, [seen(1, 0.9, 0.0), seen(2, 0.4, 0.0), seen(1, 0.3, 80.0)]);
}

#[test]
fn no_more_than_a_hundred_are_kept() {
    let apart = |i: u32| Detection { class_index: 0, score: 0.5, bounds: boxed(i as f32 * 20.0, 0.0, 10.0, 10.0) };
    assert_eq!(suppress((0..1500).map(apart).collect(), 0.5).len(), 100);
}
