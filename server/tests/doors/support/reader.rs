//! The stand-in for the models: it does what the picture's bytes say, and waits where a test wants it to.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use server::vision::ModelInfo;
use server::vision::engine::Reader;
use vision_core::manifest::ModelTask;
use vision_core::pipeline::{Host, Options};
use vision_core::report::Profile;
use vision_core::stage::{Stage, Task};
use vision_core::{AnalyzeError, Report};

use super::report;

/// Pictures that the stand-in knows.
pub mod picture {
    /// Read at once.
    pub const GOOD: &[u8] = b"good";
    /// Damaged: refused before any stage.
    pub const BAD: &[u8] = b"bad";
    /// Fails after its first stage.
    pub const LATE: &[u8] = b"late";
    /// Runs until the test lets go or it is cancelled.
    pub const SLOW: &[u8] = b"slow";
    /// The stand-in panics.
    pub const PANIC: &[u8] = b"panic";
}

#[derive(Debug, Default)]
pub struct StandIn {
    released: AtomicBool,
    running: AtomicUsize,
    cancelled: AtomicUsize,
    asked: Mutex<BTreeSet<Task>>,
}

impl StandIn {
    /// Lets slow pictures go on.
    pub fn release(&self) {
        self.released.store(true, Ordering::SeqCst);
    }

    /// What the last picture was to be read for.
    pub fn asked(&self) -> BTreeSet<Task> {
        self.asked.lock().expect("no panic").clone()
    }

    pub fn cancelled(&self) -> usize {
        self.cancelled.load(Ordering::SeqCst)
    }

    /// Waits until so many slow pictures run.
    pub fn wait_for_running(&self, count: usize) {
        super::server::eventually("slow pictures run", || self.running.load(Ordering::SeqCst) == count);
    }

    fn wait(&self, host: &dyn Host) -> Result<(), AnalyzeError> {
        self.running.fetch_add(1, Ordering::SeqCst);
        while !self.released.load(Ordering::SeqCst) && !host.cancelled() {
            std::thread::sleep(Duration::from_millis(2));
        }
        self.running.fetch_sub(1, Ordering::SeqCst);
        if host.cancelled() {
            self.cancelled.fetch_add(1, Ordering::SeqCst);
            return Err(AnalyzeError::Cancelled);
        }
        Ok(())
    }
}

impl Reader for StandIn {
    fn read(&self, bytes: &[u8], options: &Options, host: &mut dyn Host) -> Result<Report, AnalyzeError> {
        let mut report = report();
        report.receipt.profile = options.profile;
        self.asked.lock().expect("no panic").clone_from(&options.tasks);
        report.image.bytes = bytes.len() as u64;
        match bytes {
            [] => return Err(AnalyzeError::Empty),
            picture::BAD => return Err(AnalyzeError::Damaged { detail: "it says so".into() }),
            picture::PANIC => panic!("the picture says so"),
            _ => {}
        }
        let _ = host.stage(&Stage::Image { image: report.image.clone() });
        match bytes {
            picture::LATE => return Err(AnalyzeError::Truncated),
            picture::SLOW => self.wait(host)?,
            _ => {}
        }
        for stage in [
            Stage::Measures { palette: report.palette.clone(), quality: report.quality.clone() },
            Stage::Tags { tags: report.tags.clone() },
            Stage::Objects { objects: report.objects.clone() },
            Stage::Faces { faces: report.faces.clone() },
            Stage::Description { description: report.description.clone() },
        ] {
            let _ = host.stage(&stage);
        }
        Ok(report)
    }

    fn models(&self) -> Vec<ModelInfo> {
        vec![ModelInfo {
            name: "stand-in".into(),
            version: "1".into(),
            task: ModelTask::Objects,
            profiles: vec![Profile::Preview, Profile::Authority],
            bytes: 7,
            sha256: "ef".repeat(32),
            licence: "MIT".into(),
            origin: "the tests".into(),
            loaded: true,
        }]
    }
}
