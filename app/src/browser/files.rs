//! The pictures' bytes: they stay with the browser as blobs, under the picture's id, until the picture is let go.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use js_sys::{Array, ArrayBuffer, Promise};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer, File, HtmlImageElement, HtmlInputElement, Url};

thread_local! {
    static BLOBS: RefCell<HashMap<u32, (Blob, String)>> = RefCell::default();
    static NEXT: Cell<u32> = const { Cell::new(1) };
}

/// A picture as it comes in: its bytes and its name.
#[derive(Clone)]
pub struct Incoming {
    pub blob: Blob,
    pub name: String,
}

impl From<File> for Incoming {
    fn from(file: File) -> Self {
        Self { name: file.name(), blob: file.into() }
    }
}

/// Keeps a blob; gives the picture's id and the address under which the browser shows it.
pub fn keep(blob: Blob) -> (u32, String) {
    let id = NEXT.with(|n| n.replace(n.get() + 1));
    let url = Url::create_object_url_with_blob(&blob).unwrap_or_default();
    BLOBS.with_borrow_mut(|all| all.insert(id, (blob, url.clone())));
    (id, url)
}

/// The blob of a picture, if it is still at hand.
pub fn blob(id: u32) -> Option<Blob> {
    BLOBS.with_borrow(|all| all.get(&id).map(|(blob, _)| blob.clone()))
}

/// Lets a picture go.
pub fn forget(id: u32) {
    if let Some((_, url)) = BLOBS.with_borrow_mut(|all| all.remove(&id)) {
        let _ = Url::revoke_object_url(&url);
    }
}

/// A copy of the picture's bytes, to be handed to the worker.
pub async fn bytes(id: u32) -> Option<ArrayBuffer> {
    let promise: Promise = blob(id)?.array_buffer();
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// What was dropped or pasted; folders and texts give nothing.
pub fn from_transfer(transfer: Option<DataTransfer>) -> Vec<Incoming> {
    transfer.and_then(|t| t.files()).map(from_list).unwrap_or_default()
}

/// What was chosen; the input is emptied so that the same picture can be chosen again.
pub fn from_input(input: &HtmlInputElement) -> Vec<Incoming> {
    let files = input.files().map(from_list).unwrap_or_default();
    input.set_value("");
    files
}

fn from_list(list: web_sys::FileList) -> Vec<Incoming> {
    (0..list.length()).filter_map(|at| list.get(at)).map(Incoming::from).collect()
}

/// Width and height as the browser shows the picture; none if it cannot.
pub async fn shown_size(url: &str) -> Option<(u32, u32)> {
    let picture = HtmlImageElement::new().ok()?;
    let loading = Promise::new(&mut |resolve, _| {
        let failed = resolve.clone();
        let loaded = Closure::once_into_js(move || resolve.call1(&JsValue::NULL, &JsValue::TRUE));
        let broken = Closure::once_into_js(move || failed.call1(&JsValue::NULL, &JsValue::FALSE));
        picture.set_onload(Some(loaded.unchecked_ref()));
        picture.set_onerror(Some(broken.unchecked_ref()));
        picture.set_src(url);
    });
    let loaded = JsFuture::from(loading).await.ok()?.as_bool() == Some(true);
    (loaded && picture.natural_width() > 0).then(|| (picture.natural_width(), picture.natural_height()))
}

/// A blob of text with a media type.
pub fn text_blob(text: &str, kind: &str) -> Option<Blob> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options).ok()
}
