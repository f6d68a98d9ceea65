//! Models as small as an op, with what ONNX Runtime makes of them: `bench/reference` holds them.

use std::path::Path;

use serde::Deserialize;
use vision_core::engine::Tensor;

#[derive(Deserialize)]
struct Reference {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
pub struct Case {
    pub name: String,
    /// The model's bytes, in hexadecimal digits.
    onnx: String,
    pub shape: [usize; 4],
    input: Vec<f32>,
    outputs: Vec<Output>,
}

#[derive(Deserialize)]
struct Output {
    shape: Vec<usize>,
    values: Vec<f32>,
}

/// The models of a file of `bench/reference`.
pub fn small_models(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/reference").join(file);
    let text = std::fs::read_to_string(path).expect("it is part of the checkout");
    let reference: Reference = serde_json::from_str(&text).expect("it is valid");
    reference.cases
}

impl Case {
    pub fn onnx(&self) -> Vec<u8> {
        let pairs = (0..self.onnx.len()).step_by(2);
        pairs.map(|at| u8::from_str_radix(&self.onnx[at..at + 2], 16).expect("hexadecimal digits")).collect()
    }

    pub fn input(&self) -> Tensor {
        Tensor { shape: self.shape.to_vec(), data: self.input.clone() }
    }

    /// What is another than ONNX Runtime's; numbers may differ by `tolerance` of the expected one, or of one if that is less.
    pub fn differs(&self, outputs: &[Tensor], tolerance: f32) -> Option<String> {
        if outputs.len() != self.outputs.len() {
            return Some(format!("{} outputs", outputs.len()));
        }
        let all = outputs.iter().zip(&self.outputs);
        all.into_iter().find_map(|(output, expected)| {
            if output.shape != expected.shape {
                return Some(format!("{:?} in place of {:?}", output.shape, expected.shape));
            }
            let is_near = |got: &f32, wanted: &f32| (got - wanted).abs() <= tolerance * wanted.abs().max(1.0);
            let mut numbers = output.data.iter().zip(&expected.values);
            let at = numbers.position(|(got, wanted)| !is_near(got, wanted))?;
            Some(format!("{} in place of {} at {at}", output.data[at], expected.values[at]))
        })
    }
}
