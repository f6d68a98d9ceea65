//! Pools: the largest or the average of each window, and of a whole picture.

#![expect(unsafe_code, reason = "reads and writes through pointers that are checked at entry")]

use super::dispatch::{Task, run};
use super::vector::{Registers, Vector};
use super::{Isa, Rows, RowsMut};
use std::ops::Range;

/// The geometry of a pool. Places beyond the last row and column that `out_h` and `out_w` reach are padding too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolShape {
    pub in_h: usize,
    pub in_w: usize,
    pub channels: usize,
    pub out_h: usize,
    pub out_w: usize,
    /// Height, width; as `stride` and `dilation`.
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub pad_top: usize,
    pub pad_left: usize,
}

/// What an average divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// By the places of the window.
    Counts,
    /// By those of them that lie in the input.
    IsLeftOut,
}

/// The largest number of each window; not a number if one of them is. A window without a place in the input gives -infinity.
///
/// `a` is the whole input, `out` begins at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the shape.
pub fn max_pool(isa: Isa, shape: &PoolShape, rows: Range<usize>, a: Rows, out: RowsMut) {
    pool(isa, shape, rows, Kind::Max, a, out);
}

/// The average of each window. A window without a place in the input gives zero.
///
/// `a` is the whole input, `out` begins at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the shape.
pub fn average_pool(isa: Isa, shape: &PoolShape, rows: Range<usize>, padding: Padding, a: Rows, out: RowsMut) {
    pool(isa, shape, rows, Kind::Average(padding), a, out);
}

/// The average of all `pixels`, per channel of `out`; zero if there is none.
///
/// # Panics
/// If `a` is too short.
pub fn global_average(isa: Isa, pixels: usize, a: Rows, out: &mut [f32]) {
    a.check(pixels, out.len());
    run(isa, GlobalAverage { pixels, a, out });
}

fn pool(isa: Isa, shape: &PoolShape, rows: Range<usize>, kind: Kind, a: Rows, out: RowsMut) {
    shape.check();
    assert!(rows.end <= shape.out_h, "rows that the output does not have");
    a.check(shape.in_h * shape.in_w, shape.channels);
    out.check(rows.len() * shape.out_w, shape.channels);
    run(isa, Pool { shape, rows, kind, a, out });
}

impl PoolShape {
    /// Panics unless the numbers make sense together.
    fn check(&self) {
        let sizes = [self.in_h, self.in_w, self.channels, self.out_h, self.out_w, self.pad_top, self.pad_left];
        let steps = [self.kernel, self.stride, self.dilation];
        assert!(steps.as_flattened().iter().all(|number| *number > 0));
        // Far beyond any model, and small enough that no product below overflows.
        const MOST: usize = 1 << 14;
        assert!(sizes.iter().chain(steps.as_flattened()).all(|number| *number <= MOST), "a shape beyond any model");
    }

    /// Rows and columns of the input that the window of an output covers: the first one and how many.
    fn window(&self, out: [usize; 2]) -> [(usize, usize); 2] {
        let along = |axis: usize, pad: usize, size: usize| {
            let (first, step) = (out[axis] * self.stride[axis], self.dilation[axis]);
            if first >= pad && first - pad + (self.kernel[axis] - 1) * step < size {
                // Most windows lie inside as a whole; the divisions below would take longer than a small one.
                return (first - pad, self.kernel[axis]);
            }
            let start = pad.saturating_sub(first).div_ceil(step);
            let end = (size + pad).saturating_sub(first).div_ceil(step).min(self.kernel[axis]);
            // An empty window begins nowhere; zero will do.
            if start < end { (first + start * step - pad, end - start) } else { (0, 0) }
        };
        [along(0, self.pad_top, self.in_h), along(1, self.pad_left, self.in_w)]
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Max,
    Average(Padding),
}

impl Kind {
    /// What a sum of so many places is divided by.
    fn divisor(self, shape: &PoolShape, places: usize) -> f32 {
        let divisor = match self {
            Self::Max => 1,
            Self::Average(Padding::Counts) => shape.kernel[0] * shape.kernel[1],
            Self::Average(Padding::IsLeftOut) => places.max(1),
        };
        divisor as f32
    }
}

struct Pool<'a> {
    shape: &'a PoolShape,
    rows: Range<usize>,
    kind: Kind,
    a: Rows<'a>,
    out: RowsMut<'a>,
}

