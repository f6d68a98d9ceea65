//! What runs the models: which engine, on which device; and what is remembered of how fast each was.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tempfile::NamedTempFile;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::gpu::{GpuEngine, Software};
use vision_core::engine::race::{RaceEngine, Rule, Stewards, Times, WithoutGpu};
use vision_core::engine::tract::TractEngine;
use vision_core::engine::{Engine, EngineError, Precision};

use super::batching::Batching;
use super::places::Surroundings;

/// What runs the models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum EngineChoice {
    /// Our own: each model is compiled into a plan, which the processor's best instructions or the GPU run.
    #[default]
    Cpu,
    /// tract, the reference: the same results, several times slower, on the processor alone.
    Tract,
}

/// Where plans run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum DeviceChoice {
    /// Each model where it is faster: measured once for each GPU and remembered.
    Auto,
    /// On the processor; no GPU is looked for.
    Cpu,
    /// On the GPU, even one that is only software; it is an error if there is none.
    Gpu,
}

/// An engine and a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub struct Executor {
    /// What runs the models: our own plans, or the reference
    #[arg(long, value_enum, env = "IIA_ENGINE", default_value_t)]
    pub engine: EngineChoice,
    /// Where plans run: wherever each model is faster, on the processor, or on the GPU
    // A few pictures are read before a GPU is ready.
    #[arg(long, value_enum, env = "IIA_DEVICE", default_value_t = DeviceChoice::Cpu)]
    pub device: DeviceChoice,
}

impl Default for Executor {
    fn default() -> Self {
        Self { engine: EngineChoice::default(), device: DeviceChoice::Cpu }
    }
}

/// An engine that is there, and which one was chosen: tract reads model files, the others plans.
pub struct Opened {
    pub engine: Box<dyn Engine>,
    pub choice: EngineChoice,
    /// How runs of its models are joined; not at all, unless somebody says so.
    pub batching: Batching,
}

#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    #[error("tract runs on the processor alone: leave `--device gpu` or `--engine tract` out")]
    TractOnGpu,
    #[error("{source}; `--device cpu` and `--device auto` do without one")]
    NoGpu { source: EngineError },
    #[error("{PRECISION} is `fast` (f16 where the GPU has it) or `full` (f32), not `{found}`")]
    Precision { found: String },
}

impl Executor {
    /// One thread for each picture: several pictures are read at once rather than one faster.
    ///
    /// # Errors
    /// When a GPU was asked for and there is none.
    pub fn open(self) -> Result<Opened, ExecutorError> {
        let engine: Box<dyn Engine> = match (self.engine, self.device) {
            (EngineChoice::Tract, DeviceChoice::Gpu) => return Err(ExecutorError::TractOnGpu),
            (EngineChoice::Tract, DeviceChoice::Auto | DeviceChoice::Cpu) => Box::new(TractEngine),
            (EngineChoice::Cpu, DeviceChoice::Cpu) => Box::new(CpuEngine::default()),
            (EngineChoice::Cpu, DeviceChoice::Gpu) => {
                let gpu = GpuEngine::open_now(Software::Allowed, precision()?)
                    .map_err(|source| ExecutorError::NoGpu { source })?;
                tell(&gpu);
                Box::new(RaceEngine::new(CpuEngine::default(), gpu, Rule::Gpu))
            }
            (EngineChoice::Cpu, DeviceChoice::Auto) => match GpuEngine::open_now(Software::Refused, precision()?) {
                Ok(gpu) => {
                    tell(&gpu);
                    let rule = Rule::Race(Box::new(Races::in_file(Surroundings::of_process().races())));
                    Box::new(RaceEngine::new(CpuEngine::default(), gpu, rule))
                }
                Err(error) => {
                    tracing::debug!(error.cause = %error, "models run on the processor");
                    Box::new(WithoutGpu::new(CpuEngine::default(), &error))
                }
            },
        };
        let batching = Batching::off(engine.name());
        Ok(Opened { engine, choice: self.engine, batching })
    }
}

