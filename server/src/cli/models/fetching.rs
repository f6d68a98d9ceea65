//! Fetching as a person sees it: a line a model, a bar on a terminal, and what to do about those that could not be had.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vision_core::manifest::ModelSpec;

use super::table::megabytes;
use crate::models::ModelStore;
use crate::models::fetch::{Watch, fetch};

/// Fetches all, one after the other; gives how many could not be had.
pub fn all(store: &ModelStore, specs: &[&ModelSpec]) -> usize {
    let mut failed = 0;
    for spec in specs {
        let bar = Bar::new(spec);
        let there = store.read(spec).is_ok();
        let outcome = fetch(store, spec, &bar);
        bar.close();
        match outcome {
            Ok(path) if there => println!("{}: here, {}", spec.name, path.display()),
            Ok(path) => println!("{}: fetched, {} ({})", spec.name, path.display(), megabytes(spec.bytes)),
            Err(error) => {
                failed += 1;
                eprintln!("{}: missing: {error}; `iia models fetch {}` tries again", spec.name, spec.name);
            }
        }
    }
    if failed > 0 {
        eprintln!("{failed} of {} models are missing; pictures are described without them meanwhile", specs.len());
    }
    failed
}

/// A progress bar on a terminal, nothing in a pipe.
struct Bar(ProgressBar);

impl Bar {
    fn new(spec: &ModelSpec) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style =
            ProgressStyle::with_template("{msg} [{bar:24}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left");
        let bar = ProgressBar::with_draw_target(Some(spec.bytes), target);
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(spec.name.clone()))
    }

    fn close(&self) {
        self.0.finish_and_clear();
    }
}

impl Watch for Bar {
    fn source(&self, model: &str, source: &str) {
        self.0.suspend(|| eprintln!("{model}: trying {source}"));
    }
    fn bytes(&self, so_far: u64, of: Option<u64>) {
        if let Some(of) = of {
            self.0.set_length(of);
        }
        self.0.set_position(so_far);
    }
    fn failed(&self, reason: &str) {
        self.0.suspend(|| eprintln!("  {reason}"));
    }
}
