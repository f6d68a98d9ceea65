//! The gRPC door of the vision service: messages are taken apart, the engine is asked, its events become messages.

use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::stream::BoxStream;
use proto::v1;
use proto::v1::analyze_request::Part;
use proto::v1::analyze_response::Event as WireEvent;
use proto::v1::vision_service_server::VisionService;
use tonic::{Request, Response, Status, Streaming};
use tracing::Instrument as _;
use vision_core::limits::MAX_CHUNK_BYTES;
use vision_core::pipeline::Options;

use super::local::Local;
use super::{Asker, Event, Events, Intake, Job, Picture, many, timeout};
use crate::service::ServiceError;
use crate::vision::status::from_caller;

/// What a message may hold besides a chunk: names of fields, options.
const MESSAGE_OVERHEAD_BYTES: usize = 64 * 1024;

/// The longest message that is taken in.
pub const MAX_REQUEST_BYTES: usize = MAX_CHUNK_BYTES + MESSAGE_OVERHEAD_BYTES;

/// The longest message that is given out: a report with thousands of findings stays far below it.
pub const MAX_RESPONSE_BYTES: usize = 16 << 20;

#[derive(Clone)]
pub struct Service {
    pub(super) local: Local,
    pub(super) intake: Intake,
    pub(super) longest: Duration,
}

impl Service {
    pub fn new(local: Local, intake: Intake, longest: Duration) -> Self {
        Self { local, intake, longest }
    }

    async fn begin(
        &self,
        mut messages: Streaming<v1::AnalyzeRequest>,
        deadline: Instant,
        asker: Asker,
    ) -> Result<Events, Status> {
        let receiving = receive(&self.intake, &mut messages);
        let (options, picture) = tokio::time::timeout_at(deadline.into(), receiving)
            .await
            .map_err(|_elapsed| ServiceError::DeadlineExceeded)??;
        Ok(self.local.engine().submit(Job { picture, options, deadline, asker })?)
    }
}

#[tonic::async_trait]
impl VisionService for Service {
    type AnalyzeStream = BoxStream<'static, Result<v1::AnalyzeResponse, Status>>;
    type AnalyzeManyStream = BoxStream<'static, Result<v1::AnalyzeManyResponse, Status>>;

    /// Answers before the picture has arrived, so that errors of receiving and of reading come the same way.
    async fn analyze(
        &self,
        request: Request<Streaming<v1::AnalyzeRequest>>,
    ) -> Result<Response<Self::AnalyzeStream>, Status> {
        let deadline = timeout::deadline(request.metadata(), self.longest);
        let asker = Asker::of_call(request.metadata(), request.remote_addr());
        let (service, messages) = (self.clone(), request.into_inner());
        // The answer is read outside of the call's span; the lines of the work belong to it all the same.
        let begun = async move { service.begin(messages, deadline, asker).await }.in_current_span();
        let events = futures::stream::once(begun);
        Ok(Response::new(events.flat_map(responses).boxed()))
    }

    async fn analyze_many(
        &self,
        request: Request<Streaming<v1::AnalyzeManyRequest>>,
    ) -> Result<Response<Self::AnalyzeManyStream>, Status> {
        // The deadline of the call is the caller's; the service's own limit holds for each picture.
        let granted = timeout::deadline(request.metadata(), many::LONGEST_CALL);
        let asker = Asker::of_call(request.metadata(), request.remote_addr());
        Ok(Response::new(many::answers(self.clone(), request.into_inner(), granted, asker)))
    }

    async fn list_models(
        &self,
        _request: Request<v1::ListModelsRequest>,
    ) -> Result<Response<v1::ListModelsResponse>, Status> {
        let models = self.local.engine().models().into_iter().map(Into::into).collect();
        Ok(Response::new(v1::ListModelsResponse { models }))
    }
}

async fn receive(
    intake: &Intake,
    messages: &mut Streaming<v1::AnalyzeRequest>,
) -> Result<(Options, Picture), ServiceError> {
    let mut gathering = intake.begin(0);
    let mut options = None;
    while let Some(message) = messages.message().await.map_err(from_caller)? {
        match message.part {
            Some(Part::Options(wire)) if options.is_none() && gathering.is_empty() => {
                options = Some(read_options(wire)?);
            }
            Some(Part::Options(_)) => {
                return Err(ServiceError::BadInput { detail: "the options come once, before the first chunk".into() });
            }
            Some(Part::Chunk(chunk)) => gathering.push(&chunk)?,
            None => {
                return Err(ServiceError::BadInput { detail: "a message holds neither options nor a chunk".into() });
            }
        }
    }
    Ok((options.unwrap_or_default(), gathering.finish()))
}

/// # Errors
/// [`ServiceError::BadInput`] for a value that this version does not know.
pub(super) fn read_options(wire: v1::AnalyzeOptions) -> Result<Options, ServiceError> {
    wire.try_into().map_err(|error: proto::WireError| ServiceError::BadInput { detail: error.to_string() })
}

fn responses(events: Result<Events, Status>) -> BoxStream<'static, Result<v1::AnalyzeResponse, Status>> {
    match events {
        Ok(events) => events.map(|event| Ok(response(event?))).boxed(),
        Err(status) => futures::stream::once(async { Err(status) }).boxed(),
    }
}

fn response(event: Event) -> v1::AnalyzeResponse {
    let event = match event {
        Event::Stage(stage) => WireEvent::Stage((*stage).into()),
        Event::Report(report) => WireEvent::Report((*report).into()),
    };
    v1::AnalyzeResponse { event: Some(event) }
}
