//! Ctrl-C: the first press lets what is finished be written, the second ends at once.

use std::io;
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

static PRESSED: AtomicBool = AtomicBool::new(false);

/// Tells whether Ctrl-C was pressed.
#[derive(Clone, Copy)]
pub struct Interrupt;

impl Interrupt {
    pub fn is_set(self) -> bool {
        PRESSED.load(Ordering::Relaxed)
    }
}

/// Listens from now on, on a thread of its own.
pub fn listen() -> io::Result<Interrupt> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    std::thread::Builder::new().name("interrupt".into()).spawn(move || {
        runtime.block_on(async {
            while tokio::signal::ctrl_c().await.is_ok() {
                if PRESSED.swap(true, Ordering::Relaxed) {
                    process::exit(i32::from(super::INTERRUPTED));
                }
            }
        });
    })?;
    Ok(Interrupt)
}
