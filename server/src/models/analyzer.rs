//! The analyzer with the models that can be had now, and how a running server notices that more have arrived.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use vision_core::engine::compile::CompileError;
use vision_core::engine::tract::TractEngine;
use vision_core::manifest::{ModelSpec, ModelTask};
use vision_core::pipeline::Analyzer;
use vision_core::report::Profile;

use super::batching::{Batched, Batching};
use super::plans::PlanError;
use super::store::{Candidate, ModelStore};
use super::{EngineChoice, Opened, plan_cache};
use crate::logs::with_causes;

/// What [`load_analyzer`] found.
pub struct Loaded {
    pub analyzer: Analyzer,
    /// The profiles' models that are not loaded, in the manifest's order.
    pub missing: Vec<Missing>,
}

/// A model that a profile asks for and that is not there. Its text form is the one line to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    pub name: String,
    pub task: ModelTask,
    /// Why, with the command that mends it.
    pub reason: String,
    /// The model that does its work meanwhile.
    pub stand_in: Option<String>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match &self.stand_in {
            Some(name) => write!(f, " (meanwhile `{name}` does its work)"),
            None => Ok(()),
        }
    }
}

/// Loads the models of `profiles`, and stand-ins for those that are missing. Never fails: without any weights the analyzer
/// still reads colours, light, sharpness, size and metadata.
///
/// Reads and checks each file, so it takes from tenths of a second to seconds: call it off the async runtime. A server that
/// keeps running asks [`Arrivals::any`] now and then (a few `stat` calls) and calls this again when it says so:
///
/// ```no_run
/// use server::models::{Arrivals, Executor, ModelStore, load_analyzer};
/// use vision_core::report::Profile;
///
/// let executor = Executor::default();
/// let store = ModelStore::open();
/// let profiles = [Profile::Preview, Profile::Authority];
/// let mut arrivals = Arrivals::since(&store, &profiles);
/// let mut loaded = load_analyzer(&store, &profiles, executor.open()?);
/// loop {
///     for missing in &loaded.missing {
///         eprintln!("{missing}");
///     }
///     if loaded.missing.is_empty() {
///         break;
///     }
///     while !arrivals.any(&store) {
///         std::thread::sleep(std::time::Duration::from_secs(5));
///     }
///     loaded = load_analyzer(&store, &profiles, executor.open()?);
/// }
/// # Ok::<(), server::models::ExecutorError>(())
/// ```
pub fn load_analyzer(store: &ModelStore, profiles: &[Profile], opened: Opened) -> Loaded {
    let Opened { engine, choice, batching } = opened;
    let mut analyzer = Analyzer::new(Arc::clone(store.manifest()), engine);
    let mut missing = Vec::new();
    let load = |spec: &ModelSpec, analyzer: &mut Analyzer| load(store, spec, choice, &batching, analyzer);
    for spec in wanted(store, profiles) {
        if let Err(reason) = load(spec, &mut analyzer) {
            missing.push(Missing { name: spec.name.clone(), task: spec.task, reason, stand_in: None });
        }
    }
    for absent in &mut missing {
        let stands_in = |s: &&ModelSpec| s.fallback_for.as_ref() == Some(&absent.name) && s.task == absent.task;
        let mut stand_ins = store.manifest().models.iter().filter(stands_in);
        absent.stand_in = stand_ins
            .find(|s| analyzer.loaded().contains(&s.name) || load(s, &mut analyzer).is_ok())
            .map(|s| s.name.clone());
    }
    Loaded { analyzer, missing }
}

/// The models of any of the profiles, each once, in the manifest's order.
pub fn wanted<'a>(store: &'a ModelStore, profiles: &[Profile]) -> impl Iterator<Item = &'a ModelSpec> {
    store.manifest().models.iter().filter(|m| m.profiles.iter().any(|p| profiles.contains(p)))
}

fn load(
    store: &ModelStore,
    spec: &ModelSpec,
    choice: EngineChoice,
    batching: &Batching,
    analyzer: &mut Analyzer,
) -> Result<(), String> {
    let refused = |e| format!("the model `{}` cannot be loaded: {e}", spec.name);
    let prepare = |bytes: &[u8]| analyzer.prepare(&spec.name, bytes).map_err(refused);
    let model = match choice {
        EngineChoice::Cpu => match plan_cache::plan(store, spec) {
            Ok(plan) => prepare(&plan)?,
            Err(PlanError::Compile { source: lacking @ CompileError::UnsupportedOp { .. }, .. }) => {
                let reason = lacking.to_string();
                tracing::warn!(error.cause = reason, model.name = spec.name, "tract runs a model, slowly");
                let onnx = store.read(spec).map_err(|e| e.to_string())?;
                TractEngine.stand_in(&onnx, spec.input.shape(), reason).map_err(refused)?
            }
            Err(error) => return Err(with_causes(error.to_string(), &error)),
        },
        EngineChoice::Tract => prepare(&store.read(spec).map_err(|e| e.to_string())?)?,
    };
    analyzer.insert(&spec.name, Box::new(Batched::new(&spec.name, model, batching.clone())));
    Ok(())
}

/// How the files of the wanted models and of their stand-ins looked when they were last read.
pub struct Arrivals {
    names: BTreeSet<String>,
    seen: Vec<Vec<Candidate>>,
}

