//! What goes by itself with time: results past their keeping, and counts that mean nothing any more.

use std::time::Duration;

use super::{Moment, Service, ServiceError};
use crate::gateway::visitor::COOKIE_AGE;

/// How often the house is swept.
const EVERY: Duration = Duration::from_secs(3600);

impl Service {
    /// Sweeps until the future is dropped.
    pub async fn keep_house(self) {
        if let Err(error) = self.gather_words().await {
            tracing::error!(error.cause = error.causes(), "earlier results cannot be searched");
        }
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
        self.forget_due_accounts().await?;
        let pictures = self.store.delete_analyses_before(now.0 - ms(self.rules.keep_results)).await?;
        for id in pictures {
            self.store.pictures.remove(&id.to_string()).await.map_err(ServiceError::internal)?;
        }
        self.store.delete_shares_before(now.0).await?;
        self.store.delete_counts(now.0 - ms(COOKIE_AGE), now.0 - self.rules.quota.window_ms).await?;
        Ok(())
    }
}

impl Service {
    /// Deletes everything of the accounts whose time of grace is over; the account itself goes last, so that what was cut off
    /// in between goes on the next time.
    ///
    /// # Errors
    /// When the database, a folder or the auth service fails.
    pub async fn forget_due_accounts(&self) -> Result<(), ServiceError> {
        for account in self.due_accounts().await? {
            for picture in self.store.delete_analyses_of(account).await? {
                self.store.pictures.remove(&picture.to_string()).await.map_err(ServiceError::internal)?;
            }
            for file in self.store.delete_files_of(account).await? {
                self.store.files.remove(&file).await.map_err(ServiceError::internal)?;
            }
            self.store.delete_statistics_of(account).await?;
            self.store.set_account_limit(account, None).await?;
            self.forget_account(account).await?;
            tracing::info!("an account was deleted after its time of grace");
        }
        Ok(())
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
