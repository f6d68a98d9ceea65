//! Where the colours lie: the mean colour of each cell of a coarse grid.

use image::RgbImage;

use crate::reconcile::Layout;
use crate::reconcile::layout::Cell;

/// Cells along each side. Eight tell a strip of sky from a roof and stay cheap.
const SIDE: u32 = 8;
/// Pixels looked at along each side of a cell, evenly spread.
const SAMPLES: u32 = 16;

/// Lays the grid over an upright sRGB picture; empty for an empty picture.
pub fn layout(pixels: &RgbImage) -> Layout {
    let (width, height) = pixels.dimensions();
    if width == 0 || height == 0 {
        return Layout::default();
    }
    let linear: Vec<f32> = (0..=255u32).map(|v| to_linear(v as f32 / 255.0)).collect();
    let cells = (0..SIDE * SIDE).map(|i| cell(pixels, i % SIDE, i / SIDE, &linear)).collect();
    Layout { columns: SIDE, rows: SIDE, cells }
}

fn cell(pixels: &RgbImage, column: u32, row: u32, linear: &[f32]) -> Cell {
    let (mut sums, mut squares) = ([0.0f64; 3], 0.0f64);
    for y in 0..SAMPLES {
        for x in 0..SAMPLES {
            let at = |cell: u32, sample: u32, length: u32| {
                let steps = u64::from(SIDE * SAMPLES) * 2;
                let step = u64::from(cell * SAMPLES + sample) * 2 + 1;
                (step * u64::from(length) / steps).min(u64::from(length) - 1) as u32
            };
            let lab = to_lab(pixels.get_pixel(at(column, x, pixels.width()), at(row, y, pixels.height())).0, linear);
            for (sum, value) in sums.iter_mut().zip(lab) {
                *sum += f64::from(value);
            }
            squares += f64::from(lab[0]) * f64::from(lab[0]);
        }
    }
    let count = f64::from(SAMPLES * SAMPLES);
    let [lightness, a, b] = sums.map(|s| s / count);
    let deviation = (squares / count - lightness * lightness).max(0.0).sqrt();
    Cell { lightness: lightness as f32, a: a as f32, b: b as f32, deviation: deviation as f32 }
}

/// IEC 61966-2-1.
fn to_linear(value: f32) -> f32 {
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

/// CIE 1976 L*a*b*, white point D65.
fn to_lab(rgb: [u8; 3], linear: &[f32]) -> [f32; 3] {
    let [r, g, b] = rgb.map(|v| linear.get(usize::from(v)).copied().unwrap_or(0.0));
    let f = |t: f32| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reconcile::layout::{Ground, Zone};
    use image::Rgb;

    fn two_halves(top: [u8; 3], bottom: [u8; 3]) -> Layout {
        layout(&RgbImage::from_fn(97, 61, |_, y| if y < 31 { Rgb(top) } else { Rgb(bottom) }))
    }

    #[test]
    fn names_the_grounds_of_plain_colors() {
        let cases = [
            ([250, 250, 250], Ground::White),
            ([120, 120, 118], Ground::Grey),
            ([8, 8, 10], Ground::Dark),
            ([70, 120, 45], Ground::Green),
            ([70, 120, 200], Ground::Blue),
            ([205, 185, 150], Ground::Sand),
            ([190, 40, 40], Ground::Other),
        ];
        for (color, ground) in cases {
            let grid = two_halves(color, color);
            assert_eq!(grid.share(Zone::All, ground), 1.0, "{color:?} is {ground:?}");
        }
    }

    #[test]
    fn tells_top_from_bottom() {
        let grid = two_halves([110, 160, 230], [200, 180, 140]);
        assert_eq!(grid.share(Zone::Top, Ground::Blue), 1.0);
        assert_eq!(grid.share(Zone::Bottom, Ground::Sand), 1.0);
        assert_eq!(grid.share(Zone::Bottom, Ground::Blue), 0.0);
    }

    #[test]
    fn takes_pictures_smaller_than_the_grid() {
        for (width, height) in [(1, 1), (3, 1), (1, 200)] {
            let grid = layout(&RgbImage::from_pixel(width, height, Rgb([0, 0, 0])));
            assert_eq!(grid.share(Zone::All, Ground::Dark), 1.0);
        }
        assert_eq!(layout(&RgbImage::new(0, 0)), Layout::default());
    }
}
