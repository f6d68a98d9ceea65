//! Decides how the browser tests are run: a server of their own with a fresh data folder, a real Chromium, everything by environment,
//! and a PostgreSQL for those of people.

use super::tally::{Line, Tally, of_browser};
use crate::bench::engines;
use crate::native::{self, Purpose};
use crate::process::{self, command};
use crate::project::{self, PageProfile};
use crate::server::{self, Options};
use crate::tools::{apt, chromium, node, postgres};
use crate::{page, run};
use anyhow::{Result, ensure};
use std::process::Command;

/// Starts the server and hands its address to `end2end/run.mjs`.
pub fn check(tally: &mut Tally) -> Result<()> {
    node::ensure()?;
    let browser = chromium::ensure()?;
    apt::program("sqlite3", "sqlite3", STATES)?;
    let (executable, page) = run::build(Purpose::Test, || page::ensure(PageProfile::Release))?;
    let data = project::native_target().join("browser-tests");
    if data.exists() {
        std::fs::remove_dir_all(&data)?;
    }
    std::fs::create_dir_all(&data)?;
    let bad_inputs = data.join("bad-inputs");
    native::write_bad_inputs(&bad_inputs)?;
    let log = data.join("server.log");
    let listen = server::free_address()?;
    let options = Options { executable: &executable, page: &page, listen, data: &data, log: Some(log) };
    let server = server::start(&options)?;

    let cluster = postgres::start()?;
    let mut tests = command("node", ["end2end/run.mjs"]);
    tests
        .current_dir(project::root())
        .env("IIA_URL", server.url())
        .env("IIA_CHROMIUM", &browser)
        .env("IIA_BAD_INPUTS", &bad_inputs)
        // Some tests need a server with other settings and start their own; those of people once more on this database.
        .env("IIA_BIN", &executable)
        .env("IIA_PAGE", &page)
        .env("IIA_PUBLIC", project::public())
        .envs(engines()?)
        .env("IIA_POSTGRES", &cluster.url)
        .env("IIA_PSQL", cluster.psql(STATES)?);
    counted(tests, tally)
}

/// Why tests need the databases' own clients.
const STATES: &str = "browser tests make links and keys expire in the database";

fn counted(tests: Command, tally: &mut Tally) -> Result<()> {
    let mut summary = None;
    let mut named = 0;
    let status = process::lines(tests, |line| match of_browser(line) {
        Some(Line::Summary { passed, failed, .. }) => summary = Some((passed, failed)),
        Some(Line::Failure(name)) => {
            named += 1;
            tally.fail(format!("browser: {name}"));
        }
        None => {}
    })?;
    let (passed, failed) = summary.unwrap_or_default();
    tally.add(passed);
    for _ in named..failed {
        tally.fail("browser: a test without a name in the output above");
    }
    ensure!(summary.is_some(), "the tests ended with {status} and without a summary");
    ensure!(status.success() || failed > 0, "the tests ended with {status}");
    Ok(())
}
