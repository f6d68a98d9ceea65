//! The server is asked: the picture goes out, stages come in, the answer joins what the device said.

use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vision_core::ErrorCode;

use crate::api::{self, AppError, EventReader, Quota, ServerEvent};
use crate::browser::upload::{self, Upload};
use crate::browser::{files, page};
use crate::state::{Asking, Problem, ServerStep, Session, StageName, View};
use crate::text;

/// Where pictures are sent.
const ADDRESS: &str = "/v1/analyses";

/// Sends a picture and follows the answer.
pub fn ask(session: Session, id: u32) {
    let (Some(blob), Some(bytes)) = (files::blob(id), size_of(session, id)) else { return };
    session.update(id, |p| p.server = Asking::Running(ServerStep { bytes_sent: 0, bytes, finished: None }));
    session.said.set(text::ASKING.into());
    let reader = RefCell::new(EventReader::default());
    let started_ms = page::now_ms();
    let sent = upload::send(id, ADDRESS, &blob, move |event| match event {
        Upload::Sent { bytes, .. } => session.update(id, |p| {
            // Some browsers tell the end twice.
            if let Asking::Running(step) = &mut p.server {
                p.bytes_sent += bytes.saturating_sub(step.bytes_sent);
                step.bytes_sent = bytes;
            }
        }),
        Upload::Text(piece) => {
            let events = reader.borrow_mut().push(&piece);
            for event in events {
                take_event(session, id, event, started_ms);
            }
        }
        Upload::End { status, quota_remaining } => {
            if let Some(remaining) = quota_remaining {
                set_remaining(session, remaining);
            }
            if is_running(session, id) {
                let event = reader.borrow().end(status);
                take_event(session, id, event, started_ms);
            }
            refresh_quota(session);
        }
        Upload::Lost => fail(session, id, AppError::new(ErrorCode::Unavailable, "the connection was lost")),
        Upload::Stopped => {}
    });
    if !sent {
        fail(session, id, AppError::new(ErrorCode::Unavailable, "the browser did not send it"));
    }
}

/// Breaks off asking; the preview stays.
pub fn stop_asking(session: Session, id: u32) {
    session.update(id, |p| p.server = Asking::NotAsked);
    upload::stop(id);
    session.said.set(text::ANNOUNCE_CANCELLED.into());
    refresh_quota(session);
}

/// Asks how many server analyses are left.
pub fn refresh_quota(session: Session) {
    spawn_local(async move {
        if let Ok(quota) = api::quota().await {
            session.quota.set(Some(quota));
        }
    });
}

fn size_of(session: Session, id: u32) -> Option<u64> {
    session.pictures.with_untracked(|all| all.iter().find(|p| p.id == id).map(|p| p.bytes))
}

fn is_running(session: Session, id: u32) -> bool {
    session.pictures.with_untracked(|all| all.iter().any(|p| p.id == id && matches!(p.server, Asking::Running(_))))
}

fn set_remaining(session: Session, remaining: u32) {
    session.quota.update(|quota| {
        let limit = quota.map_or(remaining, |q| q.limit);
        *quota = Some(Quota { limit, remaining, unlimited: false });
    });
}

fn take_event(session: Session, id: u32, event: ServerEvent, started_ms: f64) {
    match event {
        ServerEvent::Stage(stage) => session.update(id, |p| {
            if let Asking::Running(step) = &mut p.server {
                step.finished = Some(StageName::from(&*stage));
            }
        }),
        ServerEvent::Report(answer) => {
            page::mark("iia:server");
            session.said.set(text::announce_server(&answer.report.description.text));
            let ms = page::now_ms() - started_ms;
            session.view.set(View::Both);
            session.update(id, |p| p.server = Asking::Done { answer: Arc::new(*answer), ms });
        }
        ServerEvent::Error(error) => fail(session, id, error),
    }
}

fn fail(session: Session, id: u32, error: AppError) {
    let (head, _) = text::server_error(error.code, None);
    session.said.set(format!("{head} {}", text::UNTOUCHED));
    session.update(id, |p| p.server = Asking::Failed(Problem { code: error.code, message: error.message }));
}
