//! What made the picture: a camera, a hand or a plotter, a screen, a printer.
//!
//! Photos have texture everywhere; drawn pictures have areas of exactly one colour and few colours; screens have such areas
//! and rows of text; pages have rows of dark text on light paper. A photo is what is believed unless the others show.

use image::RgbImage;

use super::scale::{Luma, Views};
use crate::order;
use crate::report::{ImageFacts, PictureKind};

mod rows;
mod ruled;

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
    /// Share of the pixels in the eight most common cells of colours (16 levels per channel).
    pub top_8: f32,
    /// Cells of colours that hold 99 of 100 pixels.
    pub colors: u32,
    /// Straight lines exactly along rows and columns.
    pub lines: u32,
    /// Rows of text.
    pub text: rows::Text,
    /// Mean spread between the largest and smallest channel, in levels.
    pub saturation: f32,
    pub has_camera: bool,
}

impl Features {
    pub fn of(pixels: &RgbImage, views: &Views, facts: &ImageFacts) -> Self {
        let cells = Cells::of(&views.work);
        let flatness = Flatness::of(pixels, cells.most_common);
        Self {
            exact: flatness.exact,
            flat: flatness.flat,
            rest: flatness.rest,
            top_8: cells.top_8,
            colors: cells.count,
            lines: ruled::lines(pixels),
            text: rows::Text::of(&views.work_luma),
            saturation: saturation(&views.thumbnail),
            has_camera: facts.camera.as_ref().is_some_and(|c| c.exposure_seconds.is_some() || c.f_number.is_some()),
        }
    }
}

/// The kind and how sure it is, 0 to 1.
pub fn classify(features: &Features) -> (PictureKind, f32) {
    if features.has_camera {
        return (PictureKind::Photo, 0.97);
    }
    if features.is_page() {
        return (PictureKind::Document, 0.9);
    }
    let margin = features.made_by_machine() - MADE_ABOVE;
    if margin < 0.0 {
        return (PictureKind::Photo, certainty(-margin));
    }
    let text = &features.text;
    let written = text.strokes > 0.7 && text.strips >= 0.6 && text.rows >= 3.0;
    let kind = match () {
        () if written && text.ground > 140.0 && features.saturation < PAPER_SATURATION && features.lines < 3 => {
            PictureKind::Document
        }
        () if written || (features.lines >= 4 && features.colors > 100) => PictureKind::Screenshot,
        () => PictureKind::Drawing,
    };
    (kind, certainty(margin))
}

/// Above this [`Features::made_by_machine`] a picture is no photo.
const MADE_ABOVE: f32 = 2.0;
/// Paper and ink have little colour, in levels between the largest and smallest channel.
const PAPER_SATURATION: f32 = 16.0;

/// A margin of 0 says nothing (0.5), a large one nearly all.
fn certainty(margin: f32) -> f32 {
    0.5 + 0.5 * margin / (1.0 + margin)
}

impl Features {
    /// A score that is low for photos and high for what was drawn or set on a screen: a logistic regression fitted to
    /// the 644 photos of `../shared/eval` and 80 drawn pictures, screenshots and pages, as PNG and as JPEG of quality 80,
    /// its weights rounded. Two of the photos lie above [`MADE_ABOVE`], both posterised.
    fn made_by_machine(&self) -> f32 {
        7.4 * self.exact.sqrt() - 2.7 * self.flat - 3.6 * self.rest + 3.2 * self.top_8
            - 0.77 * (self.colors as f32 + 1.0).ln()
            - 0.52 * self.text.unevenness
            + 4.7
            + 0.6 * self.lines.min(4) as f32
    }

    /// A page, even if it was photographed: nearly all ink is in thin strokes that stand in rows on light paper.
    fn is_page(&self) -> bool {
        let text = &self.text;
        text.strokes > 0.8
            && text.strips >= 0.6
            && text.rows >= 3.0
            && text.ink < 0.2
            && text.unevenness < 8.0
            && text.ground > 120.0
            && self.saturation < PAPER_SATURATION
            && self.lines < 3
    }
}

/// The histogram of colours, 16 levels per channel.
struct Cells {
    most_common: usize,
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
        order::sort_counts(&mut cells);
        cells.reverse();
        let total: u32 = cells.iter().sum::<u32>().max(1);
        let share = |n: usize| cells[..n].iter().sum::<u32>() as f32 / total as f32;
        let (mut covered, mut count) = (0, 0);
        while covered < total - total / 100 {
            covered += cells[count];
            count += 1;
        }
        Self { most_common, top_8: share(8), count: count as u32 }
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
        let mut off = Vec::with_capacity(stride);
        for pair in rows.windows(2).step_by(step) {
            let (row, below) = (pair[0], pair[1]);
            // Channel by channel first, which compilers turn into vectors.
            let neighbours = row.iter().zip(&row[3..]).zip(below);
            off.clear();
            off.extend(neighbours.map(|((here, right), under)| here.abs_diff(*right).max(here.abs_diff(*under))));
            for (here, off) in row.chunks_exact(3).zip(off.chunks_exact(3)) {
                let (here, off) = ([here[0], here[1], here[2]], off[0].max(off[1]).max(off[2]));
                let counts = cell(here) != background && !is_clipped(here);
                seen += 1;
                rest += u32::from(counts);
                exact += u32::from(counts && off == 0);
                flat += u32::from(counts && off <= FLAT_AT_MOST);
            }
        }
        let share = |part: u32, whole: u32| part as f32 / whole.max(1) as f32;
        Self { exact: share(exact, rest), flat: share(flat, rest), rest: share(rest, seen) }
    }
}

fn is_clipped([r, g, b]: [u8; 3]) -> bool {
    r.min(g).min(b) >= 251 || r.max(g).max(b) <= 4
}

fn saturation(thumbnail: &RgbImage) -> f32 {
    let spread =
        |p: &image::Rgb<u8>| p.0.iter().max().zip(p.0.iter().min()).map_or(0, |(high, low)| u32::from(high - low));
    thumbnail.pixels().map(spread).sum::<u32>() as f32 / (thumbnail.width() * thumbnail.height()).max(1) as f32
}
