//! The kernels' tests as functions of a WebAssembly program, where there is no test runner; `end2end/kernels.mjs` calls them.
//!
//! Strings lie in the program's memory: a place and a length. A test that fails ends the program, and has told why before.

#![expect(unsafe_code, reason = "functions are exported by their names")]

use std::sync::Mutex;

use vision_kernels::tests::ALL;

static TOLD: Mutex<String> = Mutex::new(String::new());

/// How many tests there are.
#[unsafe(no_mangle)]
pub extern "C" fn count() -> usize {
    ALL.len()
}

/// Where the name of a test lies.
#[unsafe(no_mangle)]
pub extern "C" fn name(at: usize) -> *const u8 {
    ALL[at].0.as_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn name_len(at: usize) -> usize {
    ALL[at].0.len()
}

/// Runs a test.
#[unsafe(no_mangle)]
pub extern "C" fn run(at: usize) {
    std::panic::set_hook(Box::new(|told| {
        if let Ok(mut kept) = TOLD.lock() {
            *kept = told.to_string();
        }
    }));
    (ALL[at].1)();
}

/// Where what a failed test told lies.
#[unsafe(no_mangle)]
pub extern "C" fn told() -> *const u8 {
    TOLD.lock().map_or(std::ptr::null(), |told| told.as_ptr())
}

#[unsafe(no_mangle)]
pub extern "C" fn told_len() -> usize {
    TOLD.lock().map_or(0, |told| told.len())
}
