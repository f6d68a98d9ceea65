//! Plans that were made before, on disk: reading a model through the compiler takes tenths of a second, at every start of the
//! program, and gives the same plan each time.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use vision_core::engine::compile::{FINGERPRINT, compile};
use vision_core::engine::plan::{Limits, Plan};
use vision_core::manifest::ModelSpec;

use super::plans::PlanError;
use super::store::ModelStore;

/// The folder beside the models in the user's cache.
const FOLDER: &str = "plans";

/// The plan of a model whose file is here, as the file of a plan: kept from before, or made now and kept.
///
/// # Errors
/// When the model's file is not here or not whole, and when no plan can be made of it. A cache that cannot be written is no error.
pub fn plan(store: &ModelStore, spec: &ModelSpec) -> Result<Vec<u8>, PlanError> {
    let onnx = store.read(spec)?;
    let kept = store.cache().map(|cache| Kept::of(cache, spec));
    if let Some(plan) = kept.as_ref().and_then(Kept::read) {
        return Ok(plan);
    }
    let plan = compile(&onnx, spec.input.shape())
        .map_err(|source| PlanError::Compile { name: spec.name.clone(), source })?
        .to_bytes();
    if let Some(Err(error)) = kept.map(|kept| kept.write(&plan)) {
        tracing::debug!(error.cause = %error, model.name = spec.name, "the plan could not be kept");
    }
    Ok(plan)
}

/// Where the plan of one model at one input size lies.
struct Kept {
    folder: PathBuf,
    /// What the plans of this model at this size begin with, whichever compiler made them.
    stem: String,
}

impl Kept {
    fn of(cache: &Path, spec: &ModelSpec) -> Self {
        let [.., height, width] = spec.input.shape();
        let model = spec.sha256.get(..16).unwrap_or(&spec.sha256);
        Self { folder: cache.join(FOLDER), stem: format!("{model}-{height}x{width}-") }
    }

    fn name(&self) -> String {
        format!("{}{FINGERPRINT}.plan", self.stem)
    }

    /// A file that is harmed is as good as none.
    fn read(&self) -> Option<Vec<u8>> {
        let bytes = std::fs::read(self.folder.join(self.name())).ok()?;
        Plan::from_bytes(&bytes, &Limits::default()).ok()?;
        Some(bytes)
    }

    /// Lands whole or not at all, and takes the place of what other states of the compiler left.
    fn write(&self, plan: &[u8]) -> io::Result<()> {
        std::fs::create_dir_all(&self.folder)?;
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(plan)?;
        let name = self.name();
        file.persist(self.folder.join(&name))?;
        for entry in std::fs::read_dir(&self.folder)?.flatten() {
            let other = entry.file_name();
            let other = other.to_string_lossy();
            if other.starts_with(&self.stem) && *other != name {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::manifest;
    use crate::models::places::{Place, PlaceKind};

    fn shared() -> PathBuf {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared");
        std::env::var_os("IIA_SHARED").map_or(beside, Into::into).join("models")
    }

    #[test]
    fn a_plan_is_made_once_and_again_when_it_is_harmed_or_of_another_compiler() {
        let cache = tempfile::tempdir().expect("a folder");
        let place = |kind, folder: &Path| Place { kind, folder: folder.to_path_buf() };
        let places = vec![place(PlaceKind::Cache, cache.path()), place(PlaceKind::Named, &shared())];
        let store = ModelStore::with_places(manifest::built_in(), places);
        let spec = store.spec("yunet-320").expect("a model");
        let kept = Kept::of(cache.path(), spec);
        let file = kept.folder.join(kept.name());

        std::fs::create_dir_all(&kept.folder).expect("a folder");
        let old = kept.folder.join(format!("{}0123456789abcdef.plan", kept.stem));
        std::fs::write(&old, b"of another compiler").expect("written");
        let first = plan(&store, spec).expect("a plan");
        assert_eq!(std::fs::read(&file).expect("kept"), first);
        assert!(!old.exists());

        // Whether it is read from there shows in its time: what is read is not written again.
        let written = std::fs::metadata(&file).and_then(|m| m.modified()).expect("a time");
        assert_eq!(plan(&store, spec).expect("a plan"), first);
        assert_eq!(std::fs::metadata(&file).and_then(|m| m.modified()).expect("a time"), written);

        std::fs::write(&file, &first[..first.len() - 1]).expect("written");
        assert_eq!(plan(&store, spec).expect("a plan"), first);
        assert_eq!(std::fs::read(&file).expect("kept"), first);
    }
}
