//! Who does a step's work: the caller alone, or a few threads, each its share of the rows.

#[cfg(not(target_arch = "wasm32"))]
mod awake;

use std::num::NonZeroUsize;
use std::ops::Range;

#[cfg(not(target_arch = "wasm32"))]
use awake::both;

use super::arena::Readable;
use super::work::{Rows, Step, Work};
use crate::engine::EngineError;

/// Multiplications, or what takes as long, below which handing a piece to another thread, which is awake, costs more than it
/// saves: about four microseconds' worth.
const WORTH_SPLITTING: u64 = 100_000;

/// The threads that a model's runs share.
pub(super) struct Threads {
    count: NonZeroUsize,
    /// None for one thread.
    #[cfg(not(target_arch = "wasm32"))]
    pool: Option<rayon::ThreadPool>,
}

impl Threads {
    #[cfg(not(target_arch = "wasm32"))]
    pub fn new(count: NonZeroUsize) -> Result<Self, EngineError> {
        let pool = match count.get() {
            1 => None,
            threads => {
                let built = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
                Some(built.map_err(|e| EngineError::Load { detail: format!("no threads to run on: {e}") })?)
            }
        };
        Ok(Self { count, pool })
    }

    /// A browser's worker is one thread.
    #[cfg(target_arch = "wasm32")]
    pub fn new(_count: NonZeroUsize) -> Result<Self, EngineError> {
        Ok(Self { count: NonZeroUsize::MIN })
    }

    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// Does something where [`Threads::share`] finds the other threads.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        match &self.pool {
            Some(pool) => pool.install(|| awake::with_helpers(self.count() - 1, run)),
            None => run(),
        }
    }

    #[cfg(target_arch = "wasm32")]
    pub fn within<T: Send>(&self, run: impl FnOnce() -> T + Send) -> T {
        run()
    }

    /// Does some rows of a step; `out` begins at the first of them, `scratch` has room for each thread's piece.
    pub fn share(&self, step: &Step, range: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]) {
        let (work, rows) = (&*step.work, step.work.rows());
        let pieces = match step.cost {
            0..WORTH_SPLITTING => 1,
            _ => self.count().min(range.len() / rows.grain).max(1),
        };
        let room = scratch.len() / self.count();
        let shared = Shared { work, readable, rows, room };
        shared.run(pieces, range, out, scratch);
    }
}

/// One step's work while it is being done.
struct Shared<'a> {
    work: &'a dyn Work,
    readable: &'a Readable<'a>,
    rows: Rows,
    /// Of scratch, for each piece.
    room: usize,
}

impl Shared<'_> {
    fn run(&self, pieces: usize, range: Range<usize>, out: &mut [f32], scratch: &mut [f32]) {
        let left = pieces / 2;
        let share = (range.len() * left / pieces + self.rows.grain / 2) / self.rows.grain * self.rows.grain;
        if left == 0 || share == 0 || share >= range.len() {
            return self.work.run(range, self.readable, out, scratch);
        }
        let middle = range.start + share;
        let (left_out, right_out) = out.split_at_mut(share * self.rows.stride);
        let (left_scratch, right_scratch) = scratch.split_at_mut(left * self.room);
        both(
            || self.run(left, range.start..middle, left_out, left_scratch),
            || self.run(pieces - left, middle..range.end, right_out, right_scratch),
        );
    }
}

#[cfg(target_arch = "wasm32")]
fn both(left: impl FnOnce() + Send, right: impl FnOnce() + Send) {
    left();
    right();
}
