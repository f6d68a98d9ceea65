//! Antialiased resampling in two passes, with the filter widened when shrinking (as Pillow's `resize` does).

use std::collections::VecDeque;

use image::RgbImage;

/// A filter: its weight at a distance, and the distance from which it is zero (both in result pixels when shrinking).
#[derive(Clone, Copy)]
pub struct Kernel {
    weight: fn(f64) -> f64,
    support: f64,
}

pub const TRIANGLE: Kernel = Kernel { weight: triangle, support: 1.0 };

/// The cubic of Catmull and Rom (`a = -0.5`), which Pillow calls bicubic.
pub const CATMULL_ROM: Kernel = Kernel { weight: catmull_rom, support: 2.0 };

fn triangle(x: f64) -> f64 {
    (1.0 - x.abs()).max(0.0)
}

fn catmull_rom(x: f64) -> f64 {
    let x = x.abs();
    if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else if x < 2.0 {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    } else {
        0.0
    }
}

/// For each result pixel of one axis: the first source pixel that it sees, and the weights from there on.
pub struct Axis {
    taps: Vec<Taps>,
}

struct Taps {
    first: usize,
    weights: Vec<f32>,
}

impl Axis {
    /// Scales `source` pixels to `scaled`, of which `count` from `skip` on are wanted. No length may be zero.
    pub fn new(source: u32, scaled: u32, skip: u32, count: u32, kernel: Kernel) -> Self {
        let scale = f64::from(source) / f64::from(scaled);
        let taps = (skip..skip.saturating_add(count)).map(|to| Taps::new(source, to, scale, kernel)).collect();
        Self { taps }
    }

    /// For each result pixel the first source pixel that it is made of, and the parts of that and those after it.
    pub fn taps(&self) -> impl ExactSizeIterator<Item = (usize, &[f32])> {
        self.taps.iter().map(|taps| (taps.first, taps.weights.as_slice()))
    }
}

impl Taps {
    fn new(source: u32, to: u32, scale: f64, kernel: Kernel) -> Self {
        let widening = scale.max(1.0);
        let support = kernel.support * widening;
        let center = (f64::from(to) + 0.5) * scale;
        let first = ((center - support + 0.5).max(0.0) as u32).min(source - 1);
        let end = ((center + support + 0.5) as u32).clamp(first + 1, source);
        let weights: Vec<f64> =
            (first..end).map(|from| (kernel.weight)((f64::from(from) - center + 0.5) / widening)).collect();
        let sum: f64 = weights.iter().sum();
        let weights = weights.into_iter().map(|w| (w / sum) as f32).collect();
        Self { first: first as usize, weights }
    }
}

/// Interleaved RGB, 0 to 255.
pub struct Resampled {
    pub width: usize,
    pub data: Vec<u8>,
}

/// Columns first, then rows, each rounded to whole levels: what Pillow gives, which is what the models learnt from.
/// Only so many shortened rows are kept as one row of the result needs, so that a tall picture costs no more memory.
pub fn resample(pixels: &RgbImage, columns: &Axis, rows: &Axis) -> Resampled {
    let width = columns.taps.len();
    let mut lines = pixels.as_raw().chunks_exact(pixels.width() as usize * 3);
    let mut shortened: VecDeque<Vec<u8>> = VecDeque::new();
    let mut next = 0;
    let mut sum = vec![0.0_f32; width * 3];
    let mut data = Vec::with_capacity(rows.taps.len() * width * 3);
    for row in &rows.taps {
        let end = row.first + row.weights.len();
        while next < end {
            // A line that no row of the result needs is passed over, not shortened.
            let line = lines.next().filter(|_| next >= row.first);
            shortened.extend(line.map(|line| shorten(line, columns)));
            next += 1;
        }
        while shortened.len() > row.weights.len() {
            shortened.pop_front();
        }
        sum.fill(0.0);
        for (weight, line) in row.weights.iter().zip(&shortened) {
            for (sum, value) in sum.iter_mut().zip(line) {
                *sum += weight * f32::from(*value);
            }
        }
        data.extend(sum.iter().map(|value| level(*value)));
    }
    Resampled { width, data }
}

fn shorten(line: &[u8], columns: &Axis) -> Vec<u8> {
    let mut short = Vec::with_capacity(columns.taps.len() * 3);
    for column in &columns.taps {
        let mut sum = [0.0_f32; 3];
        let seen = line.get(column.first * 3..).unwrap_or_default();
        for (pixel, weight) in seen.chunks_exact(3).zip(&column.weights) {
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += weight * f32::from(*value);
            }
        }
        short.extend(sum.map(level));
    }
    short
}

/// The nearest whole level; the cubic overshoots at edges, and is held to what a pixel can be.
fn level(value: f32) -> u8 {
    (value + 0.5) as u8
}
