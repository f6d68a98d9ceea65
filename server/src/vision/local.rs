//! Vision in this process.

use std::sync::Arc;

use futures::future::BoxFuture;

use super::engine::Engine;
use super::{Events, Job, ModelInfo, Vision};
use crate::service::ServiceError;

/// The engine of this process behind the seam.
#[derive(Clone)]
pub struct Local {
    engine: Arc<Engine>,
}

impl Local {
    pub fn new(engine: Engine) -> Self {
        Self { engine: Arc::new(engine) }
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl Vision for Local {
    fn analyze(&self, job: Job) -> BoxFuture<'_, Result<Events, ServiceError>> {
        Box::pin(async move { self.engine.submit(job) })
    }

    fn models(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, ServiceError>> {
        Box::pin(async move { Ok(self.engine.models()) })
    }

    fn ready(&self) -> BoxFuture<'_, Result<(), ServiceError>> {
        Box::pin(async { Ok(()) })
    }
}
