//! `/v1/admin/users`: accounts found, looked at, changed after a look at what would change.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use proto::auth_v1::{self, Account, AccountOrder, ChangeAccount, FindAccounts, Role};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::Door;
use super::super::input::Input;
use super::super::problem::{Problem, Refusal};
use super::super::token::{private, role};
use super::super::visitor::Administrator;
use super::{PAGE, asked, known, moment};
use crate::service::administration::AccountQuota;
use crate::service::{Moment, ServiceError};

/// Which accounts are wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(in crate::gateway) struct UsersQuery {
    /// A part of a name, a user name or an address.
    q: Option<String>,
    /// `newest`, `name` or `email`; `newest`, if left out.
    #[param(inline)]
    order: Option<Order>,
    /// Lines to leave out.
    offset: Option<u32>,
    /// Lines wanted, at most 100; 50, if left out.
    limit: Option<u32>,
}

#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    Newest,
    Name,
    Email,
}

/// An account as an administrator sees it.
#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct User {
    id: String,
    first_name: String,
    last_name: String,
    email: String,
    username: Option<String>,
    #[schema(example = "user")]
    role: &'static str,
    language: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    /// Absent: the address is not confirmed.
    #[schema(value_type = Option<String>, format = DateTime)]
    confirmed_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    blocked_at: Option<Moment>,
    #[schema(value_type = Option<String>, format = DateTime)]
    delete_at: Option<Moment>,
    second_factor: bool,
    /// To be sent with a change.
    version: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct UserList {
    users: Vec<User>,
    /// How many there are in all.
    total: u64,
}

/// Find accounts
#[utoipa::path(
    get, path = "/v1/admin/users", tag = "Administration", operation_id = "findUsers", params(UsersQuery),
    responses(
        (status = 200, description = "A page of the accounts", body = UserList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    Administrator(by): Administrator,
    State(door): State<Door>,
    query: Result<Query<UsersQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let UsersQuery { q, order, offset, limit } = asked(query)?;
    let order = match order {
        Some(Order::Name) => AccountOrder::Name,
        Some(Order::Email) => AccountOrder::Email,
        Some(Order::Newest) | None => AccountOrder::Newest,
    };
    let asked = FindAccounts {
        words: q.unwrap_or_default(),
        order: order.into(),
        offset: offset.unwrap_or(0),
        limit: limit.unwrap_or(PAGE),
    };
    let found = door.service.find_accounts(&by, asked).await?;
    let users = found.accounts.into_iter().map(user).collect();
    Ok(private(Json(UserList { users, total: found.total }).into_response()))
}

/// An account, and how many analyses it may have.
#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct UserDetail {
    #[serde(flatten)]
    user: User,
    /// Analyses an hour, where that is not the setting.
    analyses_per_hour: Option<u32>,
    /// Analyses of the hour that began with the first of them.
    analyses_this_hour: u32,
}

/// See an account
#[utoipa::path(
    get, path = "/v1/admin/users/{id}", tag = "Administration", operation_id = "getUser",
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses(
        (status = 200, description = "The account", body = UserDetail),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Refusal> {
    let id = known(id)?;
    let user = user(door.service.find_account(&by, id).await?);
    let AccountQuota { analyses_per_hour, analyses_this_hour } = door.service.account_quota(&by, id).await?;
    Ok(private(Json(UserDetail { user, analyses_per_hour, analyses_this_hour }).into_response()))
}

/// What of an account shall change; what is left out stays.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(in crate::gateway) struct UserChange {
    /// The version that was seen: if the account was changed since, nothing is.
    version: i64,
    /// Only shows what would change.
    preview: bool,
    first_name: Option<String>,
    last_name: Option<String>,
    email: Option<String>,
    /// Empty: none.
    username: Option<String>,
    /// `user` or `administrator`; all sessions end.
    role: Option<String>,
    /// Ends all sessions too.
    blocked: Option<bool>,
    /// Confirms the address without its link.
    confirm: bool,
    end_sessions: bool,
    /// For somebody who has lost the authenticator and the recovery codes.
    reset_second_factor: bool,
}

