//! `/healthz`, `/readyz`, `/metrics`: whether the process lives, whether it can work, what it has done.

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::Door;
use super::problem::{Problem, Refusal};
use crate::service::ServiceError;

/// From a cached answer of a millisecond to the longest analysis.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

static METRICS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// How often what was counted is summed up. Without it every single duration would be held until the next scrape.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Begins to count; a process counts once, so a second call changes nothing.
pub fn start_metrics() {
    METRICS.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(PrometheusBuilder::install_recorder)
            .inspect_err(|error| tracing::error!(error.cause = %error, "nothing is counted"))
            .ok()
    });
}

/// Sums up until the future is dropped.
pub async fn keep_metrics() {
    loop {
        tokio::time::sleep(SUM_UP_EVERY).await;
        if let Some(Some(handle)) = METRICS.get() {
            handle.run_upkeep();
        }
    }
}

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
    let text = METRICS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    let mut response = text.into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
