//! Decides how the executable is built: one profile for `run` and `test`, so that they share what is compiled.

use crate::process::{self, command};
use crate::project;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// A cargo command in the checkout, for the native target.
pub fn cargo(args: &[&str]) -> Command {
    let mut cargo = command("cargo", args);
    cargo.current_dir(project::root()).env("CARGO_TARGET_DIR", project::native_target());
    cargo
}

/// Builds `iia` and gives its path; cargo itself knows when nothing is to be done. The whole workspace is selected, as in the
/// tests: with one package alone, features of shared dependencies differ and tract would be compiled a second time.
pub fn build() -> Result<PathBuf> {
    process::loud(cargo(&["build", "--workspace", "--bin", "iia"]))?;
    Ok(executable())
}

/// Builds `iia` as it is shipped, for measuring, and gives its path.
pub fn build_release() -> Result<PathBuf> {
    process::loud(cargo(&["build", "--release", "--workspace", "--bin", "iia"]))?;
    Ok(project::native_target().join("release").join(format!("iia{}", std::env::consts::EXE_SUFFIX)))
}

/// Where the built executable lies.
pub fn executable() -> PathBuf {
    project::native_target().join("debug").join(format!("iia{}", std::env::consts::EXE_SUFFIX))
}
