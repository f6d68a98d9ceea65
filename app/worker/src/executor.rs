//! What runs the models here: the processor, in several workers, or, in the program that knows it, the GPU where it is faster.

use vision_core::engine::{EngineError, Model, Precision};
use vision_core::manifest::ModelSpec;

/// The engine's name before any model runs.
pub const NAME: &str = "cpu";

#[cfg(not(feature = "gpu"))]
pub use cpu::Executor;
#[cfg(feature = "gpu")]
pub use gpu::Executor;

#[cfg(not(feature = "gpu"))]
mod cpu {
    use vision_core::engine::Engine as _;
    use vision_core::engine::cpu::CpuEngine;
    use vision_core::report::Warning;

    use super::super::{pool, scope};
    use super::{EngineError, Model, ModelSpec, Precision};

    #[derive(Default)]
    pub struct Executor(CpuEngine);

    impl Executor {
        pub async fn open() -> Self {
            pool::open();
            Self::default()
        }

        /// What the first report is to say of what runs the models: the program that knows the GPU is not this one.
        pub fn warning(&self) -> Option<Warning> {
            let message = "the processor went on with this picture: there is no GPU to run on: the browser offers none";
            scope::wants_gpu().then(|| Warning { code: "gpu_missing".into(), message: message.into() })
        }

        /// Waits for whoever is to run the model.
        pub async fn ready(&self, spec: &ModelSpec) {
            pool::ready(spec.task).await;
        }

        /// Makes a model ready to run.
        pub async fn load(&self, spec: &ModelSpec, bytes: &[u8]) -> Result<Box<dyn Model>, EngineError> {
            match pool::load(spec, bytes).await {
                Some(model) => model,
                None => self.0.load(bytes, spec.input.shape(), Precision::of(spec.task)),
            }
        }
    }
}

#[cfg(feature = "gpu")]
mod gpu {
    use std::collections::BTreeMap;
    use std::sync::{Mutex, PoisonError};

    use vision_core::engine::cpu::CpuEngine;
    use vision_core::engine::gpu::{GpuEngine, Software};
    use vision_core::engine::race::{RaceEngine, Rule, Stewards, Times, WithoutGpu};
    use vision_core::report::Warning;
    use wasm_bindgen_futures::spawn_local;

    use super::super::{fetching, scope};
    use super::{EngineError, Model, ModelSpec, Precision};

    /// Where the times of earlier races are kept, beside the models.
    const RACES: &str = "/models/races.json";

    pub enum Executor {
        Cpu(WithoutGpu),
        Race(Box<RaceEngine>),
    }

    impl Executor {
        /// Asked for by the address of the page, the GPU runs even where it is slower, or only software.
        pub async fn open() -> Self {
            let asked_for = scope::wants_gpu();
            let software = if asked_for { Software::Allowed } else { Software::Refused };
            let cpu = CpuEngine::default();
            let gpu = match GpuEngine::open(software, Precision::Fast).await {
                Ok(gpu) => gpu.with_clock(scope::sleep),
                Err(error) => {
                    let without = WithoutGpu::new(cpu, &error);
                    return Self::Cpu(if asked_for { without.asked_for() } else { without });
                }
            };
            let rule = match asked_for {
                true => Rule::Gpu,
                false => Rule::Race(Box::new(Races::kept().await)),
            };
            Self::Race(Box::new(RaceEngine::new(cpu, gpu, rule)))
        }

        /// Models say it themselves.
        pub fn warning(&self) -> Option<Warning> {
            None
        }

        /// Nobody else runs models here.
        pub async fn ready(&self, _spec: &ModelSpec) {}

        /// Makes a model ready to run.
        pub async fn load(&self, spec: &ModelSpec, bytes: &[u8]) -> Result<Box<dyn Model>, EngineError> {
            let shape = spec.input.shape();
            match self {
                Self::Cpu(cpu) => cpu.load(bytes, shape),
                Self::Race(race) => race.load_async(bytes, shape, Precision::of(spec.task)).await,
            }
        }
    }

    /// How races ended in this browser.
    struct Races(Mutex<BTreeMap<String, Times>>);

    impl Races {
        async fn kept() -> Self {
            let bytes = fetching::kept(RACES).await.unwrap_or_default();
            Self(Mutex::new(serde_json::from_slice(&bytes).unwrap_or_default()))
        }
    }

    impl Stewards for Races {
        fn now_ms(&self) -> f64 {
            scope::now_ms()
        }

        fn recall(&self, race: &str) -> Option<Times> {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).get(race).copied()
        }

        fn remember(&self, race: &str, times: Times) {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(race.to_owned(), times);
            let text = serde_json::to_vec(&*all).unwrap_or_default();
            spawn_local(async move { fetching::keep(RACES, &text).await });
        }
    }
}
