//! The seam to the server: an object that the server puts into the context of each request, bound to that request's visitor.

use std::future::Future;
use std::pin::Pin;

use vision_core::Report;

use super::{AppError, Quota};

pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send>>;

/// What the pages ask of the server while they are rendered. The server provides it as `Arc<dyn Backend>`, one per
/// request, so that it knows the visitor.
pub trait Backend: Send + Sync + 'static {
    /// How many server analyses this visitor has left.
    fn quota(&self) -> Answer<Quota>;
    /// Reads a picture with the server's models on this visitor's account (the form that works without JavaScript).
    fn analyze(&self, name: String, picture: Vec<u8>) -> Answer<Report>;
    /// The OpenAPI document, JSON, as `/openapi.json` serves it.
    fn openapi(&self) -> Answer<String>;
}