/// How precise numbers are on a GPU: `fast` (unless this says otherwise), or `full`.
const PRECISION: &str = "IIA_GPU_PRECISION";

fn precision() -> Result<Precision, ExecutorError> {
    match std::env::var_os(PRECISION) {
        None => Ok(Precision::Fast),
        Some(word) if word == "fast" => Ok(Precision::Fast),
        Some(word) if word == "full" => Ok(Precision::Full),
        Some(word) => Err(ExecutorError::Precision { found: word.to_string_lossy().into_owned() }),
    }
}

fn tell(gpu: &GpuEngine) {
    tracing::info!(gpu.adapter = %gpu.adapter(Precision::Fast), "there is a GPU");
}

/// Races remembered at the most: a new driver, executable or model begins a new one.
const MOST_RACES: usize = 256;

/// How earlier races ended, kept in a file. What cannot be kept is measured again next time.
struct Races {
    began: Instant,
    file: Option<PathBuf>,
    times: Mutex<BTreeMap<String, Times>>,
}

impl Races {
    fn in_file(file: Option<PathBuf>) -> Self {
        let times = file.as_deref().and_then(|file| std::fs::read(file).ok());
        let times = times.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { began: Instant::now(), file, times: Mutex::new(times) }
    }
}

impl Stewards for Races {
    fn now_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    fn recall(&self, race: &str) -> Option<Times> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner).get(race).copied()
    }

    fn remember(&self, race: &str, times: Times) {
        tracing::info!(model.race = race, cpu_ms = times.cpu_ms, gpu_ms = times.gpu_ms, "a model was timed");
        let mut all = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_RACES {
            all.clear();
        }
        all.insert(race.to_owned(), times);
        if let Some(file) = &self.file
            && let Err(error) = keep(file, &all)
        {
            tracing::debug!(error.cause = %error, "times of models cannot be kept");
        }
    }
}

/// Whole or not at all: several programs may do it at once.
fn keep(file: &Path, times: &BTreeMap<String, Times>) -> std::io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(&serde_json::to_vec_pretty(times)?)?;
    new.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn races_are_remembered_from_one_start_to_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("iia/races.json");
        let times = Times { cpu_ms: 7.5, gpu_ms: 2.25 };
        let races = Races::in_file(Some(file.clone()));
        assert_eq!(races.recall("a card, a model"), None);
        races.remember("a card, a model", times);
        assert_eq!(Races::in_file(Some(file.clone())).recall("a card, a model"), Some(times));
        std::fs::write(&file, "{ damaged").expect("it can be written");
        assert_eq!(Races::in_file(Some(file)).recall("a card, a model"), None);
        Races::in_file(None).remember("no place to keep it", times);
    }

    #[test]
    fn tract_has_no_gpu_and_says_so() {
        let executor = Executor { engine: EngineChoice::Tract, device: DeviceChoice::Gpu };
        let error = executor.open().err().expect("it is refused");
        assert!(matches!(error, ExecutorError::TractOnGpu), "{error}");
    }

    #[test]
    fn a_device_that_is_no_card_runs_models_only_when_it_is_asked_for() {
        let open = |device| Executor { engine: EngineChoice::Cpu, device }.open().map(|opened| opened.engine);
        let gpu = open(DeviceChoice::Gpu).expect("`apt-get install mesa-vulkan-drivers` brings an adapter for tests");
        assert_eq!(gpu.name(), "gpu");
        assert_eq!(open(DeviceChoice::Cpu).expect("it is always there").name(), "cpu");
        let any = open(DeviceChoice::Auto).expect("it is always there");
        let card = GpuEngine::open_now(Software::Refused, Precision::Fast);
        assert_eq!(any.name(), if card.is_ok() { "auto" } else { "cpu" });
    }
}
