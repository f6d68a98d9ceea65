//! A ZIP file as an answer, read piece by piece.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use http::{HeaderValue, header};
use tokio::io::AsyncReadExt as _;

use super::token::private;
use crate::service::ServiceError;

/// What is read of a file at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// # Errors
/// When the file cannot be read.
pub async fn answer(file: std::fs::File, name: &str) -> Result<Response, ServiceError> {
    let file = tokio::fs::File::from_std(file);
    let length = file.metadata().await.map_err(ServiceError::internal)?.len();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let mut response = private(Body::from_stream(pieces(file)).into_response());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(header::CONTENT_DISPOSITION, disposition.map_err(ServiceError::internal)?);
    Ok(response)
}

fn pieces(file: tokio::fs::File) -> impl Stream<Item = std::io::Result<Vec<u8>>> + Send + 'static {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let read = file.read(&mut piece).await?;
        piece.truncate(read);
        Ok((read > 0).then_some((piece, file)))
    })
}
