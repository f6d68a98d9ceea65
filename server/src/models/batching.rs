//! Runs of one model that wait together run together. What a run costs beside its own arithmetic (weights read from memory, work
//! submitted to a GPU) is then paid once for all of them.
//!
//! A run that finds its model at rest begins at once; those that come meanwhile form the next batch. So nobody waits for company
//! when there is none, unless [`BatchSettings::wait`] says so, and then only while other pictures are being read.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vision_core::engine::{EngineError, Holding, Model, Ran, Running, Tensor};
use vision_core::preprocess::Preparation;

/// How runs are joined.
#[derive(Clone, Debug)]
pub struct Batching {
    pub settings: BatchSettings,
    pub reading: Reading,
    /// What runs those models that do not say what ran them: for the meters.
    pub engine: &'static str,
}

impl Batching {
    /// No run waits for another.
    pub fn off(engine: &'static str) -> Self {
        let settings = BatchSettings { most: Some(1), wait: Duration::ZERO };
        Self { settings, reading: Reading::default(), engine }
    }
}

/// What those who run a service may say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchSettings {
    /// Runs of a batch, at the most; 1 joins nothing, as `None` does.
    pub most: Option<usize>,
    /// How long a run may wait for others that could join it.
    pub wait: Duration,
}

/// Pictures that are being read now: no batch can become larger.
#[derive(Clone, Debug, Default)]
pub struct Reading(Arc<AtomicUsize>);

