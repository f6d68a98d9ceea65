//! Results are taken away: JSON, CSV, a colour, the picture with its boxes.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vision_core::Report;

use crate::browser::save::{self, Drawn};
use crate::browser::{clipboard, files};
use crate::state::{Asking, Picture, Session, View, csv, file_stem};
use crate::text;

/// The report that is looked at, with its JSON: the server's where there is one, unless only the device's is shown.
fn looked_at(session: Session) -> Option<(Picture, Arc<Report>, String)> {
    let picture = session.picture.get_untracked()?;
    let server = match (&picture.server, session.view.get_untracked()) {
        (Asking::Done { answer, .. }, View::Server | View::Both) => Some(answer.clone()),
        _ => None,
    };
    let (report, json) = match server {
        Some(answer) => (Arc::new(answer.report.clone()), save::indented(&answer.json)),
        None => (picture.device_report()?, save::indented(&picture.device_json()?)),
    };
    Some((picture, report, json))
}

fn save_text(session: Session, name: &str, written: &str, kind: &str) {
    if let Some(blob) = files::text_blob(written, kind) {
        save::download(name, &blob);
        session.said.set(text::SAVED.into());
    }
}

pub fn save_json(session: Session) {
    if let Some((picture, _, json)) = looked_at(session) {
        save_text(session, &format!("{}.json", file_stem(&picture.name)), &json, "application/json");
    }
}

pub fn save_csv(session: Session) {
    if let Some((picture, report, _)) = looked_at(session) {
        save_text(session, &format!("{}.csv", file_stem(&picture.name)), &csv(&report), "text/csv");
    }
}

pub fn copy_json(session: Session) {
    if let Some((_, _, json)) = looked_at(session) {
        copy_text(session, json, text::JSON.into());
    }
}

pub fn copy_csv(session: Session) {
    if let Some((_, report, _)) = looked_at(session) {
        copy_text(session, csv(&report), text::CSV.into());
    }
}

pub fn copy_color(session: Session, hex: String) {
    copy_text(session, hex.clone(), hex);
}

/// Copies a text and says so.
pub fn copy_text(session: Session, written: String, what: String) {
    spawn_local(async move {
        if clipboard::copy(&written).await {
            session.said.set(text::copied(&what));
        }
    });
}

/// Saves the picture with its boxes as a PNG.
pub fn save_picture(session: Session) {
    let Some(picture) = session.picture.get_untracked() else { return };
    let shown = session.shown.get_untracked();
    let Some(size_px) = shown.size_px.or(picture.size_px) else { return };
    let boxes: Vec<Drawn> = shown
        .boxes
        .iter()
        .filter(|b| !b.faint)
        .map(|b| Drawn {
            x: f64::from(b.rect.x),
            y: f64::from(b.rect.y),
            width: f64::from(b.rect.width),
            height: f64::from(b.rect.height),
            label: b.label.clone(),
            color: b.hue.drawn(),
        })
        .collect();
    spawn_local(async move {
        if let Some(blob) = save::annotated(&picture.url, size_px, &boxes).await {
            save::download(&format!("{}-read.png", file_stem(&picture.name)), &blob);
            session.said.set(text::SAVED.into());
        }
    });
}
