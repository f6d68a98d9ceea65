//! `/v1/models`: which models there are, and which of them read pictures now.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use vision_core::manifest::ModelTask;
use vision_core::report::Profile;

use super::Door;
use super::problem::{Problem, Refusal};
use crate::vision::ModelInfo;

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ModelList {
    models: Vec<Model>,
}

#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Model {
    name: String,
    version: String,
    /// `tags`, `objects` or `faces`.
    #[schema(value_type = String)]
    task: ModelTask,
    /// Where the product uses it by default: `preview`, `authority`; empty: at hand for comparison or in another's stead.
    #[schema(value_type = Vec<String>)]
    profiles: Vec<Profile>,
    bytes: u64,
    sha256: String,
    licence: String,
    /// Who made it, with the address of the original.
    origin: String,
    /// Whether it reads pictures now.
    loaded: bool,
}

/// The models
#[utoipa::path(
    get, path = "/v1/models", tag = "Models", operation_id = "listModels",
    responses(
        (status = 200, description = "The models of the manifest", body = ModelList),
        (status = 503, description = "`unavailable`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(State(door): State<Door>) -> Result<Json<ModelList>, Refusal> {
    let models = door.service.models().await?.into_iter().map(model).collect();
    Ok(Json(ModelList { models }))
}

fn model(info: ModelInfo) -> Model {
    let ModelInfo { name, version, task, profiles, bytes, sha256, licence, origin, loaded } = info;
    Model { name, version, task, profiles, bytes, sha256, licence, origin, loaded }
}
