//! The auth service as the use cases ask it: a typed question, a typed answer, whatever lies between.

use std::sync::Arc;
use std::time::Duration;

use proto::WireError;
use proto::auth::{check_reply, check_request};
use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::auth_request::Request;
use proto::auth_v1::{AuthRequest, Failure, Origin};
use vision_core::ErrorCode;

use super::Auth;
use crate::service::ServiceError;
use crate::service::error::{Broken, code_from_text};

/// Asks an auth service, and checks the form of what goes out and of what comes back.
#[derive(Clone)]
pub struct AuthClient {
    auth: Arc<dyn Auth>,
}

impl AuthClient {
    pub fn new(auth: Arc<dyn Auth>) -> Self {
        Self { auth }
    }

    /// # Errors
    /// [`ServiceError::Refused`] with what the service said; [`ServiceError::Unavailable`] when it did not answer.
    pub async fn ask(&self, origin: &Origin, request: Request) -> Result<Reply, ServiceError> {
        let message = AuthRequest { origin: Some(origin.clone()), request: Some(request) };
        if let Err(error) = check_request(&message) {
            return Err(malformed(&error));
        }
        let reply = self.auth.ask(message).await.map_err(ServiceError::unavailable)?;
        match check_reply(reply).map_err(ServiceError::internal)? {
            Reply::Failure(failure) => Err(refused(failure)),
            reply => Ok(reply),
        }
    }
}

impl std::fmt::Debug for AuthClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuthClient")
    }
}

/// What was typed into a field is told beside it.
fn malformed(error: &WireError) -> ServiceError {
    let detail = error.to_string();
    let (field, rule) = match error {
        WireError::TooLong { field, .. } => (*field, "too_long"),
        WireError::NotText { field } => (*field, "not_text"),
        WireError::Missing { .. }
        | WireError::UnknownValue { .. }
        | WireError::WrongCount { .. }
        | WireError::TooLarge { .. }
        | WireError::NotAnId { .. } => return ServiceError::BadInput { detail },
    };
    let broken = vec![Broken { field: field.into(), rule: rule.into(), detail: detail.clone() }];
    ServiceError::Refused { code: ErrorCode::BadInput, detail, broken, retry_after: None }
}

fn refused(failure: Failure) -> ServiceError {
    let Failure { code, detail, broken, retry_after_secs } = failure;
    let code = match code_from_text(&code) {
        // Its cause stands in the log of the auth service.
        None | Some(ErrorCode::Internal) => return ServiceError::internal(detail),
        Some(code) => code,
    };
    let retry_after = (retry_after_secs > 0).then(|| Duration::from_secs(retry_after_secs.into()));
    let broken = broken.into_iter().map(|rule| Broken { field: rule.field, rule: rule.rule, detail: rule.detail });
    ServiceError::Refused { code, detail, broken: broken.collect(), retry_after }
}
