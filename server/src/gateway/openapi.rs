//! The API's description (OpenAPI 3.1), put together from the handlers themselves; a route cannot be served without being in it.

use axum::Router;
use axum::routing::get;
use http::header;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vision_core::Report;

use super::{
    Door, accounts, admin, analyses, api_keys, avatar, health, history, model_files, models, profile, quota,
    second_factor, sessions, shares, stats, token, uploads,
};

/// Where the description is served.
pub const PATH: &str = "/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Intelligent Image Analyzer",
        description = "Send a picture, read what is on it: sentences with their evidence, tags, objects, faces, colours, quality. \
                       Errors are problem+json with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    tags(
        (name = "Analyses", description = "Pictures that are read"),
        (name = "Files", description = "Pictures that are kept"),
        (name = "Accounts", description = "Who uses it"),
        (name = "Login", description = "Tokens, sessions, keys"),
        (name = "Administration", description = "For administrators alone"),
        (name = "Models", description = "What reads them"),
        (name = "Service", description = "For those who run it"),
    )
)]
struct Described;

/// A report with the id under which it was stored. The report's own fields come from [`Report`]'s schema ([`complete`]).
#[derive(utoipa::ToSchema)]
#[schema(as = Analysis)]
#[expect(dead_code, reason = "described for the API's document; `Analysis` is what is written")]
pub(super) struct AnalysisSchema {
    id: uuid::Uuid,
    #[schema(value_type = String, format = DateTime)]
    created_at: String,
    /// The name that its owner gave it.
    title: Option<String>,
    /// Whether the picture was kept, as its owner asked.
    picture_kept: bool,
}

pub(super) fn routes() -> OpenApiRouter<Door> {
    OpenApiRouter::with_openapi(Described::openapi())
        .routes(routes!(analyses::create, analyses::list, history::remove_many))
        .routes(routes!(analyses::read, analyses::rename, analyses::remove))
        .routes(routes!(history::take_over))
        .routes(routes!(history::export))
        .routes(routes!(shares::create, shares::remove))
        .routes(routes!(shares::read))
        .routes(routes!(analyses::picture))
        .routes(routes!(quota::read))
        .routes(routes!(uploads::create))
        .routes(routes!(uploads::list))
        .routes(routes!(uploads::read, uploads::publish, uploads::remove))
        .routes(routes!(uploads::published))
        .routes(routes!(accounts::register))
        .routes(routes!(accounts::confirm))
        .routes(routes!(accounts::resend))
        .routes(routes!(accounts::forgotten))
        .routes(routes!(accounts::reset))
        .routes(routes!(token::create, token::remove))
        .routes(routes!(token::refresh))
        .routes(routes!(token::validation))
        .routes(routes!(token::give_password))
        .routes(routes!(token::create_session))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(api_keys::list, api_keys::create))
        .routes(routes!(api_keys::revoke))
        .routes(routes!(profile::read, profile::change, profile::remove))
        .routes(routes!(profile::change_password))
        .routes(routes!(profile::change_email))
        .routes(routes!(profile::keep))
        .routes(routes!(profile::export))
        .routes(routes!(avatar::read, avatar::set, avatar::remove))
        .routes(routes!(second_factor::begin, second_factor::remove))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(stats::read))
        .routes(routes!(stats::chart))
        .routes(routes!(models::list))
        .merge(admin::routes())
        .routes(routes!(model_files::manifest))
        .routes(routes!(model_files::file))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}

/// The whole description as JSON.
pub fn document() -> Value {
    complete(routes().split_for_parts().1)
}

/// Serves a description.
pub(super) fn route(document: &Value) -> Router<Door> {
    let text = document.to_string();
    let answer = move || {
        let text = text.clone();
        async move { ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")], text) }
    };
    Router::new().route(PATH, get(answer))
}

/// Puts the report's schema, which is generated from its types, beside those of the handlers.
pub(super) fn complete(document: Document) -> Value {
    let mut document = serde_json::to_value(document).unwrap_or_default();
    let mut report = serde_json::to_value(schemars::schema_for!(Report)).unwrap_or_default();
    let parts = report.as_object_mut().and_then(|report| {
        report.remove("$schema");
        report.remove("$defs")
    });
    let mut schemas: Map<String, Value> = parts.and_then(|parts| parts.as_object().cloned()).unwrap_or_default();
    schemas.insert("Report".into(), report);
    for schema in schemas.values_mut() {
        point_to_components(schema);
    }
    let all = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    if let Some(all) = all {
        all.extend(schemas);
        if let Some(own) = all.remove("Analysis") {
            all.insert("Analysis".into(), json!({ "allOf": [{ "$ref": "#/components/schemas/Report" }, own] }));
        }
    }
    document
}

/// A schema of its own keeps its parts under `$defs`; inside the description they are components.
fn point_to_components(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref") {
                *target = target.replace("#/$defs/", "#/components/schemas/");
            }
            fields.values_mut().for_each(point_to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(point_to_components),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
