//! Why the auth service does not fulfil a request, and what of that is told.

use std::time::Duration;

use proto::WireError;
use proto::auth_v1::{BrokenRule, Failure};
use vision_core::ErrorCode;

use crate::logs::with_causes;

#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("{0}")]
    Malformed(WireError),
    #[error("{}", are_missing(fields))]
    MissingFields { fields: Vec<&'static str> },
    #[error("{}", broken.iter().map(|rule| rule.detail.as_str()).collect::<Vec<_>>().join("; "))]
    Broken { broken: Vec<BrokenRule> },
    #[error("there is an account with this {field} already")]
    AlreadyExists { field: &'static str },
    #[error("the name or the password is not right")]
    InvalidCredentials,
    #[error("the address is not confirmed yet: open the link in the mail that was sent to it")]
    NotConfirmed,
    #[error("this account asks for a code of its second factor")]
    SecondFactorRequired,
    #[error("give your password once more first: it was given more than ten minutes ago")]
    PasswordRequired,
    #[error("only an administrator may do that")]
    NoAdministrator,
    #[error("this account is blocked; ask whoever runs this server")]
    Blocked,
    #[error("too many attempts; try again in {} s", retry_after.as_secs().max(1))]
    TooManyAttempts { retry_after: Duration },
    #[error("log in first, or send a token that is valid")]
    Unauthenticated,
    #[error("the link is not valid any more: it was used, or is too old; ask for a new one")]
    DeadLink,
    #[error("this login was begun more than five minutes ago, or is over: begin it once more")]
    DeadTicket,
    #[error("there is nothing here by this name")]
    NotFound,
    #[error("somebody has changed this in between; look at it again")]
    Conflict,
    #[error("too many people log in at once; try again in a few seconds")]
    Overloaded,
    #[error("the database failed")]
    Store { source: sqlx::Error },
    #[error("a fault of the auth service")]
    Internal { source: Box<dyn std::error::Error + Send + Sync> },
}

impl AuthError {
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { source: source.into() }
    }

    fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed(_) | Self::Broken { .. } | Self::DeadLink => ErrorCode::BadInput,
            Self::MissingFields { .. } => ErrorCode::MissingField,
            Self::AlreadyExists { .. } => ErrorCode::UserAlreadyExists,
            Self::InvalidCredentials => ErrorCode::InvalidCredentials,
            Self::NotConfirmed => ErrorCode::NotConfirmed,
            Self::SecondFactorRequired => ErrorCode::SecondFactorRequired,
            Self::PasswordRequired => ErrorCode::PasswordRequired,
            Self::Blocked | Self::NoAdministrator => ErrorCode::Forbidden,
            Self::TooManyAttempts { .. } => ErrorCode::TooManyAttempts,
            Self::Unauthenticated | Self::DeadTicket => ErrorCode::Unauthenticated,
            Self::NotFound => ErrorCode::NotFound,
            Self::Conflict => ErrorCode::Conflict,
            Self::Overloaded => ErrorCode::Overloaded,
            Self::Store { .. } | Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// What is told; a cause of ours is logged here, where it is known.
    pub(super) fn failure(self) -> Failure {
        if let Self::Store { .. } | Self::Internal { .. } = &self {
            tracing::error!(
                error.cause = with_causes(self.to_string(), &self),
                "the auth service failed for a reason of ours"
            );
        }
        let retry_after_secs = match &self {
            Self::TooManyAttempts { retry_after } => u32::try_from(retry_after.as_secs()).unwrap_or(u32::MAX).max(1),
            Self::Overloaded => 2,
            _ => 0,
        };
        let (code, detail) = (self.code().to_string(), self.to_string());
        let broken = match self {
            Self::Broken { broken } => broken,
            Self::MissingFields { fields } => {
                fields.iter().map(|field| broken(field, "missing", are_missing(&[field]))).collect()
            }
            Self::AlreadyExists { field } => vec![broken(field, "taken", detail.clone())],
            _ => Vec::new(),
        };
        Failure { code, detail, broken, retry_after_secs }
    }
}

impl From<sqlx::Error> for AuthError {
    fn from(source: sqlx::Error) -> Self {
        Self::Store { source }
    }
}

fn are_missing(fields: &[&str]) -> String {
    let named: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
    match named.as_slice() {
        [one] => format!("the field {one} is missing"),
        [others @ .., last] => format!("the fields {} and {last} are missing", others.join(", ")),
        [] => "nothing is missing".into(),
    }
}

pub(super) fn broken(field: &str, rule: &str, detail: impl Into<String>) -> BrokenRule {
    BrokenRule { field: field.into(), rule: rule.into(), detail: detail.into() }
}
