//! The seam behind which models run: bytes to a model, tensors to tensors. No type of any engine leaks out of it.

#[cfg(feature = "compile")]
pub mod compile;
pub mod cpu;
#[cfg(feature = "gpu")]
pub mod gpu;
pub mod plan;
#[cfg(feature = "gpu")]
pub mod race;
#[cfg(feature = "tract")]
pub mod tract;

use std::future::Future;
use std::pin::Pin;

use plan::{Limits, Plan};

use crate::manifest::ModelTask;
use crate::preprocess::Preparation;

/// A dense tensor of f32 in row-major order; `data.len()` is the product of `shape`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub data: Vec<f32>,
}

/// Loads models. Implementations: `cpu` and `gpu` run plans, `tract` is the reference.
pub trait Engine: Send + Sync {
    /// Name in receipts: `cpu`, `gpu`, `tract`.
    fn name(&self) -> &'static str;
    /// Prepares a model file to be run with one input of `input_shape` (N, C, H, W). `precision`: at least; the processor's is always full.
    fn load(
        &self,
        model_bytes: &[u8],
        input_shape: [usize; 4],
        precision: Precision,
    ) -> Result<Box<dyn Model>, EngineError>;
}

/// How precise the numbers are that ops hand on to each other; whatever is computed is f32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f16 where a GPU has it: half the memory and half the traffic.
    #[default]
    Fast,
    /// f32 everywhere.
    Full,
}

impl Precision {
    /// What models of a task need to tell the same everywhere. Which box of an object is the best, and how well it fits, changes with
    /// rounding: in f16 average precision on the project's pictures moves by up to 0.003 (docs/performance.md), and first tags do not.
    pub fn of(task: ModelTask) -> Self {
        match task {
            ModelTask::Objects => Self::Full,
            ModelTask::Tags | ModelTask::Faces => Self::Fast,
        }
    }
}

/// A model ready to run; may be run by many threads at once.
pub trait Model: Send + Sync {
    /// Runs the model; outputs come in the model's own order.
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError>;

    /// Runs the model where its answer may come later, and says what ran it.
    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move { self.run(inputs).map(Ran::from) })
    }

    /// Whether another thread runs it, so that it is worth starting before this one does anything else.
    fn runs_elsewhere(&self) -> bool {
        false
    }

    /// Runs the model for several that wait at the same time, each with inputs of its own; the answers come in their order, and
    /// one that fails is no other's trouble. Worth more than runs one by one where an engine has more width than one picture fills.
    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        batch.iter().map(|inputs| crate::platform::wait_for(self.start(inputs))).collect()
    }

    /// What it holds now; nothing where an engine cannot tell.
    fn holds(&self) -> Holding {
        Holding::default()
    }

    /// Whether [`Model::start_on`] is worth more than a tensor made before.
    fn prepares(&self) -> bool {
        false
    }

    /// Prepares a picture and runs the model, which has that one input, on it.
    fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
        Box::pin(async move {
            let inputs = [picture.tensor()];
            self.start(&inputs).await
        })
    }
}

/// Bytes that a model takes as long as it is loaded: its weights, and what its runs work on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holding {
    pub cpu_bytes: u64,
    pub gpu_bytes: u64,
}

/// A run that is under way. Only in a browser, for its GPU or another worker, does it ever wait; everywhere else it is done when it is
/// first asked.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<Ran, EngineError>> + 'a>>;

/// What a run gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Ran {
    pub outputs: Vec<Tensor>,
    /// Where there was a choice.
    pub ran_by: Option<Executor>,
    /// What failed on the way, so that something else had to go on.
    pub trouble: Option<Trouble>,
    /// How long it ran, where whoever waits for it cannot know.
    pub took_ms: Option<f64>,
}

/// Where there was no choice and no trouble.
impl From<Vec<Tensor>> for Ran {
    fn from(outputs: Vec<Tensor>) -> Self {
        Self { outputs, ran_by: None, trouble: None, took_ms: None }
    }
}

/// What failed, with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The processor went on.
    Gpu(String),
    /// It was asked for and is not there; the processor ran the model.
    NoGpu(String),
    /// Another worker of the browser's; the first one went on.
    Worker(String),
}

/// What ran a model, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executor {
    /// `cpu`, `gpu`, `tract`.
    pub engine: &'static str,
    pub reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error("the model cannot be read: {detail}")]
    Load { detail: String },
    #[error("the model failed while running: {detail}")]
    Run { detail: String },
    /// The GPU has no room for it, or does not understand it; others may be well.
    #[error("the GPU refused it: {detail}")]
    Refused { detail: String },
    #[error("there is no GPU to run on: {detail}")]
    NoGpu { detail: String },
    /// What the model ran on cannot go on.
    #[error("the GPU failed: {detail}")]
    Device { detail: String },
    #[error("the model gave an output of another shape than its manifest says: {detail}")]
    Shape { detail: String },
}

/// The plan that the bytes are; where plans are made, also what an ONNX file compiles to.
fn plan_of<'a>(model_bytes: &'a [u8], input_shape: [usize; 4], limits: &Limits) -> Result<Plan<'a>, EngineError> {
    let plan = match Plan::is_plan(model_bytes) {
        true => Plan::from_bytes(model_bytes, limits).map_err(refused)?,
        false => compiled(model_bytes, input_shape)?,
    };
    let of_plan = plan.inputs.first().map(|view| view.dims.iter().map(|dim| *dim as usize).collect::<Vec<_>>());
    if of_plan.as_deref() != Some(&input_shape) {
        let detail = format!("the plan is for an input of {:?}, not {input_shape:?}", of_plan.unwrap_or_default());
        return Err(EngineError::Load { detail });
    }
    Ok(plan)
}

#[cfg(feature = "compile")]
fn compiled(model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Plan<'static>, EngineError> {
    compile::compile(model_bytes, input_shape).map_err(refused)
}

#[cfg(not(feature = "compile"))]
fn compiled(_model_bytes: &[u8], _input_shape: [usize; 4]) -> Result<Plan<'static>, EngineError> {
    Err(EngineError::Load { detail: "it is no plan, and nothing here makes plans".to_owned() })
}

/// Whether the inputs of a run have the shapes that a model wants, and as many numbers as those say.
fn fit<'a>(wanted: impl Iterator<Item = &'a [usize]> + Clone, inputs: &[Tensor]) -> Result<(), EngineError> {
    if !wanted.clone().eq(inputs.iter().map(|tensor| tensor.shape.as_slice())) {
        let (wanted, got) = (wanted.collect::<Vec<_>>(), inputs.iter().map(|t| &t.shape).collect::<Vec<_>>());
        return Err(EngineError::Run { detail: format!("inputs of {wanted:?} are wanted, not of {got:?}") });
    }
    match inputs.iter().all(|tensor| tensor.data.len() == tensor.shape.iter().product::<usize>()) {
        true => Ok(()),
        false => Err(EngineError::Run { detail: "an input has fewer numbers than its shape says".to_owned() }),
    }
}

/// The error with its causes, as one line.
fn refused(error: impl std::error::Error) -> EngineError {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
    EngineError::Load { detail }
}
