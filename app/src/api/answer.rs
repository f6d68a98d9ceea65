//! What the server says to a page's question: a result, or an error with a stable code and a sentence.

use serde::{Deserialize, Serialize};
use vision_core::{ErrorCode, Report};

/// An error as the pages show it. The code stands in a detail line; the sentence is for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub code: ErrorCode,
    pub message: String,
}

impl AppError {
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// Reads problem+json (`code`, `detail`, `title`); anything else becomes `internal` with the status told.
    pub fn from_problem(status: u16, body: &str) -> Self {
        #[derive(Deserialize)]
        struct Problem {
            code: Option<ErrorCode>,
            detail: Option<String>,
            title: Option<String>,
        }
        let problem: Option<Problem> = serde_json::from_str(body).ok();
        let by_status = match status {
            413 => ErrorCode::TooLarge,
            415 => ErrorCode::UnsupportedFormat,
            429 => ErrorCode::RequestLimit,
            502..=504 => ErrorCode::Unavailable,
            _ => ErrorCode::Internal,
        };
        let (code, message) = match problem {
            Some(p) => (p.code.unwrap_or(by_status), p.detail.or(p.title)),
            None => (by_status, None),
        };
        Self { code, message: message.unwrap_or_else(|| format!("status {status}")) }
    }
}

/// A report of the server with the name it can be fetched under again.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    pub id: Option<String>,
    pub report: Report,
    /// The answer as it came.
    pub json: String,
}

impl Answered {
    /// Reads the report with its id beside its fields, as `POST /v1/analyses` answers.
    pub fn from_json(json: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Named {
            id: Option<String>,
        }
        let id = serde_json::from_str::<Named>(json)?.id;
        Ok(Self { id, report: serde_json::from_str(json)?, json: json.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_of_every_kind_become_a_code_and_a_sentence() {
        let cases = [
            (429, r#"{"code":"request_limit","title":"t","detail":"d"}"#, ErrorCode::RequestLimit, "d"),
            (413, "<html>", ErrorCode::TooLarge, "status 413"),
            (503, r#"{"title":"gone"}"#, ErrorCode::Unavailable, "gone"),
            (500, "", ErrorCode::Internal, "status 500"),
        ];
        for (status, body, code, message) in cases {
            assert_eq!(AppError::from_problem(status, body), AppError::new(code, message), "{status} {body}");
        }
    }
}
