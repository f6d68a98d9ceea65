//! What reads the pictures in this process: the models that can be had, on threads of their own; and those that arrive
//! later are taken up without a restart.

use std::sync::Arc;
use std::time::Duration;

use vision_core::report::Profile;

use super::current::Current;
use super::engine::{Engine, EngineLimits};
use super::local::Local;
use crate::models::batching::{BatchSettings, Batching, Reading};
use crate::models::{Arrivals, Executor, ExecutorError, Loaded, ModelStore, Opened, load_analyzer};

/// How often the models' places are looked at: a few `stat` calls.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A server reads for those who want the best and for those who compare it with what the browser does.
const PROFILES: [Profile; 2] = [Profile::Authority, Profile::Preview];

pub struct Started {
    pub local: Local,
    /// To be run beside the doors.
    pub watch: Watch,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    #[error("the system gives no thread")]
    Thread(#[from] std::io::Error),
}

/// Loads the models and starts the threads; takes seconds, so it is to be called off the async runtime.
///
/// # Errors
/// When the system gives no thread, or what shall run the models is not there.
pub fn local(
    store: ModelStore,
    limits: EngineLimits,
    executor: Executor,
    batches: BatchSettings,
) -> Result<Started, StartError> {
    let opening = Opening { executor, settings: batches, reading: Reading::default() };
    let engine = opening.open()?;
    let arrivals = Arrivals::since(&store, &PROFILES);
    let loaded = load_analyzer(&store, &PROFILES, engine);
    tell(&loaded);
    let current = Arc::new(Current::new(loaded.analyzer, opening.reading.clone()));
    let local = Local::new(Engine::start(current.clone(), limits)?);
    Ok(Started { local, watch: Watch { store, arrivals, current, opening } })
}

/// How models are run, now and when others come.
struct Opening {
    executor: Executor,
    settings: BatchSettings,
    reading: Reading,
}

impl Opening {
    fn open(&self) -> Result<Opened, ExecutorError> {
        let opened = self.executor.open()?;
        let (settings, reading) = (self.settings, self.reading.clone());
        Ok(Opened { batching: Batching { settings, reading, ..opened.batching }, ..opened })
    }
}

/// Sees models come, and puts them to use.
pub struct Watch {
    store: ModelStore,
    arrivals: Arrivals,
    current: Arc<Current>,
    opening: Opening,
}

impl Watch {
    /// Looks until the future is dropped.
    pub async fn run(mut self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let looked = tokio::task::spawn_blocking(move || {
                self.look();
                self
            });
            match looked.await {
                Ok(watch) => self = watch,
                Err(error) => {
                    tracing::error!(error.cause = %error, "models that arrive later need a restart");
                    return;
                }
            }
        }
    }

    fn look(&mut self) {
        if !self.arrivals.any(&self.store) {
            return;
        }
        match self.opening.open() {
            Ok(engine) => {
                let loaded = load_analyzer(&self.store, &PROFILES, engine);
                tell(&loaded);
                self.current.replace(loaded.analyzer);
            }
            Err(error) => tracing::error!(error.cause = %error, "new models need a restart"),
        }
    }
}

fn tell(loaded: &Loaded) {
    tracing::info!(models = loaded.analyzer.loaded().join(", "), "models are loaded");
    for missing in &loaded.missing {
        tracing::warn!("{missing}");
    }
}
