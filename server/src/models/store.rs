//! Which file a model is read from: the first place that holds it with the right contents.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use vision_core::manifest::{Manifest, ModelSpec};

use super::manifest;
use super::places::{Place, PlaceKind, Surroundings};

/// The models of a manifest and the places that they are looked for in. Cheap to clone; holds no weights.
#[derive(Clone, Debug)]
pub struct ModelStore {
    manifest: Arc<Manifest>,
    places: Arc<[Place]>,
}

/// Why a model cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no model `{name}`; `iia models list` shows those that there are")]
    NoSuchModel { name: String },
    #[error("the model `{name}` is missing; `iia models fetch {name}` brings it")]
    Missing { name: String },
    #[error("the model `{name}` in {} has other contents than the manifest says; `iia models fetch {name}` replaces it", path.display())]
    Damaged { name: String, path: PathBuf },
    #[error("the model `{name}` in {} cannot be read", path.display())]
    Unreadable { name: String, path: PathBuf, source: io::Error },
}

/// How a file looks without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub path: PathBuf,
    pub place: PlaceKind,
    pub bytes: u64,
    pub modified: Option<std::time::SystemTime>,
}

impl ModelStore {
    /// The built-in manifest and this process's places.
    pub fn open() -> Self {
        Self::with_places(manifest::built_in(), Surroundings::of_process().places())
    }

    pub fn with_places(manifest: Arc<Manifest>, places: Vec<Place>) -> Self {
        Self { manifest, places: places.into() }
    }

    pub fn manifest(&self) -> &Arc<Manifest> {
        &self.manifest
    }

    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// The folder that fetched models land in; `None` where the user has no home.
    pub fn cache(&self) -> Option<&Path> {
        self.places.iter().find(|p| p.kind == PlaceKind::Cache).map(|p| p.folder.as_path())
    }

    /// # Errors
    /// [`StoreError::NoSuchModel`].
    pub fn spec(&self, name: &str) -> Result<&ModelSpec, StoreError> {
        self.manifest.model(name).ok_or_else(|| StoreError::NoSuchModel { name: name.into() })
    }

    /// The files of the model's name in all places, of any size, the first place first.
    pub fn candidates(&self, spec: &ModelSpec) -> Vec<Candidate> {
        let candidate = |place: &Place| {
            let path = place.folder.join(&spec.file);
            let metadata = std::fs::metadata(&path).ok().filter(std::fs::Metadata::is_file)?;
            Some(Candidate { path, place: place.kind, bytes: metadata.len(), modified: metadata.modified().ok() })
        };
        self.places.iter().filter_map(candidate).collect()
    }

    /// The file that would be read, by its size alone; [`ModelStore::read`] checks the contents.
    pub fn find(&self, spec: &ModelSpec) -> Option<Candidate> {
        self.candidates(spec).into_iter().find(|c| c.bytes == spec.bytes)
    }

    /// The model's bytes, checked by SHA-256, from the first place that holds them unharmed.
    ///
    /// # Errors
    /// When no place holds the model; the last harmed or unreadable file is named where there is one.
    pub fn read(&self, spec: &ModelSpec) -> Result<Vec<u8>, StoreError> {
        let mut problem = StoreError::Missing { name: spec.name.clone() };
        for Candidate { path, bytes, .. } in self.candidates(spec) {
            if bytes != spec.bytes {
                problem = StoreError::Damaged { name: spec.name.clone(), path };
                continue;
            }
            match std::fs::read(&path) {
                Ok(read) if sha256_hex(&read) == spec.sha256 => return Ok(read),
                Ok(_) => problem = StoreError::Damaged { name: spec.name.clone(), path },
                Err(source) => problem = StoreError::Unreadable { name: spec.name.clone(), path, source },
            }
        }
        Err(problem)
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A store of one small model, `efficientnet-lite0`, whose contents are `bytes`.
    pub fn store_of(bytes: &[u8], places: Vec<Place>) -> ModelStore {
        let mut manifest = (*manifest::built_in()).clone();
        manifest.models.truncate(1);
        let spec = &mut manifest.models[0];
        spec.bytes = bytes.len() as u64;
        spec.sha256 = sha256_hex(bytes);
        ModelStore::with_places(Arc::new(manifest), places)
    }

    fn place(kind: PlaceKind, folder: &Path) -> Place {
        Place { kind, folder: folder.to_path_buf() }
    }

    #[test]
    fn a_harmed_file_is_passed_over_for_a_whole_one_further_down() {
        let (named, cache) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let places = vec![place(PlaceKind::Named, named.path()), place(PlaceKind::Cache, cache.path())];
        let store = store_of(b"weights", places);
        let spec = &store.manifest().models[0];
        assert!(matches!(store.read(spec), Err(StoreError::Missing { .. })));

        std::fs::write(named.path().join(&spec.file), b"wrong!!").expect("written");
        let harmed = store.read(spec).expect_err("harmed");
        assert!(matches!(&harmed, StoreError::Damaged { path, .. } if path.starts_with(named.path())), "{harmed}");

        std::fs::write(cache.path().join(&spec.file), b"weights").expect("written");
        assert_eq!(store.read(spec).expect("whole"), b"weights");
        assert_eq!(store.find(spec).map(|c| c.place), Some(PlaceKind::Named), "by its size the first would do");

        std::fs::write(named.path().join(&spec.file), b"short").expect("written");
        assert_eq!(store.find(spec).map(|c| c.place), Some(PlaceKind::Cache));
    }

    #[test]
    fn messages_name_the_command_that_mends_it() {
        let store = store_of(b"weights", Vec::new());
        let missing = store.read(&store.manifest().models[0]).expect_err("missing").to_string();
        assert_eq!(
            missing,
            "the model `efficientnet-lite0` is missing; `iia models fetch efficientnet-lite0` brings it"
        );
        let unknown = store.spec("resnet").expect_err("unknown").to_string();
        assert_eq!(unknown, "there is no model `resnet`; `iia models list` shows those that there are");
    }
}
