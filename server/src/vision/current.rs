//! The models that read pictures now; a new set takes over between two analyses, without a restart.

use std::sync::{Arc, PoisonError, RwLock};

use vision_core::pipeline::{Analyzer, Host, Options};
use vision_core::{AnalyzeError, Report};

use super::ModelInfo;
use super::engine::Reader;
use crate::models::batching::Reading;

pub struct Current {
    analyzer: RwLock<Arc<Analyzer>>,
    reading: Reading,
}

impl Current {
    /// Counts the pictures that it reads in `reading`.
    pub fn new(analyzer: Analyzer, reading: Reading) -> Self {
        Self { analyzer: RwLock::new(Arc::new(analyzer)), reading }
    }

    /// Analyses that run keep the models that they began with.
    pub fn replace(&self, analyzer: Analyzer) {
        *self.analyzer.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(analyzer);
    }

    pub fn get(&self) -> Arc<Analyzer> {
        Arc::clone(&self.analyzer.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Reader for Current {
    fn read(&self, picture: &[u8], options: &Options, host: &mut dyn Host) -> Result<Report, AnalyzeError> {
        let _one = self.reading.begin();
        self.get().analyze(picture, options, host)
    }

    fn models(&self) -> Vec<ModelInfo> {
        let analyzer = self.get();
        let loaded = analyzer.loaded();
        let models = analyzer.manifest().models.iter();
        models
            .map(|model| ModelInfo {
                name: model.name.clone(),
                version: model.version.clone(),
                task: model.task,
                profiles: model.profiles.clone(),
                bytes: model.bytes,
                sha256: model.sha256.clone(),
                licence: model.licence.clone(),
                origin: model.origin.clone(),
                loaded: loaded.contains(&model.name),
            })
            .collect()
    }
}
