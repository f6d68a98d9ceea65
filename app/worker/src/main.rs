//! The worker's program: hears the page's messages, one after another, and answers with messages. It exports nothing.

mod fetching;
mod jobs;
mod models;
mod scope;

use vision_worker::protocol::{FromWorker, PROTOCOL_VERSION, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

fn main() {
    console_error_panic_hook::set_once();
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event));
    scope::global().set_onmessage(Some(hear.into_js_value().unchecked_ref()));
    scope::tell(&FromWorker::Ready {
        protocol: PROTOCOL_VERSION,
        core_version: env!("CARGO_PKG_VERSION").into(),
        engine: jobs::ENGINE_NAME.into(),
    });
}

fn hear(event: &MessageEvent) {
    let Some(envelope) = scope::Envelope::of(event) else { return };
    match envelope.message {
        ToWorker::Prepare => spawn_local(async {
            models::prepare().await;
            jobs::models_settled();
        }),
        ToWorker::Analyze { job, tasks } => jobs::take(job, tasks, envelope.bytes, envelope.stop),
    }
}
