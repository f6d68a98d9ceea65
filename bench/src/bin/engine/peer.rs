//! ONNX Runtime in a Python process of its own, one command a line: see `bench/reference/engine.py`.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use bench::models::checkout;
use serde_json::{Value, json};

use super::cases::Case;

pub struct Peer {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub fn start(python: Option<&Path>) -> Result<Self> {
        let mut child = Command::new(python.unwrap_or(Path::new("python3")))
            .arg(checkout().join("bench/reference/engine.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("no Python")?;
        let (commands, answers) = (child.stdin.take(), child.stdout.take());
        let (commands, answers) = commands.zip(answers).context("Python without standard input and output")?;
        Ok(Self { child, commands, answers: BufReader::new(answers) })
    }

    /// Takes the place of the model before it; gives the peer's name and version.
    pub fn load(&mut self, case: &Case, threads: usize) -> Result<String> {
        self.load_on(case, threads, false)
    }

    /// The same on a CUDA card, if the Python's package can run there and there is one; else on the processor. The name says which.
    pub fn load_on_card(&mut self, case: &Case, threads: usize) -> Result<String> {
        self.load_on(case, threads, true)
    }

    fn load_on(&mut self, case: &Case, threads: usize, cuda: bool) -> Result<String> {
        let asked = json!({ "load": case.onnx, "shape": case.shape, "threads": threads, "cuda": cuda });
        let answer = self.ask(&asked)?;
        let version = answer["version"].as_str().context("the peer tells no version")?;
        let device = if answer["device"] == "cuda" { " (CUDA)" } else { "" };
        Ok(format!("onnxruntime {version}{device}"))
    }

    /// Milliseconds of one run.
    pub fn run(&mut self) -> Result<f64> {
        self.ask(&json!({ "run": 1 }))?["ms"].as_f64().context("the peer tells no time")
    }

    /// Name and version, and the most bytes that loading the model and running it a few times takes, with one thread.
    pub fn peak(&mut self, case: &Case) -> Result<(String, u64)> {
        let answer = self.ask(&json!({ "peak": case.onnx, "shape": case.shape, "threads": 1 }))?;
        let version = answer["version"].as_str().context("the peer tells no version")?;
        let bytes = answer["bytes"].as_u64().context("the peer tells no bytes")?;
        Ok((format!("onnxruntime {version}"), bytes))
    }

    fn ask(&mut self, command: &Value) -> Result<Value> {
        writeln!(self.commands, "{command}").context("the peer has ended (can it import onnxruntime?)")?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("the peer has ended (can it import onnxruntime?)");
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => bail!("{error}"),
            None => Ok(answer),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends by itself once nobody speaks to it; a run that hangs is not waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
