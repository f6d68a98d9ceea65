//! Straight lines drawn by a machine: steps from one even colour to another, exactly along a row or column of pixels.

use image::RgbImage;

/// A step is at least this high in some channel, in levels...
const STEP_AT_LEAST: u8 = 10;
/// ...and the pixels before and after it differ by at most this.
const EVEN_AT_MOST: u8 = 3;
/// A line runs along at least this share of the side.
const RUNS_ALONG: f32 = 0.2;
/// About so many pixels along each row and column are looked at.
const SAMPLES: usize = 256;

/// The number of such lines, horizontal and vertical together.
pub fn lines(pixels: &RgbImage) -> u32 {
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    if width < 16 || height < 16 {
        return 0;
    }
    let rows: Vec<&[u8]> = pixels.as_raw().chunks_exact(width * 3).collect();
    horizontal(&rows, width) + vertical(&rows, width)
}

fn horizontal(rows: &[&[u8]], width: usize) -> u32 {
    let stride = (width / SAMPLES).max(1);
    let long = (width as f32 / stride as f32 * RUNS_ALONG) as usize;
    let is_line = |four: &&[&[u8]]| {
        let [a, b, c, d] = four else { return false };
        (0..width * 3).step_by(3 * stride).filter(|x| is_step(&a[*x..], &b[*x..], &c[*x..], &d[*x..])).count() > long
    };
    rows.windows(4).filter(is_line).count() as u32
}

fn vertical(rows: &[&[u8]], width: usize) -> u32 {
    let mut steps = vec![0_u32; width];
    let mut seen = 0_u32;
    for row in rows.iter().step_by((rows.len() / SAMPLES).max(1)) {
        seen += 1;
        for (count, four) in steps.iter_mut().zip(row.windows(12).step_by(3)) {
            *count += u32::from(is_step(four, &four[3..], &four[6..], &four[9..]));
        }
    }
    let long = (seen as f32 * RUNS_ALONG) as u32;
    steps.iter().filter(|count| **count > long).count() as u32
}

/// Even, a step, even: on the first three bytes of each.
fn is_step(a: &[u8], b: &[u8], c: &[u8], d: &[u8]) -> bool {
    super::apart(b, c) >= STEP_AT_LEAST && super::apart(a, b) <= EVEN_AT_MOST && super::apart(c, d) <= EVEN_AT_MOST
}
