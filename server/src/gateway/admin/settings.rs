//! `/v1/admin/settings`: what can be changed while the server runs.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::super::Door;
use super::super::input::Input;
use super::super::problem::{Problem, Refusal};
use super::super::token::private;
use super::super::visitor::Administrator;
use crate::config::live::{Range, Value};
use crate::service::settings::{AllSettings, SettingFacts, SettingsChange};

/// A setting.
#[derive(Serialize, utoipa::ToSchema)]
#[schema(as = Setting)]
pub(in crate::gateway) struct SettingLine {
    #[schema(example = "anonymous_analyses")]
    name: &'static str,
    value: Value,
    /// What it was when the server was started, and is where no administrator has chosen.
    default: Value,
    /// Whether an administrator has chosen.
    chosen: bool,
    /// The least that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    least: Option<u64>,
    /// The most that a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    most: Option<u64>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(in crate::gateway) struct Settings {
    /// To be sent with a change.
    version: i64,
    settings: Vec<SettingLine>,
}

/// See the settings
#[utoipa::path(
    get, path = "/v1/admin/settings", tag = "Administration", operation_id = "getSettings",
    responses(
        (status = 200, description = "All that can be changed while the server runs", body = Settings),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(Administrator(by): Administrator, State(door): State<Door>) -> Result<Response, Refusal> {
    Ok(shown(door.service.settings(&by).await?))
}

/// What shall be set.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SettingsChange)]
pub(in crate::gateway) struct Wanted {
    /// The version that was seen.
    version: i64,
    /// By name; null: as the server was started. What is left out stays.
    #[schema(value_type = BTreeMap<String, Option<Value>>, example = json!({ "anonymous_analyses": 20, "keep_days": null }))]
    values: BTreeMap<String, Option<serde_json::Value>>,
}

/// Change settings
///
/// They count at once, in every process of the installation.
#[utoipa::path(
    patch, path = "/v1/admin/settings", tag = "Administration", operation_id = "changeSettings", request_body = Wanted,
    responses(
        (status = 200, description = "The settings as they are now", body = Settings),
        (status = 400, description = "`missing_field`, or `bad_input` with everything that is wrong in `errors`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`conflict`: changed since that version", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn change(
    Administrator(by): Administrator,
    State(door): State<Door>,
    Input(Wanted { version, values }): Input<Wanted>,
) -> Result<Response, Refusal> {
    Ok(shown(door.service.change_settings(&by, SettingsChange { version, values }).await?))
}

fn shown(AllSettings { version, settings }: AllSettings) -> Response {
    let line = |facts: SettingFacts| {
        let SettingFacts { setting, value, started, is_chosen } = facts;
        let (least, most) = match setting.range() {
            Range::Count { least, most } => (Some(least), Some(most)),
            Range::Switch => (None, None),
        };
        SettingLine { name: setting.name(), value, default: started, chosen: is_chosen, least, most }
    };
    private(Json(Settings { version, settings: settings.into_iter().map(line).collect() }).into_response())
}
