//! The line under the picture: what it is, and what can be done with it.

use leptos::prelude::*;

use crate::actions;
use crate::erased::Erase as _;
use crate::state::{Session, bytes, pixels};
use crate::text;

#[component]
pub fn Toolbar() -> impl IntoView {
    let session = expect_context::<Session>();
    let name = move || session.picture.with(|p| p.as_ref().map(|p| p.name.clone()));
    let size = move || {
        let shown = session.shown.with(|s| s.size_px);
        session.picture.with(|p| p.as_ref().and_then(|p| p.size_px)).or(shown).map(|(w, h)| pixels(w, h))
    };
    let weight = move || session.picture.with(|p| p.as_ref().map(|p| bytes(p.bytes)));
    let nothing_yet = move || {
        session.picture.with(|p| p.as_ref().is_none_or(|p| p.device_report().is_none() && p.server_report().is_none()))
    };
    view! {
        <div class="bar">
            <span class="name">{name}</span>
            <span>{size}</span>
            <span>{weight}</span>
            <span class="push"></span>
            <button
                class="quiet"
                type="button"
                aria-pressed=move || session.boxes_on.get().to_string()
                on:click=move |_| session.boxes_on.update(|on| *on = !*on)
            >
                {text::BOXES}
            </button>
            <button class="quiet" type="button" disabled=nothing_yet on:click=move |_| actions::save_picture(session)>
                {text::SAVE_PICTURE}
            </button>
            <button class="quiet" type="button" disabled=nothing_yet on:click=move |_| actions::save_json(session)>
                {text::JSON}
            </button>
            <button class="quiet" type="button" disabled=nothing_yet on:click=move |_| actions::save_csv(session)>
                {text::CSV}
            </button>
            <button class="quiet keys-button" type="button" aria-label=text::KEYS on:click=move |_| session.keys_open.set(true)>
                "?"
            </button>
        </div>
    }
    .erased_late()
}
