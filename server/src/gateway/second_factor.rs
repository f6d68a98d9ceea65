//! `/v1/profile/second-factor`: codes of an authenticator beside the password.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::LoggedInPerson;

/// The password, once more.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Reassurance {
    pub(super) password: String,
}

/// What the authenticator needs.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct NewSecondFactor {
    /// Base32, for typing.
    secret: String,
    /// For a QR code.
    #[schema(example = "otpauth://totp/…")]
    uri: String,
}

/// Begin with a second factor
///
/// It counts once its first code was sent to `/v1/profile/second-factor/confirm`.
#[utoipa::path(
    post, path = "/v1/profile/second-factor", tag = "Accounts", operation_id = "beginSecondFactor", request_body = Reassurance,
    responses(
        (status = 200, description = "The secret, shown this once", body = NewSecondFactor),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`conflict`: there is one already", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn begin(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(Reassurance { password }): Input<Reassurance>,
) -> Result<Response, Refusal> {
    let begun = door.service.begin_second_factor(&caller.origin, &person, password).await?;
    Ok(private(Json(NewSecondFactor { secret: begun.secret, uri: begun.uri }).into_response()))
}

/// A code of the authenticator.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Code {
    #[schema(example = "123456")]
    code: String,
}

/// For who has lost the authenticator.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct RecoveryCodes {
    /// Each works once in the place of a code. They are shown this once.
    recovery_codes: Vec<String>,
}

/// Have the second factor count
#[utoipa::path(
    post, path = "/v1/profile/second-factor/confirm", tag = "Accounts", operation_id = "confirmSecondFactor", request_body = Code,
    responses(
        (status = 200, description = "It counts from now on", body = RecoveryCodes),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the code is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none was begun", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn confirm(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(Code { code }): Input<Code>,
) -> Result<Response, Refusal> {
    let codes = door.service.confirm_second_factor(&caller.origin, &person, code).await?;
    Ok(private(Json(RecoveryCodes { recovery_codes: codes.codes }).into_response()))
}

/// Do without the second factor again
#[utoipa::path(
    delete, path = "/v1/profile/second-factor", tag = "Accounts", operation_id = "removeSecondFactor", request_body = Reassurance,
    responses(
        (status = 204, description = "The password alone counts"),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(Reassurance { password }): Input<Reassurance>,
) -> Result<StatusCode, Refusal> {
    door.service.remove_second_factor(&caller.origin, &person, password).await?;
    Ok(StatusCode::NO_CONTENT)
}
