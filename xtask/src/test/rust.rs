//! Decides how the Rust code is formatted, linted and tested.

use super::tally::{Line, Tally, of_cargo};
use crate::native::Purpose;
use crate::process::{self, loud};
use crate::tools::wasm::Compiler;
use crate::tools::{postgres, rustup, vulkan, wasm};
use crate::{native, run};
use anyhow::{Result, ensure};
use std::process::Command;

/// `cargo fmt --check` over all members.
pub fn format(tally: &mut Tally) -> Result<()> {
    rustup::ensure_components()?;
    loud(native::cargo(&["fmt", "--all", "--check"]))?;
    tally.pass();
    Ok(())
}

/// Clippy over all native code with its tests.
pub fn clippy(tally: &mut Tally) -> Result<()> {
    rustup::ensure_components()?;
    loud(native::cargo(&["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"]))?;
    tally.pass();
    Ok(())
}

/// The wasm programs for their own target, which the native pass does not see. Clippy belongs to rustup's compiler; with
/// the distribution's, the compiler's own warnings are denied, by reading what it says: flags would compile everything anew.
pub fn wasm(tally: &mut Tally) -> Result<()> {
    rustup::ensure_components()?;
    let compiler = wasm::ensure()?;
    let programs: [&[&str]; 5] = [
        &["--package", "app", "--no-default-features", "--features", "hydrate", "--bin", "hydrate_body"],
        &["--package", "vision-worker", "--bin", "vision-worker"],
        &["--package", "vision-worker", "--features", "relaxed", "--bin", "vision-worker-relaxed"],
        &["--package", "vision-worker", "--features", "gpu", "--bin", "vision-worker-gpu"],
        &["--package", "password-meter"],
    ];
    for program in programs {
        match compiler {
            Compiler::Rustup { .. } => {
                let mut cargo = for_wasm("clippy", program, &compiler);
                cargo.args(["--", "--deny", "warnings"]);
                loud(cargo)?;
            }
            Compiler::Distribution { .. } => {
                let said = process::complaints(for_wasm("check", program, &compiler))?;
                ensure!(!said.lines().any(|line| line.starts_with("warning")), "{said}");
            }
        }
        tally.pass();
    }
    Ok(())
}

fn for_wasm(verb: &str, program: &[&str], compiler: &Compiler) -> Command {
    let mut cargo = compiler.cargo(&[verb, "--quiet"]);
    cargo.args(program);
    cargo
}

/// Unit tests alone.
pub fn units(tally: &mut Tally) -> Result<()> {
    vulkan::ensure()?;
    counted(native::cargo(&["test", "--quiet", "--workspace", "--lib", "--bins"]), tally)
}

/// All of `cargo test`, with the models that the tests run on; then what has to do with the database once more on PostgreSQL.
pub fn tests(tally: &mut Tally) -> Result<()> {
    vulkan::ensure()?;
    run::fetch_models(&native::build(Purpose::Test)?);
    let mut sqlite = native::cargo(&["test", "--workspace", "--no-fail-fast"]);
    sqlite.env_remove(POSTGRES);
    counted(sqlite, tally)?;
    let cluster = postgres::start()?;
    let mut again = native::cargo(&["test", "--workspace", "--no-fail-fast", "--test", "doors", "--"]);
    again.args(OF_THE_DATABASE).env(POSTGRES, &cluster.url);
    counted(again, tally)
}

/// Names the server that the doors' tests run on.
const POSTGRES: &str = "IIA_TEST_POSTGRES";

/// The modules of the doors' tests that have to do with what is stored.
const OF_THE_DATABASE: [&str; 22] = [
    "accounts::",
    "admin::",
    "analyses::",
    "api_keys::",
    "breached::",
    "description::",
    "history::",
    "holds::",
    "login::",
    "mails::",
    "migrations::",
    "operator::",
    "passwords::",
    "people_pages::",
    "profile::",
    "quota::",
    "second_factor::",
    "second_step::",
    "sessions::",
    "stats::",
    "texts::",
    "uploads::",
];

pub(super) fn counted(cargo: Command, tally: &mut Tally) -> Result<()> {
    let failed_before = tally.failed();
    let mut named = 0;
    let mut counted = 0;
    let mut ignored = 0;
    let status = process::lines(cargo, |line| match of_cargo(line) {
        Some(Line::Summary { passed, failed, ignored: left_out }) => {
            tally.add(passed);
            counted += failed;
            ignored += left_out;
        }
        Some(Line::Failure(name)) => {
            named += 1;
            tally.fail(name);
        }
        None => {}
    })?;
    for _ in named..counted {
        tally.fail("a test without a name in the output above");
    }
    ensure!(ignored == 0, "{ignored} tests are ignored; here nothing is skipped");
    // A crate that does not compile, or a test that ends its process, leaves no summary behind.
    ensure!(status.success() || tally.failed() > failed_before, "cargo test ended with {status}");
    Ok(())
}
