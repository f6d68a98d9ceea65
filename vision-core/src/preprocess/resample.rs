//! Antialiased resampling in two passes, with the filter widened when shrinking (as Pillow's `resize` does).

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

    /// First and last (exclusive) source pixel that is seen at all.
    fn span(&self) -> (usize, usize) {
        let first = self.taps.iter().map(|t| t.first).min().unwrap_or(0);
        let end = self.taps.iter().map(|t| t.first + t.weights.len()).max().unwrap_or(0);
        (first, end)
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

/// Interleaved RGB in f32, 0 to 255.
pub struct Resampled {
    pub width: usize,
    pub data: Vec<f32>,
}

/// Rows first: that pass reads every source pixel in the order in which it lies, and the compiler turns it into SIMD.
pub fn resample(pixels: &RgbImage, columns: &Axis, rows: &Axis) -> Resampled {
    let stride = pixels.width() as usize * 3;
    let (first, end) = columns.span();
    let mut summed = vec![0.0_f32; (end - first) * 3];
    let mut data = Vec::with_capacity(rows.taps.len() * columns.taps.len() * 3);
    for row in &rows.taps {
        summed.fill(0.0);
        for (weight, line) in row.weights.iter().zip(pixels.as_raw().chunks_exact(stride).skip(row.first)) {
            if let Some(seen) = line.get(first * 3..end * 3) {
                add_weighted(&mut summed, seen, *weight);
            }
        }
        for column in &columns.taps {
            data.extend(weighted_sum(&summed, (column.first - first) * 3, &column.weights));
        }
    }
    Resampled { width: columns.taps.len(), data }
}

fn add_weighted(sum: &mut [f32], values: &[u8], weight: f32) {
    for (sum, value) in sum.iter_mut().zip(values) {
        *sum += weight * f32::from(*value);
    }
}

/// The cubic overshoots at edges, so the result is held to what a pixel can be, and to whole levels: the models learnt
/// from pictures, and Pillow and OpenCV give nothing finer.
fn weighted_sum(line: &[f32], start: usize, weights: &[f32]) -> [f32; 3] {
    let mut sum = [0.0_f32; 3];
    for (pixel, weight) in line.get(start..).unwrap_or_default().chunks_exact(3).zip(weights) {
        for (sum, value) in sum.iter_mut().zip(pixel) {
            *sum += weight * value;
        }
    }
    sum.map(|value| (value + 0.5).floor().clamp(0.0, 255.0))
}
