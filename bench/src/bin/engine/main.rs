//! Times of whole models on our engine beside ONNX Runtime's, both taking turns: natively with one thread and with two, on a
//! GPU, and in Chromium, on the processor and on its GPU, beside onnxruntime-web; on a CUDA card beside PyTorch.
//!
//! Prints medians, quartiles and ratios, and the most memory that each takes; `--json FILE` writes records. What is not at hand (a Python with onnxruntime,
//! Chromium, a model) is said and left out.

mod browser;
mod cases;
mod gpu;
mod native;
mod ops;
mod peak;
mod peer;

use std::path::PathBuf;

use anyhow::Result;
use bench::browser::Place;
use bench::record::{Peak, Ratio, write};
use clap::Parser;
use serde::Serialize;

#[derive(Parser)]
#[command(about = "Times of the models on our engine and on ONNX Runtime, interleaved")]
struct Args {
    /// Also writes the records as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Rounds of one run of ours and one of the peer's; the medians count.
    #[arg(long, default_value_t = 31)]
    runs: usize,
    /// Only models whose names contain this.
    #[arg(long)]
    model: Option<String>,
    /// Only these places: native-1, native-2, gpu, wasm, relaxed, webgpu; memory: the most that each takes natively.
    #[arg(long, value_delimiter = ',')]
    place: Vec<String>,
    /// Also prints how long each op of each model takes natively and on the GPU, the slowest first.
    #[arg(long)]
    ops: bool,
    /// A Python that can import onnxruntime and numpy: the native peer.
    #[arg(long, env = "IIA_PEER_PYTHON")]
    python: Option<PathBuf>,
    /// A Python that can import torch, for a CUDA card, and onnx2torch: the peer on that card.
    #[arg(long, env = "IIA_PEER_CARD")]
    card_python: Option<PathBuf>,
    /// Prints the most memory that this plan takes, in bytes, and ends.
    #[arg(long, hide = true)]
    peak_of: Option<PathBuf>,
}

/// What the file holds.
#[derive(Serialize)]
#[serde(untagged)]
enum Record {
    Time(Ratio),
    Memory(Peak),
}

impl Args {
    fn wants(&self, place: &str) -> bool {
        self.place.is_empty() || self.place.iter().any(|wanted| wanted == place)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    if let Some(plan) = &args.peak_of {
        return peak::print(plan);
    }
    let cases = cases::at_hand(args.model.as_deref())?;
    let mut records = Vec::new();
    for threads in [1, 2] {
        if args.wants(&format!("native-{threads}")) {
            records.extend(native::times(&cases, threads, args.runs, args.python.as_deref())?);
        }
    }
    if args.wants("gpu") {
        let peers = gpu::Peers { card: args.card_python.as_deref(), processor: args.python.as_deref() };
        match gpu::times(&cases, args.runs, &peers, args.ops) {
            Ok(measured) => records.extend(measured),
            Err(error) => println!("not measured: gpu ({error:#})"),
        }
    }
    for place in [Place::Wasm, Place::Relaxed, Place::Webgpu] {
        if args.wants(place.name()) {
            match browser::times(place, &cases, args.runs) {
                Ok(measured) => records.extend(measured),
                Err(error) => println!("not measured: {} ({error:#})", place.name()),
            }
        }
    }
    let is_native = args.wants("native-1") || args.wants("native-2");
    if args.ops && is_native {
        ops::print(&cases, args.runs)?;
    }
    print_means(&records);
    let peaks = if args.wants("memory") { peak::of_all(&cases, args.python.as_deref())? } else { Vec::new() };
    if let Some(path) = &args.json {
        let all: Vec<Record> =
            records.into_iter().map(Record::Time).chain(peaks.into_iter().map(Record::Memory)).collect();
        write(path, &all)?;
    }
    Ok(())
}

/// One line of the table.
fn print_ratio(record: &Ratio) {
    let [from, to] = record.ours_quartiles;
    let [peer_from, peer_to] = record.peer_quartiles;
    println!(
        "  {:<30} {:>8.2} ({from:.2} to {to:.2}) / {:>8.2} ({peer_from:.2} to {peer_to:.2}) = {:.2}",
        record.model, record.ours_ms, record.peer_ms, record.ratio
    );
}

fn print_means(records: &[Ratio]) {
    let mut places: Vec<&str> = records.iter().map(|record| record.place.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    for place in places {
        let of_place: Vec<_> = records.iter().filter(|record| record.place == place).collect();
        let worst = of_place.iter().map(|record| record.ratio).fold(0.0, f64::max);
        #[expect(clippy::cast_precision_loss, reason = "some dozens")]
        let mean = (of_place.iter().map(|record| record.ratio.ln()).sum::<f64>() / of_place.len() as f64).exp();
        println!("{place}: geometric mean of the ratios {mean:.3}, worst {worst:.2}");
    }
}