impl Task for Pool<'_> {
    fn portable(self) {
        let Self { shape, rows, kind, a, out } = self;
        for (pixel, y, x) in super::conv::pixels(&rows, shape.out_w) {
            let [(in_y, window_h), (in_x, window_w)] = shape.window([y, x]);
            for channel in 0..shape.channels {
                let mut result = if matches!(kind, Kind::Max) { f32::NEG_INFINITY } else { 0.0 };
                for ky in 0..window_h {
                    for kx in 0..window_w {
                        let (y, x) = (in_y + ky * shape.dilation[0], in_x + kx * shape.dilation[1]);
                        let number = a.data[(y * shape.in_w + x) * a.ld + channel];
                        result = match kind {
                            Kind::Max => Vector::max(result, number),
                            Kind::Average(_) => result + number,
                        };
                    }
                }
                out.data[pixel * out.ld + channel] = result / kind.divisor(shape, window_h * window_w);
            }
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        match self.kind {
            Kind::Max => self.all::<V, true>(),
            Kind::Average(_) => self.all::<V, false>(),
        }
    }
}

/// Vectors of channels that are worked on together, so that one does not wait for the other.
const TOGETHER: usize = 4;

impl Pool<'_> {
    #[inline(always)]
    fn all<V: Vector, const MAX: bool>(self) {
        let written = self.out.data.as_mut_ptr();
        let channels = self.shape.channels;
        for (pixel, y, x) in super::conv::pixels(&self.rows, self.shape.out_w) {
            let window = self.shape.window([y, x]);
            let divisor = self.kind.divisor(self.shape, window[0].1 * window[1].1);
            let out = written.wrapping_add(pixel * self.out.ld);
            let mut channel = 0;
            // SAFETY: `pool` has checked the slices against the shape; windows lie inside of the input, channels below their
            // number. `out` is this task's own to write.
            unsafe {
                while channel + TOGETHER * V::LANES <= channels {
                    self.channels::<V, MAX, TOGETHER, true>(window, divisor, channel, V::LANES, out);
                    channel += TOGETHER * V::LANES;
                }
                while channel + 2 * V::LANES <= channels {
                    self.channels::<V, MAX, 2, true>(window, divisor, channel, V::LANES, out);
                    channel += 2 * V::LANES;
                }
                while channel < channels {
                    let count = V::LANES.min(channels - channel);
                    self.channels::<V, MAX, 1, false>(window, divisor, channel, count, out);
                    channel += count;
                }
            }
        }
    }

    /// # Safety
    /// The window lies in the input; `channel` and the `count` after it exist, in each of `VECTORS` vectors; if `FULL`, `count`
    /// is a vector.
    #[inline(always)]
    unsafe fn channels<V: Vector, const MAX: bool, const VECTORS: usize, const FULL: bool>(
        &self,
        [(in_y, window_h), (in_x, window_w)]: [(usize, usize); 2],
        divisor: f32,
        channel: usize,
        count: usize,
        out: *mut f32,
    ) {
        let (shape, a) = (self.shape, self.a);
        let count = if FULL { V::LANES } else { count };
        // SAFETY: granted by the caller.
        unsafe {
            let mut results = [V::splat(if MAX { f32::NEG_INFINITY } else { 0.0 }); VECTORS];
            for ky in 0..window_h {
                let row = (in_y + ky * shape.dilation[0]) * shape.in_w + in_x;
                for kx in 0..window_w {
                    let from = a.data.as_ptr().add((row + kx * shape.dilation[1]) * a.ld + channel);
                    for (vector, result) in results.iter_mut().enumerate() {
                        let number = load_up_to(from.add(vector * V::LANES), count);
                        *result = if MAX { result.max(number) } else { result.add(number) };
                    }
                }
            }
            for (vector, result) in results.iter().enumerate() {
                let result = if MAX { *result } else { result.div(V::splat(divisor)) };
                store_up_to(result, out.add(channel + vector * V::LANES), count);
            }
        }
    }
}

