//! The worker's end of the channel: envelopes in, messages out, a clock.

use js_sys::{ArrayBuffer, Int32Array, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use vision_worker::protocol::{FromWorker, ToWorker};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// The worker's global object.
pub fn global() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// Tells the page something.
pub fn tell(message: &FromWorker) {
    if let Ok(text) = serde_json::to_string(message) {
        let _ = global().post_message(&JsValue::from_str(&text));
    }
}

/// Milliseconds since the worker began.
pub fn now_ms() -> f64 {
    global().performance().map(|p| p.now()).unwrap_or_default()
}

/// Whether the page's address asks for the GPU: worker.js has read it.
pub fn wants_gpu() -> bool {
    Reflect::get(&global(), &"askedDevice".into()).is_ok_and(|device| device.as_string().as_deref() == Some("gpu"))
}

/// Wakes up whoever waits for so long.
#[cfg(feature = "gpu")]
pub fn sleep(time: std::time::Duration) -> std::pin::Pin<Box<dyn Future<Output = ()>>> {
    /// Forgotten when nobody waits any more.
    struct Timer(i32);
    impl Drop for Timer {
        fn drop(&mut self) {
            global().clear_timeout_with_handle(self.0);
        }
    }
    let ms = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
    let mut timer = Timer(0);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let set = global().set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms);
        timer.0 = set.unwrap_or_default();
    });
    Box::pin(async move {
        let _timer = timer;
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    })
}

/// A message with what came beside it.
pub struct Envelope {
    pub message: ToWorker,
    pub bytes: Vec<u8>,
    pub stop: Option<StopFlag>,
}

impl Envelope {
    pub fn of(event: &MessageEvent) -> Option<Self> {
        let data = event.data();
        let (message, buffer) = unpacked(&data)?;
        let bytes = buffer.map(|b| Uint8Array::new(&b).to_vec()).unwrap_or_default();
        let stop = Reflect::get(&data, &"stop".into()).ok().filter(|s| !s.is_undefined());
        Some(Self { message, bytes, stop: stop.map(|s| StopFlag(Int32Array::new(&s))) })
    }
}

/// Takes a message and the buffer beside it out of the object that they travel as.
pub fn unpacked<M: DeserializeOwned>(data: &JsValue) -> Option<(M, Option<ArrayBuffer>)> {
    let text = Reflect::get(data, &"text".into()).ok()?.as_string()?;
    let message = serde_json::from_str(&text).ok()?;
    let buffer = Reflect::get(data, &"bytes".into()).ok().and_then(|b| b.dyn_into::<ArrayBuffer>().ok());
    Some((message, buffer))
}

/// A number that the page shares with its worker: the job that shall stop.
#[derive(Clone)]
pub struct StopFlag(Int32Array);

impl StopFlag {
    pub fn stops(&self, job: u32) -> bool {
        js_sys::Atomics::load(&self.0, 0).is_ok_and(|told| told == job as i32)
    }
}
