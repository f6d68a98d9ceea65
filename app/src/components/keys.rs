//! The list of keys.

use leptos::html;
use leptos::prelude::*;

use crate::erased::Erase as _;
use crate::state::Session;
use crate::text;

#[component]
pub fn KeysDialog() -> impl IntoView {
    let session = expect_context::<Session>();
    let close = NodeRef::<html::Button>::new();
    // As soon as it is there: no key that is pressed in between goes to the page behind the list.
    Effect::new(move |_| {
        if let Some(close) = close.get() {
            let _ = close.focus();
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
                    <button node_ref=close class="quiet" type="button" on:click=move |_| session.keys_open.set(false)>
                        {text::KEYS_CLOSE}
                    </button>
                </div>
            </div>
        </Show>
    }
    .erased()
}
