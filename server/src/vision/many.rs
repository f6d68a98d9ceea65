//! Many pictures over one call: read while there is room, answered as they finish, one that fails stops no other.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use proto::v1;
use proto::v1::analyze_many_request::Part;
use proto::v1::analyze_many_response::Outcome;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};
use tracing::Instrument as _;
use vision_core::Report;
use vision_core::pipeline::Options;

use super::grpc::{Service, read_options};
use super::intake::Gathering;
use super::status::from_caller;
use super::{Asker, Event, Events, Job};
use crate::service::ServiceError;

/// How long one call may last; a longer batch is sent in several.
pub(super) const LONGEST_CALL: Duration = Duration::from_secs(3600);

/// Results that may wait for a caller who reads slowly.
const RESULTS_WAITING: usize = 4;

type Answer = Result<v1::AnalyzeManyResponse, Status>;

pub(super) fn answers(
    service: Service,
    messages: Streaming<v1::AnalyzeManyRequest>,
    until: Instant,
    asker: Asker,
) -> BoxStream<'static, Answer> {
    let (results, received) = mpsc::channel(RESULTS_WAITING);
    let mut batch = Batch { service, asker, results: results.clone(), running: JoinSet::new() };
    let running = async move {
        let outcome = tokio::select! {
            outcome = tokio::time::timeout_at(until.into(), batch.run(messages)) => outcome,
            // The caller has gone: what still runs is dropped with the batch, and so cancelled.
            () = results.closed() => return,
        };
        let error = match outcome {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error,
            Err(_elapsed) => ServiceError::DeadlineExceeded,
        };
        let _ = results.send(Err(error.into())).await;
    };
    tokio::spawn(running.in_current_span());
    ReceiverStream::new(received).boxed()
}

struct Batch {
    service: Service,
    asker: Asker,
    results: mpsc::Sender<Answer>,
    running: JoinSet<()>,
}

/// A picture of which the beginning has arrived.
struct Arriving {
    key: String,
    /// The picture, or why it is refused; its further chunks are then read and thrown away.
    state: Result<(Options, Gathering), ServiceError>,
}

impl Batch {
    async fn run(&mut self, mut messages: Streaming<v1::AnalyzeManyRequest>) -> Result<(), ServiceError> {
        let mut arriving: Option<Arriving> = None;
        while let Some(message) = messages.message().await.map_err(from_caller)? {
            match (message.part, &mut arriving) {
                (Some(Part::Start(start)), _) => {
                    if let Some(whole) = arriving.replace(self.begin(start)) {
                        self.analyze(whole).await;
                    }
                }
                (Some(Part::Chunk(chunk)), Some(arriving)) => arriving.push(&chunk),
                (Some(Part::Chunk(_)), None) => {
                    return Err(ServiceError::BadInput { detail: "a chunk came before the first start".into() });
                }
                (None, _) => {
                    return Err(ServiceError::BadInput {
                        detail: "a message holds neither a start nor a chunk".into(),
                    });
                }
            }
        }
        if let Some(whole) = arriving {
            self.analyze(whole).await;
        }
        while self.running.join_next().await.is_some() {}
        Ok(())
    }

    fn begin(&self, start: v1::PictureStart) -> Arriving {
        let v1::PictureStart { key, options } = start;
        let state = read_options(options.unwrap_or_default()).map(|options| (options, self.service.intake.begin(0)));
        Arriving { key, state }
    }

    /// Waits for a place, and while it waits no more is read: the transport's flow control holds the caller.
    async fn analyze(&mut self, whole: Arriving) {
        let Arriving { key, state } = whole;
        let deadline = Instant::now() + self.service.longest;
        let begun = match state {
            Ok((options, gathering)) => {
                let job = Job { picture: gathering.finish(), options, deadline, asker: self.asker.clone() };
                self.service.local.engine().submit_waiting(job).await
            }
            Err(error) => Err(error),
        };
        let results = self.results.clone();
        self.running.spawn(async move {
            let outcome = match begun {
                Ok(events) => report(events).await,
                Err(error) => Err(error),
            };
            let _ = results.send(Ok(answer(key, outcome))).await;
        });
    }
}

impl Arriving {
    fn push(&mut self, chunk: &[u8]) {
        let refused = match &mut self.state {
            Ok((_, gathering)) => gathering.push(chunk).err(),
            Err(_) => None,
        };
        if let Some(error) = refused {
            self.state = Err(error);
        }
    }
}

async fn report(mut events: Events) -> Result<Report, ServiceError> {
    while let Some(event) = events.next().await {
        if let Event::Report(report) = event? {
            return Ok(*report);
        }
    }
    Err(ServiceError::Cancelled)
}

fn answer(key: String, outcome: Result<Report, ServiceError>) -> v1::AnalyzeManyResponse {
    let outcome = match outcome {
        Ok(report) => Outcome::Report(report.into()),
        Err(error) => Outcome::Failure(v1::Failure { code: error.code().to_string(), message: error.sentence() }),
    };
    v1::AnalyzeManyResponse { key, outcome: Some(outcome) }
}
