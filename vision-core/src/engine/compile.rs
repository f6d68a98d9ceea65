//! Makes plans: an ONNX file and the size of its input become the list of fused ops that the executors run.
//!
//! The way of a model: `import` (tract reads it, shapes and constants become known, `lower` and `windows` put each op into
//! the terms of `graph`), `recognise` (activations spelled out in steps), `fuse` (scales, activations and sums into
//! convolutions), `place` (which value lies where), `emit` (ops over views), `memory` (one arena for all buffers).

mod emit;
mod fuse;
mod graph;
mod import;
mod lower;
mod memory;
mod place;
mod recognise;
mod strides;
mod windows;

use super::plan::{Limits, Plan, PlanError};

/// Why a model cannot be compiled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    #[error("the model cannot be read: {detail}")]
    Read { detail: String },
    #[error("the model uses what plans cannot express: {op}")]
    UnsupportedOp { op: String },
    #[error("the plan that came out is not sound")]
    Plan {
        #[from]
        source: PlanError,
    },
}

/// Differs between states of this compiler that may make different plans of one model.
pub const FINGERPRINT: &str = env!("PLAN_COMPILER");

fn unsupported(op: &str) -> CompileError {
    CompileError::UnsupportedOp { op: op.to_owned() }
}

/// Compiles a model for one size of its input (N, C, H, W). The plan has passed the check that reading one makes.
pub fn compile(onnx: &[u8], input_shape: [usize; 4]) -> Result<Plan, CompileError> {
    let mut graph = import::import(onnx, input_shape)?.without_dead_nodes();
    recognise::recognise_activations(&mut graph);
    let mut graph = graph.without_dead_nodes();
    fuse::fuse(&mut graph);
    let graph = graph.without_dead_nodes();
    let plan = emit::emit(&graph)?;
    plan.check(&Limits::default())?;
    Ok(plan)
}
