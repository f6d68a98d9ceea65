//! The peers, each in a Python process of its own, one command a line: ONNX Runtime (`bench/reference/engine.py`), and PyTorch on a
//! CUDA card (`bench/reference/card.py`).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, bail};
use bench::models::checkout;
use serde_json::{Value, json};

use super::cases::Case;

/// ONNX Runtime on the processor.
pub struct Peer(Process);

/// PyTorch on a card.
pub struct Card {
    process: Process,
    /// How the model that is loaded can be run.
    ways: Vec<&'static str>,
}

/// A script of `bench/reference` that answers line by line.
struct Process {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    pub fn start(python: Option<&Path>) -> Result<Self> {
        Ok(Self(Process::start(python.unwrap_or(Path::new("python3")), "engine.py")?))
    }

    /// Takes the place of the model before it; gives the peer's name and version.
    pub fn load(&mut self, case: &Case, threads: usize) -> Result<String> {
        let answer = self.0.ask(&json!({ "load": case.onnx, "shape": case.shape, "threads": threads }))?;
        Ok(format!("onnxruntime {}", version(&answer)?))
    }

    /// Milliseconds of one run.
    pub fn run(&mut self) -> Result<f64> {
        ms(&self.0.ask(&json!({ "run": 1 }))?)
    }

    /// Name and version, and the most bytes that loading the model and running it a few times takes, with one thread.
    pub fn peak(&mut self, case: &Case) -> Result<(String, u64)> {
        let answer = self.0.ask(&json!({ "peak": case.onnx, "shape": case.shape, "threads": 1 }))?;
        let bytes = answer["bytes"].as_u64().context("the peer tells no bytes")?;
        Ok((format!("onnxruntime {}", version(&answer)?), bytes))
    }
}

impl Card {
    pub fn start(python: &Path) -> Result<Self> {
        Ok(Self { process: Process::start(python, "card.py")?, ways: Vec::new() })
    }

    /// Takes the place of the model before it; gives the peer's name, version and card for each way to run it.
    pub fn load(&mut self, case: &Case, pictures: usize) -> Result<Vec<String>> {
        let answer = self.process.ask(&json!({ "load": case.onnx, "shape": case.shape, "batch": pictures }))?;
        let card = answer["device"].as_str().context("the peer tells no card")?;
        let can_be_graph = answer["graph"].as_bool().context("the peer tells nothing of graphs")?;
        self.ways = if can_be_graph { vec!["eager", "graph"] } else { vec!["eager"] };
        let version = version(&answer)?;
        Ok(self.ways.iter().map(|way| format!("torch {version} f16 {way} ({card})")).collect())
    }

    /// Milliseconds of one run of all pictures.
    pub fn run(&mut self, way: usize) -> Result<f64> {
        let way = self.ways.get(way).context("no such way to run it")?;
        ms(&self.process.ask(&json!({ "run": way }))?)
    }
}

fn version(answer: &Value) -> Result<&str> {
    answer["version"].as_str().context("the peer tells no version")
}

fn ms(answer: &Value) -> Result<f64> {
    answer["ms"].as_f64().context("the peer tells no time")
}

impl Process {
    fn start(python: &Path, script: &str) -> Result<Self> {
        let mut child = Command::new(python)
            .arg(checkout().join("bench/reference").join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("no Python")?;
        let (commands, answers) = (child.stdin.take(), child.stdout.take());
        let (commands, answers) = commands.zip(answers).context("Python without standard input and output")?;
        Ok(Self { child, commands, answers: BufReader::new(answers) })
    }

    fn ask(&mut self, command: &Value) -> Result<Value> {
        let ended = "the peer has ended (can it import what it needs?)";
        writeln!(self.commands, "{command}").context(ended)?;
        let mut line = String::new();
        if self.answers.read_line(&mut line)? == 0 {
            bail!("{ended}");
        }
        let answer: Value = serde_json::from_str(&line)?;
        match answer["error"].as_str() {
            Some(error) => bail!("{error}"),
            None => Ok(answer),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It ends by itself once nobody speaks to it; a run that hangs is not waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
