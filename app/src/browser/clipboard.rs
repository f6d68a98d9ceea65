//! The clipboard: texts out, pictures in.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Clipboard};

use super::files::Incoming;

fn clipboard() -> Option<Clipboard> {
    let navigator = web_sys::window()?.navigator();
    // Missing where the page does not come from a secure origin.
    let there = Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|c| !c.is_undefined());
    there.then(|| navigator.clipboard())
}

/// Copies a text; tells whether it worked.
pub async fn copy(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

/// What looking at the clipboard gave.
pub enum Pasted {
    Picture(Incoming),
    Nothing,
    /// The browser does not let pages look.
    Refused,
}

/// Looks for a picture on the clipboard.
pub async fn paste() -> Pasted {
    let Some(clipboard) = clipboard() else { return Pasted::Refused };
    let items = match JsFuture::from(clipboard.read()).await {
        Ok(items) => Array::from(&items),
        Err(_) => return Pasted::Refused,
    };
    for item in items.iter() {
        if let Some(blob) = picture_of(&item).await {
            return Pasted::Picture(Incoming { blob, name: "pasted.png".into() });
        }
    }
    Pasted::Nothing
}

async fn picture_of(item: &JsValue) -> Option<Blob> {
    let kinds = Array::from(&Reflect::get(item, &"types".into()).ok()?);
    let kind = kinds.iter().find(|k| k.as_string().is_some_and(|k| k.starts_with("image/")))?;
    let get_type: js_sys::Function = Reflect::get(item, &"getType".into()).ok()?.dyn_into().ok()?;
    let promise: Promise = get_type.call1(item, &kind).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}
