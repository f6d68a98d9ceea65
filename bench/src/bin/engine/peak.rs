//! The most memory that a model takes while it is loaded and run once and again: ours and ONNX Runtime's, each in a process of its own,
//! counted from before the model's file is read. The plan's bytes are let go once the model is loaded, as a server does.

use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use bench::record::Peak;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::{Model, Tensor};

use super::cases::{Case, input};
use super::peer::Peer;

const RUNS: usize = 3;

pub fn of_all(cases: &[Case], python: Option<&Path>) -> Result<Vec<Peak>> {
    println!(
        "\nmemory: most bytes of a process beyond those before the model, one thread, ours / peer's = ratio; the plan's arena, its weights in f32"
    );
    let mut records = Vec::new();
    for case in cases {
        match one(case, python) {
            Ok(record) => {
                let Peak { model, ours_bytes, peer_bytes, ratio, .. } = &record;
                let plan = case.plan()?;
                let (arena, weights) = (u64::from(plan.arena_len) * 4, plan.weight_numbers() * 4);
                println!("  {model:<30} {ours_bytes:>11} / {peer_bytes:>11} = {ratio:.2}; {arena:>10} {weights:>10}");
                records.push(record);
            }
            Err(error) => println!("  {:<30} not measured: {error:#}", case.name),
        }
    }
    Ok(records)
}

fn one(case: &Case, python: Option<&Path>) -> Result<Peak> {
    // A fresh process, which holds nothing of another model.
    let (peer, peer_bytes) = Peer::start(python)?.peak(case)?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &case.plan)?;
    let ours = Command::new(std::env::current_exe()?).arg("--peak-of").arg(file.path()).output()?;
    ensure!(ours.status.success(), "{}", String::from_utf8_lossy(&ours.stderr).trim());
    let ours_bytes = String::from_utf8_lossy(&ours.stdout).trim().parse().context("our process tells no number")?;
    Ok(Peak::of(&case.name, "native-1", &peer, ours_bytes, peer_bytes))
}

/// What the process of ours does: prints the bytes.
pub fn print(plan: &Path) -> Result<()> {
    let before = forget()?;
    let (model, inputs) = {
        let bytes = std::fs::read(plan)?;
        let plan = Plan::from_bytes(&bytes, &Limits::default())?;
        let inputs = plan.inputs.iter().map(|view| view.dims.iter().map(|dim| *dim as usize).collect::<Vec<_>>());
        let inputs: Vec<Tensor> = inputs.map(|shape| input(&shape)).collect();
        (CpuEngine::new(Isa::best(), NonZeroUsize::MIN).load_plan(&plan)?, inputs)
    };
    for _ in 0..RUNS {
        model.run(&inputs)?;
    }
    println!("{}", status("VmHWM:")?.saturating_sub(before));
    Ok(())
}

/// Bytes that the process has in memory; from now on the most it had is counted anew.
fn forget() -> Result<u64> {
    std::fs::write("/proc/self/clear_refs", "5").context("only Linux tells the most memory that a process had")?;
    status("VmRSS:")
}

fn status(field: &str) -> Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(field)).context("no such field")?;
    let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib * 1024)
}
