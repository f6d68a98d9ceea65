//! Decides when and how the page's four wasm programs are built: by Trunk, apart from the native build, and only when something changed.

use crate::process::{self, command, say};
use crate::project::{self, PageProfile};
use crate::tools::wasm::Compiler;
use crate::tools::{TRUNK, WASM_BINDGEN, cargo_tools, wasm};
use crate::{cores, fresh};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// All that the programs are made of, relative to the checkout.
const INPUTS: [&str; 8] =
    ["app", "vision-core", "models", "Cargo.toml", "Cargo.lock", "Trunk.toml", ".cargo", "rust-toolchain.toml"];
/// What a complete build leaves behind; the server names these files in the pages it renders.
const OUTPUTS: [&str; 8] = [
    "hydrate_body.js",
    "hydrate_body_bg.wasm",
    "vision-worker.js",
    "vision-worker_bg.wasm",
    "password-meter.js",
    "password-meter_bg.wasm",
    "vision-worker-gpu.js",
    "vision-worker-gpu_bg.wasm",
];
/// Compressed once here instead of at every request.
const COMPRESSED: [&str; 3] = ["js", "wasm", "css"];

/// The command `build-page`.
pub fn build_from_arguments(args: &[String]) -> Result<()> {
    let profile = match args {
        [] => PageProfile::Release,
        [only] if only == "--dev" => PageProfile::Dev,
        _ => bail!("build-page takes nothing, or --dev"),
    };
    let dist = ensure(profile)?;
    say(format!("the page's programs are in {}", dist.display()));
    Ok(())
}

/// Brings the tools that are missing, builds if something changed, and gives the folder with the result.
pub fn ensure(profile: PageProfile) -> Result<PathBuf> {
    let compiler = wasm::ensure()?;
    let dist = project::page_dist(profile);
    let digest = digest(profile, &compiler)?;
    let stamp = stamp_of(&dist);
    if fresh::is_stamped(&stamp, &digest) && is_complete(&dist) {
        return Ok(dist);
    }
    cargo_tools::ensure()?;
    build(profile, &compiler, &dist)?;
    fresh::stamp(&stamp, &digest)?;
    Ok(dist)
}

/// The build's files with their sizes in bytes: as they are, and as they travel.
pub fn sizes(dist: &Path) -> Result<Vec<(&'static str, u64, u64)>> {
    let size = |name: &str| -> Result<u64> {
        let path = dist.join(name);
        Ok(fs::metadata(&path).with_context(|| format!("cannot find {}", path.display()))?.len())
    };
    OUTPUTS.iter().map(|name| Ok((*name, size(name)?, size(&format!("{name}.gz"))?))).collect()
}

fn build(profile: PageProfile, compiler: &Compiler, dist: &Path) -> Result<()> {
    say(format!("building the page's four wasm programs with {}", compiler.version()));
    let mut trunk = command(cargo_tools::bin().join("trunk"), ["build", "--dist"]);
    trunk.arg(dist);
    if profile == PageProfile::Release {
        trunk.arg("--release");
    }
    compiler.apply(&mut trunk);
    trunk
        .current_dir(project::root())
        .env("CARGO_TARGET_DIR", project::wasm_target())
        .env("PATH", cargo_tools::path()?)
        // Trunk reads this variable as a flag and refuses the value 1 that everybody else understands.
        .env_remove("NO_COLOR");
    cores::loud(trunk)?;
    ensure!(is_complete(dist), "Trunk ended well, but {} lacks one of {OUTPUTS:?}", dist.display());
    if profile == PageProfile::Release {
        compress(dist)?;
        report_sizes(dist)?;
    }
    Ok(())
}

/// Puts a `.gz` beside each file that shrinks.
fn compress(dist: &Path) -> Result<()> {
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        if COMPRESSED.contains(&extension.as_str()) {
            let mut gzip = command("gzip", ["-9", "--keep", "--force", "--no-name"]);
            gzip.arg(&path);
            process::quiet(gzip)?;
        }
    }
    Ok(())
}

fn report_sizes(dist: &Path) -> Result<()> {
    for (name, plain, packed) in sizes(dist)? {
        say(format!("{name}: {} kB, {} kB gzipped", plain.div_ceil(1000), packed.div_ceil(1000)));
    }
    Ok(())
}

fn digest(profile: PageProfile, compiler: &Compiler) -> Result<String> {
    let words = [format!("{profile:?}"), compiler.version().to_owned(), TRUNK.to_owned(), WASM_BINDGEN.to_owned()];
    fresh::digest(&project::root(), &INPUTS, &words)
}

fn stamp_of(dist: &Path) -> PathBuf {
    dist.with_extension("stamp")
}

fn is_complete(dist: &Path) -> bool {
    OUTPUTS.iter().all(|name| dist.join(name).is_file())
}
