//! Failures of a GPU on demand, for tests of what happens then: what drivers do when they are restarted, full or broken.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What goes wrong from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The device goes away, for good.
    Gone,
    /// The source of no kernel is understood that was not yet.
    Modules,
    /// No kernel is compiled that was not yet.
    Pipelines,
    /// There is room for so many bytes more.
    Memory(u64),
    /// No answer comes in time.
    Silence,
}

/// The faults that are not mended.
pub(super) struct Faults {
    modules: AtomicBool,
    pipelines: AtomicBool,
    silence: AtomicBool,
    /// Bytes of all buffers together, at the most.
    most_bytes: AtomicU64,
}

impl Default for Faults {
    fn default() -> Self {
        let (modules, pipelines, silence) = Default::default();
        Self { modules, pipelines, silence, most_bytes: AtomicU64::new(u64::MAX) }
    }
}

impl Faults {
    /// `held_bytes`: of the buffers that are there now.
    pub fn begin(&self, fault: Fault, held_bytes: u64) {
        match fault {
            Fault::Gone => {}
            Fault::Modules => self.modules.store(true, Ordering::Relaxed),
            Fault::Pipelines => self.pipelines.store(true, Ordering::Relaxed),
            Fault::Memory(bytes) => self.most_bytes.store(held_bytes.saturating_add(bytes), Ordering::Relaxed),
            Fault::Silence => self.silence.store(true, Ordering::Relaxed),
        }
    }

    pub fn mend(&self) {
        for flag in [&self.modules, &self.pipelines, &self.silence] {
            flag.store(false, Ordering::Relaxed);
        }
        self.most_bytes.store(u64::MAX, Ordering::Relaxed);
    }

    pub fn modules(&self) -> bool {
        self.modules.load(Ordering::Relaxed)
    }

    pub fn pipelines(&self) -> bool {
        self.pipelines.load(Ordering::Relaxed)
    }

    pub fn silence(&self) -> bool {
        self.silence.load(Ordering::Relaxed)
    }

    pub fn most_bytes(&self) -> u64 {
        self.most_bytes.load(Ordering::Relaxed)
    }
}
