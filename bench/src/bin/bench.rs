//! Times, stage by stage, for a 12-megapixel JPEG: native, beside ONNX Runtime, through HTTP, and in Chromium.
//!
//! Prints medians with their spread and the ratios to the peer measured in the same run; `--json FILE` writes records of
//! place, stage and milliseconds. What is not at hand (a Python with onnxruntime, a built executable, Chromium) is said
//! and left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use bench::clock::Clock;
use bench::models::{bytes, checkout, manifest, shared};
use bench::record::{Duration, write};
use bench::{http, picture};
use clap::Parser;
use server::models::Executor;
use vision_core::pipeline::{Analyzer, Options};
use vision_core::report::Profile;

#[derive(Parser)]
#[command(about = "Times for a 12-megapixel JPEG, stage by stage")]
struct Args {
    /// Also writes the records as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// How often each is run; the median counts.
    #[arg(long, default_value_t = 7)]
    runs: usize,
    #[command(flatten)]
    executor: Executor,
    /// A Python that can import onnxruntime, numpy and Pillow: the peer.
    #[arg(long, env = "IIA_PEER_PYTHON")]
    peer: Option<PathBuf>,
    /// Records that were measured in Chromium already; without it `end2end/bench.mjs` is run where Chromium is at hand.
    #[arg(long)]
    chromium: Option<PathBuf>,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let folder = std::env::temp_dir().join(format!("iia-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let jpeg = folder.join("twelve_megapixels.jpg");
    let encoded = picture::twelve_megapixels(&shared().join("images/astronaut.png"))?;
    std::fs::write(&jpeg, &encoded)?;
    println!("a JPEG of 4000 x 3000 pixels, {} bytes; medians of {} runs, milliseconds", encoded.len(), args.runs);

    let mut records = native(&encoded, args.runs, args.executor)?;
    records.extend(optional("through HTTP", through_http(&encoded, args.runs, &records)));
    records.extend(optional("ONNX Runtime", peer(args.peer.as_deref(), &jpeg, args.runs)));
    records.extend(optional("Chromium", chromium(args.chromium.as_deref(), &jpeg, &folder)));
    print_ratios(&records);
    if let Some(path) = &args.json {
        write(path, &records)?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// A part that needs what may not be there.
fn optional(what: &str, measured: Result<Vec<Duration>>) -> Vec<Duration> {
    measured.unwrap_or_else(|error| {
        println!("not measured: {what} ({error:#})");
        Vec::new()
    })
}

/// The stages as the report tells them, for both profiles.
fn native(encoded: &[u8], runs: usize, executor: Executor) -> Result<Vec<Duration>> {
    let manifest = manifest(None)?;
    let mut analyzer = Analyzer::new(manifest.clone(), executor.open()?.engine);
    let mut records = Vec::new();
    for spec in manifest.models.iter().filter(|m| !m.profiles.is_empty()) {
        let file = bytes(spec)?;
        let from = Instant::now();
        analyzer.load(&spec.name, &file)?;
        let ms = from.elapsed().as_secs_f64() * 1000.0;
        records.push(Duration { place: "native".into(), stage: format!("load:{}", spec.name), ms });
    }
    for profile in [Profile::Authority, Profile::Preview] {
        let options = Options { profile, ..Options::default() };
        let mut times: BTreeMap<String, Vec<f64>> = BTreeMap::new();
        for run in 0..=runs {
            let report = analyzer.analyze(encoded, &options, &mut Clock::default())?;
            // The first run warms caches up and is not counted.
            for timing in report.timings.into_iter().filter(|_| run > 0) {
                times.entry(timing.stage).or_default().push(f64::from(timing.ms));
            }
        }
        let place = if profile == Profile::Authority { "native" } else { "native preview" };
        println!("\n{place}");
        records.extend(medians(place, times));
    }
    Ok(records)
}

fn medians(place: &str, times: BTreeMap<String, Vec<f64>>) -> Vec<Duration> {
    let record = |(stage, mut times): (String, Vec<f64>)| {
        times.sort_by(f64::total_cmp);
        let ms = times.get(times.len() / 2).copied().unwrap_or(0.0);
        let (least, most) = (times.first().copied().unwrap_or(0.0), times.last().copied().unwrap_or(0.0));
        println!("  {stage:<34} {ms:>9.2}  ({least:.2} to {most:.2})");
        Duration { place: place.to_string(), stage, ms }
    };
    times.into_iter().map(record).collect()
}

/// What HTTP adds to the core: a request's time less the total that its report tells.
fn through_http(encoded: &[u8], runs: usize, native: &[Duration]) -> Result<Vec<Duration>> {
    let executable = checkout().join("target/release/iia");
    let executable = std::env::var_os("IIA_BIN").map_or(executable, PathBuf::from);
    ensure!(executable.exists(), "{} is not built", executable.display());
    let server = http::Server::start(&executable)?;
    let (mut whole, mut added) = (Vec::new(), Vec::new());
    for run in 0..=runs {
        let from = Instant::now();
        let answer = server.analyze(encoded)?;
        let ms = from.elapsed().as_secs_f64() * 1000.0;
        let report: serde_json::Value = serde_json::from_slice(&answer)?;
        let core = http::total_ms(&report).context("the report tells no total time")?;
        if run > 0 {
            whole.push(ms);
            added.push(ms - core);
        }
    }
    ensure!(!native.is_empty(), "nothing to compare with");
    println!("\nhttp");
    Ok(medians("http", BTreeMap::from([("request".to_string(), whole), ("overhead".to_string(), added)])))
}

/// The same models and the same preparing under ONNX Runtime and Pillow, one thread.
fn peer(python: Option<&Path>, jpeg: &Path, runs: usize) -> Result<Vec<Duration>> {
    let python = python.unwrap_or(Path::new("python3"));
    let script = checkout().join("bench/reference/times.py");
    let answer =
        Command::new(python).arg(script).arg(jpeg).arg(runs.to_string()).env("IIA_SHARED", shared()).output()?;
    ensure!(
        answer.status.success(),
        "{}",
        String::from_utf8_lossy(&answer.stderr).lines().last().unwrap_or("no onnxruntime")
    );
    Ok(serde_json::from_slice(&answer.stdout)?)
}

/// The page in Chromium: `end2end/bench.mjs PICTURE FILE` writes the same records.
fn chromium(measured: Option<&Path>, jpeg: &Path, folder: &Path) -> Result<Vec<Duration>> {
    let written = folder.join("chromium.json");
    let file = match measured {
        Some(file) => file,
        None => {
            let script = checkout().join("end2end/bench.mjs");
            ensure!(std::env::var_os("IIA_CHROMIUM").is_some(), "IIA_CHROMIUM names none");
            ensure!(script.exists(), "{} is missing", script.display());
            let status = Command::new("node").arg(script).arg(jpeg).arg(&written).current_dir(checkout()).status()?;
            ensure!(status.success(), "end2end/bench.mjs failed");
            written.as_path()
        }
    };
    let records: Vec<Duration> = serde_json::from_slice(&std::fs::read(file)?)?;
    for of_place in records.chunk_by(|a, b| a.place == b.place) {
        println!("\n{}", of_place.first().map_or("chromium", |record| &record.place));
        for Duration { stage, ms, .. } in of_place {
            println!("  {stage:<34} {ms:>9.2}");
        }
    }
    Ok(records)
}

fn print_ratios(records: &[Duration]) {
    let of = |place: &str| -> BTreeMap<&str, f64> {
        records.iter().filter(|r| r.place == place).map(|r| (r.stage.as_str(), r.ms)).collect()
    };
    let (ours, peer) = (of("native"), of("onnxruntime"));
    if peer.is_empty() {
        return;
    }
    println!("\nbeside ONNX Runtime and Pillow, one thread each");
    for (stage, theirs) in peer {
        if let Some(ms) = ours.get(stage) {
            println!("  {stage:<34} {ms:>9.2} / {theirs:>8.2} = {:.2}", ms / theirs);
        }
    }
}