impl Reading {
    /// One more, until what is returned is dropped.
    pub fn begin(&self) -> impl Drop + use<> {
        struct One(Arc<AtomicUsize>);
        impl Drop for One {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.0.fetch_add(1, Ordering::Relaxed);
        One(Arc::clone(&self.0))
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// A model whose runs are joined, and counted under its name.
pub struct Batched {
    name: String,
    model: Box<dyn Model>,
    batching: Batching,
    line: Mutex<Line>,
    changed: Condvar,
}

#[derive(Default)]
struct Line {
    /// Whether a batch is being gathered or runs.
    busy: bool,
    waiting: VecDeque<Arc<Ticket>>,
}

/// A run that waits to be taken along.
struct Ticket {
    inputs: Vec<Tensor>,
    outcome: Mutex<Option<Result<Ran, EngineError>>>,
}

impl Batched {
    pub fn new(name: &str, model: Box<dyn Model>, batching: Batching) -> Self {
        Self { name: name.to_owned(), model, batching, line: Mutex::default(), changed: Condvar::new() }
    }

    /// Runs of a batch. Nothing is joined by itself: on two cores, and on a card beside sixteen, as many threads were faster
    /// (docs/performance.md), since each prepares its picture, or the card does, while others run.
    fn most(&self) -> usize {
        self.batching.settings.most.unwrap_or(1).max(1)
    }

    fn run_joined(&self, inputs: &[Tensor]) -> Result<Ran, EngineError> {
        let mut line = self.lock();
        if line.busy {
            let ticket = Arc::new(Ticket { inputs: inputs.to_vec(), outcome: Mutex::new(None) });
            line.waiting.push_back(Arc::clone(&ticket));
            // Who gathers may wait for it.
            self.changed.notify_all();
            while line.busy {
                line = self.changed.wait(line).unwrap_or_else(PoisonError::into_inner);
                if let Some(outcome) = lock(&ticket.outcome).take() {
                    return outcome;
                }
            }
            // Nobody took it along, and now it may lead.
            line.waiting.retain(|waiting| !Arc::ptr_eq(waiting, &ticket));
        }
        line.busy = true;
        let company = self.gather(line);
        let mut led = Led { of: self, company };
        let batch: Vec<&[Tensor]> =
            std::iter::once(inputs).chain(led.company.iter().map(|ticket| ticket.inputs.as_slice())).collect();
        let mut outcomes = self.run_batch(&batch).into_iter();
        let own = outcomes.next();
        for (ticket, outcome) in led.company.drain(..).zip(outcomes) {
            *lock(&ticket.outcome) = Some(outcome);
        }
        own.unwrap_or_else(|| Err(left_out()))
    }

    /// Who waits, as many as may come along; waits for more where that is allowed and there could be more.
    fn gather(&self, mut line: MutexGuard<'_, Line>) -> Vec<Arc<Ticket>> {
        let until = Instant::now() + self.batching.settings.wait;
        let most = self.most();
        loop {
            let could_be = most.min(self.batching.reading.count());
            let left = until.saturating_duration_since(Instant::now());
            if line.waiting.len() + 1 >= could_be || left.is_zero() {
                let joined = line.waiting.len().min(most - 1);
                return line.waiting.drain(..joined).collect();
            }
            (line, _) = self.changed.wait_timeout(line, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes the lead without company, unless somebody could come along or leads already.
    fn lead_alone(&self) -> Option<Led<'_>> {
        let mut line = self.lock();
        let would_wait = !self.batching.settings.wait.is_zero() && self.batching.reading.count() > 1;
        if line.busy || !line.waiting.is_empty() || would_wait {
            return None;
        }
        line.busy = true;
        Some(Led { of: self, company: Vec::new() })
    }

    /// `ran`: what came of the first picture.
    #[expect(clippy::cast_precision_loss, reason = "small numbers, and bytes of which nobody needs the last")]
    fn count(&self, began: Instant, pictures: usize, ran: Option<&Result<Ran, EngineError>>) {
        let ran_by = ran.and_then(|ran| ran.as_ref().ok()?.ran_by.as_ref());
        let engine = ran_by.map_or(self.batching.engine, |executor| executor.engine);
        let model = || self.name.clone();
        let seconds = began.elapsed().as_secs_f64();
        metrics::histogram!("iia_model_seconds", "model" => model(), "engine" => engine).record(seconds);
        metrics::histogram!("iia_batch_size", "model" => model()).record(pictures as f64);
        let Holding { cpu_bytes, gpu_bytes } = self.model.holds();
        for (place, bytes) in [("cpu", cpu_bytes), ("gpu", gpu_bytes)] {
            metrics::gauge!("iia_model_bytes", "model" => model(), "place" => place).set(bytes as f64);
        }
    }

    /// The state is whole after every statement that can panic.
    fn lock(&self) -> MutexGuard<'_, Line> {
        lock(&self.line)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn left_out() -> EngineError {
    EngineError::Run { detail: "the batch that it was in did not end".to_owned() }
}

/// A batch that runs. However it ends, everyone in it gets an answer, and the next may begin.
struct Led<'a> {
    of: &'a Batched,
    /// Those without an answer.
    company: Vec<Arc<Ticket>>,
}

impl Drop for Led<'_> {
    fn drop(&mut self) {
        for ticket in self.company.drain(..) {
            *lock(&ticket.outcome) = Some(Err(left_out()));
        }
        self.of.lock().busy = false;
        self.of.changed.notify_all();
    }
}

impl Model for Batched {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.run_joined(inputs).map(|ran| ran.outputs)
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move {
            match self.most() {
                1 => self.run_batch(&[inputs]).pop().unwrap_or_else(|| Err(left_out())),
                _ => self.run_joined(inputs),
            }
        })
    }

    fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
        let began = Instant::now();
        let outcomes = self.model.run_batch(batch);
        self.count(began, batch.len(), outcomes.first());
        outcomes
    }

    fn holds(&self) -> Holding {
        self.model.holds()
    }

    fn prepares(&self) -> bool {
        self.model.prepares()
    }

    /// Runs that are joined bring tensors: only a picture that runs alone is prepared where it runs.
    fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
        Box::pin(async move {
            // Where all run side by side nobody leads.
            let _led = match self.most() {
                1 => None,
                _ => match self.lead_alone() {
                    Some(led) => Some(led),
                    None => return self.run_joined(&[picture.tensor()]),
                },
            };
            let began = Instant::now();
            let ran = self.model.start_on(picture).await;
            self.count(began, 1, Some(&ran));
            ran
        })
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use vision_core::manifest::{ChannelOrder, Filter, Fit, InputSpec};
    use vision_core::preprocess::Levels;

    use super::*;

    /// Adds one to each number, and remembers the sizes of its batches. It rests until it may begin.
    #[derive(Default)]
    struct PlusOne {
        sizes: Arc<Mutex<Vec<usize>>>,
        /// Pictures that it prepared itself.
        prepared: Arc<AtomicUsize>,
        may_begin: Arc<(Mutex<bool>, Condvar)>,
    }

    impl PlusOne {
        fn open(gate: &(Mutex<bool>, Condvar)) {
            *lock(&gate.0) = true;
            gate.1.notify_all();
        }
    }

    impl Model for PlusOne {
        fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
            let mut tensor = inputs[0].clone();
            assert!(tensor.data[0] >= 0.0, "a number that makes it panic");
            tensor.data.iter_mut().for_each(|number| *number += 1.0);
            Ok(vec![tensor])
        }

        fn prepares(&self) -> bool {
            true
        }

        fn start_on<'a>(&'a self, picture: &'a Preparation<'_>) -> Running<'a> {
            Box::pin(async move {
                self.prepared.fetch_add(1, Ordering::SeqCst);
                self.run_batch(&[&[picture.tensor()]]).remove(0)
            })
        }

        fn run_batch(&self, batch: &[&[Tensor]]) -> Vec<Result<Ran, EngineError>> {
            lock(&self.sizes).push(batch.len());
            let begun = self.may_begin.1.wait_while(lock(&self.may_begin.0), |may_begin| !*may_begin);
            drop(begun.unwrap_or_else(PoisonError::into_inner));
            batch.iter().map(|inputs| self.run(inputs).map(Ran::from)).collect()
        }
    }

    fn number(value: f32) -> Vec<Tensor> {
        vec![Tensor { shape: vec![1], data: vec![value] }]
    }

    fn batched(most: usize, wait: Duration) -> (Batched, PlusOne) {
        let model = PlusOne::default();
        let (sizes, prepared) = (Arc::clone(&model.sizes), Arc::clone(&model.prepared));
        let seen = PlusOne { sizes, prepared, may_begin: Arc::clone(&model.may_begin) };
        let batching = Batching { settings: BatchSettings { most: Some(most), wait }, ..Batching::off("a test") };
        (Batched::new("plus one", Box::new(model), batching), seen)
    }

    fn wait_until(holds: impl Fn() -> bool) {
        while !holds() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn runs_that_come_while_one_runs_are_the_next_batch_and_each_gets_its_own_answer() {
        let (batched, seen) = batched(4, Duration::ZERO);
        thread::scope(|threads| {
            let run = |value| {
                (
                    value,
                    threads.spawn({
                        let batched = &batched;
                        move || batched.run(&number(value))
                    }),
                )
            };
            let mut runs = vec![run(0.0)];
            wait_until(|| lock(&seen.sizes).len() == 1);
            runs.extend((1..=6).map(|n| run(n as f32)));
            wait_until(|| batched.lock().waiting.len() == 6);
            PlusOne::open(&seen.may_begin);
            for (value, run) in runs {
                assert_eq!(run.join().expect("it ends"), Ok(number(value + 1.0)));
            }
        });
        let sizes = lock(&seen.sizes).clone();
        assert_eq!(sizes[0], 1);
        assert_eq!(sizes.iter().sum::<usize>(), 7);
        assert_eq!(sizes[1], 4, "{sizes:?}");
    }

    #[test]
    fn a_run_waits_for_others_only_while_other_pictures_are_read() {
        let (batched, seen) = batched(2, Duration::from_secs(600));
        PlusOne::open(&seen.may_begin);
        let _one = batched.batching.reading.begin();
        assert_eq!(batched.run(&number(1.0)), Ok(number(2.0)));
        let _another = batched.batching.reading.begin();
        thread::scope(|threads| {
            let first = threads.spawn(|| batched.run(&number(2.0)));
            wait_until(|| batched.lock().busy);
            assert_eq!(batched.run(&number(3.0)), Ok(number(4.0)));
            assert_eq!(first.join().expect("it ends"), Ok(number(3.0)));
        });
        assert_eq!(*lock(&seen.sizes), [1, 2]);
    }

    /// Reads a picture of one pixel, as an analysis does.
    fn read_pixel(model: &Batched, level: u8) -> f32 {
        let pixel = image::RgbImage::from_pixel(1, 1, image::Rgb([level; 3]));
        let spec = InputSpec {
            width: 1,
            height: 1,
            fit: Fit::Stretch,
            filter: Filter::Bilinear,
            channels: ChannelOrder::Rgb,
            mean: [0.0; 3],
            std: [1.0; 3],
            origin: String::new(),
        };
        let levels = Levels::new(&pixel);
        let preparation = Preparation::of(&levels, &spec);
        assert!(model.prepares());
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let ran = runtime.block_on(model.start_on(&preparation));
        ran.expect("it runs").outputs[0].data[0]
    }

    #[test]
    fn a_picture_that_runs_alone_is_prepared_where_it_runs_and_those_that_come_meanwhile_together() {
        let (batched, seen) = batched(4, Duration::ZERO);
        thread::scope(|threads| {
            let read = |level| {
                let batched = &batched;
                threads.spawn(move || read_pixel(batched, level))
            };
            let first = read(1);
            wait_until(|| lock(&seen.sizes).len() == 1);
            let others = [read(2), read(3)];
            wait_until(|| batched.lock().waiting.len() == 2);
            PlusOne::open(&seen.may_begin);
            assert_eq!(first.join().expect("it ends"), 2.0);
            assert_eq!(others.map(|other| other.join().expect("it ends")), [3.0, 4.0]);
        });
        assert_eq!((lock(&seen.sizes).clone(), seen.prepared.load(Ordering::SeqCst)), (vec![1, 2], 1));
        assert_eq!(read_pixel(&batched, 9), 10.0);
        assert_eq!(seen.prepared.load(Ordering::SeqCst), 2, "at rest again");
    }

    #[test]
    fn a_picture_that_would_wait_for_others_brings_a_tensor() {
        let (batched, seen) = batched(2, Duration::from_secs(600));
        PlusOne::open(&seen.may_begin);
        let _one = batched.batching.reading.begin();
        assert_eq!(read_pixel(&batched, 1), 2.0);
        assert_eq!(seen.prepared.load(Ordering::SeqCst), 1);
        let _another = batched.batching.reading.begin();
        thread::scope(|threads| {
            let first = threads.spawn(|| read_pixel(&batched, 2));
            wait_until(|| batched.lock().busy);
            assert_eq!(read_pixel(&batched, 3), 4.0);
            assert_eq!(first.join().expect("it ends"), 3.0);
        });
        assert_eq!((lock(&seen.sizes).clone(), seen.prepared.load(Ordering::SeqCst)), (vec![1, 2], 1));
    }

    #[test]
    fn a_batch_that_panics_answers_all_in_it_and_lets_the_next_begin() {
        let (batched, seen) = batched(4, Duration::ZERO);
        thread::scope(|threads| {
            let first = threads.spawn(|| batched.run(&number(0.0)));
            wait_until(|| lock(&seen.sizes).len() == 1);
            let others: Vec<_> = [-1.0, -2.0]
                .into_iter()
                .map(|value| {
                    threads.spawn({
                        let batched = &batched;
                        move || batched.run(&number(value))
                    })
                })
                .collect();
            wait_until(|| batched.lock().waiting.len() == 2);
            PlusOne::open(&seen.may_begin);
            assert_eq!(first.join().expect("it ends"), Ok(number(1.0)));
            let ends: Vec<_> = others.into_iter().map(thread::ScopedJoinHandle::join).collect();
            // Who led the batch panicked with it; who was taken along was told.
            assert_eq!(ends.iter().filter(|end| end.is_err()).count(), 1);
            assert_eq!(ends.iter().filter(|end| matches!(end, Ok(Err(EngineError::Run { .. })))).count(), 1);
        });
        assert_eq!(batched.run(&number(5.0)), Ok(number(6.0)));
    }
}
