//! Errors as sentences: what happened, what it means for you, what to do; the code in a line that can be copied.

use leptos::prelude::*;

use crate::actions;
use crate::erased::Erase as _;
use crate::state::{Asking, Problem, Reading, Session, WorkerState};
use crate::text;

/// What went wrong with the picture that is looked at.
#[component]
pub fn Notes() -> impl IntoView {
    let session = expect_context::<Session>();
    let device = Memo::new(move |_| {
        session.picture.with(|p| match p.as_ref().map(|p| &p.device) {
            Some(Reading::Failed(problem)) => Some(problem.clone()),
            _ => None,
        })
    });
    let server = Memo::new(move |_| {
        session.picture.with(|p| match p.as_ref().map(|p| (p.id, &p.server)) {
            Some((id, Asking::Failed(problem))) => Some((id, problem.clone())),
            _ => None,
        })
    });
    let worker = Memo::new(move |_| matches!(session.worker.get(), WorkerState::Failed(_)));
    let models = Memo::new(move |_| {
        session.models.with(|m| m.settled && (m.problem.is_some() || m.models.iter().any(|m| m.problem.is_some())))
    });
    view! {
        {move || {
            worker
                .get()
                .then(|| {
                    view! {
                        <Note tone="bad" head=text::WORKER_FAILED body=text::WORKER_FAILED_ADVICE.to_owned() />
                    }
                })
        }}
        {move || {
            device
                .get()
                .map(|problem| {
                    let (head, body) = text::device_error(problem.code, &problem.message);
                    view! { <Note tone="bad" head body problem /> }
                })
        }}
        {move || {
            server
                .get()
                .map(|(id, problem)| {
                    let remaining = session.quota.get_untracked().filter(|q| !q.unlimited).map(|q| q.remaining);
                    let (head, body) = text::server_error(problem.code, remaining);
                    view! { <Note tone="bad" head body problem again=id /> }
                })
        }}
        {move || {
            models.get().then(|| view! { <Note tone="warn" head=text::OFFLINE_MODELS body=String::new() /> })
        }}
    }
    .erased()
}

/// One note. `again` offers to ask the server once more.
#[component]
pub fn Note(
    tone: &'static str,
    head: &'static str,
    body: String,
    #[prop(optional)] problem: Option<Problem>,
    #[prop(optional, into)] again: Option<u32>,
) -> impl IntoView {
    let session = expect_context::<Session>();
    let detail = problem.map(|p| format!("{}: {}", p.code, p.message));
    view! {
        <div class=format!("note {tone}") role="alert">
            <b>{head}</b>
            " "
            {body}
            " "
            {again
                .map(|id| {
                    view! {
                        <button type="button" class="link" on:click=move |_| actions::ask(session, id)>
                            {text::TRY_AGAIN}
                        </button>
                    }
                })}
            {detail
                .map(|detail| {
                    let copied = detail.clone();
                    view! {
                        <span class="detail">
                            <code>{detail}</code>
                            <button
                                type="button"
                                class="link"
                                on:click=move |_| {
                                    actions::copy_text(session, copied.clone(), text::COPY_DETAIL.into());
                                }
                            >
                                {text::COPY_DETAIL}
                            </button>
                        </span>
                    }
                })}
        </div>
    }
    .erased()
}