struct GlobalAverage<'a> {
    pixels: usize,
    a: Rows<'a>,
    out: &'a mut [f32],
}

/// Sums of so many pixels are added up apart: a rounding error grows with the pixels in a sum.
const PARTIAL: usize = 64;

impl Task for GlobalAverage<'_> {
    fn portable(self) {
        let Self { pixels, a, out } = self;
        for (channel, out) in out.iter_mut().enumerate() {
            let mut sum = 0.0;
            for start in (0..pixels).step_by(PARTIAL) {
                let mut partial = 0.0;
                for pixel in start..pixels.min(start + PARTIAL) {
                    partial += a.data[pixel * a.ld + channel];
                }
                sum += partial;
            }
            *out = sum / pixels.max(1) as f32;
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let (channels, out) = (self.out.len(), self.out.as_mut_ptr());
        let mut channel = 0;
        // SAFETY: `global_average` has checked `a` for so many pixels and channels; channels stay below their number.
        unsafe {
            while channel + TOGETHER * V::LANES <= channels {
                self.channels::<V, TOGETHER>(channel, V::LANES, out);
                channel += TOGETHER * V::LANES;
            }
            while channel < channels {
                let count = V::LANES.min(channels - channel);
                self.channels::<V, 1>(channel, count, out);
                channel += count;
            }
        }
    }
}

impl GlobalAverage<'_> {
    /// # Safety
    /// `channel` and the `count` after it exist, in each of `VECTORS` vectors if those are several.
    #[inline(always)]
    unsafe fn channels<V: Vector, const VECTORS: usize>(&self, channel: usize, count: usize, out: *mut f32) {
        // SAFETY: granted by the caller; `out` is this task's own to write.
        unsafe {
            let mut sums = [V::splat(0.0); VECTORS];
            for start in (0..self.pixels).step_by(PARTIAL) {
                let mut partial = [V::splat(0.0); VECTORS];
                for pixel in start..self.pixels.min(start + PARTIAL) {
                    let from = self.a.data.as_ptr().add(pixel * self.a.ld + channel);
                    for (vector, partial) in partial.iter_mut().enumerate() {
                        *partial = partial.add(load_up_to(from.add(vector * V::LANES), count));
                    }
                }
                for (sum, partial) in sums.iter_mut().zip(partial) {
                    *sum = sum.add(partial);
                }
            }
            let pixels = V::splat(self.pixels.max(1) as f32);
            for (vector, sum) in sums.iter().enumerate() {
                store_up_to(sum.div(pixels), out.add(channel + vector * V::LANES), count);
            }
        }
    }
}

/// # Safety
/// `from` is valid for reading `count` numbers, at most a vector.
#[inline(always)]
unsafe fn load_up_to<V: Vector>(from: *const f32, count: usize) -> V {
    // SAFETY: granted by the caller.
    unsafe { if count == V::LANES { V::load(from) } else { V::load_part(from, count) } }
}

/// # Safety
/// `to` is valid for writing `count` numbers, at most a vector.
#[inline(always)]
unsafe fn store_up_to<V: Vector>(vector: V, to: *mut f32, count: usize) {
    // SAFETY: granted by the caller.
    unsafe { if count == V::LANES { vector.store(to) } else { vector.store_part(to, count) } }
}
