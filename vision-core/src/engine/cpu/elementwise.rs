//! Copies, fills, and functions of one or two operands, over views of any strides: the rows that several numbers have in
//! common go to the kernels, what lies oddly is walked number by number.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::copy::copy_numbers;
use super::kernels::{self, BinaryOp, Isa, Operand, RowsMut};
use super::loops::{Axis, Loops};
use super::work::{Rows, Work};
use crate::engine::plan::{Activation, BinaryFunction, UnaryFunction, View};

fn rows_of<const N: usize>(loops: &Loops<N>) -> Rows {
    let Axis { len, strides } = loops.outer();
    let stride = strides[0];
    // A row of single numbers is split at lines of the cache.
    Rows { count: len, stride, grain: if stride == 1 { 64 } else { 1 } }
}

pub(super) fn copy(input: &View, output: &View) -> (Span, Box<dyn Work>) {
    let loops = Loops::new(&output.dims, [output, input], 0);
    (Span::of(output), Box::new(Copy { loops, input: Span::of(input) }))
}

pub(super) fn reverse(axis: usize, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    let mut slices = [output.clone(), input.clone()];
    slices.iter_mut().for_each(|view| view.dims[axis] = 1);
    let [len, out_step, in_step] = [output.dims[axis], output.strides[axis], input.strides[axis]].map(|n| n as usize);
    let loops = Loops::new(&slices[0].dims, [&slices[0], &slices[1]], 0);
    (Span::of(output), Box::new(Reverse { loops, input: Span::of(input), len, out_step, in_step }))
}

pub(super) fn fill(value: f32, output: &View) -> (Span, Box<dyn Work>) {
    (Span::of(output), Box::new(Fill { value, loops: Loops::new(&output.dims, [output], 0) }))
}

pub(super) fn unary(isa: Isa, function: UnaryFunction, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    let loops = Loops::new(&output.dims, [output, input], 0);
    (Span::of(output), Box::new(Unary { isa, function, loops, input: Span::of(input) }))
}

pub(super) fn binary(
    isa: Isa,
    function: BinaryFunction,
    activation: Activation,
    [a, b]: [&View; 2],
    output: &View,
) -> (Span, Box<dyn Work>) {
    let loops = Loops::new(&output.dims, [output, a, b], 0);
    let (a, b) = (Span::of(a), Span::of(b));
    (Span::of(output), Box::new(Binary { isa, function, activation, loops, a, b }))
}

struct Copy {
    loops: Loops<2>,
    input: Span,
}

impl Work for Copy {
    fn rows(&self) -> Rows {
        rows_of(&self.loops)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let input = &readable.get(&self.input)[rows.start * self.loops.outer().strides[1]..];
        copy_numbers(&self.loops.shortened(rows.len()), input, out);
    }
}

struct Reverse {
    /// Over all axes but the one.
    loops: Loops<2>,
    input: Span,
    len: usize,
    out_step: usize,
    in_step: usize,
}

impl Work for Reverse {
    fn rows(&self) -> Rows {
        Rows::ONE
    }

    fn run(&self, _rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let input = readable.get(&self.input);
        for at in 0..self.len {
            let from = &input[(self.len - 1 - at) * self.in_step..];
            copy_numbers(&self.loops, from, &mut out[at * self.out_step..]);
        }
    }
}

struct Fill {
    value: f32,
    loops: Loops<1>,
}

impl Work for Fill {
    fn rows(&self) -> Rows {
        rows_of(&self.loops)
    }

    fn run(&self, rows: Range<usize>, _readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let loops = self.loops.shortened(rows.len());
        let [outer, inner] = loops.inner();
        loops.each(|[at]| {
            for row in 0..outer.len {
                let out = &mut out[at + row * outer.strides[0]..];
                match inner.strides[0] {
                    1 => out[..inner.len].fill(self.value),
                    step => (0..inner.len).for_each(|at| out[at * step] = self.value),
                }
            }
        });
    }
}

struct Unary {
    isa: Isa,
    function: UnaryFunction,
    loops: Loops<2>,
    input: Span,
}

impl Work for Unary {
    fn rows(&self) -> Rows {
        rows_of(&self.loops)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let input = &readable.get(&self.input)[rows.start * self.loops.outer().strides[1]..];
        let loops = self.loops.shortened(rows.len());
        copy_numbers(&loops, input, out);
        let [outer, inner] = loops.inner();
        loops.each(|[at, _]| {
            for row in 0..outer.len {
                let out = &mut out[at + row * outer.strides[0]..];
                match inner.strides[0] {
                    1 => apply(self.isa, self.function, &mut out[..inner.len]),
                    step => (0..inner.len).for_each(|at| apply(self.isa, self.function, &mut out[at * step..][..1])),
                }
            }
        });
    }
}

fn apply(isa: Isa, function: UnaryFunction, numbers: &mut [f32]) {
    let each = |numbers: &mut [f32], f: fn(f32) -> f32| numbers.iter_mut().for_each(|number| *number = f(*number));
    match function {
        UnaryFunction::Activation(activation) => kernels::activate(isa, activation, numbers),
        UnaryFunction::Exp => kernels::exp(isa, numbers),
        UnaryFunction::Log => each(numbers, f32::ln),
        UnaryFunction::Sqrt => each(numbers, f32::sqrt),
        UnaryFunction::Reciprocal => each(numbers, f32::recip),
        UnaryFunction::Negate => each(numbers, |x| -x),
        UnaryFunction::Absolute => each(numbers, f32::abs),
        UnaryFunction::Erf => each(numbers, erf),
        UnaryFunction::Square => each(numbers, |x| x * x),
    }
}

