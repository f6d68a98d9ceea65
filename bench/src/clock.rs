//! The host that the measuring programs give to the core: a clock, and nobody who listens.

use std::ops::ControlFlow;
use std::time::Instant;

use vision_core::pipeline::{Host, Stage};

pub struct Clock(Instant);

impl Default for Clock {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Host for Clock {
    fn now_ms(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1000.0
    }

    fn stage(&mut self, _: &Stage) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}
