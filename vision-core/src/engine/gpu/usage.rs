//! What a device holds, and what it was asked for: counted here, since no driver tells.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is on a device now, and what was made and sent there since it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Of the buffers that are there now.
    pub bytes: u64,
    pub buffers_made: u64,
    pub pipelines_made: u64,
    /// Weights, inputs, pixels, parameters.
    pub bytes_sent: u64,
}

#[derive(Default)]
pub(super) struct Counts {
    bytes: AtomicU64,
    buffers: AtomicU64,
    pipelines: AtomicU64,
    sent: AtomicU64,
}

impl Counts {
    pub fn buffer_came(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.buffers.fetch_add(1, Ordering::Relaxed);
    }

    pub fn buffer_went(&self, bytes: u64) {
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub fn pipeline_came(&self) {
        self.pipelines.fetch_add(1, Ordering::Relaxed);
    }

    pub fn sent(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub fn now(&self) -> Usage {
        Usage {
            bytes: self.bytes.load(Ordering::Relaxed),
            buffers_made: self.buffers.load(Ordering::Relaxed),
            pipelines_made: self.pipelines.load(Ordering::Relaxed),
            bytes_sent: self.sent.load(Ordering::Relaxed),
        }
    }
}
