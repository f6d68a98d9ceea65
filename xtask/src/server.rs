//! Decides how the server is started, when it counts as ready, and how it is stopped.

use crate::process::{command, stop};
use crate::project;
use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Loading the models takes seconds, on a slow machine a good many.
const READY_LIMIT: Duration = Duration::from_secs(120);
/// An analysis that runs is finished before the server ends.
const STOP_PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(100);
const DEFAULT_LISTEN: &str = "127.0.0.1:8080";

/// What a server is started with.
pub struct Options<'a> {
    /// The executable.
    pub executable: &'a Path,
    /// The page's programs.
    pub page: &'a Path,
    /// Where it listens.
    pub listen: SocketAddr,
    /// What it keeps.
    pub data: &'a Path,
    /// Where its log goes; without one, to the terminal.
    pub log: Option<PathBuf>,
}

/// A server that runs; stopped when it is let go.
pub struct Server {
    child: Child,
    listen: SocketAddr,
    log: Option<PathBuf>,
}

/// The address of `run` and `dev`.
pub fn listen() -> Result<SocketAddr> {
    let text = std::env::var("IIA_LISTEN").unwrap_or_else(|_| DEFAULT_LISTEN.to_owned());
    text.parse().with_context(|| format!("IIA_LISTEN is `{text}`, not an address such as {DEFAULT_LISTEN}"))
}

/// An address of this machine that nobody listens on.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// Starts the server and waits until it answers.
pub fn start(options: &Options) -> Result<Server> {
    // Otherwise another program's answer would be taken for ours.
    if TcpStream::connect_timeout(&options.listen, Duration::from_millis(200)).is_ok() {
        bail!("something listens on {} already: stop it, or set IIA_LISTEN to another address", options.listen);
    }
    std::fs::create_dir_all(options.data)?;
    let mut serve = command(options.executable, ["serve", "--listen", &options.listen.to_string(), "--data"]);
    serve
        .arg(options.data)
        .env("IIA_PAGE", options.page)
        .env("IIA_PUBLIC", project::public())
        .current_dir(project::root())
        .stdin(Stdio::null());
    if let Some(log) = &options.log {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        serve.stdout(file.try_clone()?).stderr(file);
    }
    let child = serve.spawn().with_context(|| format!("cannot start {}", options.executable.display()))?;
    let mut server = Server { child, listen: options.listen, log: options.log.clone() };
    server.wait_until_ready()?;
    Ok(server)
}

impl Server {
    /// Where to point a browser.
    pub fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < READY_LIMIT {
            if let Some(status) = self.ended()? {
                bail!("the server ended with {status}{}", self.log_tail());
            }
            if answers(self.listen, "/readyz").is_some_and(|status| status == 200) {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        bail!("the server is not ready after {} s{}", READY_LIMIT.as_secs(), self.log_tail())
    }

    fn log_tail(&self) -> String {
        let text = self.log.as_ref().and_then(|log| std::fs::read_to_string(log).ok()).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(12).collect();
        lines.into_iter().rev().map(|line| format!("\n    {line}")).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = stop(&mut self.child, STOP_PATIENCE) {
            eprintln!("xtask: the server could not be stopped: {error}");
        }
    }
}

/// The status of the answer to a plain GET.
fn answers(listen: SocketAddr, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect_timeout(&listen, Duration::from_secs(1)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {listen}\r\nConnection: close\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    // The status line is all that counts; a body cut short does not matter.
    let _ = stream.take(4096).read_to_end(&mut answer);
    status(&String::from_utf8_lossy(&answer))
}

/// `HTTP/1.1 200 OK` is 200.
fn status(answer: &str) -> Option<u16> {
    answer.strip_prefix("HTTP/1.")?.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn the_status_is_the_second_word() {
        for (answer, expected) in [
            ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Some(200)),
            ("HTTP/1.0 503 Service Unavailable\r\n\r\n", Some(503)),
            ("SSH-2.0-OpenSSH", None),
            ("", None),
        ] {
            assert_eq!(status(answer), expected, "{answer}");
        }
    }
}
