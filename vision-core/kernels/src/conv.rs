//! Convolutions that mix channels, as products of weights with the picture read in place: no pixel is copied per place of
//! the kernel, only rows are copied once where the kernel reaches over an edge.

#![expect(unsafe_code, reason = "calls the block kernel, which reads through pointers")]

use super::activation::finish_rows;
use super::block::{Block, Finish, Taps};
use super::copy::copy_row;
use super::dispatch::{Task, run};
use super::gemm::{MOST_PIXELS, block_pixels};
use super::packed::PackedWeights;
use super::vector::Registers;
use super::{Epilogue, Isa, Rows, RowsMut};
use std::ops::Range;

/// The geometry of a convolution. Places beyond the last row and column that `out_h` and `out_w` reach are padding too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConvShape {
    pub in_h: usize,
    pub in_w: usize,
    pub in_c: usize,
    pub out_h: usize,
    pub out_w: usize,
    pub out_c: usize,
    /// Height, width; as `stride` and `dilation`.
    pub kernel: [usize; 2],
    pub stride: [usize; 2],
    pub dilation: [usize; 2],
    pub pad_top: usize,
    pub pad_left: usize,
    pub groups: usize,
}

/// A convolution; `w` has one matrix per group, of (ky, kx, channel of the group) x (output channel of the group).
///
/// `a` is the whole input, `out` (and the residual) begin at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the shape, or the weights are of another shape or another `isa`.
#[expect(clippy::too_many_arguments, reason = "the operands of a convolution")]
pub fn conv(
    isa: Isa,
    shape: &ConvShape,
    rows: Range<usize>,
    a: Rows,
    w: &[PackedWeights],
    epilogue: &Epilogue,
    scratch: &mut [f32],
    out: RowsMut,
) {
    shape.check();
    assert!(rows.end <= shape.out_h, "rows that the output does not have");
    let pixels = rows.len() * shape.out_w;
    a.check(shape.in_h * shape.in_w, shape.in_c);
    out.check(pixels, shape.out_c);
    epilogue.check(pixels, shape.out_c);
    assert_eq!(w.len(), shape.groups, "one matrix of weights per group");
    for w in w {
        let w = w.matrix();
        assert_eq!((w.isa(), w.k(), w.n()), (isa, shape.k(), shape.out_c / shape.groups), "weights of another shape");
    }
    assert!(scratch.len() >= conv_scratch_len(isa, shape), "too little scratch");
    if pixels > 0 {
        run(isa, Conv { shape, rows, a, w, epilogue, scratch, out });
    }
}

/// How many numbers of scratch [`conv`] needs for this shape, whatever rows it is asked for.
pub fn conv_scratch_len(isa: Isa, shape: &ConvShape) -> usize {
    match (isa, shape.reaches_over_an_edge()) {
        (Isa::Portable, _) | (_, false) => 0,
        _ => shape.rows_needed(shape.rows_at_once()) * shape.padded_width() * shape.in_c,
    }
}

impl ConvShape {
    /// Panics unless the numbers make sense together.
    pub(super) fn check(&self) {
        assert!(self.groups > 0 && self.in_c > 0 && self.out_c > 0);
        assert!(self.in_c.is_multiple_of(self.groups) && self.out_c.is_multiple_of(self.groups));
        assert!([self.kernel, self.stride, self.dilation].as_flattened().iter().all(|number| *number > 0));
        let sizes = [self.in_h, self.in_w, self.in_c, self.out_h, self.out_w, self.out_c, self.pad_top, self.pad_left];
        let steps = [self.kernel, self.stride, self.dilation];
        // Far beyond any model, and small enough that no product below overflows.
        const MOST: usize = 1 << 14;
        assert!(sizes.iter().chain(steps.as_flattened()).all(|number| *number <= MOST), "a shape beyond any model");
    }

    fn k(&self) -> usize {
        self.kernel[0] * self.kernel[1] * (self.in_c / self.groups)
    }

    /// Columns from a kernel's first to its last, plus one; as `reach_h`.
    fn reach_w(&self) -> usize {
        (self.kernel[1] - 1) * self.dilation[1] + 1
    }

    fn reach_h(&self) -> usize {
        (self.kernel[0] - 1) * self.dilation[0] + 1
    }

