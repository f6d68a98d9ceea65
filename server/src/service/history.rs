//! What somebody has had read: searched, shown again, named, shared, deleted; never shown to anyone else without a link.

use std::collections::BTreeSet;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use vision_core::Report;
use vision_core::report::Standing;

use super::{Analysis, Caller, Moment, Service, ServiceError};
use crate::store::analyses::{Findable, StoredAnalysis};
use crate::store::search::Wanted;
use crate::store::secret_file::random;

/// The most that one page of the list holds.
pub const LONGEST_PAGE: u32 = 100;

/// Letters of the longest name of an analysis.
const LONGEST_TITLE: usize = 200;

/// Words that one search takes.
const MOST_WORDS: usize = 8;

/// Reports whose words are gathered at a time.
const GATHERED: u32 = 200;

/// Days that a link to an analysis works at most.
pub const LONGEST_SHARE_DAYS: u32 = 90;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Summary {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Moment,
    /// The name that its owner gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub picture_kept: bool,
    /// The main sentence.
    pub main: String,
    pub format: String,
    pub width: u32,
    pub height: u32,
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    pub before: Option<Uuid>,
    pub limit: u32,
    /// Beginnings of words that the description, the tags, the objects or the name hold, all of them.
    pub words: String,
    /// The name of an object that was found.
    pub object: Option<String>,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
}

/// A link by which anyone can see an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub token: String,
    pub expires_at: Moment,
}

impl Service {
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is somebody else's.
    pub async fn analysis(&self, caller: &Caller, id: Uuid) -> Result<Analysis, ServiceError> {
        caller.may_analyze()?;
        let stored = self.store.analysis(id, caller.owner()).await?;
        opened(stored.ok_or(ServiceError::NotFound)?)
    }

