//! `/v1/analyses`: have a picture read, see it again, delete it.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest as _, Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::asked::AskedQuery;
use super::body::receive;
use super::input::{Input, bad_query};
use super::problem::{Problem, Refusal};
use super::visitor::{Visitor, introduction};
use super::{Door, events};
use crate::service::history::{Search, Summary};
use crate::service::{Asked, Caller, Moment, ServiceError};
use crate::vision::Picture;

/// How many analyses the visitor has left.
pub const REMAINING: HeaderName = HeaderName::from_static("x-analyses-remaining");

/// How many analyses a visitor has.
pub const LIMIT: HeaderName = HeaderName::from_static("x-analyses-limit");

/// Lines of the list, if the caller names no number.
const PAGE: u32 = 20;

/// Have a picture read
///
/// The body is the picture itself, a form with the picture as its field `image` or `file`, or, as JSON, the name of a file
/// that was uploaded before. The picture's type is found from its bytes. With `Accept: text/event-stream` the stages come as they finish (`event: stage`), then the
/// analysis (`event: report`), or what went wrong (`event: error`).
#[utoipa::path(
    post, path = "/v1/analyses", tag = "Analyses", operation_id = "createAnalysis", params(AskedQuery),
    request_body(content(
        (Vec<u8> = "application/octet-stream"),
        (PictureForm = "multipart/form-data"),
        (UploadedFile = "application/json"),
    )),
    responses(
        (status = 201, description = "The analysis: the report with its id", content(
            (super::openapi::AnalysisSchema = "application/json"),
            (String = "text/event-stream"),
        ), headers(
            ("location" = String, description = "Where the analysis can be fetched again"),
            ("x-analyses-remaining" = u32, description = "Analyses that are left"),
            ("x-analyses-limit" = u32, description = "Analyses that an anonymous visitor has"),
        )),
        (status = 400, description = "`bad_input`, `missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_file`, `truncated_image`, `too_many_pixels`", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "`request_limit`: the anonymous analyses are used up", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "`overloaded`, `unavailable`: see `Retry-After`", body = Problem, content_type = "application/problem+json"),
        (status = 504, description = "`cancelled`: not done in time", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    query: Result<Query<AskedQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, Refusal> {
    let query = query.map_err(bad_query)?.0;
    let (options, keep) = (query.wanted()?, query.keep());
    let stream = events::wanted(request.headers());
    let arriving = async {
        match is_json(request.headers()) {
            true => own_file(&door, &caller, request).await,
            false => Ok(receive(&door, request).await?.picture),
        }
    };
    let admitting = door.service.admit(&caller, door.rules.upload_timeout);
    let (picture, admission) = match tokio::join!(arriving, admitting) {
        (Ok(picture), admission) => (picture, admission?),
        // What is wrong with the picture itself is told first: more analyses would not mend it.
        (Err(refusal), admission) => {
            if let Ok(admission) = admission {
                admission.release().await;
            }
            return Err(refusal);
        }
    };
    let (options, keep) = door.service.preferred(&caller, options, keep).await?;
    let begun = door.service.analyze(Asked { admission, picture, options, keep }).await?;
    let quota = begun.quota;
    let answering = async { if stream { events::answer(begun).await } else { Ok(whole(begun.finish().await?)) } };
    // The cookie is read from the database while the picture is looked at.
    let (response, introduction) = tokio::join!(answering, introduction(&door, &caller));
    let mut response = response?;
    introduction?.tell(response.headers_mut());
    if let Some(quota) = quota {
        response.headers_mut().insert(REMAINING, HeaderValue::from(quota.remaining));
        response.headers_mut().insert(LIMIT, HeaderValue::from(quota.limit));
    }
    Ok(response)
}

/// A file that the caller has uploaded.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UploadedFile {
    /// Its name, as the upload answered.
    filename: String,
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

async fn own_file(door: &Door, caller: &Caller, request: Request) -> Result<Picture, Refusal> {
    let person = caller.person()?;
    let Input(UploadedFile { filename }) = Input::from_request(request, door).await?;
    Ok(Picture::from(door.service.own_file(person, &filename).await?.content))
}

/// A form with a picture.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "described for the API's document, read field by field")]
pub(super) struct PictureForm {
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
}

fn whole(analysis: crate::service::Analysis) -> Response {
    let location = HeaderValue::from_str(&format!("/v1/analyses/{}", analysis.id));
    let mut response = (StatusCode::CREATED, Json(analysis)).into_response();
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    private(response.headers_mut());
    response
}

/// Which part of the list is wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// Words that the description, the names of what was found or the analysis' own name hold, all of them, or their beginnings.
    #[param(example = "bear river")]
    q: Option<String>,
    /// An object that was found, by its whole name.
    #[param(example = "bear")]
    object: Option<String>,
    /// Only from then on: a day of UTC, or a moment such as 2026-11-01T08:30:00Z.
    #[param(example = "2026-11-01")]
    from: Option<String>,
    /// Only before then.
    to: Option<String>,
    /// Lines wanted, at most 100; 20, if left out.
    limit: Option<u32>,
    /// The last id of the page before.
    before: Option<Uuid>,
}

/// The visitor's analyses, the newest first.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AnalysisList {
    analyses: Vec<Summary>,
    /// What to send as `before` for the next page; absent on the last.
    next: Option<Uuid>,
}

