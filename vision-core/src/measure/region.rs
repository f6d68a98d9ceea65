//! The colour of one thing in its box: told only where the region really has one, and its surroundings another.

use image::RgbImage;

use super::names;
use super::oklab::{self, Oklab};
use crate::report::{ColorName, Rect};

/// Which part of a box is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// The middle, where the thing itself is and its corners' background is not.
    Middle,
    /// Where a person wears a shirt or coat.
    Torso,
}

impl Part {
    /// Left, top, right and bottom as shares of the box.
    fn shares(self) -> [f32; 4] {
        match self {
            Self::Middle => [0.2, 0.2, 0.8, 0.8],
            Self::Torso => [0.28, 0.22, 0.72, 0.52],
        }
    }
}

/// Places looked at along each side.
const GRID: u32 = 32;
/// Smaller parts, in pixels, have no colour that can be trusted.
const LEAST_SIDE_PX: f32 = 10.0;
/// Shades of one colour: this far from its middle, lightness counting half (a thing has a light and a shadow side).
const SHADES: f32 = 0.13;
/// The share of the part that the colour covers at least...
const LEAST_SHARE: f32 = 0.55;
/// ...and the share of the surroundings that it covers at most.
const MOST_AROUND: f32 = 0.35;

/// The colour of a part of a box.
pub fn color(pixels: &RgbImage, bounds: Rect, part: Part) -> Option<ColorName> {
    let [left, top, right, bottom] = part.shares();
    let inner = Rect {
        x: bounds.x + left * bounds.width,
        y: bounds.y + top * bounds.height,
        width: (right - left) * bounds.width,
        height: (bottom - top) * bounds.height,
    };
    if !(inner.width >= LEAST_SIDE_PX && inner.height >= LEAST_SIDE_PX) {
        return None;
    }
    let inside = samples(pixels, inner, None);
    if inside.len() < (GRID * GRID / 2) as usize {
        return None;
    }
    let color = main_color(&inside);
    if share(&inside, color) < LEAST_SHARE {
        return None;
    }
    let around = samples(pixels, grown(bounds), Some(bounds));
    if !around.is_empty() && share(&around, color) > MOST_AROUND {
        return None;
    }
    let rgb = color.to_rgb();
    Some(ColorName { hex: oklab::hex(rgb), name: names::name(Oklab::from_rgb(rgb)).into() })
}

fn grown(bounds: Rect) -> Rect {
    let (dx, dy) = (bounds.width * 0.15, bounds.height * 0.15);
    Rect { x: bounds.x - dx, y: bounds.y - dy, width: bounds.width + 2.0 * dx, height: bounds.height + 2.0 * dy }
}

/// Colours on a grid over a rectangle, without those outside the picture or inside `hole`.
fn samples(pixels: &RgbImage, area: Rect, hole: Option<Rect>) -> Vec<Oklab> {
    let mut found = Vec::new();
    for row in 0..GRID {
        for column in 0..GRID {
            let x = area.x + area.width * (column as f32 + 0.5) / GRID as f32;
            let y = area.y + area.height * (row as f32 + 0.5) / GRID as f32;
            let in_hole = hole.is_some_and(|h| x >= h.x && x < h.right() && y >= h.y && y < h.bottom());
            if in_hole || x < 0.0 || y < 0.0 {
                continue;
            }
            if let Some(pixel) = pixels.get_pixel_checked(x as u32, y as u32) {
                found.push(Oklab::from_rgb(pixel.0));
            }
        }
    }
    found
}

/// Mean shift from the sample in the densest neighbourhood: the middle of the most common shades.
fn main_color(samples: &[Oklab]) -> Oklab {
    let start = samples
        .iter()
        .step_by(7)
        .map(|candidate| (samples.iter().filter(|s| is_shade(**s, *candidate)).count(), *candidate))
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    let mut center = start.map_or(Oklab::default(), |(_, candidate)| candidate);
    for _ in 0..4 {
        let (mut sum, mut count) = ([0.0_f64; 3], 0.0_f64);
        for s in samples.iter().filter(|s| is_shade(**s, center)) {
            sum.iter_mut().zip([s.l, s.a, s.b]).for_each(|(t, v)| *t += f64::from(v));
            count += 1.0;
        }
        if count > 0.0 {
            let [l, a, b] = sum.map(|t| (t / count) as f32);
            center = Oklab { l, a, b };
        }
    }
    center
}

fn is_shade(sample: Oklab, of: Oklab) -> bool {
    let l = (sample.l - of.l) / 2.0;
    let (a, b) = (2.0 * (sample.a - of.a), 2.0 * (sample.b - of.b));
    l * l + a * a + b * b < SHADES * SHADES
}

fn share(samples: &[Oklab], color: Oklab) -> f32 {
    samples.iter().filter(|s| is_shade(**s, color)).count() as f32 / samples.len().max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn red_disc() -> RgbImage {
        RgbImage::from_fn(200, 200, |x, y| {
            let inside = (x as i32 - 100).pow(2) + (y as i32 - 100).pow(2) < 60 * 60;
            // Lighter above, darker below, as a lamp would make it.
            image::Rgb(if inside { [220 - (y / 4) as u8, 20, 25] } else { [235, 235, 230] })
        })
    }

    const DISC: Rect = Rect { x: 40.0, y: 40.0, width: 120.0, height: 120.0 };

    #[test]
    fn a_thing_of_one_colour_has_it() {
        let found = color(&red_disc(), DISC, Part::Middle).map(|c| c.name);
        assert_eq!(found.as_deref(), Some("red"));
    }

    #[test]
    fn mixtures_and_background_have_none() {
        let chequers = RgbImage::from_fn(200, 200, |x, y| {
            image::Rgb(if (x / 8 + y / 8) % 2 == 0 { [220, 20, 20] } else { [20, 40, 220] })
        });
        assert_eq!(color(&chequers, DISC, Part::Middle), None);
        let plain = RgbImage::from_pixel(200, 200, image::Rgb([60, 120, 60]));
        assert_eq!(color(&plain, DISC, Part::Middle), None);
    }

    #[test]
    fn boxes_outside_or_without_size_have_none() {
        for (x, y, side) in [(-500.0, 0.0, 100.0), (0.0, 0.0, 0.0), (1e9, 1e9, 50.0), (f32::NAN, 0.0, 50.0)] {
            let bounds = Rect { x, y, width: side, height: side };
            assert_eq!(color(&red_disc(), bounds, Part::Middle), None);
        }
    }
}
