//! `/v1/analyses` as a whole: deleted by the dozen, exported, taken over from the visitor.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use futures::{Stream, StreamExt as _};
use http::{HeaderValue, header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Door;
use super::input::Input;
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::Visitor;
use crate::service::history::{LONGEST_PAGE, Search};
use crate::service::{Analysis, Caller, Service, ServiceError};

/// Take over what you had read before you logged in
///
/// The analyses of the visitor whose cookie is sent become the account's.
#[utoipa::path(
    post, path = "/v1/analyses/take-over", tag = "Analyses", operation_id = "takeOverAnalyses",
    responses(
        (status = 200, description = "How many there were", body = Counted),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn take_over(State(door): State<Door>, Visitor(caller): Visitor) -> Result<Json<Counted>, Refusal> {
    Ok(Json(Counted { analyses: door.service.take_over(&caller).await? }))
}

/// How many it were.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Counted {
    analyses: u64,
}

/// Which analyses shall go.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Chosen {
    /// At most 100.
    ids: Vec<Uuid>,
}

/// Delete several of your analyses
///
/// Ids that name none of yours are passed over.
#[utoipa::path(
    delete, path = "/v1/analyses", tag = "Analyses", operation_id = "deleteAnalyses", request_body = Chosen,
    responses(
        (status = 200, description = "How many are gone", body = Counted),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove_many(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    Input(Chosen { ids }): Input<Chosen>,
) -> Result<Json<Counted>, Refusal> {
    Ok(Json(Counted { analyses: door.service.delete_analyses(&caller, &ids).await? }))
}

/// As what the history is exported.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
enum Format {
    /// A line for each analysis: id, time, name, sentence, tags, objects, facts of the picture.
    Csv,
    /// The whole report of each analysis on a line.
    Jsonl,
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `csv` or `jsonl`.
    #[param(inline)]
    format: Format,
}

/// Export your history
#[utoipa::path(
    get, path = "/v1/analyses/export", tag = "Analyses", operation_id = "exportAnalyses", params(ExportQuery),
    responses(
        (status = 200, description = "All of it, the newest first", content(
            (String = "text/csv"),
            (String = "application/x-ndjson"),
        )),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(ExportQuery { format }) = query.map_err(|error| ServiceError::BadInput { detail: error.body_text() })?;
    // What is wrong is told before the first line is sent.
    let first = page(&door.service, &caller, None).await?;
    let mut response = private(Body::from_stream(lines(door.service, caller, first, format)).into_response());
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "analyses.csv"),
        Format::Jsonl => ("application/x-ndjson", "analyses.jsonl"),
    };
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition.map_err(ServiceError::internal)?);
    Ok(response)
}

async fn page(service: &Service, caller: &Caller, before: Option<Uuid>) -> Result<Vec<Analysis>, ServiceError> {
    service.full_analyses(caller, &Search { before, limit: LONGEST_PAGE, ..Search::default() }).await
}

/// Page after page, so that a long history takes no more memory than a short one.
fn lines(
    service: Service,
    caller: Caller,
    first: Vec<Analysis>,
    format: Format,
) -> impl Stream<Item = Result<Vec<u8>, ServiceError>> + Send + 'static {
    let head = match format {
        Format::Csv => row(HEAD.map(str::to_owned)),
        Format::Jsonl => Ok(Vec::new()),
    };
    let state = (service, caller, Some(first), Some(head));
    // Whoever compresses the answer asks once more after the end.
    futures::stream::unfold(state, move |(service, caller, page_now, head)| async move {
        let analyses = page_now?;
        let next = match analyses.last() {
            Some(last) if analyses.len() >= LONGEST_PAGE as usize => match page(&service, &caller, Some(last.id)).await
            {
                Ok(next) => Some(next).filter(|next| !next.is_empty()),
                Err(error) => return Some((Err(error), (service, caller, None, None))),
            },
            _ => None,
        };
        let text = head.unwrap_or(Ok(Vec::new())).and_then(|mut text| {
            for analysis in &analyses {
                text.extend(line(analysis, format)?);
            }
            Ok(text)
        });
        Some((text, (service, caller, next, None)))
    })
    .fuse()
}

const HEAD: [&str; 11] =
    ["id", "created_at", "title", "description", "tags", "objects", "faces", "format", "width", "height", "bytes"];

fn line(analysis: &Analysis, format: Format) -> Result<Vec<u8>, ServiceError> {
    let report = &analysis.report;
    match format {
        Format::Jsonl => {
            let mut line = serde_json::to_vec(analysis).map_err(ServiceError::internal)?;
            line.push(b'\n');
            Ok(line)
        }
        Format::Csv => row([
            analysis.id.to_string(),
            analysis.created_at.to_string(),
            plain(analysis.title.as_deref().unwrap_or_default()),
            plain(&report.description.text),
            report.tags.iter().map(|tag| tag.label.as_str()).collect::<Vec<_>>().join("; "),
            report.objects.iter().map(|object| object.label.as_str()).collect::<Vec<_>>().join("; "),
            report.faces.len().to_string(),
            report.image.format.clone(),
            report.image.width.to_string(),
            report.image.height.to_string(),
            report.image.bytes.to_string(),
        ]),
    }
}

/// Spreadsheets take a cell that begins so for a formula (OWASP, CSV injection).
fn plain(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

fn row<const N: usize>(cells: [String; N]) -> Result<Vec<u8>, ServiceError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&cells).map_err(ServiceError::internal)?;
    writer.into_inner().map_err(|error| ServiceError::internal(error.to_string()))
}
