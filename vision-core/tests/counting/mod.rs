//! An allocator that counts, so that tests can state how much memory a call took at its peak, and how often it asked for some.
#![expect(unsafe_code, reason = "an allocator is unsafe by its nature; this one only counts and passes on")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

thread_local! {
    static NOW: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Of all threads.
static CALLS: AtomicUsize = AtomicUsize::new(0);

pub struct Counting;

fn count(change: isize) {
    // A thread that is ending has no counters any more, and nobody asks for them.
    let _ = NOW.try_with(|now| {
        now.set(now.get() + change);
        let _ = PEAK.try_with(|peak| peak.set(peak.get().max(now.get())));
    });
}

// SAFETY: all is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        count(layout.size() as isize);
        // SAFETY: granted by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        count(layout.size() as isize);
        // SAFETY: granted by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        // SAFETY: granted by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        CALLS.fetch_add(1, Ordering::Relaxed);
        // Both may exist while the bytes are moved.
        count(new_size as isize);
        count(-(layout.size() as isize));
        // SAFETY: granted by the caller.
        unsafe { System.realloc(pointer, layout, new_size) }
    }
}

/// How often memory was asked for since the program began.
#[allow(dead_code, reason = "each test that takes this module uses a part of it")]
pub fn calls() -> usize {
    CALLS.load(Ordering::Relaxed)
}

/// Runs `work` and tells by how much this thread's allocations rose above where they stood, at the most.
#[allow(dead_code, reason = "each test that takes this module uses a part of it")]
pub fn peak_during<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.get();
    PEAK.set(before);
    let result = work();
    (result, usize::try_from(PEAK.get() - before).unwrap_or(0))
}
