//! The worker's program: hears the page's messages, one after another, and answers with messages. It exports nothing.
//! Other workers of its pool run the same program, which knows by its name what it is.

mod executor;
mod fetching;
mod jobs;
mod models;
#[cfg(not(feature = "gpu"))]
mod pool;
mod scope;
mod turns;

use vision_worker::protocol::{FromWorker, PROTOCOL_VERSION, ToWorker};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::MessageEvent;

pub fn main() {
    console_error_panic_hook::set_once();
    #[cfg(not(feature = "gpu"))]
    if scope::global().name() == pool::member::NAME {
        return pool::member::main();
    }
    let hear = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| hear(&event));
    scope::global().set_onmessage(Some(hear.into_js_value().unchecked_ref()));
    scope::tell(&FromWorker::Ready {
        protocol: PROTOCOL_VERSION,
        core_version: env!("CARGO_PKG_VERSION").into(),
        engine: executor::NAME.into(),
    });
}

fn hear(event: &MessageEvent) {
    let Some(envelope) = scope::Envelope::of(event) else { return };
    spawn_local(async {
        match envelope.message {
            ToWorker::Prepare => {
                models::prepare().await;
                jobs::models_settled().await;
            }
            ToWorker::Analyze { job, tasks } => jobs::take(job, tasks, envelope.bytes, envelope.stop).await,
        }
    });
}
