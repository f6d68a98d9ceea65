//! Decides which compiler makes the wasm programs: rustup's where it has the target, the distribution's otherwise.

use super::{WASM_TARGET, distribution, rustup};
use crate::process::say;
use crate::{native, project};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A compiler that can make wasm, as an environment for cargo and Trunk.
#[derive(Debug, Clone)]
pub enum Compiler {
    /// The checkout's toolchain has the target; nothing has to be set.
    Rustup {
        /// The compiler's version line, part of what decides whether the page is fresh.
        version: String,
    },
    /// A compiler from the distribution with a standard library that we built for it.
    Distribution {
        /// The compiler itself.
        rustc: PathBuf,
        /// The folder with the target's standard library and its linker.
        sysroot: PathBuf,
        /// The compiler's version line.
        version: String,
    },
}

/// Finds a compiler for wasm, or brings one.
pub fn ensure() -> Result<Compiler> {
    let asked = std::env::var("IIA_WASM_COMPILER").unwrap_or_default();
    match asked.as_str() {
        "distribution" => return distribution::ensure(),
        "rustup" | "" => {}
        other => bail!("IIA_WASM_COMPILER is `{other}`; it can be `rustup` or `distribution`"),
    }
    if rustup::has_wasm() {
        return Ok(Compiler::Rustup { version: rustup::version()? });
    }
    // Once the other way has been taken, rustup is not asked (and waited for) at every start.
    if asked.is_empty() && distribution::is_ready() {
        return distribution::ensure();
    }
    match rustup::add_wasm() {
        Ok(()) => Ok(Compiler::Rustup { version: rustup::version()? }),
        Err(error) if asked == "rustup" => Err(error),
        Err(_) => {
            say("rustup cannot fetch the target here; the distribution's compiler takes its place for the page");
            distribution::ensure()
        }
    }
}

impl Compiler {
    /// Sets what cargo must know to compile for wasm with this compiler.
    pub fn apply(&self, command: &mut Command) {
        // Flags from outside would take the place of those in .cargo/config.toml, without which the worker has no SIMD.
        command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Self::Distribution { rustc, sysroot, .. } = self {
            command.env("RUSTC", rustc);
            command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", format!("--sysroot={}", sysroot.display()));
        }
    }

    /// A cargo command for wasm with this compiler, in the wasm programs' own target folder.
    pub fn cargo(&self, args: &[&str]) -> Command {
        let mut cargo = native::cargo(args);
        cargo.args(["--target", WASM_TARGET]).env("CARGO_TARGET_DIR", project::wasm_target());
        self.apply(&mut cargo);
        cargo
    }

    /// The compiler's version line.
    pub fn version(&self) -> &str {
        match self {
            Self::Rustup { version } | Self::Distribution { version, .. } => version,
        }
    }
}

/// Whether a sysroot holds the standard library of the wasm target.
pub fn has_std(sysroot: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(std_folder(sysroot)) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

/// Where a sysroot keeps the wasm target's libraries.
pub fn std_folder(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib").join(WASM_TARGET).join("lib")
}
