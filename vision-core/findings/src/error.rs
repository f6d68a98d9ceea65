//! What can go wrong with a picture, each with a stable code that is the same in the browser, the terminal, over HTTP and over gRPC.

use serde::{Deserialize, Serialize};

/// The stable codes of the public contract. Their text form is `snake_case`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum ErrorCode {
    /// The bytes are a picture's, but broken.
    BadFile,
    /// The request's options make no sense.
    BadInput,
    MissingField,
    UserAlreadyExists,
    InvalidCredentials,
    /// The password is right, the address is not confirmed yet.
    NotConfirmed,
    /// The password is right, the second factor is asked for.
    SecondFactorRequired,
    /// Logged in, but the password must be given once more for this.
    PasswordRequired,
    /// Too many attempts that failed: wait.
    TooManyAttempts,
    /// Nobody is logged in, or the token is not valid (any more).
    Unauthenticated,
    /// Who is logged in may not do this.
    Forbidden,
    /// Somebody else has changed it in between.
    Conflict,
    /// The account's place for files is full.
    StorageLimit,
    /// The anonymous visitor has used up the server analyses.
    RequestLimit,
    /// Not a picture, or of a format that is not read here.
    UnsupportedFormat,
    /// More bytes than accepted.
    TooLarge,
    /// More pixels than accepted.
    TooManyPixels,
    /// The picture ends before its data does.
    TruncatedImage,
    NoSuchModel,
    /// All places are taken: try again shortly.
    Overloaded,
    /// A part of the service cannot be reached.
    Unavailable,
    /// The caller gave up or the deadline passed.
    Cancelled,
    NotFound,
    /// A fault of ours.
    Internal,
}

impl ErrorCode {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadFile => "bad_file",
            Self::BadInput => "bad_input",
            Self::MissingField => "missing_field",
            Self::UserAlreadyExists => "user_already_exists",
            Self::InvalidCredentials => "invalid_credentials",
            Self::NotConfirmed => "not_confirmed",
            Self::SecondFactorRequired => "second_factor_required",
            Self::PasswordRequired => "password_required",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::Conflict => "conflict",
            Self::StorageLimit => "storage_limit",
            Self::RequestLimit => "request_limit",
            Self::UnsupportedFormat => "unsupported_format",
            Self::TooLarge => "too_large",
            Self::TooManyPixels => "too_many_pixels",
            Self::TruncatedImage => "truncated_image",
            Self::NoSuchModel => "no_such_model",
            Self::Overloaded => "overloaded",
            Self::Unavailable => "unavailable",
            Self::Cancelled => "cancelled",
            Self::NotFound => "not_found",
            Self::Internal => "internal",
        }
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a picture could not be analysed. The message is a plain sentence that may be shown to anyone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalyzeError {
    #[error("the picture is empty: it has no bytes")]
    Empty,
    #[error("this is not a picture in a format that is read here{hint}")]
    UnsupportedFormat { hint: String },
    #[error("{name} pictures are not read here; {advice}")]
    RefusedFormat { name: &'static str, advice: &'static str },
    #[error("the picture has {bytes} bytes; at most {limit} are accepted")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("the picture is {width} × {height} pixels; at most {limit} pixels are accepted")]
    TooManyPixels { width: u64, height: u64, limit: u64 },
    #[error("the picture breaks off before its end: only a part of the file arrived")]
    Truncated,
    #[error("the picture is damaged: {detail}")]
    Damaged { detail: String },
    #[error("the analysis was cancelled")]
    Cancelled,
    #[error("the option is not valid: {detail}")]
    BadOption { detail: String },
    #[error("an internal fault stopped the analysis: {detail}")]
    Internal { detail: String },
}

impl AnalyzeError {
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Empty | Self::Damaged { .. } => ErrorCode::BadFile,
            Self::UnsupportedFormat { .. } | Self::RefusedFormat { .. } => ErrorCode::UnsupportedFormat,
            Self::TooLarge { .. } => ErrorCode::TooLarge,
            Self::TooManyPixels { .. } => ErrorCode::TooManyPixels,
            Self::Truncated => ErrorCode::TruncatedImage,
            Self::Cancelled => ErrorCode::Cancelled,
            Self::BadOption { .. } => ErrorCode::BadInput,
            Self::Internal { .. } => ErrorCode::Internal,
        }
    }
}
