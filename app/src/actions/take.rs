//! Pictures come in: dropped, chosen, pasted, taken with the camera, or one of ours.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser::clipboard::{self, Pasted};
use crate::browser::files::{self, Incoming};
use crate::browser::{http, page, upload};
use crate::state::{Asking, Focus, Picture, Reading, Session, View};
use crate::{text, worker};

/// Whether new pictures take the place of the old ones or join them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Replace,
    Add,
}

/// Takes pictures in and has them read; the first is looked at.
pub fn take(session: Session, incoming: Vec<Incoming>, how: How) {
    if incoming.is_empty() {
        session.notice.set(Some(text::NO_PICTURES.into()));
        return;
    }
    page::mark("iia:drop");
    session.notice.set(None);
    let old: Vec<u32> = match how {
        How::Replace => session.pictures.with_untracked(|all| all.iter().map(|p| p.id).collect()),
        How::Add => Vec::new(),
    };
    if how == How::Replace {
        worker::drop_all(session);
    }
    session.said.set(text::ANNOUNCE_READING.into());
    spawn_local(async move {
        let mut replaced = how == How::Add;
        for (at, incoming) in incoming.into_iter().enumerate() {
            let (bytes, name) = (incoming.blob.size() as u64, incoming.name);
            let (id, url) = files::keep(incoming.blob);
            let size_px = files::shown_size(&url).await;
            let picture = Picture {
                id,
                name,
                bytes,
                url,
                size_px,
                device: Reading::Waiting,
                server: Asking::NotAsked,
                bytes_sent: 0,
            };
            session.pictures.update(|all| {
                if !replaced {
                    all.retain(|p| !old.contains(&p.id));
                }
                all.push(picture);
            });
            replaced = true;
            if at == 0 {
                select(session, id);
            }
            worker::enqueue(session, id);
        }
        for id in old {
            upload::stop(id);
            files::forget(id);
        }
    });
}

/// Looks at another picture of the strip; it is read before those that still wait.
pub fn select(session: Session, id: u32) {
    session.focus.set(Focus::Nothing);
    session.view.set(View::default());
    session.current.set(Some(id));
    worker::first(id);
}

/// Reads a picture once more, after a cancel or a failure.
pub fn read_again(session: Session, id: u32) {
    session.update(id, |p| p.device = Reading::Waiting);
    worker::enqueue(session, id);
}

/// Takes one of our pictures.
pub fn example(session: Session, name: &'static str) {
    spawn_local(async move {
        let file = format!("{name}.{}", text::example_ending(name));
        match http::get_blob(&format!("/examples/{file}")).await {
            Ok(blob) => take(session, vec![Incoming { blob, name: file }], How::Replace),
            Err(error) => session.notice.set(Some(error.message)),
        }
    });
}

/// Looks at the clipboard.
pub fn paste(session: Session) {
    spawn_local(async move {
        match clipboard::paste().await {
            Pasted::Picture(incoming) => take(session, vec![incoming], How::Replace),
            Pasted::Nothing => session.notice.set(Some(text::NOTHING_TO_PASTE.into())),
            Pasted::Refused => session.notice.set(Some(text::PASTE_REFUSED.into())),
        }
    });
}
