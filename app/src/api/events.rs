//! The server's answer as a stream of events (`text/event-stream`, the WHATWG HTML standard, section 9.2), piece by piece.

use vision_core::ErrorCode;
use vision_core::stage::Stage;

use vision_worker::protocol::StageParts;

use super::{Answered, AppError};

/// What an event of `POST /v1/analyses` says.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerEvent {
    Stage(Box<Stage>),
    Report(Box<Answered>),
    Error(AppError),
}

/// Puts events together from pieces that may be cut anywhere.
#[derive(Debug, Default)]
pub struct EventReader {
    rest: String,
    /// All text so far, for answers that are no stream (a problem that was known at once).
    whole: String,
}

impl EventReader {
    /// Takes the next piece of text and gives the events that are complete.
    pub fn push(&mut self, piece: &str) -> Vec<ServerEvent> {
        self.whole.push_str(piece);
        self.rest.push_str(&piece.replace("\r\n", "\n"));
        let mut events = Vec::new();
        while let Some(end) = self.rest.find("\n\n") {
            let block: String = self.rest.drain(..end + 2).collect();
            events.extend(read(&block));
        }
        events
    }

    /// What came if it was no stream: a report, or a problem with this status.
    pub fn end(&self, status: u16) -> ServerEvent {
        match Answered::from_json(&self.whole) {
            Ok(answered) if (200..300).contains(&status) => ServerEvent::Report(Box::new(answered)),
            _ => ServerEvent::Error(AppError::from_problem(status, &self.whole)),
        }
    }
}

/// One event; comments and names that are not known give none.
fn read(block: &str) -> Option<ServerEvent> {
    let (mut name, mut data) = ("", Vec::new());
    for line in block.lines() {
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => name = value,
            "data" => data.push(value),
            _ => {}
        }
    }
    let data = data.join("\n");
    match name {
        "stage" => StageParts::read(&data).map(|stage| ServerEvent::Stage(Box::new(stage))),
        "report" => Some(match Answered::from_json(&data) {
            Ok(answered) => ServerEvent::Report(Box::new(answered)),
            Err(error) => ServerEvent::Error(AppError::new(ErrorCode::Internal, error.to_string())),
        }),
        "error" | "problem" => Some(ServerEvent::Error(AppError::from_problem(500, &data))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_the_same_wherever_the_stream_is_cut() {
        let stream = ": hello\n\nevent: stage\ndata: {\"stage\":\"tags\",\"tags\":[]}\n\nevent: error\r\ndata: {\"code\":\"overloaded\",\r\ndata: \"detail\":\"busy\"}\r\n\r\n";
        let expected = [
            ServerEvent::Stage(Box::new(Stage::Tags { tags: Vec::new() })),
            ServerEvent::Error(AppError::new(ErrorCode::Overloaded, "busy")),
        ];
        for cut in (0..stream.len()).filter(|at| !stream[..*at].ends_with('\r')) {
            let mut reader = EventReader::default();
            let mut events = reader.push(&stream[..cut]);
            events.extend(reader.push(&stream[cut..]));
            assert_eq!(events, expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_problem_that_is_no_stream_is_read_at_the_end() {
        let mut reader = EventReader::default();
        assert!(reader.push("{\"code\":\"request_limit\",\"detail\":\"used up\"}").is_empty());
        assert_eq!(reader.end(429), ServerEvent::Error(AppError::new(ErrorCode::RequestLimit, "used up")));
    }
}
