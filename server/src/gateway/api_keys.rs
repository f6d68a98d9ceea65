//! `/v1/api-keys`: keys for programs, each limited to what it is for.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use proto::auth_v1::{self, CreateApiKey, Scope};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::token::{private, scope_name};
use super::visitor::LoggedInPerson;
use crate::service::{Moment, ServiceError};

/// A key as its owner sees it again.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ApiKey {
    id: String,
    name: String,
    /// Its first letters.
    #[schema(example = "iia_Qm3k1x")]
    hint: String,
    #[schema(value_type = Vec<String>)]
    scopes: Vec<&'static str>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[schema(value_type = Option<String>, format = DateTime)]
    last_used_at: Option<Moment>,
    /// Absent: until it is revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Moment>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct ApiKeyList {
    api_keys: Vec<ApiKey>,
}

/// List your API keys
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "Login", operation_id = "listApiKeys",
    responses(
        (status = 200, description = "Your keys, the oldest first", body = ApiKeyList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    let keys = door.service.api_keys(&caller.origin, &person).await?.keys;
    Ok(private(Json(ApiKeyList { api_keys: keys.into_iter().map(shown).collect() }).into_response()))
}

/// What a new key shall be.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WantedKey {
    #[schema(example = "nightly import")]
    name: String,
    /// Some of `analyses`, `files`, `profile`.
    scopes: Vec<String>,
    /// Until it is revoked, if left out.
    expires_in_days: Option<u32>,
}

/// A key that was made.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct NewKey {
    /// For `Authorization: Bearer`. It is shown this once.
    secret: String,
    key: ApiKey,
}

/// Make an API key
#[utoipa::path(
    post, path = "/v1/api-keys", tag = "Login", operation_id = "createApiKey", request_body = WantedKey,
    responses(
        (status = 201, description = "The key", body = NewKey),
        (status = 400, description = "`missing_field`, `bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    Input(WantedKey { name, scopes, expires_in_days }): Input<WantedKey>,
) -> Result<Response, Refusal> {
    let scopes = scopes.iter().map(|name| scope(name)).collect::<Result<Vec<i32>, _>>()?;
    let asked = CreateApiKey { account_id: String::new(), name, scopes, expires_in_days: expires_in_days.unwrap_or(0) };
    let made = door.service.create_api_key(&caller.origin, &person, asked).await?;
    let key = made.key.map(shown).ok_or_else(|| ServiceError::internal("a key was made and not told"))?;
    Ok(private((StatusCode::CREATED, Json(NewKey { secret: made.secret, key })).into_response()))
}

/// Revoke an API key
#[utoipa::path(
    delete, path = "/v1/api-keys/{id}", tag = "Login", operation_id = "revokeApiKey",
    params(("id" = Uuid, Path, description = "Id of the key")),
    responses(
        (status = 204, description = "It is not valid any more"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn revoke(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    let Path(id) = id.map_err(|_| ServiceError::NotFound)?;
    door.service.revoke_api_key(&caller.origin, &person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn scope(name: &str) -> Result<i32, ServiceError> {
    let all = [Scope::Analyses, Scope::Files, Scope::Profile];
    let found = all.into_iter().find(|scope| scope_name(*scope) == Some(name));
    found.map(i32::from).ok_or_else(|| ServiceError::BadInput {
        detail: format!("there is no scope `{name}`; the scopes are analyses, files and profile"),
    })
}

fn shown(key: auth_v1::ApiKey) -> ApiKey {
    let scopes = key.scopes().filter_map(scope_name).collect();
    let auth_v1::ApiKey { id, name, hint, scopes: _, created_at_ms, last_used_ms, expires_at_ms } = key;
    let moment = |ms: i64| (ms > 0).then_some(Moment(ms));
    ApiKey {
        id,
        name,
        hint,
        scopes,
        created_at: Moment(created_at_ms),
        last_used_at: moment(last_used_ms),
        expires_at: moment(expires_at_ms),
    }
}
