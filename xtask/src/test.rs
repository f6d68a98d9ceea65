//! Decides what `test` runs and in which order: fast things first, everything to the end, one summary.

mod advisories;
mod browser;
mod features;
mod kernels;
mod licences;
mod rust;
mod sanitizer;
mod size;
mod tally;

use crate::doctor::{self, Scope};
use crate::process::say;
use crate::{project, times};
use std::process::ExitCode;
use std::time::Instant;
use tally::Tally;

/// One part of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `cargo fmt --check`.
    Format,
    /// No feature of the browser in the native build, none of the server in the wasm build.
    Features,
    /// Every dependency's licence is one of deny.toml's list.
    Licences,
    /// No dependency is known to be unsafe.
    Advisories,
    /// Clippy over all native code, warnings denied.
    Clippy,
    /// The five wasm programs checked for their own target, warnings denied.
    Wasm,
    /// Unit tests alone (what `check` runs).
    Units,
    /// Unit, property, golden and integration tests, and examples in the documentation.
    Rust,
    /// The engine's kernels under the address sanitizer.
    Sanitizer,
    /// The engine's kernels in WebAssembly.
    Kernels,
    /// The page's programs are built and within their size.
    Size,
    /// The page in a real browser.
    Browser,
}

const EVERYTHING: [Step; 11] = [
    Step::Format,
    Step::Features,
    Step::Licences,
    Step::Advisories,
    Step::Clippy,
    Step::Wasm,
    Step::Rust,
    Step::Sanitizer,
    Step::Kernels,
    Step::Size,
    Step::Browser,
];

/// The command `test`, with the names of steps when only some are wanted.
pub fn test(names: &[String]) -> ExitCode {
    let mut steps = Vec::new();
    for name in names {
        let Some(step) = EVERYTHING.into_iter().find(|step| step.name() == name) else {
            let known: Vec<&str> = EVERYTHING.iter().map(Step::name).collect();
            eprintln!("`{name}` is none of the steps: {}", known.join(", "));
            return ExitCode::from(2);
        };
        steps.push(step);
    }
    if let Some(record) = std::env::var_os(times::VARIABLE)
        && let Err(error) = times::keep(&project::root(), record.as_ref())
    {
        eprintln!("xtask: {error:#}");
    }
    if !steps.is_empty() {
        return run(&steps);
    }
    // What cannot be had fails its own step; said at the start, it is not found out after half an hour.
    if let Err(error) = doctor::demand(Scope::Test) {
        eprintln!("xtask: {error:#}");
    }
    run(&EVERYTHING)
}

/// Runs steps to the end, whatever becomes of each, and closes with the summary as the last line.
pub fn run(steps: &[Step]) -> ExitCode {
    let mut tally = Tally::default();
    for step in steps {
        let started = Instant::now();
        say(format!("{}: {}", step.name(), step.about()));
        let failed_before = tally.failed();
        if let Err(error) = step.run(&mut tally) {
            tally.fail(format!("{}: {error:#}", step.name()));
        }
        let verdict = if tally.failed() == failed_before { "ok" } else { "FAILED" };
        say(format!("{}: {verdict} after {:.0} s", step.name(), started.elapsed().as_secs_f32()));
    }
    tally.print();
    if tally.failed() == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Step {
    fn name(&self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Features => "features",
            Self::Licences => "licences",
            Self::Advisories => "advisories",
            Self::Clippy => "clippy",
            Self::Wasm => "wasm",
            Self::Units => "units",
            Self::Rust => "rust",
            Self::Sanitizer => "sanitizer",
            Self::Kernels => "kernels",
            Self::Size => "size",
            Self::Browser => "browser",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Format => "every file as rustfmt writes it",
            Self::Features => "server and browser features stay apart",
            Self::Licences => "licences of all dependencies",
            Self::Advisories => "what is known against dependencies",
            Self::Clippy => "lints of the native code, warnings denied",
            Self::Wasm => "lints of the five wasm programs, warnings denied",
            Self::Units => "unit tests",
            Self::Rust => "unit, property, golden and integration tests",
            Self::Sanitizer => "the engine's kernels, every access to memory checked",
            Self::Kernels => "the engine's kernels in WebAssembly, with both sets of vectors",
            Self::Size => "the page's programs, built and weighed",
            Self::Browser => "the page in a real browser",
        }
    }

    fn run(self, tally: &mut Tally) -> anyhow::Result<()> {
        match self {
            Self::Format => rust::format(tally),
            Self::Features => features::check(tally),
            Self::Licences => licences::check(tally),
            Self::Advisories => advisories::check(tally),
            Self::Clippy => rust::clippy(tally),
            Self::Wasm => rust::wasm(tally),
            Self::Units => rust::units(tally),
            Self::Rust => rust::tests(tally),
            Self::Sanitizer => sanitizer::check(tally),
            Self::Kernels => kernels::check(tally),
            Self::Size => size::check(tally),
            Self::Browser => browser::check(tally),
        }
    }
}
