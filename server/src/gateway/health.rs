//! `/healthz`, `/readyz`, `/metrics`: whether the process lives, whether it can work, what it has done.

use axum::extract::State;
use axum::response::Response;

use super::Door;
use super::problem::{Problem, Refusal};
use crate::meters;
use crate::service::ServiceError;

/// Whether the process lives
#[utoipa::path(get, path = "/healthz", tag = "Service", operation_id = "isAlive", responses((status = 200, description = "It lives", body = String)))]
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// Whether an analysis could be done now
#[utoipa::path(
    get, path = "/readyz", tag = "Service", operation_id = "isReady",
    responses(
        (status = 200, description = "It could", body = String),
        (status = 503, description = "`unavailable`: the database or the vision service does not answer", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn ready(State(door): State<Door>) -> Result<&'static str, Refusal> {
    match door.service.ready().await {
        Ok(()) => Ok("ready\n"),
        Err(error) => Err(Refusal(ServiceError::unavailable(error))),
    }
}

/// Counts and durations for Prometheus
#[utoipa::path(get, path = "/metrics", tag = "Service", operation_id = "getMetrics", responses((status = 200, description = "Prometheus text format", body = String)))]
pub(super) async fn metrics() -> Response {
    meters::answer().await
}
