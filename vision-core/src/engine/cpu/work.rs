//! What a step of a loaded model is: work on rows of one output, that may be split between threads at any row.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::bands::Lines;

/// One op on one picture of the batch, ready to run.
pub(super) trait Work: Send + Sync {
    fn rows(&self) -> Rows;

    /// Numbers of scratch that each piece of it needs.
    fn scratch_len(&self) -> usize {
        0
    }

    /// How it goes down a picture, if it does.
    fn lines(&self) -> Option<Lines> {
        None
    }

    /// Computes some of the rows; `out` begins at the first of them. The result of a row depends on nothing but the inputs.
    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]);
}

/// What work can be split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rows {
    pub count: usize,
    /// Numbers from the beginning of one row to the next in what is written.
    pub stride: usize,
    /// Pieces are multiples of so many rows: fewer would leave a kernel's tile half empty.
    pub grain: usize,
}

impl Rows {
    /// Work that stays in one piece.
    pub const ONE: Self = Self { count: 1, stride: 0, grain: 1 };
}

pub(super) struct Step {
    /// Which op of the plan it belongs to.
    pub op: usize,
    /// About how much it is in multiplications of a convolution, to tell whether it is worth splitting.
    pub cost: u64,
    pub written: Span,
    pub work: Box<dyn Work>,
}
