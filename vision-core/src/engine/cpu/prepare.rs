//! From a plan to the steps that run it.

use super::convolve::convolutions;
use super::elementwise::{binary, copy, fill, reverse, unary};
use super::kernels::Isa;
use super::product::product;
use super::recurrence::recurrence;
use super::reduce::{arg_max, reduction, softmax};
use super::resample::{pools, resizes};
use super::transposed::transposed;
use super::work::Step;
use crate::engine::plan::{Op, Place, Plan};

/// The plan was checked.
pub(super) fn steps(isa: Isa, threads: usize, plan: &Plan) -> Vec<Step> {
    let mut steps = Vec::with_capacity(plan.ops.len());
    for (at, op) in plan.ops.iter().enumerate() {
        let works = match op {
            Op::Conv(conv) => convolutions(isa, threads, plan, conv),
            Op::ConvTranspose(conv) => transposed(isa, plan, conv),
            Op::Pool { kind, window, input, output } => pools(isa, *kind, window, input, output),
            Op::Resize { kind, coordinates, scale, input, output } => {
                resizes(isa, *kind, *coordinates, *scale, [input, output])
            }
            Op::Copy { input, output } => vec![copy(input, output)],
            Op::Fill { value, output } => vec![fill(*value, output)],
            Op::Unary { function, input, output } => vec![unary(isa, *function, input, output)],
            Op::Binary { function, activation, a, b, output } => {
                vec![binary(isa, *function, *activation, [a, b], output)]
            }
            Op::Reduce { reduction: kind, input, output } => vec![reduction(isa, *kind, input, output)],
            Op::Softmax { axis, input, output } => vec![softmax(isa, *axis as usize, input, output)],
            Op::ArgMax { axis, input, output } => vec![arg_max(isa, *axis as usize, input, output)],
            Op::MatMul { a, b, output } => vec![product(isa, a, b, output)],
            Op::Reverse { axis, input, output } => vec![reverse(*axis as usize, input, output)],
            Op::Recurrence(op) => vec![recurrence(isa, plan, op)],
        };
        let cost = cost(op) / works.len().max(1) as u64;
        steps.extend(works.into_iter().map(|(written, work)| Step { op: at, cost, written, work }));
    }
    steps
}

/// In multiplications of a convolution, of which a processor does tens while it moves a number through memory.
fn cost(op: &Op) -> u64 {
    const OF_A_NUMBER: u64 = 16;
    let each = match op {
        Op::Conv(_) | Op::ConvTranspose(_) | Op::MatMul { .. } | Op::Recurrence(_) => 1,
        _ => OF_A_NUMBER,
    };
    op.multiplications().saturating_mul(each)
}

/// Weights that views read, unpacked; nothing in the places of those that only convolutions use.
pub(super) fn constants(plan: &Plan) -> Vec<Vec<f32>> {
    let mut constants = vec![Vec::new(); plan.weights.len()];
    let views = plan.ops.iter().flat_map(Op::inputs).chain(&plan.outputs);
    for view in views {
        if let Place::Weight(index) = view.place
            && let Some((constant, weight)) = constants.get_mut(index as usize).zip(plan.weights.get(index as usize))
            && constant.is_empty()
        {
            *constant = weight.unpacked();
        }
    }
    constants
}
