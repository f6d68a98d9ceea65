//! What a use case can answer instead of a result; each door maps it exhaustively ([`crate::gateway::problem`], [`crate::vision::status`]).

use std::time::Duration;

use serde::Serialize;
use vision_core::{AnalyzeError, ErrorCode};

use crate::logs::with_causes;

/// A cause that only the log hears of.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A rule that a field of the input breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = BrokenRule)]
pub struct Broken {
    #[schema(example = "password")]
    pub field: String,
    /// Stable.
    #[schema(example = "too_short")]
    pub rule: String,
    /// A plain sentence.
    pub detail: String,
}

#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The core's own verdict on the picture or the options.
    #[error(transparent)]
    Picture(#[from] AnalyzeError),
    /// The verdict of a vision service in another process.
    #[error("{message}")]
    Remote { code: ErrorCode, message: String },
    #[error("the field `{field}` is missing: {advice}")]
    MissingField { field: &'static str, advice: &'static str },
    #[error("{detail}")]
    BadInput { detail: String },
    /// What the auth service said instead of fulfilling the request.
    #[error("{detail}")]
    Refused { code: ErrorCode, detail: String, broken: Vec<Broken>, retry_after: Option<Duration> },
    #[error("log in first, or send a token that is valid")]
    Unauthenticated,
    #[error("{detail}")]
    Forbidden { detail: &'static str },
    #[error("your files and kept pictures take all of the {limit_bytes} bytes that an account has; delete some first")]
    StorageLimit { limit_bytes: u64 },
    #[error(
        "the {limit} free analyses by the server are used up; pictures can still be read on your own device, as often as you like"
    )]
    RequestLimit { limit: u32, retry_after: Option<Duration> },
    #[error("this account has had its {limit} analyses of this hour; try again in {} min", retry_after.as_secs() / 60 + 1)]
    FairUse { limit: u32, retry_after: Duration },
    #[error("all places for an analysis are taken; try again in {} s", retry_after.as_secs().max(1))]
    Overloaded { retry_after: Duration },
    #[error("a part of the service cannot be reached; try again in a minute")]
    Unavailable { source: Cause },
    #[error("the analysis was cancelled")]
    Cancelled,
    #[error("the analysis was not done in the time that it was given")]
    DeadlineExceeded,
    #[error("there is nothing here by this name, or it belongs to someone else")]
    NotFound,
    #[error("there is no model file `{name}` here")]
    NoSuchModel { name: String },
    #[error("{FAULT}")]
    Store { source: sqlx::Error },
    #[error("{FAULT}")]
    Internal { source: Cause },
}

const FAULT: &str = "a fault on our side stopped the request; it is in our log under the request's id";

impl ServiceError {
    /// The stable code of the public contract.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Picture(error) => error.code(),
            Self::Remote { code, .. } => *code,
            Self::MissingField { .. } => ErrorCode::MissingField,
            Self::BadInput { .. } => ErrorCode::BadInput,
            Self::Refused { code, .. } => *code,
            Self::Unauthenticated => ErrorCode::Unauthenticated,
            Self::Forbidden { .. } => ErrorCode::Forbidden,
            Self::StorageLimit { .. } => ErrorCode::StorageLimit,
            Self::RequestLimit { .. } | Self::FairUse { .. } => ErrorCode::RequestLimit,
            Self::Overloaded { .. } => ErrorCode::Overloaded,
            Self::Unavailable { .. } => ErrorCode::Unavailable,
            Self::Cancelled | Self::DeadlineExceeded => ErrorCode::Cancelled,
            Self::NotFound => ErrorCode::NotFound,
            Self::NoSuchModel { .. } => ErrorCode::NoSuchModel,
            Self::Store { .. } | Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// A plain sentence that may be shown to anyone: an internal cause never is part of it.
    pub fn sentence(&self) -> String {
        if self.code() == ErrorCode::Internal { FAULT.into() } else { self.to_string() }
    }

    /// When it makes sense to try again.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded { retry_after } | Self::FairUse { retry_after, .. } => Some(*retry_after),
            Self::RequestLimit { retry_after, .. } | Self::Refused { retry_after, .. } => *retry_after,
            Self::Unavailable { .. } => Some(Duration::from_secs(60)),
            Self::Picture(_)
            | Self::Remote { .. }
            | Self::MissingField { .. }
            | Self::BadInput { .. }
            | Self::Unauthenticated
            | Self::Forbidden { .. }
            | Self::StorageLimit { .. }
            | Self::Cancelled
            | Self::DeadlineExceeded
            | Self::NotFound
            | Self::NoSuchModel { .. }
            | Self::Store { .. }
            | Self::Internal { .. } => None,
        }
    }

    /// Every rule that the input breaks, field by field.
    pub fn broken(&self) -> &[Broken] {
        match self {
            Self::Refused { broken, .. } => broken,
            _ => &[],
        }
    }

    /// Whether the fault is ours, so that the log must hear of it.
    pub fn is_ours(&self) -> bool {
        matches!(self.code(), ErrorCode::Internal | ErrorCode::Unavailable)
    }

    /// The causes beneath, for the log.
    pub fn causes(&self) -> String {
        let text = match self {
            Self::Picture(error) => error.to_string(),
            Self::Remote { message, .. } => message.clone(),
            other => other.code().to_string(),
        };
        with_causes(text, self)
    }

    pub fn internal(source: impl Into<Cause>) -> Self {
        Self::Internal { source: source.into() }
    }

    pub fn unavailable(source: impl Into<Cause>) -> Self {
        Self::Unavailable { source: source.into() }
    }
}

impl From<sqlx::Error> for ServiceError {
    fn from(source: sqlx::Error) -> Self {
        Self::Store { source }
    }
}

/// The code behind its text form, for what another process says.
pub fn code_from_text(text: &str) -> Option<ErrorCode> {
    serde_json::from_value(serde_json::Value::String(text.into())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_its_text_form() {
        for code in [ErrorCode::BadFile, ErrorCode::RequestLimit, ErrorCode::TooManyPixels, ErrorCode::Internal] {
            assert_eq!(code_from_text(code.as_str()), Some(code));
        }
        assert_eq!(code_from_text("no_such_code"), None);
    }

    #[test]
    fn an_internal_cause_is_logged_and_not_shown() {
        let error = ServiceError::internal("disk 7 is on fire");
        assert!(!error.sentence().contains("disk 7"));
        assert!(error.causes().contains("disk 7"));
        let core = ServiceError::Picture(AnalyzeError::Internal { detail: "tensor 9".into() });
        assert!(!core.sentence().contains("tensor 9"));
        assert!(core.causes().contains("tensor 9"));
    }
}
