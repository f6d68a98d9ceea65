//! The keys: arrows walk clauses and boxes, Escape lets go, a few letters stand for the buttons.

use leptos::prelude::*;

use crate::actions::{ask, select, stop_asking};
use crate::browser::page;
use crate::state::{Asking, Focus, Session, step};
use crate::{text, worker};

/// Id of the element that chooses pictures; a key clicks it.
pub const CHOOSE_ID: &str = "choose";

/// What a key does; nothing while someone types, or with a modifier that belongs to the browser.
pub fn on_key(session: Session, event: &web_sys::KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || page::is_typing(event) {
        return;
    }
    let key = event.key();
    if session.keys_open.get_untracked() {
        if key == "Escape" || key == "?" {
            session.keys_open.set(false);
        }
        return;
    }
    match key.as_str() {
        "?" => session.keys_open.set(true),
        "o" | "O" => page::click(CHOOSE_ID),
        _ => {
            if let Some(id) = session.current.get_untracked() {
                on_picture_key(session, event, &key, id);
            }
        }
    }
}

fn on_picture_key(session: Session, event: &web_sys::KeyboardEvent, key: &str, id: u32) {
    match key {
        "ArrowRight" | "ArrowDown" => walk(session, event, true),
        "ArrowLeft" | "ArrowUp" => walk(session, event, false),
        "Escape" => let_go(session, id),
        "b" | "B" => session.boxes_on.update(|on| *on = !*on),
        "s" | "S" => {
            let free = session.picture.with_untracked(|p| {
                p.as_ref().is_some_and(|p| matches!(p.server, Asking::NotAsked | Asking::Failed(_)))
            });
            if free {
                ask(session, id);
            }
        }
        "[" => turn(session, id, -1),
        "]" => turn(session, id, 1),
        _ => {}
    }
}

/// Up and down walk only once the walk has begun: before, they scroll the page.
fn walk(session: Session, event: &web_sys::KeyboardEvent, forwards: bool) {
    let focus = session.focus.get_untracked();
    let vertical = matches!(event.key().as_str(), "ArrowDown" | "ArrowUp");
    if focus == Focus::Nothing && vertical {
        return;
    }
    let next = session.shown.with_untracked(|shown| step(shown, &focus, forwards));
    event.prevent_default();
    match &next {
        Focus::Clause(id) => page::focus(&format!("clause-{id}")),
        Focus::Finding(id) => page::focus(&format!("box-{id}")),
        Focus::Nothing => {}
    }
    session.focus.set(next);
}

fn let_go(session: Session, id: u32) {
    if session.focus.get_untracked() != Focus::Nothing {
        session.focus.set(Focus::Nothing);
        page::blur();
        return;
    }
    match session.picture.get_untracked() {
        Some(p) if p.is_reading() => {
            worker::cancel(session, id);
            session.said.set(text::ANNOUNCE_CANCELLED.into());
        }
        Some(p) if matches!(p.server, Asking::Running(_)) => stop_asking(session, id),
        _ => {}
    }
}

fn turn(session: Session, id: u32, by: i32) {
    let next = session.pictures.with_untracked(|all| {
        let at = all.iter().position(|p| p.id == id)? as i32 + by;
        all.get(usize::try_from(at).ok()?).map(|p| p.id)
    });
    if let Some(next) = next {
        select(session, next);
    }
}
