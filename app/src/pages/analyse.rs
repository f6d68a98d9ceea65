//! The home page: drop a picture and read what is on it.

use leptos::ev;
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

use crate::actions::{self, How};
use crate::browser::{files, page};
use crate::components::{Analyzing, DropZone, KeysDialog};
use crate::state::Session;
use crate::{text, worker};

#[component]
pub fn AnalysePage() -> impl IntoView {
    let session = expect_context::<Session>();
    let empty = Memo::new(move |_| session.picture.with(Option::is_none));
    Effect::new(move |_| {
        page::when_idle(move || {
            worker::start(session);
            actions::refresh_quota(session);
            page::register_service_worker();
        });
    });
    listen(session);
    view! {
        <Title text=text::TITLE_ANALYSE />
        <Meta name="description" content=text::SUMMARY />
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
