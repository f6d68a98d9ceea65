//! The plans that browsers run in place of model files, as files that a server hands out: brought once in its life, when first
//! asked for.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::NamedTempFile;
use vision_core::manifest::{Manifest, ModelSpec, PlanFile};
use vision_core::report::Profile;

use super::plan_cache;
use super::store::{ModelStore, sha256_hex};

/// What a plan's name has after its model's.
pub const SUFFIX: &str = ".plan";

/// A plan on disk, and what the manifest says of it.
#[derive(Debug)]
pub struct Made {
    pub described: PlanFile,
    file: NamedTempFile,
}

impl Made {
    pub fn path(&self) -> PathBuf {
        self.file.path().to_path_buf()
    }
}

/// The plans made so far, by the SHA-256 of the model that each was made from.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    made: Arc<Mutex<BTreeMap<String, Arc<Made>>>>,
}

#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    Store(#[from] super::StoreError),
    #[error("no plan can be made of the model `{name}`")]
    Compile { name: String, source: vision_core::engine::compile::CompileError },
    #[error("the plan cannot be written")]
    Disk(#[from] std::io::Error),
}

impl Plans {
    /// The plan of a model whose file is here. Compiling takes tenths of a second: call it off the async runtime.
    ///
    /// # Errors
    /// When the file is not here or not whole, when no plan can be made of it, and when the disk is full.
    pub fn of(&self, store: &ModelStore, spec: &ModelSpec) -> Result<Arc<Made>, PlanError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = made.get(&spec.sha256) {
            return Ok(Arc::clone(plan));
        }
        let bytes = plan_cache::plan(store, spec)?;
        let mut file = NamedTempFile::new()?;
        file.write_all(&bytes)?;
        let described =
            PlanFile { file: format!("{}{SUFFIX}", spec.file), sha256: sha256_hex(&bytes), bytes: bytes.len() as u64 };
        let plan = Arc::new(Made { described, file });
        made.insert(spec.sha256.clone(), Arc::clone(&plan));
        Ok(plan)
    }

    /// The manifest for browsers: with the plans of the preview's models, or of those that stand in where one is missing.
    pub fn described(&self, store: &ModelStore) -> Manifest {
        let mut manifest = (**store.manifest()).clone();
        let wanted: Vec<String> = manifest.of_profile(Profile::Preview).map(|spec| spec.name.clone()).collect();
        for name in wanted {
            let stands_in = |spec: &ModelSpec| spec.name == name || spec.fallback_for.as_deref() == Some(&name);
            let (own, others): (Vec<_>, Vec<_>) =
                manifest.models.iter_mut().filter(|spec| stands_in(spec)).partition(|spec| spec.name == name);
            for spec in own.into_iter().chain(others) {
                if store.find(spec).is_none() {
                    continue;
                }
                match self.of(store, spec) {
                    Ok(plan) => {
                        spec.plan = Some(plan.described.clone());
                        break;
                    }
                    Err(error) => {
                        tracing::error!(error.cause = %error, model.name = spec.name, "browsers go without a model");
                    }
                }
            }
        }
        manifest
    }
}
