//! Who gets a place and a turn when there are fewer than are asked for.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;

use super::*;
use crate::vision::Intake;

/// Reads nothing before it may, and remembers in which order it was asked; it finds no picture in what it is given.
#[derive(Default)]
struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
    read: Mutex<Vec<String>>,
}

impl Gate {
    fn open(&self) {
        *self.open.lock().expect("no panic") = true;
        self.opened.notify_all();
    }

    fn read(&self) -> Vec<String> {
        self.read.lock().expect("no panic").clone()
    }
}

impl Reader for Gate {
    fn read(&self, picture: &[u8], _options: &Options, _host: &mut dyn Host) -> Result<Report, AnalyzeError> {
        self.read.lock().expect("no panic").push(String::from_utf8_lossy(picture).into_owned());
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.opened.wait_while(open, |open| !*open).unwrap_or_else(PoisonError::into_inner));
        Err(AnalyzeError::Empty)
    }

    fn models(&self) -> Vec<ModelInfo> {
        Vec::new()
    }
}

/// The first letter of the picture says for whom.
fn job(picture: &str) -> Job {
    let mut gathering = Intake::new(0).begin(0);
    gathering.push(picture.as_bytes()).expect("it is small");
    let deadline = Instant::now() + Duration::from_secs(600);
    Job { picture: gathering.finish(), options: Options::default(), deadline, asker: Asker::new(&picture[..1]) }
}

/// An engine of one thread, which has its first picture.
fn busy(queue: usize, first: &str) -> (Engine, Arc<Gate>, Events) {
    let gate = Arc::new(Gate::default());
    let engine = Engine::start(gate.clone(), EngineLimits { threads: 1, queue }).expect("a thread");
    let events = engine.submit(job(first)).expect("a place");
    while gate.read().is_empty() {
        std::thread::sleep(Duration::from_millis(1));
    }
    (engine, gate, events)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(future)
}

fn is_overloaded<T>(outcome: &Result<T, ServiceError>) -> bool {
    matches!(outcome, Err(ServiceError::Overloaded { .. }))
}

/// How it ended: well is what it comes to when it was read.
fn end(events: Events) -> Result<(), ServiceError> {
    let mut events: Vec<_> = block_on(events.collect());
    match events.pop().expect("an end") {
        Err(error) if error.code() == AnalyzeError::Empty.code() => Ok(()),
        other => other.map(|event| panic!("there is no report to give: {event:?}")),
    }
}

#[test]
fn one_who_asks_alone_may_hold_all_places_and_gives_up_the_last_when_another_comes() {
    let (engine, gate, running) = busy(3, "a0");
    let mut of_a: Vec<Events> = ["a1", "a2", "a3"].map(|picture| engine.submit(job(picture)).expect("a place")).into();
    assert!(is_overloaded(&engine.submit(job("a4"))), "nobody gives way to themselves");

    let mut of_b = vec![engine.submit(job("b0")).expect("a gives way")];
    assert!(is_overloaded(&end(of_a.pop().expect("a3"))), "it hears of it at once");
    of_b.push(engine.submit(job("b1")).expect("a gives way"));
    assert!(is_overloaded(&end(of_a.pop().expect("a2"))));
    // Two for each: that is a share.
    assert!(is_overloaded(&engine.submit(job("b2"))));
    assert!(is_overloaded(&engine.submit(job("a5"))));
    let of_c = engine.submit(job("c0")).expect("somebody gives way");

    gate.open();
    let ends = [running].into_iter().chain(of_a).chain(of_b).chain([of_c]).map(end);
    let refused = ends.filter(is_overloaded).count();
    assert_eq!(refused, 1, "one of two with two");
    assert_eq!(gate.read().len(), 4, "as many as there are places");
    for picture in ["a6", "a7", "b3"] {
        assert!(end(engine.submit(job(picture)).expect("places are free again")).is_ok());
    }
    assert_eq!(engine.shared.askers.held(&Asker::new("a")), 0);
}

#[test]
fn pictures_of_one_do_not_wait_behind_all_of_another() {
    let (engine, gate, running) = busy(8, "a0");
    let waiting: Vec<Events> =
        ["a1", "a2", "a3", "b0", "b1", "c0"].map(|picture| engine.submit(job(picture)).expect("a place")).into();
    gate.open();
    assert!([running].into_iter().chain(waiting).map(end).all(|end| end.is_ok()));
    assert_eq!(gate.read(), ["a0", "a1", "b0", "c0", "a2", "b1", "a3"]);
}

#[test]
fn a_batch_keeps_its_places_leaves_half_of_them_to_others_and_takes_turns() {
    let (engine, gate, running) = busy(4, "a0");
    // Three places of five, one of which the first picture does not hold as one of a batch.
    let mut batch: Vec<Events> =
        ["a1", "a2", "a3"].map(|picture| block_on(engine.submit_waiting(job(picture))).expect("a place")).into();
    let mut soon = job("a4");
    soon.deadline = Instant::now();
    let waited = block_on(engine.submit_waiting(soon));
    assert!(matches!(waited, Err(ServiceError::DeadlineExceeded)), "batches do not fill all places");
    batch.push(engine.submit(job("b0")).expect("the place that is left"));
    assert!(is_overloaded(&engine.submit(job("c0"))), "who waited for a place has it for good");
    gate.open();
    assert!([running].into_iter().chain(batch).map(end).all(|end| end.is_ok()));
    assert_eq!(gate.read(), ["a0", "a1", "b0", "a2", "a3"]);
}
