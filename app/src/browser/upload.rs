//! The only place where a picture leaves the device: a POST whose progress is counted and whose answer streams in.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Blob, ProgressEvent, XmlHttpRequest};

thread_local! {
    static RUNNING: RefCell<HashMap<u32, XmlHttpRequest>> = RefCell::default();
}

/// What happens to an upload, in this order: bytes sent (often), text received (often), the end.
pub enum Upload {
    Sent {
        bytes: u64,
        of: u64,
    },
    /// More of the answer's text.
    Text(String),
    End {
        status: u16,
        quota_remaining: Option<u32>,
    },
    /// The network failed.
    Lost,
    Stopped,
}

/// Sends a blob under a picture's id and tells what happens.
pub fn send(id: u32, address: &str, blob: &Blob, tell: impl Fn(Upload) + 'static) -> bool {
    let Ok(xhr) = XmlHttpRequest::new() else { return false };
    if xhr.open_with_async("POST", address, true).is_err() {
        return false;
    }
    let _ = xhr.set_request_header("Accept", "text/event-stream");
    let _ = xhr.set_request_header("Content-Type", "application/octet-stream");
    let tell = Rc::new(tell);
    listen_to_sending(&xhr, tell.clone());
    listen_to_answer(&xhr, id, tell);
    RUNNING.with_borrow_mut(|all| all.insert(id, xhr.clone()));
    xhr.send_with_opt_blob(Some(blob)).is_ok()
}

/// Breaks an upload off.
pub fn stop(id: u32) {
    if let Some(xhr) = RUNNING.with_borrow_mut(|all| all.remove(&id)) {
        let _ = xhr.abort();
    }
}

fn listen_to_sending(xhr: &XmlHttpRequest, tell: Rc<impl Fn(Upload) + 'static>) {
    if let Ok(upload) = xhr.upload() {
        let sent = Closure::<dyn Fn(ProgressEvent)>::new(move |event: ProgressEvent| {
            tell(Upload::Sent { bytes: event.loaded() as u64, of: event.total() as u64 });
        });
        let sent = sent.into_js_value();
        upload.set_onprogress(Some(sent.unchecked_ref()));
        upload.set_onload(Some(sent.unchecked_ref()));
    }
}

fn listen_to_answer(xhr: &XmlHttpRequest, id: u32, tell: Rc<impl Fn(Upload) + 'static>) {
    let seen = Rc::new(Cell::new(0usize));
    let more = {
        let (xhr, tell) = (xhr.clone(), tell.clone());
        move || {
            let text = xhr.response_text().ok().flatten().unwrap_or_default();
            let fresh = text.get(seen.replace(text.len())..).unwrap_or_default();
            if !fresh.is_empty() {
                tell(Upload::Text(fresh.to_owned()));
            }
        }
    };
    let on_progress = {
        let more = more.clone();
        Closure::<dyn Fn()>::new(more).into_js_value()
    };
    xhr.set_onprogress(Some(on_progress.unchecked_ref()));

    let on_load = {
        let (xhr, tell) = (xhr.clone(), tell.clone());
        Closure::once_into_js(move || {
            more();
            RUNNING.with_borrow_mut(|all| all.remove(&id));
            let quota_remaining =
                xhr.get_response_header("x-analyses-remaining").ok().flatten().and_then(|v| v.trim().parse().ok());
            tell(Upload::End { status: xhr.status().unwrap_or(0), quota_remaining });
        })
    };
    xhr.set_onload(Some(on_load.unchecked_ref()));

    let lost = tell.clone();
    let on_error = Closure::once_into_js(move || {
        RUNNING.with_borrow_mut(|all| all.remove(&id));
        lost(Upload::Lost);
    });
    xhr.set_onerror(Some(on_error.unchecked_ref()));
    let on_abort = Closure::once_into_js(move || tell(Upload::Stopped));
    xhr.set_onabort(Some(on_abort.unchecked_ref()));
}
