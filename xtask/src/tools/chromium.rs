//! Decides which Chromium the browser tests drive.

use super::apt;
use crate::process::{command, output, which};
use anyhow::{Context, Result, ensure};
use std::path::PathBuf;

/// Names under which systems keep it.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const WHY: &str = "the browser tests run in a real browser";

/// Finds a browser, or installs one.
pub fn ensure() -> Result<PathBuf> {
    if let Some(browser) = found() {
        return Ok(browser);
    }
    apt::install(&["chromium"], WHY)?;
    let browser = found().context("no Chromium: install it, or name one in IIA_CHROMIUM")?;
    ensure!(version(&browser).is_some(), "{} does not start", browser.display());
    Ok(browser)
}

/// The browser that IIA_CHROMIUM names, else the first on the search path.
pub fn found() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("IIA_CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|file| file.is_file());
    }
    NAMES.iter().find_map(|name| which(name))
}

/// What the browser says of itself.
pub fn version(browser: &PathBuf) -> Option<String> {
    output(command(browser, ["--version"])).ok()
}
