//! Decides what stands between a clone and a page: tools, executable, models, wasm programs, server.

use crate::doctor::{self, Scope};
use crate::native::{self, Purpose};
use crate::page::{self, Says};
use crate::process::{self, command, say};
use crate::project::{self, PageProfile};
use crate::server::{self, Options, Server};
use anyhow::{Context, Result, bail};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

const POLL: Duration = Duration::from_millis(100);

/// The command `run`.
pub fn run() -> Result<()> {
    doctor::demand(Scope::Run)?;
    let listen = server::listen()?;
    let (executable, page) = build(Purpose::Run, || page::ensure_first(PageProfile::Release))?;
    let stop = stop_flag()?;
    let data = project::data();
    std::fs::create_dir_all(&data)?;
    let log = data.join("server.log");
    let options = Options { executable: &executable, page: &page, listen, data: &data, log: Some(log.clone()) };
    let mut server = server::start(&options)?;
    say(format!("the server's log is {}; Ctrl-C stops it; the page is ready at", log.display()));
    println!("{}", server.url());
    // The address is the last that is said; only what goes wrong follows it.
    thread::spawn(|| {
        if let Err(error) = page::ensure_later(PageProfile::Release, Says::Nothing) {
            say(format!("some programs of the page are missing ({error:#}); the next `run` tries again"));
        }
    });
    wait(&mut server, &stop)
}

/// Builds the executable and the page at once, and fetches models meanwhile: the two builds share no target folder, so
/// neither waits for the other, and each has stretches in which one core is idle.
pub fn build(purpose: Purpose, page: impl FnOnce() -> Result<PathBuf> + Send) -> Result<(PathBuf, PathBuf)> {
    thread::scope(|scope| {
        let page = scope.spawn(page);
        let executable = native::build(purpose).inspect(|executable| fetch_models(executable));
        let page = page.join().ok().context("the page's build panicked")?;
        Ok((executable?, page?))
    })
}

/// Fetches the models that are missing, once in the life of this process. Without any, the product still describes colours
/// and light, so a failure does not stop it.
pub fn fetch_models(executable: &Path) {
    static ASKED: AtomicBool = AtomicBool::new(false);
    if ASKED.swap(true, Ordering::Relaxed) {
        return;
    }
    let mut fetch = command(executable, ["models", "fetch"]);
    fetch.current_dir(project::root());
    if let Err(error) = process::loud(fetch) {
        say(format!("not all models could be had ({error:#}); `iia models fetch` tries again"));
    }
}

/// A flag that Ctrl-C and a polite kill raise.
pub fn stop_flag() -> Result<Arc<AtomicBool>> {
    let flag = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&flag))?;
    }
    Ok(flag)
}

fn wait(server: &mut Server, stop: &AtomicBool) -> Result<()> {
    while !stop.load(Ordering::Relaxed) {
        if let Some(status) = server.ended()? {
            // Ctrl-C reaches the server too, and it may be the quicker one.
            thread::sleep(POLL);
            if stop.load(Ordering::Relaxed) || status.success() {
                return Ok(());
            }
            bail!("the server ended with {status}");
        }
        thread::sleep(POLL);
    }
    Ok(())
}
