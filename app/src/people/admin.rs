//! Administration: accounts found and changed after a look at what would change, mails, counts, analyses, the log.

use vision_core::ErrorCode;

use super::account::no_such_form;
use super::{Fields, Own, Reply};
use crate::api::Refused;
use crate::api::people::{AnalysisSearch, Differences, How, UserChange, UserOrder, UserSearch};
use crate::pages::people::admin as pages;
use crate::text::people as text;

/// Lines of a list.
pub(crate) const PAGE: u32 = 50;

pub(super) async fn users(own: &Own) -> Result<Reply, Refused> {
    let visit = &own.here.visit;
    if visit.posted.is_some() {
        return Err(no_such_form());
    }
    let typed = &visit.query;
    let order = UserOrder::ALL.into_iter().find(|order| order.as_str() == typed.text("order")).unwrap_or_default();
    let offset = typed.text("offset").parse().unwrap_or(0);
    let search = UserSearch { words: typed.given("q").unwrap_or_default(), order, offset, limit: PAGE };
    let found = own.here.people.find_users(search).await?;
    Ok(Reply::Page(pages::users(found, typed, offset, own.clock.clone())))
}

pub(super) async fn user(own: &Own, id: &str) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let address = format!("/admin/users/{id}");
    let Some(posted) = &visit.posted else {
        let user = people.user(id.to_owned()).await?;
        let said = text::said(&visit.query.text("said"));
        return Ok(Reply::Page(pages::user(user, own.clock.clone(), said, None)));
    };
    let outcome = match posted.text("do").as_str() {
        "preview" => match people.change_user(change(id, posted), How::Preview).await {
            Ok(differences) => return Ok(Reply::Page(pages::preview(id, posted, differences, None))),
            Err(refused) => Err(refused),
        },
        "change" => match change_for_good(own, id, posted).await {
            Err(refused) if is_about_password(&refused) => return password_again(own, id, posted, refused).await,
            outcome => outcome.map(|()| "user-changed"),
        },
        "limit" => match limit(posted) {
            Ok(limit) => people.set_user_limit(id.to_owned(), limit).await.map(|()| "limit-set"),
            Err(refused) => Err(refused),
        },
        "reset-quota" => people.reset_user_quota(id.to_owned()).await.map(|()| "quota-reset"),
        _ => return Err(no_such_form()),
    };
    match outcome {
        Ok(said) => Ok(Reply::SeeOther(format!("{address}?said={said}"))),
        Err(refused) if is_about_all(&refused) => Err(refused),
        Err(refused) => {
            let user = people.user(id.to_owned()).await?;
            let conflict = refused.code == ErrorCode::Conflict;
            let refused = if conflict { Refused::new(refused.code, text::CONFLICT) } else { refused };
            // What was typed belongs to an account that is not so any more.
            let typed = if conflict { None } else { Some(posted.clone()) };
            let page = pages::user(user, own.clock.clone(), None, Some((typed, refused.clone())));
            Ok(Reply::Page(page.refused(Some(&refused))))
        }
    }
}

/// With the password first, where the form asked for it.
async fn change_for_good(own: &Own, id: &str, posted: &Fields) -> Result<(), Refused> {
    let people = &own.here.people;
    // As it was typed: white space counts in a password.
    let password = posted.text("password");
    if !password.is_empty() {
        people.give_password(password).await?;
    }
    people.change_user(change(id, posted), How::ForGood).await.map(|_| ())
}

fn is_about_password(refused: &Refused) -> bool {
    let codes = [ErrorCode::PasswordRequired, ErrorCode::InvalidCredentials, ErrorCode::TooManyAttempts];
    codes.contains(&refused.code)
}

/// The same preview, which asks for the password.
async fn password_again(own: &Own, id: &str, posted: &Fields, refused: Refused) -> Result<Reply, Refused> {
    let differences = own.here.people.change_user(change(id, posted), How::Preview).await?;
    let refused = match refused.code {
        ErrorCode::InvalidCredentials => {
            Refused { code: refused.code, ..Refused::field("password", "wrong", text::WRONG_PASSWORD) }
        }
        _ => refused,
    };
    let differences = Differences { asks_password: true, ..differences };
    Ok(Reply::Page(pages::preview(id, posted, differences, Some(&refused)).refused(Some(&refused))))
}

/// Whether a refusal is about who asks, or about what is not there.
fn is_about_all(refused: &Refused) -> bool {
    matches!(refused.code, ErrorCode::Unauthenticated | ErrorCode::Forbidden | ErrorCode::NotFound)
}

fn change(id: &str, posted: &Fields) -> UserChange {
    UserChange {
        id: id.to_owned(),
        version: posted.text("version").parse().unwrap_or(0),
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        email: posted.text("email"),
        username: posted.text("username"),
        administrator: posted.is_ticked("administrator"),
        blocked: posted.is_ticked("blocked"),
        confirm: posted.is_ticked("confirm"),
        end_sessions: posted.is_ticked("end_sessions"),
        reset_second_factor: posted.is_ticked("reset_second_factor"),
    }
}

fn limit(posted: &Fields) -> Result<Option<u32>, Refused> {
    let wrong = |_| Refused::field("analyses_per_hour", "not_a_number", text::NOT_A_NUMBER);
    posted.given("analyses_per_hour").map(|limit| limit.parse().map_err(wrong)).transpose()
}

pub(super) async fn analyses(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    if let Some(posted) = &visit.posted {
        people.delete_anybodys_analysis(posted.text("id")).await?;
        return Ok(Reply::SeeOther("/admin/analyses?said=deleted".into()));
    }
    let search = AnalysisSearch { owner: visit.query.given("owner"), before: visit.query.given("before"), limit: PAGE };
    let found = people.everybodys_analyses(search).await?;
    let said = text::said(&visit.query.text("said"));
    Ok(Reply::Page(pages::analyses(found, &visit.query, own.clock.clone(), said)))
}

pub(super) async fn quotas(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    if let Some(posted) = &visit.posted {
        people.reset_network(posted.text("network")).await?;
        return Ok(Reply::SeeOther("/admin/quotas?said=network-reset".into()));
    }
    let said = text::said(&visit.query.text("said"));
    Ok(Reply::Page(pages::quotas(people.networks().await?, own.clock.clone(), said)))
}

pub(super) async fn mail(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    if let Some(posted) = &visit.posted {
        people.retry_mail(posted.text("id")).await?;
        return Ok(Reply::SeeOther("/admin/mail?said=mail-retried".into()));
    }
    let said = text::said(&visit.query.text("said"));
    Ok(Reply::Page(pages::mail(people.mails().await?, own.clock.clone(), said)))
}

pub(super) async fn jobs(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    if let Some(posted) = &visit.posted {
        people.start_job(posted.text("name")).await?;
        return Ok(Reply::SeeOther("/admin/jobs?said=job-started".into()));
    }
    let said = text::said(&visit.query.text("said"));
    Ok(Reply::Page(pages::jobs(people.jobs().await?, own.clock.clone(), said)))
}

pub(super) async fn audit(own: &Own) -> Result<Reply, Refused> {
    let visit = &own.here.visit;
    if visit.posted.is_some() {
        return Err(no_such_form());
    }
    let entries = own.here.people.audit_log(visit.query.text("before").parse().ok()).await?;
    Ok(Reply::Page(pages::audit(entries, own.clock.clone())))
}
