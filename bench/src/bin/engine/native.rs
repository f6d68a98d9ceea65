//! Our processor's engine and ONNX Runtime natively, a run of one after a run of the other.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use bench::record::Ratio;
use vision_core::engine::Model;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;

use super::cases::Case;
use super::peer::Peer;
use super::print_ratio;

/// Runs of each that are not counted: caches, clocks and the peer's own preparing settle.
const WARM_UP: usize = 3;

pub fn times(cases: &[Case], threads: usize, runs: usize, python: Option<&Path>) -> Result<Vec<Ratio>> {
    let place = format!("native-{threads}");
    println!("\n{place}: milliseconds, ours (quartiles) / peer (quartiles) = ratio");
    let mut peer = Peer::start(python)?;
    let mut records = Vec::new();
    for case in cases {
        match one(case, threads, runs, &mut peer) {
            Ok((name, ours, theirs)) => {
                let record = Ratio::of(&case.name, &place, &name, &ours, &theirs);
                print_ratio(&record);
                records.push(record);
            }
            Err(error) => {
                println!("  {:<30} not measured: {error:#}", case.name);
                // What it says next may belong to the question before.
                peer = Peer::start(python)?;
            }
        }
    }
    Ok(records)
}

fn one(case: &Case, threads: usize, runs: usize, peer: &mut Peer) -> Result<(String, Vec<f64>, Vec<f64>)> {
    let name = peer.load(case, threads)?;
    let engine = CpuEngine::new(Isa::best(), NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN));
    let model = engine.load_plan(&case.plan()?)?;
    let inputs = [case.input()];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..WARM_UP + runs {
        let started = Instant::now();
        model.run(&inputs)?;
        let ms = started.elapsed().as_secs_f64() * 1000.0;
        let peer_ms = peer.run()?;
        if round >= WARM_UP {
            ours.push(ms);
            theirs.push(peer_ms);
        }
    }
    Ok((name, ours, theirs))
}
