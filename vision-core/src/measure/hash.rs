//! A hash that near pictures share: 64 bits of the lowest frequencies of a small grey copy.
//!
//! The "pHash" of E. Klinger and D. Starkweather (2010): 32 × 32 luma, discrete cosine transform, the lowest 8 × 8
//! frequencies compared with their median. In integers, so that all platforms agree to the bit.

use super::scale::Luma;
use crate::order;

const SIDE: usize = 32;
const LOW: usize = 8;

/// `round(cos(π / 64 · n) · 4096)` for n = 0..=32: a quarter of a wave.
const QUARTER_WAVE: [i64; 33] = [
    4_096, 4_091, 4_076, 4_052, 4_017, 3_973, 3_920, 3_857, 3_784, 3_703, 3_612, 3_513, 3_406, 3_290, 3_166, 3_035,
    2_896, 2_751, 2_598, 2_440, 2_276, 2_106, 1_931, 1_751, 1_567, 1_380, 1_189, 995, 799, 601, 401, 201, 0,
];

/// cos(π / 64 · n) · 4096, for any n.
fn wave(n: usize) -> i64 {
    match n % 128 {
        n @ 0..=32 => QUARTER_WAVE[n],
        n @ 33..=64 => -QUARTER_WAVE[64 - n],
        n @ 65..=96 => -QUARTER_WAVE[n - 64],
        n => QUARTER_WAVE[128 - n],
    }
}

/// Sixteen hexadecimal digits.
pub fn perceptual(luma: &Luma) -> String {
    let small = shrink(luma);
    let mut coefficients = [0_i64; LOW * LOW];
    for (v, row) in coefficients.chunks_exact_mut(LOW).enumerate() {
        for (u, coefficient) in row.iter_mut().enumerate() {
            *coefficient = (0..SIDE * SIDE)
                .map(|i| small[i] * wave((2 * (i % SIDE) + 1) * u) * wave((2 * (i / SIDE) + 1) * v))
                .sum::<i64>();
        }
    }
    // The first coefficient is the mean brightness, which would outweigh all others.
    let mut sorted: Vec<i64> = coefficients[1..].to_vec();
    order::sort(&mut sorted);
    let median = sorted[sorted.len() / 2];
    let bits = coefficients.iter().fold(0_u64, |bits, c| (bits << 1) | u64::from(*c > median));
    format!("{bits:016x}")
}

/// The picture averaged to 32 × 32, the aspect ratio lost, in 1/16 levels.
fn shrink(luma: &Luma) -> [i64; SIDE * SIDE] {
    let mut small = [0_i64; SIDE * SIDE];
    let span = |i: usize, length: usize| (i * length / SIDE, ((i + 1) * length / SIDE).max(i * length / SIDE + 1));
    for (i, cell) in small.iter_mut().enumerate() {
        let (left, right) = span(i % SIDE, luma.width);
        let (top, bottom) = span(i / SIDE, luma.height);
        let sum: i64 = (top..bottom).flat_map(|y| &luma.row(y)[left..right]).map(|v| i64::from(*v)).sum();
        *cell = sum * 16 / ((right - left) * (bottom - top)) as i64;
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits_apart(a: &str, b: &str) -> u32 {
        let number = |text| u64::from_str_radix(text, 16).unwrap_or_default();
        (number(a) ^ number(b)).count_ones()
    }

    fn scene(width: usize, height: usize, lift: i32) -> Luma {
        let level = |i: usize| {
            let (x, y) = ((i % width) * 640 / width, (i / width) * 480 / height);
            let disc = (x as i32 - 200).pow(2) + (y as i32 - 180).pow(2) < 120 * 120;
            let base = (x / 4 + y / 8) as i32 % 160 + if disc { 80 } else { 0 } + lift;
            base.clamp(0, 255) as u8
        };
        Luma { width, height, data: (0..width * height).map(level).collect() }
    }

    #[test]
    fn size_and_brightness_hardly_change_the_hash() {
        let hash = perceptual(&scene(640, 480, 0));
        for (width, height, lift) in [(320, 240, 0), (1000, 750, 0), (213, 160, 0), (640, 480, 12), (640, 480, -12)] {
            let apart = bits_apart(&hash, &perceptual(&scene(width, height, lift)));
            assert!(apart <= 6, "{width} × {height}, {lift}: {apart} bits");
        }
    }

    #[test]
    fn another_picture_has_another_hash() {
        let mirrored = {
            let mut scene = scene(640, 480, 0);
            scene.data.chunks_exact_mut(640).for_each(<[u8]>::reverse);
            scene
        };
        assert!(bits_apart(&perceptual(&scene(640, 480, 0)), &perceptual(&mirrored)) >= 16);
    }

    #[test]
    fn the_smallest_picture_has_a_hash() {
        assert_eq!(perceptual(&Luma { width: 1, height: 1, data: vec![9] }).len(), 16);
    }
}
