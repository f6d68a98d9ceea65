//! `/models/...`: the manifest and the model files that the browser loads, cached by their hash for good.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use vision_core::manifest::{Manifest, ModelSpec, PlanFile};
use vision_core::report::Profile;

use super::Door;
use super::problem::{Problem, Refusal};
use super::range;
use crate::models::plans::{Made, SUFFIX};
use crate::service::ServiceError;

/// The manifest
///
/// Every number that prepares a picture for a model or reads its output, with its origin.
#[utoipa::path(
    get, path = "/models/manifest.json", tag = "Models", operation_id = "getManifest",
    responses((status = 200, description = "The manifest", body = Object))
)]
pub(super) async fn manifest(State(door): State<Door>) -> Result<Response, Refusal> {
    let described = tokio::task::spawn_blocking(move || door.plans.described(&door.models));
    let manifest = described.await.map_err(ServiceError::internal)?;
    let mut response = Json(manifest).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A model, ready for the browser
///
/// The plan made of a model's file, for those models that the browser uses. With the plan's SHA-256 as `?v=` the answer may
/// be cached for good; ranges are answered, so that a download can go on where it broke off.
#[utoipa::path(
    get, path = "/models/{file}", tag = "Models", operation_id = "getModelFile",
    params(
        ("file" = String, Path, description = "Name of the plan, as the manifest has it"),
        ("v" = Option<String>, Query, description = "SHA-256 of the plan, as the manifest has it"),
    ),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of the file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "It is as the caller has it"),
        (status = 404, description = "`no_such_model`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn file(
    State(door): State<Door>,
    Path(name): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let plan = tokio::task::spawn_blocking(move || plan(&door, name)).await.map_err(ServiceError::internal)??;
    let PlanFile { sha256, .. } = &plan.described;
    let tag = format!("\"{sha256}\"");
    let named_by_hash =
        request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair.strip_prefix("v=") == Some(sha256)));
    let mut response = if range::has(request.headers(), &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        range::serve(&plan.path(), request).await?
    };
    let caching = if named_by_hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(ServiceError::internal)?);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    Ok(response)
}

/// The plan of that name. Its model is looked for at each request, for it may have arrived since the start.
fn plan(door: &Door, name: String) -> Result<Arc<Made>, ServiceError> {
    let manifest = door.models.manifest();
    let of_plan = |model: &&ModelSpec| name.strip_suffix(SUFFIX) == Some(&model.file);
    let model = manifest.models.iter().find(of_plan).filter(|model| is_for_browsers(model, manifest));
    match model.filter(|model| door.models.find(model).is_some()) {
        Some(model) => door.plans.of(&door.models, model).map_err(ServiceError::internal),
        None => Err(ServiceError::NoSuchModel { name }),
    }
}

/// The preview's models, and those that stand in for them.
fn is_for_browsers(model: &ModelSpec, manifest: &Manifest) -> bool {
    let preview = |model: &ModelSpec| model.profiles.contains(&Profile::Preview);
    let stood_for = model.fallback_for.as_deref().and_then(|name| manifest.model(name));
    preview(model) || stood_for.is_some_and(preview)
}
