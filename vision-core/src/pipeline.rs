//! The way of one picture: decode, measure, run the models, reconcile, describe, report.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::engine::{Engine, EngineError};
use crate::error::AnalyzeError;
use crate::manifest::Manifest;
use crate::report::{Description, Face, ImageFacts, Object, Profile, Quality, Report, Swatch, Tag};

/// What can be asked for. Text form: `tags`, `objects`, `faces`, `colors`, `quality`, `description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Tags,
    Objects,
    Faces,
    Colors,
    Quality,
    Description,
}

impl Task {
    pub const ALL: [Self; 6] = [Self::Tags, Self::Objects, Self::Faces, Self::Colors, Self::Quality, Self::Description];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Objects => "objects",
            Self::Faces => "faces",
            Self::Colors => "colors",
            Self::Quality => "quality",
            Self::Description => "description",
        }
    }
}

impl std::str::FromStr for Task {
    type Err = AnalyzeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|t| t.as_str() == text).ok_or_else(|| AnalyzeError::BadOption {
            detail: format!(
                "there is no task `{text}`; the tasks are tags, objects, faces, colors, quality, description"
            ),
        })
    }
}

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

/// A stage that has just finished, with what it found. The order: image, colours and quality, tags, objects, faces, description.
/// Later stages may change the standing of what earlier ones found; the report is what counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    Image { image: ImageFacts },
    Measures { palette: Vec<Swatch>, quality: Option<Quality> },
    Tags { tags: Vec<Tag> },
    Objects { objects: Vec<Object> },
    Faces { faces: Vec<Face> },
    Description { description: Description },
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
