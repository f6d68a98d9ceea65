//! `/v1/accounts`: register, confirm, a forgotten password.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use proto::auth_v1::{Register, ResetPassword};
use serde::{Deserialize, Serialize};

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::visitor::Visitor;

/// What somebody who registers tells. A field that is left out is answered with `missing_field`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(super) struct NewAccount {
    #[schema(example = "Olena")]
    first_name: String,
    #[schema(example = "Koval")]
    last_name: String,
    #[schema(example = "olena@example.org")]
    email: String,
    /// May be left out.
    #[schema(example = "olena")]
    username: Option<String>,
    #[schema(example = "Kyiv-Chornobryvtsi-7!")]
    password: String,
    /// The same again.
    #[schema(example = "Kyiv-Chornobryvtsi-7!")]
    password_confirmation: String,
}

/// What happens next.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Next {
    /// `mail_sent`: what to do stands in a mail.
    status: &'static str,
}

const MAIL_SENT: Next = Next { status: "mail_sent" };

/// Register
///
/// A mail with a link goes to the address; the account can be used once the link is opened. If the address has an account
/// already, the answer is the same and the mail says so (unless the setting `reveal_accounts` is on).
#[utoipa::path(
    post, path = "/v1/accounts", tag = "Accounts", operation_id = "register", request_body = NewAccount,
    responses(
        (status = 202, description = "A mail was sent", body = Next),
        (status = 400, description = "`missing_field`, or `bad_input` with every broken rule in `errors`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`user_already_exists`, only with the setting `reveal_accounts`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn register(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(new): Input<NewAccount>,
) -> Result<Response, Refusal> {
    let NewAccount { first_name, last_name, email, username, password, password_confirmation } = new;
    let username = username.unwrap_or_default();
    let asked = Register { first_name, last_name, email, username, password, password_confirmation };
    door.service.register(&caller.origin, asked).await?;
    Ok(sent())
}

/// The token of a link in a mail.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Token {
    token: String,
}

/// An address that is confirmed now.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ConfirmedAddress {
    email: String,
}

/// Confirm an address
///
/// With the token of the link in the mail, of a new account or of a new address for one. It works once.
#[utoipa::path(
    post, path = "/v1/accounts/confirm", tag = "Accounts", operation_id = "confirm", request_body = Token,
    responses(
        (status = 200, description = "The address is confirmed", body = ConfirmedAddress),
        (status = 400, description = "`missing_field`; `bad_input`: the link was used or is too old", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn confirm(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(Token { token }): Input<Token>,
) -> Result<Json<ConfirmedAddress>, Refusal> {
    let confirmed = door.service.confirm(&caller.origin, token).await?;
    Ok(Json(ConfirmedAddress { email: confirmed.email }))
}

/// An address that a mail shall go to.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct MailAddress {
    #[schema(example = "olena@example.org")]
    email: String,
}

/// Have the link to confirm sent again
///
/// The answer is the same whether or not there is such an account.
#[utoipa::path(
    post, path = "/v1/accounts/confirm/resend", tag = "Accounts", operation_id = "resendConfirmation", request_body = MailAddress,
    responses(
        (status = 202, description = "If there is such an account, a mail was sent", body = Next),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn resend(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(MailAddress { email }): Input<MailAddress>,
) -> Result<Response, Refusal> {
    door.service.resend_confirmation(&caller.origin, email).await?;
    Ok(sent())
}

/// Ask for a new password
///
/// The answer is the same whether or not there is such an account.
#[utoipa::path(
    post, path = "/v1/accounts/password/forgotten", tag = "Accounts", operation_id = "forgotPassword", request_body = MailAddress,
    responses(
        (status = 202, description = "If there is such an account, a mail was sent", body = Next),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn forgotten(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(MailAddress { email }): Input<MailAddress>,
) -> Result<Response, Refusal> {
    door.service.forgot_password(&caller.origin, email).await?;
    Ok(sent())
}

/// A new password, with the token of the link in the mail.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct NewPassword {
    token: String,
    password: String,
    password_confirmation: String,
}

/// Choose a new password
///
/// With the token of the link in the mail. All sessions end.
#[utoipa::path(
    post, path = "/v1/accounts/password", tag = "Accounts", operation_id = "resetPassword", request_body = NewPassword,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 400, description = "`missing_field`; `bad_input`: the link was used or is too old, or the password breaks the rules in `errors`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn reset(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(NewPassword { token, password, password_confirmation }): Input<NewPassword>,
) -> Result<StatusCode, Refusal> {
    let asked = ResetPassword { token, password, password_confirmation };
    door.service.reset_password(&caller.origin, asked).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn sent() -> Response {
    let mut response = (StatusCode::ACCEPTED, Json(MAIL_SENT)).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