    /// Columns that the output reads, padding included.
    fn padded_width(&self) -> usize {
        self.out_w.saturating_sub(1) * self.stride[1] + self.reach_w()
    }

    /// Rows that so many rows of output read, padding included.
    fn rows_needed(&self, rows: usize) -> usize {
        rows.saturating_sub(1) * self.stride[0] + self.reach_h()
    }

    fn reaches_over_an_edge(&self) -> bool {
        self.pad_top > 0
            || self.pad_left > 0
            || self.padded_width() > self.in_w
            || self.rows_needed(self.out_h) > self.in_h
    }

    /// Rows of output computed from one copy of input rows: enough for a block of pixels, while the copy stays small.
    fn rows_at_once(&self) -> usize {
        /// 192 KiB: with the weights of a panel and the output of a block it stays within a second-level cache.
        const NUMBERS: usize = 48 * 1024;
        let row = (self.padded_width() * self.in_c).max(1);
        let by_copy = (NUMBERS / row).saturating_sub(self.reach_h()) / self.stride[0] + 1;
        by_copy.clamp(1, self.out_h.max(1))
    }

    /// Where the tap lies in the input, if it does.
    pub(super) fn input_of(&self, out: [usize; 2], tap: [usize; 2]) -> Option<usize> {
        let y = (out[0] * self.stride[0] + tap[0] * self.dilation[0]).checked_sub(self.pad_top)?;
        let x = (out[1] * self.stride[1] + tap[1] * self.dilation[1]).checked_sub(self.pad_left)?;
        (y < self.in_h && x < self.in_w).then_some(y * self.in_w + x)
    }
}

struct Conv<'a> {
    shape: &'a ConvShape,
    rows: Range<usize>,
    a: Rows<'a>,
    w: &'a [PackedWeights],
    epilogue: &'a Epilogue<'a>,
    scratch: &'a mut [f32],
    out: RowsMut<'a>,
}

impl Task for Conv<'_> {
    fn portable(self) {
        let Self { shape, rows, a, w, epilogue, out, .. } = self;
        let (group_in, group_out) = (shape.in_c / shape.groups, shape.out_c / shape.groups);
        for (pixel, y, x) in pixels(&rows, shape.out_w) {
            for channel in 0..shape.out_c {
                let (group, n) = (channel / group_out, channel % group_out);
                let mut sum = epilogue.bias.map_or(0.0, |bias| bias[channel]);
                for ky in 0..shape.kernel[0] {
                    for kx in 0..shape.kernel[1] {
                        let Some(input) = shape.input_of([y, x], [ky, kx]) else { continue };
                        for c in 0..group_in {
                            let k = (ky * shape.kernel[1] + kx) * group_in + c;
                            sum += a.data[input * a.ld + group * group_in + c] * w[group].matrix().at(k, n);
                        }
                    }
                }
                out.data[pixel * out.ld + channel] = epilogue.scalar(sum, pixel, channel);
            }
        }
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        let Self { shape, rows, a, w, epilogue, scratch, out } = self;
        let copies = shape.reaches_over_an_edge();
        let at_once = if copies { shape.rows_at_once() } else { shape.out_h };
        let mut first = rows.start;
        while first < rows.end {
            let part = first..rows.end.min(first + at_once);
            let done = (first - rows.start) * shape.out_w;
            let source = if copies {
                copy_rows::<V>(shape, &part, a, scratch);
                Source { numbers: scratch, pitch: shape.in_c, width: shape.padded_width() }
            } else {
                // Nothing to copy: the input's rows from the first that is read.
                let skipped = first * shape.stride[0] * shape.in_w * a.ld;
                Source { numbers: &a.data[skipped..], pitch: a.ld, width: shape.in_w }
            };
            let count = part.len() * shape.out_w;
            let out = RowsMut { data: &mut out.data[done * out.ld..], ld: out.ld };
            convolve::<V>(shape, count, &source, w, epilogue, done, out);
            first = part.end;
        }
    }
}

/// Rows of a picture of which every tap of the kernel lies inside.
struct Source<'a> {
    numbers: &'a [f32],
    /// From pixel to pixel.
    pitch: usize,
    /// In pixels.
    width: usize,
}

