//! Our tensors and boxes against ONNX Runtime's, on fixed inputs (`bench/reference/tensors.py` made the references).

mod support;

use std::num::NonZeroUsize;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use support::{manifest, model_bytes, picture, workspace};
use vision_core::decode::decode;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::gpu::{GpuEngine, Software};
use vision_core::engine::tract::TractEngine;
use vision_core::engine::{Engine, Model, Precision, Tensor};
use vision_core::manifest::{ModelSpec, OutputSpec};
use vision_core::preprocess::{Levels, Placement, prepare};
use vision_core::report::Rect;
use vision_core::tasks::detect::{picodet, yolox};
use vision_core::tasks::faces::{FaceThresholds, yunet};

/// Largest difference of a value, as a share of the output's largest magnitude.
const TENSOR_TOLERANCE: f32 = 1e-3;
/// Largest difference of a side of a box or of a landmark.
const BOX_TOLERANCE_PX: f32 = 1.0;
/// Pictures are resampled to floats here and to whole levels of 0 to 255 by Pillow: scores move by that.
const SCORE_TOLERANCE: f32 = 0.015;

#[derive(Deserialize)]
struct Tensors {
    tensors: Vec<OfModel>,
}

#[derive(Deserialize)]
struct OfModel {
    model: String,
    sha256: String,
    picture: String,
    outputs: Vec<Sampled>,
}

#[derive(Deserialize)]
struct Sampled {
    shape: Vec<usize>,
    largest: f32,
    at: Vec<usize>,
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct Boxes {
    boxes: Vec<Found>,
}

/// Rows of left, top, right, bottom, score, class, and ten numbers of landmarks for a face.
#[derive(Deserialize)]
struct Found {
    model: String,
    picture: String,
    rows: Vec<Vec<f32>>,
}

fn reference<T: DeserializeOwned>(file: &str) -> T {
    let text =
        std::fs::read_to_string(workspace().join("bench/reference").join(file)).expect("it is part of the checkout");
    serde_json::from_str(&text).expect("it is valid")
}

fn engines() -> [Box<dyn Engine>; 2] {
    [Box::new(TractEngine), Box::new(CpuEngine::default())]
}

/// The GPU, or software that acts as one: kernels are tested, not cards.
fn gpu() -> GpuEngine {
    GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    })
}

fn load(engine: &dyn Engine, spec: &ModelSpec) -> Box<dyn Model> {
    let shape = spec.input.shape();
    engine.load(&model_bytes(&spec.file), shape, Precision::Full).expect("the model loads")
}

/// The picture laid edge to edge until it fills the model's input: a picture of exactly that size, so that preparing it
/// resamples nothing.
fn tiled(name: &str, spec: &ModelSpec) -> Tensor {
    let picture = decode(&picture(name)).expect("a picture").pixels;
    let (width, height) = picture.dimensions();
    let filled =
        image::RgbImage::from_fn(spec.input.width, spec.input.height, |x, y| *picture.get_pixel(x % width, y % height));
    let mut input = spec.input.clone();
    input.fit = vision_core::manifest::Fit::Stretch;
    prepare(&Levels::new(&filled), &input).0
}

