//! The engine that runs plans on GPUs: Vulkan, Metal and Direct3D 12 natively, WebGPU in a browser.
//!
//! `program` turns a plan into dispatches of kernels (`convolve`, `elementwise`, `resample`, `reduce`, `recurrence`; the kernels themselves
//! are WGSL files), `layout` decides what lies where, and [`GpuModel`] submits the dispatches of a picture, or of several that
//! come together, as one piece of work over buffers of a [`device`]. `picture` prepares pictures there.

mod buffers;
mod convolve;
mod device;
mod dispatch;
mod elementwise;
mod faults;
mod kernels;
mod layout;
mod model;
mod picture;
mod pipelines;
mod program;
mod recurrence;
mod reduce;
mod resample;
#[cfg(test)]
mod tests;
mod usage;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::plan::{Limits, Plan};
#[cfg(not(target_arch = "wasm32"))]
use super::{Engine, Model, plan_of};
use super::{EngineError, Precision};

use device::Device;
pub use device::{Adapter, Software};
pub use faults::Fault;
pub use model::GpuModel;
pub use usage::Usage;

/// A clock that wakes up whoever waits for so long.
pub type Sleep = fn(Duration) -> Sleeping;
pub type Sleeping = Pin<Box<dyn Future<Output = ()>>>;

/// Runs plans on the GPU.
#[derive(Clone)]
pub struct GpuEngine {
    /// For models that f16 does for; the same as the other where the GPU has none, or full precision is asked for everywhere.
    fast: Arc<Device>,
    full: Arc<Device>,
    limits: Limits,
}

impl GpuEngine {
    /// Looks for a GPU. `precision`: of all plans, whatever they are loaded with, at least.
    ///
    /// # Errors
    /// [`EngineError::NoGpu`] if there is none, [`EngineError::Refused`] if there is one that cannot run plans.
    pub async fn open(software: Software, precision: Precision) -> Result<Self, EngineError> {
        let fast = Arc::new(Device::open(software, precision).await?);
        let full = fast.in_full().map_or_else(|| Arc::clone(&fast), Arc::new);
        Ok(Self { fast, full, limits: Limits::default() })
    }

    /// As it is for plans that are loaded with that precision.
    pub fn adapter(&self, precision: Precision) -> &Adapter {
        self.device(precision).adapter()
    }

    fn device(&self, precision: Precision) -> &Arc<Device> {
        match precision {
            Precision::Fast => &self.fast,
            Precision::Full => &self.full,
        }
    }

    /// Makes a plan ready to run.
    ///
    /// # Errors
    /// [`EngineError::Load`] if the plan is not sound or asks for what no kernel does, [`EngineError::Refused`] if it asks for more
    /// than the device has, [`EngineError::Device`] if that is gone.
    pub async fn load_plan(&self, plan: &Plan<'_>, precision: Precision) -> Result<GpuModel, EngineError> {
        plan.check(&self.limits).map_err(super::refused)?;
        GpuModel::new(plan, Arc::clone(self.device(precision))).await
    }

    /// [`GpuEngine::open`] where a thread may wait.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn open_now(software: Software, precision: Precision) -> Result<Self, EngineError> {
        pollster::block_on(Self::open(software, precision))
    }

    /// The same, given up when it is silent for too long. A browser's GPU may hang, and nobody there ends the wait for it;
    /// elsewhere the wait ends by itself.
    #[must_use]
    pub fn with_clock(self, sleep: Sleep) -> Self {
        self.fast.sleep.get_or_init(|| sleep);
        self
    }

    /// What the device holds now, and what was made and sent there.
    pub fn usage(&self) -> Usage {
        self.fast.counts.now()
    }

    /// Has the device fail, as devices do: for tests of what happens then.
    pub fn suffer(&self, fault: Fault) {
        if fault == Fault::Gone {
            self.fast.device.destroy();
        }
        self.fast.faults.begin(fault, self.usage().bytes);
    }

    /// Ends all faults but that of a device that is gone.
    pub fn mend(&self) {
        self.fast.faults.mend();
    }
}

/// Ops of a plan that no kernel does, by their places in the plan: such a plan runs on the processor.
///
/// # Errors
/// [`EngineError::Load`] if the plan is not sound, or too large for any GPU.
pub fn refused_ops(plan: &Plan) -> Result<Vec<usize>, EngineError> {
    plan.check(&Limits::default()).map_err(super::refused)?;
    program::refused(plan)
}

#[cfg(not(target_arch = "wasm32"))]
impl Engine for GpuEngine {
    fn name(&self) -> &'static str {
        "gpu"
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    fn load(
        &self,
        model_bytes: &[u8],
        input_shape: [usize; 4],
        precision: Precision,
    ) -> Result<Box<dyn Model>, EngineError> {
        let plan = plan_of(model_bytes, input_shape, &self.limits)?;
        Ok(Box::new(pollster::block_on(self.load_plan(&plan, precision))?))
    }
}
