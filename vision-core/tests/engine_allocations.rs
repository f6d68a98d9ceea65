//! Once a model is loaded, running it allocates its outputs and nothing else: no op asks for memory.

mod counting;

use std::num::NonZeroUsize;

use vision_core::engine::compile::compile;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::{Model, Tensor};

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// Each kind of model, with the shape of its input.
const CASES: [(&str, [usize; 4]); 15] = [
    ("mobilenet_v2_imagenet.w8.onnx", [1, 3, 224, 224]),
    ("efficientnet_lite0.w8.onnx", [1, 3, 224, 224]),
    ("picodet_s_416_coco.w16.onnx", [1, 3, 416, 416]),
    ("yolox_nano.w16.onnx", [1, 3, 416, 416]),
    ("yunet_n_320_320.onnx", [1, 3, 320, 320]),
    ("deeplabv3_mnv2_dm05_voc_257.onnx", [1, 3, 257, 257]),
    ("selfie_segmentation_256.onnx", [1, 3, 256, 256]),
    ("FastestDet.onnx", [1, 3, 352, 352]),
    ("ultraface_RFB_320.onnx", [1, 3, 240, 320]),
    ("en_PP-OCRv3_det.onnx", [1, 3, 320, 320]),
    ("ppocrv6_small_det.tract.onnx", [1, 3, 320, 320]),
    ("ppocr_mobile_v2.0_cls.onnx", [1, 3, 48, 192]),
    ("ppocrv6_small_rec.tract.onnx", [1, 3, 48, 320]),
    ("en_number_mobile_v2.0_rec.onnx", [1, 3, 32, 320]),
    ("tess_fast_ukr.onnx", [1, 1, 36, 200]),
];

/// Of a run for several: the list of their states, of what they gave, and of the answers.
const LISTS: usize = 16;

// One test: others beside it would allocate too.
#[test]
fn running_allocates_the_outputs_and_nothing_else() {
    let shared =
        std::env::var("IIA_SHARED").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    for (file, shape) in CASES {
        let path = format!("{shared}/models/{file}");
        let onnx = std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}; `iia models fetch` brings the models"));
        let plan = compile(&onnx, shape).expect("it compiles");
        let inputs = [Tensor { shape: shape.to_vec(), data: vec![0.5; shape.iter().product()] }];
        for threads in [1, 2] {
            let what = format!("{file} with {threads} threads");
            let engine = CpuEngine::new(Isa::best(), NonZeroUsize::new(threads).expect("it is not zero"));
            let model = engine.load_plan(&plan).expect("it loads");
            // Threads that have not worked yet are still being set up.
            let outputs = model.run(&inputs).expect("it runs").len();
            model.run(&inputs).expect("it runs");
            let before = counting::calls();
            let mut last = 0;
            model.run_watched(&inputs, &mut |_| last = counting::calls()).expect("it runs");
            let calls = counting::calls() - before;
            assert_eq!(last - before, 0, "{what}: allocations up to the last op");
            // Numbers and shape of each output, and the list of them.
            assert!(calls <= 2 * outputs + 1, "{what}: {calls} allocations for {outputs} outputs");

            let batch = [&inputs[..]; 3];
            model.run_batch(&batch);
            let before = counting::calls();
            assert!(model.run_batch(&batch).iter().all(Result::is_ok), "{what}: three together");
            let calls = counting::calls() - before;
            assert!(calls <= batch.len() * (2 * outputs + 1) + LISTS, "{what}: {calls} allocations for three together");
        }
    }
}
