//! Decides whether the page's own program stays small enough to be there before anything can be dropped, and the worker to be
//! there soon after.

use super::tally::Tally;
use crate::page;
use crate::process::{command, output};
use crate::project::{self, PageProfile};
use anyhow::{Result, ensure};

/// The wasm, script and styles of the page, gzipped, without the worker, which loads after the first paint.
const APP_LIMIT_BYTES: u64 = 350_000;

/// The worker's wasm and script, gzipped.
const WORKER_LIMIT_BYTES: u64 = 700_000;

/// The same of the worker with the GPU, which those without a GPU never fetch.
const GPU_WORKER_LIMIT_BYTES: u64 = 800_000;

/// Builds the page and weighs what a first visit downloads.
pub fn check(tally: &mut Tally) -> Result<()> {
    let dist = page::ensure(PageProfile::Release)?;
    let sizes = page::sizes(&dist)?;
    let gzipped =
        |program: &str| -> u64 { sizes.iter().filter(|(name, ..)| name.starts_with(program)).map(|size| size.2).sum() };
    let mut bytes = gzipped("hydrate_body");
    for file in beside_it()? {
        bytes += output(command("sh", ["-c", "gzip -9 -c \"$0\" | wc -c", &file]))?.trim().parse::<u64>()?;
    }
    crate::process::say(format!("the page's own bundle is {} kB gzipped", bytes.div_ceil(1000)));
    ensure!(bytes <= APP_LIMIT_BYTES, "the page's bundle is {bytes} bytes gzipped, more than {APP_LIMIT_BYTES}");
    tally.pass();
    for (program, limit) in [
        ("vision-worker", WORKER_LIMIT_BYTES),
        ("vision-worker-relaxed", WORKER_LIMIT_BYTES),
        ("vision-worker-gpu", GPU_WORKER_LIMIT_BYTES),
    ] {
        let bytes = gzipped(&format!("{program}.")) + gzipped(&format!("{program}_"));
        crate::process::say(format!("{program} is {} kB gzipped", bytes.div_ceil(1000)));
        ensure!(bytes > 0, "{program} was not built");
        ensure!(bytes <= limit, "{program} is {bytes} bytes gzipped, more than {limit}");
        tally.pass();
    }
    Ok(())
}

/// Styles and scripts that the server shows as they are.
fn beside_it() -> Result<Vec<String>> {
    let mut files = std::collections::BTreeSet::new();
    crate::fresh::collect(&project::public(), &mut files)?;
    let counts = |file: &std::path::PathBuf| file.extension().is_some_and(|kind| kind == "css" || kind == "js");
    Ok(files.into_iter().filter(counts).map(|file| file.to_string_lossy().into_owned()).collect())
}