#[test]
fn every_models_tensors_agree_with_onnx_runtime() {
    let manifest = manifest();
    let references: Tensors = reference("tensors.json");
    let known: Vec<&str> = references.tensors.iter().map(|t| t.model.as_str()).collect();
    assert!(manifest.models.iter().filter(|m| !m.profiles.is_empty()).all(|m| known.contains(&m.name.as_str())));
    // The same tensors give the same boxes, so what is slow, plain loops and a GPU that may be software, runs the models only here.
    let mut engines: Vec<(String, Box<dyn Engine>)> =
        vec![("tract".to_owned(), Box::new(TractEngine)), ("gpu".to_owned(), Box::new(gpu()))];
    for isa in Isa::all_here() {
        engines.push((format!("{isa:?}"), Box::new(CpuEngine::new(isa, NonZeroUsize::MIN))));
    }
    let all = engines.iter().flat_map(|(name, engine)| references.tensors.iter().map(move |r| (name, &**engine, r)));
    for (name, engine, reference) in all {
        let spec = manifest.model(&reference.model).expect("the manifest still has it");
        // Plain loops take seconds for what the smaller model of the same kind shows too.
        if name == "Portable" && spec.input.width > 416 {
            continue;
        }
        assert_eq!(spec.sha256, reference.sha256, "{}: another file than the reference's", spec.name);
        let outputs = load(engine, spec).run(&[tiled(&reference.picture, spec)]).expect("it runs");
        assert_eq!(outputs.len(), reference.outputs.len(), "{}", spec.name);
        let mut worst = 0.0_f32;
        for (output, expected) in outputs.iter().zip(&reference.outputs) {
            assert_eq!(output.shape, expected.shape, "{}", spec.name);
            for (at, value) in expected.at.iter().zip(&expected.values) {
                worst = worst.max((output.data[*at] - value).abs() / expected.largest);
            }
        }
        println!("{} on {name}: {worst:.1e} of the largest value", spec.name);
        assert!(worst <= TENSOR_TOLERANCE, "{} on {name}: {worst}", spec.name);
    }
}

/// What a detector found, as the reference's rows.
fn rows(spec: &ModelSpec, outputs: &[Tensor], placement: &Placement) -> Vec<Vec<f32>> {
    let row = |b: Rect, score: f32, class: u32| vec![b.x, b.y, b.right(), b.bottom(), score, class as f32];
    let found = match &spec.output {
        OutputSpec::Picodet { strides, bins, detect } => {
            picodet(outputs, &spec.input, (strides, *bins), detect, placement)
        }
        OutputSpec::Yolox { strides, detect } => yolox(outputs, &spec.input, strides, detect, placement),
        OutputSpec::Yunet { strides, keep_above, nms_iou, sure_above, .. } => {
            let (keep_above, nms_iou, sure_above) = (*keep_above, *nms_iou, *sure_above);
            let thresholds = FaceThresholds { keep_above, nms_iou, sure_above };
            let faces = yunet(outputs, &spec.input, strides, &thresholds, placement).expect("shapes fit");
            let with_points = |f: vision_core::tasks::faces::FoundFace| {
                let mut row = row(f.bounds, f.score, 0);
                row.extend(f.landmarks.iter().flat_map(|p| [p.x, p.y]));
                row
            };
            return faces.into_iter().map(with_points).collect();
        }
        OutputSpec::Softmax { .. } => panic!("{} is no detector", spec.name),
    };
    found.expect("shapes fit").into_iter().map(|d| row(d.bounds, d.score, d.class_index)).collect()
}

#[test]
fn every_detectors_boxes_agree_with_onnx_runtime() {
    let manifest = manifest();
    let references: Boxes = reference("boxes.json");
    assert!(references.boxes.iter().map(|b| b.rows.len()).sum::<usize>() >= 20, "the references hold something");
    for (engine, reference) in engines().iter().flat_map(|e| references.boxes.iter().map(move |r| (&**e, r))) {
        let spec = manifest.model(&reference.model).expect("the manifest still has it");
        let pixels = decode(&picture(&reference.picture)).expect("a picture").pixels;
        let (tensor, placement) = prepare(&Levels::new(&pixels), &spec.input);
        let found = rows(spec, &load(engine, spec).run(&[tensor]).expect("it runs"), &placement);
        for expected in &reference.rows {
            let (bounds, rest) = expected.split_at(4);
            let close = |row: &&Vec<f32>| {
                row[5] == rest[1]
                    && (row[4] - rest[0]).abs() <= SCORE_TOLERANCE
                    && row[..4].iter().zip(bounds).all(|(a, b)| (a - b).abs() <= BOX_TOLERANCE_PX)
                    && row[6..].iter().zip(&rest[2..]).all(|(a, b)| (a - b).abs() <= BOX_TOLERANCE_PX)
            };
            let near: Vec<_> = found.iter().filter(|r| r[5] == rest[1] && r[4] > 0.2).collect();
            assert!(found.iter().any(|r| close(&r)), "{} {}: {expected:?} {near:?}", spec.name, reference.picture);
        }
    }
}
