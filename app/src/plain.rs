//! The way without JavaScript: a form posts a picture, a page comes back that needs no script.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use base64::Engine as _;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use vision_core::{ErrorCode, Report};

use crate::api::{AppError, Backend, People, Quota};

/// The answer to a posted form; while it is in the context, the shell shows it instead of the application.
#[derive(Clone)]
pub struct PlainAnswer {
    pub name: String,
    /// The picture as a `data:` address, where a browser can show its format.
    pub picture_url: Option<String>,
    pub outcome: Result<Report, AppError>,
    pub quota: Option<Quota>,
}

/// Reads the posted picture and renders the page that tells what is on it. The server mounts it at `POST /` (a
/// multipart form, the picture in the first field `picture` that is not empty).
pub async fn respond(
    options: LeptosOptions,
    (backend, people): (Arc<dyn Backend>, Arc<dyn People>),
    name: String,
    picture: Vec<u8>,
) -> Response<Body> {
    let picture_url = data_url(&picture);
    let outcome = backend.analyze(name.clone(), picture).await;
    let status = outcome.as_ref().map_or_else(|e| status_of(e.code), |_| StatusCode::OK);
    let answer = PlainAnswer { name, picture_url, outcome, quota: backend.quota().await.ok() };
    let render = leptos_axum::render_app_async_with_context(
        move || {
            provide_context(backend.clone());
            provide_context(people.clone());
            provide_context(answer.clone());
        },
        move || crate::shell(options.clone()),
    );
    let mut response = render(Request::new(Body::empty())).await;
    *response.status_mut() = status;
    response
}

/// The HTTP status that a page with such an error has.
pub fn status_of(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::RequestLimit | ErrorCode::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::StorageLimit | ErrorCode::TooLarge | ErrorCode::TooManyPixels => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::UnsupportedFormat => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::Overloaded | ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal | ErrorCode::NoSuchModel => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Cancelled => StatusCode::REQUEST_TIMEOUT,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::InvalidCredentials | ErrorCode::SecondFactorRequired | ErrorCode::Unauthenticated => {
            StatusCode::UNAUTHORIZED
        }
        ErrorCode::NotConfirmed | ErrorCode::PasswordRequired | ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::UserAlreadyExists | ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::BadFile | ErrorCode::BadInput | ErrorCode::MissingField | ErrorCode::TruncatedImage => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
    }
}

/// The picture inside the page itself, so that nothing has to be kept. Formats that no browser shows give none.
fn data_url(picture: &[u8]) -> Option<String> {
    let kind = match picture {
        [0xff, 0xd8, 0xff, ..] => "jpeg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [b'G', b'I', b'F', b'8', ..] => "gif",
        [b'B', b'M', ..] => "bmp",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "webp",
        _ => return None,
    };
    Some(format!("data:image/{kind};base64,{}", base64::engine::general_purpose::STANDARD.encode(picture)))
}

#[cfg(test)]
mod tests {
    use super::data_url;

    #[test]
    fn only_what_a_browser_shows_is_put_into_the_page() {
        assert_eq!(data_url(&[0xff, 0xd8, 0xff, 0xe0]).as_deref(), Some("data:image/jpeg;base64,/9j/4A=="));
        assert_eq!(data_url(b"II*\0"), None);
        assert_eq!(data_url(b""), None);
    }
}
