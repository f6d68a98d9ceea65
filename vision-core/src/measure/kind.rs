//! What made the picture: a camera, a hand or a plotter, a screen, a printer.
//!
//! Photos have texture everywhere; drawn pictures have areas of exactly one colour and few colours; screens have such areas
//! and rows of text; pages have rows of dark text on light paper. A photo is what is believed unless the others show.

use image::RgbImage;

use super::scale::{Luma, Views};
use crate::report::{ImageFacts, PictureKind};

mod rows;

/// Neighbours that differ by at most this much in every channel count as flat: JPEG leaves flat areas a little uneven.
const FLAT_AT_MOST: u8 = 2;
/// Rows looked at, at full size.
const ROWS: usize = 400;

/// What tells the kinds apart.
#[derive(Clone, Debug, Default)]
pub struct Features {
    /// Share of neighbours that are exactly equal, away from the most common colour and from clipped pixels.
    pub exact: f32,
    /// Share of neighbours that are nearly equal, likewise.
    pub flat: f32,
    /// Share of pixels that those two were taken from.
    pub rest: f32,
    /// Share of the pixels in the most common cell of colours, and in the eight most common (16 levels per channel).
    pub top_1: f32,
    pub top_8: f32,
    /// Cells of colours that hold 99 of 100 pixels.
    pub colors: u32,
    pub noise: f32,
    /// Rows of text.
    pub text: rows::Text,
    /// Mean spread between the largest and smallest channel, in levels.
    pub saturation: f32,
    pub has_camera: bool,
    pub is_jpeg: bool,
}

impl Features {
    pub fn of(pixels: &RgbImage, views: &Views, noise: f32, facts: &ImageFacts) -> Self {
        let cells = Cells::of(&views.work);
        let flatness = Flatness::of(pixels, cells.most_common);
        Self {
            exact: flatness.exact,
            flat: flatness.flat,
            rest: flatness.rest,
            top_1: cells.top_1,
            top_8: cells.top_8,
            colors: cells.count,
            noise,
            text: rows::Text::of(&views.work_luma),
            saturation: saturation(&views.thumbnail),
            has_camera: facts.camera.as_ref().is_some_and(|c| c.exposure_seconds.is_some() || c.f_number.is_some()),
            is_jpeg: facts.format == "jpeg",
        }
    }
}

/// The kind and how sure it is, 0 to 1.
pub fn classify(features: &Features) -> (PictureKind, f32) {
    let text = &features.text;
    let written = text.strips >= 0.6 && text.strokes > 0.7 && text.ink < 0.2 && features.top_8 > 0.8;
    match () {
        () if features.has_camera => (PictureKind::Photo, 0.95),
        () if written && text.ground > 140.0 && features.saturation < 14.0 => (PictureKind::Document, 0.8),
        () if written && features.exact > 0.1 && features.noise < 0.6 => (PictureKind::Screenshot, 0.7),
        () if features.exact > 0.6 && features.colors < 64 => (PictureKind::Drawing, 0.8),
        () => (PictureKind::Photo, 0.7),
    }
}

/// The histogram of colours, 16 levels per channel.
struct Cells {
    most_common: usize,
    top_1: f32,
    top_8: f32,
    count: u32,
}

fn cell([r, g, b]: [u8; 3]) -> usize {
    usize::from(r >> 4) << 8 | usize::from(g >> 4) << 4 | usize::from(b >> 4)
}

impl Cells {
    fn of(picture: &RgbImage) -> Self {
        let mut cells = vec![0_u32; 4096];
        picture.pixels().for_each(|p| cells[cell(p.0)] += 1);
        let most_common = (0..4096).max_by_key(|i| (cells[*i], std::cmp::Reverse(*i))).unwrap_or(0);
        cells.sort_unstable_by(|a, b| b.cmp(a));
        let total: u32 = cells.iter().sum::<u32>().max(1);
        let share = |n: usize| cells[..n].iter().sum::<u32>() as f32 / total as f32;
        let (mut covered, mut count) = (0, 0);
        while covered < total - total / 100 {
            covered += cells[count];
            count += 1;
        }
        Self { most_common, top_1: share(1), top_8: share(8), count: count as u32 }
    }
}

struct Flatness {
    exact: f32,
    flat: f32,
    rest: f32,
}

impl Flatness {
    /// Compares neighbours to the right and below, at full size, in rows spread over the picture.
    fn of(pixels: &RgbImage, background: usize) -> Self {
        let stride = pixels.width() as usize * 3;
        let (mut exact, mut flat, mut rest, mut seen) = (0_u32, 0_u32, 0_u32, 0_u32);
        let rows: Vec<&[u8]> = pixels.as_raw().chunks_exact(stride).collect();
        let step = rows.len().div_ceil(ROWS);
        for pair in rows.windows(2).step_by(step) {
            let (row, below) = (pair[0], pair[1]);
            for ((here, right), under) in row.chunks_exact(3).zip(row[3..].chunks_exact(3)).zip(below.chunks_exact(3)) {
                seen += 1;
                if cell([here[0], here[1], here[2]]) == background || is_clipped(here) {
                    continue;
                }
                rest += 1;
                let off = apart(here, right).max(apart(here, under));
                exact += u32::from(off == 0);
                flat += u32::from(off <= FLAT_AT_MOST);
            }
        }
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        Self { exact: share(exact, rest), flat: share(flat, rest), rest: share(rest, seen) }
    }
}

fn apart(a: &[u8], b: &[u8]) -> u8 {
    a.iter().zip(b).map(|(x, y)| x.abs_diff(*y)).max().unwrap_or(0)
}

fn is_clipped(p: &[u8]) -> bool {
    p.iter().all(|v| *v >= 251) || p.iter().all(|v| *v <= 4)
}

fn saturation(thumbnail: &RgbImage) -> f32 {
    let spread =
        |p: &image::Rgb<u8>| p.0.iter().max().zip(p.0.iter().min()).map_or(0, |(high, low)| u32::from(high - low));
    thumbnail.pixels().map(spread).sum::<u32>() as f32 / (thumbnail.width() * thumbnail.height()).max(1) as f32
}
