//! An analysis as a stream of server-sent events: each stage, then the report or what went wrong.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use http::{HeaderMap, HeaderValue, header};

use super::problem::problem;
use crate::service::{Begun, ServiceError, Update};

/// Proxies cut connections that say nothing for long.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// Whether the caller asks for events.
pub fn wanted(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/event-stream")))
}

/// Waits for the first update, so that a picture that cannot be read is refused with a status like everywhere else.
///
/// # Errors
/// When that first update is an error.
pub async fn answer(mut begun: Begun) -> Result<Response, ServiceError> {
    let first = begun.updates.recv().await.ok_or(ServiceError::Cancelled)??;
    let events = Sse::new(stream(first, begun)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let mut response = events.into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    // Tells a proxy in between to pass each event on at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

fn stream(first: Update, begun: Begun) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
    futures::stream::unfold((Some(first), begun), |(first, mut begun)| async move {
        let update = match first {
            Some(update) => Ok(update),
            None => begun.updates.recv().await?,
        };
        Some((Ok(event(update)), (None, begun)))
    })
}

fn event(update: Result<Update, ServiceError>) -> Event {
    let named = match &update {
        Ok(Update::Stage(stage)) => Event::default().event("stage").json_data(stage),
        Ok(Update::Done(analysis)) => Event::default().event("report").json_data(analysis),
        Err(error) => Event::default().event("error").json_data(problem(error)),
    };
    named.unwrap_or_else(|error| {
        tracing::error!(error.cause = %error, "an event could not be written as JSON");
        Event::default().event("error").data("{}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_sent_to_those_who_ask() {
        let cases = [
            ("text/event-stream", true),
            ("application/json, Text/Event-Stream;q=0.9", true),
            ("*/*", false),
            ("application/json", false),
        ];
        for (accept, expected) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(wanted(&headers), expected, "{accept}");
        }
        assert!(!wanted(&HeaderMap::new()));
    }
}
