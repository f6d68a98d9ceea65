//! What somebody has had read: found, shown again, named, shared, deleted.

use std::sync::Arc;

use app::api::Asked;
use app::api::people::{History, HistoryEntry, HistoryList, HistorySearch, KeptAnalysis, Moment, Share};

use super::{PagePeople, known};
use crate::service::history::{Search, Summary};
use crate::service::{self, Analysis};

/// Analyses on one page of the gallery.
const PAGE: u32 = 24;

impl History for PagePeople {
    fn find_analyses(&self, search: HistorySearch) -> Asked<HistoryList> {
        self.ask(async move |here, service| {
            here.person()?;
            let HistorySearch { words, object, from, until, before } = search;
            let moment = |moment: Option<Moment>| moment.map(|moment| service::Moment(moment.0));
            let search = Search {
                before: before.as_deref().map(known).transpose()?,
                limit: PAGE,
                words,
                object,
                from: moment(from),
                to: moment(until),
            };
            let found = service.analyses(&here.caller, &search).await?;
            let full = u32::try_from(found.len()).is_ok_and(|count| count >= PAGE);
            let next = found.last().filter(|_| full).map(|last| last.id.to_string());
            Ok(HistoryList { entries: found.into_iter().map(entry).collect(), next })
        })
    }

    fn objects(&self) -> Asked<Vec<String>> {
        self.ask(async move |here, service| service.frequent_objects(here.person()?).await)
    }

    fn kept_analysis(&self, id: String) -> Asked<KeptAnalysis> {
        self.ask(async move |here, service| Ok(kept(service.analysis(&here.caller, known(&id)?).await?)))
    }

    fn rename_analysis(&self, id: String, title: String) -> Asked<()> {
        self.ask(async move |here, service| {
            service.rename_analysis(&here.caller, known(&id)?, Some(&title)).await.map(|_| ())
        })
    }

    fn delete_analyses(&self, ids: Vec<String>) -> Asked<()> {
        self.ask(async move |here, service| {
            let ids = ids.iter().map(|id| known(id)).collect::<Result<Vec<_>, _>>()?;
            service.delete_analyses(&here.caller, &ids).await.map(|_| ())
        })
    }

    fn share_analysis(&self, id: String, days: u32) -> Asked<Share> {
        self.ask(async move |here, service| {
            let share = service.share_analysis(&here.caller, known(&id)?, days).await?;
            let address = format!("{}/shared/{}", here.door.rules.public_url, share.token);
            Ok(Share { address, expires_at: Moment(share.expires_at.0) })
        })
    }

    fn unshare_analysis(&self, id: String) -> Asked<()> {
        self.ask(async move |here, service| service.unshare_analysis(&here.caller, known(&id)?).await)
    }

    fn left_behind(&self) -> Asked<u64> {
        self.ask(async move |here, service| service.left_behind(&here.caller).await)
    }

    fn take_over(&self) -> Asked<()> {
        self.ask(async move |here, service| service.take_over(&here.caller).await.map(|_| ()))
    }

    fn shared_analysis(&self, token: String) -> Asked<KeptAnalysis> {
        self.ask(async move |_, service| Ok(kept(service.shared_analysis(&token).await?)))
    }
}

fn entry(summary: Summary) -> HistoryEntry {
    let Summary { id, created_at, title, picture_kept, main, format, width, height } = summary;
    HistoryEntry {
        id: id.to_string(),
        created_at: Moment(created_at.0),
        title,
        main,
        format,
        width,
        height,
        picture_kept,
    }
}

fn kept(analysis: Analysis) -> KeptAnalysis {
    let Analysis { id, created_at, title, picture_kept, report } = analysis;
    KeptAnalysis { id: id.to_string(), created_at: Moment(created_at.0), title, picture_kept, report: Arc::new(report) }
}
