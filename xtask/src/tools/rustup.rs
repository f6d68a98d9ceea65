//! Decides whether the toolchain of this checkout can make wasm, and lets rustup bring the target where it can.

use super::WASM_TARGET;
use crate::process::{command, output, quiet, say, within};
use crate::project;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::time::Duration;

/// Long enough for 20 MB over a slow line; a host that cannot be reached fails much sooner.
const TARGET_LIMIT: Duration = Duration::from_secs(120);
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "cargo-fmt"), ("clippy", "cargo-clippy")];

/// The sysroot of the compiler that this checkout uses.
pub fn sysroot() -> Result<PathBuf> {
    let mut rustc = command("rustc", ["--print", "sysroot"]);
    rustc.current_dir(project::root()).env_remove("RUSTC");
    output(rustc).map(PathBuf::from).context("the Rust compiler does not answer: install rustup from https://rustup.rs")
}

/// The compiler's own words for its version.
pub fn version() -> Result<String> {
    let mut rustc = command("rustc", ["--version"]);
    rustc.current_dir(project::root()).env_remove("RUSTC");
    output(rustc)
}

/// Whether the wasm target lies in the toolchain's sysroot.
pub fn has_wasm() -> bool {
    sysroot().is_ok_and(|sysroot| super::wasm::has_std(&sysroot))
}

/// Asks rustup for the wasm target; quiet and short, since there is another way.
pub fn add_wasm() -> Result<()> {
    say(format!("adding the target {WASM_TARGET} with rustup: the page's programs are WebAssembly"));
    let mut rustup = command("rustup", ["target", "add", WASM_TARGET]);
    rustup.current_dir(project::root()).env("RUSTUP_MAX_RETRIES", "0");
    within(TARGET_LIMIT, rustup)
}

/// Whether rustfmt and clippy are there.
pub fn has_components() -> bool {
    COMPONENTS.iter().all(|(_, program)| answers(program))
}

/// Sees to rustfmt and clippy, which a minimal installation lacks.
pub fn ensure_components() -> Result<()> {
    for (component, program) in COMPONENTS {
        if answers(program) {
            continue;
        }
        say(format!("adding {component} with rustup: `test` and `check` begin with it"));
        let mut rustup = command("rustup", ["component", "add", component]);
        rustup.current_dir(project::root());
        quiet(rustup)?;
    }
    Ok(())
}

fn answers(program: &str) -> bool {
    let mut asked = command(program, ["--version"]);
    asked.current_dir(project::root());
    output(asked).is_ok()
}
