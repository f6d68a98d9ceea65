//! How a picture arrives over HTTP: as the body itself, or as a file of a form. Its type is never taken from a header.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{FromRequest as _, Multipart, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use futures::StreamExt as _;
use http::{HeaderMap, header};
use vision_core::limits::MAX_IMAGE_BYTES;

use super::Door;
use super::problem::Refusal;
use crate::service::ServiceError;
use crate::vision::Picture;
use crate::vision::intake::too_large;

/// The fields of a form that hold the picture; the first that is not empty counts.
const FIELDS: [&str; 3] = ["image", "file", "picture"];

/// What of a refused body is still read, so that the caller gets to hear why instead of a broken connection.
const DRAINED_BYTES: usize = 4 * MAX_IMAGE_BYTES;
const DRAIN_TIME: Duration = Duration::from_secs(10);

/// What is taken in whole before anything looks at the request: every form and all JSON, and no photo.
const SMALL_BYTES: u64 = 64 * 1024;

/// A picture and the name that its sender gave it, where it was a file of a form.
pub struct Received {
    pub picture: Picture,
    pub name: String,
}

/// Takes a small body in at once, so that a refusal, or a handler that needs none, leaves nothing of it unread: a connection on
/// which something was left is closed, and what its client sends next is lost.
pub(super) async fn taken_in(State(upload_timeout): State<Duration>, request: Request, next: Next) -> Response {
    if !(1..=SMALL_BYTES).contains(&announced_bytes(request.headers())) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let taking = axum::body::to_bytes(body, SMALL_BYTES as usize);
    match tokio::time::timeout(upload_timeout, taking).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(error)) => Refusal(broken_off(error)).into_response(),
        Err(_) => Refusal(ServiceError::DeadlineExceeded).into_response(),
    }
}

/// # Errors
/// The core's own verdict on a picture that is too large; `missing_field` for a form without one.
pub async fn receive(door: &Door, request: Request) -> Result<Received, ServiceError> {
    let receiving =
        async { if is_form(request.headers()) { form(door, request).await } else { raw(door, request).await } };
    tokio::time::timeout(door.rules.upload_timeout, receiving).await.unwrap_or(Err(ServiceError::DeadlineExceeded))
}

/// A body that is no picture, whole; None where it is longer than that, or broke off. What of a longer one is left is read, so
/// that its sender gets to hear why.
pub(super) async fn short(body: Body, most: usize) -> Option<Bytes> {
    let mut stream = body.into_data_stream();
    let mut gathered = BytesMut::new();
    while let Some(chunk) = stream.next().await {
        gathered.extend_from_slice(&chunk.ok()?);
        if gathered.len() > most {
            drain(stream).await;
            return None;
        }
    }
    Some(gathered.freeze())
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

async fn raw(door: &Door, request: Request) -> Result<Received, ServiceError> {
    let announced = announced_bytes(request.headers());
    let mut body = Body::into_data_stream(request.into_body());
    if announced > MAX_IMAGE_BYTES as u64 {
        drain(body).await;
        return Err(too_large(announced));
    }
    let mut gathering = door.service.intake().begin(announced);
    while let Some(chunk) = body.next().await {
        if let Err(error) = gathering.push(&chunk.map_err(broken_off)?) {
            drain(body).await;
            return Err(error);
        }
    }
    Ok(Received { picture: gathering.finish(), name: String::new() })
}

async fn form(door: &Door, request: Request) -> Result<Received, ServiceError> {
    // The form's length is that of its picture and a little more.
    let announced = announced_bytes(request.headers());
    let mut form = Multipart::from_request(request, door).await.map_err(|error| bad_form(error.body_text()))?;
    let mut received = None;
    while let Some(mut field) = form.next_field().await.map_err(|error| bad_form(error.body_text()))? {
        if received.is_some() || !field.name().is_some_and(|name| FIELDS.contains(&name)) {
            continue;
        }
        let name = field.file_name().unwrap_or_default().to_owned();
        let mut gathering = door.service.intake().begin(announced);
        while let Some(chunk) = field.chunk().await.map_err(|error| bad_form(error.body_text()))? {
            gathering.push(&chunk)?;
        }
        if !gathering.is_empty() {
            received = Some(Received { picture: gathering.finish(), name });
        }
    }
    received.ok_or(ServiceError::MissingField { field: "image", advice: "send the picture as the file of this field" })
}

fn announced_bytes(headers: &HeaderMap) -> u64 {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|text| text.parse().ok()).unwrap_or(0)
}

async fn drain(mut body: BodyDataStream) {
    let reading = async {
        let mut read = 0;
        while let Some(Ok(chunk)) = body.next().await {
            read += chunk.len();
            if read > DRAINED_BYTES {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(DRAIN_TIME, reading).await;
}

fn broken_off(_error: axum::Error) -> ServiceError {
    ServiceError::BadInput { detail: "the body broke off before its end".into() }
}

fn bad_form(detail: String) -> ServiceError {
    ServiceError::BadInput { detail: format!("the form cannot be read: {detail}") }
}
