//! The one block of numbers that the ops of a run share, and how one op gets what it reads and what it writes out of it.

use std::ops::Range;

use crate::engine::plan::{Place, View};

/// Bytes that a buffer begins at a multiple of: a line of the cache.
const ALIGNMENT: usize = 64;

/// Numbers that begin at a line of the cache.
pub(super) struct AlignedNumbers {
    numbers: Vec<f32>,
    start: usize,
    len: usize,
}

impl AlignedNumbers {
    pub fn zeros(len: usize) -> Self {
        let numbers = vec![0.0; len + ALIGNMENT / size_of::<f32>()];
        // Where alignment cannot be had (it always can for numbers of four bytes), unaligned is only slower.
        let start = Some(numbers.as_ptr().align_offset(ALIGNMENT)).filter(|at| at + len <= numbers.len()).unwrap_or(0);
        Self { numbers, start, len }
    }

    pub fn as_slice(&self) -> &[f32] {
        &self.numbers[self.start..self.start + self.len]
    }

    pub fn as_mut_slice(&mut self) -> &mut [f32] {
        &mut self.numbers[self.start..self.start + self.len]
    }
}

/// From the first number of a view to just after its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    place: Place,
    range: Range<usize>,
}

impl Span {
    pub fn of(view: &View) -> Self {
        let start = view.offset as usize;
        Self { place: view.place, range: start..start + view.span() as usize }
    }

    /// Whether both have a number.
    pub fn meets(&self, other: &Self) -> bool {
        self.place == other.place && self.range.start < other.range.end && other.range.start < self.range.end
    }
}

/// What an op may read while it writes: the arena before and after what it writes, and the constants.
#[derive(Clone, Copy)]
pub(super) struct Readable<'a> {
    before: &'a [f32],
    after: &'a [f32],
    after_start: usize,
    constants: &'a [Vec<f32>],
}

impl<'a> Readable<'a> {
    /// Takes what `written` covers out of the arena.
    pub fn split(arena: &'a mut [f32], constants: &'a [Vec<f32>], written: &Span) -> (Self, &'a mut [f32]) {
        let (before, rest) = arena.split_at_mut(written.range.start);
        let (written_numbers, after) = rest.split_at_mut(written.range.len());
        (Self { before, after, after_start: written.range.end, constants }, written_numbers)
    }

    /// When nothing is being written.
    pub fn whole(arena: &'a [f32], constants: &'a [Vec<f32>]) -> Self {
        Self { before: arena, after: &[], after_start: arena.len(), constants }
    }

    /// # Panics
    /// If the span overlaps what is being written: a plan that was checked has no such op.
    pub fn get(&self, span: &Span) -> &'a [f32] {
        match span.place {
            Place::Weight(index) => &self.constants[index as usize][span.range.clone()],
            Place::Arena if span.range.start >= self.after_start => {
                &self.after[span.range.start - self.after_start..span.range.end - self.after_start]
            }
            Place::Arena => &self.before[span.range.clone()],
        }
    }
}
