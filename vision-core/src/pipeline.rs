//! The way of one picture: decode, measure, run the models, reconcile, describe, report.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::engine::{Engine, EngineError};
use crate::error::AnalyzeError;
use crate::manifest::Manifest;
use crate::report::{Profile, Report};
pub use crate::stage::{Stage, Task};

#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub tasks: BTreeSet<Task>,
    pub profile: Profile,
    /// BCP 47 tag of the description's language; `en` is at hand.
    pub language: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { tasks: Task::ALL.into_iter().collect(), profile: Profile::default(), language: "en".into() }
    }
}

/// What the core may not have itself: a clock, and someone who hears of the stages.
pub trait Host {
    /// A clock in milliseconds that never goes back; only differences count.
    fn now_ms(&self) -> f64;
    /// Hears of a finished stage; `Break` cancels the analysis.
    fn stage(&mut self, stage: &Stage) -> ControlFlow<()>;
    /// Asked often (between models, inside long loops): whether to go on.
    fn cancelled(&self) -> bool {
        false
    }
}

/// The models that are loaded, and the way through them. Shared between threads; loading takes `&mut self`.
pub struct Analyzer {
    manifest: Arc<Manifest>,
    engine: Box<dyn Engine>,
}

impl Analyzer {
    pub fn new(manifest: Arc<Manifest>, engine: Box<dyn Engine>) -> Self {
        Self { manifest, engine }
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads one model of the manifest by name. The bytes' SHA-256 is the caller's to check before.
    pub fn load(&mut self, model_name: &str, model_bytes: &[u8]) -> Result<(), EngineError> {
        let _ = (model_name, model_bytes, &self.engine);
        unimplemented!("the inference part brings it")
    }

    /// Names of the loaded models.
    pub fn loaded(&self) -> Vec<String> {
        unimplemented!("the inference part brings it")
    }

    /// Analyses one picture. Missing models give warnings, never an error.
    pub fn analyze(&self, image_bytes: &[u8], options: &Options, host: &mut dyn Host) -> Result<Report, AnalyzeError> {
        let _ = (image_bytes, options, host);
        unimplemented!("the inference part brings it")
    }
}
