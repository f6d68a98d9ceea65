//! Errors over HTTP: problem+json (RFC 9457) with the stable code, a neutral sentence and the request's id.

use std::any::Any;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use vision_core::ErrorCode;

use super::analyses::{LIMIT, REMAINING};
use super::observe::current_request_id;
use crate::service::ServiceError;
use crate::service::error::Broken;

/// The body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(example = "/api#code-request_limit")]
    pub kind: String,
    #[schema(example = "Too Many Requests")]
    pub title: String,
    #[schema(example = 429)]
    pub status: u16,
    /// Stable; what a program decides by.
    #[schema(example = "request_limit")]
    pub code: String,
    /// A sentence for people: what happened and what to do.
    pub detail: String,
    /// Under this id the request stands in the log.
    pub request_id: String,
    /// Every rule that the input breaks, field by field; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Broken>,
}

/// An error on its way out.
#[derive(Debug)]
pub struct Refusal(pub ServiceError);

impl From<ServiceError> for Refusal {
    fn from(error: ServiceError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(error) = self;
        if error.is_ours() {
            tracing::error!(error.cause = error.causes(), "a request failed for a reason of ours");
        }
        let mut response = answer(status(error.code()), &problem(&error));
        if let Some(wait) = error.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        if response.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let ServiceError::RequestLimit { limit, .. } = error {
            response.headers_mut().insert(REMAINING, HeaderValue::from(0));
            response.headers_mut().insert(LIMIT, HeaderValue::from(limit));
        }
        response
    }
}

/// The body for an error, also where no status can be sent any more.
pub fn problem(error: &ServiceError) -> Problem {
    let errors = error.broken().to_vec();
    Problem { errors, ..described(error.code(), status(error.code()), error.sentence()) }
}

pub fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadInput | ErrorCode::MissingField => StatusCode::BAD_REQUEST,
        ErrorCode::InvalidCredentials | ErrorCode::SecondFactorRequired | ErrorCode::Unauthenticated => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::NotConfirmed | ErrorCode::PasswordRequired | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound | ErrorCode::NoSuchModel => StatusCode::NOT_FOUND,
        ErrorCode::UserAlreadyExists | ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::TooLarge | ErrorCode::StorageLimit => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedFormat => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::BadFile | ErrorCode::TruncatedImage | ErrorCode::TooManyPixels => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorCode::RequestLimit | ErrorCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Overloaded | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        // Who cancelled is not there to hear of it: what is heard is the end of the time allowed.
        ErrorCode::Cancelled => StatusCode::GATEWAY_TIMEOUT,
    }
}

pub(super) async fn no_such_route() -> Refusal {
    Refusal(ServiceError::NotFound)
}

pub(super) async fn no_such_method() -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    answer(status, &described(ErrorCode::BadInput, status, "this address does not take this method".into()))
}

/// Takes the place of an answer that a panic has prevented.
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let cause = panic.downcast_ref::<&str>().map(ToString::to_string);
    let cause = cause.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Refusal(ServiceError::internal(format!("a handler panicked: {cause}"))).into_response()
}

fn described(code: ErrorCode, status: StatusCode, detail: String) -> Problem {
    Problem {
        kind: format!("/api#code-{code}"),
        title: status.canonical_reason().unwrap_or("Error").into(),
        status: status.as_u16(),
        code: code.to_string(),
        detail,
        request_id: current_request_id(),
        errors: Vec::new(),
    }
}

fn answer(status: StatusCode, problem: &Problem) -> Response {
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