/// What changes.
#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct Difference {
    field: String,
    old: String,
    new: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct Changed {
    /// The account as it is now, or as it would be.
    user: User,
    changes: Vec<Difference>,
    /// Of a preview: whether the change asks for your password first, at `/v1/token/password`.
    asks_password: bool,
}

/// Change an account
///
/// With `preview` nothing changes and the answer says what would. The change names the version that was seen. A new address, role
/// or second factor asks for a password given within the last ten minutes, at the login or at `/v1/token/password`.
#[utoipa::path(
    patch, path = "/v1/admin/users/{id}", tag = "Administration", operation_id = "changeUser", request_body = UserChange,
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses(
        (status = 200, description = "What has changed, or would", body = Changed),
        (status = 400, description = "`missing_field`, or `bad_input` with every broken rule in `errors`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`; `password_required`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`conflict`: changed since that version; `user_already_exists`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
    Input(change): Input<UserChange>,
) -> Result<Response, Refusal> {
    let id = known(id)?;
    let UserChange {
        version,
        preview,
        first_name,
        last_name,
        email,
        username,
        role,
        blocked,
        confirm,
        end_sessions,
        reset_second_factor,
    } = change;
    let role = role.as_deref().map(role_of).transpose()?.map(i32::from);
    let asked = ChangeAccount {
        administrator_id: String::new(),
        account_id: String::new(),
        version,
        preview,
        first_name,
        last_name,
        email,
        username,
        role,
        blocked,
        confirm,
        end_sessions,
        reset_second_factor,
        session_id: String::new(),
    };
    let auth_v1::Change { account, changes, asks_password } = door.service.change_account(&by, id, asked).await?;
    let user = account.map(user).ok_or_else(|| ServiceError::internal("an account was changed and not told"))?;
    let changes =
        changes.into_iter().map(|change| Difference { field: change.field, old: change.old, new: change.new });
    Ok(private(Json(Changed { user, changes: changes.collect(), asks_password }).into_response()))
}

/// How many analyses an account may have.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::gateway) struct UserLimit {
    /// Null: as many as the setting says.
    analyses_per_hour: Option<u32>,
}

/// Set how many analyses an account may have
#[utoipa::path(
    put, path = "/v1/admin/users/{id}/quota", tag = "Administration", operation_id = "setUserQuota", request_body = UserLimit,
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses(
        (status = 204, description = "It counts from now on"),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn limit(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
    Input(UserLimit { analyses_per_hour }): Input<UserLimit>,
) -> Result<StatusCode, Refusal> {
    door.service.set_account_limit(&by, known(id)?, analyses_per_hour).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Have an account's hour begin anew
#[utoipa::path(
    delete, path = "/v1/admin/users/{id}/quota", tag = "Administration", operation_id = "resetUserQuota",
    params(("id" = Uuid, Path, description = "Id of the account")),
    responses(
        (status = 204, description = "It has had no analyses within the hour"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn reset(
    Administrator(by): Administrator,
    State(door): State<Door>,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    door.service.reset_account_quota(&by, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn role_of(name: &str) -> Result<Role, ServiceError> {
    match name {
        "user" => Ok(Role::User),
        "administrator" => Ok(Role::Administrator),
        other => Err(ServiceError::BadInput {
            detail: format!("there is no role `{other}`; the roles are user and administrator"),
        }),
    }
}

fn user(account: Account) -> User {
    let role = role(account.role());
    let Account {
        id,
        first_name,
        last_name,
        email,
        username,
        role: _,
        language,
        time_zone: _,
        default_tasks: _,
        keep_pictures: _,
        created_at_ms,
        confirmed_at_ms,
        blocked_at_ms,
        delete_at_ms,
        version,
        second_factor,
    } = account;
    User {
        id,
        first_name,
        last_name,
        email,
        username: Some(username).filter(|name| !name.is_empty()),
        role,
        language,
        created_at: Moment(created_at_ms),
        confirmed_at: moment(confirmed_at_ms),
        blocked_at: moment(blocked_at_ms),
        delete_at: moment(delete_at_ms),
        second_factor,
        version,
    }
}
