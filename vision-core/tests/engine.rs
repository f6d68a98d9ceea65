//! The processor's engine against tract: every model that compiles gives the same outputs, from a plan that went through bytes.
//! Recurrent models on the GPU's engine too; others are compared with ONNX Runtime there (`parity.rs`).

use std::num::NonZeroUsize;

use vision_core::engine::compile::compile;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::gpu::{GpuEngine, Software};
use vision_core::engine::plan::{Limits, Op, Plan};
use vision_core::engine::tract::TractEngine;
use vision_core::engine::{Engine, Model, Precision, Tensor};

/// Largest difference of a value, as a share of the output's largest magnitude.
const TOLERANCE: f32 = 1e-3;

/// An output whose largest value is smaller is compared as if it had this one: scores of what is not in the picture, where
/// tract's sigmoid stops at its value for -18 and its approximation is no better than 1e-7.
const SMALLEST_SCALE: f32 = 1e-2;

/// File, input height and width, largest value of the input.
type Case = (&'static str, [usize; 2], f32);

const CASES: [Case; 29] = [
    ("mobilenet_v2_imagenet_fp32.onnx", [224, 224], 2.0),
    ("mobilenet_v2_imagenet.w8.onnx", [224, 224], 2.0),
    ("nsfw_mobilenet_v2_fp32.onnx", [224, 224], 1.0),
    ("nsfw_mobilenet_v2.w8.onnx", [224, 224], 1.0),
    ("efficientnet_lite0.onnx", [224, 224], 1.0),
    ("efficientnet_lite0.w8.onnx", [224, 224], 1.0),
    ("picodet_s_320_coco.onnx", [320, 320], 2.0),
    ("picodet_s_416_coco.onnx", [416, 416], 2.0),
    ("picodet_s_416_coco.w16.onnx", [416, 416], 2.0),
    ("picodet_s_640_coco.onnx", [640, 640], 2.0),
    ("yolox_nano.onnx", [416, 416], 255.0),
    ("yolox_nano.w16.onnx", [416, 416], 255.0),
    ("yolox_nano_640.onnx", [640, 640], 255.0),
    ("yunet_n_320_320.onnx", [320, 320], 255.0),
    ("yunet_n_640_640.onnx", [640, 640], 255.0),
    ("deeplabv3_mnv2_dm05_voc_257.onnx", [257, 257], 1.0),
    ("deeplabv3_mnv2_dm05_voc_257.w16.onnx", [257, 257], 1.0),
    ("deeplabv3_mnv2_voc_513.onnx", [513, 513], 1.0),
    ("deeplabv3_mnv2_voc_513.w16.onnx", [513, 513], 1.0),
    ("selfie_segmentation_256.onnx", [256, 256], 1.0),
    ("FastestDet.onnx", [352, 352], 1.0),
    ("ultraface_RFB_320.onnx", [240, 320], 1.0),
    ("en_PP-OCRv3_det.onnx", [320, 320], 2.0),
    ("PP-OCRv6_tiny_det.tract.onnx", [320, 320], 2.0),
    ("ppocrv6_small_det.tract.onnx", [320, 320], 2.0),
    ("ppocr_mobile_v2.0_cls.onnx", [48, 192], 1.0),
    ("ppocrv6_small_rec.tract.onnx", [48, 320], 1.0),
    ("PP-OCRv6_tiny_det.tract.onnx", [96, 608], 2.0),
    // With sizes of another input noted between its nodes.
    ("PP-OCRv6_tiny_det.onnx", [320, 320], 2.0),
];

fn model_bytes(file: &str) -> Vec<u8> {
    let beside = || concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").to_owned();
    let path = format!("{}/models/{file}", std::env::var("IIA_SHARED").unwrap_or_else(|_| beside()));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}; `iia models fetch` brings the models"))
}

/// Noise: every number has its own value.
fn noise([height, width]: [usize; 2], most: f32) -> Tensor {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u64 << 24) as f32
    };
    let low = if most > 10.0 { 0.0 } else { -most };
    let data = (0..3 * height * width).map(|_| low + (most - low) * next()).collect();
    Tensor { shape: vec![1, 3, height, width], data }
}

