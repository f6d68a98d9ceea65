//! Fetching as a person sees it: a line a model, a bar on a terminal, and what to do about those that could not be had.

use std::collections::BTreeSet;
use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vision_core::manifest::{ModelSpec, Source};

use super::table::megabytes;
use crate::models::ModelStore;
use crate::models::fetch::{FetchError, Watch, fetch};

/// Fetches all, one after the other; gives how many could not be had.
pub fn all(store: &ModelStore, specs: &[&ModelSpec]) -> usize {
    let mut failed = 0;
    // What could not be had a moment ago is not tried once more for each model that is made from it.
    let mut gone = BTreeSet::new();
    for spec in specs {
        let parents: BTreeSet<&str> = spec.sources.iter().filter_map(parent).collect();
        let there = store.read(spec).is_ok();
        if let Some(from) = parents.intersection(&gone).next().filter(|_| !there && parents.len() == spec.sources.len())
        {
            failed += 1;
            eprintln!("{}: missing: it is made from {from}", spec.name);
            continue;
        }
        let bar = Bar::new(spec);
        let outcome = fetch(store, spec, &bar);
        bar.close();
        match outcome {
            Ok(path) if there => println!("{}: here, {}", spec.name, path.display()),
            Ok(path) => println!("{}: fetched, {} ({})", spec.name, path.display(), megabytes(spec.bytes)),
            Err(error) => {
                failed += 1;
                gone.insert(spec.name.as_str());
                gone.extend(parents);
                // Why each source failed has been told when it did.
                let why =
                    if matches!(error, FetchError::NoneWorked { .. }) { String::new() } else { format!(": {error}") };
                eprintln!("{}: missing{why}; `iia models fetch {}` tries again", spec.name, spec.name);
            }
        }
    }
    if failed > 0 {
        eprintln!("{failed} of {} models are missing; pictures are described without them meanwhile", specs.len());
    }
    failed
}

/// The model that this source makes another one of.
fn parent(source: &Source) -> Option<&str> {
    match source {
        Source::Derived { from, .. } => Some(from),
        Source::Address { .. } | Source::Package { .. } => None,
    }
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
