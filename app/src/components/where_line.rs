//! The line above the sentence: where the answer came from, what was sent for it, how long it took. All of it measured.

use leptos::prelude::*;
use vision_worker::protocol::ModelsProgress;

use crate::actions;
use crate::erased::Erase as _;
use crate::state::{Asking, Draft, Picture, Reading, Session, StageName, View, WorkerState, seconds};
use crate::{text, worker};

#[component]
pub fn WhereLine() -> impl IntoView {
    let session = expect_context::<Session>();
    // Only what the line tells, so that it is not drawn anew with every finding.
    let line = Memo::new(move |_| {
        session
            .picture
            .with(|p| p.as_ref().map(|p| Line::of(p, session.view.get(), &session.worker.get(), &session.models.get())))
            .map(|line| if has_account(session) { line.without_promise() } else { line })
    });
    view! {
        <p class="where">
            {move || line.get().map(|line| told(session, line))}
        </p>
    }
    .erased_late()
}

/// Whether somebody is logged in: then their profile says whether the server keeps pictures.
fn has_account(session: Session) -> bool {
    session.quota.get().is_some_and(|quota| quota.unlimited)
}

/// What the line says.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    id: u32,
    tone: &'static str,
    head: &'static str,
    facts: Vec<String>,
    offer: Offer,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Offer {
    Nothing,
    Cancel,
    ReadAgain,
}

impl Line {
    /// The same without saying that the picture is not kept.
    fn without_promise(mut self) -> Self {
        for fact in &mut self.facts {
            if let Some(sent) = fact.strip_suffix(text::NOT_KEPT) {
                *fact = sent.to_owned();
            }
        }
        self
    }

    fn of(picture: &Picture, view: View, worker: &WorkerState, models: &ModelsProgress) -> Self {
        let sent = text::bytes_sent(picture.bytes_sent);
        let line = |tone, head, facts, offer| Self { id: picture.id, tone, head, facts, offer };
        if let Asking::Done { ms, .. } = &picture.server {
            let sent = text::bytes_sent_not_kept(picture.bytes_sent);
            return match (view, &picture.device) {
                (View::Device, _) => Self::device(picture, worker, models),
                (_, Reading::Done { .. }) => line("accent", text::CONFIRMED, vec![sent, seconds(*ms)], Offer::Nothing),
                _ => line("accent", text::ANSWERED, vec![sent, seconds(*ms)], Offer::Nothing),
            };
        }
        let mut device = Self::device(picture, worker, models);
        if let Asking::Failed(_) = picture.server {
            device.facts.first_mut().into_iter().for_each(|first| first.clone_from(&sent));
        }
        device
    }

    fn device(picture: &Picture, worker: &WorkerState, models: &ModelsProgress) -> Self {
        let sent = text::bytes_sent(picture.bytes_sent);
        let line = |tone, head, facts, offer| Self { id: picture.id, tone, head, facts, offer };
        match &picture.device {
            Reading::Waiting if matches!(worker, WorkerState::Starting) => {
                line("warn", text::READING, vec![text::WORKER_STARTS.into()], Offer::Cancel)
            }
            Reading::Waiting => line("warn", text::READING, vec![text::WAITS_ITS_TURN.into()], Offer::Cancel),
            Reading::Running(draft) => line("warn", text::READING, vec![progress(draft)], Offer::Cancel),
            Reading::Provisional(_) => {
                let (here, all) = models.bytes();
                let coming = text::models_coming(here, all, models.downloading());
                let facts = vec![text::stage_done(StageName::Measures).to_owned(), coming];
                line("warn", text::READING, facts, Offer::Cancel)
            }
            Reading::Done { ms, .. } => line("good", text::READ, vec![sent, seconds(*ms)], Offer::Nothing),
            Reading::Cancelled(_) => line("soft", text::CANCELLED, vec![sent], Offer::ReadAgain),
            Reading::Failed(_) => line("bad", text::NOT_READ, vec![sent], Offer::Nothing),
        }
    }
}

/// `colours done · tags`
fn progress(draft: &Draft) -> String {
    let steps = [
        (draft.has_description, StageName::Description),
        (draft.has_faces, StageName::Faces),
        (draft.has_objects, StageName::Objects),
        (draft.has_tags, StageName::Tags),
        (draft.has_measures, StageName::Measures),
        (draft.has_image, StageName::Image),
    ];
    match steps.iter().find(|(done, _)| *done) {
        Some((_, stage)) => format!("{} · {}", text::stage_done(*stage), text::stage_next(*stage)),
        None => text::LOOKING.into(),
    }
}

fn told(session: Session, line: Line) -> impl IntoView {
    let Line { id, tone, head, facts, offer } = line;
    view! {
        <span>
            <span class=format!("dot {tone}")></span>
            <b>{head}</b>
        </span>
        {facts.into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
        {match offer {
            Offer::Nothing => ().erased_late(),
            Offer::Cancel => {
                view! {
                    <button class="quiet small" type="button" on:click=move |_| worker::cancel(session, id)>
                        {text::CANCEL}
                    </button>
                }
                    .erased_late()
            }
            Offer::ReadAgain => {
                view! {
                    <button class="quiet small" type="button" on:click=move |_| actions::read_again(session, id)>
                        {text::READ_AGAIN}
                    </button>
                }
                    .erased_late()
            }
        }}
    }
    .erased_late()
}
