//! Decides how weights lie in memory: panels of output channels, as wide as the registers of a tile, in the order they are read.

#![expect(unsafe_code, reason = "aligned memory is read as plain numbers")]

use super::Isa;
use std::ops::Range;

/// The weights of a matrix product, [k][n], packed for one set of instructions.
///
/// Panels follow each other; a panel holds, for each k, its output channels side by side, zeros above the last one.
pub struct PackedWeights {
    isa: Isa,
    k: usize,
    n: usize,
    lines: AlignedNumbers,
}

/// A matrix in that order, wherever its numbers lie.
#[derive(Clone, Copy)]
pub struct PackedMatrix<'a> {
    isa: Isa,
    k: usize,
    n: usize,
    numbers: &'a [f32],
}

/// A strip of output channels: `vectors` vectors from channel `first` on, whose weights begin at `offset`; those that are read
/// after them, the next panel's or once more the first one's, at `next`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Panel {
    pub first: usize,
    pub vectors: usize,
    pub offset: usize,
    pub next: usize,
}

impl PackedWeights {
    /// Packs `row_major`, `k` rows of `n` numbers.
    ///
    /// # Panics
    /// If there are not `k * n` numbers.
    pub fn new(isa: Isa, k: usize, n: usize, row_major: &[f32]) -> Self {
        assert_eq!(Some(row_major.len()), k.checked_mul(n), "weights of another size than {k} x {n}");
        Self::from_rows(isa, k, n, |row, numbers| numbers.copy_from_slice(&row_major[row * n..][..n]))
    }

    /// Packs rows that `read_row` writes one after the other, by their number: weights that are stored in fewer bits are never
    /// unpacked as a whole.
    pub fn from_rows(isa: Isa, k: usize, n: usize, mut read_row: impl FnMut(usize, &mut [f32])) -> Self {
        let mut lines = AlignedNumbers::zeros(k * n.next_multiple_of(isa.lanes()));
        let mut numbers = vec![0.0; n];
        for row in 0..k {
            read_row(row, &mut numbers);
            pack_row(isa, [k, n], row, &numbers, lines.as_mut_slice());
        }
        Self { isa, k, n, lines }
    }

    /// Memory taken by the numbers.
    pub fn bytes(&self) -> usize {
        size_of_val(self.lines.as_slice())
    }

    /// As products and convolutions take them.
    pub fn matrix(&self) -> PackedMatrix<'_> {
        let Self { isa, k, n, lines } = self;
        PackedMatrix { isa: *isa, k: *k, n: *n, numbers: lines.as_slice() }
    }
}

impl<'a> PackedMatrix<'a> {
    /// How much room a matrix of `k` x `n` takes.
    pub fn room(isa: Isa, k: usize, n: usize) -> usize {
        k.saturating_mul(n.next_multiple_of(isa.lanes()))
    }

    /// Packs the matrix whose number in row `i` and column `j` is `numbers[i * steps[0] + j * steps[1]]`, for one product: it was
    /// computed a moment ago.
    ///
    /// # Panics
    /// If numbers or room do not suffice.
    pub fn pack(isa: Isa, [k, n]: [usize; 2], numbers: &[f32], steps: [usize; 2], room: &'a mut [f32]) -> Self {
        let room = &mut room[..Self::room(isa, k, n)];
        for panel in panels(isa, k, n) {
            let width = panel.vectors * isa.lanes();
            for row in 0..k {
                let from = &numbers[row * steps[0] + panel.first * steps[1]..];
                let to = &mut room[panel.offset + row * width..][..width];
                let (to, beyond) = to.split_at_mut(width.min(n - panel.first));
                match steps[1] {
                    1 => to.copy_from_slice(&from[..to.len()]),
                    step => to.iter_mut().enumerate().for_each(|(column, to)| *to = from[column * step]),
                }
                beyond.fill(0.0);
            }
        }
        Self { isa, k, n, numbers: room }
    }

    /// Input channels times places of the kernel.
    pub fn k(&self) -> usize {
        self.k
    }

    /// Output channels.
    pub fn n(&self) -> usize {
        self.n
    }

    pub(super) fn isa(&self) -> Isa {
        self.isa
    }

