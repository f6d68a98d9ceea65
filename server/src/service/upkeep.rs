//! What goes by itself with time: results past their keeping, and counts that mean nothing any more.

use std::time::Duration;

use super::{Moment, Service, ServiceError};
use crate::gateway::visitor::COOKIE_AGE;

/// How often the house is swept.
const EVERY: Duration = Duration::from_secs(3600);

impl Service {
    /// Sweeps until the future is dropped.
    pub async fn keep_house(self) {
        loop {
            if let Err(error) = self.sweep(Moment::now()).await {
                tracing::error!(error.cause = error.causes(), "old results could not be removed");
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// # Errors
    /// When the database or the folder of pictures fails.
    pub async fn sweep(&self, now: Moment) -> Result<(), ServiceError> {
        let pictures = self.store.delete_analyses_before(now.0 - ms(self.rules.keep_results)).await?;
        for id in pictures {
            self.store.pictures.remove(id).await.map_err(ServiceError::internal)?;
        }
        self.store.delete_counts(now.0 - ms(COOKIE_AGE), now.0 - self.rules.quota.window_ms).await?;
        Ok(())
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
