//! Products of matrices that are both computed, as attention makes them: the second one is packed as weights are, and the first one
//! multiplied by it with their kernel. Small ones, and those that are written in another order than row by row, take plain loops.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::kernels::{self, Epilogue, Isa, PackedMatrix, RowsMut, gemm};
use super::work::{Rows, Work};
use crate::engine::plan::View;

/// Rows of the first matrix below which packing the second one takes longer than reading it where it lies.
const WORTH_PACKING: usize = 4;
/// Numbers of scratch that packing may take (4 MiB for each thread), so that no plan is refused for it.
const MOST_SCRATCH: usize = 1 << 20;
/// Rows of a piece where there is one product only: each piece packs the second matrix for itself.
const GRAIN: usize = 16;

/// For each place along the outer axes one product.
pub(super) fn product(isa: Isa, a: &View, b: &View, output: &View) -> (Span, Box<dyn Work>) {
    let (a_span, b_span) = (Span::of(a), Span::of(b));
    let operands = Operands { a: a.clone(), b: b.clone(), output: output.clone(), a_span, b_span };
    let work: Box<dyn Work> = match operands.layout(isa) {
        Some(layout) => Box::new(Packed { isa, operands, layout }),
        None => Box::new(Plain(operands)),
    };
    (Span::of(output), work)
}

struct Operands {
    a: View,
    b: View,
    output: View,
    a_span: Span,
    b_span: Span,
}

impl Operands {
    /// Rows and columns of a product, and the length of its sums between them.
    fn sizes(&self) -> [usize; 3] {
        let of = |view: &View, from_last: usize| view.dims.iter().rev().nth(from_last).map_or(0, |dim| *dim as usize);
        [of(&self.output, 1), of(&self.a, 0), of(&self.output, 0)]
    }

    /// The axes along which there are products.
    fn batch(&self) -> &[u32] {
        self.output.dims.split_last_chunk::<2>().map_or(&[], |(batch, _)| batch)
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.batch().iter().map(|dim| *dim as usize).product()
    }

    /// Where in a view one of the products has its matrix.
    fn offset(&self, view: &View, one: usize) -> usize {
        let (mut rest, mut offset) = (one, 0);
        for (dim, stride) in self.batch().iter().zip(&view.strides).rev() {
            offset += rest % *dim as usize * *stride as usize;
            rest /= *dim as usize;
        }
        offset
    }

    /// How the kernel would take them, if that is worth it.
    fn layout(&self, isa: Isa) -> Option<Layout> {
        let [m, k, n] = self.sizes();
        let a_steps = steps(&self.a);
        let layout = Layout {
            out_ld: row_step(&self.output).filter(|ld| *ld >= n)?,
            copied: if a_steps[1] == 1 && a_steps[0] >= k { 0 } else { m.saturating_mul(k) },
            packed: PackedMatrix::room(isa, k, n),
        };
        let is_worth_it = isa != Isa::Portable && m >= WORTH_PACKING && n >= isa.lanes();
        (is_worth_it && layout.copied.saturating_add(layout.packed) <= MOST_SCRATCH).then_some(layout)
    }
}

/// From row to row and from column to column of the last two axes.
fn steps(view: &View) -> [usize; 2] {
    match view.strides[..] {
        [.., row, column] => [row as usize, column as usize],
        _ => [0, 0],
    }
}

/// From row to row of a view whose rows have no gaps and follow each other at one distance along all outer axes.
fn row_step(view: &View) -> Option<usize> {
    let mut axes = view.dims.iter().zip(&view.strides).map(|(dim, stride)| (*dim as usize, *stride as usize)).rev();
    let (columns, step) = axes.next()?;
    if columns > 1 && step != 1 {
        return None;
    }
    let (mut row_step, mut next) = (None, None);
    for (dim, stride) in axes.filter(|(dim, _)| *dim != 1) {
        if next.is_some_and(|next| next != stride) {
            return None;
        }
        row_step = row_step.or(Some(stride));
        next = stride.checked_mul(dim);
    }
    Some(row_step.unwrap_or(columns))
}

