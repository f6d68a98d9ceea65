//! Depthwise convolutions with any kernel: only taps that lie in the input are read.

#![expect(unsafe_code, reason = "reads and writes through pointers that are checked at entry")]

use super::super::ConvShape;
use super::super::vector::Vector;
use super::tile::TILE;
use super::{Picture, Place, Window};
use std::ops::Range;

impl Picture<'_> {
    /// A row of output of any convolution.
    ///
    /// # Safety
    /// `y` is a row of the output, `out` is valid for writing it, the channels exist.
    #[inline(always)]
    pub unsafe fn row<V: Vector>(&self, y: usize, channels: &Range<usize>, out: *mut f32) {
        let shape = self.shape;
        // Columns of output whose kernel does not reach over the sides.
        let first = shape.pad_left.div_ceil(shape.stride[1]).min(shape.out_w);
        let reach = (shape.kernel[1] - 1) * shape.dilation[1] + 1;
        let end = (shape.in_w + shape.pad_left).checked_sub(reach).map_or(0, |last| last / shape.stride[1] + 1);
        let mut x = 0;
        while x < shape.out_w {
            let is_tile = x >= first && x + TILE <= end.min(shape.out_w);
            // SAFETY: granted by the caller; columns are kept inside of the input here.
            unsafe {
                let at = Place { y, x, out: out.add(x * self.out_ld) };
                if is_tile {
                    self.any::<V, TILE, 1>(&at, channels);
                } else {
                    self.any::<V, 1, 2>(&at, channels);
                }
            }
            x += if is_tile { TILE } else { 1 };
        }
    }

    /// `PIXELS` neighbours, `VECTORS` vectors of channels at a time, any kernel; only taps inside of the input are read. The
    /// columns inside are those of the first pixel.
    ///
    /// # Safety
    /// As for `row`; the pixels exist, and their taps lie in the same columns.
    #[inline(always)]
    unsafe fn any<V: Vector, const PIXELS: usize, const VECTORS: usize>(&self, at: &Place, channels: &Range<usize>) {
        let window = Window { rows: inside(at.y, 0, self.shape), columns: inside(at.x, 1, self.shape) };
        // SAFETY: granted by the caller; channels stay below their end.
        unsafe {
            let (mut channel, end) = (channels.start, channels.end);
            while channel + VECTORS * V::LANES <= end {
                self.any_of::<V, PIXELS, VECTORS, true>(at, &window, channel, V::LANES);
                channel += VECTORS * V::LANES;
            }
            while channel + V::LANES <= end {
                self.any_of::<V, PIXELS, 1, true>(at, &window, channel, V::LANES);
                channel += V::LANES;
            }
            if channel < end && channels.len() >= V::LANES {
                // Some channels are computed twice, to the same result.
                self.any_of::<V, PIXELS, 1, true>(at, &window, end - V::LANES, V::LANES);
            } else if channel < end {
                self.any_of::<V, PIXELS, 1, false>(at, &window, channel, end - channel);
            }
        }
    }

    /// # Safety
    /// As for `any`; `channel` and the `count` after it exist in each of `VECTORS` vectors.
    #[inline(always)]
    unsafe fn any_of<V: Vector, const PIXELS: usize, const VECTORS: usize, const FULL: bool>(
        &self,
        at: &Place,
        window: &Window,
        channel: usize,
        count: usize,
    ) {
        let (shape, a_ld) = (self.shape, self.a.ld);
        let (row_pitch, column_pitch) = (shape.dilation[0] * shape.in_w * a_ld, shape.dilation[1] * a_ld);
        let (low, high) = (V::splat(self.low), V::splat(self.high));
        // SAFETY: granted by the caller.
        unsafe {
            let mut sums = [[V::splat(0.0); VECTORS]; PIXELS];
            if let Some(bias) = self.bias {
                for vector in 0..VECTORS {
                    let bias = load::<V, FULL>(bias.as_ptr().add(channel + vector * V::LANES), count);
                    for sums in &mut sums {
                        sums[vector] = bias;
                    }
                }
            }
            if !window.rows.is_empty() && !window.columns.is_empty() {
                let (ky, kx) = (window.rows.start, window.columns.start);
                let y = at.y * shape.stride[0] + ky * shape.dilation[0] - shape.pad_top;
                let x = at.x * shape.stride[1] + kx * shape.dilation[1] - shape.pad_left;
                let mut input = self.a.data.as_ptr().add((y * shape.in_w + x) * a_ld + channel);
                let mut weights = self.w.tap(ky * shape.kernel[1] + kx).as_ptr().add(channel);
                for _ in window.rows.clone() {
                    for column in 0..window.columns.len() {
                        for vector in 0..VECTORS {
                            let tap = weights.add(column * shape.in_c + vector * V::LANES);
                            let weight = load::<V, FULL>(tap, count);
                            for (pixel, sums) in sums.iter_mut().enumerate() {
                                let offset = pixel * shape.stride[1] * a_ld + column * column_pitch;
                                let number = load::<V, FULL>(input.add(offset + vector * V::LANES), count);
                                sums[vector] = sums[vector].plus_product(number, weight);
                            }
                        }
                    }
                    input = input.wrapping_add(row_pitch);
                    weights = weights.wrapping_add(shape.kernel[1] * shape.in_c);
                }
            }
            for (pixel, sums) in sums.iter().enumerate() {
                for (vector, sum) in sums.iter().enumerate() {
                    let out = at.out.add(pixel * self.out_ld + channel + vector * V::LANES);
                    let sum = sum.at_least(low).at_most(high);
                    if FULL { sum.store(out) } else { sum.store_part(out, count) }
                }
            }
        }
    }
}

/// The taps of output `at` that lie inside the input, along height (0) or width (1).
fn inside(at: usize, axis: usize, shape: &ConvShape) -> Range<usize> {
    let (pad, size) = [(shape.pad_top, shape.in_h), (shape.pad_left, shape.in_w)][axis];
    let (first, step) = (at * shape.stride[axis], shape.dilation[axis]);
    let start = pad.saturating_sub(first).div_ceil(step);
    let end = (size + pad).saturating_sub(first).div_ceil(step).min(shape.kernel[axis]);
    start.min(end)..end
}

/// # Safety
/// `from` is valid for reading a vector if `FULL`, else `count` numbers, fewer than a vector.
#[inline(always)]
unsafe fn load<V: Vector, const FULL: bool>(from: *const f32, count: usize) -> V {
    // SAFETY: granted by the caller.
    unsafe { if FULL { V::load(from) } else { V::load_part(from, count) } }
}
