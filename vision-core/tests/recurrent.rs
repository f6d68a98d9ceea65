//! Recurrent layers against ONNX Runtime, on models as small as a layer (`bench/reference/recurrent.py` made them): directions,
//! with and without bias, both forms of GRU, several sequences at once.

#[path = "support/small_models.rs"]
mod small_models;

use small_models::small_models;
use vision_core::engine::compile::{OpUse, survey};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::gpu::{GpuEngine, Software};
use vision_core::engine::{Engine, Precision};

/// Largest difference of a state, which lies between -1 and 1.
const TOLERANCE: f32 = 1e-5;
/// On a GPU: WGSL promises less of `exp` and `tanh`.
const GPU_TOLERANCE: f32 = 1e-4;

#[test]
fn recurrent_layers_agree_with_onnx_runtime() {
    let cases = small_models("recurrent.json");
    assert!(cases.len() >= 10);
    let gpu = GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    });
    let engines: [(Box<dyn Engine>, f32); 2] =
        [(Box::new(CpuEngine::default()), TOLERANCE), (Box::new(gpu), GPU_TOLERANCE)];
    for case in cases {
        let ops = survey(&case.onnx(), case.shape).expect("it is ONNX").ops;
        let is_recurrent = |op: &&OpUse| ["GRU", "LSTM"].contains(&op.op.as_str());
        let recurrent: Vec<&OpUse> = ops.iter().filter(is_recurrent).collect();
        assert!(!recurrent.is_empty() && recurrent.iter().all(|op| op.gpu), "{}: {recurrent:?}", case.name);
        for (engine, tolerance) in &engines {
            let what = format!("{} on {}", case.name, engine.name());
            let model = engine
                .load(&case.onnx(), case.shape, Precision::Full)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            let outputs = model.run(&[case.input()]).expect("it runs");
            assert_eq!(case.differs(&outputs, *tolerance), None, "{what}");
        }
    }
}
