//! Starts the worker, hands it pictures, takes what it found into the session, and stops it when it must stop at once.

use std::cell::RefCell;

use js_sys::{Array, Int32Array, Object, Reflect, SharedArrayBuffer};
use leptos::prelude::{GetUntracked, Set};
use leptos::task::spawn_local;
use vision_core::stage::{Stage, Task};
use vision_core::{ErrorCode, Report};
use vision_worker::protocol::{FromWorker, PROTOCOL_VERSION, StageParts, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};

use super::address::address_of;
use super::queue::Queue;
use crate::browser::{files, page};
use crate::state::{Problem, Reading, Session, WorkerState};
use crate::text;

/// How long a worker that shares memory may take to notice that it shall stop, before it is ended.
const PATIENCE_MS: i32 = 700;

#[derive(Default)]
struct Client {
    worker: Option<Worker>,
    /// Grows with each worker, so that an old one's messages are known.
    generation: u32,
    ready: bool,
    queue: Queue,
    /// One number shared with the worker: the job that shall stop.
    stop_flag: Option<Int32Array>,
}

thread_local! {
    static CLIENT: RefCell<Client> = RefCell::default();
}

/// Starts the worker unless it runs.
pub fn start(session: Session) {
    let running = CLIENT.with_borrow(|c| c.worker.is_some());
    if running {
        return;
    }
    session.worker.set(WorkerState::Starting);
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let Ok(worker) = Worker::new_with_options(&address_of(&page::search()), &options) else {
        session.worker.set(WorkerState::Failed(text::WORKER_FAILED.into()));
        return;
    };
    let generation = CLIENT.with_borrow_mut(|c| {
        c.generation += 1;
        c.ready = false;
        c.worker = Some(worker.clone());
        c.generation
    });
    listen(&worker, session, generation);
}

fn listen(worker: &Worker, session: Session, generation: u32) {
    let is_current = move || CLIENT.with_borrow(|c| c.generation == generation && c.worker.is_some());
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let message = event.data().as_string().and_then(|t| serde_json::from_str::<FromWorker>(&t).ok());
        if let Some(message) = message.filter(|_| is_current()) {
            hear(session, message);
        }
    });
    worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    let on_error = Closure::<dyn Fn(web_sys::Event)>::new(move |_: web_sys::Event| {
        if is_current() {
            broke(session);
        }
    });
    worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
}

/// Puts a picture into the queue.
pub fn enqueue(session: Session, picture: u32) {
    CLIENT.with_borrow_mut(|c| c.queue.push(picture));
    start(session);
    pump();
}

/// Reads a waiting picture before the others.
pub fn first(picture: u32) {
    CLIENT.with_borrow_mut(|c| c.queue.first(picture));
}

/// Stops reading a picture; what was found stays.
pub fn cancel(session: Session, picture: u32) {
    session.update(picture, |p| p.cancel());
    let running = CLIENT.with_borrow_mut(|c| c.queue.remove(picture));
    if let Some(running) = running {
        stop(session, running.job);
    }
}

/// Lets go of everything: new pictures are taking the place of the old ones.
pub fn drop_all(session: Session) {
    let running = CLIENT.with_borrow_mut(|c| c.queue.clear());
    if let Some(running) = running {
        stop(session, running.job);
    }
}

/// Asks the worker to stop, where memory is shared; ends it where not, or where it does not listen.
fn stop(session: Session, job: u32) {
    let asked = CLIENT.with_borrow(|c| match &c.stop_flag {
        Some(flag) => js_sys::Atomics::store(flag, 0, job as i32).is_ok(),
        None => false,
    });
    if !asked {
        restart(session);
        return;
    }
    page::after_ms(PATIENCE_MS, move || {
        let still = CLIENT.with_borrow(|c| c.queue.job(job).is_some());
        if still {
            restart(session);
        }
    });
}

/// Ends the worker and starts another, which takes its models from the browser's cache.
fn restart(session: Session) {
    let old = CLIENT.with_borrow_mut(|c| {
        c.queue.done();
        c.ready = false;
        c.worker.take()
    });
    if let Some(old) = old {
        old.terminate();
    }
    start(session);
}

/// The worker broke: its script could not be loaded, or it ran out of memory.
fn broke(session: Session) {
    let (was_ready, running) = CLIENT.with_borrow_mut(|c| {
        let state = (c.ready, c.queue.running().filter(|running| !running.given_up));
        c.queue.done();
        c.ready = false;
        if let Some(worker) = c.worker.take() {
            worker.terminate();
        }
        state
    });
    if let Some(running) = running {
        let problem = Problem { code: ErrorCode::Internal, message: text::WORKER_STOPPED.into() };
        session.update(running.picture, |p| p.device = Reading::Failed(problem));
    }
    if was_ready {
        start(session);
    } else {
        session.worker.set(WorkerState::Failed(text::WORKER_FAILED.into()));
    }
}