    /// One weight: for the definition, whose panels are one channel wide.
    pub(super) fn at(&self, k: usize, n: usize) -> f32 {
        debug_assert_eq!(self.isa, Isa::Portable);
        self.numbers[n * self.k + k]
    }

    pub(super) fn numbers(&self) -> &'a [f32] {
        self.numbers
    }

    pub(super) fn panels(&self) -> impl Iterator<Item = Panel> + use<> {
        panels(self.isa, self.k, self.n)
    }
}

/// Not inlined: a browser runs new code slowly until it has compiled it well, and moves to what it compiled with the next call.
#[inline(never)]
fn pack_row(isa: Isa, [k, n]: [usize; 2], row: usize, numbers: &[f32], packed: &mut [f32]) {
    for panel in panels(isa, k, n) {
        let width = panel.vectors * isa.lanes();
        let from = &numbers[panel.first..n.min(panel.first + width)];
        let to = &mut packed[panel.offset + row * width..][..from.len()];
        // Few numbers: what asks the machine's or the browser's routine for copying takes several times as long.
        let ((from, from_rest), (to, to_rest)) = (from.as_chunks::<4>(), to.as_chunks_mut::<4>());
        from.iter().zip(to).for_each(|(from, to)| *to = *from);
        from_rest.iter().zip(to_rest).for_each(|(from, to)| *to = *from);
    }
}

/// Two vectors each; an odd number of them begins with a panel of three where registers suffice, or ends with one of one.
fn panels(isa: Isa, k: usize, n: usize) -> impl Iterator<Item = Panel> {
    let lanes = isa.lanes();
    let count = n.div_ceil(lanes);
    let mut done = 0;
    std::iter::from_fn(move || {
        let left = count - done;
        let vectors = match isa.max_panel() {
            3 if left % 2 == 1 && left >= 3 => 3,
            most => left.min(most.min(2)),
        };
        let first = done * lanes;
        done += vectors;
        let next = if done < count { done * lanes * k } else { 0 };
        let panel = Panel { first, vectors, offset: first * k, next };
        (vectors > 0).then_some(panel)
    })
}

/// The weights of a depthwise convolution, [ky][kx][channel].
pub struct DepthwiseWeights {
    taps: usize,
    channels: usize,
    lines: AlignedNumbers,
}

impl DepthwiseWeights {
    /// Takes `weights`, for each place of the kernel (row by row) a number per channel.
    ///
    /// # Panics
    /// If there are not `taps * channels` numbers.
    pub fn new(taps: usize, channels: usize, weights: &[f32]) -> Self {
        assert_eq!(Some(weights.len()), taps.checked_mul(channels), "weights of another size than {taps} x {channels}");
        let mut lines = AlignedNumbers::zeros(weights.len());
        lines.as_mut_slice().copy_from_slice(weights);
        Self { taps, channels, lines }
    }

    /// Memory taken by the numbers.
    pub fn bytes(&self) -> usize {
        size_of_val(self.lines.as_slice())
    }

    pub(super) fn taps(&self) -> usize {
        self.taps
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    pub(super) fn tap(&self, tap: usize) -> &[f32] {
        let range: Range<usize> = tap * self.channels..(tap + 1) * self.channels;
        &self.numbers()[range]
    }

    pub(super) fn numbers(&self) -> &[f32] {
        self.lines.as_slice()
    }
}

/// Numbers that begin at a line of the cache, so that no vector of a panel straddles two.
struct AlignedNumbers {
    lines: Vec<Line>,
    len: usize,
}

#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([f32; LINE]);

/// Numbers in a line of the cache, 64 bytes.
pub(super) const LINE: usize = 16;

impl AlignedNumbers {
    fn zeros(len: usize) -> Self {
        Self { lines: vec![Line([0.0; LINE]); len.div_ceil(LINE)], len }
    }

    fn as_slice(&self) -> &[f32] {
        // SAFETY: the lines are `len` numbers or more without gaps, as `Line` has the size of its array.
        unsafe { std::slice::from_raw_parts(self.lines.as_ptr().cast(), self.len) }
    }

    fn as_mut_slice(&mut self) -> &mut [f32] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts_mut(self.lines.as_mut_ptr().cast(), self.len) }
    }
}
