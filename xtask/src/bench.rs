//! Decides how the measuring programs are called: `eval` for accuracy, `bench`, `engine`, `service` and `people` for time.

use crate::native::Purpose;
use crate::project::PageProfile;
use crate::tools::{WASM_TARGET, cargo_tools, chromium, node, peers, wasm};
use crate::{native, page, process, project, run};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// Accuracy on the evaluation sets.
pub fn eval(args: &[String]) -> Result<()> {
    run::fetch_models(&native::build(Purpose::Run)?);
    program("eval", args, |cargo| {
        if args.iter().any(|argument| argument.starts_with("--place")) {
            node::ensure()?;
            cargo.env("IIA_CHROMIUM", chromium::ensure()?).envs(engines()?);
        }
        Ok(())
    })
}

/// Times: of everything stage by stage, of the models alone, of many pictures at once, or of accounts.
pub fn bench(args: &[String]) -> Result<()> {
    if let Some((first, rest)) = args.split_first()
        && first == "people"
    {
        let executable = native::build_release("iia")?;
        return program("people", rest, |cargo| {
            cargo.env("IIA_BIN", executable);
            Ok(())
        });
    }
    run::fetch_models(&native::build(Purpose::Run)?);
    match args.split_first() {
        Some((first, rest)) if first == "engine" => program("engine", rest, |cargo| {
            cargo
                .env("IIA_PEER_PYTHON", peers::python()?)
                .env("IIA_PEER_WEB", peers::web()?)
                .env("IIA_CHROMIUM", chromium::ensure()?)
                .envs(engines()?)
                .envs(peers::card_python()?.map(|python| ("IIA_PEER_CARD", python)));
            Ok(())
        }),
        Some((first, rest)) if first == "service" => program("service", rest, |_| Ok(())),
        _ => program("bench", args, |cargo| {
            // Times through HTTP and in Chromium are half of it.
            let executable = native::build_release("iia")?;
            node::ensure()?;
            cargo
                .env("IIA_PEER_PYTHON", peers::python()?)
                .env("IIA_CHROMIUM", chromium::ensure()?)
                .env("IIA_PAGE", page::ensure(PageProfile::Release)?)
                .env("IIA_PUBLIC", project::public())
                .env("IIA_BIN", executable);
            Ok(())
        }),
    }
}

/// Runs one of the programs of the crate `bench`, in the release profile, with the arguments handed on. The whole workspace's
/// features are selected, as in every build, so that what they share is compiled once.
fn program(name: &str, args: &[String], set: impl FnOnce(&mut Command) -> Result<()>) -> Result<()> {
    let mut program = process::command(native::build_release(name)?, args);
    program.current_dir(project::root());
    set(&mut program)?;
    process::loud(program)
}

/// The engine alone for each place in the browser (`end2end/lib/engines.mjs`), as settings that name the folders.
pub fn engines() -> Result<[(&'static str, PathBuf); 3]> {
    Ok([
        ("IIA_ENGINE_WASM", engine_wasm("engine-times", &[])?),
        ("IIA_ENGINE_RELAXED", engine_wasm("engine-times-relaxed", &["--features", "relaxed"])?),
        ("IIA_ENGINE_WEBGPU", engine_wasm("engine-times-gpu", &["--features", "gpu"])?),
    ])
}

/// Compiled as the vision worker is; gives the folder of that name with its script.
fn engine_wasm(name: &str, features: &[&str]) -> Result<PathBuf> {
    const PROGRAM: &str = "engine-times";
    let compiler = wasm::ensure()?;
    cargo_tools::ensure()?;
    let mut cargo = compiler.cargo(&["build", "--package", "vision-worker", "--bin", PROGRAM, "--profile", "worker"]);
    cargo.args(features);
    process::loud(cargo)?;
    let folder = project::native_target().join(name);
    let built = project::wasm_target().join(WASM_TARGET).join("worker").join(format!("{PROGRAM}.wasm"));
    let mut bindgen = process::command(cargo_tools::bin().join("wasm-bindgen"), ["--target", "web", "--no-typescript"]);
    bindgen.arg("--out-dir").arg(&folder).arg(built);
    process::quiet(bindgen)?;
    Ok(folder)
}