    /// The newest first; the next page begins before the last id of this one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(&self, caller: &Caller, search: &Search) -> Result<Vec<Summary>, ServiceError> {
        Ok(self.full_analyses(caller, search).await?.into_iter().map(summary).collect())
    }

    /// The same with whole reports.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn full_analyses(&self, caller: &Caller, search: &Search) -> Result<Vec<Analysis>, ServiceError> {
        caller.may_analyze()?;
        let Search { before, limit, words, object, from, to } = search;
        // No word and no name has a control character in it, and PostgreSQL takes no zero byte.
        let words = words.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        let words = words.take(MOST_WORDS).map(str::to_lowercase).collect();
        if object.as_deref().is_some_and(|name| name.chars().any(char::is_control)) {
            return Ok(Vec::new());
        }
        let wanted = Wanted {
            before: *before,
            limit: (*limit).clamp(1, LONGEST_PAGE),
            words,
            object: object.as_deref().map(|name| name.trim().to_lowercase()).filter(|name| !name.is_empty()),
            from_ms: from.map(|moment| moment.0),
            to_ms: to.map(|moment| moment.0),
        };
        let stored = self.store.analyses(caller.owner(), &wanted).await?;
        stored.into_iter().map(opened).collect()
    }

    /// Gives an analysis a name, or takes it away.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is somebody else's.
    pub async fn rename_analysis(
        &self,
        caller: &Caller,
        id: Uuid,
        title: Option<&str>,
    ) -> Result<Analysis, ServiceError> {
        caller.may_analyze()?;
        let title = title.map(str::trim).filter(|title| !title.is_empty());
        if title.is_some_and(|title| title.chars().count() > LONGEST_TITLE || title.chars().any(char::is_control)) {
            let detail = format!("a name has at most {LONGEST_TITLE} letters, all on one line");
            return Err(ServiceError::BadInput { detail });
        }
        let report = self.analysis(caller, id).await?.report;
        let mut found = findable(&report);
        found.words = [found.words, title.unwrap_or_default().to_lowercase()].join(" ");
        if !self.store.rename_analysis(id, caller.owner(), title, &found).await? {
            return Err(ServiceError::NotFound);
        }
        self.analysis(caller, id).await
    }

    /// Deletes the report and the picture, where one was kept.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is somebody else's.
    pub async fn delete_analysis(&self, caller: &Caller, id: Uuid) -> Result<(), ServiceError> {
        caller.may_analyze()?;
        if !self.store.delete_analysis(id, caller.owner()).await? {
            return Err(ServiceError::NotFound);
        }
        self.store.pictures.remove(&id.to_string()).await.map_err(ServiceError::internal)
    }

    /// Deletes those of them that are the caller's; returns how many there were.
    ///
    /// # Errors
    /// [`ServiceError::BadInput`] for more than a page of them.
    pub async fn delete_analyses(&self, caller: &Caller, ids: &[Uuid]) -> Result<u64, ServiceError> {
        if ids.len() > LONGEST_PAGE as usize {
            return Err(ServiceError::BadInput { detail: format!("at most {LONGEST_PAGE} at once") });
        }
        let mut deleted = 0;
        for id in ids {
            match self.delete_analysis(caller, *id).await {
                Ok(()) => deleted += 1,
                Err(ServiceError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(deleted)
    }

    /// The picture as it was sent, with its format's name.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it was not kept or is somebody else's.
    pub async fn picture(&self, caller: &Caller, id: Uuid) -> Result<(Bytes, String), ServiceError> {
        let analysis = self.analysis(caller, id).await?;
        if !analysis.picture_kept {
            return Err(ServiceError::NotFound);
        }
        let picture = self.store.pictures.read(&id.to_string()).await.map_err(ServiceError::internal)?;
        Ok((picture.ok_or(ServiceError::NotFound)?, analysis.report.image.format))
    }

    /// Makes a link by which anyone who has it can see the report, not the picture.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is somebody else's.
    pub async fn share_analysis(&self, caller: &Caller, id: Uuid, days: u32) -> Result<Share, ServiceError> {
        if !(1..=LONGEST_SHARE_DAYS).contains(&days) {
            let detail = format!("a link works for 1 to {LONGEST_SHARE_DAYS} days");
            return Err(ServiceError::BadInput { detail });
        }
        let analysis = self.analysis(caller, id).await?;
        let token = hex::encode(random::<32>().map_err(ServiceError::internal)?);
        let expires_at = Moment::now().after(DAY * days);
        self.store.insert_share(&hash(&token), analysis.id, expires_at.0).await?;
        Ok(Share { token, expires_at })
    }

    /// Takes back every link to an analysis.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none by this id or it is somebody else's.
    pub async fn unshare_analysis(&self, caller: &Caller, id: Uuid) -> Result<(), ServiceError> {
        let analysis = self.analysis(caller, id).await?;
        self.store.delete_shares(analysis.id).await?;
        Ok(())
    }

    /// What a link shows.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the link is too old, was taken back or never was one.
    pub async fn shared_analysis(&self, token: &str) -> Result<Analysis, ServiceError> {
        let stored = self.store.shared_analysis(&hash(token), Moment::now().0).await?;
        opened(stored.ok_or(ServiceError::NotFound)?)
    }

    /// How many analyses the visitor made before logging in, which the account could take over.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] when nobody is logged in.
    pub async fn left_behind(&self, caller: &Caller) -> Result<u64, ServiceError> {
        caller.person()?;
        Ok(self.store.count_analyses(caller.identity.visitor()).await?)
    }

    /// Gives the account what the visitor had read before logging in; returns how many there were.
    ///
    /// # Errors
    /// [`ServiceError::Unauthenticated`] when nobody is logged in.
    pub async fn take_over(&self, caller: &Caller) -> Result<u64, ServiceError> {
        let person = caller.person()?;
        person.session()?;
        Ok(self.store.give_analyses(caller.identity.visitor(), person.account).await?)
    }

    /// Gathers what the search looks in from reports that were made by an earlier version; returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn gather_findable(&self) -> Result<u64, ServiceError> {
        let mut gathered = 0;
        loop {
            let reports = self.store.analyses_not_gathered(GATHERED).await?;
            if reports.is_empty() {
                return Ok(gathered);
            }
            gathered += reports.len() as u64;
            for (id, report) in reports {
                // A report that cannot be read is found by nothing, and is not tried again.
                let found =
                    serde_json::from_str(&report).map_or_else(|_| Findable::default(), |report| findable(&report));
                self.store.set_findable(id, &found).await?;
            }
        }
    }
}

/// What the search looks in.
pub(super) fn findable(report: &Report) -> Findable {
    let accepted = report.objects.iter().filter(|object| object.standing != Standing::Doubted);
    let names: BTreeSet<String> = accepted.map(|object| object.label.to_lowercase()).collect();
    Findable { words: words_of(report), objects: names.iter().map(|name| format!("|{name}|")).collect() }
}

/// The description and the names of everything that was found, in small letters.
fn words_of(report: &Report) -> String {
    let mut names: BTreeSet<String> = BTreeSet::new();
    for tag in &report.tags {
        names.insert(tag.label.to_lowercase());
        names.extend(tag.parents.iter().map(|parent| parent.to_lowercase()));
    }
    names.extend(report.objects.iter().map(|object| object.label.to_lowercase()));
    let mut words = report.description.text.to_lowercase();
    for name in names {
        words.push(' ');
        words.push_str(&name);
    }
    words
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

fn opened(stored: StoredAnalysis) -> Result<Analysis, ServiceError> {
    let picture_kept = stored.picture_kept();
    let StoredAnalysis { id, created_at_ms, title, report, picture_bytes: _ } = stored;
    let report: Report = serde_json::from_str(&report).map_err(ServiceError::internal)?;
    Ok(Analysis { id, created_at: Moment(created_at_ms), title, picture_kept, report })
}

fn summary(analysis: Analysis) -> Summary {
    let Analysis { id, created_at, title, picture_kept, report } = analysis;
    Summary {
        id,
        created_at,
        title,
        picture_kept,
        main: report.description.main,
        format: report.image.format,
        width: report.image.width,
        height: report.image.height,
    }
}
