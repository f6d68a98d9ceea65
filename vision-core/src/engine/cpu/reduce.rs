//! Sums, means and extremes along axes, softmax and the places of extremes, over views of any strides.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::kernels::{self, Isa, global_average};
use super::loops::Loops;
use super::work::{Rows, Work};
use crate::engine::plan::{Reduction, View};

pub(super) fn reduction(isa: Isa, reduction: Reduction, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    // The output stays where it is along the axes that are reduced.
    let mut still = output.clone();
    for (stride, (of_output, of_input)) in still.strides.iter_mut().zip(output.dims.iter().zip(&input.dims)) {
        if of_output != of_input {
            *stride = 0;
        }
    }
    let work = Reduce {
        isa,
        reduction,
        loops: Loops::new(&input.dims, [&still, input], 1),
        written: Loops::new(&output.dims, [output], 0),
        input: Span::of(input),
        share: output.volume() as f32 / input.volume() as f32,
    };
    (Span::of(output), Box::new(work))
}

pub(super) fn softmax(isa: Isa, axis: usize, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    along(isa, softmax_of, axis, input, output)
}

pub(super) fn arg_max(isa: Isa, axis: usize, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    along(isa, arg_max_of, axis, input, output)
}

fn along(isa: Isa, row: Row, axis: usize, input: &View, output: &View) -> (Span, Box<dyn Work>) {
    let mut others = [output.clone(), input.clone()];
    others.iter_mut().for_each(|view| view.dims[axis] = 1);
    let [len, out_len, out_step, in_step] =
        [input.dims[axis], output.dims[axis], output.strides[axis], input.strides[axis]].map(|n| n as usize);
    // Along an axis of one place nothing lies between two others.
    let out_step = if out_len == 1 { 0 } else { out_step };
    let loops = Loops::new(&others[0].dims, [&others[0], &others[1]], 0);
    (Span::of(output), Box::new(Along { isa, row, loops, input: Span::of(input), len, out_step, in_step }))
}

struct Reduce {
    isa: Isa,
    reduction: Reduction,
    /// Over output and input, in the input's order.
    loops: Loops<2>,
    written: Loops<1>,
    input: Span,
    /// One over how many are reduced to one.
    share: f32,
}

impl Work for Reduce {
    fn rows(&self) -> Rows {
        Rows::ONE
    }

    fn run(&self, _rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let input = readable.get(&self.input);
        let [outer, inner] = self.loops.inner();
        let apart = outer.len == 1 || outer.strides[1] >= inner.len;
        let is_average = self.loops.is_flat() && outer.strides[0] == 0 && inner.strides == [1, 1] && apart;
        if self.reduction == Reduction::Mean && is_average {
            let rows = kernels::Rows { data: input, ld: outer.strides[1].max(inner.len) };
            return global_average(self.isa, outer.len, rows, &mut out[..inner.len]);
        }
        let (first, combine): (f32, fn(f32, f32) -> f32) = match self.reduction {
            Reduction::Sum | Reduction::Mean => (0.0, |a, b| a + b),
            Reduction::Minimum => (f32::INFINITY, |a, b| if b.is_nan() || b < a { b } else { a }),
            Reduction::Maximum => (f32::NEG_INFINITY, |a, b| if b.is_nan() || b > a { b } else { a }),
        };
        self.each_written(out, |number| *number = first);
        self.loops.each(|[out_at, in_at]| {
            for row in 0..outer.len {
                let (out_at, in_at) = (out_at + row * outer.strides[0], in_at + row * outer.strides[1]);
                for at in 0..inner.len {
                    let number = &mut out[out_at + at * inner.strides[0]];
                    *number = combine(*number, input[in_at + at * inner.strides[1]]);
                }
            }
        });
        if self.reduction == Reduction::Mean {
            self.each_written(out, |number| *number *= self.share);
        }
    }
}

impl Reduce {
    fn each_written(&self, out: &mut [f32], change: impl Fn(&mut f32)) {
        let [outer, inner] = self.written.inner();
        self.written.each(|[at]| {
            for row in 0..outer.len {
                for column in 0..inner.len {
                    change(&mut out[at + row * outer.strides[0] + column * inner.strides[0]]);
                }
            }
        });
    }
}

/// What is done to the numbers along one axis: input and output from the first of them on.
type Row = fn(&Along, &[f32], &mut [f32]);

/// The same for the numbers along one axis, for each place along the others.
struct Along {
    isa: Isa,
    row: Row,
    /// Over output and input, all axes but the one.
    loops: Loops<2>,
    input: Span,
    len: usize,
    out_step: usize,
    in_step: usize,
}

impl Work for Along {
    fn rows(&self) -> Rows {
        let outer = self.loops.outer();
        // No number is written twice, so all axes with smaller steps lie between two places of the outermost.
        match self.out_step < outer.strides[0] {
            true => Rows { count: outer.len, stride: outer.strides[0], grain: 1 },
            false => Rows::ONE,
        }
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let (first, loops) = match self.rows() {
            Rows::ONE => (0, self.loops),
            _ => (rows.start, self.loops.shortened(rows.len())),
        };
        let input = &readable.get(&self.input)[first * self.loops.outer().strides[1]..];
        let [outer, inner] = loops.inner();
        loops.each(|[out_at, in_at]| {
            for row in 0..outer.len {
                for at in 0..inner.len {
                    let out_at = out_at + row * outer.strides[0] + at * inner.strides[0];
                    let in_at = in_at + row * outer.strides[1] + at * inner.strides[1];
                    (self.row)(self, &input[in_at..], &mut out[out_at..]);
                }
            }
        });
    }
}

fn softmax_of(along: &Along, input: &[f32], out: &mut [f32]) {
    let Along { isa, len, in_step, out_step, .. } = *along;
    if in_step == 1 && (out_step == 1 || len == 1) {
        return kernels::softmax(isa, len, &input[..len], &mut out[..len]);
    }
    let largest = (0..len).fold(f32::NEG_INFINITY, |most, at| most.max(input[at * in_step]));
    let mut sum = 0.0;
    for at in 0..len {
        let power = (input[at * in_step] - largest).exp();
        out[at * out_step] = power;
        sum += power;
    }
    (0..len).for_each(|at| out[at * out_step] /= sum);
}

fn arg_max_of(along: &Along, input: &[f32], out: &mut [f32]) {
    let mut largest = (0, input[0]);
    for at in 1..along.len {
        let number = input[at * along.in_step];
        if number > largest.1 || (number.is_nan() && !largest.1.is_nan()) {
            largest = (at, number);
        }
    }
    out[0] = largest.0 as f32;
}
