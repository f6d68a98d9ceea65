//! Where a model's time goes: each op by itself, the slowest first, and the kinds together.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::Result;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::plan::Plan;

use super::cases::Case;

/// Of each model; the rest is in the sums of the kinds.
const SHOWN: usize = 12;

pub fn print(cases: &[Case], runs: usize) -> Result<()> {
    for case in cases {
        let plan = case.plan()?;
        let of_op = times(case, &plan, runs)?;
        let total: f64 = of_op.iter().sum();
        println!("\n{}: {} ops, {total:.2} ms, arena {} kB", case.name, plan.ops.len(), plan.arena_len / 256);
        let mut slowest: Vec<usize> = (0..of_op.len()).collect();
        slowest.sort_by(|a, b| of_op[*b].total_cmp(&of_op[*a]));
        for at in slowest.into_iter().take(SHOWN) {
            let (op, ms) = (&plan.ops[at], of_op[at]);
            let inputs: Vec<_> = op.inputs().map(|view| format!("{:?}", view.dims)).collect();
            let rate = rate(op.multiplications(), ms);
            println!(
                "  {ms:8.3} ms {rate:7.2} G/s  {:14} {} -> {:?} {}",
                op.kind(),
                inputs.join(" "),
                op.output().dims,
                plan.names[at]
            );
        }
        for (kind, (count, ms, work)) in kinds(&plan, &of_op) {
            println!("  {kind:14} {count:4} ops {ms:8.3} ms {:5.1} % {:7.2} G/s", ms / total * 100.0, rate(work, ms));
        }
    }
    Ok(())
}

/// Medians in milliseconds, one an op, one thread.
fn times(case: &Case, plan: &Plan, runs: usize) -> Result<Vec<f64>> {
    let model = CpuEngine::default().load_plan(plan)?;
    let inputs = [case.input()];
    let mut of_op = vec![Vec::new(); plan.ops.len()];
    for _ in 0..runs {
        let mut last = Instant::now();
        model.run_watched(&inputs, &mut |op| {
            let now = Instant::now();
            of_op[op].push((now - last).as_secs_f64() * 1000.0);
            last = now;
        })?;
    }
    let median = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or(0.0)
    };
    Ok(of_op.into_iter().map(median).collect())
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
