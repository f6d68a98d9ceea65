//! Tells the document that the program has taken over (tests and the keyboard wait for it).

/// Sets `data-ready` on the document's root.
pub fn tell() {
    if let Some(root) = web_sys::window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
        let _ = root.set_attribute("data-ready", "true");
    }
}
