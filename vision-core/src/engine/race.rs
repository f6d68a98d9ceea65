//! Which executor runs a model: each is timed when the model is loaded, and the fastest runs from then on. Where the GPU
//! fails, the processor goes on.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(not(target_arch = "wasm32"))]
use super::Engine;
use super::cpu::{CpuEngine, CpuModel};
use super::gpu::{Adapter, GpuEngine, GpuModel};
use super::plan::Plan;
use super::{EngineError, Executor, Model, Ran, Running, Tensor, Trouble, plan_of};
use crate::digest::sha256;
use crate::preprocess::Preparation;

/// Milliseconds after which no further run of a race begins, and runs that are enough.
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

/// Runs each model on the processor or the GPU.
pub struct RaceEngine {
    cpu: CpuEngine,
    gpu: GpuEngine,
    rule: Rule,
    /// Whether a report has told that the GPU failed: those after it need not.
    told: Arc<AtomicBool>,
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
        Self { cpu, gpu, rule, told: Arc::default() }
    }

    pub fn adapter(&self) -> &Adapter {
        self.gpu.adapter()
    }

    /// Takes a plan; an ONNX file too where the feature `compile` is on.
    ///
    /// # Errors
    /// [`EngineError::Load`] if the processor cannot run it. That the GPU cannot is told in receipts.
    pub async fn load_async(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Box<dyn Model>, EngineError> {
        let plan = plan_of(model_bytes, input_shape, &self.cpu.limits())?;
        let cpu = self.cpu.load_plan(&plan)?;
        let gpu = match self.gpu.load_plan(&plan).await {
            Ok(gpu) => gpu,
            Err(error) => return Ok(Box::new(OnCpu { cpu, reason: format!("the GPU cannot run it: {error}") })),
        };
        let Rule::Race(stewards) = &self.rule else {
            let reason = format!("asked for; {}", self.adapter());
            return Ok(Box::new(self.on_gpu(gpu, cpu, reason)));
        };
        let race = format!("{} {:?} {}", self.adapter(), self.cpu, sha256(model_bytes));
        let times = match stewards.recall(&race) {
            Some(times) => times,
            None => match run(&**stewards, &plan, &cpu, &gpu).await {
                Ok(times) => {
                    stewards.remember(&race, times);
                    times
                }
                Err(error) => return Ok(Box::new(OnCpu { cpu, reason: format!("the GPU failed: {error}") })),
            },
        };
        let Times { cpu_ms, gpu_ms } = times;
        let reason = format!("the faster here: cpu {cpu_ms:.1} ms, gpu {gpu_ms:.1} ms on {}", self.adapter());
        Ok(match gpu_ms < cpu_ms {
            true => Box::new(self.on_gpu(gpu, cpu, reason)),
            false => Box::new(OnCpu { cpu, reason }),
        })
    }

    fn on_gpu(&self, gpu: GpuModel, cpu: CpuModel, reason: String) -> OnGpu {
        OnGpu { gpu, cpu, reason, failed: Mutex::default(), told: Arc::clone(&self.told) }
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

    fn load(&self, model_bytes: &[u8], input_shape: [usize; 4]) -> Result<Box<dyn Model>, EngineError> {
        pollster::block_on(self.load_async(model_bytes, input_shape))
    }
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

/// A model that the processor runs, where there was a choice.
struct OnCpu {
    cpu: CpuModel,
    reason: String,
}

impl Model for OnCpu {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.cpu.run(inputs)
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move { on_cpu(&self.cpu, inputs, self.reason.clone(), None) })
    }
}

/// A model that the GPU runs, and the processor once the GPU has failed.
struct OnGpu {
    gpu: GpuModel,
    cpu: CpuModel,
    reason: String,
    failed: Mutex<Option<String>>,
    told: Arc<AtomicBool>,
}

impl OnGpu {
    /// Why the GPU runs nothing any more: its own failure, or that of another model on the same device.
    fn failed(&self) -> Option<String> {
        let own = self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone();
        own.or_else(|| self.gpu.trouble().err().map(|error| error.to_string()))
    }
}

impl OnGpu {
    /// The GPU's answer, or the processor's where the GPU fails.
    async fn answer<'a>(
        &'a self,
        on_gpu: Running<'a>,
        inputs: impl FnOnce() -> Cow<'a, [Tensor]>,
    ) -> Result<Ran, EngineError> {
        if let Some(failed) = self.failed() {
            let trouble = (!self.told.swap(true, Ordering::Relaxed)).then(|| Trouble::Gpu(failed.clone()));
            return on_cpu(&self.cpu, &inputs(), failed, trouble);
        }
        match on_gpu.await {
            Ok(ran) => Ok(Ran { ran_by: Some(Executor { engine: "gpu", reason: self.reason.clone() }), ..ran }),
            // Not the GPU's fault: the processor would say the same.
            Err(error @ EngineError::Run { .. }) => Err(error),
            Err(error) => {
                let failed = self.note(&error);
                self.told.store(true, Ordering::Relaxed);
                on_cpu(&self.cpu, &inputs(), failed.clone(), Some(Trouble::Gpu(failed)))
            }
        }
    }

    /// The processor runs it from now on.
    fn note(&self, error: &EngineError) -> String {
        let failed = error.to_string();
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(failed.clone());
        failed
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

    fn gains_by_batches(&self) -> bool {
        self.failed().is_none()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        let on_gpu = self.gpu.run_batch(batch).into_iter().zip(batch);
        let answers = on_gpu.map(|(on_gpu, inputs)| {
            pollster::block_on(self.answer(Box::pin(std::future::ready(on_gpu)), || Cow::Borrowed(*inputs)))
        });
        answers.collect()
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
}

fn on_cpu(cpu: &CpuModel, inputs: &[Tensor], reason: String, trouble: Option<Trouble>) -> Result<Ran, EngineError> {
    let outputs = cpu.run(inputs)?;
    Ok(Ran { ran_by: Some(Executor { engine: "cpu", reason }), trouble, ..Ran::from(outputs) })
}
