//! Decides how Trunk and wasm-bindgen are installed: at the pinned versions, in a folder of our own, built fast.

use super::{TRUNK, WASM_BINDGEN};
use crate::process::{command, output, quiet, say, which};
use crate::{cores, project};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::PathBuf;

/// A program that cargo installs.
pub struct Tool {
    /// The program and what it answers to `--version`.
    pub program: &'static str,
    package: &'static str,
    /// The pinned version.
    pub version: &'static str,
    /// What it is needed for.
    pub why: &'static str,
    options: &'static [&'static str],
    /// Packages in it that are worth optimising; the rest mostly waits for others, and both programs share what it is made of.
    optimised: &'static [&'static str],
}

/// Both programs, in the order in which they are installed.
pub const ALL: [Tool; 2] = [
    Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: WASM_BINDGEN,
        why: "joins the wasm programs to JavaScript",
        // Without what runs tests in a browser.
        options: &["--bin", "wasm-bindgen"],
        // They rewrite megabytes of wasm at every build of the page.
        optimised: &["walrus", "wasm-bindgen-cli-support", "wasm-encoder", "wasmparser"],
    },
    Tool {
        program: "trunk",
        package: "trunk",
        version: TRUNK,
        why: "builds and bundles the page's five wasm programs",
        // Without TLS: what it would fetch (wasm-bindgen, wasm-opt) it gets from us or does not need.
        options: &["--no-default-features"],
        optimised: &[],
    },
];

/// Reads the database of advisories.
const DENY: Tool = Tool {
    program: "cargo-deny",
    package: "cargo-deny",
    version: "0.19.0",
    why: "knows which dependencies are unsafe",
    options: &[],
    optimised: &[],
};

/// The folder with the installed programs.
pub fn bin() -> PathBuf {
    project::cache().join("tools").join("bin")
}

/// The search path with our programs first.
pub fn path() -> Result<OsString> {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(bin()).chain(std::env::split_paths(&old));
    std::env::join_paths(folders).context("the search path holds a folder that cannot stand in it")
}

/// Whether there is nothing to install.
pub fn are_here() -> bool {
    ALL.iter().all(Tool::is_here)
}

/// Installs whichever is missing or of another version.
pub fn ensure() -> Result<()> {
    for tool in ALL.iter().filter(|tool| !tool.is_here()) {
        tool.install()?;
    }
    Ok(())
}

/// cargo-deny: the machine's own, of whatever version, or ours.
pub fn ensure_deny() -> Result<PathBuf> {
    if let Some(program) = which(DENY.program) {
        return Ok(program);
    }
    if !DENY.is_here() {
        DENY.install()?;
    }
    Ok(bin().join(DENY.program))
}

impl Tool {
    /// Whether the program is there in the pinned version.
    pub fn is_here(&self) -> bool {
        let said = output(command(bin().join(self.program), ["--version"])).unwrap_or_default();
        said.split_whitespace().any(|word| word == self.version)
    }

    fn install(&self) -> Result<()> {
        say(format!("installing {} {}: it {}", self.program, self.version, self.why));
        let mut cargo = command("cargo", ["install", self.package, "--version", self.version, "--locked", "--debug"]);
        cargo
            .args(self.options)
            .arg("--force")
            .arg("--root")
            .arg(project::cache().join("tools"))
            // One folder for both, so that what they share is compiled once.
            .env("CARGO_TARGET_DIR", project::cache().join("build-tools"))
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_DEV_STRIP", "symbols")
            .env_remove("RUSTFLAGS");
        for package in self.optimised {
            cargo.arg("--config").arg(format!("profile.dev.package.{package}.opt-level=1"));
        }
        cores::build(cargo, quiet)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_of_the_crates_version() {
        let manifest = std::fs::read_to_string(project::root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains(&format!("wasm-bindgen = \"={WASM_BINDGEN}\"")));
    }
}
