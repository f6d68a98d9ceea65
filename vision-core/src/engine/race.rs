//! Which executor runs a model: each is timed when the model is loaded, and the fastest runs from then on. Where the GPU
//! fails, the processor goes on.

mod on_cpu;
mod on_gpu;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(not(target_arch = "wasm32"))]
use super::Engine;
use super::cpu::{CpuEngine, CpuModel};
use super::gpu::{Adapter, GpuEngine, GpuModel};
use super::plan::Plan;
use super::{EngineError, Model, Precision, Tensor, Trouble, plan_of};
use crate::digest::sha256;
use on_cpu::OnCpu;
pub use on_cpu::WithoutGpu;
use on_gpu::OnGpu;

/// Milliseconds after which no further run of a race begins, and runs that are enough. So a race takes so long for each side and
/// one run more: a processor's takes as long as it takes there, and a GPU that is silent for a minute counts as lost.
const LONG_ENOUGH_MS: f64 = 300.0;
const ENOUGH_RUNS: usize = 5;

/// What races need and the core may not have itself: a clock, and a memory of how races ended.
pub trait Stewards: Send + Sync {
    /// A clock in milliseconds that never goes back.
    fn now_ms(&self) -> f64;
    /// Times of an earlier race of this name.
    fn recall(&self, race: &str) -> Option<Times>;
    fn remember(&self, race: &str, times: Times);
}

/// Milliseconds of one run.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Times {
    pub cpu_ms: f64,
    pub gpu_ms: f64,
}

impl Times {
    fn gpu_is_faster(self) -> bool {
        self.gpu_ms < self.cpu_ms
    }
}

/// Runs each model on the processor or the GPU.
pub struct RaceEngine {
    cpu: CpuEngine,
    gpu: GpuEngine,
    rule: Rule,
    /// That the GPU failed.
    failure: Told,
    /// That it refused a model.
    refusal: Told,
}

/// Whether a report has told of something: those after it need not.
#[derive(Clone, Default)]
struct Told(Arc<AtomicBool>);

impl Told {
    /// The first time that it is asked for.
    fn once(&self, trouble: &Trouble) -> Option<Trouble> {
        (!self.0.swap(true, Ordering::Relaxed)).then(|| trouble.clone())
    }
}

/// How it is decided.
pub enum Rule {
    /// Whoever is faster.
    Race(Box<dyn Stewards>),
    /// The GPU, wherever it can.
    Gpu,
}

impl RaceEngine {
    pub fn new(cpu: CpuEngine, gpu: GpuEngine, rule: Rule) -> Self {
        let (failure, refusal) = Default::default();
        Self { cpu, gpu, rule, failure, refusal }
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    ///
    /// # Errors
    /// [`EngineError::Load`] if the processor cannot run it. That the GPU cannot is told in receipts, and that it should have been
    /// able to in a warning of the first report.
    pub async fn load_async(
        &self,
        model_bytes: &[u8],
        input_shape: [usize; 4],
        precision: Precision,
    ) -> Result<Box<dyn Model>, EngineError> {
        let adapter = self.gpu.adapter(precision);
        let plan = plan_of(model_bytes, input_shape, &self.cpu.limits())?;
        let cpu = self.cpu.load_plan(&plan)?;
        let Rule::Race(stewards) = &self.rule else {
            return Ok(match self.gpu.load_plan(&plan, precision).await {
                Ok(gpu) => Box::new(self.on_gpu(gpu, cpu, format!("asked for; {adapter}"))),
                Err(error) => Box::new(self.instead(cpu, &error)),
            });
        };
        let race = format!("{adapter} {:?} {}", self.cpu, sha256(model_bytes));
        let known = stewards.recall(&race);
        // A GPU that has lost is not asked again: its memory, and the time to compile its kernels, are saved.
        if let Some(times) = known.filter(|times| !times.gpu_is_faster()) {
            return Ok(Box::new(OnCpu::faster(cpu, why(times, adapter))));
        }
        let gpu = match self.gpu.load_plan(&plan, precision).await {
            Ok(gpu) => gpu,
            Err(error) => return Ok(Box::new(self.instead(cpu, &error))),
        };
        let times = match known {
            Some(times) => times,
            None => match run(&**stewards, &plan, &cpu, &gpu).await {
                Ok(times) => {
                    stewards.remember(&race, times);
                    times
                }
                Err(error) => return Ok(Box::new(self.instead(cpu, &error))),
            },
        };
        let reason = why(times, adapter);
        Ok(match times.gpu_is_faster() {
            true => Box::new(self.on_gpu(gpu, cpu, reason)),
            false => Box::new(OnCpu::faster(cpu, reason)),
        })
    }

    fn on_gpu(&self, gpu: GpuModel, cpu: CpuModel, reason: String) -> OnGpu {
        OnGpu::new(gpu, cpu, reason, self.failure.clone())
    }

    /// The processor, since the GPU does not run the model.
    fn instead(&self, cpu: CpuModel, error: &EngineError) -> OnCpu {
        let reason = error.to_string();
        match error {
            // No GPU would: there are no kernels for it.
            EngineError::Load { .. } => OnCpu::faster(cpu, format!("the GPU cannot run it: {error}")),
            EngineError::Refused { .. } => OnCpu::after(cpu, reason, self.refusal.clone()),
            _ => OnCpu::after(cpu, reason, self.failure.clone()),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Engine for RaceEngine {
    fn name(&self) -> &'static str {
        match self.rule {
            Rule::Race(_) => "auto",
            Rule::Gpu => "gpu",
        }
    }

    fn load(
        &self,
        model_bytes: &[u8],
        input_shape: [usize; 4],
        precision: Precision,
    ) -> Result<Box<dyn Model>, EngineError> {
        pollster::block_on(self.load_async(model_bytes, input_shape, precision))
    }
}

/// Why the winner of a race runs a model.
fn why(Times { cpu_ms, gpu_ms }: Times, adapter: &Adapter) -> String {
    format!("the faster here: cpu {cpu_ms:.1} ms, gpu {gpu_ms:.1} ms on {adapter}")
}

/// How long each takes for a run.
async fn run(stewards: &dyn Stewards, plan: &Plan<'_>, cpu: &CpuModel, gpu: &GpuModel) -> Result<Times, EngineError> {
    let tensor = |dims: &[u32]| {
        let shape: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
        Tensor { data: vec![0.5; shape.iter().product()], shape }
    };
    let inputs: Vec<Tensor> = plan.inputs.iter().map(|view| tensor(&view.dims)).collect();
    let cpu_ms = fastest(stewards, cpu, &inputs).await?;
    let gpu_ms = fastest(stewards, gpu, &inputs).await?;
    Ok(Times { cpu_ms, gpu_ms })
}

/// The shortest of a few runs: what else the machine does makes a run longer, never shorter.
async fn fastest(stewards: &dyn Stewards, model: &dyn Model, inputs: &[Tensor]) -> Result<f64, EngineError> {
    let began = stewards.now_ms();
    let mut fastest = f64::INFINITY;
    // The first run warms up what the others find warm.
    for run in 0..=ENOUGH_RUNS {
        let from = stewards.now_ms();
        model.start(inputs).await?;
        let now = stewards.now_ms();
        if run > 0 || now - began > LONG_ENOUGH_MS {
            fastest = fastest.min(now - from);
        }
        if now - began > LONG_ENOUGH_MS {
            break;
        }
    }
    Ok(fastest)
}

#[cfg(test)]
mod tests;
