//! Decides how the executable is built: for `run`, and as part of what `test` compiles.

use crate::process::{command, quiet};
use crate::{cores, project};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A cargo command in the checkout, for the native target.
pub fn cargo(args: &[&str]) -> Command {
    let mut cargo = command("cargo", args);
    cargo.current_dir(project::root()).env("CARGO_TARGET_DIR", project::native_target());
    cargo
}

/// What the executable is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be used: compiled as soon as can be.
    Run,
    /// To be tested: with tract optimised, as the tests that run it need it. Cargo's own profile `test`, so that what the tests
    /// compile is shared.
    Test,
}

/// Builds `iia` and gives its path; cargo itself knows when nothing is to be done. The whole workspace is selected, as in the
/// tests: with one package alone, features of shared dependencies differ and tract would be compiled a second time.
pub fn build(purpose: Purpose) -> Result<PathBuf> {
    let mut cargo = cargo(&["build", "--workspace", "--bin", "iia"]);
    if purpose == Purpose::Test {
        // The example stands for every test: with it, cargo takes the features of the tests, and compiles nothing twice.
        cargo.args(["--profile", "test", "--features", "vision-core/bad-input", "--example", BAD_INPUTS]);
    }
    cores::loud(cargo)?;
    Ok(executable())
}

/// The example that writes malformed and hostile inputs, with their verdicts, into a folder.
const BAD_INPUTS: &str = "bad_inputs";

/// Writes the malformed and hostile inputs into a folder, after a build for tests.
pub fn write_bad_inputs(folder: &Path) -> Result<()> {
    let program = executable().with_file_name("examples").join(format!("{BAD_INPUTS}{}", std::env::consts::EXE_SUFFIX));
    quiet(command(program, [folder]))
}

/// Builds a program as it is shipped, for measuring, and gives its path.
pub fn build_release(program: &str) -> Result<PathBuf> {
    cores::loud(cargo(&["build", "--release", "--workspace", "--bin", program]))?;
    Ok(project::native_target().join("release").join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
}

/// Where the built executable lies.
pub fn executable() -> PathBuf {
    project::native_target().join("debug").join(format!("iia{}", std::env::consts::EXE_SUFFIX))
}
