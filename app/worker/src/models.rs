//! The models of the preview: their list, each one from the browser's cache or the server, checked, then made ready.

use std::cell::Cell;
use std::sync::Arc;

use vision_core::digest::sha256;
use vision_core::manifest::{Manifest, ModelSpec, PlanFile};
use vision_core::report::Profile;
use vision_worker::protocol::{FromWorker, ModelProgress, ModelState, ModelsProgress};

use super::{fetching, jobs, scope};

/// Where the list lies; the models lie beside it.
const LIST: &str = "/models/manifest.json";

/// The least time between two messages about progress.
const TELL_EVERY_MS: f64 = 100.0;

/// Gets every model of the preview. What cannot be had is told; the others are used all the same.
pub async fn prepare() {
    let manifest = match list().await {
        Ok(manifest) => Arc::new(manifest),
        Err(problem) => {
            let progress = ModelsProgress { models: Vec::new(), settled: true, problem: Some(problem) };
            scope::tell(&FromWorker::Models { progress });
            return;
        }
    };
    jobs::begin(manifest.clone()).await;
    fetching::forget_others(&manifest.models.iter().filter_map(|m| m.plan.as_ref()).map(address).collect::<Vec<_>>())
        .await;
    let wanted: Vec<&ModelSpec> = manifest.of_profile(Profile::Preview).collect();
    let mut telling = Telling::new(&wanted);
    for (at, model) in wanted.iter().enumerate() {
        let mut outcome = one(model, at, &mut telling).await;
        if outcome.is_err()
            && let Some(second) = manifest.models.iter().find(|m| m.fallback_for.as_deref() == Some(&model.name))
        {
            telling.change(at, |p| p.bytes_here = 0);
            outcome = one(second, at, &mut telling).await.or(outcome);
        }
        telling.change(at, |p| match &outcome {
            Ok(()) => p.state = ModelState::Ready,
            Err(problem) => (p.state, p.problem) = (ModelState::Failed, Some(problem.clone())),
        });
        telling.tell();
    }
    telling.progress.settled = true;
    telling.tell();
}

fn address(plan: &PlanFile) -> String {
    format!("/models/{}?v={}", plan.file, plan.sha256)
}

/// The list, from the server; without a network, the one that was kept.
async fn list() -> Result<Manifest, String> {
    let bytes = match fetching::get(LIST, |_| {}).await {
        Ok(bytes) => {
            fetching::keep(LIST, &bytes).await;
            bytes
        }
        Err(problem) => fetching::kept(LIST).await.ok_or(problem)?,
    };
    serde_json::from_slice(&bytes).map_err(|e| format!("the list of models cannot be read: {e}"))
}

/// Gets one model as a plan and makes it ready.
async fn one(model: &ModelSpec, at: usize, telling: &mut Telling) -> Result<(), String> {
    let Some(plan) = &model.plan else { return Err(format!("the server does not have the model {}", model.name)) };
    let address = address(plan);
    let bytes = match kept(plan).await {
        Some(bytes) => {
            telling.change(at, |p| p.from_cache = true);
            bytes
        }
        None => {
            telling.change(at, |p| p.state = ModelState::Fetching);
            let here = Cell::new(0u64);
            let bytes = {
                let cell = &here;
                let telling = &mut *telling;
                fetching::get(&address, move |count| {
                    cell.set(count);
                    telling.change(at, |p| p.bytes_here = count);
                    telling.tell_sometimes();
                })
                .await?
            };
            if !is_right(&bytes, plan) {
                return Err(format!("the model {} arrived damaged: its SHA-256 is another", model.name));
            }
            fetching::keep(&address, &bytes).await;
            bytes
        }
    };
    telling.change(at, |p| (p.bytes_here, p.state) = (bytes.len() as u64, ModelState::Preparing));
    telling.tell();
    // A breath, so that a picture that has come meanwhile is read first without models.
    fetching::breath().await;
    jobs::load(model, &bytes).await
}

/// The bytes of a model that was here before: from the browser's cache, or once more from the server.
#[cfg(not(feature = "gpu"))]
pub async fn again(plan: Option<&PlanFile>) -> Result<Vec<u8>, String> {
    let plan = plan.ok_or("the server does not have the model")?;
    if let Some(bytes) = kept(plan).await {
        return Ok(bytes);
    }
    let address = address(plan);
    let bytes = fetching::get(&address, |_| {}).await?;
    is_right(&bytes, plan).then_some(bytes).ok_or_else(|| format!("{address} arrived damaged"))
}

/// What the browser's cache holds of a plan, unless it is damaged.
async fn kept(plan: &PlanFile) -> Option<Vec<u8>> {
    fetching::kept(&address(plan)).await.filter(|bytes| is_right(bytes, plan))
}

fn is_right(bytes: &[u8], plan: &PlanFile) -> bool {
    sha256(bytes) == plan.sha256
}

/// What the page knows of the models, and when it was told last.
struct Telling {
    progress: ModelsProgress,
    last_ms: f64,
}

impl Telling {
    fn new(models: &[&ModelSpec]) -> Self {
        let models = models
            .iter()
            .map(|m| ModelProgress {
                name: m.name.clone(),
                bytes: m.plan.as_ref().map_or(m.bytes, |plan| plan.bytes),
                bytes_here: 0,
                state: ModelState::Waiting,
                from_cache: false,
                problem: None,
            })
            .collect();
        Self { progress: ModelsProgress { models, settled: false, problem: None }, last_ms: 0.0 }
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut ModelProgress)) {
        if let Some(model) = self.progress.models.get_mut(at) {
            change(model);
        }
    }

    fn tell(&mut self) {
        self.last_ms = scope::now_ms();
        scope::tell(&FromWorker::Models { progress: self.progress.clone() });
    }

    fn tell_sometimes(&mut self) {
        if scope::now_ms() - self.last_ms >= TELL_EVERY_MS {
            self.tell();
        }
    }
}
