//! The vision service: who analyses a picture for the doors, in this process or in another one.

pub mod asker;
pub mod current;
pub mod engine;
pub mod grpc;
pub mod intake;
pub mod local;
pub mod many;
pub mod remote;
pub mod run;
pub mod start;
pub mod status;
pub mod timeout;
pub mod tls;

use std::time::Instant;

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use vision_core::Report;
use vision_core::pipeline::Options;
use vision_core::stage::Stage;

pub use asker::Asker;
pub use intake::{Intake, Picture};
pub use proto::convert::models::ModelInfo;

use crate::service::ServiceError;

/// One picture to be analysed.
#[derive(Debug)]
pub struct Job {
    pub picture: Picture,
    pub options: Options,
    /// The work stops when it has passed.
    pub deadline: Instant,
    /// For whom; different ones take turns.
    pub asker: Asker,
}

/// What is heard of a running analysis; the report is the last that is heard.
#[derive(Clone, Debug)]
pub enum Event {
    Stage(Box<Stage>),
    Report(Box<Report>),
}

/// Dropping it cancels the analysis. It ends after the report or after an error.
pub type Events = BoxStream<'static, Result<Event, ServiceError>>;

/// The seam between the doors and the inference: the same code in this process ([`local::Local`]) or over gRPC in
/// another ([`remote::Remote`]).
pub trait Vision: Send + Sync {
    /// Begins an analysis.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`] at once when all places are taken; everything else may also come as the last event.
    fn analyze(&self, job: Job) -> BoxFuture<'_, Result<Events, ServiceError>>;

    /// The models of the manifest, and which of them are loaded.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when the other process does not answer.
    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, ServiceError>>;

    /// Whether an analysis could begin now.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when the other process does not answer.
    fn ready(&self) -> BoxFuture<'_, Result<(), ServiceError>>;
}
