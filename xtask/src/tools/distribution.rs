//! Decides how the distribution's compiler learns wasm: its standard library is built once, from its own sources.

use super::wasm::{Compiler, has_std, std_folder};
use super::{WASM_TARGET, apt, rustup};
use crate::process::{command, output, quiet, say};
use crate::project;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// Debian keeps a current compiler for its browsers under this name, with the sources of the standard library beside it.
pub const PACKAGES: [&str; 2] = ["rustc-web", "rust-web-src"];
const RUSTC: &str = "/usr/bin/rustc";
/// The oldest compiler that Cargo.toml allows.
const OLDEST_MINOR: u32 = 95;
const WHY: &str = "a compiler that makes WebAssembly, since rustup cannot fetch the target here";

/// Whether everything stands already, so that nothing has to be installed or built.
pub fn is_ready() -> bool {
    found().is_some_and(|(_, version)| has_std(&sysroot_of(&version)))
}

/// The distribution's compiler with a standard library for wasm; both are brought if missing.
pub fn ensure() -> Result<Compiler> {
    let (rustc, version) = match found() {
        Some(found) => found,
        None => install()?,
    };
    let sysroot = sysroot_of(&version);
    if !has_std(&sysroot) {
        say(format!("building the standard library for {WASM_TARGET} with {version}: once, two minutes or so"));
        build_std(&rustc, &sysroot)?;
    }
    Ok(Compiler::Distribution { rustc, sysroot, version })
}

fn install() -> Result<(PathBuf, String)> {
    if !apt::is_here() || apt::candidate(PACKAGES[0]).is_none() {
        bail!(
            "no compiler for WebAssembly: `rustup target add {WASM_TARGET}` failed, and this system's packages have \
             none of version 1.{OLDEST_MINOR} or newer. Let rustup reach https://static.rust-lang.org, or install \
             a Rust compiler with that target"
        );
    }
    apt::install(&PACKAGES, WHY)?;
    found().context("the distribution's compiler is older than the project needs, or its sources are not there")
}

/// The compiler and its version line, if it is new enough and its library's sources are there.
fn found() -> Option<(PathBuf, String)> {
    let rustc = PathBuf::from(RUSTC);
    let version = output(command(&rustc, ["--version"])).ok()?;
    let sources = Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml");
    (minor(&version)? >= OLDEST_MINOR && sources.is_file()).then_some((rustc, version))
}

/// `rustc 1.96.0 (..)` is 96.
fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("rustc 1.")?.split('.').next()?.parse().ok()
}

fn sysroot_of(version: &str) -> PathBuf {
    // `rustc 1.96.0 (ac68faa20 2026-05-25) (..)`: version and commit name the library's sources.
    let words: Vec<&str> = version.split(' ').skip(1).take(2).map(|word| word.trim_matches(['(', ')'])).collect();
    project::cache().join("sysroots").join(words.join("-"))
}

/// Builds an empty crate with its standard library, then keeps the library.
fn build_std(rustc: &Path, sysroot: &Path) -> Result<()> {
    let work = project::cache().join("build-std");
    fs::create_dir_all(work.join("src"))?;
    fs::write(work.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        work.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nedition = \"2024\"\n\n[profile.release]\npanic = \"abort\"\n\n[workspace]\n",
    )?;
    let mut cargo = command("cargo", ["build", "--release", "-Zbuild-std=std,panic_abort", "--target", WASM_TARGET]);
    cargo
        .current_dir(&work)
        .env("RUSTC", rustc)
        // Building the library is not a stable feature of cargo; with the compiler's own sources it is sound.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", work.join("target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        // Link-time optimisation of our programs needs the bitcode that a release build would leave out.
        .env("RUSTFLAGS", "-C embed-bitcode=yes");
    quiet(cargo).context("building the standard library failed")?;

    let built = work.join("target").join(WASM_TARGET).join("release/deps");
    let folder = std_folder(sysroot);
    fs::create_dir_all(&folder)?;
    link_linker(sysroot)?;
    let mut names: Vec<PathBuf> = fs::read_dir(&built)?.flatten().map(|entry| entry.path()).collect();
    // `libstd` last: `has_std` looks for it, so an interrupted copy is seen as missing.
    names.sort_by_key(|path| file_name(path).starts_with("libstd-"));
    for library in names.iter().filter(|path| is_library(path)) {
        fs::copy(library, folder.join(file_name(library)))?;
    }
    ensure!(has_std(sysroot), "the standard library was built but not found in {}", built.display());
    fs::remove_dir_all(&work)?;
    Ok(())
}

fn is_library(path: &Path) -> bool {
    let name = file_name(path);
    name.ends_with(".rlib") && !name.starts_with("libempty-")
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Debian's compiler has no linker for wasm; rustup's toolchain brings the same program.
fn link_linker(sysroot: &Path) -> Result<()> {
    let host = output(command("rustc", ["--print", "host-tuple"]))?;
    let from = rustup::sysroot()?.join("lib/rustlib").join(&host).join("bin/rust-lld");
    ensure!(from.is_file(), "the toolchain has no linker at {}", from.display());
    let folder = sysroot.join("lib/rustlib").join(&host).join("bin");
    fs::create_dir_all(&folder)?;
    let to = folder.join("rust-lld");
    if to.exists() {
        fs::remove_file(&to)?;
    }
    // The program finds its libraries beside itself, through its own path: a link keeps that path.
    #[cfg(unix)]
    std::os::unix::fs::symlink(&from, &to)?;
    #[cfg(not(unix))]
    fs::copy(&from, &to)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::minor;

    #[test]
    fn versions_are_read_from_the_compilers_own_line() {
        for (line, expected) in [
            ("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)", Some(96)),
            ("rustc 1.63.0", Some(63)),
            ("rustc 2.0.0", None),
            ("", None),
        ] {
            assert_eq!(minor(line), expected, "{line}");
        }
    }
}
