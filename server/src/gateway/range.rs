//! Files as they lie on disk: whole, in ranges, or not at all when the caller has them.

use std::ops::RangeInclusive;
use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use crate::service::ServiceError;

/// Whether the caller holds what `tag` names (`If-None-Match`).
pub fn has(headers: &HeaderMap, tag: &str) -> bool {
    let held = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    held.flat_map(|value| value.split(',')).any(|held| {
        let held = held.trim();
        held == "*" || held.strip_prefix("W/").unwrap_or(held) == tag
    })
}

/// The file, or the part of it that the request names.
///
/// # Errors
/// When the file cannot be read.
pub async fn serve(path: &Path, request: Request) -> Result<Response, ServiceError> {
    let response = ServeFile::new(path).oneshot(request).await.map_err(ServiceError::internal)?;
    Ok(response.map(Body::new))
}

/// How bytes are shown.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// With its quotation marks.
    pub tag: &'a str,
    /// The media type.
    pub kind: &'static str,
    pub caching: &'static str,
}

/// The bytes, or the part of them that the request names, or nothing where the caller has them.
///
/// # Errors
/// When the tag cannot stand in a header.
pub fn of_bytes(headers: &HeaderMap, shown: &Shown<'_>, content: Bytes) -> Result<Response, ServiceError> {
    let tag = HeaderValue::from_str(shown.tag).map_err(ServiceError::internal)?;
    let mut response = wanted(headers, shown, content);
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(shown.caching));
    Ok(response)
}

fn wanted(headers: &HeaderMap, Shown { tag, kind, .. }: &Shown<'_>, content: Bytes) -> Response {
    if has(headers, tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    let length = content.len() as u64;
    // A part of another version would not fit to what the caller has.
    let same = headers.get(header::IF_RANGE).is_none_or(|held| held.as_bytes() == tag.as_bytes());
    let asked = headers.get(header::RANGE).filter(|_| same).and_then(|value| value.to_str().ok());
    let parsed = asked.map(|asked| http_range_header::parse_range_header(asked).map(|ranges| ranges.validate(length)));
    let mut response = match parsed {
        Some(Ok(Ok(ranges))) => match ranges.as_slice() {
            [one] => part(&content, one.clone()),
            // Several at once are answered with the whole, which a server may do (RFC 9110, 14.2).
            _ => content.into_response(),
        },
        Some(Ok(Err(_))) => {
            let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
            set(&mut response, header::CONTENT_RANGE, format!("bytes */{length}"));
            return response;
        }
        // What is no range is as good as none.
        None | Some(Err(_)) => content.into_response(),
    };
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    set(&mut response, header::ACCEPT_RANGES, "bytes".into());
    response
}

fn part(content: &Bytes, range: RangeInclusive<u64>) -> Response {
    let length = content.len();
    let (first, last) = (*range.start(), *range.end());
    let index = |at: u64| usize::try_from(at).unwrap_or(length).min(length);
    let part = content.slice(index(first)..index(last.saturating_add(1)));
    let mut response = (StatusCode::PARTIAL_CONTENT, part).into_response();
    set(&mut response, header::CONTENT_RANGE, format!("bytes {first}-{last}/{length}"));
    response
}

fn set(response: &mut Response, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: Shown<'static> = Shown { tag: "\"a\"", kind: "text/plain", caching: "no-cache" };

    #[tokio::test]
    async fn parts_of_bytes_are_those_that_were_asked_for() {
        let content = Bytes::from_static(b"0123456789");
        let cases = [
            (None, 200, "0123456789"),
            (Some("bytes=2-4"), 206, "234"),
            (Some("bytes=8-"), 206, "89"),
            (Some("bytes=-3"), 206, "789"),
            (Some("bytes=4-99"), 206, "456789"),
            (Some("bytes=10-"), 416, ""),
            (Some("bytes=0-1,4-5"), 200, "0123456789"),
            (Some("lines=1-2"), 200, "0123456789"),
        ];
        for (range, status, expected) in cases {
            let mut headers = HeaderMap::new();
            if let Some(range) = range {
                headers.insert(header::RANGE, HeaderValue::from_static(range));
            }
            let response = of_bytes(&headers, &SHOWN, content.clone()).expect("a tag");
            assert_eq!(response.status().as_u16(), status, "{range:?}");
            let body = axum::body::to_bytes(response.into_body(), 100).await.expect("a body");
            assert_eq!(body, expected, "{range:?}");
        }
        let mut other = HeaderMap::new();
        other.insert(header::RANGE, HeaderValue::from_static("bytes=2-4"));
        other.insert(header::IF_RANGE, HeaderValue::from_static("\"b\""));
        assert_eq!(of_bytes(&other, &SHOWN, content.clone()).expect("a tag").status(), 200);
        let mut held = HeaderMap::new();
        held.insert(header::IF_NONE_MATCH, HeaderValue::from_static("\"a\""));
        let response = of_bytes(&held, &SHOWN, content).expect("a tag");
        assert_eq!(response.status(), 304);
        assert!(
            response.headers().contains_key(header::ETAG) && response.headers().contains_key(header::CACHE_CONTROL)
        );
    }

    #[test]
    fn a_tag_is_recognised_in_every_form() {
        for (sent, expected) in
            [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false)]
        {
            let mut headers = HeaderMap::new();
            headers.insert(header::IF_NONE_MATCH, HeaderValue::from_static(sent));
            assert_eq!(has(&headers, "\"a\""), expected, "{sent}");
        }
    }
}
