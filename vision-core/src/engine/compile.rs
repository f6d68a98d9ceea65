//! Makes plans: an ONNX file and the size of its input become the list of fused ops that the executors run.
//!
//! The way of a model: `onnx` (what the file says itself), `import` (tract reads it, shapes and constants become known, `lower` and those beside it put each op into
//! the terms of `graph`), `recognise` (activations spelled out in steps), `fuse` (scales, activations and sums into
//! convolutions), `place` (which value lies where), `emit` (ops over views), `memory` (one arena for all buffers).

mod emit;
mod fuse;
mod graph;
mod import;
mod lower;
mod memory;
mod onnx;
mod pieces;
mod place;
mod recognise;
mod recurrent;
mod resizes;
mod strides;
mod survey;
mod windows;

use super::plan::{Limits, Plan, PlanError};
use graph::Graph;
pub use onnx::declared_input;
pub use survey::{OpUse, Survey, survey};

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
pub fn compile(onnx: &[u8], input_shape: [usize; 4]) -> Result<Plan<'static>, CompileError> {
    let imported = import::import(&onnx::read(onnx)?, input_shape)?;
    match imported.refused.into_iter().next() {
        Some(refusal) => Err(refusal.error),
        None => finish(imported.graph),
    }
}

/// From the graph as it was read to the plan.
fn finish(graph: Graph) -> Result<Plan<'static>, CompileError> {
    let mut graph = graph.without_dead_nodes();
    recognise::recognise_activations(&mut graph);
    let mut graph = graph.without_dead_nodes();
    fuse::fuse(&mut graph);
    let graph = graph.without_dead_nodes();
    let plan = emit::emit(&graph)?;
    plan.check(&Limits::default())?;
    Ok(plan)
}