/// Within 2e-7: Abramowitz and Stegun, formula 7.1.26, in f64.
fn erf(x: f32) -> f32 {
    const COEFFICIENTS: [f64; 5] = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let magnitude = f64::from(x.abs());
    let t = 1.0 / (1.0 + 0.327_591_1 * magnitude);
    let polynomial = COEFFICIENTS.iter().fold(0.0, |sum, coefficient| (sum + coefficient) * t);
    // The sum is taken from the highest power inwards, each step times t.
    ((1.0 - polynomial * (-magnitude * magnitude).exp()) as f32).copysign(x)
}

struct Binary {
    isa: Isa,
    function: BinaryFunction,
    activation: kernels::Activation,
    /// Over output, a, b.
    loops: Loops<3>,
    a: Span,
    b: Span,
}

impl Work for Binary {
    fn rows(&self) -> Rows {
        rows_of(&self.loops)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let [_, a_step, b_step] = self.loops.outer().strides;
        let a = &readable.get(&self.a)[rows.start * a_step..];
        let b = &readable.get(&self.b)[rows.start * b_step..];
        let loops = self.loops.shortened(rows.len());
        let [outer, inner] = loops.inner();
        loops.each(|[out_at, a_at, b_at]| self.run_rows([outer, inner], &mut out[out_at..], &a[a_at..], &b[b_at..]));
    }
}

impl Binary {
    fn run_rows(&self, [outer, inner]: [Axis<3>; 2], out: &mut [f32], a: &[f32], b: &[f32]) {
        let ([out_row, a_row, b_row], [out_step, a_step, b_step]) = (outer.strides, inner.strides);
        let size = [outer.len, inner.len];
        // A kernel reads its first operand number by number; of a commutative function or its mirror, either can be first.
        let rows_fit = |row: usize, step: usize| step == 1 && (outer.len == 1 || row >= inner.len);
        let kernel = (out_step == 1 && rows_fit(out_row, 1)).then_some(()).and_then(|()| {
            let [forward, mirrored] = kernel_functions(self.function)?;
            if rows_fit(a_row, a_step) {
                Some((forward, a, a_row, operand(size, b, b_row, b_step)?))
            } else if rows_fit(b_row, b_step) {
                Some((mirrored, b, b_row, operand(size, a, a_row, a_step)?))
            } else {
                None
            }
        });
        if let Some((op, first, first_row, second)) = kernel {
            let ld = |row: usize| row.max(inner.len);
            let first = kernels::Rows { data: first, ld: ld(first_row) };
            kernels::binary(self.isa, op, size, first, second, RowsMut { data: &mut *out, ld: ld(out_row) });
        } else {
            for row in 0..outer.len {
                for at in 0..inner.len {
                    let (a, b) = (a[row * a_row + at * a_step], b[row * b_row + at * b_step]);
                    out[row * out_row + at * out_step] = combine(self.function, a, b);
                }
            }
        }
        if self.activation != kernels::Activation::None {
            for row in 0..outer.len {
                let out = &mut out[row * out_row..];
                match out_step {
                    1 => kernels::activate(self.isa, self.activation, &mut out[..inner.len]),
                    step => {
                        let one = |at| kernels::activate(self.isa, self.activation, &mut out[at * step..][..1]);
                        (0..inner.len).for_each(one);
                    }
                }
            }
        }
    }
}

/// The kernel's function, and the one with its operands swapped.
fn kernel_functions(function: BinaryFunction) -> Option<[BinaryOp; 2]> {
    Some(match function {
        BinaryFunction::Add => [BinaryOp::Add; 2],
        BinaryFunction::Subtract => [BinaryOp::Sub, BinaryOp::SubFrom],
        BinaryFunction::Multiply => [BinaryOp::Mul; 2],
        BinaryFunction::Divide => [BinaryOp::Div, BinaryOp::DivInto],
        BinaryFunction::Minimum => [BinaryOp::Min; 2],
        BinaryFunction::Maximum => [BinaryOp::Max; 2],
        BinaryFunction::Power => return None,
    })
}

/// The second operand as the kernel takes it.
fn operand([pixels, channels]: [usize; 2], data: &[f32], row: usize, step: usize) -> Option<Operand<'_>> {
    match (row, step) {
        (0, 0) => data.first().map(|number| Operand::Scalar(*number)),
        (row, 1) if row >= channels || pixels == 1 => {
            Some(Operand::Rows(kernels::Rows { data, ld: row.max(channels) }))
        }
        (0, 1) => Some(Operand::Channels(data.get(..channels)?)),
        (1, 0) => Some(Operand::Pixels(data.get(..pixels)?)),
        (_, 0) if pixels == 1 => data.first().map(|number| Operand::Scalar(*number)),
        _ => None,
    }
}

fn combine(function: BinaryFunction, a: f32, b: f32) -> f32 {
    let nan_or = |value: f32| if a.is_nan() || b.is_nan() { f32::NAN } else { value };
    match function {
        BinaryFunction::Add => a + b,
        BinaryFunction::Subtract => a - b,
        BinaryFunction::Multiply => a * b,
        BinaryFunction::Divide => a / b,
        BinaryFunction::Minimum => nan_or(a.min(b)),
        BinaryFunction::Maximum => nan_or(a.max(b)),
        BinaryFunction::Power => a.powf(b),
    }
}

#[cfg(test)]
mod tests {
    use super::erf;

    #[test]
    fn erf_is_near_the_tables() {
        for (x, expected) in [(0.0, 0.0), (0.5, 0.520_499_9), (-1.0, -0.842_700_8), (2.0, 0.995_322_3), (9.0, 1.0)] {
            assert!((erf(x) - expected).abs() < 3e-7, "{x}: {}", erf(x));
        }
    }
}
