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
    let apart = |pair: &[&[u8]]| -> Vec<u8> {
        let (here, under) = (pair[0].chunks_exact(3).step_by(stride), pair[1].chunks_exact(3));
        here.zip(under.step_by(stride)).map(|(a, b)| apart(a, b)).collect()
    };
    let (mut before, mut step) = (Vec::new(), Vec::new());
    let mut lines = 0;
    for after in rows.windows(2).map(apart) {
        let steps =
            before.iter().zip(&step).zip(&after).filter(|((before, step), after)| is_step(**before, **step, **after));
        lines += u32::from(steps.count() > long);
        (before, step) = (step, after);
    }
    lines
}

fn vertical(rows: &[&[u8]], width: usize) -> u32 {
    let mut steps = vec![0_u32; width];
    let mut seen = 0_u32;
    for row in rows.iter().step_by((rows.len() / SAMPLES).max(1)) {
        seen += 1;
        let apart: Vec<u8> = row.chunks_exact(3).zip(row[3..].chunks_exact(3)).map(|(a, b)| apart(a, b)).collect();
        for (count, three) in steps.iter_mut().zip(apart.windows(3)) {
            *count += u32::from(is_step(three[0], three[1], three[2]));
        }
    }
    let long = (seen as f32 * RUNS_ALONG) as u32;
    steps.iter().filter(|count| **count > long).count() as u32
}

/// How far two pixels are apart, in the channel in which they are the furthest.
fn apart(a: &[u8], b: &[u8]) -> u8 {
    match (a, b) {
        ([r, g, b], [s, h, c]) => r.abs_diff(*s).max(g.abs_diff(*h)).max(b.abs_diff(*c)),
        _ => 0,
    }
}

/// Even, a step, even: by how far each of four pixels is from the next.
fn is_step(before: u8, step: u8, after: u8) -> bool {
    step >= STEP_AT_LEAST && before <= EVEN_AT_MOST && after <= EVEN_AT_MOST
}
