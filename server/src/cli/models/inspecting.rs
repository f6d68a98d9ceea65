//! `iia models inspect`: a plan op by op, with the time of each measured here.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::plan::{Op, Plan};
use vision_core::engine::{Model as _, Tensor};

use super::subject::{Size, Subject, shape_text};
use super::table::{self, megabytes};
use super::{drawing, print_json};
use crate::models::ModelStore;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A name, as `iia models list` shows them, an ONNX file, or a plan
    #[arg(value_name = "MODEL")]
    model: String,
    /// Height x width of the input, instead of what the file says
    #[arg(long, value_name = "HxW")]
    size: Option<Size>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Draw the graph into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Runs that times are the medians of
    #[arg(long, value_name = "N", default_value = "10", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    runs: u16,
    /// Threads that share each op
    #[arg(long, value_name = "N", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: u16,
}

/// A plan as it is shown.
#[derive(Serialize)]
pub struct Inspected {
    pub model: String,
    /// Instructions that the times were measured with.
    pub instructions: String,
    pub threads: u16,
    pub inputs: Vec<Vec<u32>>,
    pub outputs: Vec<Vec<u32>>,
    /// Of the plan's file.
    pub plan_bytes: usize,
    /// Memory of a run, beside the weights.
    pub arena_bytes: u64,
    /// Multiplications with weights, or what comes nearest.
    pub macs: u64,
    /// Median of whole runs, input and output copied.
    pub ms: f64,
    pub ops: Vec<InspectedOp>,
}

#[derive(Serialize)]
pub struct InspectedOp {
    pub kind: &'static str,
    /// Of the node that it was made from.
    pub name: String,
    pub inputs: Vec<Vec<u32>>,
    pub output: Vec<u32>,
    pub macs: u64,
    /// Of its weights in the plan's file.
    pub weight_bytes: usize,
    pub ms: f64,
}

pub fn run(store: &ModelStore, args: &Args) -> anyhow::Result<ExitCode> {
    let subject = Subject::open(store, &args.model)?;
    let plan = subject.plan(args.size)?;
    let shown = inspect(&subject.name, &plan, args.runs, args.threads)?;
    if let Some(path) = &args.svg {
        std::fs::write(path, drawing::svg(&plan, &shown))
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if args.json {
        return Ok(print_json(&shown));
    }
    print(&shown);
    if let Some(path) = &args.svg {
        println!("drawn: {}", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn inspect(name: &str, plan: &Plan, runs: u16, threads: u16) -> anyhow::Result<Inspected> {
    let isa = Isa::best();
    let count = NonZeroUsize::new(usize::from(threads)).unwrap_or(NonZeroUsize::MIN);
    let model = CpuEngine::new(isa, count).load_plan(plan)?;
    let inputs: Vec<Tensor> = plan.inputs.iter().map(|view| example(&view.dims)).collect();
    model.run(&inputs)?;
    let (mut whole, mut of_ops) = (Vec::new(), vec![Vec::new(); plan.ops.len()]);
    for _ in 0..runs {
        let started = Instant::now();
        let times = model.times(&inputs)?;
        whole.push(started.elapsed().as_secs_f64() * 1000.0);
        of_ops.iter_mut().zip(times).for_each(|(of_op, time)| of_op.push(time.as_secs_f64() * 1000.0));
    }
    let weight_bytes = |op: &Op| op.weights().map(|at| plan.weights[at as usize].stored_bytes()).sum();
    let ops = plan.ops.iter().zip(&plan.names).zip(&mut of_ops).map(|((op, name), times)| InspectedOp {
        kind: op.kind(),
        name: name.clone(),
        inputs: op.inputs().map(|view| view.dims.clone()).collect(),
        output: op.output().dims.clone(),
        macs: op.multiplications(),
        weight_bytes: weight_bytes(op),
        ms: median(times),
    });
    Ok(Inspected {
        model: name.to_owned(),
        instructions: format!("{isa:?}").to_lowercase(),
        threads,
        inputs: plan.inputs.iter().map(|view| view.dims.clone()).collect(),
        outputs: plan.outputs.iter().map(|view| view.dims.clone()).collect(),
        plan_bytes: plan.to_bytes().len(),
        arena_bytes: u64::from(plan.arena_len) * size_of::<f32>() as u64,
        macs: plan.ops.iter().map(Op::multiplications).sum(),
        ms: median(&mut whole),
        ops: ops.collect(),
    })
}

/// Numbers between 0 and 1, each its own: times do not depend on them.
fn example(dims: &[u32]) -> Tensor {
    const STEP: usize = 7919;
    let shape: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
    #[expect(clippy::cast_precision_loss, reason = "at most 255")]
    let data = (0..shape.iter().product()).map(|at: usize| (at.wrapping_mul(STEP) % 255) as f32 / 255.0).collect();
    Tensor { shape, data }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
fn print(shown: &Inspected) {
    let rows = shown.ops.iter().map(|op| {
        let inputs: Vec<String> = op.inputs.iter().map(|dims| shape_text(dims)).collect();
        [
            op.kind.to_owned(),
            inputs.join(" "),
            shape_text(&op.output),
            format!("{:.2}", op.macs as f64 / 1e6),
            format!("{:.1}", op.weight_bytes as f64 / 1e3),
            format!("{:.3}", op.ms),
            format!("{:.1}", op.macs as f64 / op.ms.max(f64::MIN_POSITIVE) / 1e6),
            op.name.clone(),
        ]
    });
    table::print(["op", "input", "output", "MMAC", "kB", "ms", "GMAC/s", "node"], rows.collect());
    let Inspected { model, ops, plan_bytes, arena_bytes, macs, ms, instructions, threads, .. } = shown;
    println!(
        "\n{model}: {} ops, {:.1} MMAC, {} of plan, {} of memory for a run; {ms:.2} ms ({instructions}, {threads} thread{})",
        ops.len(),
        *macs as f64 / 1e6,
        megabytes(*plan_bytes as u64),
        megabytes(*arena_bytes),
        if *threads == 1 { "" } else { "s" },
    );
}