/// Like a photo: slopes of light, and a few shapes with edges.
fn scene([height, width]: [usize; 2], most: f32) -> Tensor {
    let low = if most > 10.0 { 0.0 } else { -most };
    let mut data = Vec::with_capacity(3 * height * width);
    for channel in 0..3 {
        for y in 0..height {
            for x in 0..width {
                let (v, u) = (y as f32 / height as f32, x as f32 / width as f32);
                let slope = 0.3 + 0.4 * v + 0.1 * channel as f32 * u;
                let disc = ((u - 0.5).powi(2) + (v - 0.45).powi(2)).sqrt() < 0.22;
                let stripes = (u * 40.0).sin() > 0.6 && v > 0.75;
                let light = if disc {
                    0.85 - 0.2 * channel as f32
                } else if stripes {
                    0.1
                } else {
                    slope
                };
                data.push(low + (most - low) * light.clamp(0.0, 1.0));
            }
        }
    }
    Tensor { shape: vec![1, 3, height, width], data }
}

/// The largest difference, as a share of the largest magnitude of each output.
fn worst(outputs: &[Tensor], expected: &[Tensor]) -> f32 {
    assert_eq!(outputs.len(), expected.len());
    let mut worst = 0.0_f32;
    for (output, expected) in outputs.iter().zip(expected) {
        assert_eq!(output.shape, expected.shape);
        let largest = expected.data.iter().fold(SMALLEST_SCALE, |most, value| most.max(value.abs()));
        for (a, b) in output.data.iter().zip(&expected.data) {
            let difference = (a - b).abs() / largest;
            assert!(!difference.is_nan(), "{a} for {b}");
            worst = worst.max(difference);
        }
    }
    worst
}

#[test]
fn every_model_gives_what_tract_gives() {
    let only = std::env::var("IIA_MODEL").unwrap_or_default();
    let mut failed = Vec::new();
    for (file, size, most) in CASES.into_iter().filter(|(file, ..)| file.contains(&only)) {
        let onnx = model_bytes(file);
        let shape = [1, 3, size[0], size[1]];
        let plan = match compile(&onnx, shape) {
            Ok(plan) => plan,
            Err(error) => {
                println!("{file}: {error}");
                failed.push(file);
                continue;
            }
        };
        let bytes = plan.to_bytes();
        assert_eq!(Plan::from_bytes(&bytes, &Limits::default()).as_ref(), Ok(&plan), "{file}");
        let ours = CpuEngine::default().load(&bytes, shape, Precision::Full).expect("the plan loads");
        let tract = TractEngine.load(&onnx, shape, Precision::Full).expect("the model loads");
        let differences = [noise(size, most), scene(size, most)].map(|input| {
            let inputs = [input];
            worst(&ours.run(&inputs).expect("ours runs"), &tract.run(&inputs).expect("tract runs"))
        });
        println!(
            "{file} {size:?}: differs by {differences:?}; {} ops, arena {} kB, plan {} kB of {} kB",
            plan.ops.len(),
            plan.arena_len / 256,
            bytes.len() / 1024,
            onnx.len() / 1024,
        );
        if differences.iter().any(|difference| *difference > TOLERANCE) {
            failed.push(file);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

/// Readers of lines take pictures of any width: a plan for each.
#[test]
fn recurrent_models_give_what_tract_gives_at_each_width() {
    let cases = [
        ("tess_fast_ukr.onnx", [1, 1, 36, 200]),
        ("tess_fast_ukr.onnx", [1, 1, 36, 9]),
        ("tess_cyrl.onnx", [1, 1, 36, 643]),
        ("en_number_mobile_v2.0_rec.onnx", [1, 3, 32, 320]),
        ("en_number_mobile_v2.0_rec.onnx", [2, 3, 32, 100]),
    ];
    let gpu = GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    });
    let engines: [Box<dyn Engine>; 2] = [Box::new(CpuEngine::default()), Box::new(gpu)];
    for (file, shape) in cases {
        let onnx = model_bytes(file);
        let plan = compile(&onnx, shape).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert!(plan.ops.iter().any(|op| matches!(op, Op::Recurrence(_))), "{file}");
        let tract = TractEngine.load(&onnx, shape, Precision::Full).expect("the model loads");
        let numbers = noise([shape[0] * shape[1], shape[2] * shape[3]], 1.0).data;
        let data = numbers[..shape.iter().product()].to_vec();
        let inputs = [Tensor { shape: shape.to_vec(), data }];
        let expected = tract.run(&inputs).expect("tract runs");
        for engine in &engines {
            let ours = engine.load(&plan.to_bytes(), shape, Precision::Full).expect("the plan loads");
            let difference = worst(&ours.run(&inputs).expect("ours runs"), &expected);
            println!("{file} {shape:?} on {}: differs by {difference:.1e}; {} ops", engine.name(), plan.ops.len());
            assert!(difference <= TOLERANCE, "{file} {shape:?} on {}: {difference}", engine.name());
        }
    }
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    // The first has a fully connected layer, the last a long softmax.
    for (file, size, most) in [CASES[0], CASES[8], CASES[11], CASES[13], CASES[26]] {
        let plan = compile(&model_bytes(file), [1, 3, size[0], size[1]]).expect("it compiles");
        let inputs = [scene(size, most)];
        let run = |threads| {
            let engine = CpuEngine::new(Isa::best(), NonZeroUsize::new(threads).expect("it is not zero"));
            engine.load_plan(&plan).expect("it loads").run(&inputs).expect("it runs")
        };
        let alone = run(1);
        for threads in [2, 3, 5] {
            assert!(run(threads) == alone, "{file} with {threads} threads");
        }
    }
}

#[test]
fn runs_at_once_share_the_threads_of_a_model() {
    let plan = compile(&model_bytes("yunet_n_320_320.onnx"), [1, 3, 320, 320]).expect("it compiles");
    let inputs = [noise([320, 320], 255.0)];
    let expected = CpuEngine::default().load_plan(&plan).expect("it loads").run(&inputs).expect("it runs");
    for threads in [2, 3] {
        let engine = CpuEngine::new(Isa::best(), NonZeroUsize::new(threads).expect("it is not zero"));
        let model = engine.load_plan(&plan).expect("it loads");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..8).for_each(|_| assert!(model.run(&inputs).expect("it runs") == expected)));
            }
        });
    }
}

