//! `/v1/token` for programs, `/v1/session` for browsers: log in, go on, log out.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use proto::auth_v1::{LogIn, LogInKind, LoggedIn, Role, Scope};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::second_factor::Reassurance;
use super::visitor::{LoggedInPerson, Visitor, dismiss, welcome};
use crate::service::Moment;

/// Who logs in.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Credentials {
    /// E-mail address or user name.
    #[schema(example = "olena@example.org")]
    login: String,
    #[schema(example = "Kyiv-Chornobryvtsi-7!")]
    password: String,
    /// Of the second factor, where the account has one: a code of the authenticator, or a recovery code.
    code: Option<String>,
}

/// What a program goes on with.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Tokens {
    /// A JWT, for `Authorization: Bearer`.
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds that the access token is valid.
    expires_in: u32,
    /// For `POST /v1/token/refresh`, once.
    refresh_token: String,
}

/// Log in as a program
///
/// The answer takes as long, and is the same, for a name that does not exist and for a wrong password.
#[utoipa::path(
    post, path = "/v1/token", tag = "Login", operation_id = "logIn", request_body = Credentials,
    responses(
        (status = 200, description = "Access and refresh token", body = Tokens),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_credentials`; after the right password `second_factor_required`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "After the right password: `not_confirmed`, or `forbidden` for a blocked account", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: see `Retry-After`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(Credentials { login, password, code }): Input<Credentials>,
) -> Result<Response, Refusal> {
    let asked =
        LogIn { login, password, code: code.unwrap_or_default(), kind: LogInKind::Tokens.into(), ..LogIn::default() };
    let logged_in = door.service.log_in(&caller.origin, asked).await?;
    tokens(&door, logged_in)
}

/// The refresh token of a program.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RefreshToken {
    refresh_token: String,
}

/// Get new tokens for a refresh token
///
/// It works once. When it comes again later than ten seconds after, it was copied: the session ends, and its owner is told by
/// mail.
#[utoipa::path(
    post, path = "/v1/token/refresh", tag = "Login", operation_id = "refreshToken", request_body = RefreshToken,
    responses(
        (status = 200, description = "New tokens", body = Tokens),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`: the token is unknown, too old or was used", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn refresh(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(RefreshToken { refresh_token }): Input<RefreshToken>,
) -> Result<Response, Refusal> {
    let logged_in = door.service.refresh(&caller.origin, refresh_token).await?;
    tokens(&door, logged_in)
}

/// What a token or a cookie stands for.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Validation {
    account_id: Uuid,
    #[schema(example = "user")]
    role: &'static str,
    /// `analyses`, `files`, `profile`: all, but for an API key.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<&'static str>,
    /// Absent for an API key that does not expire.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Moment>,
}

/// Ask whether a token is valid
#[utoipa::path(
    get, path = "/v1/token/validation", tag = "Login", operation_id = "validateToken",
    responses(
        (status = 200, description = "It is valid", body = Validation),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn validation(LoggedInPerson { person, .. }: LoggedInPerson) -> Response {
    let validation = Validation {
        account_id: person.account,
        role: role(person.role),
        scopes: person.scopes.iter().filter_map(|scope| scope_name(*scope)).collect(),
        expires_at: person.expires_at,
    };
    private(Json(validation).into_response())
}

/// Log out
///
/// Ends the session of the token or the cookie that is sent.
#[utoipa::path(
    delete, path = "/v1/token", tag = "Login", operation_id = "logOut",
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    door.service.log_out(&caller.origin, &person).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    dismiss(&door, response.headers_mut())?;
    Ok(response)
}

/// Give your password once more
///
/// For ten minutes the session of the token or the cookie may then do what answers `password_required` otherwise.
#[utoipa::path(
    post, path = "/v1/token/password", tag = "Login", operation_id = "givePassword", request_body = Reassurance,
    responses(
        (status = 204, description = "It is right"),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: see `Retry-After`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn give_password(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(Reassurance { password }): Input<Reassurance>,
) -> Result<StatusCode, Refusal> {
    door.service.give_password(&caller.origin, &person, password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who logs in with a browser.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct BrowserCredentials {
    /// E-mail address or user name.
    login: String,
    password: String,
    /// Of the second factor, where the account has one: a code of the authenticator, or a recovery code.
    code: Option<String>,
    /// Stay logged in for 30 days, instead of until the browser is closed.
    remember: bool,
}

/// Log in as a browser
///
/// Answers with cookies that no script can read.
#[utoipa::path(
    post, path = "/v1/session", tag = "Login", operation_id = "logInWithCookie", request_body = BrowserCredentials,
    responses(
        (status = 204, description = "The cookies are set"),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`invalid_credentials`; after the right password `second_factor_required`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "After the right password: `not_confirmed`, or `forbidden` for a blocked account; `forbidden` for a request from another site", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: see `Retry-After`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create_session(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(BrowserCredentials { login, password, code, remember }): Input<BrowserCredentials>,
) -> Result<Response, Refusal> {
    let kind = if remember { LogInKind::LastingCookie } else { LogInKind::Cookie };
    let asked = LogIn { login, password, code: code.unwrap_or_default(), kind: kind.into(), ..LogIn::default() };
    let logged_in = door.service.log_in(&caller.origin, asked).await?;
    let mut response = private(StatusCode::NO_CONTENT.into_response());
    welcome(&door, &logged_in, response.headers_mut())?;
    Ok(response)
}

fn tokens(door: &Door, logged_in: LoggedIn) -> Result<Response, Refusal> {
    let mut headers = http::HeaderMap::new();
    welcome(door, &logged_in, &mut headers)?;
    let LoggedIn { access_token, access_expires_in_secs, refresh_token, .. } = logged_in;
    let tokens = Tokens { access_token, token_type: "Bearer", expires_in: access_expires_in_secs, refresh_token };
    Ok(private((headers, Json(tokens)).into_response()))
}

pub(super) fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::User | Role::Unspecified => "user",
    }
}

pub(super) fn scope_name(scope: Scope) -> Option<&'static str> {
    match scope {
        Scope::Analyses => Some("analyses"),
        Scope::Files => Some("files"),
        Scope::Profile => Some("profile"),
        Scope::Unspecified => None,
    }
}
