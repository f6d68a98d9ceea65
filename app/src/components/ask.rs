//! The one thing to do next: ask the server. What is left is told before the click.

use leptos::prelude::*;
use vision_core::ErrorCode;

use crate::actions;
use crate::erased::{Erase as _, Erased};
use crate::state::{Asking, Picture, Reading, Said, ServerStep, Session, View, merge};
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
                Card::Room => Some(view! { <div class="card ask room" aria-hidden="true"></div> }.erased_late()),
                Card::Offer(id) => Some(view! { <OfferCard id /> }.erased_late()),
                Card::Asking(id, step) => Some(view! { <AskingCard id step /> }.erased_late()),
                Card::Compared => Some(view! { <ComparedCard /> }.erased_late()),
            }
        }}
    }
    .erased_late()
}

#[derive(Clone, Debug, PartialEq)]
enum Card {
    None,
    /// The room it will take, while the picture is read.
    Room,
    Offer(u32),
    Asking(u32, ServerStep),
    /// Both have answered.
    Compared,
}

impl Card {
    fn of(picture: &Picture) -> Self {
        match (&picture.server, &picture.device) {
            (Asking::Running(step), _) => Self::Asking(picture.id, step.clone()),
            (Asking::Done { .. }, Reading::Done { .. }) => Self::Compared,
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
    let left = move || session.quota.get().filter(|q| !q.unlimited).map(|q| text::ask_left(q.remaining));
    let has_account = move || session.quota.get().is_some_and(|q| q.unlimited);
    let words = move || if has_account() { text::ASK_TEXT_ACCOUNT } else { text::ASK_TEXT };
    let none_left = move || session.quota.get().is_some_and(|q| q.remaining == 0 && !q.unlimited);
    view! {
        <div class="card ask">
            <p>
                <b>{text::ASK_TITLE}</b>
                {words}
                " "
                <span class="left">{left}</span>
            </p>
            <button type="button" class="ask-button" disabled=none_left on:click=move |_| actions::ask(session, id)>
                {text::ASK}
            </button>
        </div>
    }
    .erased_late()
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
    .erased_late()
}

/// Both answers: where they differ, and a switch between them.
#[component]
fn ComparedCard() -> impl IntoView {
    let session = expect_context::<Session>();
    let compared = Memo::new(move |_| {
        session.picture.with(|p| {
            let (device, server) = (p.as_ref()?.draft()?, p.as_ref()?.server_report()?);
            let merged = merge(&device, server);
            Some((merged.differences(), merged.sentence.and_then(|s| s.before)))
        })
    });
    view! {
        <div class="card ask">
            <p>
                <b>{move || compared.get().map(|(count, _)| text::differences(count))}</b>
                {move || {
                    compared
                        .get()
                        .and_then(|(_, before)| before)
                        .map(|parts| view! { {text::BEFORE} " " <q>{parts.into_iter().map(part).collect_view()}</q> })
                }}
            </p>
            <Switch />
        </div>
    }
    .erased_late()
}

fn part((words, said): (String, Said)) -> Erased {
    match said {
        Said::Here => words.erased_late(),
        Said::OnlyThere => view! { <s>{words}</s> }.erased_late(),
    }
}

/// device | server | both
#[component]
fn Switch() -> impl IntoView {
    let session = expect_context::<Session>();
    let choices = [(View::Device, text::VIEW_DEVICE), (View::Server, text::VIEW_SERVER), (View::Both, text::VIEW_BOTH)];
    view! {
        <span class="switch" role="group" aria-label=text::VIEW>
            {choices
                .into_iter()
                .map(|(choice, word)| {
                    view! {
                        <button
                            class="quiet small"
                            type="button"
                            aria-pressed=move || (session.view.get() == choice).to_string()
                            on:click=move |_| session.view.set(choice)
                        >
                            {word}
                        </button>
                    }
                })
                .collect_view()}
        </span>
    }
    .erased_late()
}
