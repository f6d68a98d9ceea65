//! An analyzer with the models at hand, and a host that remembers what it hears.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use vision_core::engine::cpu::CpuEngine;
use vision_core::pipeline::{Analyzer, Host, Stage};
use vision_core::report::Profile;

use crate::support::{manifest, model_bytes};

/// An analyzer with the models of one profile.
pub fn analyzer(profile: Profile) -> Analyzer {
    let manifest = Arc::new(manifest());
    let mut analyzer = Analyzer::new(Arc::clone(&manifest), Box::new(CpuEngine::default()));
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