/// List your analyses
///
/// Those of the account, or of the visitor whose cookie is sent, the newest first.
#[utoipa::path(
    get, path = "/v1/analyses", tag = "Analyses", operation_id = "listAnalyses", params(PageQuery),
    responses(
        (status = 200, description = "A page of the list", body = AnalysisList),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    query: Result<Query<PageQuery>, QueryRejection>,
) -> Result<Response, Refusal> {
    let PageQuery { q, object, from, to, limit, before } = query.map_err(bad_query)?.0;
    let limit = limit.unwrap_or(PAGE);
    let search = Search {
        before,
        limit,
        words: q.unwrap_or_default(),
        object,
        from: from.as_deref().map(moment).transpose()?,
        to: to.as_deref().map(moment).transpose()?,
    };
    let analyses = door.service.analyses(&caller, &search).await?;
    let full = u32::try_from(analyses.len()).is_ok_and(|count| count >= limit);
    let next = analyses.last().filter(|_| full).map(|last| last.id);
    let mut response = Json(AnalysisList { analyses, next }).into_response();
    private(response.headers_mut());
    Ok(response)
}

/// What an analysis shall be called.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewTitle {
    /// Null or empty: no name.
    title: Option<String>,
}

/// Name an analysis
#[utoipa::path(
    patch, path = "/v1/analyses/{id}", tag = "Analyses", operation_id = "renameAnalysis", request_body = NewTitle,
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 200, description = "The analysis", body = super::openapi::AnalysisSchema),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none by this id, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn rename(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
    Input(NewTitle { title }): Input<NewTitle>,
) -> Result<Response, Refusal> {
    let analysis = door.service.rename_analysis(&caller, known(id)?, title.as_deref()).await?;
    let mut response = Json(analysis).into_response();
    private(response.headers_mut());
    Ok(response)
}

/// See an analysis again
#[utoipa::path(
    get, path = "/v1/analyses/{id}", tag = "Analyses", operation_id = "getAnalysis",
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 200, description = "The analysis", body = super::openapi::AnalysisSchema),
        (status = 404, description = "`not_found`: none by this id, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Refusal> {
    let analysis = door.service.analysis(&caller, known(id)?).await?;
    let mut response = Json(analysis).into_response();
    private(response.headers_mut());
    Ok(response)
}

/// Delete an analysis
///
/// The report goes, and the picture where it was kept. What was used of the free analyses stays used.
#[utoipa::path(
    delete, path = "/v1/analyses/{id}", tag = "Analyses", operation_id = "deleteAnalysis",
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, description = "`not_found`: none by this id, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<StatusCode, Refusal> {
    door.service.delete_analysis(&caller, known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Fetch a kept picture
///
/// As it was sent, byte for byte; only for the visitor who asked to keep it.
#[utoipa::path(
    get, path = "/v1/analyses/{id}/picture", tag = "Analyses", operation_id = "getPicture",
    params(("id" = Uuid, Path, description = "Id of the analysis")),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 404, description = "`not_found`: not kept, or somebody else's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn picture(
    State(door): State<Door>,
    Visitor(caller): Visitor,
    id: Result<Path<Uuid>, PathRejection>,
) -> Result<Response, Refusal> {
    let (picture, format) = door.service.picture(&caller, known(id)?).await?;
    let mut response = picture.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(&format)));
    private(response.headers_mut());
    Ok(response)
}

/// The media type of a format that the core has found; anything else is bytes that no browser shows.
pub(super) fn media_type(format: &str) -> &'static str {
    match format {
        "jpeg" => "image/jpeg",
        "png" => "image/png",
        "webp" => "image/webp",
        "gif" => "image/gif",
        "bmp" => "image/bmp",
        "tiff" => "image/tiff",
        "ico" => "image/x-icon",
        "avif" => "image/avif",
        _ => "application/octet-stream",
    }
}

/// A moment, or the beginning of a day in UTC.
pub(super) fn moment(text: &str) -> Result<Moment, ServiceError> {
    let moment = Moment::of_day(text).or_else(|| Moment::parse(text));
    moment.ok_or_else(|| {
        bad_input(format!("`{text}` is neither a day such as 2026-11-26 nor a moment such as 2026-11-26T08:30:00Z"))
    })
}

/// An id of another form names nothing.
fn known(id: Result<Path<Uuid>, PathRejection>) -> Result<Uuid, ServiceError> {
    id.map(|Path(id)| id).map_err(|_rejection| ServiceError::NotFound)
}

fn private(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
}

fn bad_input(detail: String) -> ServiceError {
    ServiceError::BadInput { detail }
}
