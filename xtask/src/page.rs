//! Decides when and how the page's wasm programs are built: by Trunk, apart from the native build, and only when something changed.

use crate::process::{self, command, say};
use crate::project::{self, PageProfile};
use crate::tools::wasm::Compiler;
use crate::tools::{TRUNK, WASM_BINDGEN, cargo_tools, wasm};
use crate::{cores, fresh};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

/// Programs that are built together.
struct Part {
    what: &'static str,
    /// What tells Trunk of them.
    html: &'static str,
    /// What a complete build leaves behind; pages name these files.
    outputs: &'static [&'static str],
    /// Folders of the checkout that they are made of, beside what all are made of.
    sources: &'static [&'static str],
    /// How Trunk has cargo compile them, for compiling them while Trunk itself is being installed.
    programs: &'static [Program],
}

/// Of the attributes of a program in Trunk's page.
struct Program {
    manifest: &'static str,
    profile: &'static str,
    bin: &'static str,
    /// Instead of the default ones.
    features: Option<&'static str>,
}

/// Without which there is no page.
const FIRST: Part = Part {
    what: "the page and its worker",
    html: "app/index.html",
    outputs: &["hydrate_body.js", "hydrate_body_bg.wasm", "vision-worker.js", "vision-worker_bg.wasm"],
    sources: &["app"],
    programs: &[
        Program { manifest: "app/Cargo.toml", profile: "page", bin: "hydrate_body", features: Some("hydrate") },
        Program { manifest: "app/worker/Cargo.toml", profile: "worker", bin: "vision-worker", features: None },
    ],
};
/// Fetched only where they are needed; while they are not there yet, the page does without.
const LATER: Part = Part {
    what: "the worker with newer instructions, the one with a GPU and the password meter",
    html: "app/later/index.html",
    outputs: &[
        "password-meter.js",
        "password-meter_bg.wasm",
        "vision-worker-relaxed.js",
        "vision-worker-relaxed_bg.wasm",
        "vision-worker-gpu.js",
        "vision-worker-gpu_bg.wasm",
    ],
    sources: &["app/later", "app/password", "app/worker"],
    programs: &[],
};
/// What all programs are made of, relative to the checkout.
const INPUTS: [&str; 7] =
    ["vision-core", "models", "Cargo.toml", "Cargo.lock", "Trunk.toml", ".cargo", "rust-toolchain.toml"];

/// What a build says while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Everything,
    Nothing,
}

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

/// Builds all programs if something changed, and gives the folder with the result.
pub fn ensure(profile: PageProfile) -> Result<PathBuf> {
    let dist = ensure_first(profile)?;
    ensure_later(profile, Says::Everything)?;
    Ok(dist)
}

/// Builds what the page cannot do without, and gives the folder in which the rest will be too.
pub fn ensure_first(profile: PageProfile) -> Result<PathBuf> {
    let dist = project::page_dist(profile);
    ensure_part(&FIRST, profile, &dist, Says::Everything)?;
    Ok(dist)
}

/// Builds the rest, and puts it beside what was built first.
pub fn ensure_later(profile: PageProfile, says: Says) -> Result<()> {
    let dist = project::page_dist(profile);
    let apart = dist.with_file_name(format!("{}-later", dist.file_name().unwrap_or_default().to_string_lossy()));
    let is_new = ensure_part(&LATER, profile, &apart, says)?;
    // Trunk empties the folder that it builds into.
    if is_new || !is_complete(&LATER, &dist) {
        for name in LATER.outputs {
            for name in [(*name).to_owned(), format!("{name}.gz")] {
                place(&apart.join(&name), &dist.join(&name))?;
            }
        }
    }
    Ok(())
}

/// Brings the tools that are missing, builds if something changed, and says whether it did.
fn ensure_part(part: &Part, profile: PageProfile, dist: &Path, says: Says) -> Result<bool> {
    let compiler = wasm::ensure()?;
    let digest = digest(part, profile, &compiler)?;
    let stamp = stamp_of(dist);
    if fresh::is_stamped(&stamp, &digest) && is_complete(part, dist) {
        return Ok(false);
    }
    if cargo_tools::are_here() || profile == PageProfile::Dev {
        cargo_tools::ensure()?;
    } else {
        // Installing Trunk takes minutes, in which what it will ask cargo for can be made.
        thread::scope(|scope| {
            let compiling: Vec<_> =
                part.programs.iter().map(|program| scope.spawn(|| compile(program, &compiler))).collect();
            cargo_tools::ensure()?;
            compiling.into_iter().try_for_each(|thread| thread.join().ok().context("the page's compiler panicked")?)
        })?;
    }
    build(part, profile, &compiler, dist, says)?;
    fresh::stamp(&stamp, &digest)?;
    Ok(true)
}

