//! Copies, fills, and functions of one or two operands as dispatches: a thread for each number.

use super::dispatch::{Constants, Dispatch, spread, word};
use super::kernels::{self, Access, Kernel};
use super::layout::{ALIGNMENT, Layout};
use crate::engine::EngineError;
use crate::engine::cpu::loops::Loops;
use crate::engine::plan::{Activation, BinaryFunction, MOST_AXES, UnaryFunction, View};

/// Numbers that are read and written at once.
const FOUR: usize = ALIGNMENT;

pub(super) fn copy(layout: &Layout, input: &View, output: &View) -> Result<Dispatch, EngineError> {
    let loops = Loops::new(&output.dims, [output, input], 0);
    let start = [layout.start(output)?, layout.start(input)?, 0];
    walk_by(Kernel::Copy, Vec::new(), [0.0; 2], start, &loops)
}

/// From a dense tensor among inputs and outputs.
pub(super) fn bring(layout: &Layout, tensor: &View, output: &View) -> Result<Dispatch, EngineError> {
    let loops = Loops::new(&output.dims, [output, tensor], 0);
    walk(Kernel::Bring, Vec::new(), [0.0; 2], [layout.start(output)?, tensor.offset, 0], &loops)
}

/// To a dense tensor among inputs and outputs.
pub(super) fn fetch(layout: &Layout, input: &View, tensor: &View) -> Result<Dispatch, EngineError> {
    let loops = Loops::new(&tensor.dims, [tensor, input], 0);
    walk(Kernel::Fetch, Vec::new(), [0.0; 2], [tensor.offset, layout.start(input)?, 0], &loops)
}

pub(super) fn fill(layout: &Layout, value: f32, output: &View) -> Result<Dispatch, EngineError> {
    let loops = Loops::new(&output.dims, [output], 0);
    let start = [layout.start(output)?, 0, 0];
    walk(Kernel::Fill, Vec::new(), [value, 0.0], start, &loops)
}

pub(super) fn unary(
    layout: &Layout,
    function: UnaryFunction,
    input: &View,
    output: &View,
) -> Result<Dispatch, EngineError> {
    let of_function = match function {
        UnaryFunction::Activation(activation) => activation,
        _ => Activation::None,
    };
    let (activation, numbers) = kernels::activation(of_function);
    let constants = vec![("FUNCTION", kernels::unary(function)), ("ACTIVATION", activation)];
    let loops = Loops::new(&output.dims, [output, input], 0);
    let start = [layout.start(output)?, layout.start(input)?, 0];
    walk_by(Kernel::Unary, constants, numbers, start, &loops)
}

pub(super) fn binary(
    layout: &Layout,
    function: BinaryFunction,
    activation: Activation,
    [a, b]: [&View; 2],
    output: &View,
) -> Result<Dispatch, EngineError> {
    let (activation, numbers) = kernels::activation(activation);
    let constants = vec![("FUNCTION", kernels::binary(function)), ("ACTIVATION", activation)];
    let loops = Loops::new(&output.dims, [output, a, b], 0);
    let start = [layout.start(output)?, layout.start(a)?, layout.start(b)?];
    walk_by(Kernel::Binary, constants, numbers, start, &loops)
}

/// [`walk`] by a kernel that takes four numbers at once where it can.
fn walk_by<const N: usize>(
    kernel: fn(Access) -> Kernel,
    constants: Constants,
    numbers: [f32; 2],
    start: [u32; 3],
    loops: &Loops<N>,
) -> Result<Dispatch, EngineError> {
    match in_fours(start, loops) {
        true => walk_so(kernel(Access::Fours), FOUR, constants, numbers, start, loops),
        false => walk(kernel(Access::Ones), constants, numbers, start, loops),
    }
}

/// Whether all views go on number by number along the innermost axis, by fours, and begin at fours wherever they are.
fn in_fours<const N: usize>(start: [u32; 3], loops: &Loops<N>) -> bool {
    let Some((inner, outer)) = loops.axes().split_last() else { return false };
    let is_dense = inner.strides.iter().all(|stride| *stride == 1) && inner.len.is_multiple_of(FOUR);
    let begins = outer.iter().flat_map(|axis| &axis.strides).all(|stride| stride.is_multiple_of(FOUR));
    is_dense && begins && start.iter().all(|start| (*start as usize).is_multiple_of(FOUR))
}

fn walk<const N: usize>(
    kernel: Kernel,
    constants: Constants,
    numbers: [f32; 2],
    start: [u32; 3],
    loops: &Loops<N>,
) -> Result<Dispatch, EngineError> {
    walk_so(kernel, 1, constants, numbers, start, loops)
}

/// A thread for each so many numbers along the innermost axis.
fn walk_so<const N: usize>(
    kernel: Kernel,
    numbers_each: usize,
    constants: Constants,
    numbers: [f32; 2],
    [output, a, b]: [u32; 3],
    loops: &Loops<N>,
) -> Result<Dispatch, EngineError> {
    let count = loops.axes().iter().map(|axis| axis.len as u64).product::<u64>() / numbers_each as u64;
    let mut params = vec![count as u32, loops.axes().len() as u32, word(numbers[0]), word(numbers[1]), output, a, b, 0];
    let mut axes = axes(loops);
    if numbers_each > 1
        && let Some([len, strides @ ..]) = axes.first_chunk_mut::<4>()
    {
        *len /= numbers_each as u32;
        for stride in strides {
            *stride *= numbers_each as u32;
        }
    }
    params.extend(axes);
    Dispatch::new(kernel, constants, params, spread(count.div_ceil(64)))
}

/// Loops as kernels take them: the innermost first, its length and its steps, filled up to as many as there can be.
pub(super) fn axes<const N: usize>(loops: &Loops<N>) -> Vec<u32> {
    let mut words = Vec::with_capacity(4 * MOST_AXES);
    for axis in loops.axes().iter().rev() {
        words.push(axis.len as u32);
        words.extend((0..3).map(|view| axis.strides.get(view).map_or(0, |stride| *stride as u32)));
    }
    words.resize(4 * MOST_AXES, 0);
    words
}
