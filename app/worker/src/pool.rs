//! Several workers share the models of a picture: the first one decodes, prepares, measures and describes, the others run models
//! meanwhile. They share no memory: pixels go there, of large pictures halved ones, and outputs come back, in buffers that are
//! handed over.

pub mod member;
mod model;
mod wire;

use std::cell::RefCell;
use std::collections::VecDeque;

use js_sys::{Array, ArrayBuffer, Function, Promise, Reflect};
use vision_core::engine::{EngineError, Model};
use vision_core::manifest::{ModelSpec, ModelTask};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::scope;
use wire::{FromMember, ToMember};

/// One more would have no model to run: the first worker takes one itself.
const MOST_WORKERS: usize = 3;

/// What the page's address asks for with a number behind it.
const ASKED_FOR: &str = "workers=";

/// The script that runs this very program as another worker.
const SCRIPT: &str = "/pool-worker.js";

/// Its name, by which the other worker finds the script to it.
const PROGRAM: &str = if cfg!(feature = "relaxed") { "vision-worker-relaxed" } else { "vision-worker" };

/// Longer than any model takes on any device that the page is of use on: whoever is silent for so long has ended.
const PATIENCE_MS: i32 = 10_000;

/// Another worker, as the first one sees it.
struct Member {
    worker: Worker,
    /// Its first answer, which says that it hears.
    ready: Promise,
    /// Who waits for its answers, in their order.
    waiting: VecDeque<Waiting>,
    /// Why it is of no use any more.
    ended: Option<String>,
}

struct Waiting {
    resolve: Function,
    timer: i32,
}

thread_local! {
    static MEMBERS: RefCell<Vec<Member>> = RefCell::default();
}

/// Starts the other workers; they become ready while models are fetched.
pub fn open() {
    let global = scope::global();
    // Not every browser lets a worker start others.
    let may = Reflect::get(&global, &"Worker".into()).is_ok_and(|class| class.is_function());
    let search = global.location().search();
    let cores = global.navigator().hardware_concurrency() as usize;
    if may && MEMBERS.with_borrow(Vec::is_empty) {
        (1..workers(&search, cores)).for_each(start);
    }
}

/// How many workers there shall be, the first one counted.
fn workers(search: &str, cores: usize) -> usize {
    let parts = search.trim_start_matches('?').split('&');
    let asked_for = parts.filter_map(|part| part.strip_prefix(ASKED_FOR)?.parse().ok()).next();
    asked_for.unwrap_or(cores).clamp(1, MOST_WORKERS)
}

/// Which of so many members runs the model of a task; none: the first worker does. Where there is one, it takes the two models that
/// take longest, since the first worker has the picture to measure too.
fn member_for(task: ModelTask, members: usize) -> Option<usize> {
    let member = match task {
        ModelTask::Objects => 0,
        ModelTask::Tags => members.saturating_sub(1),
        ModelTask::Faces => return None,
    };
    (member < members).then_some(member)
}

fn start(number: usize) {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    options.set_name(member::NAME);
    let Ok(worker) = Worker::new_with_options(SCRIPT, &options) else { return };
    // Compiled already: what travels is a reference.
    let _ = worker.post_message(&Array::of2(&wasm_bindgen::module(), &PROGRAM.into()));
    let at = number - 1;
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(at, &event.data()));
    worker.set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    let on_error = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        // The page would take it for the end of the first worker.
        event.prevent_default();
        end(at, "broke off");
    });
    worker.set_onerror(Some(on_error.into_js_value().unchecked_ref()));
    let mut waiting = VecDeque::new();
    let ready = next_answer(&mut waiting);
    MEMBERS.with_borrow_mut(|members| members.push(Member { worker, ready, waiting, ended: None }));
}

/// A promise of the next answer; it is undefined if there is none in time.
fn next_answer(waiting: &mut VecDeque<Waiting>) -> Promise {
    Promise::new(&mut |resolve, _| {
        let timer = scope::global().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, PATIENCE_MS);
        waiting.push_back(Waiting { resolve, timer: timer.unwrap_or_default() });
    })
}

fn hear(at: usize, answer: &JsValue) {
    let first = with_member(at, |member| member.waiting.pop_front()).flatten();
    if let Some(Waiting { resolve, timer }) = first {
        scope::global().clear_timeout_with_handle(timer);
        let _ = resolve.call1(&JsValue::UNDEFINED, answer);
    }
}

/// Takes a worker for lost: whoever waits for it is told, and the first worker does what it did.
fn end(at: usize, how: &str) -> String {
    let why = with_member(at, |member| {
        member.worker.terminate();
        for Waiting { resolve, timer } in member.waiting.drain(..) {
            scope::global().clear_timeout_with_handle(timer);
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
        member.ended.get_or_insert_with(|| format!("worker {} of the page {how}", at + 2)).clone()
    });
    why.unwrap_or_default()
}

fn with_member<T>(at: usize, work: impl FnOnce(&mut Member) -> T) -> Option<T> {
    MEMBERS.with_borrow_mut(|members| members.get_mut(at).map(work))
}

/// Waits until the worker that is to run the model of a task hears, or has ended.
pub async fn ready(task: ModelTask) {
    let members = MEMBERS.with_borrow(Vec::len);
    let Some(at) = member_for(task, members) else { return };
    if let Some(ready) = with_member(at, |member| member.ready.clone())
        && !JsFuture::from(ready).await.is_ok_and(|answer| answer.is_truthy())
    {
        end(at, "did not start");
    }
}

/// Has another worker make a model ready; none if it is the first worker's to run.
pub async fn load(spec: &ModelSpec, bytes: &[u8]) -> Option<Result<Box<dyn Model>, EngineError>> {
    let members = MEMBERS.with_borrow(Vec::len);
    let at = member_for(spec.task, members)?;
    Some(model::load(at, members + 1, spec, bytes).await)
}

/// Asks a worker for something, which has happened when this is first polled. The error: why it has ended.
async fn ask(at: usize, message: &ToMember, buffer: &ArrayBuffer) -> Result<(FromMember, Option<ArrayBuffer>), String> {
    let asked = with_member(at, |member| {
        if let Some(why) = &member.ended {
            return Err(why.clone());
        }
        let envelope = wire::packed(message, Some(buffer));
        let _ = member.worker.post_message_with_transfer(&envelope, &Array::of1(buffer));
        Ok(next_answer(&mut member.waiting))
    });
    let answer = asked.unwrap_or_else(|| Err("there is no such worker".into()))?;
    match JsFuture::from(answer).await.ok().as_ref().and_then(scope::unpacked) {
        Some(answer) => Ok(answer),
        None => Err(end(at, "did not answer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_decides_how_many_workers_there_are_else_the_cores_do() {
        let cases = [
            ("", 1, 1),
            ("", 2, 2),
            ("", 64, 3),
            ("", 0, 1),
            ("?workers=1", 8, 1),
            ("?device=cpu&workers=3", 1, 3),
            ("?workers=900", 1, 3),
            ("?workers=0", 8, 1),
            ("?workers=many", 2, 2),
        ];
        for (search, cores, expected) in cases {
            assert_eq!(workers(search, cores), expected, "{search} {cores}");
        }
    }

    #[test]
    fn each_member_has_something_to_do_and_the_first_worker_keeps_a_model() {
        let places = |members| [ModelTask::Tags, ModelTask::Objects, ModelTask::Faces].map(|t| member_for(t, members));
        assert_eq!(places(0), [None, None, None]);
        assert_eq!(places(1), [Some(0), Some(0), None]);
        assert_eq!(places(2), [Some(1), Some(0), None]);
    }
}
