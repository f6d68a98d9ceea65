//! A picture and its halvings, so that a large one is read in full only once, however many models look at it.

use std::sync::OnceLock;

use image::RgbImage;

/// A halving is used while it keeps at least this many pixels for each pixel of the result: at two the filters that
/// follow hide the difference (Pillow's documentation of `reducing_gap` says the same of its own box reduction).
const PIXELS_PER_RESULT_PIXEL: u32 = 2;

/// A halving deeper than this leaves nothing of the largest side that is accepted (65,535 pixels).
const MOST_LEVELS: usize = 8;

/// The picture, and halvings of it that are made when they are first asked for.
pub struct Levels<'a> {
    full: &'a RgbImage,
    halved: [OnceLock<RgbImage>; MOST_LEVELS],
}

impl<'a> Levels<'a> {
    pub fn new(full: &'a RgbImage) -> Self {
        Self { full, halved: Default::default() }
    }

    /// Width and height of the whole picture.
    pub fn size(&self) -> (u32, u32) {
        self.full.dimensions()
    }

    pub fn full(&self) -> &RgbImage {
        self.full
    }

    /// The smallest level from which a result of this size can still be made well.
    pub fn enough_for(&self, width: u32, height: u32) -> &RgbImage {
        let mut best = self.full;
        for level in &self.halved {
            let enough = |side: u32, wanted: u32| side / 2 / PIXELS_PER_RESULT_PIXEL >= wanted.max(1);
            if !enough(best.width(), width) || !enough(best.height(), height) {
                break;
            }
            best = level.get_or_init(|| halve(best));
        }
        best
    }
}

/// The mean of each two by two pixels, rounded. An odd last row or column joins its neighbour's pixel by being left out
/// of it: half a pixel of the whole picture at most.
fn halve(from: &RgbImage) -> RgbImage {
    let (width, height) = ((from.width() / 2) as usize, (from.height() / 2) as usize);
    let stride = from.width() as usize * 3;
    let mut out = vec![0; width * height * 3];
    // Two rows are added first: a loop that a compiler makes vectors of.
    let mut sums = vec![0_u16; stride];
    for (pair, halved) in from.as_raw().chunks_exact(2 * stride).zip(out.chunks_exact_mut((width * 3).max(1))) {
        let (upper, lower) = pair.split_at(stride);
        for ((sum, a), b) in sums.iter_mut().zip(upper).zip(lower) {
            *sum = u16::from(*a) + u16::from(*b);
        }
        for ([a0, a1, a2, b0, b1, b2], pixel) in sums.as_chunks::<6>().0.iter().zip(halved.as_chunks_mut::<3>().0) {
            *pixel = [a0 + b0, a1 + b1, a2 + b2].map(|sum| ((sum + 2) >> 2) as u8);
        }
    }
    RgbImage::from_raw(width as u32, height as u32, out).unwrap_or_default()
}
