//! Decides how the engine's kernels are tested in WebAssembly: their tests as a program of its own, for each set of vectors that
//! browsers have, run by Node.

use super::rust::counted;
use super::tally::Tally;
use crate::process::{command, loud};
use crate::project;
use crate::tools::{WASM_TARGET, node, wasm};
use anyhow::Result;

const PROGRAM: &str = "tests_in_wasm";

/// What every browser can run, and what those with relaxed vectors are given.
const FEATURES: [&str; 2] = ["tests", "tests,relaxed-simd"];

/// The kernels' tests in WebAssembly.
pub fn check(tally: &mut Tally) -> Result<()> {
    let compiler = wasm::ensure()?;
    node::ensure()?;
    for features in FEATURES {
        let build = ["build", "--quiet", "--package", "vision-kernels", "--example", PROGRAM, "--profile", "worker"];
        let mut cargo = compiler.cargo(&build);
        cargo.args(["--features", features]);
        loud(cargo)?;
        let program = project::wasm_target().join(WASM_TARGET).join("worker/examples").join(format!("{PROGRAM}.wasm"));
        let mut tests = command("node", ["end2end/kernels.mjs"]);
        tests.arg(program).current_dir(project::root());
        counted(tests, tally)?;
    }
    Ok(())
}
