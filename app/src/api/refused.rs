//! Why a question of the pages about people was not fulfilled: a stable code, a sentence, and what is wrong with which field.

use std::future::Future;
use std::pin::Pin;

use vision_core::ErrorCode;

/// What the server answers to a question of a page.
pub type Asked<T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + Send>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub code: ErrorCode,
    /// A plain sentence for people.
    pub message: String,
    /// Every rule that the input breaks; empty where it is not about a field.
    pub fields: Vec<FieldError>,
    /// When it makes sense to try again.
    pub retry_after_secs: Option<u64>,
}

/// A rule that a field breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// Stable: `missing`, `too_short`, ...
    pub rule: String,
    /// A plain sentence for people.
    pub message: String,
}

impl Refused {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), fields: Vec::new(), retry_after_secs: None }
    }

    /// For what a page itself sees to be wrong with one field.
    pub fn field(field: &str, rule: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let error = FieldError { field: field.into(), rule: rule.into(), message: message.clone() };
        Self { fields: vec![error], ..Self::new(ErrorCode::BadInput, message) }
    }
}
