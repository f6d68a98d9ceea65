//! The engine alone as a program for the browser: `cargo xtask bench engine` times it beside onnxruntime-web, and the browser tests
//! hold its outputs to ONNX Runtime's. Compiled as the worker is, and no part of the page.

use js_sys::Float32Array;
use vision_core::engine::cpu::{CpuEngine, CpuModel};
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::{Model, Tensor};
use wasm_bindgen::prelude::*;

fn main() {}

/// The numbers of each output.
fn numbers(outputs: Vec<Tensor>) -> Vec<Float32Array> {
    outputs.iter().map(|output| Float32Array::from(&output.data[..])).collect()
}

/// A plan's file in the program's memory, where the worker has it before it loads the plan.
#[wasm_bindgen]
pub struct PlanFile(Vec<u8>);

#[wasm_bindgen]
impl PlanFile {
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// A plan that is ready to run.
#[wasm_bindgen]
pub struct Timed {
    model: CpuModel,
    shape: Vec<usize>,
}

#[wasm_bindgen]
impl Timed {
    /// # Errors
    /// When the bytes are no plan, or one with other than one input.
    #[wasm_bindgen(constructor)]
    pub fn new(plan: &PlanFile) -> Result<Timed, JsError> {
        let plan = Plan::from_bytes(&plan.0, &Limits::default())?;
        let [input] = plan.inputs.as_slice() else { return Err(JsError::new("a plan with one input is wanted")) };
        let shape = input.dims.iter().map(|dim| *dim as usize).collect();
        Ok(Self { model: CpuEngine::default().load_plan(&plan)?, shape })
    }

    /// Runs the model once and gives the first number of its first output, so that nothing can be left out.
    ///
    /// # Errors
    /// When there are not as many numbers as the input's shape says.
    pub fn run(&self, numbers: &[f32]) -> Result<f32, JsError> {
        let outputs = self.outputs_of(numbers)?;
        Ok(outputs.first().and_then(|output| output.data.first()).copied().unwrap_or(0.0))
    }

    /// Runs the model once and gives its outputs.
    ///
    /// # Errors
    /// As for `run`.
    pub fn outputs(&self, input: &[f32]) -> Result<Vec<Float32Array>, JsError> {
        Ok(numbers(self.outputs_of(input)?))
    }

    fn outputs_of(&self, numbers: &[f32]) -> Result<Vec<Tensor>, JsError> {
        Ok(self.model.run(&[Tensor { shape: self.shape.clone(), data: numbers.to_vec() }])?)
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use js_sys::Float32Array;
    use vision_core::engine::Tensor;
    use vision_core::engine::gpu::{GpuEngine, GpuModel, Precision, Software};
    use vision_core::engine::plan::{Limits, Plan};
    use wasm_bindgen::prelude::*;

    use super::PlanFile;

    /// A plan that is ready to run on the browser's GPU.
    #[wasm_bindgen]
    pub struct TimedOnGpu {
        model: GpuModel,
        shape: Vec<usize>,
    }

    #[wasm_bindgen]
    impl TimedOnGpu {
        /// # Errors
        /// When there is no GPU, or it does not take the plan.
        pub async fn open(plan: PlanFile) -> Result<TimedOnGpu, JsError> {
            let plan = Plan::from_bytes(&plan.0, &Limits::default())?;
            let [input] = plan.inputs.as_slice() else { return Err(JsError::new("a plan with one input is wanted")) };
            let shape = input.dims.iter().map(|dim| *dim as usize).collect();
            let gpu = GpuEngine::open(Software::Allowed, Precision::Fast).await?;
            Ok(Self { model: gpu.load_plan(&plan).await?, shape })
        }

        /// Runs the model once and gives the first number of its first output.
        ///
        /// # Errors
        /// When there are not as many numbers as the input's shape says, or the GPU fails.
        pub async fn run(&self, numbers: Vec<f32>) -> Result<f32, JsError> {
            let outputs = self.outputs_of(numbers).await?;
            Ok(outputs.first().and_then(|output| output.data.first()).copied().unwrap_or(0.0))
        }

        /// Runs the model once and gives its outputs.
        ///
        /// # Errors
        /// As for `run`.
        pub async fn outputs(&self, input: Vec<f32>) -> Result<Vec<Float32Array>, JsError> {
            Ok(super::numbers(self.outputs_of(input).await?))
        }

        async fn outputs_of(&self, numbers: Vec<f32>) -> Result<Vec<Tensor>, JsError> {
            let inputs = [Tensor { shape: self.shape.clone(), data: numbers }];
            Ok(self.model.run_async(&inputs).await?)
        }
    }
}
