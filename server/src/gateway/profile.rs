//! `/v1/profile`: what an account says of its owner; its password, its address, its end.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use proto::auth_v1::{Account, UpdateAccount};
use serde::{Deserialize, Serialize};

use super::input::Input;
use super::problem::{Problem, Refusal};
use super::token::{private, role};
use super::visitor::LoggedInPerson;
use super::{Door, archive};
use crate::service::Moment;

/// An account as its owner sees it.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = AccountProfile)]
pub(super) struct Profile {
    id: String,
    first_name: String,
    last_name: String,
    email: String,
    username: Option<String>,
    #[schema(example = "user")]
    role: &'static str,
    #[schema(example = "uk")]
    language: String,
    #[schema(example = "Europe/Kyiv")]
    time_zone: String,
    /// What an analysis looks for, if the request does not say; empty: everything.
    default_tasks: Vec<String>,
    /// Whether pictures are kept with their analyses, if the request does not say.
    keep_pictures: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// When everything of this account goes, if its owner asked for it.
    #[schema(value_type = Option<String>, format = DateTime)]
    delete_at: Option<Moment>,
    /// Whether logging in asks for a code too.
    second_factor: bool,
    /// One more with every change.
    version: i64,
}

/// See your profile
#[utoipa::path(
    get, path = "/v1/profile", tag = "Accounts", operation_id = "getProfile",
    responses(
        (status = 200, description = "Your account", body = Profile),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key without the scope `profile`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    Ok(shown(door.service.profile(&caller.origin, &person).await?))
}

/// What of a profile shall change; what is left out stays.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ProfileChange {
    first_name: Option<String>,
    last_name: Option<String>,
    /// Empty: none.
    username: Option<String>,
    /// `en` or `uk`.
    language: Option<String>,
    time_zone: Option<String>,
    default_tasks: Option<Vec<String>>,
    keep_pictures: Option<bool>,
    /// The version that was seen: if the account was changed since, nothing is.
    version: Option<i64>,
}

/// Change your profile
#[utoipa::path(
    patch, path = "/v1/profile", tag = "Accounts", operation_id = "changeProfile", request_body = ProfileChange,
    responses(
        (status = 200, description = "Your account as it is now", body = Profile),
        (status = 400, description = "`missing_field`, or `bad_input` with every broken rule in `errors`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`user_already_exists`: the user name is taken; `conflict`: changed since that version", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(change): Input<ProfileChange>,
) -> Result<Response, Refusal> {
    let ProfileChange { first_name, last_name, username, language, time_zone, default_tasks, keep_pictures, version } =
        change;
    let asked = UpdateAccount {
        account_id: String::new(),
        first_name,
        last_name,
        username,
        language,
        time_zone,
        default_tasks: default_tasks.map(|tasks| tasks.join(",")),
        keep_pictures,
        version: version.unwrap_or(0),
    };
    Ok(shown(door.service.update_profile(&caller.origin, &person, asked).await?))
}

/// A new password for an old one.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PasswordChange {
    old_password: String,
    password: String,
    password_confirmation: String,
}

/// Change your password
///
/// All other sessions end, and a mail says so.
#[utoipa::path(
    post, path = "/v1/profile/password", tag = "Accounts", operation_id = "changePassword", request_body = PasswordChange,
    responses(
        (status = 204, description = "It is changed"),
        (status = 400, description = "`missing_field`, or `bad_input` with every broken rule in `errors`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the old password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change_password(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(PasswordChange { old_password, password, password_confirmation }): Input<PasswordChange>,
) -> Result<StatusCode, Refusal> {
    let new = (password, password_confirmation);
    door.service.change_password(&caller.origin, &person, old_password, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A new address.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EmailChange {
    password: String,
    email: String,
}

/// Change your e-mail address
///
/// A mail with a link goes to the new address, and one that says so to the old; the new one counts once the link is opened,
/// and all sessions end then.
#[utoipa::path(
    post, path = "/v1/profile/email", tag = "Accounts", operation_id = "changeEmail", request_body = EmailChange,
    responses(
        (status = 202, description = "The mails were sent"),
        (status = 400, description = "`missing_field`, `bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`user_already_exists`, only with the setting `reveal_accounts`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_attempts`: of the password, or mails to that address", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change_email(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(EmailChange { password, email }): Input<EmailChange>,
) -> Result<StatusCode, Refusal> {
    door.service.change_email(&caller.origin, &person, password, email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The password, once more.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Farewell {
    password: String,
}

/// Delete your account
///
/// Everything goes after seven days; until then `POST /v1/profile/keep` takes it back.
#[utoipa::path(
    delete, path = "/v1/profile", tag = "Accounts", operation_id = "deleteAccount", request_body = Farewell,
    responses(
        (status = 202, description = "Your account, with the time at which it goes", body = Profile),
        (status = 400, description = "`missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`; `invalid_credentials`: the password is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(Farewell { password }): Input<Farewell>,
) -> Result<Response, Refusal> {
    let account = door.service.delete_account(&caller.origin, &person, password).await?;
    Ok((StatusCode::ACCEPTED, shown(account)).into_response())
}

/// Keep your account after all
#[utoipa::path(
    post, path = "/v1/profile/keep", tag = "Accounts", operation_id = "keepAccount",
    responses(
        (status = 200, description = "Your account, which stays", body = Profile),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn keep(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    Ok(shown(door.service.keep_account(&caller.origin, &person).await?))
}

/// Export everything of your account
///
/// One ZIP: profile, sessions, keys without their secrets, statistics, every report, kept pictures, uploaded files, and a
/// manifest with the hash of each.
#[utoipa::path(
    get, path = "/v1/profile/export", tag = "Accounts", operation_id = "exportAccount",
    responses(
        (status = 200, description = "The archive", body = Vec<u8>, content_type = "application/zip"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    Ok(archive::answer(door.service.export_account(&caller.origin, &person).await?, "account.zip").await?)
}

fn shown(account: Account) -> Response {
    let role = role(account.role());
    let Account {
        id,
        first_name,
        last_name,
        email,
        username,
        role: _,
        language,
        time_zone,
        default_tasks,
        keep_pictures,
        created_at_ms,
        confirmed_at_ms: _,
        blocked_at_ms: _,
        delete_at_ms,
        version,
        second_factor,
    } = account;
    let tasks = default_tasks.split(',').filter(|task| !task.is_empty());
    let profile = Profile {
        id,
        first_name,
        last_name,
        email,
        username: Some(username).filter(|name| !name.is_empty()),
        role,
        language,
        time_zone,
        default_tasks: tasks.map(str::to_owned).collect(),
        keep_pictures,
        created_at: Moment(created_at_ms),
        delete_at: (delete_at_ms > 0).then_some(Moment(delete_at_ms)),
        second_factor,
        version,
    };
    private(Json(profile).into_response())
}
