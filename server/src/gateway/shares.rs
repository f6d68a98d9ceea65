//! `/v1/analyses/{id}/share` and `/v1/shared/{token}`: an analysis shown to whoever has the link.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::Visitor;
use crate::service::{Moment, ServiceError};

/// How long the link shall work.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct WantedShare {
    /// 1 to 90; 7, if left out.
    days: u32,
}

impl Default for WantedShare {
    fn default() -> Self {
        Self { days: 7 }
    }
}

/// A link.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Share {
    /// For `GET /v1/shared/{token}`. It is shown this once.
    token: String,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Moment,
}

/// Share an analysis
///
/// Whoever has the token sees the report, not the picture, until it expires or is taken back.
#[utoipa::path(
    post, path = "/v1/analyses/{id}/share", tag = "Analyses", operation_id = "shareAnalysis", request_body = WantedShare,
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 201, description = "The token", body = Share),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none by this id, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
    Input(WantedShare { days }): Input<WantedShare>,
) -> Result<Response, Refusal> {
    let share = door.service.share_analysis(&caller, known(id)?, days).await?;
    let share = Share { token: share.token, expires_at: share.expires_at };
    Ok(private((StatusCode::CREATED, Json(share)).into_response()))
}

/// Take back every link to an analysis
#[utoipa::path(
    delete, path = "/v1/analyses/{id}/share", tag = "Analyses", operation_id = "unshareAnalysis",
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 204, description = "No link to it works any more"),
        (status = 404, description = "`not_found`: none by this id, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    door.service.unshare_analysis(&caller, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See a shared analysis
#[utoipa::path(
    get, path = "/v1/shared/{token}", tag = "Analyses", operation_id = "getSharedAnalysis",
    params(("token" = String, Path, description = "The token that its owner has given you")),
    responses(
        (status = 200, description = "The analysis", body = super::openapi::AnalysisSchema),
        (status = 404, description = "`not_found`: the link is too old, was taken back or never was one", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(State(door): State<Door>, Path(token): Path<String>) -> Result<Response, Refusal> {
    Ok(private(Json(door.service.shared_analysis(&token).await?).into_response()))
}

fn known(id: Result<Path<Uuid>, PathRejection>) -> Result<Uuid, ServiceError> {
    id.map(|Path(id)| id).map_err(|_rejection| ServiceError::NotFound)
}
