//! Decides whether a dependency is known to be unsafe, by the RustSec database, which cargo-deny fetches and reads.
//! A machine that cannot reach the database is told so, and nothing is taken for checked: continuous integration has it.

use super::tally::Tally;
use crate::process::{command, loud, say, within};
use crate::project;
use crate::tools::cargo_tools;
use anyhow::Result;
use std::time::Duration;

const DATABASE: &str = "https://github.com/RustSec/advisory-db";

const PATIENCE: Duration = Duration::from_secs(20);

/// Reads the advisories about every package of Cargo.lock.
pub fn check(tally: &mut Tally) -> Result<()> {
    let mut look = command("git", ["ls-remote", "--exit-code", DATABASE, "HEAD"]);
    // Nobody is there to answer a question.
    look.env("GIT_TERMINAL_PROMPT", "0");
    if let Err(error) = within(PATIENCE, look) {
        say(format!("advisories: not checked, for {DATABASE} cannot be reached ({error:#})"));
        return Ok(());
    }
    let mut deny = command(cargo_tools::ensure_deny()?, ["check", "advisories"]);
    deny.current_dir(project::root());
    loud(deny)?;
    tally.pass();
    Ok(())
}
