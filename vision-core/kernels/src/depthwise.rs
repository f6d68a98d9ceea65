//! Depthwise convolutions: every channel by itself, several neighbouring pixels at a time, so that a weight is read once for
//! all of them and an input once for all that it takes part in.

#![expect(unsafe_code, reason = "reads and writes through pointers that are checked at entry")]

mod any;
mod tile;

use super::activation::second_pass;
use super::conv::pixels;
use super::dispatch::{Task, run};
use super::vector::{Part, Registers};
use super::{ConvShape, DepthwiseWeights, Epilogue, Isa, Rows, RowsMut};
use std::ops::Range;
use tile::TILE;

/// A convolution with as many groups as channels.
///
/// `a` is the whole input, `out` (and the residual) begin at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the shape, or the weights are of another shape.
pub fn depthwise(
    isa: Isa,
    shape: &ConvShape,
    rows: Range<usize>,
    a: Rows,
    w: &DepthwiseWeights,
    epilogue: &Epilogue,
    out: RowsMut,
) {
    shape.check();
    assert!(shape.groups == shape.in_c && shape.groups == shape.out_c, "channels are mixed");
    assert!(rows.end <= shape.out_h, "rows that the output does not have");
    assert_eq!((w.taps(), w.channels()), (shape.kernel[0] * shape.kernel[1], shape.in_c), "weights of another shape");
    let pixels = rows.len() * shape.out_w;
    a.check(shape.in_h * shape.in_w, shape.in_c);
    out.check(pixels, shape.out_c);
    epilogue.check(pixels, shape.out_c);
    // Tiles are of whole vectors.
    let isa = if isa == Isa::Avx512 && shape.in_c < isa.lanes() { Isa::Avx2 } else { isa };
    if pixels > 0 {
        run(isa, Depthwise { shape, rows, a, w, epilogue, out });
    }
}

struct Depthwise<'a> {
    shape: &'a ConvShape,
    rows: Range<usize>,
    a: Rows<'a>,
    w: &'a DepthwiseWeights,
    epilogue: &'a Epilogue<'a>,
    out: RowsMut<'a>,
}

impl Task for Depthwise<'_> {
    fn portable(self) {
        let Self { shape, rows, a, w, epilogue, out } = self;
        for (pixel, y, x) in pixels(&rows, shape.out_w) {
            for channel in 0..shape.out_c {
                let mut sum = epilogue.bias.map_or(0.0, |bias| bias[channel]);
                for ky in 0..shape.kernel[0] {
                    for kx in 0..shape.kernel[1] {
                        let Some(input) = shape.input_of([y, x], [ky, kx]) else { continue };
                        sum += a.data[input * a.ld + channel] * w.tap(ky * shape.kernel[1] + kx)[channel];
                    }
                }
                out.data[pixel * out.ld + channel] = epilogue.scalar(sum, pixel, channel);
            }
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let shape = self.shape;
        let [kernel, stride, dilation] = [shape.kernel, shape.stride, shape.dilation].map(|[height, width]| {
            // Zero for what is not the same both ways.
            if height == width { width } else { 0 }
        });
        // A kernel with gaps sees pictures that lie in each other, each of every so many rows and columns, without gaps.
        let in_each_other = |dilation: usize| {
            dilation > 0
                && shape.pad_top.is_multiple_of(dilation)
                && shape.pad_left.is_multiple_of(dilation)
                && shape.out_w / dilation >= TILE
                && shape.in_c >= V::LANES
        };
        match (kernel, stride, dilation) {
            _ if !in_each_other(dilation) => V::enter(Square::<0, 0, 1>(self)),
            (3, 1, _) if V::HAS_ROOM => V::enter(Square::<3, 1, 2>(self)),
            (3, 1, _) => V::enter(Square::<3, 1, 1>(self)),
            (3, 2, 1) => V::enter(Square::<3, 2, 1>(self)),
            (5, 1, _) => V::enter(Square::<5, 1, 1>(self)),
            (5, 2, 1) => V::enter(Square::<5, 2, 1>(self)),
            _ => V::enter(Square::<0, 0, 1>(self)),
        }
    }
}

