//! No bytes make reading a plan panic, nor running one that was read, nor may either take more than the limits allow.
//!
//! The body of the fuzz target `plan`, and of `vision-core/tests/plan_mutations.rs`, which runs it on seeded mutations.

use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::plan::checksum::xxh64;
use vision_core::engine::plan::{Limits, Plan};
use vision_core::engine::{Model as _, Tensor};

/// Small, so that many plans are run in a second.
pub const LIMITS: Limits = Limits { arena_bytes: 1 << 24, weight_bytes: 1 << 24, multiplications: 1 << 28 };

/// Magic, version, checksum.
const BEFORE_CHECKED: usize = 20;

/// Reads the bytes as a plan, with a checksum that fits, and runs what was read; gives whether it was a sound plan.
pub fn read_and_run(bytes: &mut [u8]) -> bool {
    if let Some((head, checked)) = bytes.split_at_mut_checked(BEFORE_CHECKED) {
        head[BEFORE_CHECKED - 8..].copy_from_slice(&xxh64(checked).to_le_bytes());
    }
    let Ok(plan) = Plan::from_bytes(bytes, &LIMITS) else { return false };
    assert!(plan.to_bytes() == bytes, "what was read is written as it was");
    // One that asks for too much scratch is told as an error.
    let Ok(model) = CpuEngine::default().load_plan(&plan) else { return false };
    let input = |dims: &[u32]| {
        let shape: Vec<usize> = dims.iter().map(|dim| *dim as usize).collect();
        Tensor { data: vec![0.5; shape.iter().product()], shape }
    };
    let inputs: Vec<Tensor> = plan.inputs.iter().map(|view| input(&view.dims)).collect();
    let outputs = model.run(&inputs).expect("a sound plan runs");
    assert_eq!(outputs.len(), plan.outputs.len());
    true
}
