//! Matrix products: 1x1 convolutions, fully connected layers, and matrices that are both computed.

#![expect(unsafe_code, reason = "calls the block kernel, which reads through pointers")]

use super::activation::finish_rows;
use super::block::{Block, Finish, Taps};
use super::dispatch::{Task, run};
use super::packed::PackedMatrix;
use super::vector::Registers;
use super::{Epilogue, Isa, Rows, RowsMut};

/// `out[m][n] = epilogue(sum over k of a[m][k] * w[k][n])`
///
/// # Panics
/// If a slice is too short or the weights are packed for another `isa`.
pub fn gemm(isa: Isa, m: usize, a: Rows, w: PackedMatrix, epilogue: &Epilogue, out: RowsMut) {
    assert_eq!(isa, w.isa(), "weights packed for another set of instructions");
    a.check(m, w.k());
    out.check(m, w.n());
    epilogue.check(m, w.n());
    if w.n() == 0 {
        return;
    }
    run(isa, Gemm { m, a, w, epilogue, out });
}

/// Pixels of a block, at most.
pub(super) const MOST_PIXELS: usize = 192;

/// Pixels whose inputs and outputs fill about a quarter of a second-level cache of 512 KiB, so that they are still there
/// for the next panel and for a second pass.
pub(super) fn block_pixels(k: usize, n: usize) -> usize {
    const NUMBERS: usize = 32 * 1024;
    // A multiple of every tile's height: 4, 6, 8.
    const STEP: usize = 24;
    (NUMBERS / (k + n).max(1) / STEP * STEP).clamp(2 * STEP, MOST_PIXELS)
}

struct Gemm<'a> {
    m: usize,
    a: Rows<'a>,
    w: PackedMatrix<'a>,
    epilogue: &'a Epilogue<'a>,
    out: RowsMut<'a>,
}

impl Task for Gemm<'_> {
    fn portable(self) {
        let Self { m, a, w, epilogue, out } = self;
        let n = w.n();
        for row in 0..m {
            for column in 0..n {
                let mut sum = epilogue.bias.map_or(0.0, |bias| bias[column]);
                for k in 0..w.k() {
                    sum += a.data[row * a.ld + k] * w.at(k, column);
                }
                out.data[row * out.ld + column] = epilogue.scalar(sum, row, column);
            }
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let Self { m, a, w, epilogue, out } = self;
        let finish = Finish::new(epilogue);
        let pixels = block_pixels(w.k(), w.n());
        let mut offsets = [0; MOST_PIXELS];
        for (pixel, offset) in offsets.iter_mut().enumerate() {
            *offset = pixel * a.ld;
        }
        let mut first = 0;
        while first < m {
            let count = pixels.min(m - first);
            let block = Block {
                input: a.data.as_ptr().wrapping_add(first * a.ld),
                offsets: &offsets[..count],
                taps: Taps { rows: 1, row_pitch: 0, columns: 1, column_pitch: 0, len: w.k() },
                weights: w,
                bias: epilogue.bias,
                finish: finish.moved(first, 0),
                out: out.data.as_mut_ptr().wrapping_add(first * out.ld),
                out_ld: out.ld,
            };
            // SAFETY: `gemm` has checked the slices for `m` pixels and what the weights are packed for.
            unsafe { block.run::<V>() };
            finish_rows::<V>(epilogue, [first, 0], [count, w.n()], &mut out.data[first * out.ld..], out.ld);
            first += count;
        }
    }
}
