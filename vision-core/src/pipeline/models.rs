//! Which loaded models read a picture: the profile's own, or those that stand in for them.

use std::collections::BTreeMap;

use crate::engine::Model;
use crate::manifest::{Manifest, ModelSpec, ModelTask};
use crate::report::{Profile, Warning};

pub(super) type Loaded = BTreeMap<String, Box<dyn Model>>;

/// A loaded model and what the manifest says of it.
#[derive(Clone, Copy)]
pub(super) struct Chosen<'a> {
    pub spec: &'a ModelSpec,
    pub model: &'a dyn Model,
}

/// The profile's models of one task that can be run, in the manifest's order, and a warning for each that is missing.
pub(super) fn choose<'a>(
    manifest: &'a Manifest,
    loaded: &'a Loaded,
    profile: Profile,
    task: ModelTask,
) -> (Vec<Chosen<'a>>, Vec<Warning>) {
    let mut chosen: Vec<Chosen<'a>> = Vec::new();
    let mut warnings = Vec::new();
    for wanted in manifest.of_profile(profile).filter(|m| m.task == task) {
        let found = find(wanted, loaded).or_else(|| stand_in(manifest, loaded, wanted));
        if found.is_none_or(|f| f.spec.name != wanted.name) {
            warnings.push(missing(wanted, found.map(|f| f.spec)));
        }
        chosen.extend(found.filter(|f| chosen.iter().all(|c| c.spec.name != f.spec.name)));
    }
    (chosen, warnings)
}

fn find<'a>(spec: &'a ModelSpec, loaded: &'a Loaded) -> Option<Chosen<'a>> {
    loaded.get(&spec.name).map(|model| Chosen { spec, model: model.as_ref() })
}

fn stand_in<'a>(manifest: &'a Manifest, loaded: &'a Loaded, wanted: &ModelSpec) -> Option<Chosen<'a>> {
    let stands_in = |m: &&ModelSpec| m.task == wanted.task && m.fallback_for.as_ref() == Some(&wanted.name);
    manifest.models.iter().filter(stands_in).find_map(|spec| find(spec, loaded))
}

fn missing(wanted: &ModelSpec, instead: Option<&ModelSpec>) -> Warning {
    let finds = match wanted.task {
        ModelTask::Tags => "tags",
        ModelTask::Objects => "objects",
        ModelTask::Faces => "faces",
    };
    let name = &wanted.name;
    let without = match instead {
        Some(instead) => format!("`{}` stands in for it", instead.name),
        None => format!("it finds {finds}"),
    };
    let message = format!("the model `{name}` is missing ({without}); `iia models fetch` brings it");
    Warning { code: "model_missing".into(), message }
}
