//! Where a model's time goes, on one thread or on the GPU: each op by itself, the slowest first, and the kinds together.

use std::collections::BTreeMap;

use anyhow::Result;
use vision_core::engine::EngineError;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::gpu::GpuModel;
use vision_core::engine::plan::Plan;

use super::cases::Case;

/// Of each model; the rest is in the sums of the kinds.
const SHOWN: usize = 12;

/// On one thread.
pub fn print(cases: &[Case], runs: usize) -> Result<()> {
    for case in cases {
        let plan = case.plan()?;
        table(&case.name, &plan, 1, &on_thread(case, &plan, runs)?);
    }
    Ok(())
}

/// On the GPU by its own clock, for so many pictures at once. Each op waits for the one before, so together they take a little
/// more than a run does.
pub fn print_gpu(case: &Case, model: &GpuModel, pictures: u32, runs: usize) -> Result<()> {
    let plan = case.plan()?;
    let rounds = (0..runs).map(|_| pollster::block_on(model.step_times(pictures)));
    let rounds = rounds.collect::<Result<Vec<_>, EngineError>>()?;
    let steps = rounds.first().map_or(0, Vec::len);
    let of_step: Vec<f64> =
        (0..steps).map(|at| median(rounds.iter().filter_map(|round| round.get(at).copied()).collect())).collect();
    let (inputs, rest) = of_step.split_at(plan.inputs.len());
    let (of_op, outputs) = rest.split_at(plan.ops.len());
    table(&case.name, &plan, pictures, of_op);
    let (inputs, outputs): (f64, f64) = (inputs.iter().sum(), outputs.iter().sum());
    println!("  inputs brought in {inputs:.3} ms, outputs fetched in {outputs:.3} ms");
    Ok(())
}

/// Milliseconds of each op.
fn table(name: &str, plan: &Plan, pictures: u32, of_op: &[f64]) {
    let total: f64 = of_op.iter().sum();
    println!("\n{name} x {pictures}: {} ops, {total:.3} ms, arena {} kB", plan.ops.len(), plan.arena_len / 256);
    let mut slowest: Vec<usize> = (0..of_op.len()).collect();
    slowest.sort_by(|a, b| of_op[*b].total_cmp(&of_op[*a]));
    for at in slowest.into_iter().take(SHOWN) {
        let (op, ms) = (&plan.ops[at], of_op[at]);
        let inputs: Vec<_> = op.inputs().map(|view| format!("{:?}", view.dims)).collect();
        let rate = rate(op.multiplications() * u64::from(pictures), ms);
        println!(
            "  {ms:8.3} ms {rate:7.2} G/s  {:14} {} -> {:?} {}",
            op.kind(),
            inputs.join(" "),
            op.output().dims,
            plan.names[at]
        );
    }
    for (kind, (count, ms, work)) in kinds(plan, of_op) {
        let rate = rate(work * u64::from(pictures), ms);
        println!("  {kind:14} {count:4} ops {ms:8.3} ms {:5.1} % {rate:7.2} G/s", ms / total * 100.0);
    }
}

/// Medians in milliseconds, one an op.
fn on_thread(case: &Case, plan: &Plan, runs: usize) -> Result<Vec<f64>> {
    let model = CpuEngine::default().load_plan(plan)?;
    let inputs = [case.input()];
    let mut of_op = vec![Vec::new(); plan.ops.len()];
    for _ in 0..runs {
        of_op.iter_mut().zip(model.times(&inputs)?).for_each(|(of_op, time)| of_op.push(time.as_secs_f64() * 1000.0));
    }
    Ok(of_op.into_iter().map(median).collect())
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(0.0)
}

fn kinds<'a>(plan: &'a Plan, of_op: &[f64]) -> BTreeMap<&'a str, (usize, f64, u64)> {
    let mut kinds = BTreeMap::new();
    for (op, ms) in plan.ops.iter().zip(of_op) {
        let sums: &mut (usize, f64, u64) = kinds.entry(op.kind()).or_default();
        *sums = (sums.0 + 1, sums.1 + ms, sums.2 + op.multiplications());
    }
    kinds
}

/// Thousand millions of multiplications in a second.
#[expect(clippy::cast_precision_loss, reason = "for a table")]
fn rate(multiplications: u64, ms: f64) -> f64 {
    multiplications as f64 / ms / 1e6
}
