//! The second factor: set up with an authenticator, proved by a code, removed with the password.

use vision_core::ErrorCode;

use super::account::no_such_form;
use super::{Fields, Own, Reply};
use crate::api::Refused;
use crate::api::people::FactorSecret;
use crate::pages::people::factor as pages;
use crate::text::people as text;

pub(super) async fn second_factor(own: &Own) -> Result<Reply, Refused> {
    let (people, visit) = (&own.here.people, &own.here.visit);
    let Some(posted) = &visit.posted else {
        let is_on = people.profile().await?.second_factor;
        return Ok(Reply::Page(pages::state(is_on, text::said(&visit.query.text("said")), None)));
    };
    let password = posted.text("password");
    match posted.text("do").as_str() {
        "begin" => match people.begin_second_factor(password).await {
            Ok(secret) => Ok(Reply::Page(pages::scan(&secret, None))),
            Err(refused) => back(own, refused).await,
        },
        "confirm" => match people.confirm_second_factor(posted.text("code")).await {
            // Told this once, so they cannot be at another address.
            Ok(codes) => Ok(Reply::Page(pages::codes(codes))),
            Err(refused) if refused.code == ErrorCode::Unauthenticated => Err(refused),
            Err(refused) => {
                let refused = beside("code", text::WRONG_CODE, refused);
                Ok(Reply::Page(pages::scan(&shown_before(posted)?, Some(&refused)).refused(Some(&refused))))
            }
        },
        "remove" => match people.remove_second_factor(password).await {
            Ok(()) => Ok(Reply::SeeOther("/second-factor?said=factor-removed".into())),
            Err(refused) => back(own, refused).await,
        },
        _ => Err(no_such_form()),
    }
}

async fn back(own: &Own, refused: Refused) -> Result<Reply, Refused> {
    if refused.code == ErrorCode::Unauthenticated {
        return Err(refused);
    }
    let is_on = own.here.people.profile().await?.second_factor;
    let refused = beside("password", text::WRONG_PASSWORD, refused);
    Ok(Reply::Page(pages::state(is_on, None, Some(&refused)).refused(Some(&refused))))
}

pub(super) fn beside(field: &str, message: &str, refused: Refused) -> Refused {
    match refused.code {
        ErrorCode::InvalidCredentials => Refused { code: refused.code, ..Refused::field(field, "wrong", message) },
        _ => refused,
    }
}

/// The secret that the form carries, so that it can be scanned again after a wrong code.
fn shown_before(posted: &Fields) -> Result<FactorSecret, Refused> {
    let (secret, uri) = (posted.text("secret"), posted.text("uri"));
    if !uri.starts_with("otpauth://totp/") || !uri.contains(&secret) {
        return Err(no_such_form());
    }
    Ok(FactorSecret { secret, uri })
}