impl Arrivals {
    /// Call it before [`load_analyzer`], so that a file which lands in between is noticed.
    pub fn since(store: &ModelStore, profiles: &[Profile]) -> Self {
        let wanted: BTreeSet<_> = wanted(store, profiles).map(|s| s.name.clone()).collect();
        let counts = |s: &&ModelSpec| {
            wanted.contains(&s.name) || s.fallback_for.as_ref().is_some_and(|name| wanted.contains(name))
        };
        let names: BTreeSet<_> = store.manifest().models.iter().filter(counts).map(|s| s.name.clone()).collect();
        let seen = look(store, &names);
        Self { names, seen }
    }

    /// Whether a file came, went or changed since the last call.
    pub fn any(&mut self, store: &ModelStore) -> bool {
        let now = look(store, &self.names);
        let changed = now != self.seen;
        self.seen = now;
        changed
    }
}

fn look(store: &ModelStore, names: &BTreeSet<String>) -> Vec<Vec<Candidate>> {
    let specs = store.manifest().models.iter().filter(|s| names.contains(&s.name));
    specs.map(|s| store.candidates(s)).collect()
}

#[cfg(test)]
mod tests {
    use std::ops::ControlFlow;
    use std::path::Path;

    use vision_core::pipeline::{Host, Options, Stage};

    use super::*;
    use crate::models::places::{Place, PlaceKind};
    use crate::models::store::sha256_hex;
    use crate::models::{Executor, manifest};

    fn shared() -> std::path::PathBuf {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        std::env::var_os("IIA_SHARED").map_or(beside, Into::into).join("models")
    }

    fn store_in(folder: &Path) -> ModelStore {
        let place = Place { kind: PlaceKind::Named, folder: folder.to_path_buf() };
        ModelStore::with_places(manifest::built_in(), vec![place])
    }

    #[test]
    fn models_are_missed_stood_in_for_and_taken_up_when_they_arrive() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = store_in(folder.path());
        let profiles = [Profile::Preview];
        let mut arrivals = Arrivals::since(&store, &profiles);
        let nothing = load_analyzer(&store, &profiles, Executor::default().open().expect("a processor"));
        assert_eq!(nothing.analyzer.loaded(), [""; 0]);
        let names: Vec<_> = nothing.missing.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["efficientnet-lite0-w8", "picodet-s-416-w16", "yunet-320"]);
        assert!(nothing.missing.iter().all(|m| m.to_string().contains("`iia models fetch ")));
        assert!(!arrivals.any(&store));

        let bring = |name: &str| {
            let file = &store.spec(name).expect(name).file;
            std::fs::copy(shared().join(file), folder.path().join(file)).expect("../shared/models holds the file");
        };
        bring("mobilenet-v2-w8");
        bring("yunet-320");
        assert!(arrivals.any(&store) && !arrivals.any(&store));
        let some = load_analyzer(&store, &profiles, Executor::default().open().expect("a processor"));
        assert_eq!(some.analyzer.loaded(), ["mobilenet-v2-w8", "yunet-320"]);
        assert_eq!(some.missing[0].stand_in.as_deref(), Some("mobilenet-v2-w8"));
        assert_eq!(some.missing[1].stand_in, None);
    }

    /// Lets an analysis run to its end.
    struct Patient;

    impl Host for Patient {
        fn now_ms(&self) -> f64 {
            0.0
        }

        fn stage(&mut self, _stage: &Stage) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }

    /// A detector in which one op is another that plans lack.
    fn with_an_op_that_plans_lack(onnx: &[u8]) -> Vec<u8> {
        let op_type = |name: &[u8; 4]| [&[0x22, 4][..], name].concat();
        let at = onnx.windows(6).position(|bytes| bytes == op_type(b"Relu")).expect("it has a relu");
        [&onnx[..at], &op_type(b"Sign"), &onnx[at + 6..]].concat()
    }

    #[test]
    fn a_model_with_an_op_that_plans_lack_is_run_by_tract_and_the_report_says_so() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut manifest = (*manifest::built_in()).clone();
        let spec = manifest.models.iter_mut().find(|spec| spec.name == "yunet-320").expect("a model");
        let onnx = with_an_op_that_plans_lack(&std::fs::read(shared().join(&spec.file)).expect("the file is there"));
        spec.sha256 = sha256_hex(&onnx);
        spec.bytes = onnx.len() as u64;
        std::fs::write(folder.path().join(&spec.file), &onnx).expect("written");
        let place = Place { kind: PlaceKind::Named, folder: folder.path().to_path_buf() };
        let store = ModelStore::with_places(Arc::new(manifest), vec![place]);
        let loaded = load_analyzer(&store, &[Profile::Preview], Executor::default().open().expect("a processor"));
        assert_eq!(loaded.analyzer.loaded(), ["yunet-320"]);
        let picture = std::fs::read(shared().join("../images/astronaut.png")).expect("a picture");
        let report = loaded.analyzer.analyze(&picture, &Options::default(), &mut Patient).expect("a report");
        let used = &report.receipt.models[0];
        assert_eq!(used.engine, "tract");
        let reason = used.engine_reason.as_deref().expect("a reason");
        assert!(reason.contains("what plans cannot express") && reason.contains("Sign"), "{reason}");
    }
}
