//! Files as they lie on disk: whole, in ranges, or not at all when the caller has them.

use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use http::{HeaderMap, header};
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

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

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
