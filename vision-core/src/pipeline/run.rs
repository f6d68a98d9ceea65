//! One analysis under way: its clock, its warnings, the models it used, and whether it still goes on.

use super::asked::Asked;
use super::models::{Chosen, choose};
use super::readings::{Begun, Outcome, Readings};
use super::{Analyzer, Host, Stage, Task};
use crate::engine::{EngineError, Executor, Ran, Running, Tensor, Trouble};
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
        let from_ms = self.now_ms();
        let result = work();
        self.note(stage.into(), self.now_ms() - from_ms);
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

    /// The models that will be run if none of them fails: of tags the first one alone.
    pub fn first_models(&self, asked: &Asked<'_>) -> Vec<Chosen<'a>> {
        let of = |task: Task, models: ModelTask, most: usize| {
            let needed = asked.needs(task);
            let chosen = needed.then(|| choose(&self.analyzer.manifest, &self.analyzer.loaded, self.profile, models).0);
            chosen.unwrap_or_default().into_iter().take(most)
        };
        let tags = of(Task::Tags, ModelTask::Tags, 1);
        let objects = of(Task::Objects, ModelTask::Objects, usize::MAX);
        tags.chain(objects).chain(of(Task::Faces, ModelTask::Faces, usize::MAX)).collect()
    }

    /// Prepares a picture for a model, which runs when its outcome is asked for.
    pub fn begin<'p>(&mut self, Chosen { spec, model }: Chosen<'p>, picture: &'p Levels<'p>) -> Begun<'p> {
        let (preparation, tensor) = self.timed(format!("prepare:{}", spec.name), || {
            let preparation = Preparation::of(picture, &spec.input);
            let tensor = (!model.prepares()).then(|| preparation.tensor());
            (preparation, tensor)
        });
        let placement = preparation.placement();
        let running: Running<'p> = match tensor {
            Some(tensor) => Box::pin(async move { model.start(std::slice::from_ref(&tensor)).await }),
            None => Box::pin(async move { model.start_on(&preparation).await }),
        };
        Begun::new(placement, self.now_ms(), running)
    }

    /// Prepares, runs and reads one model, unless it runs already. A model that fails costs its findings and leaves a warning.
    pub async fn read<'p, T>(
        &mut self,
        chosen: Chosen<'a>,
        readings: &mut Readings<'p>,
        read: impl FnOnce(&[Tensor], &Placement) -> Result<T, EngineError>,
    ) -> Result<Option<T>, AnalyzeError>
    where
        'a: 'p,
    {
        self.go_on()?;
        let spec = chosen.spec;
        let begun = readings.take(&spec.name).unwrap_or_else(|| self.begin(chosen, readings.picture));
        self.go_on()?;
        let placement = begun.placement;
        let Outcome { ran, ms } = begun.outcome(self).await;
        self.note(format!("run:{}", spec.name), ms);
        let found = ran.and_then(|Ran { outputs, ran_by, trouble, .. }| {
            if let Some(trouble) = trouble {
                self.went_on(&trouble);
            }
            Ok((read(&outputs, &placement)?, ran_by))
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
    fn went_on(&mut self, trouble: &Trouble) {
        let (code, who, why) = match trouble {
            Trouble::Gpu(why) => ("gpu_failed", "the processor", why),
            Trouble::NoGpu(why) => ("gpu_missing", "the processor", why),
            Trouble::Worker(why) => ("worker_failed", "the first worker", why),
        };
        if self.warnings.iter().all(|warning| warning.code != code) {
            let message = format!("{who} went on with this picture: {why}");
            self.warnings.push(Warning { code: code.into(), message });
        }
    }

    pub fn now_ms(&self) -> f64 {
        self.host.now_ms()
    }

    pub fn note_total(&mut self) {
        self.note("total".into(), self.now_ms() - self.started_ms);
    }

    fn note(&mut self, stage: String, ms: f64) {
        let ms = (ms.max(0.0) * 100.0).round() / 100.0;
        self.timings.push(Timing { stage, ms: ms as f32 });
    }
}
