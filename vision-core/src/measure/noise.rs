//! The noise of a picture, read where the picture itself is flat.
//!
//! J. Immerkær, "Fast noise variance estimation", 1996: the difference of two Laplacians hardly sees edges and sees noise
//! well. It is taken in small blocks of full-size pixels; the calmest blocks speak.

use image::RgbImage;

use super::scale::luma;
use crate::order;

/// Edge of a block, in pixels.
const BLOCK_PX: u32 = 12;
/// Blocks per side of the grid that is looked at, at most.
const GRID: u32 = 36;
/// The share of blocks, from the calmest on, whose noise is believed.
const CALM_SHARE: f32 = 0.15;
/// Among so few readings the calmest blocks are calm by chance: pure noise reads this much too low.
const CALM_BIAS: f32 = 1.09;
/// Blocks that are nearly black or white have lost their noise to clipping.
const DARKEST: u32 = 8;
const LIGHTEST: u32 = 247;

/// Standard deviation of the noise in 8-bit levels; 0 for a picture without any block that could tell.
pub fn estimate(pixels: &RgbImage) -> f32 {
    let (width, height) = pixels.dimensions();
    if width < BLOCK_PX || height < BLOCK_PX {
        return 0.0;
    }
    let mut readings = Vec::new();
    for y in places(height) {
        for x in places(width) {
            readings.extend(block(pixels, x, y));
        }
    }
    order::sort_numbers(&mut readings);
    let calm = readings.get((readings.len() as f32 * CALM_SHARE) as usize).copied().unwrap_or(0.0);
    calm * CALM_BIAS
}

/// Where blocks begin along one side: side by side in a small picture, spread evenly in a large one.
fn places(length: u32) -> impl Iterator<Item = u32> {
    let room = length - BLOCK_PX;
    let count = (room / BLOCK_PX + 1).min(GRID);
    (0..count).map(move |i| if count == 1 { 0 } else { room * i / (count - 1) })
}

fn block(pixels: &RgbImage, left: u32, top: u32) -> Option<f32> {
    const SIDE: usize = BLOCK_PX as usize;
    let mut levels = [[0_i32; SIDE]; SIDE];
    let stride = pixels.width() as usize * 3;
    let mut sum = 0_u32;
    for (y, row) in levels.iter_mut().enumerate() {
        let start = (top as usize + y) * stride + left as usize * 3;
        for (level, p) in row.iter_mut().zip(pixels.as_raw()[start..].chunks_exact(3)) {
            let value = luma(p[0], p[1], p[2]);
            sum += u32::from(value);
            *level = i32::from(value);
        }
    }
    if !(DARKEST..=LIGHTEST).contains(&(sum / (BLOCK_PX * BLOCK_PX))) {
        return None;
    }
    let mut total = 0;
    for rows in levels.windows(3) {
        let (above, here, below) = (&rows[0], &rows[1], &rows[2]);
        for x in 1..SIDE - 1 {
            let corners = above[x - 1] + above[x + 1] + below[x - 1] + below[x + 1];
            let sides = above[x] + below[x] + here[x - 1] + here[x + 1];
            total += (corners - 2 * sides + 4 * here[x]).abs();
        }
    }
    let mean = total as f32 / ((SIDE - 2) * (SIDE - 2)) as f32;
    // Mean of |N(0, σ)| is σ·sqrt(2/π), and the mask's own gain is 6.
    Some(mean * 1.253_314 / 6.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A repeatable source of numbers (xorshift, Marsaglia 2003), six of them added up: nearly normal, deviation 1.
    fn noise_source() -> impl FnMut() -> f32 {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        move || {
            let mut sum = 0.0;
            for _ in 0..6 {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                sum += (state >> 40) as f32 / (1 << 24) as f32 - 0.5;
            }
            sum * std::f32::consts::SQRT_2
        }
    }

    #[test]
    fn added_noise_is_read_back() {
        for sigma in [0.0, 2.0, 5.0, 10.0, 20.0] {
            let mut normal = noise_source();
            let picture = RgbImage::from_fn(300, 200, |x, y| {
                let ground = if (x / 60 + y / 50) % 2 == 0 { 90.0 } else { 150.0 };
                image::Rgb([(ground + sigma * normal()).round().clamp(0.0, 255.0) as u8; 3])
            });
            let found = estimate(&picture);
            assert!((found - sigma).abs() < 0.15 * sigma + 0.3, "{sigma} was read as {found}");
        }
    }

    #[test]
    fn small_and_clipped_pictures_have_no_noise_to_tell() {
        assert_eq!(estimate(&RgbImage::new(3, 400)), 0.0);
        assert_eq!(estimate(&RgbImage::from_pixel(100, 100, image::Rgb([255; 3]))), 0.0);
    }
}
