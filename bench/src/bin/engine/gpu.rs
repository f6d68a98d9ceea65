//! Our GPU's engine beside PyTorch in half precision on the same card, a run of one after a run of the other: PyTorch op by op, and
//! as a CUDA graph. Where there is no such card or no PyTorch (`--card-python`), beside ONNX Runtime on all cores of the processor.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bench::record::Ratio;
use vision_core::engine::gpu::{GpuEngine, GpuModel, Software};
use vision_core::engine::{EngineError, Model, Precision, Tensor};

use super::cases::Case;
use super::peer::{Card, Peer};
use super::{ops, print_ratio};

/// Runs of each that are not counted: kernels are compiled, clocks settle.
const WARM_UP: usize = 3;

/// Pictures at once. Software that acts as a GPU runs one: more would take minutes and tell nothing.
const BATCHES: [usize; 3] = [1, 8, 32];

/// Whom our engine is measured beside.
enum Beside {
    Card(Card),
    Processor(Peer),
}

pub struct Peers<'a> {
    /// A Python with PyTorch for a CUDA card.
    pub card: Option<&'a Path>,
    /// A Python with ONNX Runtime.
    pub processor: Option<&'a Path>,
}

impl Beside {
    fn start(peers: &Peers, is_software: bool) -> Result<Self> {
        match peers.card {
            Some(python) if !is_software => Ok(Self::Card(Card::start(python)?)),
            _ => Ok(Self::Processor(Peer::start(peers.processor)?)),
        }
    }
}

pub fn times(cases: &[Case], runs: usize, peers: &Peers, with_ops: bool) -> Result<Vec<Ratio>> {
    let mut gpu = open()?;
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    println!(
        "\ngpu: pictures at once, milliseconds of a picture on {}, ours (quartiles) / peer (quartiles) = ratio; on a processor the peer has {threads} cores",
        gpu.adapter(Precision::Fast)
    );
    let is_software = gpu.adapter(Precision::Fast).is_software;
    let batches = if is_software { &BATCHES[..1] } else { &BATCHES[..] };
    let mut beside = Beside::start(peers, is_software)?;
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
        for batch in batches.iter().copied().filter(|batch| *batch <= model.most_pictures() as usize) {
            match one(case, &model, batch, threads, runs, &mut beside) {
                Ok(of_batch) => {
                    for record in &of_batch {
                        print!("{batch:>4}");
                        print_ratio(record);
                    }
                    records.extend(of_batch);
                }
                Err(error) => {
                    println!("{batch:>4}  {:<30} not measured: {error:#}", case.name);
                    // What it says next may belong to the question before; and a device that failed once is left alone.
                    beside = Beside::start(peers, is_software)?;
                    if model.trouble().is_err() {
                        gpu = open()?;
                        break;
                    }
                }
            }
            if with_ops {
                ops::print_gpu(case, &model, batch as u32, runs)?;
            }
        }
    }
    Ok(records)
}

fn open() -> Result<GpuEngine> {
    Ok(GpuEngine::open_now(Software::Allowed, Precision::Fast)?)
}

fn load(gpu: &GpuEngine, case: &Case) -> Result<GpuModel> {
    pollster::block_on(gpu.load_plan(&case.plan()?, case.precision)).context("the GPU does not take it")
}

/// A record for each way in which the peer runs the model.
fn one(
    case: &Case,
    model: &GpuModel,
    batch: usize,
    threads: usize,
    runs: usize,
    beside: &mut Beside,
) -> Result<Vec<Ratio>> {
    let inputs: Vec<Vec<Tensor>> = (0..batch).map(|_| vec![case.input()]).collect();
    let together: Vec<&[Tensor]> = inputs.iter().map(Vec::as_slice).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most 32")]
    let pictures = batch as f64;
    let names: Vec<String> = match beside {
        Beside::Card(card) => card.load(case, batch)?,
        Beside::Processor(peer) => vec![peer.load(case, threads)?],
    };
    let (mut ours, mut theirs) = (Vec::new(), vec![Vec::new(); names.len()]);
    let run = || {
        let started = Instant::now();
        let outputs: Result<Vec<_>, EngineError> = model.run_batch(&together).into_iter().collect();
        outputs.map(|_| started.elapsed().as_secs_f64() * 1000.0 / pictures)
    };
    for round in 0..WARM_UP + runs {
        // A card that was another process's a moment ago is late: of each turn the second run counts.
        run()?;
        let ms = run()?;
        let mut of_peer = Vec::with_capacity(names.len());
        for way in 0..names.len() {
            let mut run = || match beside {
                Beside::Card(card) => card.run(way).map(|ms| ms / pictures),
                // One picture after another.
                Beside::Processor(peer) => peer.run(),
            };
            run()?;
            of_peer.push(run()?);
        }
        if round >= WARM_UP {
            ours.push(ms);
            for (times, ms) in theirs.iter_mut().zip(of_peer) {
                times.push(ms);
            }
        }
    }
    let place = if batch == 1 { "gpu".to_owned() } else { format!("gpu-{batch}") };
    let record = |(name, theirs): (&String, &Vec<f64>)| Ratio::of(&case.name, &place, name, &ours, theirs);
    Ok(names.iter().zip(&theirs).map(record).collect())
}
