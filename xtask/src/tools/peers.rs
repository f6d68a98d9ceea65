//! Decides where the engines that we are measured against come from: package registries, at pinned versions, in folders of our own.

use super::{apt, node};
use crate::process::{command, output, quiet, say};
use crate::project;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

/// The newest releases when the targets of docs/performance.md were measured last.
const ONNXRUNTIME: &str = "1.32.0";
const ONNXRUNTIME_WEB: &str = "1.30.0";
const TORCH: &str = "2.11.0";
const ONNX2TORCH: &str = "1.5.15";

/// A Python in a private environment that can import onnxruntime, numpy and Pillow.
pub fn python() -> Result<PathBuf> {
    let wanted = format!("import onnxruntime, numpy, PIL; assert onnxruntime.__version__ == '{ONNXRUNTIME}'");
    let packages = ["numpy".to_owned(), "pillow".to_owned(), format!("onnxruntime=={ONNXRUNTIME}")];
    environment("python", &wanted, &packages)
}

/// One that can import PyTorch, where there is a CUDA card for it, which its driver's own program tells.
pub fn card_python() -> Result<Option<PathBuf>> {
    if output(command("nvidia-smi", ["--list-gpus"])).is_err() {
        return Ok(None);
    }
    let wanted = format!("import onnx2torch, onnxruntime, torch; assert torch.__version__.split('+')[0] == '{TORCH}'");
    let packages =
        [format!("torch=={TORCH}"), format!("onnx2torch=={ONNX2TORCH}"), format!("onnxruntime=={ONNXRUNTIME}")];
    environment("card", &wanted, &packages).map(Some)
}

/// The Python of an environment of that name where these lines run, with these packages.
fn environment(name: &str, wanted: &str, packages: &[String]) -> Result<PathBuf> {
    let folder = project::cache().join("peers").join(name);
    let bin = folder.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let python = bin.join("python");
    if output(command(&python, ["-c", wanted])).is_ok() {
        return Ok(python);
    }
    say(format!("installing {} with pip: our engine is measured beside it", packages.join(", ")));
    if output(command("python3", ["-m", "venv", "--help"])).is_err() {
        apt::install(&["python3", "python3-venv"], "the peer of the benchmark is a package of Python")?;
    }
    let mut venv = command("python3", ["-m", "venv", "--clear"]);
    venv.arg(&folder);
    quiet(venv)?;
    let mut pip = command(&python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(packages);
    quiet(pip)?;
    Ok(python)
}

/// The folder of the package onnxruntime-web.
pub fn web() -> Result<PathBuf> {
    node::ensure()?;
    let folder = project::cache().join("peers").join("web");
    let package = folder.join("node_modules").join("onnxruntime-web");
    let wanted = format!("\"version\": \"{ONNXRUNTIME_WEB}\"");
    if fs::read_to_string(package.join("package.json")).is_ok_and(|text| text.contains(&wanted)) {
        return Ok(package);
    }
    say(format!("installing onnxruntime-web {ONNXRUNTIME_WEB} with npm: our engine is measured beside it in Chromium"));
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut npm = command("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-save", "--prefix"]);
    npm.arg(&folder).arg(format!("onnxruntime-web@{ONNXRUNTIME_WEB}")).current_dir(&folder);
    quiet(npm)?;
    Ok(package)
}
