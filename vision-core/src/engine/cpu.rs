//! The engine that runs plans on processors: kernels for each set of instructions, and what calls them op by op.
//!
//! `prepare` turns a plan into steps with packed weights, each step is [`work::Work`] on rows of one output
//! (`convolve`, `transposed`, `product`, `recurrence`, `resample`, `elementwise`, `copy`, `reduce`), and [`CpuModel`] runs the steps over an arena.

mod arena;
mod convolve;
mod copy;
mod elementwise;
mod loops;
mod model;
mod picture;
mod prepare;
mod product;
mod recurrence;
mod reduce;
mod resample;
#[cfg(test)]
mod tests;
mod threads;
mod transposed;
mod work;

use std::num::NonZeroUsize;

use super::plan::{Limits, Plan};
use super::{Engine, EngineError, Model};
use kernels::Isa;
pub use vision_kernels as kernels;

pub use model::CpuModel;

/// Runs plans on the processor.
#[derive(Clone, Copy, Debug)]
pub struct CpuEngine {
    isa: Isa,
    threads: NonZeroUsize,
    limits: Limits,
}

impl Default for CpuEngine {
    fn default() -> Self {
        Self::new(Isa::best(), NonZeroUsize::MIN)
    }
}

impl CpuEngine {
    /// `threads` share the rows of each op; results do not depend on how many there are.
    pub fn new(isa: Isa, threads: NonZeroUsize) -> Self {
        Self { isa, threads, limits: Limits::default() }
    }

    /// Makes a plan ready to run.
    pub fn load_plan(&self, plan: &Plan) -> Result<CpuModel, EngineError> {
        plan.check(&self.limits).map_err(refused)?;
        CpuModel::new(plan, self.isa, self.threads, &self.limits)
    }

    fn plan(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Plan, EngineError> {
        if Plan::is_plan(model_bytes) {
            return Plan::from_bytes(model_bytes, &self.limits).map_err(refused);
        }
        compiled(model_bytes, input_shape)
    }
}

#[cfg(feature = "compile")]
fn compiled(model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Plan, EngineError> {
    super::compile::compile(model_bytes, input_shape).map_err(refused)
}

#[cfg(not(feature = "compile"))]
fn compiled(_model_bytes: &[u8], _input_shape: [usize; 4]) -> Result<Plan, EngineError> {
    Err(EngineError::Load { detail: "it is no plan, and nothing here makes plans".to_owned() })
}

/// The error with its causes, as one line.
fn refused(error: impl std::error::Error) -> EngineError {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    let detail = causes.fold(error.to_string(), |detail, cause| format!("{detail}: {cause}"));
    EngineError::Load { detail }
}

impl Engine for CpuEngine {
    fn name(&self) -> &'static str {
        "cpu"
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Box<dyn Model>, EngineError> {
        let plan = self.plan(model_bytes, input_shape)?;
        let of_plan = plan.inputs.first().map(|view| view.dims.iter().map(|dim| *dim as usize).collect::<Vec<_>>());
        if of_plan.as_deref() != Some(&input_shape) {
            let detail = format!("the plan is for an input of {:?}, not {input_shape:?}", of_plan.unwrap_or_default());
            return Err(EngineError::Load { detail });
        }
        Ok(Box::new(self.load_plan(&plan)?))
    }
}
