//! Models that the GPU runs, and the processor where the GPU does not.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use super::Told;
use super::on_cpu::ran;
use crate::engine::cpu::CpuModel;
use crate::engine::gpu::GpuModel;
use crate::engine::{EngineError, Executor, Holding, Model, Ran, Running, Tensor, Trouble};
use crate::preprocess::Preparation;

/// A model that the GPU runs, and the processor once the GPU has failed.
///
/// A run that the GPU merely had no room for is the processor's alone: the next may find room, and a refusal costs next to nothing.
/// A lost device is lost, and a number that half precision does not hold would come again: then the processor goes on for good.
pub(super) struct OnGpu {
    gpu: GpuModel,
    cpu: CpuModel,
    reason: String,
    failed: Mutex<Option<String>>,
    told: Told,
}

impl OnGpu {
    pub fn new(gpu: GpuModel, cpu: CpuModel, reason: String, told: Told) -> Self {
        Self { gpu, cpu, reason, failed: Mutex::default(), told }
    }

    /// Why the GPU runs nothing any more: its own failure, or that of another model on the same device.
    fn failed(&self) -> Option<String> {
        let own = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        own.or_else(|| self.gpu.trouble().err().map(|error| error.to_string()))
    }

    /// The GPU's answer, or the processor's where the GPU fails.
    async fn answer<'a>(
        &'a self,
        on_gpu: Running<'a>,
        inputs: impl FnOnce() -> Cow<'a, [Tensor]>,
    ) -> Result<Ran, EngineError> {
        if let Some(failed) = self.failed() {
            let outputs = self.cpu.run(&inputs())?;
            return Ok(self.went_on(outputs, failed));
        }
        self.settled(on_gpu.await, inputs)
    }

    fn settled<'a>(
        &'a self,
        on_gpu: Result<Ran, EngineError>,
        inputs: impl FnOnce() -> Cow<'a, [Tensor]>,
    ) -> Result<Ran, EngineError> {
        match on_gpu {
            Ok(ran) => Ok(Ran { ran_by: Some(Executor { engine: "gpu", reason: self.reason.clone() }), ..ran }),
            // Not the GPU's fault: the processor would say the same.
            Err(error @ EngineError::Run { .. }) => Err(error),
            Err(error @ (EngineError::Refused { .. } | EngineError::Load { .. })) => {
                let refused = error.to_string();
                let outputs = self.cpu.run(&inputs())?;
                Ok(ran(outputs, refused.clone(), Some(Trouble::Gpu(refused))))
            }
            Err(error) => {
                let failed = error.to_string();
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed.clone());
                let outputs = self.cpu.run(&inputs())?;
                Ok(self.went_on(outputs, failed))
            }
        }
    }

    /// The processor's answer; the first one tells why.
    fn went_on(&self, outputs: Vec<Tensor>, failed: String) -> Ran {
        let trouble = self.told.once(&Trouble::Gpu(failed.clone()));
        ran(outputs, failed, trouble)
    }
}

impl Model for OnGpu {
    #[cfg(not(target_arch = "wasm32"))]
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        pollster::block_on(self.start(inputs)).map(|ran| ran.outputs)
    }

    /// The GPU of a browser answers later; who cannot wait gets the processor's answer.
    #[cfg(target_arch = "wasm32")]
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.cpu.run(inputs)
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        if let Some(failed) = self.failed() {
            let answers = self.cpu.run_batch(batch).into_iter();
            return answers.map(|answer| answer.map(|ran| self.went_on(ran.outputs, failed.clone()))).collect();
        }
        let on_gpu = self.gpu.run_batch(batch).into_iter().zip(batch);
        on_gpu.map(|(answer, inputs)| self.settled(answer, || Cow::Borrowed(*inputs))).collect()
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(self.answer(self.gpu.start(inputs), move || Cow::Borrowed(inputs)))
    }

    /// Once the GPU has failed, pictures are prepared where they are needed.
    fn prepares(&self) -> bool {
        self.failed().is_none()
    }

    fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
        Box::pin(self.answer(self.gpu.start_on(picture), move || Cow::Owned(vec![picture.tensor()])))
    }

    fn holds(&self) -> Holding {
        Holding { gpu_bytes: self.gpu.bytes(), ..self.cpu.holds() }
    }
}