#[test]
fn pictures_read_together_give_what_each_gives_alone() {
    let model = CpuEngine::default()
        .load(&model_bytes("yunet_n_320_320.onnx"), [1, 3, 320, 320], Precision::Full)
        .expect("it loads");
    let (first, second) = ([noise([320, 320], 255.0)], [scene([320, 320], 255.0)]);
    let wrong = [noise([64, 64], 255.0)];
    let together = model.run_batch(&[&first, &wrong, &second, &first]);
    let alone = |inputs: &[Tensor]| model.run(inputs).map(Into::into);
    assert_eq!(together, [&first, &wrong, &second, &first].map(|inputs| alone(inputs)));
    assert!(together[1].is_err() && together[0] != together[2]);
    assert!(model.run_batch(&[]).is_empty());
}

#[test]
fn every_set_of_instructions_gives_the_same() {
    // One of each kind, the smallest there is: plain loops take their time. Those of the manifest are in `parity.rs`.
    let kinds = [
        "picodet_s_320_coco.onnx",
        "deeplabv3_mnv2_dm05_voc_257.onnx",
        "selfie_segmentation_256.onnx",
        "FastestDet.onnx",
        "ultraface_RFB_320.onnx",
        "en_PP-OCRv3_det.onnx",
        "ppocr_mobile_v2.0_cls.onnx",
        "ppocrv6_small_rec.tract.onnx",
    ];
    for (file, size, most) in CASES.into_iter().filter(|(file, ..)| kinds.contains(file)) {
        let plan = compile(&model_bytes(file), [1, 3, size[0], size[1]]).expect("it compiles");
        let inputs = [scene(size, most)];
        let run = |isa| {
            let engine = CpuEngine::new(isa, NonZeroUsize::MIN);
            engine.load_plan(&plan).expect("it loads").run(&inputs).expect("it runs")
        };
        let expected = run(Isa::Portable);
        for isa in Isa::all_here() {
            let difference = worst(&run(isa), &expected);
            println!("{file} with {isa:?}: differs by {difference:.1e}");
            assert!(difference <= TOLERANCE, "{file} with {isa:?}: {difference}");
        }
    }
}
