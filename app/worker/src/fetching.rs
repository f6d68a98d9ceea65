//! Bytes over the network with their progress, and the browser's cache, which is missing where the origin is not secure.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Cache, CacheStorage, ReadableStreamDefaultReader, Request, Response};

use super::scope;

/// Raised when what is kept changes its shape.
const CACHE: &str = "models-1";

/// The bytes at an address of ours; `progress` hears how many there are so far.
pub async fn get(address: &str, mut progress: impl FnMut(u64)) -> Result<Vec<u8>, String> {
    let unreachable = |_| format!("{address} could not be fetched: the server cannot be reached");
    let answer = JsFuture::from(scope::global().fetch_with_str(address)).await.map_err(unreachable)?;
    let answer: Response = answer.unchecked_into();
    if !answer.ok() {
        return Err(format!("{address} could not be fetched: status {}", answer.status()));
    }
    let Some(body) = answer.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let piece = JsFuture::from(reader.read()).await.map_err(|_| format!("{address} broke off on its way"))?;
        let done = Reflect::get(&piece, &"done".into()).ok().and_then(|d| d.as_bool()).unwrap_or(true);
        if done {
            return Ok(bytes);
        }
        if let Ok(value) = Reflect::get(&piece, &"value".into()) {
            bytes.extend_from_slice(&Uint8Array::new(&value).to_vec());
        }
        progress(bytes.len() as u64);
    }
}

/// What was kept under an address.
pub async fn kept(address: &str) -> Option<Vec<u8>> {
    let found = JsFuture::from(cache().await?.match_with_str(address)).await.ok()?;
    let found: Response = found.dyn_into().ok()?;
    let buffer = JsFuture::from(found.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&buffer).to_vec())
}

/// Keeps bytes under an address. A browser without room for them fetches them again next time.
pub async fn keep(address: &str, bytes: &[u8]) {
    let Some(cache) = cache().await else { return };
    let copy = Uint8Array::from(bytes);
    if let Ok(response) = Response::new_with_opt_js_u8_array(Some(&copy)) {
        let _ = JsFuture::from(cache.put_with_str(address, &response)).await;
    }
}

/// Lets go of models that the list no longer names.
pub async fn forget_others(addresses: &[String]) {
    let Some(cache) = cache().await else { return };
    let Ok(keys) = JsFuture::from(cache.keys()).await else { return };
    for request in Array::from(&keys).iter().filter_map(|k| k.dyn_into::<Request>().ok()) {
        let url = request.url();
        let is_model = url.contains("?v=");
        if is_model && !addresses.iter().any(|a| url.ends_with(a.as_str())) {
            let _ = JsFuture::from(cache.delete_with_request(&request)).await;
        }
    }
}

/// Lets messages that have come be heard.
pub async fn breath() {
    let soon = Promise::new(&mut |resolve, _| {
        let _ = scope::global().set_timeout_with_callback(&resolve);
    });
    let _ = JsFuture::from(soon).await;
}

async fn cache() -> Option<Cache> {
    let storage = Reflect::get(&JsValue::from(scope::global()), &"caches".into()).ok()?;
    if storage.is_undefined() {
        return None;
    }
    let storage: CacheStorage = storage.unchecked_into();
    JsFuture::from(storage.open(CACHE)).await.ok()?.dyn_into().ok()
}
