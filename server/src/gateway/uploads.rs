//! `/v1/upload`, `/v1/user/{name}`, `/images/{name}`: files that people upload, for themselves or for everyone.

use axum::Json;
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::Door;
use super::body::receive;
use super::input::{Input, bad_query};
use super::problem::{Problem, Refusal};
use super::range::{self, Shown};
use super::token::private;
use super::visitor::LoggedInPerson;
use crate::service::files::{FileContent, FileFacts};
use crate::service::{Moment, ServiceError};

/// Lines of the list, if the caller names no number.
const PAGE: u32 = 20;

/// Upload a file
///
/// The body is the picture itself, or a form with the picture as its field `file`. Its type is found from its bytes: JPEG,
/// PNG, WebP, GIF, TIFF, BMP, ICO, QOI, PNM or AVIF.
#[utoipa::path(
    post, path = "/v1/upload", tag = "Files", operation_id = "upload",
    request_body(content((Vec<u8> = "application/octet-stream"))),
    responses(
        (status = 201, description = "The file, under a new name", body = FileFacts),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key without the scope `files`", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`; `storage_limit`: the account has no room left", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_file`, `truncated_image`, `too_many_pixels`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn create(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    request: Request,
) -> Result<Response, Refusal> {
    let picture = receive(&door, request).await?.picture;
    let facts = door.service.upload(&person, &picture).await?;
    let location = HeaderValue::from_str(&format!("/v1/user/{}", facts.filename)).map_err(ServiceError::internal)?;
    let mut response = private((StatusCode::CREATED, Json(facts)).into_response());
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// Which part of the list is wanted.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FilesQuery {
    /// Lines wanted, at most 100; 20, if left out. Files of one millisecond stay together.
    limit: Option<u32>,
    /// Only files from before that moment, in milliseconds since 1970.
    before: Option<i64>,
}

/// Your files, the newest first.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct FileList {
    files: Vec<FileFacts>,
    /// What to send as `before` for the next page; absent on the last.
    next: Option<i64>,
}

/// List your files
#[utoipa::path(
    get, path = "/v1/user", tag = "Files", operation_id = "listFiles", params(FilesQuery),
    responses(
        (status = 200, description = "A page of the list", body = FileList),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    query: Result<Query<FilesQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Refusal> {
    let FilesQuery { limit, before } = query.map_err(bad_query)?.0;
    let limit = limit.unwrap_or(PAGE);
    let files = door.service.files(&person, before.map(Moment), limit).await?;
    let full = u32::try_from(files.len()).is_ok_and(|count| count >= limit);
    let next = files.last().filter(|_| full).map(|last| last.created_at.0);
    Ok(private(Json(FileList { files, next }).into_response()))
}

/// Fetch your file
///
/// Byte for byte as it was sent. Ranges are answered.
#[utoipa::path(
    get, path = "/v1/user/{name}", tag = "Files", operation_id = "getFile",
    params(("name" = String, Path, description = "Name of the file")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of the file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "It is as the caller has it"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none by this name, or another account's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    shown(&headers, door.service.own_file(&person, &name).await?, "private, no-cache")
}

/// Fetch a published file
///
/// Byte for byte as it was sent, for everyone who knows its name. Ranges are answered.
#[utoipa::path(
    get, path = "/images/{name}", tag = "Files", operation_id = "getPublishedFile",
    params(("name" = String, Path, description = "Name of the file")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of the file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 304, description = "It is as the caller has it"),
        (status = 404, description = "`not_found`: none by this name, or its owner has not published it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn published(
    State(door): State<Door>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    // Asked for again each time: its owner may have taken it back.
    shown(&headers, door.service.published_file(&name).await?, "public, no-cache")
}

/// Whether everyone may see a file.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Publication {
    public: bool,
}

/// Publish your file, or take it back
///
/// A published file is shown to everyone under `/images/{name}`.
#[utoipa::path(
    patch, path = "/v1/user/{name}", tag = "Files", operation_id = "publishFile", request_body = Publication,
    params(("name" = String, Path, description = "Name of the file")),
    responses(
        (status = 200, description = "The file as it is now", body = FileFacts),
        (status = 400, description = "`bad_input`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none by this name, or another account's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn publish(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    Path(name): Path<String>,
    Input(Publication { public }): Input<Publication>,
) -> Result<Response, Refusal> {
    let facts = door.service.publish_file(&person, &name, public).await?;
    Ok(private(Json(facts).into_response()))
}

/// Delete your file
#[utoipa::path(
    delete, path = "/v1/user/{name}", tag = "Files", operation_id = "deleteFile",
    params(("name" = String, Path, description = "Name of the file")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: none by this name, or another account's", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    Path(name): Path<String>,
) -> Result<StatusCode, Refusal> {
    door.service.delete_file(&person, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn shown(asked: &HeaderMap, file: FileContent, caching: &'static str) -> Result<Response, Refusal> {
    let FileContent { facts, content } = file;
    let tag = format!("\"{}\"", facts.sha256);
    let kind = super::analyses::media_type(&facts.format);
    // What no browser shows as a picture is saved, never opened.
    let place = if kind == "application/octet-stream" { "attachment" } else { "inline" };
    let disposition = format!("{place}; filename=\"{}\"", facts.filename);
    let mut response = range::of_bytes(asked, &Shown { tag: &tag, kind, caching }, content)?;
    let disposition = HeaderValue::from_str(&disposition).map_err(ServiceError::internal)?;
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    Ok(response)
}
