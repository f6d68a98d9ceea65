//! Our GPU's engine beside ONNX Runtime, a run of one after a run of the other: on the same card, where the Python at hand
//! (`--python`) has onnxruntime-gpu and the card is one for CUDA, otherwise on all cores of the processor.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bench::record::Ratio;
use vision_core::engine::gpu::{GpuEngine, GpuModel, Precision, Software};
use vision_core::engine::{EngineError, Model, Tensor};

use super::cases::Case;
use super::peer::Peer;
use super::print_ratio;

/// Runs of each that are not counted: kernels are compiled, clocks settle.
const WARM_UP: usize = 3;

/// Pictures at once. Software that acts as a GPU runs none at once: it would take minutes and tell nothing.
const BATCHES: [usize; 3] = [1, 8, 32];

pub fn times(cases: &[Case], runs: usize, python: Option<&Path>) -> Result<Vec<Ratio>> {
    let mut gpu = open()?;
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    println!(
        "\ngpu: milliseconds of a picture on {}, ours (quartiles) / peer (quartiles) = ratio; on a processor the peer has {threads} cores",
        gpu.adapter()
    );
    let batches = if gpu.adapter().is_software { &BATCHES[..1] } else { &BATCHES[..] };
    let mut peer = Peer::start(python)?;
    let mut records = Vec::new();
    for case in cases {
        let model = match load(&gpu, case) {
            Ok(model) => model,
            Err(error) => {
                println!("  {:<30} not measured: {error:#}", case.name);
                gpu = open()?;
                continue;
            }
        };
        for batch in batches.iter().filter(|batch| **batch <= model.most_pictures() as usize) {
            match one(case, &model, *batch, threads, runs, &mut peer) {
                Ok((name, ours, theirs)) => {
                    let place = if *batch == 1 { "gpu".to_owned() } else { format!("gpu-{batch}") };
                    let record = Ratio::of(&case.name, &place, &name, &ours, &theirs);
                    print!("{batch:>4}");
                    print_ratio(&record);
                    records.push(record);
                }
                Err(error) => {
                    println!("  {:<30} not measured: {error:#}", case.name);
                    // What it says next may belong to the question before; and a device that failed once is left alone.
                    peer = Peer::start(python)?;
                    gpu = open()?;
                    break;
                }
            }
        }
    }
    Ok(records)
}

fn open() -> Result<GpuEngine> {
    Ok(GpuEngine::open_now(Software::Allowed, Precision::Fast)?)
}

fn load(gpu: &GpuEngine, case: &Case) -> Result<GpuModel> {
    pollster::block_on(gpu.load_plan(&case.plan()?)).context("the GPU does not take it")
}

fn one(
    case: &Case,
    model: &GpuModel,
    batch: usize,
    threads: usize,
    runs: usize,
    peer: &mut Peer,
) -> Result<(String, Vec<f64>, Vec<f64>)> {
    let name = peer.load_on_card(case, threads)?;
    let inputs: Vec<Vec<Tensor>> = (0..batch).map(|_| vec![case.input()]).collect();
    let together: Vec<&[Tensor]> = inputs.iter().map(Vec::as_slice).collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + runs {
        let started = Instant::now();
        model.run_batch(&together).into_iter().collect::<Result<Vec<_>, EngineError>>()?;
        #[expect(clippy::cast_precision_loss, reason = "at most 32")]
        let ms = started.elapsed().as_secs_f64() * 1000.0 / batch as f64;
        let peer_ms = peer.run()?;
        if round >= WARM_UP {
            ours.push(ms);
            theirs.push(peer_ms);
        }
    }
    Ok((name, ours, theirs))
}
