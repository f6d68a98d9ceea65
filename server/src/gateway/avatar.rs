//! `/v1/profile/avatar`: the small picture of an account; and the form that sends it.

use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use sha2::{Digest as _, Sha256};

use super::body::receive;
use super::problem::{Problem, Refusal};
use super::range::Shown;
use super::visitor::LoggedInPerson;
use super::{Door, range};

/// See your picture
#[utoipa::path(
    get, path = "/v1/profile/avatar", tag = "Accounts", operation_id = "getAvatar",
    responses(
        (status = 200, description = "256 by 256 pixels", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "image/jpeg"),
        (status = 304, description = "It is as the caller has it"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key without the scope `profile`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: there is none", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn read(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let avatar = door.service.avatar(&person).await?;
    let tag = format!("\"{}\"", hex::encode(Sha256::digest(&avatar)));
    let shown = Shown { tag: &tag, kind: "image/jpeg", caching: "private, no-cache" };
    Ok(range::of_bytes(&headers, &shown, avatar)?)
}

/// Set your picture
///
/// The body is a picture, or a form with one as its field `image` or `file`. Its middle is cut out and made small; where and
/// when it was taken is not kept.
#[utoipa::path(
    put, path = "/v1/profile/avatar", tag = "Accounts", operation_id = "setAvatar",
    request_body(content((Vec<u8> = "application/octet-stream"), (super::analyses::PictureForm = "multipart/form-data"))),
    responses(
        (status = 204, description = "It is set"),
        (status = 400, description = "`bad_input`, `missing_field`", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`bad_file`, `truncated_image`, `too_many_pixels`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn set(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let received = receive(&door, request).await?;
    door.service.set_avatar(&person, received.picture).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove your picture
#[utoipa::path(
    delete, path = "/v1/profile/avatar", tag = "Accounts", operation_id = "removeAvatar",
    responses(
        (status = 204, description = "It is gone"),
        (status = 401, description = "`unauthenticated`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden` for an API key", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`not_found`: there is none", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(door): State<Door>,
    LoggedInPerson { person, .. }: LoggedInPerson,
) -> Result<StatusCode, Refusal> {
    door.service.remove_avatar(&person).await?;
    Ok(StatusCode::NO_CONTENT)
}
