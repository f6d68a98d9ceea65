//! `/v1/quota`: how many analyses a visitor has left, told before the click.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, header};

use super::Door;
use super::problem::Refusal;
use super::visitor::Visitor;
use crate::service::Quota;

/// What is left of your free analyses
#[utoipa::path(
    get, path = "/v1/quota", tag = "Analyses", operation_id = "getQuota",
    responses((status = 200, description = "What is left", body = Quota))
)]
pub(super) async fn read(State(door): State<Door>, Visitor(caller): Visitor) -> Result<Response, Refusal> {
    let mut response = Json(door.service.quota(&caller).await?).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    Ok(response)
}
