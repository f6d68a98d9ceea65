//! JSON that is sent to us, refused with a sentence where it is not what was asked for.

use std::error::Error as _;

use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use vision_core::ErrorCode;

use super::Door;
use super::body::short;
use super::problem::Refusal;
use crate::service::ServiceError;
use crate::service::error::Broken;

/// More than any of our inputs has.
const LONGEST: usize = 64 * 1024;

/// The body of a request, read as JSON whatever its media type says.
#[derive(Clone, Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Door> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _door: &Door) -> Result<Self, Refusal> {
        let body = short(request.into_body(), LONGEST).await;
        let body = body.ok_or_else(|| bad(format!("the body is longer than {LONGEST} bytes, or broke off")))?;
        Ok(Self(read(&body)?))
    }
}

/// # Errors
/// `bad_input` with the place where the JSON is not what was asked for.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ServiceError> {
    // A list would be taken for the fields in their order.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| *byte != b'{') {
        return Err(ServiceError::BadInput { detail: "the body is no JSON object".into() });
    }
    // What is wrong is told by place and kind; the value itself, which may be a password, is not repeated.
    serde_json::from_slice(body).map_err(|error| {
        let said = error.to_string();
        let what = match error.classify() {
            Category::Data => {
                if let Some(field) = missing_field(&said) {
                    return missing(field);
                }
                if let Some((field, known)) = unknown_field(&said) {
                    return ServiceError::BadInput {
                        detail: format!("there is no field `{field}`; there are {known}"),
                    };
                }
                if said.starts_with("invalid type") {
                    "has a value of another kind than is asked for"
                } else {
                    "does not have the fields that are asked for"
                }
            }
            Category::Syntax => "is no JSON",
            Category::Eof => "breaks off",
            Category::Io => "cannot be read",
        };
        let (line, column) = (error.line(), error.column());
        ServiceError::BadInput { detail: format!("the body {what} (line {line}, column {column})") }
    })
}

/// The field that was left out, where it is one without which nothing can be done. Of what is wrong with a field serde has no
/// kinds, only its sentences.
fn missing_field(said: &str) -> Option<String> {
    let field = said.strip_prefix("missing field `")?.split('`').next()?;
    (!field.is_empty()).then(|| field.to_owned())
}

/// The field that nobody asked for, and those that are known.
fn unknown_field(said: &str) -> Option<(&str, &str)> {
    /// Of a name, which may be as long as the body.
    const LONGEST: usize = 64;
    let (field, rest) = said.strip_prefix("unknown field `")?.split_once("`, expected ")?;
    let known = rest.rsplit_once(" at line ")?.0.trim_start_matches("one of ");
    (field.len() <= LONGEST).then_some((field, known))
}

fn missing(field: String) -> ServiceError {
    let detail = format!("the field `{field}` is missing");
    let broken = Broken { field, rule: "missing".into(), detail: detail.clone() };
    ServiceError::Refused { code: ErrorCode::MissingField, detail, broken: vec![broken], retry_after: None }
}

/// What stands behind the question mark is not what was asked for.
pub fn bad_query(error: QueryRejection) -> ServiceError {
    // What lies beneath tells it without the library's own sentence around it.
    let what = error.source().map_or_else(|| error.body_text(), ToString::to_string);
    ServiceError::BadInput { detail: format!("the address cannot be read behind its question mark: {what}") }
}

fn bad(detail: String) -> Refusal {
    Refusal(ServiceError::BadInput { detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only refused")]
    struct Asked {
        login: String,
        password: String,
    }

    fn refusal(body: &str) -> String {
        read::<Asked>(&Bytes::from(body.to_owned()))
            .map_or_else(|error| error.to_string(), |asked| format!("{asked:?}"))
    }

    #[test]
    fn what_is_wrong_with_a_body_is_told_without_its_values() {
        let long = "x".repeat(65);
        for (body, expected) in [
            ("[]", "the body is no JSON object"),
            ("{", "the body breaks off (line 1, column 1)"),
            ("{,}", "the body is no JSON (line 1, column 2)"),
            (r#"{"login":"ada"}"#, "the field `password` is missing"),
            (r#"{"login":"ada","pasword":"secret"}"#, "there is no field `pasword`; there are `login` or `password`"),
            (r#"{"login":7}"#, "the body has a value of another kind than is asked for (line 1, column 10)"),
            (&format!(r#"{{"{long}":1}}"#), "the body does not have the fields that are asked for (line 1, column 68)"),
        ] {
            assert_eq!(refusal(body), expected);
        }
    }
}