struct Layout {
    /// From row to row of the output.
    out_ld: usize,
    /// Numbers of the first matrix that have to be copied, where its rows have gaps or share numbers.
    copied: usize,
    /// Numbers of the second matrix once it is packed.
    packed: usize,
}

struct Packed {
    isa: Isa,
    operands: Operands,
    layout: Layout,
}

impl Work for Packed {
    fn rows(&self) -> Rows {
        let ([m, ..], count) = (self.operands.sizes(), self.operands.count());
        Rows { count: count * m, stride: self.layout.out_ld, grain: if count > 1 { m } else { GRAIN } }
    }

    fn scratch_len(&self) -> usize {
        self.layout.packed + self.layout.copied
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]) {
        let Self { isa, operands, layout } = self;
        let (a, b) = (readable.get(&operands.a_span), readable.get(&operands.b_span));
        let [m, k, n] = operands.sizes();
        let (packed, copied) = scratch.split_at_mut(layout.packed);
        let mut first = rows.start;
        while first < rows.end {
            let (one, row) = (first / m, first % m);
            let count = (m - row).min(rows.end - first);
            let b = &b[operands.offset(&operands.b, one)..];
            let packed = PackedMatrix::pack(*isa, [k, n], b, steps(&operands.b), packed);
            let [step, column_step] = steps(&operands.a);
            let mut lines = kernels::Rows { data: &a[operands.offset(&operands.a, one) + row * step..], ld: step };
            if layout.copied > 0 {
                for (row, to) in copied.chunks_exact_mut(k.max(1)).take(count).enumerate() {
                    to.iter_mut().enumerate().for_each(|(at, to)| *to = lines.data[row * step + at * column_step]);
                }
                lines = kernels::Rows { data: copied, ld: k };
            }
            let out = &mut out[(first - rows.start) * layout.out_ld..];
            gemm(*isa, count, lines, packed, &Epilogue::NONE, RowsMut { data: out, ld: layout.out_ld });
            first += count;
        }
    }
}

struct Plain(Operands);

/// One of the two matrices, or their product.
#[derive(Clone, Copy)]
struct Matrix<N> {
    numbers: N,
    /// From row to row, from column to column.
    steps: [usize; 2],
}

impl Work for Plain {
    fn rows(&self) -> Rows {
        Rows::ONE
    }

    fn run(&self, _rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let operands = &self.0;
        let (a, b) = (readable.get(&operands.a_span), readable.get(&operands.b_span));
        for one in 0..operands.count() {
            let offset = |view| operands.offset(view, one);
            let a = Matrix { numbers: &a[offset(&operands.a)..], steps: steps(&operands.a) };
            let b = Matrix { numbers: &b[offset(&operands.b)..], steps: steps(&operands.b) };
            let out = Matrix { numbers: &mut out[offset(&operands.output)..], steps: steps(&operands.output) };
            multiply(operands.sizes(), a, b, out);
        }
    }
}

fn multiply([m, k, n]: [usize; 3], a: Matrix<&[f32]>, b: Matrix<&[f32]>, out: Matrix<&mut [f32]>) {
    let ([a_row, a_step], [b_row, b_step], [out_row, out_step]) = (a.steps, b.steps, out.steps);
    for row in 0..m {
        let (a, out) = (&a.numbers[row * a_row..], &mut out.numbers[row * out_row..]);
        if b_step == 1 && out_step == 1 {
            // Rows of the second matrix, each as often as the first one says.
            let out = &mut out[..n];
            out.fill(0.0);
            for at in 0..k {
                let (factor, line) = (a[at * a_step], &b.numbers[at * b_row..][..n]);
                out.iter_mut().zip(line).for_each(|(out, number)| *out += factor * number);
            }
        } else if a_step == 1 && b_row == 1 {
            for column in 0..n {
                out[column * out_step] = dot(&a[..k], &b.numbers[column * b_step..][..k]);
            }
        } else {
            for column in 0..n {
                let products = (0..k).map(|at| a[at * a_step] * b.numbers[at * b_row + column * b_step]);
                out[column * out_step] = products.sum();
            }
        }
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}
