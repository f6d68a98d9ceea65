//! The only place with threads of its own: inference runs here, bounded in how much runs and how much waits.

mod places;
mod queue;
mod reading;
mod running;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use proto::convert::models::ModelInfo;
use tokio::sync::{AcquireError, Semaphore, TryAcquireError, mpsc};
use vision_core::pipeline::{Host, Options};
use vision_core::{AnalyzeError, Report};

use super::{Asker, Events, Job};
use crate::service::ServiceError;
use places::{Askers, Place};
use queue::Queue;
use reading::Task;
use running::Running;

/// What the threads run: the models that are loaded now, or a stand-in for them in a test.
pub trait Reader: Send + Sync {
    /// # Errors
    /// Every way in which a picture can fail to be read, see [`AnalyzeError`].
    fn read(&self, picture: &[u8], options: &Options, host: &mut dyn Host) -> Result<Report, AnalyzeError>;
    /// The models of the manifest, and which of them are loaded.
    fn models(&self) -> Vec<ModelInfo>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EngineLimits {
    /// Analyses that run at once, each on a thread of its own.
    pub threads: usize,
    /// Analyses that may wait for a thread; one more is refused.
    pub queue: usize,
}

/// Decoding and tensors of a deep model go deeper than the 2 MiB that a thread gets by default; the main thread has 8.
const STACK_BYTES: usize = 8 << 20;

/// More events than an analysis has, so that a caller who reads slowly never holds a thread.
const EVENTS_PER_ANALYSIS: usize = 32;

/// Threads that analyse, and the bounded queue before them. Dropping it lets running analyses finish and takes no new ones.
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    reader: Arc<dyn Reader>,
    queue: Queue,
    slots: Arc<Semaphore>,
    askers: Askers,
    /// Of the slots, those that pictures of batches may hold: the rest is for callers who are refused when none is free.
    batch_slots: Arc<Semaphore>,
    limits: EngineLimits,
    running: AtomicUsize,
    /// How long an analysis takes, a moving mean, for telling callers when to come back.
    mean_ms: AtomicU64,
}

impl Engine {
    /// # Errors
    /// When the system gives no thread.
    pub fn start(reader: Arc<dyn Reader>, limits: EngineLimits) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            reader,
            queue: Queue::default(),
            askers: Askers::default(),
            slots: Arc::new(Semaphore::new(limits.threads + limits.queue)),
            batch_slots: Arc::new(Semaphore::new(limits.threads + limits.queue / 2)),
            limits,
            running: AtomicUsize::new(0),
            mean_ms: AtomicU64::new(500),
        });
        let engine = Self { shared: Arc::clone(&shared) };
        for number in 0..limits.threads {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("vision-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || reading::work(&shared))?;
        }
        Ok(engine)
    }

    /// Begins an analysis, or refuses at once when all places are taken. Somebody may hold all of them as long as nobody else
    /// asks; then what came last of whoever holds most gives way, unless a thread has it already.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`] with the time after which a place should be free; it may also come as the last event.
    pub fn submit(&self, job: Job) -> Result<Events, ServiceError> {
        match Arc::clone(&self.shared.slots).try_acquire_owned() {
            Ok(slot) => {
                let place = self.shared.askers.place(&job.asker, slot);
                Ok(self.enqueue(job, place))
            }
            Err(TryAcquireError::NoPermits) => {
                metrics::counter!("iia_analyses_refused_total").increment(1);
                let refused = ServiceError::Overloaded { retry_after: self.shared.retry_after() };
                let held = |asker: &Asker| self.shared.askers.held(asker);
                let Some(given_up) = self.shared.queue.give_way(&job.asker, held, Task::may_give_way) else {
                    return Err(refused);
                };
                let place = given_up.give_way(refused).passed_to(&job.asker);
                Ok(self.enqueue(job, place))
            }
            Err(TryAcquireError::Closed) => Err(ServiceError::Cancelled),
        }
    }

    /// Begins an analysis of a batch as soon as a place is free. Batches never fill all places that may wait: half of them
    /// stay for those who ask for one picture.
    ///
    /// # Errors
    /// [`ServiceError::DeadlineExceeded`] when no place came free in time.
    pub async fn submit_waiting(&self, job: Job) -> Result<Events, ServiceError> {
        let shared = &self.shared;
        let slots = async {
            let of_batches = Arc::clone(&shared.batch_slots).acquire_owned().await?;
            Ok::<_, AcquireError>((Arc::clone(&shared.slots).acquire_owned().await?, of_batches))
        };
        match tokio::time::timeout_at(job.deadline.into(), slots).await {
            Ok(Ok((slot, of_batches))) => {
                let place = shared.askers.place(&job.asker, slot).of_batch(of_batches);
                Ok(self.enqueue(job, place))
            }
            Ok(Err(_closed)) => Err(ServiceError::Cancelled),
            Err(_elapsed) => Err(ServiceError::DeadlineExceeded),
        }
    }

    pub fn models(&self) -> Vec<ModelInfo> {
        self.shared.reader.models()
    }

    fn enqueue(&self, job: Job, place: Place) -> Events {
        let (events, received) = mpsc::channel(EVENTS_PER_ANALYSIS);
        let (deadline, asker) = (job.deadline, job.asker.clone());
        let task = Task::new(job, events, place);
        let cancelled = task.cancelled();
        let id = self.shared.queue.push(asker, task);
        self.shared.observe();
        Running::new(received, deadline, Cancel { shared: Arc::clone(&self.shared), id, cancelled }).into_events()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

impl Shared {
    /// About the time until a place is free: what runs and waits, spread over the threads.
    fn retry_after(&self) -> Duration {
        let ahead = self.queue.len() + 1;
        let rounds = ahead.div_ceil(self.limits.threads.max(1)) as u64;
        Duration::from_millis(self.mean_ms.load(Ordering::Relaxed).saturating_mul(rounds))
            .clamp(Duration::from_secs(1), Duration::from_secs(30))
    }

    fn took(&self, started: Instant) {
        let ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mean = self.mean_ms.load(Ordering::Relaxed);
        self.mean_ms.store((mean.saturating_mul(7).saturating_add(ms)) / 8, Ordering::Relaxed);
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of at most some hundreds")]
    fn observe(&self) {
        metrics::gauge!("iia_analyses_running").set(self.running.load(Ordering::Relaxed) as f64);
        metrics::gauge!("iia_analyses_waiting").set(self.queue.len() as f64);
    }
}

/// Stops one analysis, whether it waits or runs.
struct Cancel {
    shared: Arc<Shared>,
    id: u64,
    cancelled: Arc<std::sync::atomic::AtomicBool>,
}

impl Cancel {
    fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        // One that still waits gives its place back at once.
        drop(self.shared.queue.remove(self.id));
        self.shared.observe();
    }
}