/// Hands the next picture over, if the worker is free.
fn pump() {
    let next = CLIENT.with_borrow_mut(|c| if c.ready { c.queue.next(page::now_ms()) } else { None });
    let Some(next) = next else { return };
    spawn_local(async move {
        let bytes = files::bytes(next.picture).await;
        // While the bytes were being read, the picture may have been let go.
        let still = CLIENT.with_borrow(|c| c.queue.job(next.job).is_some());
        match bytes {
            Some(bytes) if still => {
                let tasks = Task::ALL.to_vec();
                send(&ToWorker::Analyze { job: next.job, tasks }, Some(&bytes));
            }
            _ if still => {
                CLIENT.with_borrow_mut(|c| c.queue.done());
                pump();
            }
            _ => {}
        }
    });
}

fn send(message: &ToWorker, bytes: Option<&js_sys::ArrayBuffer>) {
    let Ok(text) = serde_json::to_string(message) else { return };
    CLIENT.with_borrow(|c| {
        let Some(worker) = &c.worker else { return };
        let envelope = Object::new();
        let _ = Reflect::set(&envelope, &"text".into(), &text.into());
        if let Some(flag) = &c.stop_flag {
            let _ = Reflect::set(&envelope, &"stop".into(), &flag.buffer());
        }
        let transfer = Array::new();
        if let Some(bytes) = bytes {
            let _ = Reflect::set(&envelope, &"bytes".into(), bytes);
            transfer.push(bytes);
        }
        let _ = worker.post_message_with_transfer(&envelope, &transfer);
    });
}

fn hear(session: Session, message: FromWorker) {
    match message {
        FromWorker::Ready { protocol, .. } => {
            if protocol != PROTOCOL_VERSION {
                session.worker.set(WorkerState::Failed(text::WORKER_FAILED.into()));
                return;
            }
            CLIENT.with_borrow_mut(|c| {
                c.ready = true;
                c.stop_flag = page::may_share_memory().then(|| Int32Array::new(&SharedArrayBuffer::new(4)));
            });
            session.worker.set(WorkerState::Ready);
            send(&ToWorker::Prepare, None);
            pump();
        }
        FromWorker::Models { progress } => {
            if progress.settled {
                page::mark("iia:models");
            }
            session.models.set(progress);
        }
        FromWorker::Stage { job, stage } => with_job(job, |picture, _| {
            let Some(stage) = StageParts::read(&stage) else { return };
            if matches!(stage, Stage::Measures { .. }) {
                page::mark("iia:first");
            }
            session.update(picture, |p| p.stage(stage));
        }),
        FromWorker::Report { job, report, provisional } => {
            with_job(job, |picture, started_ms| take_report(session, picture, report, started_ms, provisional));
            if !provisional {
                finish(job);
            }
        }
        FromWorker::Failed { job, code, message } => {
            with_job(job, |picture, _| {
                if code != ErrorCode::Cancelled {
                    let (head, _) = text::device_error(code, &message);
                    session.said.set(head.into());
                    session.update(picture, |p| p.device = Reading::Failed(Problem { code, message }));
                }
            });
            finish(job);
        }
    }
}

/// Takes a report in; the provisional one comes again when the models are there.
fn take_report(session: Session, picture: u32, json: String, started_ms: f64, provisional: bool) {
    let report: Report = match serde_json::from_str(&json) {
        Ok(report) => report,
        Err(error) => {
            let problem = Problem { code: ErrorCode::Internal, message: error.to_string() };
            session.update(picture, |p| p.device = Reading::Failed(problem));
            return;
        }
    };
    if provisional {
        session.update(picture, |p| p.provisional_report(report));
        return;
    }
    page::mark("iia:full");
    if session.current.get_untracked() == Some(picture) {
        session.said.set(text::announce_read(&report.description.text));
    }
    let ms = page::now_ms() - started_ms;
    session.update(picture, |p| p.report(report, json, ms));
}

/// Does something for the running job's picture; late messages of other jobs are left alone.
fn with_job(job: u32, work: impl FnOnce(u32, f64)) {
    if let Some(running) = CLIENT.with_borrow(|c| c.queue.job(job)).filter(|running| !running.given_up) {
        work(running.picture, running.started_ms);
    }
}

fn finish(job: u32) {
    let finished = CLIENT.with_borrow_mut(|c| {
        let finished = c.queue.job(job).is_some();
        if finished {
            c.queue.done();
        }
        finished
    });
    if finished {
        pump();
    }
}
