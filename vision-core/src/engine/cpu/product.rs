//! Products of matrices that are both computed, as attention makes them: small, so plain loops over whatever strides do.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::work::{Rows, Work};
use crate::engine::plan::View;

/// For each place along the outer axes one product.
pub(super) fn product(a: &View, b: &View, output: &View) -> (Span, Box<dyn Work>) {
    let (a_span, b_span) = (Span::of(a), Span::of(b));
    let work = Product { a: a.clone(), b: b.clone(), output: output.clone(), a_span, b_span };
    (Span::of(output), Box::new(work))
}

struct Product {
    a: View,
    b: View,
    output: View,
    a_span: Span,
    b_span: Span,
}

/// One of the two matrices, or their product.
#[derive(Clone, Copy)]
struct Matrix<N> {
    numbers: N,
    /// From row to row, from column to column.
    steps: [usize; 2],
}

impl Work for Product {
    fn rows(&self) -> Rows {
        Rows::ONE
    }

    fn run(&self, _rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let (a, b) = (readable.get(&self.a_span), readable.get(&self.b_span));
        let [batch @ .., m, n] = &self.output.dims[..] else { return };
        let k = self.a.dims.last().map_or(0, |k| *k as usize);
        let sizes = [*m as usize, k, *n as usize];
        let steps = |view: &View| match view.strides[..] {
            [.., row, column] => [row as usize, column as usize],
            _ => [0, 0],
        };
        let count: usize = batch.iter().map(|dim| *dim as usize).product();
        for one in 0..count {
            let offset = |view: &View| {
                let mut rest = one;
                let mut offset = 0;
                for (dim, stride) in batch.iter().zip(&view.strides).rev() {
                    offset += rest % *dim as usize * *stride as usize;
                    rest /= *dim as usize;
                }
                offset
            };
            let a = Matrix { numbers: &a[offset(&self.a)..], steps: steps(&self.a) };
            let b = Matrix { numbers: &b[offset(&self.b)..], steps: steps(&self.b) };
            multiply(sizes, a, b, Matrix { numbers: &mut out[offset(&self.output)..], steps: steps(&self.output) });
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
