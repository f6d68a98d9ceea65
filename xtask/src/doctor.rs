//! Decides what a person is told about this machine: what is found, what is missing, how to mend it.

use crate::process::{command, output, which};
use crate::tools::{
    Finding, State, WASM_TARGET, apt, cargo_tools, chromium, distribution, node, postgres, rustup, vulkan,
};
use crate::{native, project};
use anyhow::{Result, ensure};
use std::process::ExitCode;

/// The command `doctor`: fails when something is missing that xtask cannot bring.
pub fn doctor() -> ExitCode {
    let tools = cargo_tools::ALL.iter().map(installed);
    let findings: Vec<Finding> = [git(), c_compiler(), rust(), components(), wasm()]
        .into_iter()
        .chain(tools)
        .chain([node(), browser(), database(), gpu(), models()])
        .collect();
    for finding in &findings {
        let (mark, words) = match &finding.state {
            State::Found(words) => ("found  ", words),
            State::Installable(words) => ("absent ", words),
            State::Missing(words) => ("MISSING", words),
        };
        println!("{mark}  {:<18} {words}\n{:28} ({})", finding.name, "", finding.why);
    }
    if findings.iter().any(|finding| matches!(finding.state, State::Missing(_))) {
        println!(
            "\nWhat is MISSING needs a hand. What is absent, `cargo xtask run` and `cargo xtask test` bring themselves."
        );
        return ExitCode::FAILURE;
    }
    println!("\nNothing stands in the way of `cargo xtask run` and `cargo xtask test`.");
    ExitCode::SUCCESS
}

/// Stops with the whole list when a person must install something first. Where apt is at hand nothing is asked: what is
/// missing is installed at the moment it is needed.
pub fn demand(scope: Scope) -> Result<()> {
    if apt::is_here() {
        return Ok(());
    }
    let mut findings = vec![git(), c_compiler(), rust(), wasm()];
    if scope == Scope::Test {
        findings.extend([node(), browser(), database(), gpu()]);
    }
    let lines: Vec<String> = findings
        .iter()
        .filter_map(|finding| match &finding.state {
            State::Missing(words) => Some(format!("\n  {}: {words} ({})", finding.name, finding.why)),
            State::Found(_) | State::Installable(_) => None,
        })
        .collect();
    ensure!(lines.is_empty(), "this system has no apt, so these are for you to install:{}", lines.concat());
    Ok(())
}

/// How much a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The page is built and served.
    Run,
    /// It is opened in a browser too.
    Test,
}

fn git() -> Finding {
    let state = match output(command("git", ["--version"])) {
        Ok(version) => State::Found(version),
        Err(_) => by_package("git"),
    };
    Finding { name: "git", why: "the sources, and what `goldens` shows", state }
}

fn c_compiler() -> Finding {
    let state = match which("cc") {
        Some(path) => State::Found(path.display().to_string()),
        None => by_package("build-essential"),
    };
    Finding { name: "C compiler", why: "SQLite and the linker of every Rust program", state }
}

fn rust() -> Finding {
    let state = match rustup::version() {
        Ok(version) => State::Found(version),
        Err(_) => State::Missing("install rustup from https://rustup.rs".to_owned()),
    };
    Finding { name: "Rust", why: "everything is written in it", state }
}

fn components() -> Finding {
    let state = if rustup::has_components() {
        State::Found("rustfmt and clippy".to_owned())
    } else {
        State::Installable("rustfmt or clippy: comes with rustup".to_owned())
    };
    Finding { name: "rustfmt, clippy", why: "`test` and `check` begin with them", state }
}

fn wasm() -> Finding {
    let state = if rustup::has_wasm() {
        State::Found(format!("the toolchain has {WASM_TARGET}"))
    } else if distribution::is_ready() {
        State::Found("the distribution's compiler, with a standard library built for it".to_owned())
    } else if which("rustup").is_some() || apt::candidate(distribution::PACKAGES[0]).is_some() {
        State::Installable("comes with rustup, or with the distribution's compiler".to_owned())
    } else {
        State::Missing(format!("`rustup target add {WASM_TARGET}`"))
    };
    Finding { name: "wasm compiler", why: "the page's programs are WebAssembly", state }
}

fn installed(tool: &cargo_tools::Tool) -> Finding {
    let state = if tool.is_here() {
        State::Found(format!("{} in {}", tool.version, cargo_tools::bin().display()))
    } else {
        State::Installable(format!("{}: comes with cargo, into {}", tool.version, cargo_tools::bin().display()))
    };
    Finding { name: tool.program, why: tool.why, state }
}

fn node() -> Finding {
    let state = match node::found() {
        Some(version) => State::Found(format!("Node {version}")),
        None => by_package("nodejs and npm"),
    };
    Finding { name: "Node", why: "the browser tests are written for it; only `test` and `bench` need it", state }
}

fn browser() -> Finding {
    let state = match chromium::found() {
        Some(path) => State::Found(chromium::version(&path).unwrap_or_else(|| path.display().to_string())),
        None => by_package("chromium"),
    };
    Finding { name: "Chromium", why: "the browser tests run in it; only `test` and `bench` need it", state }
}

fn database() -> Finding {
    let state = match postgres::found() {
        Some(path) => State::Found(path.display().to_string()),
        None => by_package("postgresql"),
    };
    Finding { name: "PostgreSQL", why: "the server's tests run on it too; only `test` needs it", state }
}

fn gpu() -> Finding {
    let state = match vulkan::found() {
        Some(driver) => State::Found(driver.display().to_string()),
        None if !vulkan::is_needed() => State::Found("by this system's own means".to_owned()),
        None => by_package("mesa-vulkan-drivers and libvulkan1"),
    };
    Finding { name: "GPU driver", why: "the tests of the GPU's kernels; one that is software will do", state }
}

fn models() -> Finding {
    let executable = native::executable();
    let state = if !executable.is_file() {
        State::Installable("known once `iia` is built: `cargo xtask run` fetches them".to_owned())
    } else {
        let mut verify = command(&executable, ["models", "verify"]);
        verify.current_dir(project::root());
        match output(verify) {
            Ok(_) => State::Found("all that the manifest names, with the right contents".to_owned()),
            Err(_) => {
                State::Installable("some are missing: `cargo xtask run` or `iia models fetch` fetches them".to_owned())
            }
        }
    };
    Finding { name: "models", why: "tags, objects and faces; colours and light are described without them", state }
}

/// What apt can bring, and what a person must do elsewhere.
fn by_package(packages: &str) -> State {
    if apt::is_here() {
        State::Installable(format!("comes with apt: {packages}"))
    } else {
        State::Missing(format!("install {packages} by the means of this system"))
    }
}
