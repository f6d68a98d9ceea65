//! Whether the picture has rows of text: short strokes in bands of even height with blank bands between.

use super::Luma;
use crate::order;

/// Vertical strips that are looked at one by one, so that a slightly turned page still has rows.
const STRIPS: usize = 8;
/// Tiles per side in which the ground's own lightness is found, so that uneven light does not count as ink.
const TILES: usize = 12;
/// Ink differs from the ground by this much, in levels.
const INK_APART: i32 = 48;
/// Rows of a strip with less ink are blank, with more are written.
const BLANK_BELOW: f32 = 0.015;
const WRITTEN_ABOVE: f32 = 0.05;

#[derive(Clone, Debug, Default)]
pub struct Text {
    /// Share of strips that hold at least two rows of even height.
    pub strips: f32,
    /// Mean number of rows in a strip that has any.
    pub rows: f32,
    /// Share of pixels that differ clearly from the ground around them.
    pub ink: f32,
    /// Share of ink in strokes narrower than a thirtieth of the short side.
    pub strokes: f32,
    /// The ground's median lightness, 0 to 255.
    pub ground: f32,
    /// Mean distance of the pixels that are not ink from the ground of their tile, in levels.
    pub unevenness: f32,
}

impl Text {
    pub fn of(work: &Luma) -> Self {
        let ground = Ground::of(work);
        let mut ink = Vec::with_capacity(work.data.len());
        let (mut inked, mut apart_sum) = (0_usize, 0_u64);
        for (y, row) in work.data.chunks_exact(work.width).enumerate() {
            for (tile, part) in tiles(row, work.width).enumerate() {
                let level = ground.of_tile(tile, y);
                for apart in part.iter().map(|v| (i32::from(*v) - level).abs()) {
                    let is_ink = apart > INK_APART;
                    ink.push(is_ink);
                    inked += usize::from(is_ink);
                    apart_sum += if is_ink { 0 } else { u64::from(apart.unsigned_abs()) };
                }
            }
        }
        let blank = ink.len() - inked;
        let strips: Vec<usize> = (0..STRIPS).map(|s| rows_in_strip(&ink, work, s)).collect();
        let with_rows: Vec<usize> = strips.into_iter().filter(|n| *n >= 2).collect();
        Self {
            strips: with_rows.len() as f32 / STRIPS as f32,
            rows: with_rows.iter().sum::<usize>() as f32 / with_rows.len().max(1) as f32,
            ink: inked as f32 / ink.len().max(1) as f32,
            strokes: strokes(&ink, work) as f32 / inked.max(1) as f32,
            ground: ground.median(),
            unevenness: apart_sum as f32 / blank.max(1) as f32,
        }
    }
}

/// A row of pixels cut at the borders of the tiles.
fn tiles(row: &[u8], width: usize) -> impl Iterator<Item = &[u8]> {
    (0..TILES).map(move |t| &row[t * width / TILES..(t + 1) * width / TILES])
}

/// The most common lightness of each tile.
struct Ground {
    levels: Vec<i32>,
    height: usize,
}

impl Ground {
    fn of(work: &Luma) -> Self {
        let mut histograms = vec![[0_u32; 32]; TILES * TILES];
        for (y, row) in work.data.chunks_exact(work.width).enumerate() {
            for (tile, part) in tiles(row, work.width).enumerate() {
                let histogram = &mut histograms[y * TILES / work.height * TILES + tile];
                part.iter().for_each(|level| histogram[usize::from(level >> 3)] += 1);
            }
        }
        let mode = |h: &[u32; 32]| (0..32).max_by_key(|i| h[*i]).map_or(0, |i| i as i32 * 8 + 4);
        Self { levels: histograms.iter().map(mode).collect(), height: work.height }
    }

    fn of_tile(&self, column: usize, y: usize) -> i32 {
        self.levels[y * TILES / self.height * TILES + column]
    }

    fn median(&self) -> f32 {
        let mut sorted = self.levels.clone();
        order::sort(&mut sorted);
        sorted[sorted.len() / 2] as f32
    }
}

/// Bands of written rows between blank ones, if their heights are even.
fn rows_in_strip(ink: &[bool], work: &Luma, strip: usize) -> usize {
    let (left, right) = (strip * work.width / STRIPS, (strip + 1) * work.width / STRIPS);
    if right <= left {
        return 0;
    }
    let mut heights = Vec::new();
    let (mut height, mut written) = (0_usize, false);
    for row in ink.chunks_exact(work.width) {
        let share = row[left..right].iter().filter(|i| **i).count() as f32 / (right - left) as f32;
        if share < BLANK_BELOW {
            if written {
                heights.push(height);
            }
            (height, written) = (0, false);
        } else {
            height += 1;
            written |= share > WRITTEN_ABOVE;
        }
    }
    order::sort(&mut heights);
    let Some(median) = heights.get(heights.len() / 2).copied() else { return 0 };
    let even = |h: &&usize| **h * 2 >= median && **h <= median * 2;
    let tall = work.height / 6;
    if median < 4 || median > tall { 0 } else { heights.iter().filter(even).count() }
}

/// Ink pixels in horizontal runs that are short.
fn strokes(ink: &[bool], work: &Luma) -> usize {
    let longest = (work.width.min(work.height) / 30).max(4);
    ink.chunks_exact(work.width)
        .flat_map(|row| row.chunk_by(|a, b| a == b))
        .filter(|run| run.first() == Some(&true) && run.len() <= longest)
        .map(<[bool]>::len)
        .sum()
}
