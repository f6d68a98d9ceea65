//! The way of one picture: decode, measure, run the models, reconcile, describe, report.

mod asked;
mod models;
mod readings;
mod run;
mod stages;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::decode::{Decoded, decode};
use crate::describe::describe;
use crate::digest::sha256;
use crate::engine::{Engine, EngineError, Model, Precision};
use crate::error::AnalyzeError;
use crate::manifest::Manifest;
use crate::measure::layout::layout;
use crate::measure::measure;
use crate::platform;
use crate::preprocess::Levels;
use crate::reconcile::{Findings, reconcile};
use crate::report::{Description, ModelUsed, Profile, Receipt, Report, SCHEMA_VERSION};
pub use crate::stage::{Stage, Task};
use crate::tasks::classify::Classified;
use asked::Asked;
use readings::Readings;
use run::Run;

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
    loaded: models::Loaded,
}

impl Analyzer {
    pub fn new(manifest: Arc<Manifest>, engine: Box<dyn Engine>) -> Self {
        Self { manifest, engine, loaded: models::Loaded::new() }
    }

    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Loads one model of the manifest by name. The bytes' SHA-256 is the caller's to check before.
    ///
    /// # Errors
    /// [`EngineError::Load`] if the manifest does not name the model, or the engine cannot read it.
    pub fn load(&mut self, model_name: &str, model_bytes: &[u8]) -> Result<(), EngineError> {
        let model = self.prepare(model_name, model_bytes)?;
        self.insert(model_name, model);
        Ok(())
    }

    /// What [`Analyzer::load`] loads, for a caller who has something to put around it before it is inserted.
    ///
    /// # Errors
    /// As those of [`Analyzer::load`].
    pub fn prepare(&self, model_name: &str, model_bytes: &[u8]) -> Result<Box<dyn Model>, EngineError> {
        let unknown = || EngineError::Load { detail: format!("the manifest has no model `{model_name}`") };
        let spec = self.manifest.model(model_name).ok_or_else(unknown)?;
        self.engine.load(model_bytes, spec.input.shape(), Precision::of(spec.task))
    }

    /// Takes a model that was loaded elsewhere, in the place of one that the manifest names.
    pub fn insert(&mut self, model_name: &str, model: Box<dyn Model>) {
        self.loaded.insert(model_name.to_string(), model);
    }

    /// Names of the loaded models.
    pub fn loaded(&self) -> Vec<String> {
        self.loaded.keys().cloned().collect()
    }

    /// [`Analyzer::start`] where a thread may wait.
    ///
    /// # Errors
    /// As those of [`Analyzer::start`].
    #[cfg(not(target_arch = "wasm32"))]
    pub fn analyze(&self, image_bytes: &[u8], options: &Options, host: &mut dyn Host) -> Result<Report, AnalyzeError> {
        platform::wait_for(self.start(image_bytes, options, host))
    }

    /// Analyses one picture. Missing models give warnings, never an error. It waits for a browser's GPU and
    /// other workers alone.
    ///
    /// # Errors
    /// Whatever [`decode`] refuses, and [`AnalyzeError::Cancelled`] once the host says so.
    pub async fn start(
        &self,
        image_bytes: &[u8],
        options: &Options,
        host: &mut dyn Host,
    ) -> Result<Report, AnalyzeError> {
        let asked = Asked::of(&options.tasks);
        let mut run = Run::new(self, options.profile, host);
        let Decoded { pixels, facts, warnings } = run.timed("decode", || decode(image_bytes))?;
        run.warnings.extend(warnings);
        run.finished(&Stage::Image { image: facts.clone() })?;

        let mut findings = Findings { image: facts, ..Findings::default() };
        let picture = Levels::new(&pixels);
        let mut readings = Readings::of(&picture);
        readings.begin_elsewhere(&mut run, &asked)?;
        if asked.needs_measures() {
            let measures = run.timed("measure", || measure(&pixels, &findings.image));
            (findings.palette, findings.quality) = (measures.palette, Some(measures.quality));
            findings.layout = run.timed("layout", || layout(&pixels));
            asked.tell_measures(&mut run, &findings)?;
        }
        readings.run_meanwhile(&mut run, &asked)?;
        let mut classified = Classified::default();
        if asked.needs(Task::Tags) {
            classified = stages::tags(&mut run, &mut readings).await?;
            findings.tags.clone_from(&classified.tags);
            asked.tell(&mut run, Task::Tags, || Stage::Tags { tags: findings.tags.clone() })?;
        }
        if asked.needs(Task::Objects) {
            findings.objects = stages::objects(&mut run, &mut readings, &self.manifest.fusion).await?;
            asked.tell(&mut run, Task::Objects, || Stage::Objects { objects: findings.objects.clone() })?;
        }
        if asked.needs(Task::Faces) {
            (findings.faces, findings.sure_face) = stages::faces(&mut run, &mut readings, &findings.objects).await?;
            asked.tell(&mut run, Task::Faces, || Stage::Faces { faces: findings.faces.clone() })?;
        }
        // Giving tens of megabytes back takes milliseconds, which belong to the time that the report tells.
        drop(readings);
        drop(picture);
        drop(pixels);

        let description = run.timed("describe", || {
            classified.exchange(&mut findings.tags);
            reconcile(&mut findings);
            let told = asked.asked(Task::Description).then(|| describe(&findings, &options.language));
            classified.exchange(&mut findings.tags);
            told.unwrap_or_default()
        });
        asked.tell(&mut run, Task::Description, || Stage::Description { description: description.clone() })?;
        asked.keep(&mut findings, &description);
        Ok(self.report(image_bytes, options.profile, findings, description, run))
    }

    fn report(
        &self,
        image_bytes: &[u8],
        profile: Profile,
        findings: Findings,
        description: Description,
        mut run: Run<'_>,
    ) -> Report {
        let image_sha256 = run.timed("hash", || sha256(image_bytes));
        run.note_total();
        let Run { timings, warnings, models, .. } = run;
        let Findings { image, tags, objects, faces, palette, quality, .. } = findings;
        let receipt = Receipt {
            image_sha256,
            core_version: env!("CARGO_PKG_VERSION").into(),
            engine: engines(&models).unwrap_or_else(|| self.engine.name().into()),
            platform: platform::NAME.into(),
            profile,
            models,
        };
        let schema_version = SCHEMA_VERSION;
        Report {
            schema_version,
            image,
            tags,
            objects,
            faces,
            palette,
            quality,
            description,
            receipt,
            timings,
            warnings,
        }
    }
}

/// Those that ran a model, in the order in which they first did.
fn engines(models: &[ModelUsed]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for model in models {
        if !names.contains(&model.engine.as_str()) {
            names.push(&model.engine);
        }
    }
    Some(names.join(", ")).filter(|names| !names.is_empty())
}
