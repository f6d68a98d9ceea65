//! The executable as a server of its own, asked over a plain connection.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::models::shared;

/// Models are loaded before the server says that it is ready.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

const READY: &[u8] = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";

/// A running `iia serve`, stopped when dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
    data: PathBuf,
}

/// A server that shall be started.
pub struct Started {
    command: Command,
    executable: PathBuf,
    data: PathBuf,
}

impl Started {
    /// On that data folder, which goes with the server.
    pub fn new(executable: &Path, data: &Path) -> Self {
        let mut command = Command::new(executable);
        command.arg("serve").arg("--data").arg(data);
        command.env("IIA_MODELS", std::env::var_os("IIA_MODELS").unwrap_or_else(|| shared().join("models").into()));
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Self { command, executable: executable.to_owned(), data: data.to_owned() }
    }

    pub fn arguments<const N: usize>(&mut self, arguments: [&str; N]) {
        self.command.args(arguments);
    }
}

impl Server {
    pub fn start(executable: &Path) -> Result<Self> {
        let data = std::env::temp_dir().join(format!("iia-bench-data-{}", std::process::id()));
        Self::of(Started::new(executable, &data))
    }

    pub fn of(started: Started) -> Result<Self> {
        let Started { mut command, executable, data } = started;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        command.args(["--listen", &address.to_string()]);
        let child = command.spawn().with_context(|| executable.display().to_string())?;
        let server = Self { child, address, data };
        let from = Instant::now();
        while server.exchange(READY, b"").is_err() {
            ensure!(from.elapsed() < STARTS_WITHIN, "the server was not ready in time");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(server)
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Posts a picture as one client of many would: each request as another visitor, so that no quota ends the series.
    pub fn analyze(&self, picture: &[u8]) -> Result<Vec<u8>> {
        let head = format!(
            "POST /v1/analyses HTTP/1.1\r\nhost: localhost\r\naccept: application/json\r\n\
             content-type: image/jpeg\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            picture.len()
        );
        self.exchange(head.as_bytes(), picture)
    }

    fn exchange(&self, head: &[u8], body: &[u8]) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.write_all(head)?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let split = answer.windows(4).position(|w| w == b"\r\n\r\n").context("no end of the headers")?;
        let (head, body) = answer.split_at(split + 4);
        let head = String::from_utf8_lossy(head);
        let first = head.lines().next().unwrap_or_default();
        if !first.contains(" 20") {
            bail!("{first}: {}", String::from_utf8_lossy(body));
        }
        Ok(body.to_vec())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and a folder that stays behind in the temporary one does no harm.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

/// The total that a report, or the answer that holds one, tells of its own time.
pub fn total_ms(answer: &serde_json::Value) -> Option<f64> {
    let report = answer.get("report").unwrap_or(answer);
    let timings = report.get("timings")?.as_array()?;
    timings.iter().find(|t| t.get("stage").is_some_and(|s| s == "total"))?.get("ms")?.as_f64()
}
