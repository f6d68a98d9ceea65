//! An account in numbers.

use super::account::no_such_form;
use super::{Own, Reply};
use crate::api::Refused;
use crate::api::people::Per;
use crate::pages::people::statistics as pages;

pub(super) async fn statistics(own: &Own) -> Result<Reply, Refused> {
    let visit = &own.here.visit;
    if visit.posted.is_some() {
        return Err(no_such_form());
    }
    let wanted = visit.query.text("per");
    let per = Per::ALL.into_iter().find(|per| per.as_str() == wanted).unwrap_or_default();
    Ok(Reply::Page(pages::statistics(own.here.people.statistics(per).await?, per)))
}
