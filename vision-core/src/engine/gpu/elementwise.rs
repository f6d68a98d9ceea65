//! Copies, fills, and functions of one or two operands as dispatches: a thread for each number.

use super::dispatch::{Constants, Dispatch, spread, word};
use super::kernels::{self, Kernel};
use super::layout::Layout;
use crate::engine::EngineError;
use crate::engine::cpu::loops::Loops;
use crate::engine::plan::{Activation, BinaryFunction, MOST_AXES, UnaryFunction, View};

pub(super) fn copy(layout: &Layout, input: &View, output: &View) -> Result<Dispatch, EngineError> {
    let loops = Loops::new(&output.dims, [output, input], 0);
    let start = [layout.start(output)?, layout.start(input)?, 0];
    walk(Kernel::Copy, Vec::new(), [0.0; 2], start, &loops)
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
    walk(Kernel::Unary, constants, numbers, start, &loops)
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
    walk(Kernel::Binary, constants, numbers, start, &loops)
}

fn walk<const N: usize>(
    kernel: Kernel,
    constants: Constants,
    numbers: [f32; 2],
    [output, a, b]: [u32; 3],
    loops: &Loops<N>,
) -> Result<Dispatch, EngineError> {
    let count: u64 = loops.axes().iter().map(|axis| axis.len as u64).product();
    let mut params = vec![count as u32, loops.axes().len() as u32, word(numbers[0]), word(numbers[1]), output, a, b, 0];
    params.extend(axes(loops));
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
