//! The one thing to do next: ask the server. What is left is told before the click.

use leptos::prelude::*;
use vision_core::ErrorCode;

use crate::actions;
use crate::state::{Asking, Picture, Reading, ServerStep, Session};
use crate::text;

#[component]
pub fn AskServer() -> impl IntoView {
    let session = expect_context::<Session>();
    let card = Memo::new(move |_| session.picture.with(|p| p.as_ref().map(Card::of)));
    view! {
        {move || {
            let card = card.get()?;
            match card {
                Card::None => None,
                Card::Room => Some(view! { <div class="card ask room" aria-hidden="true"></div> }.into_any()),
                Card::Offer(id) => Some(view! { <OfferCard id /> }.into_any()),
                Card::Asking(id, step) => Some(view! { <AskingCard id step /> }.into_any()),
            }
        }}
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Card {
    None,
    /// The room it will take, while the picture is read.
    Room,
    Offer(u32),
    Asking(u32, ServerStep),
}

impl Card {
    fn of(picture: &Picture) -> Self {
        match (&picture.server, &picture.device) {
            (Asking::Running(step), _) => Self::Asking(picture.id, step.clone()),
            (Asking::Done { .. }, _) => Self::None,
            // What is not a picture here is none there either: the limits and the decoder are the same.
            (_, Reading::Failed(problem)) if problem.code != ErrorCode::Internal => Self::None,
            (_, Reading::Waiting | Reading::Running(_)) => Self::Room,
            _ => Self::Offer(picture.id),
        }
    }
}

#[component]
fn OfferCard(id: u32) -> impl IntoView {
    let session = expect_context::<Session>();
    let left = move || session.quota.get().map(|q| text::ask_left(q.remaining));
    let none_left = move || session.quota.get().is_some_and(|q| q.remaining == 0);
    view! {
        <div class="card ask">
            <p>
                <b>{text::ASK_TITLE}</b>
                {text::ASK_TEXT}
                " "
                <span class="left">{left}</span>
            </p>
            <button type="button" class="ask-button" disabled=none_left on:click=move |_| actions::ask(session, id)>
                {text::ASK}
            </button>
        </div>
    }
}

#[component]
fn AskingCard(id: u32, step: ServerStep) -> impl IntoView {
    let session = expect_context::<Session>();
    let sent = text::sent_of(step.bytes_sent, step.bytes);
    let at = (step.bytes_sent >= step.bytes).then(|| format!(" · {}", text::server_at(step.finished)));
    view! {
        <div class="card ask">
            <p>
                <b>{text::ASKING}</b>
                {sent}
                {at}
            </p>
            <button type="button" class="quiet" on:click=move |_| actions::stop_asking(session, id)>
                {text::CANCEL}
            </button>
        </div>
    }
}
