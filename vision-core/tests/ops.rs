//! Every op that plans can express, in each of its forms, against ONNX Runtime: models of one op, or of what one is fused with or
//! spelled out in (`bench/reference/ops.py` made them), on every set of instructions that runs here and on the GPU's engine.

#[path = "support/small_models.rs"]
mod small_models;

use std::num::NonZeroUsize;

use small_models::{Case, small_models};
use vision_core::engine::compile::{compile, survey};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::gpu::{GpuEngine, Software};
use vision_core::engine::{Engine, Model, Precision};

/// Beside the rounding of f32, expected numbers are written with six digits.
const TOLERANCE: f32 = 2e-5;
/// On a GPU: WGSL promises less of `exp`, `pow` and `tanh`.
const GPU_TOLERANCE: f32 = 2e-4;

#[test]
fn ops_agree_with_onnx_runtime_on_the_processor() {
    let cases = small_models("ops.json");
    assert!(cases.len() > 200);
    let mut wrong = Vec::new();
    for case in &cases {
        let plan = match compile(&case.onnx(), case.shape) {
            Ok(plan) => plan,
            Err(error) => {
                wrong.push(format!("{}: {error}", case.name));
                continue;
            }
        };
        for isa in Isa::all_here() {
            let model = CpuEngine::new(isa, NonZeroUsize::MIN).load_plan(&plan).expect("a sound plan");
            let outputs = model.run(&[case.input()]).expect("it runs");
            wrong.extend(case.differs(&outputs, TOLERANCE).map(|what| format!("{} with {isa:?}: {what}", case.name)));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn ops_agree_with_onnx_runtime_on_the_gpu() {
    let gpu = GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    });
    let on_gpu = |case: &Case| {
        let ops = survey(&case.onnx(), case.shape).map_err(|error| error.to_string())?.ops;
        if let Some(refused) = ops.iter().find(|op| !op.gpu) {
            return Err(format!("no kernel for {}", refused.op));
        }
        let model = gpu.load(&case.onnx(), case.shape, Precision::Full).map_err(|error| error.to_string())?;
        let outputs = model.run(&[case.input()]).map_err(|error| error.to_string())?;
        case.differs(&outputs, GPU_TOLERANCE).map_or(Ok(()), Err)
    };
    let told = |case: &Case| on_gpu(case).err().map(|what| format!("{}: {what}", case.name));
    let wrong: Vec<String> = small_models("ops.json").iter().filter_map(told).collect();
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
