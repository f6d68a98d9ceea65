//! The smaller copies that the measures look at, averaged by area so that nothing flickers in or out.

use image::RgbImage;

/// Long side of the working copy: about what a screen shows, so that sharpness means "as seen".
const WORK_SIDE_PX: u32 = 1024;
/// Long side of the copy that colours and light are measured on.
const THUMBNAIL_SIDE_PX: u32 = 160;

/// One channel of 8 bits, row by row.
#[derive(Clone, Debug)]
pub struct Luma {
    pub width: usize,
    pub height: usize,
    pub data: Vec<u8>,
}

impl Luma {
    pub fn of(picture: &RgbImage) -> Self {
        let data = picture.as_raw().chunks_exact(3).map(|p| luma(p[0], p[1], p[2])).collect();
        Self { width: picture.width() as usize, height: picture.height() as usize, data }
    }

    pub fn row(&self, y: usize) -> &[u8] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    pub fn at(&self, x: usize, y: usize) -> u8 {
        self.data[y * self.width + x]
    }
}

/// BT.601 luma in integers.
pub fn luma(r: u8, g: u8, b: u8) -> u8 {
    ((u32::from(r) * 77 + u32::from(g) * 150 + u32::from(b) * 29 + 128) >> 8) as u8
}

/// The copies of one picture.
pub struct Views {
    pub work: RgbImage,
    pub work_luma: Luma,
    pub thumbnail: RgbImage,
}

impl Views {
    pub fn of(pixels: &RgbImage) -> Self {
        let work = at_most(pixels, WORK_SIDE_PX);
        let thumbnail = at_most(&work, THUMBNAIL_SIDE_PX);
        Self { work_luma: Luma::of(&work), work, thumbnail }
    }
}

/// A copy whose long side is at most `side`; never enlarged.
// Not inlined, here and below: called twice, and the browser's program is counted in kilobytes.
#[inline(never)]
pub fn at_most(picture: &RgbImage, side: u32) -> RgbImage {
    let long = picture.width().max(picture.height());
    if long <= side {
        return picture.clone();
    }
    let whole = long / side;
    let fit =
        |length: u32| ((u64::from(length) * u64::from(side) + u64::from(long) / 2) / u64::from(long)).max(1) as u32;
    let (width, height) = (fit(picture.width()), fit(picture.height()));
    if whole >= 2 { area(&blocks(picture, whole), width, height) } else { area(picture, width, height) }
}

/// Rows whose sums of bytes fit into 16 bits.
const ROWS_AT_ONCE: usize = 257;

/// Averages blocks of `factor` × `factor` pixels (smaller ones at the right and lower edge): the cheap first step.
#[inline(never)]
fn blocks(picture: &RgbImage, factor: u32) -> RgbImage {
    // Rows are added up whole, which compilers turn into vectors; then there is little left to add along them.
    let factor = (factor as usize).min(ROWS_AT_ONCE);
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let (out_width, out_height) = (width.div_ceil(factor), height.div_ceil(factor));
    let mut sums = vec![0_u16; width * 3];
    let mut out = Vec::with_capacity(out_width * out_height * 3);
    for rows in picture.as_raw().chunks(width * 3 * factor) {
        sums.fill(0);
        for row in rows.chunks_exact(width * 3) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += u16::from(*value));
        }
        let tall = rows.len() / (width * 3);
        for block in sums.chunks(factor * 3) {
            let mut total = [0_u32; 3];
            for p in block.chunks_exact(3) {
                total[0] += u32::from(p[0]);
                total[1] += u32::from(p[1]);
                total[2] += u32::from(p[2]);
            }
            let count = (tall * block.len() / 3) as u32;
            out.extend(total.map(|sum| ((sum + count / 2) / count) as u8));
        }
    }
    RgbImage::from_raw(out_width as u32, out_height as u32, out).unwrap_or_default()
}

/// Which source pixels make up each target pixel, with weights in 1/256 of a source pixel.
fn spans(from: usize, to: usize) -> Vec<(usize, Vec<u16>)> {
    (0..to)
        .map(|i| {
            let (start, end) = (i * from * 256 / to, (i + 1) * from * 256 / to);
            let (first, last) = (start / 256, (end.div_ceil(256)).clamp(start / 256 + 1, from));
            let weight = |p: usize| ((p + 1) * 256).min(end).saturating_sub((p * 256).max(start)) as u16;
            let weights: Vec<u16> = (first..last).map(weight).collect();
            (first, weights)
        })
        .collect()
}

/// Averages by area to a size that is not larger in either direction, and not smaller than a sixteenth.
#[inline(never)]
fn area(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let (from_width, from_height) = (picture.width() as usize, picture.height() as usize);
    let (columns, rows) = (spans(from_width, width as usize), spans(from_height, height as usize));
    let raw = picture.as_raw();
    let mut line = vec![0_u32; from_width * 3];
    let mut out = Vec::with_capacity(width as usize * height as usize * 3);
    for (first_row, row_weights) in &rows {
        line.fill(0);
        for (row, weight) in raw[first_row * from_width * 3..].chunks_exact(from_width * 3).zip(row_weights) {
            // At most 255 · 256, which 16 bits hold.
            line.iter_mut().zip(row).for_each(|(sum, value)| *sum += u32::from(u16::from(*value) * weight));
        }
        let tall: u32 = row_weights.iter().copied().map(u32::from).sum();
        for (first, weights) in &columns {
            let (mut sum, mut wide) = ([0_u32; 3], 0_u32);
            for (p, weight) in line[first * 3..].chunks_exact(3).zip(weights) {
                let weight = u32::from(*weight);
                wide += weight;
                sum[0] += p[0] * weight;
                sum[1] += p[1] * weight;
                sum[2] += p[2] * weight;
            }
            let whole = (tall * wide).max(1);
            out.extend(sum.map(|sum| ((sum + whole / 2) / whole).min(255) as u8));
        }
    }
    RgbImage::from_raw(width, height, out).unwrap_or_default()
}