/// A convolution whose kernel is a square of `SIZE` at this stride, or any if both are zero; `ROWS` rows of output are worked on
/// together. Where they are not zero, there are enough channels for a vector and columns for a tile, dilation is the same both
/// ways and divides the padding, and it is one where the stride is not.
struct Square<'a, const SIZE: usize, const STRIDE: usize, const ROWS: usize>(Depthwise<'a>);

impl<const SIZE: usize, const STRIDE: usize, const ROWS: usize> Part for Square<'_, SIZE, STRIDE, ROWS> {
    #[inline(always)]
    fn run<V: Registers>(self) {
        let Depthwise { shape, rows, a, w, epilogue, out } = self.0;
        // Residuals are so rare here that they are left to a second pass.
        let in_registers = epilogue.activation.clamp().filter(|_| epilogue.residual.is_none());
        let (low, high) = in_registers.unwrap_or((f32::NEG_INFINITY, f32::INFINITY));
        let step = if SIZE == 0 { 1 } else { shape.dilation[0] };
        let picture = Picture { shape, a, w, bias: epilogue.bias, low, high, out_ld: out.ld, step };
        for channels in blocks_of_channels(shape) {
            for y in rows.clone().step_by(ROWS * step).flat_map(|y| y..y + step).take_while(|y| *y < rows.end) {
                let done = (y - rows.start) * shape.out_w;
                let out_rows = &mut out.data[done * out.ld..];
                let count = if y + (ROWS - 1) * step < rows.end { ROWS } else { 1 };
                // SAFETY: `depthwise` has checked the slices against the shape; rows and channels are some of it.
                unsafe {
                    if SIZE == 0 {
                        picture.row::<V>(y, &channels, out_rows.as_mut_ptr());
                    } else if count == ROWS {
                        picture.rows::<V, SIZE, STRIDE, ROWS>(y, &channels, out_rows.as_mut_ptr());
                    } else {
                        picture.rows::<V, SIZE, STRIDE, 1>(y, &channels, out_rows.as_mut_ptr());
                    }
                }
                if in_registers.is_none() {
                    for row in 0..count {
                        let pixels = row * step * shape.out_w;
                        let out_row = &mut out_rows[pixels * out.ld + channels.start..];
                        let size = [shape.out_w, channels.len()];
                        second_pass::<V>(epilogue, [done + pixels, channels.start], size, out_row, out.ld);
                    }
                }
            }
        }
    }
}

/// Channels whose rows under a kernel stay in a second-level cache until the kernel has gone over them. None is narrower than
/// a vector, unless all channels are.
fn blocks_of_channels(shape: &ConvShape) -> impl Iterator<Item = Range<usize>> {
    /// 384 KiB.
    const NUMBERS: usize = 96 * 1024;
    /// Two lines of a cache.
    const STEP: usize = 32;
    let channels = shape.in_c;
    let reach = (shape.kernel[0] - 1) * shape.dilation[0] + 1;
    let size = (NUMBERS / (reach * shape.in_w).max(1) / STEP * STEP).max(STEP);
    let count = (channels / size).max(1);
    (0..count).map(move |block| block * size..if block + 1 == count { channels } else { (block + 1) * size })
}

/// What all tiles share.
struct Picture<'a> {
    shape: &'a ConvShape,
    a: Rows<'a>,
    w: &'a DepthwiseWeights,
    bias: Option<&'a [f32]>,
    low: f32,
    high: f32,
    out_ld: usize,
    /// From a row or column to the next one of the same picture, where several lie in each other; else one.
    step: usize,
}

/// A tile's first pixel: where it is in the output, and in memory.
struct Place {
    y: usize,
    x: usize,
    out: *mut f32,
}

/// What lies in the input of rows and columns, counted from the first that is covered.
struct Window {
    rows: Range<usize>,
    columns: Range<usize>,
}
