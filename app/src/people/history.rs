//! What somebody has had read: the gallery, one analysis, what a link shows.

use vision_core::ErrorCode;

use super::account::no_such_form;
use super::fields::address;
use super::{Fields, Here, Own, Reply};
use crate::api::Refused;
use crate::api::people::{HistoryList, HistorySearch};
use crate::clock::{Clock, machine};
use crate::pages::people::history as pages;
use crate::text::people as text;

/// Days that a link works which does not say otherwise.
const SHARE_DAYS: u32 = 7;

pub(super) async fn list(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    if let Some(posted) = &visit.posted {
        let said = match posted.text("do").as_str() {
            "delete" => {
                let ids = posted.all("id");
                let said = if ids.is_empty() { "none-chosen" } else { "deleted" };
                people.delete_analyses(ids).await?;
                said
            }
            "take-over" => {
                people.take_over().await?;
                "taken-over"
            }
            _ => return Err(no_such_form()),
        };
        return Ok(Reply::SeeOther(format!("/history?said={said}")));
    }
    let typed = &visit.query;
    let search = match search(typed, &own.clock) {
        Ok(search) => search,
        Err(refused) => {
            let page =
                pages::list(HistoryList::default(), Vec::new(), typed, own.clock.clone(), 0, None, Some(&refused));
            return Ok(Reply::Page(page.refused(Some(&refused))));
        }
    };
    let left_behind = people.left_behind().await?;
    let said = text::said(&visit.query.text("said"));
    let list = people.find_analyses(search).await?;
    let objects = people.objects().await?;
    Ok(Reply::Page(pages::list(list, objects, typed, own.clock.clone(), left_behind, said, None)))
}

/// Days are those of where somebody lives; the last one is part of what is looked for.
fn search(typed: &Fields, clock: &Clock) -> Result<HistorySearch, Refused> {
    let day = |name: &str| match typed.given(name) {
        None => Ok(None),
        Some(day) => clock.bounds(&day).map(Some).ok_or_else(|| Refused::field(name, "not_a_day", text::NOT_A_DAY)),
    };
    Ok(HistorySearch {
        words: typed.given("q").unwrap_or_default(),
        object: typed.given("object"),
        from: day("from")?.map(|(begins, _)| begins),
        until: day("to")?.map(|(_, ends)| ends),
        before: typed.given("before"),
    })
}

/// The address of what was searched.
pub(crate) fn search_address(typed: &Fields, more: &[(&str, Option<&str>)]) -> String {
    let kept = ["q", "object", "from", "to"].map(|name| (name, typed.given(name)));
    let mut pairs: Vec<(&str, Option<&str>)> = kept.iter().map(|(name, value)| (*name, value.as_deref())).collect();
    pairs.extend_from_slice(more);
    address("/history", &pairs)
}

/// Where what was searched is saved as a file. Its days are told as moments, for the API knows those of UTC alone.
pub(crate) fn export_address(typed: &Fields, clock: &Clock, format: &str) -> String {
    let bounds = |name: &str| typed.given(name).and_then(|day| clock.bounds(&day));
    let from = bounds("from").map(|(begins, _)| machine(begins));
    let to = bounds("to").map(|(_, ends)| machine(ends));
    let (q, object) = (typed.given("q"), typed.given("object"));
    let pairs = [
        ("format", Some(format)),
        ("q", q.as_deref()),
        ("object", object.as_deref()),
        ("from", from.as_deref()),
        ("to", to.as_deref()),
    ];
    address("/v1/analyses/export", &pairs)
}

pub(super) async fn one(own: &Own, id: &str) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let id = id.to_owned();
    let Some(posted) = &visit.posted else {
        let kept = people.kept_analysis(id).await?;
        let said = text::said(&visit.query.text("said"));
        return Ok(Reply::Page(pages::one(kept, own.clock.clone(), said, None, None)));
    };
    let here = format!("/history/{id}");
    let outcome = match posted.text("do").as_str() {
        "rename" => people.rename_analysis(id.clone(), posted.text("title")).await.map(|()| "renamed"),
        "unshare" => people.unshare_analysis(id.clone()).await.map(|()| "unshared"),
        "delete" => {
            people.delete_analyses(vec![id]).await?;
            return Ok(Reply::SeeOther("/history?said=deleted".into()));
        }
        "share" => {
            let days = posted.text("days").parse().unwrap_or(SHARE_DAYS);
            let share = people.share_analysis(id.clone(), days).await?;
            let kept = people.kept_analysis(id).await?;
            // Told this once, so it cannot be at another address.
            return Ok(Reply::Page(pages::one(kept, own.clock.clone(), None, Some(share), None)));
        }
        _ => return Err(no_such_form()),
    };
    match outcome {
        Ok(said) => Ok(Reply::SeeOther(format!("{here}?said={said}"))),
        Err(refused) if refused.code == ErrorCode::BadInput => {
            let kept = people.kept_analysis(id).await?;
            let title = posted.text("title");
            let page = pages::one(kept, own.clock.clone(), None, None, Some((title, refused.message.clone())));
            Ok(Reply::Page(page.refused(Some(&refused))))
        }
        Err(refused) => Err(refused),
    }
}

/// For anyone; whoever looks at it sees when it was made in UTC, for it says nothing of its owner.
pub(super) async fn shared(here: &Here, token: &str) -> Result<Reply, Refused> {
    if here.visit.posted.is_some() {
        return Err(no_such_form());
    }
    let kept = here.people.shared_analysis(token.to_owned()).await?;
    Ok(Reply::Page(pages::shared(kept, Clock::default())))
}
