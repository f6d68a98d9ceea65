//! The engine alone as a program for the browser: `cargo xtask bench engine` times it beside onnxruntime-web, and the browser tests
//! hold its outputs to ONNX Runtime's. Compiled as the worker is, and no part of the page. Built with the feature `gpu` its plans run
//! on the browser's GPU, otherwise on the processor.

use js_sys::Float32Array;
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::{Precision, Tensor};
use wasm_bindgen::prelude::*;

fn main() {}

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
    model: executor::Loaded,
    shape: Vec<usize>,
}

#[wasm_bindgen]
impl Timed {
    /// On a GPU its numbers are f16 where that has it, unless they are to be `full` (f32).
    ///
    /// # Errors
    /// When the bytes are no plan, or one with other than one input; when there is no GPU to run it on, or it does not take the plan.
    pub async fn open(plan: PlanFile, full: Option<bool>) -> Result<Timed, JsError> {
        let plan = Plan::from_bytes(&plan.0, &Limits::default())?;
        let [input] = plan.inputs.as_slice() else { return Err(JsError::new("a plan with one input is wanted")) };
        let shape = input.dims.iter().map(|dim| *dim as usize).collect();
        let precision = if full == Some(true) { Precision::Full } else { Precision::Fast };
        Ok(Self { model: executor::load(&plan, precision).await?, shape })
    }

    /// Runs the model once and gives the first number of its first output, so that nothing can be left out.
    ///
    /// # Errors
    /// When there are not as many numbers as the input's shape says, or the GPU fails.
    pub async fn run(&self, numbers: Vec<f32>) -> Result<f32, JsError> {
        let outputs = self.outputs_of(numbers).await?;
        Ok(outputs.first().and_then(|output| output.data.first()).copied().unwrap_or(0.0))
    }

    /// Runs the model once and gives the numbers of each output.
    ///
    /// # Errors
    /// As for `run`.
    pub async fn outputs(&self, numbers: Vec<f32>) -> Result<Vec<Float32Array>, JsError> {
        let outputs = self.outputs_of(numbers).await?;
        Ok(outputs.iter().map(|output| Float32Array::from(&output.data[..])).collect())
    }

    async fn outputs_of(&self, data: Vec<f32>) -> Result<Vec<Tensor>, JsError> {
        executor::run(&self.model, &[Tensor { shape: self.shape.clone(), data }]).await
    }
}

#[cfg(not(feature = "gpu"))]
mod executor {
    use vision_core::engine::cpu::{CpuEngine, CpuModel};
    use vision_core::engine::plan::Plan;
    use vision_core::engine::{Model as _, Precision, Tensor};
    use wasm_bindgen::JsError;

    pub type Loaded = CpuModel;

    pub async fn load(plan: &Plan<'_>, _: Precision) -> Result<Loaded, JsError> {
        Ok(CpuEngine::default().load_plan(plan)?)
    }

    pub async fn run(model: &Loaded, inputs: &[Tensor]) -> Result<Vec<Tensor>, JsError> {
        Ok(model.run(inputs)?)
    }
}

#[cfg(feature = "gpu")]
mod executor {
    use vision_core::engine::gpu::{GpuEngine, GpuModel, Software};
    use vision_core::engine::plan::Plan;
    use vision_core::engine::{Precision, Tensor};
    use wasm_bindgen::JsError;

    pub type Loaded = GpuModel;

    pub async fn load(plan: &Plan<'_>, precision: Precision) -> Result<Loaded, JsError> {
        let gpu = GpuEngine::open(Software::Allowed, precision).await?;
        Ok(gpu.load_plan(plan, precision).await?)
    }

    pub async fn run(model: &Loaded, inputs: &[Tensor]) -> Result<Vec<Tensor>, JsError> {
        Ok(model.run_async(inputs).await?)
    }
}
