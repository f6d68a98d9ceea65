//! One analysis under way: its clock, its warnings, the models it used, and whether it still goes on.

use super::models::{Chosen, choose};
use super::{Analyzer, Host, Stage};
use crate::engine::{EngineError, Executor, Ran, Tensor};
use crate::error::AnalyzeError;
use crate::manifest::{ModelSpec, ModelTask};
use crate::preprocess::{Levels, Placement, Preparation};
use crate::report::{ModelUsed, Profile, Timing, Warning};

pub(super) struct Run<'a> {
    analyzer: &'a Analyzer,
    profile: Profile,
    host: &'a mut dyn Host,
    started_ms: f64,
    pub timings: Vec<Timing>,
    pub warnings: Vec<Warning>,
    pub models: Vec<ModelUsed>,
}

impl<'a> Run<'a> {
    pub fn new(analyzer: &'a Analyzer, profile: Profile, host: &'a mut dyn Host) -> Self {
        let started_ms = host.now_ms();
        let (timings, warnings, models) = Default::default();
        Self { analyzer, profile, host, started_ms, timings, warnings, models }
    }

    pub fn timed<T>(&mut self, stage: impl Into<String>, work: impl FnOnce() -> T) -> T {
        let from = self.host.now_ms();
        let result = work();
        self.note(stage.into(), from);
        result
    }

    /// Tells the host of a stage, which may answer that it has heard enough.
    pub fn finished(&mut self, stage: &Stage) -> Result<(), AnalyzeError> {
        if self.host.stage(stage).is_break() { Err(AnalyzeError::Cancelled) } else { self.go_on() }
    }

    pub fn go_on(&self) -> Result<(), AnalyzeError> {
        if self.host.cancelled() { Err(AnalyzeError::Cancelled) } else { Ok(()) }
    }

    /// The models of a task that can be run; each missing one becomes a warning.
    pub fn models_for(&mut self, task: ModelTask) -> Vec<Chosen<'a>> {
        let (chosen, missing) = choose(&self.analyzer.manifest, &self.analyzer.loaded, self.profile, task);
        self.warnings.extend(missing);
        chosen
    }

    /// Prepares, runs and reads one model. A model that fails costs its findings and leaves a warning.
    pub async fn read<T>(
        &mut self,
        chosen: Chosen<'a>,
        picture: &Levels<'_>,
        read: impl FnOnce(&[Tensor], &Placement) -> Result<T, EngineError>,
    ) -> Result<Option<T>, AnalyzeError> {
        self.go_on()?;
        let spec = chosen.spec;
        let (preparation, tensor) = self.timed(format!("prepare:{}", spec.name), || {
            let preparation = Preparation::of(picture, &spec.input);
            let tensor = (!chosen.model.prepares()).then(|| preparation.tensor());
            (preparation, tensor)
        });
        self.go_on()?;
        let from_ms = self.host.now_ms();
        let ran = match &tensor {
            Some(tensor) => chosen.model.start(std::slice::from_ref(tensor)).await,
            None => chosen.model.start_on(&preparation).await,
        };
        self.note(format!("run:{}", spec.name), from_ms);
        let found = ran.and_then(|Ran { outputs, ran_by, trouble }| {
            if let Some(trouble) = trouble {
                self.gpu_failed(&trouble);
            }
            Ok((read(&outputs, &preparation.placement())?, ran_by))
        });
        match found {
            Ok((found, ran_by)) => {
                self.used(spec, ran_by);
                Ok(Some(found))
            }
            Err(error) => {
                let message = format!("the model `{}` was left out: {error}", spec.name);
                self.warnings.push(Warning { code: "model_failed".into(), message });
                Ok(None)
            }
        }
    }

    fn used(&mut self, spec: &ModelSpec, ran_by: Option<Executor>) {
        let (name, version, sha256) = (spec.name.clone(), spec.version.clone(), spec.sha256.clone());
        let (engine, engine_reason) = match ran_by {
            Some(Executor { engine, reason }) => (engine, Some(reason)),
            None => (self.analyzer.engine.name(), None),
        };
        self.models.push(ModelUsed { name, version, sha256, engine: engine.into(), engine_reason });
    }

    /// Once in a report: what is said of one model holds for those after it.
    fn gpu_failed(&mut self, trouble: &str) {
        const CODE: &str = "gpu_failed";
        if self.warnings.iter().all(|warning| warning.code != CODE) {
            let message = format!("the processor went on with this picture: {trouble}");
            self.warnings.push(Warning { code: CODE.into(), message });
        }
    }

    pub fn note_total(&mut self) {
        self.note("total".into(), self.started_ms);
    }

    pub fn note(&mut self, stage: String, from_ms: f64) {
        let ms = ((self.host.now_ms() - from_ms).max(0.0) * 100.0).round() / 100.0;
        self.timings.push(Timing { stage, ms: ms as f32 });
    }
}
