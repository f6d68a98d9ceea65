//! Which pixels of its input a resize reads: one table for each axis, the same for every executor.

use super::{CoordinateMode, ResizeKind};

/// One axis of a resize.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResizedAxis {
    pub coordinates: CoordinateMode,
    pub len_in: usize,
    pub len_out: usize,
    pub scale: f32,
}

impl ResizedAxis {
    /// For each place of the output the place of the input that it repeats.
    pub fn nearest(&self, kind: ResizeKind) -> Vec<usize> {
        let last = self.len_in.saturating_sub(1);
        let rounded = |place: f32| match kind {
            ResizeKind::NearestRound => (place - 0.5).ceil(),
            ResizeKind::NearestRoundUp => (place + 0.5).floor(),
            ResizeKind::NearestCeil => place.ceil(),
            ResizeKind::NearestFloor | ResizeKind::Bilinear => place.floor(),
        };
        // A negative place becomes zero.
        (0..self.len_out).map(|at| (rounded(self.place(at)) as usize).min(last)).collect()
    }

    /// For each place of the output two places of the input, and the part that the second has.
    pub fn linear(&self) -> Vec<(usize, usize, f32)> {
        let last = self.len_in.saturating_sub(1);
        let mixed = |at| {
            let place = self.place(at).clamp(0.0, last as f32);
            let first = (place.floor() as usize).min(last);
            (first, (first + 1).min(last), place - first as f32)
        };
        (0..self.len_out).map(mixed).collect()
    }

    /// Where the middle of an output pixel lies in the input: the formulas of ONNX, in f32 as its reference computes them.
    fn place(&self, at: usize) -> f32 {
        let (at, scale) = (at as f32, self.scale);
        match self.coordinates {
            CoordinateMode::PytorchHalfPixel if self.len_out == 1 => -0.5,
            CoordinateMode::HalfPixel | CoordinateMode::PytorchHalfPixel => (at + 0.5) / scale - 0.5,
            CoordinateMode::AlignCorners if self.len_out == 1 => 0.0,
            CoordinateMode::AlignCorners => at * (self.len_in as f32 - 1.0) / (self.len_out as f32 - 1.0),
            CoordinateMode::Asymmetric => at / scale,
            CoordinateMode::HalfPixelSymmetric => {
                // What rounding the length took off is shared by both ends.
                let len_in = self.len_in as f32;
                let adjustment = self.len_out as f32 / (scale * len_in);
                len_in / 2.0 * (1.0 - adjustment) + (at + 0.5) / scale - 0.5
            }
            CoordinateMode::TfHalfPixelForNn => (at + 0.5) / scale,
        }
    }
}
