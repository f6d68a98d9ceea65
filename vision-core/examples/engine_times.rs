//! Milliseconds of models on the processor's engine and on tract, one thread, medians of interleaved runs, and the fastest: what a busy machine
//! disturbs least.
//!
//! `engine_times [--ops] [--runs N] [--threads N] [--portable] FILE HxW ...`

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Instant;

use vision_core::engine::compile::compile;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::tract::TractEngine;
use vision_core::engine::{Engine, Model, Precision, Tensor};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (mut ops, mut runs, mut threads, mut isa) = (false, 15, NonZeroUsize::MIN, Isa::best());
    let mut with_tract = true;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--ops" => ops = true,
            "--no-tract" => with_tract = false,
            "--portable" => isa = Isa::Portable,
            "--runs" => runs = arguments.next().ok_or("how many runs?")?.parse()?,
            "--threads" => threads = arguments.next().ok_or("how many threads?")?.parse()?,
            file => {
                let size = arguments.next().ok_or("a file is followed by its height x width")?;
                let (height, width) = size.split_once('x').ok_or("height x width")?;
                let shape = [1, 3, height.parse()?, width.parse()?];
                one(file, shape, CpuEngine::new(isa, threads), runs, ops, with_tract)?;
            }
        }
    }
    Ok(())
}

fn one(
    file: &str,
    shape: [usize; 4],
    engine: CpuEngine,
    runs: usize,
    ops: bool,
    with_tract: bool,
) -> Result<(), Box<dyn std::error::Error>> {
    let onnx = std::fs::read(file)?;
    let bytes = compile(&onnx, shape)?.to_bytes();
    let started = Instant::now();
    let plan = Plan::from_bytes(&bytes, &Limits::default())?;
    let read_ms = started.elapsed().as_secs_f64() * 1000.0;
    let started = Instant::now();
    let ours = engine.load_plan(&plan)?;
    let load_ms = started.elapsed().as_secs_f64() * 1000.0;
    let tract = if with_tract { Some(TractEngine.load(&onnx, shape, Precision::Full)?) } else { None };
    let numbers = (0..shape.iter().product()).map(|at: usize| (at * 7919 % 255) as f32 / 255.0);
    let inputs = [Tensor { shape: shape.to_vec(), data: numbers.collect() }];
    ours.run(&inputs)?;
    let (mut ours_ms, mut tract_ms) = (Vec::new(), Vec::new());
    let mut of_op = vec![Vec::new(); plan.ops.len()];
    for _ in 0..runs {
        let started = Instant::now();
        ours.run(&inputs)?;
        ours_ms.push(started.elapsed().as_secs_f64() * 1000.0);
        if let Some(tract) = &tract {
            let started = Instant::now();
            tract.run(&inputs)?;
            tract_ms.push(started.elapsed().as_secs_f64() * 1000.0);
        }
        if ops {
            of_op
                .iter_mut()
                .zip(ours.times(&inputs)?)
                .for_each(|(of_op, time)| of_op.push(time.as_secs_f64() * 1000.0));
        }
    }
    let name = file.rsplit('/').next().unwrap_or(file);
    if let Some(tract) = &tract {
        println!("{name}: differs by {:.1e} of the largest value", worst(&ours.run(&inputs)?, &tract.run(&inputs)?));
    }
    let (fastest, tract_fastest) = (fastest(&ours_ms), fastest(&tract_ms));
    let (ours_ms, tract_ms) = (median(&mut ours_ms), median(&mut tract_ms));
    println!(
        "{name}: ours {ours_ms:.2} ms (fastest {fastest:.2}), tract {tract_ms:.2} ms (fastest {tract_fastest:.2}), {:.2}x; \
         reads in {read_ms:.1} ms, loads in {load_ms:.1} ms",
        ours_ms / tract_ms
    );
    if ops {
        print_ops(&plan, &mut of_op);
    }
    Ok(())
}

fn worst(outputs: &[Tensor], expected: &[Tensor]) -> f32 {
    let of_one = |(output, expected): (&Tensor, &Tensor)| {
        let largest = expected.data.iter().fold(f32::MIN_POSITIVE, |most, value| most.max(value.abs()));
        output.data.iter().zip(&expected.data).map(|(a, b)| (a - b).abs() / largest).fold(0.0, f32::max)
    };
    outputs.iter().zip(expected).map(of_one).fold(0.0, f32::max)
}

fn fastest(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print_ops(plan: &Plan, of_op: &mut [Vec<f64>]) {
    let mut kinds: BTreeMap<&str, (usize, f64, u64)> = BTreeMap::new();
    for ((op, name), times) in plan.ops.iter().zip(&plan.names).zip(of_op) {
        let ms = median(times);
        let work = op.multiplications();
        let inputs: Vec<_> = op.inputs().map(|view| format!("{:?}", view.dims)).collect();
        println!(
            "{ms:8.4} ms {:7.2} G/s {:14} {} -> {:?} {name}",
            work as f64 / ms / 1e6,
            op.kind(),
            inputs.join(" "),
            op.output().dims
        );
        let sums = kinds.entry(op.kind()).or_default();
        *sums = (sums.0 + 1, sums.1 + ms, sums.2 + work);
    }
    for (kind, (count, ms, work)) in kinds {
        println!("{kind:14} {count:4} ops {ms:8.3} ms {:7.2} G/s", work as f64 / ms / 1e6);
    }
}