/// Has cargo compile a program with the very arguments that Trunk gives it, so that Trunk finds it done.
fn compile(program: &Program, compiler: &Compiler) -> Result<()> {
    let Program { manifest, profile, bin, features } = program;
    let mut cargo = compiler.cargo(&["build", "--manifest-path", manifest, "--profile", profile, "--bin", bin]);
    if let Some(features) = features {
        cargo.args(["--no-default-features", "--features", features]);
    }
    cores::build(cargo, process::quiet)
}

/// The files of all programs with their sizes in bytes: as they are, and as they travel.
pub fn sizes(dist: &Path) -> Result<Vec<(&'static str, u64, u64)>> {
    Ok([sizes_of(&FIRST, dist)?, sizes_of(&LATER, dist)?].concat())
}

fn sizes_of(part: &Part, dist: &Path) -> Result<Vec<(&'static str, u64, u64)>> {
    let size = |name: &str| -> Result<u64> {
        let path = dist.join(name);
        Ok(fs::metadata(&path).with_context(|| format!("cannot find {}", path.display()))?.len())
    };
    part.outputs.iter().map(|name| Ok((*name, size(name)?, size(&format!("{name}.gz"))?))).collect()
}

fn build(part: &Part, profile: PageProfile, compiler: &Compiler, dist: &Path, says: Says) -> Result<()> {
    let mut trunk = command(cargo_tools::bin().join("trunk"), ["build", part.html, "--dist"]);
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
    match says {
        Says::Everything => {
            say(format!("building the programs of {} with {}", part.what, compiler.version()));
            cores::build(trunk, process::loud)?;
        }
        Says::Nothing => cores::build(trunk, process::quiet)?,
    }
    ensure!(is_complete(part, dist), "Trunk ended well, but {} lacks one of {:?}", dist.display(), part.outputs);
    if profile == PageProfile::Release {
        compress(dist)?;
        if says == Says::Everything {
            report_sizes(part, dist)?;
        }
    }
    Ok(())
}

/// Copies a file, if there is one, so that whoever reads it meanwhile gets the old one or the new one.
fn place(from: &Path, to: &Path) -> Result<()> {
    if !from.is_file() {
        return Ok(());
    }
    let half = to.with_extension("part");
    fs::copy(from, &half).with_context(|| format!("cannot copy {}", from.display()))?;
    fs::rename(&half, to).with_context(|| format!("cannot replace {}", to.display()))
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

fn report_sizes(part: &Part, dist: &Path) -> Result<()> {
    for (name, plain, packed) in sizes_of(part, dist)? {
        say(format!("{name}: {} kB, {} kB gzipped", plain.div_ceil(1000), packed.div_ceil(1000)));
    }
    Ok(())
}

fn digest(part: &Part, profile: PageProfile, compiler: &Compiler) -> Result<String> {
    let words = [format!("{profile:?}"), compiler.version().to_owned(), TRUNK.to_owned(), WASM_BINDGEN.to_owned()];
    fresh::digest(&project::root(), &[&INPUTS, part.sources].concat(), &words)
}

fn stamp_of(dist: &Path) -> PathBuf {
    dist.with_extension("stamp")
}

fn is_complete(part: &Part, dist: &Path) -> bool {
    part.outputs.iter().all(|name| dist.join(name).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_ahead_is_what_trunks_page_names() {
        let html = fs::read_to_string(project::root().join(FIRST.html)).unwrap();
        let links: Vec<&str> = html.split("<link ").skip(1).collect();
        assert_eq!(links.len(), FIRST.programs.len());
        for (link, Program { manifest, profile, bin, features }) in links.iter().zip(FIRST.programs) {
            let holds = |attribute: String| assert!(link.contains(&attribute), "{attribute} is not in {link}");
            holds(format!("href=\"{}\"", manifest.strip_prefix("app/").unwrap()));
            holds(format!("data-bin=\"{bin}\""));
            holds(format!("=\"{profile}\""));
            assert_eq!(features.is_some(), link.contains("data-cargo-no-default-features"));
            features.iter().for_each(|features| holds(format!("data-cargo-features=\"{features}\"")));
        }
    }
}
