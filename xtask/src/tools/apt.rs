//! Decides how packages of Debian and its relatives are installed; elsewhere a clear sentence takes its place.

use crate::process::{command, output, quiet, say, which};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// Whether this system installs packages with apt.
pub fn is_here() -> bool {
    which("apt-get").is_some()
}

/// Installs packages, with one line that says what and why.
pub fn install(packages: &[&str], why: &str) -> Result<()> {
    let names = packages.join(" ");
    if !is_here() {
        bail!("{names}: {why}. This system has no apt; install what carries these programs here by its own means");
    }
    say(format!("installing {names} with apt: {why}"));
    if quiet(as_root(["install", "-y", "--no-install-recommends"], packages)?).is_ok() {
        return Ok(());
    }
    // The lists may be old or, in a fresh container, absent.
    quiet(as_root(["update", "-q"], &[])?).context("apt could not fetch its lists of packages")?;
    quiet(as_root(["install", "-y", "--no-install-recommends"], packages)?)
        .with_context(|| format!("apt could not install {names} ({why})"))
}

/// The program of this name on the search path; where it is missing, the package that has it is installed first.
pub fn program(name: &str, package: &str, why: &str) -> Result<PathBuf> {
    if which(name).is_none() {
        install(&[package], why)?;
    }
    which(name).with_context(|| format!("{name} is not on the search path, though {package} is installed ({why})"))
}

/// The version that apt would install, if it knows the package.
pub fn candidate(package: &str) -> Option<String> {
    let policy = output(command("apt-cache", ["policy", package])).ok()?;
    let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate:"))?;
    Some(line.trim().to_owned()).filter(|version| version != "(none)")
}

fn as_root<const N: usize>(verb: [&str; N], packages: &[&str]) -> Result<Command> {
    let mut apt = if is_root() {
        command("apt-get", verb)
    } else if which("sudo").is_some() {
        let mut sudo = command("sudo", ["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo.args(verb);
        sudo
    } else {
        bail!("installing {} needs root or sudo: run `apt-get install {0}` as root", packages.join(" "));
    };
    apt.args(packages).env("DEBIAN_FRONTEND", "noninteractive");
    Ok(apt)
}

fn is_root() -> bool {
    output(command("id", ["-u"])).is_ok_and(|id| id == "0")
}
