//! What loading and running a plan takes at the most, beside what its own lists say: work that no multiplication shows, weights that each
//! op packs for itself, pictures of a batch that are run one by one.

use super::{Convolution, Op, Plan, View, Weight};

/// Multiplications that take as long as a number on its way through memory and through a function like the sigmoid.
const OF_A_NUMBER: u64 = 8;
/// Columns of a matrix are rounded up to so many, the widest vector's.
const LANES: u64 = 16;

/// In multiplications: those of the op and what takes as long as some.
pub(super) fn work(op: &Op) -> u64 {
    let numbers = op.inputs().map(View::volume).fold(op.output().volume(), u64::saturating_add);
    let copied = match op {
        Op::Conv(conv) => copied(conv),
        _ => 0,
    };
    op.multiplications().saturating_add(copied).saturating_add(numbers.saturating_mul(OF_A_NUMBER))
}

/// Numbers that a convolution copies where its window reaches over an edge: rows from the window's first to its last, with the
/// padding, gaps and all, for each row of output; fewer where it needs to copy them once for several.
fn copied(conv: &Convolution) -> u64 {
    let ([_, _, _, channels], [batch, height, width, _]) = (&conv.input.dims[..], &conv.output.dims[..]) else {
        return 0;
    };
    let columns = u64::from(width.saturating_sub(1))
        .saturating_mul(u64::from(conv.window.stride[1]))
        .saturating_add(conv.window.reach(1));
    let rows = u64::from(*batch).saturating_mul(u64::from(*height)).saturating_mul(conv.window.reach(0));
    rows.saturating_mul(columns).saturating_mul(u64::from(*channels))
}

/// Steps that it is run in: one for each picture of the batch where an executor takes pictures one by one.
pub(super) fn steps(op: &Op) -> u64 {
    match op {
        Op::Conv(_) | Op::ConvTranspose(_) | Op::Pool { .. } | Op::Resize { .. } => {
            op.output().dims.first().map_or(1, |batch| u64::from(*batch))
        }
        _ => 1,
    }
}

/// What a place in a table of a resize takes, in numbers: where two pixels lie (64 bits each) and their parts, twice, as tables are
/// first made and then copied.
const OF_A_PLACE: u64 = 12;

/// Numbers that an op keeps for itself: the weights that it packs, however many others use them too, and its tables.
pub(super) fn own_numbers(plan: &Plan, op: &Op) -> u64 {
    let matrices = |weight: u32, copies: u64| {
        let Some(Weight { dims, .. }) = plan.weights.get(weight as usize) else { return 0 };
        let Some((columns, others)) = dims.split_last() else { return 0 };
        let columns = u64::from(*columns).next_multiple_of(LANES);
        others.iter().fold(columns.saturating_mul(copies), |product, dim| product.saturating_mul(u64::from(*dim)))
    };
    match op {
        Op::Conv(conv) => matrices(conv.weight, 1),
        // As they are for windows anywhere, and for those that lie side by side.
        Op::ConvTranspose(conv) => matrices(conv.weight, 2),
        Op::Recurrence(recurrence) => matrices(recurrence.weight, 1),
        Op::Resize { output, .. } => {
            let [batch, height, width, _] = output.dims[..] else { return 0 };
            u64::from(batch).saturating_mul(u64::from(height) + u64::from(width)).saturating_mul(OF_A_PLACE)
        }
        _ => 0,
    }
}
