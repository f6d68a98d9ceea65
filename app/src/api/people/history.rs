//! What somebody has had read: found, shown again, named, shared, deleted.

use std::sync::Arc;

use vision_core::Report;

use super::Moment;
use crate::api::Asked;

/// What somebody who is logged in asks about their analyses.
pub trait History: Send + Sync + 'static {
    /// The newest first.
    fn find_analyses(&self, search: HistorySearch) -> Asked<HistoryList>;
    /// Names of the objects that were found most often.
    fn objects(&self) -> Asked<Vec<String>>;
    fn kept_analysis(&self, id: String) -> Asked<KeptAnalysis>;
    /// An empty name takes it away.
    fn rename_analysis(&self, id: String, title: String) -> Asked<()>;
    /// One that is not there (any more) is no error: gone is what was asked for.
    fn delete_analyses(&self, ids: Vec<String>) -> Asked<()>;
    fn share_analysis(&self, id: String, days: u32) -> Asked<Share>;
    /// Takes back every link to it.
    fn unshare_analysis(&self, id: String) -> Asked<()>;
    /// How many analyses the visitor made before logging in, which the account could take over.
    fn left_behind(&self) -> Asked<u64>;
    fn take_over(&self) -> Asked<()>;
    /// What a link shows, to anyone who has it.
    fn shared_analysis(&self, token: String) -> Asked<KeptAnalysis>;
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistorySearch {
    /// Beginnings of words that the description, the tags, the objects or the name hold, all of them.
    pub words: String,
    /// The whole name of an object that was found.
    pub object: Option<String>,
    pub from: Option<Moment>,
    /// Not from this moment on.
    pub until: Option<Moment>,
    /// The last id of the page before.
    pub before: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryList {
    pub entries: Vec<HistoryEntry>,
    /// Where the next page begins, if there may be one.
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    pub id: String,
    pub created_at: Moment,
    /// The name that its owner gave it.
    pub title: Option<String>,
    /// The main sentence.
    pub main: String,
    pub format: String,
    pub width: u32,
    pub height: u32,
    pub picture_kept: bool,
}

/// One analysis, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptAnalysis {
    pub id: String,
    pub created_at: Moment,
    pub title: Option<String>,
    pub picture_kept: bool,
    pub report: Arc<Report>,
}

/// A link by which anyone can see an analysis, told this once.
#[derive(Clone, PartialEq, Eq)]
pub struct Share {
    /// The whole address, as it is given to somebody.
    pub address: String,
    pub expires_at: Moment,
}
