//! The list of keys.

use leptos::prelude::*;

use crate::erased::Erase as _;
use crate::state::Session;
use crate::text;

/// Id of the button that gets the focus when the list opens.
const CLOSE_ID: &str = "keys-close";

#[component]
pub fn KeysDialog() -> impl IntoView {
    let session = expect_context::<Session>();
    Effect::new(move |_| {
        if session.keys_open.get() {
            crate::browser::page::after_ms(0, || crate::browser::page::focus(CLOSE_ID));
        }
    });
    view! {
        <Show when=move || session.keys_open.get()>
            <div class="veil" on:click=move |_| session.keys_open.set(false)>
                <div class="keys card" role="dialog" aria-modal="true" aria-labelledby="keys-title">
                    <h2 id="keys-title">{text::KEYS_TITLE}</h2>
                    <dl>
                        {text::KEY_LIST
                            .into_iter()
                            .map(|(key, what)| {
                                view! {
                                    <dt>
                                        <kbd>{key}</kbd>
                                    </dt>
                                    <dd>{what}</dd>
                                }
                            })
                            .collect_view()}
                    </dl>
                    <button id=CLOSE_ID class="quiet" type="button" on:click=move |_| session.keys_open.set(false)>
                        {text::KEYS_CLOSE}
                    </button>
                </div>
            </div>
        </Show>
    }
    .erased()
}
