//! Pictures prepared on the device as the processor prepares them.

use image::{Rgb, RgbImage};

use super::engine;
use crate::engine::gpu::GpuModel;
use crate::engine::plan::{Op, Place, Plan, View};
use crate::engine::{Precision, Tensor};
use crate::manifest::{ChannelOrder, Filter, Fit, InputSpec};
use crate::preprocess::{Levels, Preparation};

/// A sum that lies just between two levels may be rounded to the other one: sums are taken in f32 here and there, but a device
/// may round a product and a sum together, as cards do. At most so many in a thousand; an H200 had 8 in a letterbox, whose taps are
/// equal parts, with which sums often lie between two levels.
const ROUNDED_OTHERWISE: usize = 10;

/// Gives its input back.
fn mirror(spec: &InputSpec) -> GpuModel {
    let dims = [1, 3, spec.height, spec.width];
    let volume = dims.iter().product::<u32>();
    let (input, output) = (View::dense(Place::Arena, 0, &dims), View::dense(Place::Arena, volume, &dims));
    let plan = Plan {
        arena_len: 2 * volume,
        inputs: vec![input.clone()],
        outputs: vec![output.clone()],
        weights: vec![],
        ops: vec![Op::Copy { input, output }],
        names: vec![String::new()],
    };
    pollster::block_on(engine().load_plan(&plan, Precision::Fast)).expect("the GPU takes it")
}

fn spec(size: [u32; 2], fit: Fit, filter: Filter, channels: ChannelOrder) -> InputSpec {
    let (mean, std) = ([123.7, 116.3, 103.5], [58.4, 57.1, 57.4]);
    InputSpec { width: size[0], height: size[1], fit, filter, channels, mean, std, origin: String::new() }
}

/// Edges, slopes and noise.
fn picture(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let noise = x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b);
        Rgb([(x * 255 / width) as u8, if (x / 7 + y / 5) % 2 == 0 { 250 } else { 3 }, (noise >> 13) as u8])
    })
}

#[track_caller]
fn assert_prepared(model: &GpuModel, picture: &RgbImage, spec: &InputSpec) {
    let levels = Levels::new(picture);
    let preparation = Preparation::of(&levels, spec);
    let Tensor { shape, data: wanted } = preparation.tensor();
    let outputs = pollster::block_on(model.run_on(&preparation)).expect("it runs");
    assert_eq!(outputs[0].shape, shape);
    let (size, mut otherwise) = (picture.dimensions(), 0);
    for (at, (got, wanted)) in outputs[0].data.iter().zip(&wanted).enumerate() {
        // A level of 255, normalised.
        let level = 1.0 / spec.std[at / (wanted_plane(spec))];
        let distance = (got - wanted).abs();
        assert!(distance <= level + 1e-3, "{at}: {got}, not {wanted}: {size:?} {spec:?}");
        otherwise += usize::from(distance > 1e-3);
    }
    assert!(otherwise * 1000 <= wanted.len() * ROUNDED_OTHERWISE, "{otherwise} of {}: {size:?} {spec:?}", wanted.len());
}

fn wanted_plane(spec: &InputSpec) -> usize {
    (spec.width * spec.height) as usize
}

#[test]
fn a_picture_is_prepared_as_by_the_processor() {
    let fits = [Fit::Stretch, Fit::LetterboxTopLeft { pad: 114.0 }, Fit::CenterCrop { short_side: 40 }];
    for fit in fits {
        for (filter, channels) in [(Filter::Bilinear, ChannelOrder::Rgb), (Filter::Bicubic, ChannelOrder::Bgr)] {
            let spec = spec([37, 33], fit, filter, channels);
            let model = mirror(&spec);
            // Smaller, of the same size, much larger, and out of shape; one model after a larger picture and a smaller one.
            for (width, height) in [(1, 1), (5, 3), (37, 33), (640, 481), (3, 700), (301, 17), (64, 64)] {
                assert_prepared(&model, &picture(width, height), &spec);
            }
        }
    }
}

#[test]
fn a_model_of_another_size_does_not_take_the_picture() {
    let spec_of = |side| spec([side, side], Fit::Stretch, Filter::Bilinear, ChannelOrder::Rgb);
    let (model, other) = (mirror(&spec_of(16)), spec_of(17));
    let picture = picture(20, 20);
    let levels = Levels::new(&picture);
    let ran = pollster::block_on(model.run_on(&Preparation::of(&levels, &other)));
    assert!(matches!(ran, Err(crate::engine::EngineError::Run { .. })), "{ran:?}");
}
