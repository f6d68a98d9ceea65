//! What the server found on one picture, as a document: the components of the home page with nothing to run.

use std::sync::Arc;

use leptos::prelude::*;
use vision_core::Report;

use crate::api::Answered;
use crate::state::{Asking, Picture, Reading, Session, View};

/// One result that is shown.
pub struct Shown<'a> {
    pub name: String,
    /// Where the picture can be had, if a browser can show it.
    pub picture_url: Option<String>,
    pub report: &'a Report,
}

/// Puts it into the session that the components look into.
pub fn provide(shown: Shown<'_>) -> Session {
    let Shown { name, picture_url, report } = shown;
    let session = Session::new();
    provide_context(session);
    session.pictures.set(vec![Picture {
        id: 0,
        name,
        bytes: report.image.bytes,
        size_px: picture_url.is_some().then_some((report.image.width, report.image.height)),
        url: picture_url.unwrap_or_default(),
        device: Reading::Waiting,
        bytes_sent: report.image.bytes,
        server: Asking::Done {
            ms: report.timings.iter().find(|t| t.stage == "total").map_or(0.0, |t| f64::from(t.ms)),
            answer: Arc::new(Answered { id: None, report: report.clone(), json: String::new() }),
        },
    }]);
    session.current.set(Some(0));
    session.view.set(View::Server);
    session
}
