//! The analyzer with the models that can be had now, and how a running server notices that more have arrived.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use vision_core::manifest::{ModelSpec, ModelTask};
use vision_core::pipeline::Analyzer;
use vision_core::report::Profile;

use super::batching::{Batched, Batching};
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
    let bytes = match choice {
        EngineChoice::Cpu => plan_cache::plan(store, spec).map_err(|e| with_causes(e.to_string(), &e))?,
        EngineChoice::Tract => store.read(spec).map_err(|e| e.to_string())?,
    };
    let refused = |e| format!("the model `{}` cannot be loaded: {e}", spec.name);
    let model = analyzer.prepare(&spec.name, &bytes).map_err(refused)?;
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
    use std::path::Path;

    use super::*;
    use crate::models::places::{Place, PlaceKind};
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
}
