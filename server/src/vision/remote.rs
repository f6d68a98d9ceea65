//! Vision in another process, over gRPC.

use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt as _;
use futures::future::BoxFuture;
use proto::v1;
use proto::v1::analyze_request::Part;
use proto::v1::analyze_response::Event as WireEvent;
use proto::v1::vision_service_client::VisionServiceClient;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Streaming};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use vision_core::limits::MAX_CHUNK_BYTES;

use super::grpc::MAX_RESPONSE_BYTES;
use super::status::from_status;
use super::{Event, Events, Job, ModelInfo, Picture, Vision};
use crate::service::ServiceError;

/// How long the other process has to take a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long it has for small questions.
const QUESTION_TIMEOUT: Duration = Duration::from_secs(3);

/// How often a silent connection is tried, so that a cut cable is noticed while an analysis runs.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

pub struct Remote {
    channel: Channel,
}

impl Remote {
    /// Connects when first needed and again whenever the connection is lost, so the two may start in any order.
    pub fn new(endpoint: Endpoint) -> Self {
        let endpoint = endpoint
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .tcp_nodelay(true);
        Self { channel: endpoint.connect_lazy() }
    }

    fn client(&self) -> VisionServiceClient<Channel> {
        VisionServiceClient::new(self.channel.clone()).max_decoding_message_size(MAX_RESPONSE_BYTES)
    }

    async fn begin(&self, job: Job) -> Result<Events, ServiceError> {
        let Job { picture, options, deadline, asker } = job;
        let mut request = Request::new(futures::stream::iter(messages(options.into(), picture.bytes().clone())));
        asker.tell(request.metadata_mut());
        request.set_timeout(deadline.saturating_duration_since(Instant::now()));
        let calling = async { self.client().analyze(request).await };
        let response = tokio::time::timeout_at(deadline.into(), calling)
            .await
            .map_err(|_elapsed| ServiceError::DeadlineExceeded)?
            .map_err(from_status)?;
        Ok(Answering { messages: response.into_inner(), deadline, _picture: picture, ended: false }.into_events())
    }
}

impl Vision for Remote {
    fn analyze(&self, job: Job) -> BoxFuture<'_, Result<Events, ServiceError>> {
        Box::pin(self.begin(job))
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, ServiceError>> {
        Box::pin(async {
            let mut request = Request::new(v1::ListModelsRequest {});
            request.set_timeout(QUESTION_TIMEOUT);
            let response = self.client().list_models(request).await.map_err(from_status)?;
            let models = response.into_inner().models.into_iter().map(ModelInfo::try_from);
            models.collect::<Result<_, _>>().map_err(ServiceError::internal)
        })
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), ServiceError>> {
        Box::pin(async {
            let mut request = Request::new(HealthCheckRequest { service: String::new() });
            request.set_timeout(QUESTION_TIMEOUT);
            let response = HealthClient::new(self.channel.clone()).check(request).await.map_err(from_status)?;
            match response.into_inner().status() {
                ServingStatus::Serving => Ok(()),
                status => Err(ServiceError::unavailable(format!("the vision service says {}", status.as_str_name()))),
            }
        })
    }
}

/// The options, then the picture in chunks that share its memory.
fn messages(options: v1::AnalyzeOptions, picture: Bytes) -> impl Iterator<Item = v1::AnalyzeRequest> + Send + 'static {
    let starts = (0..picture.len()).step_by(MAX_CHUNK_BYTES);
    let chunks = starts.map(move |start| picture.slice(start..picture.len().min(start + MAX_CHUNK_BYTES)));
    std::iter::once(Part::Options(options))
        .chain(chunks.map(Part::Chunk))
        .map(|part| v1::AnalyzeRequest { part: Some(part) })
}

/// An analysis that runs over there.
struct Answering {
    messages: Streaming<v1::AnalyzeResponse>,
    deadline: Instant,
    /// Its share of the memory budget is held until the analysis ends.
    _picture: Picture,
    ended: bool,
}

impl Answering {
    fn into_events(self) -> Events {
        futures::stream::unfold(self, |mut answering| async {
            if answering.ended {
                return None;
            }
            let event = answering.next().await;
            answering.ended = !matches!(event, Ok(Event::Stage(_)));
            Some((event, answering))
        })
        .boxed()
    }

    async fn next(&mut self) -> Result<Event, ServiceError> {
        let message = tokio::time::timeout_at(self.deadline.into(), self.messages.message())
            .await
            .map_err(|_elapsed| ServiceError::DeadlineExceeded)?
            .map_err(from_status)?;
        match message.and_then(|message| message.event) {
            Some(WireEvent::Stage(stage)) => stage
                .try_into()
                .map(|stage| Event::Stage(Box::new(stage)))
                .map_err(|error: proto::WireError| ServiceError::internal(error)),
            Some(WireEvent::Report(report)) => report
                .try_into()
                .map(|report| Event::Report(Box::new(report)))
                .map_err(|error: proto::WireError| ServiceError::internal(error)),
            None => Err(ServiceError::unavailable("the vision service ended without a report")),
        }
    }
}
