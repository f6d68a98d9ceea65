//! The pictures on several threads, their outcomes on one, in the order of the arguments.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use vision_core::pipeline::{Analyzer, Host, Options};
use vision_core::report::Report;
use vision_core::stage::Stage;
use vision_core::{AnalyzeError, ErrorCode};

use super::annotate::Annotator;
use super::inputs::Input;
use super::interrupt::Interrupt;
use super::{Failure, Outcome};

/// What every picture is read with.
pub struct Job<'a> {
    pub analyzer: &'a Analyzer,
    pub options: &'a Options,
    pub annotator: Option<&'a Annotator>,
    pub interrupt: Interrupt,
}

/// Reads the pictures on `threads` threads and hands each outcome to `each`. After Ctrl-C the finished ones are still
/// handed over; the others are left out.
///
/// # Errors
/// The first error of `each`; the pictures that are not begun then never are.
pub fn run(
    job: &Job<'_>,
    inputs: Vec<Input>,
    threads: usize,
    mut each: impl FnMut(Outcome) -> io::Result<()>,
) -> io::Result<()> {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, outcomes) = mpsc::sync_channel(threads);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(inputs.len()) {
            let sender = sender.clone();
            let (next, stop, inputs) = (&next, &stop, &inputs);
            scope.spawn(move || {
                while let Some((index, input)) = take(next, inputs) {
                    if stop.load(Ordering::Relaxed) || job.interrupt.is_set() {
                        break;
                    }
                    if let Some(outcome) = read(job, stop, input)
                        && sender.send((index, outcome)).is_err()
                    {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let written = in_order(&outcomes, &mut each);
        stop.store(true, Ordering::Relaxed);
        // A thread that waits to hand over its outcome must find the other end gone.
        drop(outcomes);
        written
    })
}

fn take<'a>(next: &AtomicUsize, inputs: &'a [Input]) -> Option<(usize, &'a Input)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    inputs.get(index).map(|input| (index, input))
}

/// Holds back outcomes that came before their turn; what is left at the end (after Ctrl-C) follows with gaps.
fn in_order(
    outcomes: &mpsc::Receiver<(usize, Outcome)>,
    each: &mut impl FnMut(Outcome) -> io::Result<()>,
) -> io::Result<()> {
    let (mut held, mut turn) = (BTreeMap::new(), 0_usize);
    for (index, outcome) in outcomes {
        held.insert(index, outcome);
        while let Some(outcome) = held.remove(&turn) {
            turn += 1;
            each(outcome)?;
        }
    }
    held.into_values().try_for_each(each)
}

/// `None` for a picture that was broken off because all is to stop.
fn read(job: &Job<'_>, stop: &AtomicBool, input: &Input) -> Option<Outcome> {
    let file = input.name();
    // A fault of ours in one picture must not take the others with it.
    let result = catch_unwind(AssertUnwindSafe(|| describe(job, stop, input, &file))).unwrap_or_else(|_| {
        Err(Failure { code: ErrorCode::Internal, message: "an internal fault stopped the analysis".into() })
    });
    match result {
        Err(failure) if failure.code == ErrorCode::Cancelled => None,
        result => Some(Outcome { file, result }),
    }
}

fn describe(job: &Job<'_>, stop: &AtomicBool, input: &Input, file: &str) -> Result<Report, Failure> {
    let bytes = input.read()?;
    let mut host = Terminal { started: Instant::now(), interrupt: job.interrupt, stop };
    let report = job.analyzer.analyze(&bytes, job.options, &mut host)?;
    if let Some(annotator) = job.annotator {
        annotator.save(file, &bytes, &report)?;
    }
    Ok(report)
}

/// The terminal as the core's host: a clock, and Ctrl-C.
struct Terminal<'a> {
    started: Instant,
    interrupt: Interrupt,
    stop: &'a AtomicBool,
}

impl Host for Terminal<'_> {
    fn now_ms(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }

    fn stage(&mut self, _: &Stage) -> ControlFlow<()> {
        if self.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn cancelled(&self) -> bool {
        self.interrupt.is_set() || self.stop.load(Ordering::Relaxed)
    }
}

impl From<image::ImageError> for Failure {
    fn from(error: image::ImageError) -> Self {
        AnalyzeError::Internal { detail: error.to_string() }.into()
    }
}
