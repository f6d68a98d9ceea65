//! Resizing from tables made at load: for each row and column of output, which of the input it takes and in what parts.

#![expect(unsafe_code, reason = "loads and stores within slices")]

use super::copy::copy_row;
use super::dispatch::{Task, run};
use super::vector::{Registers, Vector};
use super::{Isa, Rows, RowsMut};
use std::ops::Range;

/// For each place along an axis of the output, the place of the input that it repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearestAxis {
    in_len: usize,
    from: Vec<usize>,
}

/// For each place along an axis of the output, two places of the input and the part that the second has.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearAxis {
    in_len: usize,
    from: Vec<(usize, usize, f32)>,
}

impl NearestAxis {
    /// # Panics
    /// If a place is none of the input's.
    pub fn new(in_len: usize, from: Vec<usize>) -> Self {
        assert!(from.iter().all(|place| *place < in_len), "a place beyond the input");
        Self { in_len, from }
    }

    pub fn out_len(&self) -> usize {
        self.from.len()
    }
}

impl LinearAxis {
    /// Of (first, second, part of the second); the output is `first + (second - first) * part`.
    ///
    /// # Panics
    /// If a place is none of the input's.
    pub fn new(in_len: usize, from: Vec<(usize, usize, f32)>) -> Self {
        assert!(from.iter().all(|(first, second, _)| *first.max(second) < in_len), "a place beyond the input");
        Self { in_len, from }
    }

    pub fn out_len(&self) -> usize {
        self.from.len()
    }
}

/// Repeats pixels of `a`, the whole input; `out` begins at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the axes (height, width).
pub fn resize_nearest(isa: Isa, axes: [&NearestAxis; 2], channels: usize, rows: Range<usize>, a: Rows, out: RowsMut) {
    let [height, width] = axes;
    assert!(rows.end <= height.out_len(), "rows that the output does not have");
    a.check(height.in_len * width.in_len, channels);
    out.check(rows.len() * width.out_len(), channels);
    if channels > 0 {
        run(isa, Nearest { height, width, channels, rows, a, out });
    }
}

/// Mixes four pixels of `a`, the whole input, along the width first; `out` begins at the first pixel of `rows`.
///
/// # Panics
/// If a slice is too short for the axes (height, width).
pub fn resize_bilinear(isa: Isa, axes: [&LinearAxis; 2], channels: usize, rows: Range<usize>, a: Rows, out: RowsMut) {
    let [height, width] = axes;
    assert!(rows.end <= height.out_len(), "rows that the output does not have");
    a.check(height.in_len * width.in_len, channels);
    out.check(rows.len() * width.out_len(), channels);
    if channels > 0 {
        run(isa, Bilinear { height, width, channels, rows, a, out });
    }
}

struct Nearest<'a> {
    height: &'a NearestAxis,
    width: &'a NearestAxis,
    channels: usize,
    rows: Range<usize>,
    a: Rows<'a>,
    out: RowsMut<'a>,
}

impl Task for Nearest<'_> {
    fn portable(self) {
        self.all::<f32>();
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        self.all::<V>();
    }
}

impl Nearest<'_> {
    #[inline(always)]
    fn all<V: Vector>(self) {
        let Self { height, width, channels, rows, a, out } = self;
        for (index, y) in rows.enumerate() {
            for (x, from) in width.from.iter().enumerate() {
                let from = &a.data[(height.from[y] * width.in_len + from) * a.ld..][..channels];
                copy_row::<V>(from, &mut out.data[(index * width.out_len() + x) * out.ld..][..channels]);
            }
        }
    }
}

struct Bilinear<'a> {
    height: &'a LinearAxis,
    width: &'a LinearAxis,
    channels: usize,
    rows: Range<usize>,
    a: Rows<'a>,
    out: RowsMut<'a>,
}

impl Task for Bilinear<'_> {
    fn portable(self) {
        self.all::<f32>();
    }

    #[inline(always)]
    fn vector<V: Registers>(self) {
        self.all::<V>();
    }
}

impl Bilinear<'_> {
    #[inline(always)]
    fn all<V: Vector>(self) {
        let Self { height, width, channels, rows, a, out } = self;
        let pixel = |y: usize, x: usize| &a.data[(y * width.in_len + x) * a.ld..][..channels];
        for (index, y) in rows.enumerate() {
            let (top, bottom, down) = height.from[y];
            for (x, (left, right, across)) in width.from.iter().copied().enumerate() {
                let corners = [pixel(top, left), pixel(top, right), pixel(bottom, left), pixel(bottom, right)];
                let out = &mut out.data[(index * width.out_len() + x) * out.ld..][..channels];
                mix::<V>(corners, across, down, out);
            }
        }
    }
}

/// All of one length.
#[inline(always)]
fn mix<V: Vector>(corners: [&[f32]; 4], across: f32, down: f32, out: &mut [f32]) {
    assert!(corners.iter().all(|corner| corner.len() == out.len()));
    let whole = out.len() / V::LANES * V::LANES;
    for at in (0..whole).step_by(V::LANES) {
        // SAFETY: a vector from `at` on lies in slices of this length.
        unsafe {
            let corners = [
                V::load(corners[0].as_ptr().add(at)),
                V::load(corners[1].as_ptr().add(at)),
                V::load(corners[2].as_ptr().add(at)),
                V::load(corners[3].as_ptr().add(at)),
            ];
            mixed(corners, V::splat(across), V::splat(down)).store(out.as_mut_ptr().add(at));
        }
    }
    for (at, out) in out.iter_mut().enumerate().skip(whole) {
        *out = mixed([corners[0][at], corners[1][at], corners[2][at], corners[3][at]], across, down);
    }
}

#[inline(always)]
fn mixed<V: Vector>([top_left, top_right, bottom_left, bottom_right]: [V; 4], across: V, down: V) -> V {
    let top = top_left.add(top_right.sub(top_left).mul(across));
    let bottom = bottom_left.add(bottom_right.sub(bottom_left).mul(across));
    top.add(bottom.sub(top).mul(down))
}
