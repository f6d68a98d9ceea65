//! Decides how golden files are rewritten: by the test that reads them, told to bless what it finds.

use crate::native::Purpose;
use crate::process::{command, loud, output, say};
use crate::{native, project, run};
use anyhow::Result;

/// The command `goldens`.
pub fn goldens() -> Result<()> {
    run::fetch_models(&native::build(Purpose::Test)?);
    let mut cargo = native::cargo(&["test", "--package", "server", "--test", "goldens"]);
    cargo.env("IIA_BLESS", "1");
    loud(cargo)?;
    let mut status = command("git", ["status", "--short", "--", "golden"]);
    status.current_dir(project::root());
    let changed = output(status)?;
    if changed.is_empty() {
        say("the golden files stay as they were");
        return Ok(());
    }
    println!("{changed}");
    let mut diff = command("git", ["--no-pager", "diff", "--stat", "--patch", "--", "golden"]);
    diff.current_dir(project::root());
    loud(diff)
}
