//! The strip: all pictures at hand, and a place to add more.

use leptos::prelude::*;

use super::drop_zone::take_chosen;
use crate::actions::{self, How};
use crate::erased::Erase as _;
use crate::state::Session;
use crate::text;

#[component]
pub fn Strip() -> impl IntoView {
    let session = expect_context::<Session>();
    let thumbs = Memo::new(move |_| {
        session.pictures.with(|all| {
            all.iter().map(|p| (p.id, p.url.clone(), p.name.clone(), p.size_px.is_some())).collect::<Vec<_>>()
        })
    });
    let many = move || thumbs.with(|t| t.len() > 1);
    view! {
        <ul class="strip" class:many=many aria-label=text::STRIP>
            <For
                each=move || thumbs.get()
                key=|thumb| thumb.0
                children=move |(id, url, name, can_show)| {
                    let current = move || (session.current.get() == Some(id)).then_some("true");
                    let picture = if can_show {
                        view! { <img src=url alt=name /> }.erased_late()
                    } else {
                        view! { <span class="no-show">{name}</span> }.erased_late()
                    };
                    view! {
                        <li>
                            <button type="button" class="thumb" aria-current=current on:click=move |_| actions::select(session, id)>
                                {picture}
                            </button>
                        </li>
                    }
                }
            />
            <li>
                <label class="more" title=text::ADD_MORE>
                    <span aria-hidden="true">"+"</span>
                    <input
                        class="unseen"
                        type="file"
                        accept="image/*"
                        multiple
                        aria-label=text::ADD_MORE
                        on:change=move |event| take_chosen(session, &event, How::Add)
                    />
                </label>
            </li>
        </ul>
    }
    .erased_late()
}
