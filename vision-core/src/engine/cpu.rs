//! The engine that runs plans on processors: kernels for each set of instructions, and what calls them op by op.
//!
//! `prepare` turns a plan into steps with packed weights, each step is [`work::Work`] on rows of one output
//! (`convolve`, `transposed`, `product`, `recurrence`, `resample`, `elementwise`, `copy`, `reduce`), and [`CpuModel`] runs the steps over an arena.

mod arena;
mod bands;
mod convolve;
mod copy;
mod elementwise;
pub(super) mod loops;
mod model;
mod picture;
mod prepare;
mod product;
mod recurrence;
mod reduce;
mod resample;
#[cfg(test)]
pub(super) mod tests;
mod threads;
mod transposed;
mod work;

use std::num::NonZeroUsize;

use super::plan::{Limits, Plan};
use super::{Engine, EngineError, Model, Precision, plan_of, refused};
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

    #[cfg(feature = "gpu")]
    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Makes a plan ready to run.
    pub fn load_plan(&self, plan: &Plan) -> Result<CpuModel, EngineError> {
        plan.check(&self.limits).map_err(refused)?;
        CpuModel::new(plan, self.isa, self.threads, &self.limits)
    }
}

impl Engine for CpuEngine {
    fn name(&self) -> &'static str {
        "cpu"
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4], _: Precision) -> Result<Box<dyn Model>, EngineError> {
        let plan = plan_of(model_bytes, input_shape, &self.limits)?;
        Ok(Box::new(self.load_plan(&plan)?))
    }
}
