//! Decides what is rebuilt and restarted while someone works on the sources.

use crate::doctor::{self, Scope};
use crate::native::Purpose;
use crate::process::say;
use crate::project::{self, PageProfile};
use crate::server::{self, Options, Server};
use crate::{fresh, page, run};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

/// What a change in leads to a rebuild; static files under `public` are served as they are.
const WATCHED: [&str; 11] = [
    "app",
    "vision-core",
    "server",
    "proto",
    "models",
    "migrations",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    ".cargo",
    "rust-toolchain.toml",
];
const POLL: Duration = Duration::from_millis(300);
/// Editors write several files in a row; the build waits until they have been quiet for this long.
const QUIET: Duration = Duration::from_millis(200);

type Times = BTreeMap<PathBuf, SystemTime>;

/// The command `dev`.
pub fn dev() -> Result<()> {
    doctor::demand(Scope::Run)?;
    let stop = run::stop_flag()?;
    let mut seen = times()?;
    let mut server = None;
    loop {
        let started = Instant::now();
        match run::build(Purpose::Run, || page::ensure(PageProfile::Dev)) {
            Ok((executable, page)) => {
                // The old one must be gone before the new one can have its address.
                drop(server.take());
                match start(&executable, &page) {
                    Ok(new) => {
                        say(format!("{} after {:.1} s; watching", new.url(), started.elapsed().as_secs_f32()));
                        server = Some(new);
                    }
                    Err(error) => say(format!("{error:#}; waiting for a change")),
                }
            }
            // What runs goes on running: a mistake being typed should not take the page away.
            Err(error) => say(format!("{error:#}; waiting for a change")),
        }
        match wait_for_change(seen, &stop)? {
            Some(times) => seen = times,
            None => return Ok(()),
        }
    }
}

fn start(executable: &PathBuf, page: &PathBuf) -> Result<Server> {
    let data = project::data();
    server::start(&Options { executable, page, listen: server::listen()?, data: &data, log: None })
}

/// The new times of all files once something changed; nothing when it is time to stop.
fn wait_for_change(seen: Times, stop: &AtomicBool) -> Result<Option<Times>> {
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        thread::sleep(POLL);
        let mut now = times()?;
        if now == seen {
            continue;
        }
        loop {
            thread::sleep(QUIET);
            let later = times()?;
            if later == now {
                break;
            }
            now = later;
        }
        return Ok(Some(now));
    }
}

fn times() -> Result<Times> {
    let mut files = BTreeSet::new();
    for watched in WATCHED {
        fresh::collect(&project::root().join(watched), &mut files)?;
    }
    // A file may vanish between the listing and the look at it.
    Ok(files
        .into_iter()
        .filter_map(|file| Some((fs::metadata(&file).ok()?.modified().ok()?, file)))
        .map(|(time, file)| (file, time))
        .collect())
}
