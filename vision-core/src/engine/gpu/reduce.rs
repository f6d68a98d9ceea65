//! Reductions, softmax, places of extremes and products of matrices as dispatches.

use super::dispatch::{Dispatch, spread, word};
use super::elementwise::axes;
use super::kernels::{self, Kernel};
use super::layout::Layout;
use crate::engine::EngineError;
use crate::engine::cpu::loops::Loops;
use crate::engine::plan::{Reduction, View};

/// Threads of a workgroup.
const THREADS: u64 = 256;
/// Threads that keep a device busy.
const ENOUGH_THREADS: u64 = 1 << 17;
/// Sides of the tile of a product.
const TILE: u64 = 16;
/// Whole numbers up to this one are told apart by f16.
const MOST_PLACES: u32 = 1 << 11;

pub(super) fn reduction(
    layout: &Layout,
    reduction: Reduction,
    input: &View,
    output: &View,
) -> Result<Dispatch, EngineError> {
    let (kind, first) = kernels::reduction(reduction);
    // The input's strides along axes that stay, and along those that go.
    let reduced = |of_input: &u32, of_output: &u32| if of_input == of_output { 1 } else { *of_input };
    let gone: Vec<u32> = input.dims.iter().zip(&output.dims).map(|(a, b)| reduced(a, b)).collect();
    let (kept, along) = (Loops::new(&output.dims, [output, input], 0), Loops::new(&gone, [input], 0));
    let count = output.volume();
    let numbers = input.volume() / count.max(1);
    let share = match reduction {
        Reduction::Mean => count as f32 / input.volume() as f32,
        Reduction::Sum | Reduction::Minimum | Reduction::Maximum => 1.0,
    };
    let mut params = vec![count as u32, numbers as u32, kept.axes().len() as u32, along.axes().len() as u32];
    params.extend([layout.start(output)?, layout.start(input)?, 0, 0]);
    params.extend([word(share), word(first), 0, 0]);
    params.extend(axes(&kept).into_iter().chain(axes(&along)));
    let step = along.axes().last().map_or(0, |axis| axis.strides[0]);
    let parts = parts(count, numbers, step);
    let groups = spread(count.div_ceil(THREADS / parts));
    Dispatch::new(Kernel::Reduce, vec![("KIND", kind), ("PARTS", parts as u32)], params, groups)
}

pub(super) fn softmax(layout: &Layout, axis: usize, input: &View, output: &View) -> Result<Dispatch, EngineError> {
    let mut others = output.dims.clone();
    others[axis] = 1;
    let rows = Loops::new(&others, [output, input], 0);
    let len = output.dims[axis];
    let count = output.volume() / u64::from(len.max(1));
    let mut params = vec![count as u32, len, output.strides[axis], input.strides[axis]];
    params.extend([layout.start(output)?, layout.start(input)?, 0, 0, rows.axes().len() as u32, 0, 0, 0]);
    params.extend(axes(&rows));
    let parts = parts(count, u64::from(len), input.strides[axis] as usize);
    let groups = spread(count.div_ceil(THREADS / parts));
    Dispatch::new(Kernel::Softmax, vec![("PARTS", parts as u32)], params, groups)
}

pub(super) fn arg_max(layout: &Layout, axis: usize, input: &View, output: &View) -> Result<Dispatch, EngineError> {
    let len = input.dims[axis];
    if len > MOST_PLACES {
        return Err(EngineError::Load {
            detail: format!("the largest of {len} numbers, whose place 16 bits cannot tell"),
        });
    }
    let rows = Loops::new(&output.dims, [output, input], 0);
    let count = output.volume();
    let mut params = vec![count as u32, len, input.strides[axis], rows.axes().len() as u32];
    params.extend([layout.start(output)?, layout.start(input)?, 0, 0]);
    params.extend(axes(&rows));
    let parts = parts(count, u64::from(len), input.strides[axis] as usize);
    let groups = spread(count.div_ceil(THREADS / parts));
    Dispatch::new(Kernel::ArgMax, vec![("PARTS", parts as u32)], params, groups)
}

/// Threads that share a row of `len` numbers: many where they read side by side, otherwise as many as keep a device busy, since
/// it is rows that lie side by side then.
fn parts(rows: u64, len: u64, step: usize) -> u64 {
    let most = 1 << len.max(1).ilog2().min(THREADS.ilog2());
    match step {
        1 => most,
        _ => most.min(32).min((ENOUGH_THREADS / rows.max(1)).max(1).next_power_of_two()),
    }
}

pub(super) fn product(layout: &Layout, a: &View, b: &View, output: &View) -> Result<Dispatch, EngineError> {
    let outer = output.dims.len() - 2;
    let without_matrices = |view: &View| {
        let mut view = view.clone();
        view.dims.truncate(outer);
        view.strides.truncate(outer);
        view
    };
    let [of_output, of_a, of_b] = [output, a, b].map(without_matrices);
    let batch = Loops::new(&of_output.dims, [&of_output, &of_a, &of_b], 0);
    let (m, n, depth) = (output.dims[outer], output.dims[outer + 1], a.dims[outer + 1]);
    let mut params = vec![m, n, depth, batch.axes().len() as u32];
    for view in [a, b, output] {
        params.extend(&view.strides[outer..]);
    }
    params.extend([0, 0, layout.start(output)?, layout.start(a)?, layout.start(b)?, 0]);
    params.extend(axes(&batch));
    let groups = [u64::from(n).div_ceil(TILE), u64::from(m).div_ceil(TILE), of_output.volume()];
    Dispatch::new(Kernel::MatMul, Vec::new(), params, groups)
}
