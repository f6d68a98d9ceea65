//! Threads of a pool that stay awake between the ops of a run. An op takes tens or hundreds of microseconds, and waking a
//! thread that sleeps takes as long: models with many small ops would gain nothing from a second thread.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::Yield;

thread_local! {
    /// Whether this thread runs a model or helps another one to.
    static IS_BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Runs something while so many other threads of the pool wait, awake, for pieces of it that [`both`] offers. To be called
/// within the pool.
pub(super) fn with_helpers<T: Send>(helpers: usize, run: impl FnOnce() -> T + Send) -> T {
    with(helpers, &AtomicBool::new(false), run)
}

fn with<T: Send, F: FnOnce() -> T + Send>(helpers: usize, ended: &AtomicBool, run: F) -> T {
    if helpers > 0 {
        return rayon::join(|| with(helpers - 1, ended, run), || help(ended)).0;
    }
    let _ended = RaisedAtEnd(ended);
    let _busy = Busy::new();
    run()
}

/// Does pieces of work of the pool until the run has ended. A thread that is busy waits for a piece of its own: it must not
/// wait here for the end of what may be waiting for it.
fn help(ended: &AtomicBool) {
    let busy = Busy::new();
    if !busy.before {
        wait_for(ended);
    }
}

/// Does both, the second on a helper if one takes it; the caller stays awake until both are done.
pub(super) fn both(left: impl FnOnce() + Send, right: impl FnOnce() + Send) {
    let ended = AtomicBool::new(false);
    let second = || {
        let _ended = RaisedAtEnd(&ended);
        right();
    };
    rayon::join(
        || {
            left();
            // Here the thread does the second itself if nobody has taken it.
            wait_for(&ended);
        },
        second,
    );
}

fn wait_for(flag: &AtomicBool) {
    /// Rounds, each far below a microsecond, between two in which other programs may have the core.
    const ROUNDS: u32 = 32;
    let mut round = 0_u32;
    while !flag.load(Ordering::Acquire) {
        if rayon::yield_now() == Some(Yield::Executed) {
            continue;
        }
        round = round.wrapping_add(1);
        if round.is_multiple_of(ROUNDS) {
            std::thread::yield_now();
        } else {
            std::hint::spin_loop();
        }
    }
}

/// Raises a flag when it goes, whether by a return or by a panic.
struct RaisedAtEnd<'a>(&'a AtomicBool);

impl Drop for RaisedAtEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Says that this thread is busy, and afterwards what it was before.
struct Busy {
    before: bool,
}

impl Busy {
    fn new() -> Self {
        Self { before: IS_BUSY.replace(true) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        IS_BUSY.set(self.before);
    }
}
