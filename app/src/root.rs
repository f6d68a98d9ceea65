//! What the browser's program takes over: the part of the home page where pictures are read.
//!
//! The other pages are made by the server alone and need no program, so neither they nor a router is in the one that people
//! download. The server renders this part into the element [`ID`], and the program hydrates just that.

use leptos::ev;
use leptos::prelude::*;

use crate::actions::{self, How};
use crate::browser::{files, page};
use crate::components::{Analyzing, DropZone, KeysDialog};
use crate::erased::Erase as _;
use crate::state::Session;
use crate::{text, worker};

/// Id of the element around it.
pub const ID: &str = "analyse";

/// Id of the element in the header that tells how many server analyses are left.
pub const QUOTA_ID: &str = "quota";

/// Takes over what the server rendered; on a page without it there is nothing to take over.
#[cfg(feature = "hydrate")]
pub fn hydrate() {
    if let Some(element) = page::element(ID) {
        leptos::mount::hydrate_from(wasm_bindgen::JsCast::unchecked_into(element), Root).forget();
    }
}

#[component]
pub fn Root() -> impl IntoView {
    let session = Session::new();
    provide_context(session);
    let empty = Memo::new(move |_| session.picture.with(Option::is_none));
    Effect::new(move |_| {
        page::when_idle(move || {
            worker::start(session);
            actions::refresh_quota(session);
            page::register_service_worker();
        });
    });
    Effect::new(move |_| {
        if let Some(quota) = session.quota.get() {
            page::set_text(QUOTA_ID, &text::quota_left(quota));
        }
    });
    listen(session);
    view! {
        <main id="content" class:empty=move || empty.get()>
            <Show when=move || empty.get() fallback=|| view! { <Analyzing /> }>
                <DropZone />
            </Show>
        </main>
        <p class="unseen" role="status" aria-live="polite">
            {move || session.said.get()}
        </p>
        <Show when=move || session.dragging.get()>
            <div class="drop-veil" aria-hidden="true">
                <p>{text::DROP_HERE}</p>
            </div>
        </Show>
        <KeysDialog />
    }
    .erased()
}

/// Pictures may be dropped and pasted anywhere on the page, and keys work anywhere.
fn listen(session: Session) {
    Effect::new(move |_| {
        let handles = [
            window_event_listener(ev::keydown, move |event| actions::on_key(session, &event)),
            window_event_listener(ev::dragover, move |event| {
                event.prevent_default();
                session.dragging.set(true);
            }),
            window_event_listener(ev::dragleave, move |event| {
                // The pointer left the window itself, not one of its elements.
                if event.related_target().is_none() {
                    session.dragging.set(false);
                }
            }),
            window_event_listener(ev::drop, move |event| {
                event.prevent_default();
                session.dragging.set(false);
                actions::take(session, files::from_transfer(event.data_transfer()), How::Replace);
            }),
            window_event_listener(ev::paste, move |event| {
                let incoming = files::from_transfer(event.clipboard_data());
                if incoming.is_empty() {
                    session.notice.set(Some(text::NOTHING_TO_PASTE.into()));
                } else {
                    actions::take(session, incoming, How::Replace);
                }
            }),
        ];
        on_cleanup(move || handles.into_iter().for_each(|handle| handle.remove()));
    });
}
