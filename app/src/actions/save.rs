//! Results are taken away: JSON, CSV, a colour, the picture with its boxes.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vision_core::Report;

use crate::browser::save::{self, Drawn};
use crate::browser::{clipboard, files};
use crate::state::{Picture, Session, View, csv, file_stem};
use crate::text;

/// The report that is looked at: the server's where there is one, unless only the device's is shown.
fn written(session: Session, write: fn(&Report) -> String) -> Option<(Picture, String)> {
    let picture = session.picture.get_untracked()?;
    let written = match (picture.server_report(), session.view.get_untracked()) {
        (Some(server), View::Server | View::Both) => write(server),
        _ => write(&*picture.device_report()?),
    };
    Some((picture, written))
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default()
}

fn save_text(session: Session, write: fn(&Report) -> String, ending: &str, kind: &str) {
    let Some((picture, written)) = written(session, write) else { return };
    if let Some(blob) = files::text_blob(&written, kind) {
        save::download(&format!("{}.{ending}", file_stem(&picture.name)), &blob);
        session.said.set(text::SAVED.into());
    }
}

pub fn save_json(session: Session) {
    save_text(session, json, "json", "application/json");
}

pub fn save_csv(session: Session) {
    save_text(session, csv, "csv", "text/csv");
}

pub fn copy_json(session: Session) {
    if let Some((_, written)) = written(session, json) {
        copy_text(session, written, text::JSON.into());
    }
}

pub fn copy_csv(session: Session) {
    if let Some((_, written)) = written(session, csv) {
        copy_text(session, written, text::CSV.into());
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
