//! Sizes, resampling and normalisation, against values worked out by hand or by Pillow.

use image::{Rgb, RgbImage};
use proptest::prelude::*;

use super::*;

fn spec(width: u32, height: u32, fit: Fit, filter: Filter) -> InputSpec {
    let (mean, std) = ([0.0; 3], [1.0; 3]);
    InputSpec { width, height, fit, filter, channels: ChannelOrder::Rgb, mean, std, origin: String::new() }
}

fn gradient(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x * 37 % 256) as u8, (y * 53 % 256) as u8, ((x + y) * 11 % 256) as u8])
    })
}

fn prepared(picture: &RgbImage, input: &InputSpec) -> (Tensor, Placement) {
    prepare(&Levels::new(picture), input)
}

#[test]
fn sizes_of_each_fit() {
    let letterbox = Fit::LetterboxTopLeft { pad: 114.0 };
    let crop = Fit::CenterCrop { short_side: 256 };
    let plan = |w, h, fit| Plan::of((w, h), &spec(224, 224, fit, Filter::Bilinear));
    let cases = [
        (plan(640, 480, Fit::Stretch), [224, 224, 0, 0, 224, 224]),
        (plan(640, 480, letterbox), [224, 168, 0, 0, 224, 168]),
        (plan(300, 451, letterbox), [149, 224, 0, 0, 149, 224]),
        (plan(65_535, 1, letterbox), [224, 1, 0, 0, 224, 1]),
        (plan(1, 1, letterbox), [224, 224, 0, 0, 224, 224]),
        (plan(640, 480, crop), [341, 256, 59, 16, 224, 224]),
        (plan(1, 65_535, crop), [256, 16_776_960, 16, 8_388_368, 224, 224]),
    ];
    for (plan, expected) in cases {
        let Plan { scaled_width, scaled_height, skip_x, skip_y, width, height } = plan;
        assert_eq!([scaled_width, scaled_height, skip_x, skip_y, width, height], expected);
    }
}

#[test]
fn a_picture_of_the_models_size_passes_unchanged() {
    let picture = gradient(16, 12);
    for filter in [Filter::Bilinear, Filter::Bicubic] {
        let (tensor, _) = prepared(&picture, &spec(16, 12, Fit::Stretch, filter));
        assert_eq!(tensor.shape, [1, 3, 12, 16]);
        for (x, y, pixel) in picture.enumerate_pixels() {
            for (channel, value) in pixel.0.iter().enumerate() {
                let at = channel * 12 * 16 + (y * 16 + x) as usize;
                assert!((tensor.data[at] - f32::from(*value)).abs() < 1e-3, "{filter:?} {x} {y}");
            }
        }
    }
}

#[test]
fn channels_mean_and_deviation_are_applied_in_the_models_order() {
    let picture = RgbImage::from_pixel(4, 4, Rgb([10, 20, 30]));
    let mut input = spec(4, 4, Fit::Stretch, Filter::Bilinear);
    input.channels = ChannelOrder::Bgr;
    (input.mean, input.std) = ([1.0, 2.0, 3.0], [2.0, 4.0, 8.0]);
    let (tensor, _) = prepared(&picture, &input);
    let planes: Vec<f32> = tensor.data.chunks(16).map(|plane| plane[5]).collect();
    assert_eq!(planes, [14.5, 4.5, 0.875]);
}

#[test]
fn the_rest_of_a_letterbox_is_padding() {
    let picture = RgbImage::from_pixel(8, 4, Rgb([255, 255, 255]));
    let (tensor, placement) = prepared(&picture, &spec(4, 4, Fit::LetterboxTopLeft { pad: 114.0 }, Filter::Bilinear));
    assert_eq!(&tensor.data[..8], &[255.0; 8]);
    assert_eq!(&tensor.data[8..16], &[114.0; 8]);
    assert_eq!(placement.rect_in_image(0.0, 0.0, 4.0, 2.0), Rect { x: 0.0, y: 0.0, width: 8.0, height: 4.0 });
}

/// `Image.fromarray(np.array([[0, 0, 0, 255, 255, 255, 0, 0]], np.uint8)).resize((3, 1), ...)` of Pillow 13.
#[test]
fn shrinking_is_antialiased_as_pillows() {
    let line = [0, 0, 0, 255, 255, 255, 0, 0];
    let picture = RgbImage::from_fn(8, 1, |x, _| Rgb([line[x as usize]; 3]));
    for (filter, expected) in [(Filter::Bilinear, PILLOW_BILINEAR), (Filter::Bicubic, PILLOW_BICUBIC)] {
        let (tensor, _) = prepared(&picture, &spec(3, 1, Fit::Stretch, filter));
        for (found, expected) in tensor.data[..3].iter().zip(expected) {
            assert!((found - expected).abs() < 0.5, "{filter:?} {:?}", &tensor.data[..3]);
        }
    }
}

const PILLOW_BILINEAR: [f32; 3] = [20.0, 200.0, 81.0];
const PILLOW_BICUBIC: [f32; 3] = [4.0, 217.0, 76.0];

#[test]
fn a_large_picture_is_halved_before_it_is_resampled_and_looks_the_same() {
    let picture = RgbImage::from_fn(1200, 900, |x, y| {
        let wave = |v: u32, period: f32| (127.5 + 127.5 * (v as f32 / period).sin()) as u8;
        Rgb([wave(x, 40.0), wave(y, 60.0), wave(x + y, 90.0)])
    });
    let levels = Levels::new(&picture);
    assert_eq!(levels.enough_for(64, 64).dimensions(), (300, 225), "short of two pixels for one it stops");
    let input = spec(64, 64, Fit::Stretch, Filter::Bilinear);
    let (fast, _) = prepare(&levels, &input);
    let kernel = kernel(input.filter);
    let exact = resample(&picture, &Axis::new(1200, 64, 0, 64, kernel), &Axis::new(900, 64, 0, 64, kernel));
    let exact = to_tensor(&exact, &input);
    let worst = fast.data.iter().zip(&exact.data).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst < 7.0, "{worst} of 255");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_size_gives_a_full_tensor_within_range(
        width in 1u32..300, height in 1u32..300, side in 1u32..80, fit in 0usize..3, cubic: bool,
    ) {
        let fits = [Fit::Stretch, Fit::CenterCrop { short_side: 90 }, Fit::LetterboxTopLeft { pad: 7.0 }];
        let filter = if cubic { Filter::Bicubic } else { Filter::Bilinear };
        let input = spec(side, side, fits[fit], filter);
        let (tensor, placement) = prepared(&gradient(width, height), &input);
        prop_assert_eq!(tensor.data.len(), 3 * (side * side) as usize);
        prop_assert!(tensor.data.iter().all(|v| (0.0..=255.0).contains(v)));
        let whole = placement.rect_in_image(-1e6, -1e6, 1e6, 1e6);
        prop_assert_eq!((whole.width, whole.height), (width as f32, height as f32));
    }
}
