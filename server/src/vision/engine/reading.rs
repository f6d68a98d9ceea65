//! One thread's work: takes an analysis from the queue, runs it, tells its caller; a panic costs the one picture only.

use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use tokio::sync::mpsc::Sender;
use tracing::Span;
use vision_core::pipeline::Host;
use vision_core::stage::Stage;
use vision_core::{AnalyzeError, Report};

use super::{Job, Place, Shared};
use crate::service::ServiceError;
use crate::vision::Event;

/// An analysis that waits or runs, with its place.
pub(super) struct Task {
    job: Job,
    events: Sender<Result<Event, ServiceError>>,
    cancelled: Arc<AtomicBool>,
    place: Place,
    /// When it came.
    since: Instant,
    /// The request or call that it belongs to, for the log.
    span: Span,
}

impl Task {
    pub fn new(job: Job, events: Sender<Result<Event, ServiceError>>, place: Place) -> Self {
        Self { job, events, cancelled: Arc::default(), place, since: Instant::now(), span: Span::current() }
    }

    pub fn may_give_way(&self) -> bool {
        self.place.may_be_passed_on()
    }

    /// Ends it before it began, and gives its place to another.
    pub fn give_way(self, refused: ServiceError) -> Place {
        let Self { events, place, .. } = self;
        // A caller who has gone needs no answer.
        let _ = events.try_send(Err(refused));
        place
    }

    pub fn cancelled(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.cancelled)
    }
}

/// Runs until the queue is closed and empty.
pub(super) fn work(shared: &Shared) {
    while let Some(task) = shared.queue.pop() {
        shared.running.fetch_add(1, Ordering::Relaxed);
        shared.observe();
        metrics::histogram!("iia_queue_seconds").record(task.since.elapsed().as_secs_f64());
        let outcome = task.span.in_scope(|| read(shared, &task));
        shared.running.fetch_sub(1, Ordering::Relaxed);
        finish(task, outcome);
        shared.observe();
    }
}

fn read(shared: &Shared, task: &Task) -> Result<Report, ServiceError> {
    let mut host = Caller { task, started: Instant::now() };
    if host.cancelled() {
        return Err(stopped(task));
    }
    let run = || shared.reader.read(task.job.picture.bytes(), &task.job.options, &mut host);
    let started = Instant::now();
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(run));
    metrics::histogram!("iia_analysis_seconds").record(started.elapsed().as_secs_f64());
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(image.size_bytes = task.job.picture.bytes().len(), duration_ms, "a thread has done with a picture");
    match outcome {
        Ok(Ok(report)) => {
            shared.took(started);
            for timing in &report.timings {
                metrics::histogram!("iia_stage_seconds", "stage" => timing.stage.clone())
                    .record(f64::from(timing.ms) / 1000.0);
            }
            Ok(report)
        }
        Ok(Err(AnalyzeError::Cancelled)) => Err(stopped(task)),
        Ok(Err(error)) => Err(error.into()),
        Err(_panic) => Err(ServiceError::internal("the analysis panicked")),
    }
}

/// The place is free before the caller hears of the end, so that who comes next finds it.
fn finish(task: Task, outcome: Result<Report, ServiceError>) {
    let Task { job, events, cancelled: _, place, since: _, span: _ } = task;
    drop(job);
    drop(place);
    let result = outcome.map(|report| Event::Report(Box::new(report)));
    // A caller who has gone needs no answer.
    let _ = events.try_send(result);
}

fn stopped(task: &Task) -> ServiceError {
    if Instant::now() >= task.job.deadline { ServiceError::DeadlineExceeded } else { ServiceError::Cancelled }
}

/// The clock of an analysis and the way to who asked for it.
struct Caller<'a> {
    task: &'a Task,
    started: Instant,
}

impl Host for Caller<'_> {
    fn now_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn stage(&mut self, stage: &Stage) -> ControlFlow<()> {
        // One place is kept for the report; a stage without a place is left out, for the report holds it too.
        if self.task.events.capacity() > 1 {
            let _ = self.task.events.try_send(Ok(Event::Stage(Box::new(stage.clone()))));
        }
        if self.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn cancelled(&self) -> bool {
        self.task.cancelled.load(Ordering::Relaxed)
            || self.task.events.is_closed()
            || Instant::now() >= self.task.job.deadline
    }
}
