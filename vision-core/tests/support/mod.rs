//! What the tests with real models share: the manifest, an analyzer with the models at hand, the pictures beside the checkout.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use vision_core::engine::tract::TractEngine;
use vision_core::manifest::Manifest;
use vision_core::pipeline::{Analyzer, Host, Stage};
use vision_core::report::Profile;

pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folder of pictures and weights: `IIA_SHARED`, or `../shared` beside the checkout.
pub fn shared() -> PathBuf {
    std::env::var_os("IIA_SHARED").map_or_else(|| workspace().join("../shared"), PathBuf::from)
}

pub fn manifest() -> Manifest {
    let path = workspace().join("models/manifest.toml");
    let text = std::fs::read_to_string(&path).expect("the manifest is part of the checkout");
    toml::from_str(&text).expect("the manifest is valid")
}

pub fn model_bytes(file: &str) -> Vec<u8> {
    let path = shared().join("models").join(file);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}; `iia models fetch` brings the models", path.display()))
}

pub fn picture(name: &str) -> Vec<u8> {
    let path = shared().join("images").join(name);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// An analyzer with the models of one profile.
pub fn analyzer(profile: Profile) -> Analyzer {
    let manifest = Arc::new(manifest());
    let mut analyzer = Analyzer::new(Arc::clone(&manifest), Box::new(TractEngine));
    for spec in manifest.of_profile(profile) {
        analyzer.load(&spec.name, &model_bytes(&spec.file)).expect("the model loads");
    }
    analyzer
}

/// A host that remembers what it was told, and may give up after so many stages.
pub struct Listener {
    pub started: Instant,
    pub stages: Vec<Stage>,
    pub give_up_after: usize,
}

impl Listener {
    pub fn new() -> Self {
        Self { started: Instant::now(), stages: Vec::new(), give_up_after: usize::MAX }
    }
}

impl Host for Listener {
    fn now_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn stage(&mut self, stage: &Stage) -> ControlFlow<()> {
        self.stages.push(stage.clone());
        if self.stages.len() >= self.give_up_after { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
