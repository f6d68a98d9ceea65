//! Recurrent layers against ONNX Runtime, on models as small as a layer (`bench/reference/recurrent.py` made them): directions,
//! with and without bias, both forms of GRU, several sequences at once.

use std::path::Path;

use serde::Deserialize;
use vision_core::engine::compile::{OpUse, survey};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::gpu::{GpuEngine, Precision, Software};
use vision_core::engine::{Engine, Tensor};

/// Largest difference of a state, which lies between -1 and 1.
const TOLERANCE: f32 = 1e-5;
/// On a GPU: WGSL promises less of `exp` and `tanh`.
const GPU_TOLERANCE: f32 = 1e-4;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    /// The model's bytes, in hexadecimal digits.
    onnx: String,
    shape: [usize; 4],
    input: Vec<f32>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    shape: Vec<usize>,
    values: Vec<f32>,
}

fn bytes(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits")).collect()
}

#[test]
fn recurrent_layers_agree_with_onnx_runtime() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/reference/recurrent.json");
    let text = std::fs::read_to_string(path).expect("it is part of the checkout");
    let reference: Reference = serde_json::from_str(&text).expect("it is valid");
    assert!(reference.cases.len() >= 10);
    let gpu = GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    });
    let engines: [(Box<dyn Engine>, f32); 2] =
        [(Box::new(CpuEngine::default()), TOLERANCE), (Box::new(gpu), GPU_TOLERANCE)];
    for case in reference.cases {
        let ops = survey(&bytes(&case.onnx), case.shape).expect("it is ONNX").ops;
        let is_recurrent = |op: &&OpUse| ["GRU", "LSTM"].contains(&op.op.as_str());
        let recurrent: Vec<&OpUse> = ops.iter().filter(is_recurrent).collect();
        assert!(!recurrent.is_empty() && recurrent.iter().all(|op| op.gpu), "{}: {recurrent:?}", case.name);
        let inputs = [Tensor { shape: case.shape.to_vec(), data: case.input }];
        for (engine, tolerance) in &engines {
            let what = format!("{} on {}", case.name, engine.name());
            let model = engine.load(&bytes(&case.onnx), case.shape).unwrap_or_else(|error| panic!("{what}: {error}"));
            let outputs = model.run(&inputs).expect("it runs");
            assert_eq!(outputs.len(), case.outputs.len(), "{what}");
            for (output, expected) in outputs.iter().zip(&case.outputs) {
                assert_eq!(output.shape, expected.shape, "{what}");
                for (got, wanted) in output.data.iter().zip(&expected.values) {
                    assert!((got - wanted).abs() <= *tolerance, "{what}: {got}, not {wanted}");
                }
            }
        }
    }
}
