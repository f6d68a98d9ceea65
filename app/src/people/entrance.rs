//! Getting in: register, confirm, log in and out, a forgotten password.

use vision_core::ErrorCode;

use super::factor::beside;
use super::{Fields, Here, Reply, address, own_path};
use crate::api::Refused;
use crate::api::people::{LogIn, LogInStep, NewAccount, NewPassword};
use crate::pages::people::entrance as pages;
use crate::text::people as text;

pub(super) async fn register(here: &Here) -> Result<Reply, Refused> {
    let (rules, said) = (here.people.password_rules().await?, here.visit.query.text("said"));
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(match said.as_str() {
            "mail-sent" => pages::mail_sent(text::REGISTERED_TITLE, text::REGISTERED),
            _ => pages::register(&Fields::default(), rules, None),
        }));
    };
    let new = NewAccount {
        first_name: posted.text("first_name"),
        last_name: posted.text("last_name"),
        email: posted.text("email"),
        username: posted.text("username"),
        password: new_password(posted),
    };
    Ok(match here.people.register(new).await {
        Ok(()) => Reply::SeeOther("/register?said=mail-sent".into()),
        Err(refused) => Reply::Page(pages::register(posted, rules, Some(&refused)).refused(Some(&refused))),
    })
}

/// The link in a mail only opens this page: programs that look at mails open links too, and must not use them up.
pub(super) async fn confirm(here: &Here) -> Result<Reply, Refused> {
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(pages::confirm(&here.visit.path, &here.visit.query.text("token"))));
    };
    Ok(match here.people.confirm(posted.text("token")).await {
        Ok(()) => Reply::SeeOther("/login?said=confirmed".into()),
        Err(refused) => Reply::Page(pages::link_failed(&refused, "/resend").refused(Some(&refused))),
    })
}

pub(super) async fn resend(here: &Here) -> Result<Reply, Refused> {
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(match here.visit.query.text("said").as_str() {
            "mail-sent" => pages::mail_sent(text::MAIL_ON_ITS_WAY_TITLE, text::RESENT),
            _ => pages::resend(&Fields::default(), None),
        }));
    };
    Ok(match here.people.resend_confirmation(posted.text("email")).await {
        Ok(()) => Reply::SeeOther("/resend?said=mail-sent".into()),
        Err(refused) => Reply::Page(pages::resend(posted, Some(&refused)).refused(Some(&refused))),
    })
}

pub(super) async fn forgot(here: &Here) -> Result<Reply, Refused> {
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(match here.visit.query.text("said").as_str() {
            "mail-sent" => pages::mail_sent(text::MAIL_ON_ITS_WAY_TITLE, text::FORGOTTEN),
            _ => pages::forgot(&Fields::default(), None),
        }));
    };
    Ok(match here.people.forgot_password(posted.text("email")).await {
        Ok(()) => Reply::SeeOther("/forgot?said=mail-sent".into()),
        Err(refused) => Reply::Page(pages::forgot(posted, Some(&refused)).refused(Some(&refused))),
    })
}

pub(super) async fn reset(here: &Here) -> Result<Reply, Refused> {
    let rules = here.people.password_rules().await?;
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(pages::reset(&here.visit.query.text("token"), rules, None)));
    };
    let token = posted.text("token");
    Ok(match here.people.reset_password(token.clone(), new_password(posted)).await {
        Ok(()) => Reply::SeeOther("/login?said=password-changed".into()),
        // Nothing is wrong with a field: it is the link.
        Err(refused) if refused.code == ErrorCode::BadInput && refused.fields.is_empty() => {
            Reply::Page(pages::link_failed(&refused, "/forgot").refused(Some(&refused)))
        }
        Err(refused) => Reply::Page(pages::reset(&token, rules, Some(&refused)).refused(Some(&refused))),
    })
}

pub(super) async fn log_in(here: &Here) -> Result<Reply, Refused> {
    let query = &here.visit.query;
    let Some(posted) = &here.visit.posted else {
        let next = own_path(&query.text("next")).map(str::to_owned);
        if here.people.signed_in().await?.is_some() {
            return Ok(Reply::SeeOther(next.unwrap_or_else(|| "/".into())));
        }
        let said = text::said(&query.text("said")).or(next.is_some().then_some(text::LOG_IN_FIRST));
        let next = next.unwrap_or_default();
        return Ok(Reply::Page(pages::log_in(&Fields::from([("next", next.as_str())]), said, None)));
    };
    let remember = posted.is_ticked("remember");
    let asked = LogIn { login: posted.text("login"), password: posted.text("password"), remember };
    Ok(match here.people.log_in(asked).await {
        Ok(LogInStep::LoggedIn) => Reply::SeeOther(after_login(posted)),
        Ok(LogInStep::CodeAsked) => Reply::SeeOther(address("/login/code", &[("next", Some(&posted.text("next")))])),
        Err(refused) => Reply::Page(pages::log_in(posted, None, Some(&refused)).refused(Some(&refused))),
    })
}

/// The second step: the browser has what stands for the first.
pub(super) async fn code(here: &Here) -> Result<Reply, Refused> {
    let Some(posted) = &here.visit.posted else {
        return Ok(Reply::Page(pages::code(&here.visit.query, None)));
    };
    Ok(match here.people.finish_log_in(posted.text("code")).await {
        Ok(()) => Reply::SeeOther(after_login(posted)),
        // It took too long: the password is asked for once more.
        Err(refused) if refused.code == ErrorCode::Unauthenticated => {
            Reply::Page(pages::log_in(posted, None, Some(&refused)).refused(Some(&refused)))
        }
        Err(refused) => {
            let refused = beside("code", text::WRONG_CODE, refused);
            Reply::Page(pages::code(posted, Some(&refused)).refused(Some(&refused)))
        }
    })
}

fn after_login(posted: &Fields) -> String {
    own_path(&posted.text("next")).unwrap_or("/history").to_owned()
}

pub(super) async fn log_out(here: &Here) -> Result<Reply, Refused> {
    if here.visit.posted.is_none() {
        return Ok(match here.people.signed_in().await? {
            Some(_) => Reply::Page(pages::log_out()),
            None => Reply::SeeOther("/login".into()),
        });
    }
    here.people.log_out().await?;
    Ok(Reply::SeeOther("/login?said=logged-out".into()))
}

fn new_password(posted: &Fields) -> NewPassword {
    NewPassword { password: posted.text("password"), confirmation: posted.text("password_confirmation") }
}
