//! The document itself: focus, idle time, marks of time, the service worker.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::HtmlElement;

/// Milliseconds of the page's clock.
pub fn now_ms() -> f64 {
    web_sys::window().and_then(|w| w.performance()).map(|p| p.now()).unwrap_or_default()
}

/// Marks a moment, for whoever measures the page.
pub fn mark(name: &str) {
    if let Some(performance) = web_sys::window().and_then(|w| w.performance()) {
        let _ = performance.mark(name);
    }
}

/// Runs `work` when the page has been painted and has nothing better to do.
pub fn when_idle(work: impl FnOnce() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let work = Closure::once_into_js(work);
    let idle = Reflect::get(&window, &"requestIdleCallback".into()).ok().and_then(|f| f.dyn_into::<Function>().ok());
    match idle {
        Some(idle) => {
            let _ = idle.call1(&window, &work);
        }
        None => {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), 200);
        }
    }
}

/// Runs `work` after a while.
pub fn after_ms(ms: i32, work: impl FnOnce() + 'static) {
    if let Some(window) = web_sys::window() {
        let work = Closure::once_into_js(work);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(work.unchecked_ref(), ms);
    }
}

/// The part of the address from the question mark on; empty if there is none.
pub fn search() -> String {
    web_sys::window().and_then(|w| w.location().search().ok()).unwrap_or_default()
}

/// Writes an element's text.
pub fn set_text(id: &str, text: &str) {
    if let Some(element) = element(id) {
        element.set_text_content(Some(text));
    }
}

/// The element of that id, if the document has it.
pub fn element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}

/// Moves the keyboard's focus to an element.
pub fn focus(id: &str) {
    if let Some(element) = element(id) {
        // Boxes are SVG, which has `focus` too.
        let element: &HtmlElement = element.unchecked_ref();
        let _ = element.focus();
    }
}

/// Takes the keyboard's focus off whatever has it.
pub fn blur() {
    let active = web_sys::window().and_then(|w| w.document()).and_then(|d| d.active_element());
    if let Some(active) = active {
        let active: &HtmlElement = active.unchecked_ref();
        let _ = active.blur();
    }
}

/// Clicks an element, as a key that stands for it.
pub fn click(id: &str) {
    if let Some(element) = element(id) {
        let element: &HtmlElement = element.unchecked_ref();
        element.click();
    }
}

/// Whether the event comes from where people type.
pub fn is_typing(event: &web_sys::Event) -> bool {
    event.target().and_then(|t| t.dyn_into::<web_sys::Element>().ok()).is_some_and(|e| {
        matches!(e.tag_name().to_ascii_lowercase().as_str(), "textarea" | "select")
            || (e.tag_name().eq_ignore_ascii_case("input") && e.get_attribute("type").as_deref() != Some("file"))
    })
}

/// Keeps the page for a visit without a network.
pub fn register_service_worker() {
    let Some(window) = web_sys::window() else { return };
    let navigator = window.navigator();
    let there = Reflect::get(&navigator, &"serviceWorker".into()).is_ok_and(|s| !s.is_undefined());
    if there {
        let _ = navigator.service_worker().register("/service-worker.js");
    }
}

/// Whether memory may be shared with the worker (the page is isolated from other origins).
pub fn may_share_memory() -> bool {
    web_sys::window()
        .and_then(|w| Reflect::get(&w, &"crossOriginIsolated".into()).ok())
        .and_then(|v| v.as_bool())
        .unwrap_or(false)
}
