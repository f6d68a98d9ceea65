//! Models that the processor runs where a GPU might have: it is slower, it failed, or there is none.

#[cfg(not(target_arch = "wasm32"))]
use super::super::{Engine, Precision};
use super::Told;
use crate::engine::cpu::{CpuEngine, CpuModel};
use crate::engine::{EngineError, Executor, Holding, Model, Ran, Running, Tensor, Trouble, plan_of};

/// A model that the processor runs, and why.
pub(super) struct OnCpu {
    cpu: CpuModel,
    reason: String,
    trouble: Option<(Trouble, Told)>,
}

impl OnCpu {
    /// As it should be.
    pub fn faster(cpu: CpuModel, reason: String) -> Self {
        Self { cpu, reason, trouble: None }
    }

    /// After something went wrong, which is told once.
    pub fn after(cpu: CpuModel, reason: String, told: Told) -> Self {
        let trouble = Some((Trouble::Gpu(reason.clone()), told));
        Self { cpu, reason, trouble }
    }

    fn ran(&self, outputs: Vec<Tensor>) -> Ran {
        let trouble = self.trouble.as_ref().and_then(|(trouble, told)| told.once(trouble));
        ran(outputs, self.reason.clone(), trouble)
    }
}

impl Model for OnCpu {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.cpu.run(inputs)
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move { self.cpu.run(inputs).map(|outputs| self.ran(outputs)) })
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        let answers = self.cpu.run_batch(batch).into_iter();
        answers.map(|answer| answer.map(|Ran { outputs, .. }| self.ran(outputs))).collect()
    }

    fn holds(&self) -> Holding {
        self.cpu.holds()
    }
}

/// What the processor gave.
pub(super) fn ran(outputs: Vec<Tensor>, reason: String, trouble: Option<Trouble>) -> Ran {
    Ran { ran_by: Some(Executor { engine: "cpu", reason }), trouble, ..Ran::from(outputs) }
}

/// Runs each model on the processor, for want of a GPU that one was looked for.
pub struct WithoutGpu {
    cpu: CpuEngine,
    reason: String,
    trouble: Option<Trouble>,
    told: Told,
}

impl WithoutGpu {
    /// What came of looking for a GPU. That there is none is told in receipts; that one was there which is of no use, in a warning
    /// of the first report too.
    pub fn new(cpu: CpuEngine, found: &EngineError) -> Self {
        let reason = found.to_string();
        let trouble = (!matches!(found, EngineError::NoGpu { .. })).then(|| Trouble::Gpu(reason.clone()));
        Self { cpu, reason, trouble, told: Told::default() }
    }

    /// The same, where somebody asked for the GPU: then it is worth a warning in any case.
    #[must_use]
    pub fn asked_for(self) -> Self {
        let trouble = self.trouble.or_else(|| Some(Trouble::NoGpu(self.reason.clone())));
        Self { trouble, ..self }
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    ///
    /// # Errors
    /// [`EngineError::Load`] if the processor cannot run it.
    pub fn load(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Box<dyn Model>, EngineError> {
        let cpu = self.cpu.load_plan(&plan_of(model_bytes, input_shape, &self.cpu.limits())?)?;
        let trouble = self.trouble.clone().map(|trouble| (trouble, self.told.clone()));
        Ok(Box::new(OnCpu { cpu, reason: self.reason.clone(), trouble }))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Engine for WithoutGpu {
    fn name(&self) -> &'static str {
        "cpu"
    }

    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4], _: Precision) -> Result<Box<dyn Model>, EngineError> {
        self.load(model_bytes, input_shape)
    }
}
