//! Folders of static files: the page's programs and what lies beside them; revalidated by tag, sent compressed where a
//! compressed copy lies beside the file.

use std::path::{Component, Path, PathBuf};
use std::time::UNIX_EPOCH;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use tower::ServiceExt as _;
use tower_http::services::ServeFile;

use super::range;
use crate::service::ServiceError;

/// Files whose content stays when their name does; all others are asked for again at every visit, and mostly not sent.
const LASTING: [&str; 7] = ["woff2", "jpg", "jpeg", "png", "webp", "svg", "ico"];

#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The file at `path`, or `None` where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub async fn answer(&self, path: &str, request: Request) -> Result<Option<Response>, ServiceError> {
        let Some(file) = self.file(path) else { return Ok(None) };
        let Ok(facts) = tokio::fs::metadata(&file).await else { return Ok(None) };
        if !facts.is_file() {
            return Ok(None);
        }
        let changed = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        let tag = format!("\"{:x}-{:x}\"", facts.len(), changed.as_nanos());
        let mut response = if range::has(request.headers(), &tag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ServeFile::new(&file)
                .precompressed_gzip()
                .oneshot(request)
                .await
                .map_err(ServiceError::internal)?
                .map(Body::new)
        };
        let headers = response.headers_mut();
        // Weak, for the plain and the compressed form share it.
        headers.insert(header::ETAG, HeaderValue::from_str(&format!("W/{tag}")).map_err(ServiceError::internal)?);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching(&file)));
        Ok(Some(response))
    }

    /// Only names inside the folder: nothing hidden, nothing above.
    fn file(&self, path: &str) -> Option<PathBuf> {
        let plain =
            |part: Component| matches!(part, Component::Normal(name) if !name.as_encoded_bytes().starts_with(b"."));
        let path = Path::new(path.trim_start_matches('/'));
        (path.components().next().is_some() && path.components().all(plain)).then(|| self.root.join(path))
    }
}

fn caching(file: &Path) -> &'static str {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    if LASTING.contains(&extension) { "public, max-age=604800" } else { "no-cache" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let folder = Folder::new("/srv/page".into());
        assert_eq!(folder.file("/fonts/a.woff2"), Some("/srv/page/fonts/a.woff2".into()));
        for path in ["", "/", "..", "/../etc/passwd", "a/../../b", "/.git/config", "a/.hidden"] {
            assert_eq!(folder.file(path), None, "{path}");
        }
    }
}
