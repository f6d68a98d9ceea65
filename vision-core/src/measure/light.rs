//! How light falls: brightness, contrast, clipping, colourfulness, and what one would call such light.

use image::RgbImage;

use super::oklab;
use crate::order;

/// The distribution of CIE lightness (0 to 1) over a picture.
pub struct Tones {
    pub mean: f32,
    pub deviation: f32,
    /// Twentieth parts from the dark and from the light end.
    dark_end: f32,
    light_end: f32,
    middle: f32,
    /// Mean of the inner half minus the mean of the frame around it.
    inner_minus_outer: f32,
}

impl Tones {
    pub fn of(thumbnail: &RgbImage) -> Self {
        let mut levels: Vec<f32> = thumbnail.pixels().map(|p| oklab::lightness(p.0)).collect();
        let count = levels.len().max(1) as f64;
        let mean = levels.iter().map(|l| f64::from(*l)).sum::<f64>() / count;
        let variance = levels.iter().map(|l| (f64::from(*l) - mean).powi(2)).sum::<f64>() / count;
        let inner_minus_outer = inner_minus_outer(thumbnail, &levels);
        order::sort_numbers(&mut levels);
        let at = |share: f64| levels.get((share * (count - 1.0)) as usize).copied().unwrap_or(0.0);
        Self {
            mean: mean as f32,
            deviation: variance.sqrt() as f32,
            dark_end: at(0.05),
            light_end: at(0.95),
            middle: at(0.5),
            inner_minus_outer,
        }
    }

    /// What one would call the light, from what the levels really show. The limits were set by eye on the photos in
    /// `../shared/images` and `../shared/eval`.
    pub fn in_words(&self, burnt_out: f32) -> &'static str {
        let range = self.light_end - self.dark_end;
        match () {
            () if self.mean < 0.16 => "very little light",
            () if self.mean < 0.3 && range > 0.6 => "mostly dark, partly bright",
            () if self.mean < 0.3 => "dim light",
            () if burnt_out > 0.25 && self.inner_minus_outer < -0.1 => "a plain white background",
            () if burnt_out > 0.12 && self.mean > 0.6 => "very bright light",
            () if range > 0.78 && self.deviation > 0.26 => "strong light and shade",
            () if self.mean > 0.62 && self.deviation < 0.22 => "bright, soft light",
            () if self.mean > 0.62 => "bright light",
            () if self.deviation < 0.17 => "soft, even light",
            () if self.mean < 0.42 && self.middle < 0.42 => "subdued light",
            () => "even light",
        }
    }

    /// For what is not a photo: the ground that it stands on.
    pub fn ground_in_words(&self) -> &'static str {
        match () {
            () if self.middle > 0.9 => "white ground",
            () if self.middle > 0.65 => "light ground",
            () if self.middle < 0.3 => "dark ground",
            () => "coloured ground",
        }
    }
}

fn inner_minus_outer(thumbnail: &RgbImage, levels: &[f32]) -> f32 {
    let (width, height) = thumbnail.dimensions();
    let inside = |i: usize, length: u32| (length / 4..length - length / 4).contains(&(i as u32));
    let (mut inner, mut outer) = ((0.0_f64, 0.0_f64), (0.0_f64, 0.0_f64));
    for (i, level) in levels.iter().enumerate() {
        let (x, y) = (i % width as usize, i / width as usize);
        let side = if inside(x, width) && inside(y, height) { &mut inner } else { &mut outer };
        side.0 += f64::from(*level);
        side.1 += 1.0;
    }
    if inner.1 == 0.0 || outer.1 == 0.0 { 0.0 } else { (inner.0 / inner.1 - outer.0 / outer.1) as f32 }
}

/// Hasler and Süsstrunk, "Measuring colourfulness in natural images", 2003.
pub fn colorfulness(thumbnail: &RgbImage) -> f32 {
    let count = f64::from(thumbnail.width() * thumbnail.height()).max(1.0);
    let opponents = |p: &image::Rgb<u8>| {
        let [r, g, b] = p.0.map(f64::from);
        [r - g, 0.5 * (r + g) - b]
    };
    let mut mean = [0.0; 2];
    for pixel in thumbnail.pixels() {
        mean.iter_mut().zip(opponents(pixel)).for_each(|(m, o)| *m += o / count);
    }
    let mut variance = 0.0;
    for pixel in thumbnail.pixels() {
        variance += opponents(pixel).iter().zip(mean).map(|(o, m)| (o - m) * (o - m)).sum::<f64>() / count;
    }
    let offset = (mean[0] * mean[0] + mean[1] * mean[1]).sqrt();
    (variance.sqrt() + 0.3 * offset) as f32
}

/// Levels that count as crushed or burnt out: JPEG leaves clipped areas a little off the end.
const CRUSHED_AT_MOST: u8 = 4;
const BURNT_AT_LEAST: u8 = 251;
/// Pixels looked at, about.
const SAMPLES: usize = 500_000;

/// Shares of pixels that are crushed to black and burnt out to white, on pixels of full size.
pub fn clipped(pixels: &RgbImage) -> (f32, f32) {
    let count = pixels.width() as usize * pixels.height() as usize;
    // An odd step, so that a picture's width does not make it fall on a few columns only.
    let step = (count / SAMPLES) | 1;
    let (mut crushed, mut burnt, mut seen) = (0_u32, 0_u32, 0_u32);
    for p in pixels.as_raw().chunks_exact(3).step_by(step) {
        let (low, high) = (p[0].min(p[1]).min(p[2]), p[0].max(p[1]).max(p[2]));
        crushed += u32::from(high <= CRUSHED_AT_MOST);
        burnt += u32::from(low >= BURNT_AT_LEAST);
        seen += 1;
    }
    let share = |n: u32| n as f32 / seen.max(1) as f32;
    (share(crushed), share(burnt))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tones_of_known_pictures() {
        let half = RgbImage::from_fn(40, 40, |x, _| image::Rgb([if x < 20 { 0 } else { 255 }; 3]));
        let tones = Tones::of(&half);
        assert!((tones.mean - 0.5).abs() < 1e-3 && (tones.deviation - 0.5).abs() < 1e-3);
        assert_eq!(clipped(&half), (0.5, 0.5));
        assert!(colorfulness(&half) < 1e-3);
        let grey = RgbImage::from_pixel(40, 40, image::Rgb([119; 3]));
        assert_eq!(Tones::of(&grey).in_words(0.0), "soft, even light");
        let night = RgbImage::from_pixel(40, 40, image::Rgb([14, 14, 20]));
        assert_eq!(Tones::of(&night).in_words(0.0), "very little light");
    }

    #[test]
    fn colour_raises_colourfulness() {
        let vivid =
            RgbImage::from_fn(40, 40, |x, y| image::Rgb(if (x + y) % 2 == 0 { [255, 0, 0] } else { [0, 255, 0] }));
        let pale = RgbImage::from_fn(40, 40, |x, y| {
            image::Rgb(if (x + y) % 2 == 0 { [140, 120, 120] } else { [120, 140, 120] })
        });
        assert!(colorfulness(&vivid) > 100.0);
        assert!(colorfulness(&pale) < 30.0);
    }
}
