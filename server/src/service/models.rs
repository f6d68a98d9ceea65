//! Which models there are, and which of them read pictures now.

use super::{Service, ServiceError};
use crate::vision::ModelInfo;

impl Service {
    /// # Errors
    /// When the vision service does not answer.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ServiceError> {
        self.vision.models().await
    }
}
