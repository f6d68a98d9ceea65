//! What the process counts and measures, as Prometheus reads it; at `/metrics` of the gateway, or on a port of its own.

use std::sync::OnceLock;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::{HeaderValue, header};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

/// From a cached answer of a millisecond to the longest analysis.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0];

/// Read together.
const PICTURES: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

static METERS: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// How often what was counted is summed up. Without it every single duration would be held until the next scrape.
const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Begins to count; a process counts once, so a second call changes nothing.
pub fn start() {
    METERS.get_or_init(|| {
        PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
            .and_then(|builder| builder.set_buckets_for_metric(Matcher::Full("iia_batch_size".into()), &PICTURES))
            .and_then(PrometheusBuilder::install_recorder)
            .inspect_err(|error| tracing::error!(error.cause = %error, "nothing is counted"))
            .ok()
    });
}

/// Sums up until the future is dropped.
pub async fn keep() {
    loop {
        tokio::time::sleep(SUM_UP_EVERY).await;
        if let Some(Some(handle)) = METERS.get() {
            handle.run_upkeep();
        }
    }
}

/// All meters in Prometheus' text format.
pub async fn answer() -> Response {
    if let Some(bytes) = resident_bytes() {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 9 PB")]
        metrics::gauge!("process_resident_memory_bytes").set(bytes as f64);
    }
    let text = METERS.get().and_then(Option::as_ref).map(PrometheusHandle::render).unwrap_or_default();
    let mut response = text.into_response();
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// `/metrics` and nothing else, for a process without an HTTP door; until the future is dropped.
///
/// # Errors
/// When the listener fails.
pub async fn serve(listener: TcpListener) -> std::io::Result<()> {
    axum::serve(listener, Router::new().route("/metrics", get(answer))).await
}

/// Memory of the process that is in RAM; where the system tells it (Linux).
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
