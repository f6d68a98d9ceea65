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

use super::analyses::moment;
use super::input::{Input, bad_query};
use super::problem::{Problem, Refusal};
use super::token::private;
use super::visitor::Visitor;
use super::{Door, archive};
use crate::service::history::{LONGEST_PAGE, Search};
use crate::service::lines::{LineFormat, head, line};
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
    /// Both, and the pictures that were kept with what was found drawn on them; at most 1,000 analyses.
    Zip,
}

#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `csv`, `jsonl` or `zip`.
    #[param(inline)]
    format: Format,
    /// Words, as in the list.
    #[param(example = "bear river")]
    q: Option<String>,
    /// An object, as in the list.
    #[param(example = "bear")]
    object: Option<String>,
    /// Only from then on, as in the list.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Only before then, as in the list.
    to: Option<String>,
}

/// Export your history
///
/// All of it, or what a search finds.
#[utoipa::path(
    get, path = "/v1/analyses/export", tag = "Analyses", operation_id = "exportAnalyses", params(ExportQuery),
    responses(
        (status = 200, description = "The newest first", content(
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/zip"),
        )),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn export(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    query: Result<Query<ExportQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let Query(query) = query.map_err(bad_query)?;
    let ExportQuery { format, q, object, from, to } = query;
    let search = Search {
        words: q.unwrap_or_default(),
        object,
        from: from.as_deref().map(moment).transpose()?,
        to: to.as_deref().map(moment).transpose()?,
        ..Search::default()
    };
    let (format, kind, name) = match format {
        Format::Zip => {
            let file = door.service.export_analyses(&caller, &search).await?;
            return Ok(archive::answer(file, "analyses.zip").await?);
        }
        Format::Csv => (LineFormat::Csv, "text/csv; charset=utf-8", "analyses.csv"),
        Format::Jsonl => (LineFormat::Json, "application/x-ndjson", "analyses.jsonl"),
    };
    // What is wrong is told before the first line is sent.
    let first = page(&door.service, &caller, &search, None).await?;
    let mut response = private(Body::from_stream(lines(door.service, caller, search, first, format)).into_response());
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition.map_err(ServiceError::internal)?);
    Ok(response)
}

async fn page(
    service: &Service,
    caller: &Caller,
    search: &Search,
    before: Option<Uuid>,
) -> Result<Vec<Analysis>, ServiceError> {
    service.full_analyses(caller, &Search { before, limit: LONGEST_PAGE, ..search.clone() }).await
}

/// Page after page, so that a long history takes no more memory than a short one.
fn lines(
    service: Service,
    caller: Caller,
    search: Search,
    first: Vec<Analysis>,
    format: LineFormat,
) -> impl Stream<Item = Result<Vec<u8>, ServiceError>> + Send + 'static {
    let state = (service, caller, Some(first), Some(head(format)));
    // Whoever compresses the answer asks once more after the end.
    futures::stream::unfold(state, move |(service, caller, page_now, head)| {
        let search = search.clone();
        async move {
            let analyses = page_now?;
            let next = match analyses.last() {
                Some(last) if analyses.len() >= LONGEST_PAGE as usize => {
                    match page(&service, &caller, &search, Some(last.id)).await {
                        Ok(next) => Some(next).filter(|next| !next.is_empty()),
                        Err(error) => return Some((Err(error), (service, caller, None, None))),
                    }
                }
                _ => None,
            };
            let text = head.unwrap_or(Ok(Vec::new())).and_then(|mut text| {
                for analysis in &analyses {
                    text.extend(line(analysis, format)?);
                }
                Ok(text)
            });
            Some((text, (service, caller, next, None)))
        }
    })
    .fuse()
}
