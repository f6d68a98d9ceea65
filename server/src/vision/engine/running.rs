//! The caller's end of an analysis: its events in order, an answer by the deadline, and the work stopped when nobody listens.

use std::time::Instant;

use futures::StreamExt as _;
use tokio::sync::mpsc::Receiver;

use super::Cancel;
use crate::service::ServiceError;
use crate::vision::{Event, Events};

pub(super) struct Running {
    events: Receiver<Result<Event, ServiceError>>,
    deadline: Instant,
    cancel: Cancel,
    ended: bool,
}

impl Running {
    pub fn new(events: Receiver<Result<Event, ServiceError>>, deadline: Instant, cancel: Cancel) -> Self {
        Self { events, deadline, cancel, ended: false }
    }

    pub fn into_events(self) -> Events {
        futures::stream::unfold(self, |mut running| async {
            let event = running.next().await?;
            Some((event, running))
        })
        .boxed()
    }

    async fn next(&mut self) -> Option<Result<Event, ServiceError>> {
        if self.ended {
            return None;
        }
        let event = match tokio::time::timeout_at(self.deadline.into(), self.events.recv()).await {
            Ok(Some(event)) => event,
            Ok(None) => Err(ServiceError::Cancelled),
            Err(_elapsed) => Err(ServiceError::DeadlineExceeded),
        };
        self.ended = !matches!(event, Ok(Event::Stage(_)));
        Some(event)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}