/// Each pixel of some rows of output: its index among them, its row, its column.
pub(super) fn pixels(rows: &Range<usize>, width: usize) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
    let rows = rows.clone();
    let first = rows.start;
    rows.flat_map(move |y| (0..width).map(move |x| ((y - first) * width + x, y, x)))
}

/// Copies what `rows` of output read into `scratch`, with zeros around the picture.
#[inline(always)]
fn copy_rows<V: Registers>(shape: &ConvShape, rows: &Range<usize>, a: Rows, scratch: &mut [f32]) {
    let (width, channels) = (shape.padded_width(), shape.in_c);
    // Pixels that come from the input; the ones left of them and right of them are padding.
    let left = shape.pad_left.min(width);
    let copied = shape.in_w.min(width - left);
    for (line, y) in scratch.chunks_exact_mut((width * channels).max(1)).zip(0..shape.rows_needed(rows.len())) {
        let y = (rows.start * shape.stride[0] + y).checked_sub(shape.pad_top).filter(|y| *y < shape.in_h);
        let Some(y) = y else {
            line.fill(0.0);
            continue;
        };
        let (before, line) = line.split_at_mut(left * channels);
        let (inside, after) = line.split_at_mut(copied * channels);
        before.fill(0.0);
        after.fill(0.0);
        let from = &a.data[y * shape.in_w * a.ld..];
        if a.ld == channels {
            copy_row::<V>(&from[..inside.len()], inside);
        } else {
            for (to, from) in inside.chunks_exact_mut(channels.max(1)).zip(from.chunks(a.ld.max(1))) {
                copy_row::<V>(&from[..channels], to);
            }
        }
    }
}

/// Convolves `count` pixels whose first is `done` pixels after the residual's first.
#[inline(always)]
fn convolve<V: Registers>(
    shape: &ConvShape,
    count: usize,
    source: &Source,
    w: &[PackedWeights],
    epilogue: &Epilogue,
    done: usize,
    out: RowsMut,
) {
    let (group_in, group_out) = (shape.in_c / shape.groups, shape.out_c / shape.groups);
    let row_pitch = shape.dilation[0] * source.width * source.pitch;
    let taps = if group_in == source.pitch && shape.dilation[1] == 1 {
        // The columns of a kernel's row follow each other without gaps: one stretch.
        Taps { rows: shape.kernel[0], row_pitch, columns: 1, column_pitch: 0, len: shape.kernel[1] * group_in }
    } else {
        let column_pitch = shape.dilation[1] * source.pitch;
        Taps { rows: shape.kernel[0], row_pitch, columns: shape.kernel[1], column_pitch, len: group_in }
    };
    let finish = Finish::new(epilogue);
    let most = block_pixels(shape.k(), shape.out_c);
    let mut offsets = [0; MOST_PIXELS];
    // From row to row and from pixel to pixel.
    let step = [shape.stride[0] * source.width * source.pitch, shape.stride[1] * source.pitch];
    // Where the next pixel lies, where its row begins, its column.
    let (mut at, mut row, mut x) = (0, 0, 0);
    let mut first = 0;
    while first < count {
        let offsets = &mut offsets[..most.min(count - first)];
        for offset in offsets.iter_mut() {
            *offset = at;
            (x, at) = (x + 1, at + step[1]);
            if x == shape.out_w {
                row += step[0];
                (x, at) = (0, row);
            }
        }
        for (group, w) in w.iter().enumerate() {
            let channel = group * group_out;
            let block = Block {
                input: source.numbers.as_ptr().wrapping_add(group * group_in),
                offsets,
                taps,
                weights: w.matrix(),
                bias: epilogue.bias.map(|bias| &bias[channel..][..group_out]),
                finish: finish.moved(done + first, channel),
                out: out.data.as_mut_ptr().wrapping_add(first * out.ld + channel),
                out_ld: out.ld,
            };
            // SAFETY: `conv` has checked input, output, residual and weights against the shape. Every tap of every pixel
            // lies in the source: in the copied rows, which are as many and as wide as the taps of these rows reach, or in
            // the input itself, where no tap of any row lies outside of it.
            unsafe { block.run::<V>() };
        }
        let written = offsets.len();
        finish_rows::<V>(epilogue, [done + first, 0], [written, shape.out_c], &mut out.data[first * out.ld..], out.ld);
        first += written;
    }
}
