//! Errors over gRPC: the status, and in its details and metadata the stable code that every other door says too.

use std::collections::HashMap;

use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt as _};
use vision_core::ErrorCode;
use vision_core::limits::MAX_CHUNK_BYTES;

use crate::service::ServiceError;
use crate::service::error::code_from_text;

/// The metadata that carries the stable code, for clients that do not read `google.rpc.Status`.
pub const CODE_METADATA: &str = "iia-code";

/// The domain of `google.rpc.ErrorInfo`; its reason is the stable code.
pub const ERROR_DOMAIN: &str = "image_analyzer";

impl From<ServiceError> for Status {
    fn from(error: ServiceError) -> Self {
        if error.is_ours() {
            tracing::error!(error.cause = error.causes(), "a call failed for a reason of ours");
        }
        let code = error.code();
        let mut details = ErrorDetails::with_error_info(code.as_str(), ERROR_DOMAIN, HashMap::new());
        if let Some(retry_after) = error.retry_after() {
            details.set_retry_info(Some(retry_after));
        }
        let mut metadata = MetadataMap::new();
        metadata.insert(CODE_METADATA, MetadataValue::from_static(code.as_str()));
        Self::with_error_details_and_metadata(grpc_code(&error), error.sentence(), details, metadata)
    }
}

/// What a status from a vision service means. One without our code was not said by the service itself but by what
/// lies between: then the service is unavailable.
pub fn from_status(status: Status) -> ServiceError {
    let said = status.metadata().get(CODE_METADATA).and_then(|value| value.to_str().ok()).and_then(code_from_text);
    match (said, status.code()) {
        (Some(ErrorCode::Overloaded), _) => ServiceError::Overloaded {
            retry_after: status.get_details_retry_info().and_then(|info| info.retry_delay).unwrap_or_default(),
        },
        (_, Code::DeadlineExceeded) => ServiceError::DeadlineExceeded,
        (_, Code::Cancelled) => ServiceError::Cancelled,
        (Some(ErrorCode::Internal), _) => ServiceError::internal(status),
        (Some(ErrorCode::Unavailable) | None, _) => ServiceError::unavailable(status),
        (Some(code), _) => ServiceError::Remote { code, message: status.message().to_owned() },
    }
}

/// What went wrong while a caller's messages were read. What is too long or makes no sense is the caller's to mend, and
/// so is told as such, not as a fault of the service.
pub fn from_caller(status: Status) -> ServiceError {
    match status.code() {
        Code::OutOfRange => {
            let detail = format!(
                "a message is longer than accepted; send the picture in chunks of at most {MAX_CHUNK_BYTES} bytes"
            );
            ServiceError::BadInput { detail }
        }
        Code::Internal => {
            ServiceError::BadInput { detail: "a message cannot be read as this call's contract has it".into() }
        }
        _ => from_status(status),
    }
}

fn grpc_code(error: &ServiceError) -> Code {
    if matches!(error, ServiceError::DeadlineExceeded) {
        return Code::DeadlineExceeded;
    }
    match error.code() {
        ErrorCode::BadFile
        | ErrorCode::BadInput
        | ErrorCode::MissingField
        | ErrorCode::UnsupportedFormat
        | ErrorCode::TooLarge
        | ErrorCode::TooManyPixels
        | ErrorCode::TruncatedImage => Code::InvalidArgument,
        ErrorCode::UserAlreadyExists => Code::AlreadyExists,
        ErrorCode::InvalidCredentials | ErrorCode::SecondFactorRequired | ErrorCode::Unauthenticated => {
            Code::Unauthenticated
        }
        ErrorCode::NotConfirmed | ErrorCode::PasswordRequired | ErrorCode::Forbidden => Code::PermissionDenied,
        ErrorCode::Conflict => Code::Aborted,
        ErrorCode::RequestLimit | ErrorCode::TooManyAttempts | ErrorCode::StorageLimit | ErrorCode::Overloaded => {
            Code::ResourceExhausted
        }
        ErrorCode::NoSuchModel | ErrorCode::NotFound => Code::NotFound,
        ErrorCode::Unavailable => Code::Unavailable,
        ErrorCode::Cancelled => Code::Cancelled,
        ErrorCode::Internal => Code::Internal,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use vision_core::AnalyzeError;

    use super::*;

    #[test]
    fn an_error_means_the_same_on_the_other_side() {
        let cases = [
            ServiceError::Picture(AnalyzeError::Truncated),
            ServiceError::Picture(AnalyzeError::TooLarge { bytes: 50, limit: 40 }),
            ServiceError::BadInput { detail: "no".into() },
            ServiceError::Overloaded { retry_after: Duration::from_secs(3) },
            ServiceError::Cancelled,
            ServiceError::DeadlineExceeded,
            ServiceError::NotFound,
            ServiceError::internal("a cause"),
            ServiceError::unavailable("a cause"),
        ];
        for error in cases {
            let (code, sentence, retry_after) = (error.code(), error.sentence(), error.retry_after());
            let back = from_status(Status::from(error));
            assert_eq!((back.code(), back.sentence(), back.retry_after()), (code, sentence, retry_after));
        }
    }

    #[test]
    fn a_status_that_is_not_ours_means_unavailable() {
        assert_eq!(from_status(Status::unknown("transport error")).code(), ErrorCode::Unavailable);
        assert_eq!(from_status(Status::internal("h2 protocol error")).code(), ErrorCode::Unavailable);
    }
}
