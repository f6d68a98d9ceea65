//! Decides which Node runs the browser tests, and when their packages are installed anew.

use super::apt;
use crate::fresh;
use crate::process::{command, output, quiet, say};
use crate::project;
use anyhow::{Context, Result, ensure};

/// The oldest release with everything that the tests use.
pub const OLDEST_MAJOR: u32 = 18;
const WHY: &str = "the browser tests are written for Node";

/// Sees to Node and to the packages that `end2end/package-lock.json` names.
pub fn ensure() -> Result<()> {
    if found().is_none() {
        apt::install(&["nodejs", "npm"], WHY)?;
    }
    let version = found().context("Node is not on the search path: install it from https://nodejs.org")?;
    ensure!(
        major(&version).is_some_and(|major| major >= OLDEST_MAJOR),
        "Node {version} is too old: the browser tests need {OLDEST_MAJOR} or newer"
    );
    packages()
}

/// The version line of the Node that is there.
pub fn found() -> Option<String> {
    output(command("npm", ["--version"])).ok()?;
    output(command("node", ["--version"])).ok()
}

fn packages() -> Result<()> {
    let folder = project::root().join("end2end");
    let digest = fresh::digest(&folder, &["package.json", "package-lock.json"], &[])?;
    let stamp = folder.join("node_modules/.iia-stamp");
    if fresh::is_stamped(&stamp, &digest) {
        return Ok(());
    }
    say("installing the packages of end2end with npm: they drive the browser in the tests");
    let mut npm = command("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
    npm.current_dir(&folder);
    quiet(npm)?;
    fresh::stamp(&stamp, &digest)
}

/// `v20.20.2` is 20.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn majors_are_read_from_nodes_own_line() {
        for (line, expected) in [("v20.20.2", Some(20)), ("v18.0.0", Some(18)), ("20", None), ("", None)] {
            assert_eq!(major(line), expected, "{line}");
        }
    }
}
