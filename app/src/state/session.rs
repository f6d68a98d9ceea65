//! The session: the pictures at hand, which one is looked at, and what the page shows of it.

use leptos::prelude::*;
use vision_worker::protocol::ModelsProgress;

use super::{Draft, Focus, Lit, Picture, Shown, merge, show};
use crate::api::Quota;

/// Whose findings are shown once the server has answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    Device,
    Server,
    #[default]
    Both,
}

/// What the vision worker is doing as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum WorkerState {
    #[default]
    Asleep,
    Starting,
    Ready,
    Failed(String),
}

/// The signals of the home page; copied freely.
#[derive(Clone, Copy)]
pub struct Session {
    pub pictures: RwSignal<Vec<Picture>>,
    pub current: RwSignal<Option<u32>>,
    pub models: RwSignal<ModelsProgress>,
    pub worker: RwSignal<WorkerState>,
    pub quota: RwSignal<Option<Quota>>,
    pub view: RwSignal<View>,
    pub focus: RwSignal<Focus>,
    pub boxes_on: RwSignal<bool>,
    pub keys_open: RwSignal<bool>,
    pub dragging: RwSignal<bool>,
    /// What the live region says.
    pub said: RwSignal<String>,
    /// What went wrong before there was a picture (nothing to paste, no picture among the files).
    pub notice: RwSignal<Option<String>>,
    pub picture: Memo<Option<Picture>>,
    pub shown: Memo<Shown>,
    pub lit: Memo<Lit>,
}

impl Session {
    pub fn new() -> Self {
        let pictures = RwSignal::new(Vec::<Picture>::new());
        let current = RwSignal::new(None);
        let view = RwSignal::new(View::default());
        let focus = RwSignal::new(Focus::default());
        let picture = Memo::new(move |_| {
            let id = current.get()?;
            pictures.with(|all| all.iter().find(|p| p.id == id).cloned())
        });
        let shown =
            Memo::new(move |_| picture.with(|p| p.as_ref().map(|p| Self::showing(p, view.get())).unwrap_or_default()));
        let lit = Memo::new(move |_| shown.with(|s| focus.with(|f| Lit::of(s, f))));
        Self {
            pictures,
            current,
            models: RwSignal::default(),
            worker: RwSignal::default(),
            quota: RwSignal::new(None),
            view,
            focus,
            boxes_on: RwSignal::new(true),
            keys_open: RwSignal::new(false),
            dragging: RwSignal::new(false),
            said: RwSignal::default(),
            notice: RwSignal::new(None),
            picture,
            shown,
            lit,
        }
    }

    fn showing(picture: &Picture, view: View) -> Shown {
        let device = picture.draft();
        match (picture.server_report(), view) {
            (Some(server), View::Server) => show(&Draft::whole(server.clone())),
            (Some(server), View::Both) => match device {
                Some(device) => merge(&device, server),
                None => show(&Draft::whole(server.clone())),
            },
            _ => device.map(|d| show(&d)).unwrap_or_default(),
        }
    }

    /// Changes one picture, if it is still at hand.
    pub fn update(&self, id: u32, change: impl FnOnce(&mut Picture)) {
        self.pictures.update(|all| {
            if let Some(picture) = all.iter_mut().find(|p| p.id == id) {
                change(picture);
            }
        });
    }
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}
