//! `/v1/sessions`: where somebody is logged in, and ending it.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use proto::auth_v1;
use serde::Serialize;
use uuid::Uuid;

use super::Door;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::LoggedInPerson;
use crate::service::{Moment, ServiceError};

/// Where somebody is logged in.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Session {
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    /// What the browser or program calls itself.
    device: String,
    /// The prefix of the address that it began at.
    #[schema(example = "203.0.113.0/24")]
    place: String,
    /// `browser` or `program`.
    kind: &'static str,
    #[schema(value_type = String, format = DateTime)]
    created_at: Moment,
    #[schema(value_type = String, format = DateTime)]
    last_used_at: Moment,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct SessionList {
    sessions: Vec<Session>,
}

/// List your sessions
#[utoipa::path(
    get, path = "/v1/sessions", tag = "Login", operation_id = "listSessions",
    responses(
        (status = 200, description = "Where you are logged in, the last used first", body = SessionList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<Response, Refusal> {
    let current = person.session()?.to_string();
    let sessions = door.service.sessions(&caller.origin, &person).await?.sessions;
    let sessions = sessions.into_iter().map(|session| shown(session, &current)).collect();
    Ok(private(Json(SessionList { sessions }).into_response()))
}

/// End a session
#[utoipa::path(
    delete, path = "/v1/sessions/{id}", tag = "Login", operation_id = "endSession",
    params(("id" = Uuid, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "It has ended"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn end(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    let Path(id) = id.map_err(|_| ServiceError::NotFound)?;
    door.service.end_session(&caller.origin, &person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End all your other sessions
#[utoipa::path(
    delete, path = "/v1/sessions", tag = "Login", operation_id = "endOtherSessions",
    responses(
        (status = 204, description = "Only the session that asked goes on"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn end_others(
    State(door): State<Door>,
    LoggedInPerson { person, caller }: LoggedInPerson,
) -> Result<StatusCode, Refusal> {
    door.service.end_other_sessions(&caller.origin, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(session: auth_v1::Session, current: &str) -> Session {
    let auth_v1::Session { id, device, place, created_at_ms, last_used_ms, expires_at_ms, cookie } = session;
    Session {
        current: id == current,
        id,
        device,
        place,
        kind: if cookie { "browser" } else { "program" },
        created_at: Moment(created_at_ms),
        last_used_at: Moment(last_used_ms),
        expires_at: Moment(expires_at_ms),
    }
}
