//! Tiles of depthwise convolutions with the kernels that models have: an input serves all pixels of a row that it is a tap of.

#![expect(unsafe_code, reason = "reads and writes through pointers that are checked at entry")]

use super::super::vector::{MAX_LANES, Registers};
use super::{Picture, Place, Window};
use std::ops::Range;

/// Pixels of a tile in a row; the columns that they read, of a kernel five wide at stride two, are eleven.
pub const TILE: usize = 4;
const MOST_COLUMNS: usize = (TILE - 1) * 2 + 5;

impl Picture<'_> {
    /// `ROWS` rows of output, `step` apart, in tiles; the last tile of a row may go over some pixels of the one before again.
    ///
    /// # Safety
    /// The rows exist from `y` on, `out` is valid for writing them, the channels exist and are enough for a vector, columns of
    /// each picture enough for a tile; `SIZE` and `STRIDE` are the shape's.
    #[inline(always)]
    pub unsafe fn rows<V: Registers, const SIZE: usize, const STRIDE: usize, const ROWS: usize>(
        &self,
        y: usize,
        channels: &Range<usize>,
        out: *mut f32,
    ) {
        let (shape, step) = (self.shape, self.step);
        // How many of these many, in steps from the first one on.
        let share = |first: usize, many: usize| many.saturating_sub(first).div_ceil(step);
        let rows = covered(y / step * STRIDE, shape.pad_top / step, share(y % step, shape.in_h));
        for first in 0..step {
            let (out_w, in_w) = (share(first, shape.out_w), share(first, shape.in_w));
            for x in (0..out_w).step_by(TILE) {
                let x = x.min(out_w - TILE);
                let window = Window { rows: rows.clone(), columns: covered(x * STRIDE, shape.pad_left / step, in_w) };
                let (height, width) = ((ROWS - 1) * STRIDE + SIZE, (TILE - 1) * STRIDE + SIZE);
                let inside = window.rows.start == 0
                    && window.rows.end >= height
                    && window.columns.start == 0
                    && window.columns.end >= width;
                let x = x * step + first;
                // SAFETY: granted by the caller.
                unsafe {
                    let at = Place { y, x, out: out.add(x * self.out_ld) };
                    if inside {
                        self.tile::<V, SIZE, STRIDE, ROWS, false>(&at, &window, channels);
                    } else {
                        self.tile::<V, SIZE, STRIDE, ROWS, true>(&at, &window, channels);
                    }
                }
            }
        }
    }

    /// A tile of `ROWS` x [`TILE`] pixels: an input serves all pixels of a row that it is a tap of. `AT_EDGE` says that the
    /// window leaves out some of the rows and columns that the kernels cover.
    ///
    /// # Safety
    /// As for `rows`; the rows and columns of the window, counted from the first that the kernels cover, lie in the input.
    #[inline(always)]
    unsafe fn tile<V: Registers, const SIZE: usize, const STRIDE: usize, const ROWS: usize, const AT_EDGE: bool>(
        &self,
        at: &Place,
        window: &Window,
        channels: &Range<usize>,
    ) {
        let (shape, step) = (self.shape, self.step);
        // What lies before the input is not read.
        let corner = self.a.data.as_ptr().wrapping_add((at.y * STRIDE * shape.in_w + at.x * STRIDE) * self.a.ld);
        let corner = corner.wrapping_sub((shape.pad_top * shape.in_w + shape.pad_left) * self.a.ld);
        let (row_pitch, out_pitch) = (step * shape.in_w * self.a.ld, step * self.out_ld);
        let (out, out_w, weights) = (at.out, shape.out_w, self.w.numbers().as_ptr());
        let (rows, low, high) = (window.rows.clone(), V::splat(self.low), V::splat(self.high));
        let row = RowOfInput { pitch: step * self.a.ld, channels: shape.in_c, columns: window.columns.clone() };
        // SAFETY: granted by the caller.
        unsafe {
            for channel in channels.clone().step_by(V::LANES) {
                // Some channels are computed twice, to the same result.
                let channel = channel.min(channels.end - V::LANES);
                let bias = self.bias.map_or(V::splat(0.0), |bias| V::load(bias.as_ptr().add(channel)));
                let mut sums = [[bias; TILE]; ROWS];
                let (mut input, mut weights) = (corner.wrapping_add(channel), weights.add(channel));
                if V::HAS_ROOM {
                    for in_row in 0..(ROWS - 1) * STRIDE + SIZE {
                        if !AT_EDGE || rows.contains(&in_row) {
                            let input = input.wrapping_add(in_row * row_pitch);
                            row.add_to::<V, SIZE, STRIDE, ROWS, AT_EDGE>(&mut sums, in_row, input, weights);
                        }
                    }
                } else {
                    // A loop that stays one needs fewer registers.
                    input = input.wrapping_add(rows.start * row_pitch);
                    weights = weights.wrapping_add(rows.start * SIZE * row.channels);
                    for _ in rows.start..rows.end.min(SIZE) {
                        row.add_to::<V, SIZE, STRIDE, ROWS, AT_EDGE>(&mut sums, 0, input, weights);
                        input = input.wrapping_add(row_pitch);
                        weights = weights.wrapping_add(SIZE * row.channels);
                    }
                }
                for (row, sums) in sums.iter().enumerate() {
                    for (pixel, sum) in sums.iter().enumerate() {
                        let out = out.add((row * out_w + pixel) * out_pitch + channel);
                        sum.at_least(low).at_most(high).store(out);
                    }
                }
            }
        }
    }
}

/// How a row of input is read; copied, so that no store to the output makes the compiler read it again.
struct RowOfInput {
    /// From column to column.
    pitch: usize,
    channels: usize,
    /// Those that lie in the input.
    columns: Range<usize>,
}

/// Read instead of columns outside of the input.
static ZEROS: [f32; MAX_LANES] = [0.0; MAX_LANES];

impl RowOfInput {
    /// Adds what the row `in_row` of those that the tile covers adds to it.
    ///
    /// # Safety
    /// `input` is the first column that the kernels cover, at the channel; those that are read exist. `weights` is the first
    /// tap, at the channel.
    #[inline(always)]
    unsafe fn add_to<V: Registers, const SIZE: usize, const STRIDE: usize, const ROWS: usize, const AT_EDGE: bool>(
        &self,
        sums: &mut [[V; TILE]; ROWS],
        in_row: usize,
        input: *const f32,
        weights: *const f32,
    ) {
        // SAFETY: granted by the caller.
        unsafe {
            let mut numbers = [V::splat(0.0); MOST_COLUMNS];
            for (column, number) in numbers.iter_mut().enumerate().take((TILE - 1) * STRIDE + SIZE) {
                let exists = !AT_EDGE || self.columns.contains(&column);
                *number = V::load(if exists { input.wrapping_add(column * self.pitch) } else { ZEROS.as_ptr() });
            }
            for (row, sums) in sums.iter_mut().enumerate() {
                if in_row < row * STRIDE || in_row >= row * STRIDE + SIZE {
                    continue;
                }
                for kx in 0..SIZE {
                    let tap = (in_row - row * STRIDE) * SIZE + kx;
                    let weight = V::load(weights.wrapping_add(tap * self.channels));
                    for (pixel, sum) in sums.iter_mut().enumerate() {
                        *sum = sum.plus_product(numbers[pixel * STRIDE + kx], weight);
                    }
                }
            }
        }
    }
}

/// Of places that begin `pad` before the input at `first`, those that lie in it.
fn covered(first: usize, pad: usize, size: usize) -> Range<usize> {
    pad.saturating_sub(first)..(size + pad).saturating_sub(first)
}
