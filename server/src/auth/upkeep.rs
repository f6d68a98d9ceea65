//! What goes by itself with time, and what other processes have done.

use std::time::Duration;

use super::store::accounts;
use super::{AuthError, LocalAuth};
use crate::service::Moment;

/// How soon a session that was ended elsewhere (another gateway, the command line) is known here.
const LISTEN_EVERY: Duration = Duration::from_secs(5);

const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// How long sessions and links stay after their end: the owner of a stolen token must still be found.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long an account waits for its address to be confirmed, beyond which only a link that still works lets it wait: its owner may
/// ask for one at any time, and an administrator may correct the address. Afterwards nobody else's user name stands in the way of
/// anybody.
const UNCONFIRMED_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

const THROTTLES_KEPT: Duration = Duration::from_secs(24 * 3600);

impl LocalAuth {
    /// Learns which sessions have ended of which there may be access tokens still: before the first request is answered, for a
    /// token's signature alone would be believed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn learn_of_ended(&self) -> Result<(), sqlx::Error> {
        let since = Moment::now().before(super::tokens::LIVES * 2);
        self.0.ended.add(self.ended_since(since.0).await?);
        Ok(())
    }

    /// Works until the future is dropped.
    pub async fn keep_house(self) {
        let mut since = Moment::now().before(super::tokens::LIVES * 2);
        let mut swept: Option<Moment> = None;
        loop {
            let now = Moment::now();
            // An overlap, because clocks of several machines differ a little.
            match self.ended_since(since.before(LISTEN_EVERY * 2).0).await {
                Ok(ended) if ended.is_empty() => since = now,
                Ok(ended) => {
                    self.0.ended.add(ended);
                    since = now;
                }
                Err(error) => tracing::error!(error.cause = %error, "it is not known which sessions have ended"),
            }
            if swept.is_none_or(|swept| swept.after(SWEEP_EVERY) <= now) {
                swept = Some(now);
                if let Err(error) = self.sweep(now).await {
                    let _ = error.failure();
                }
            }
            tokio::time::sleep(LISTEN_EVERY).await;
        }
    }

    async fn sweep(&self, now: Moment) -> Result<(), AuthError> {
        self.delete_old_sessions(now.before(KEPT).0).await?;
        self.delete_throttles(now.before(THROTTLES_KEPT).0, now.0).await?;
        self.forget_unconfirmed(now.before(UNCONFIRMED_KEPT).0, now.0).await
    }

    /// Deletes the accounts that nobody has ever logged in to or will, and what they were sent. Each by itself, so that none waits
    /// for another.
    async fn forget_unconfirmed(&self, before_ms: i64, now_ms: i64) -> Result<(), AuthError> {
        loop {
            let round = self.unconfirmed_accounts(before_ms, now_ms).await?;
            for id in &round {
                let mut transaction = self.0.database.begin().await?;
                // Held before it is looked at again: a link may have been made in between.
                let Some(account) = accounts::hold(&mut transaction, id).await? else { continue };
                if accounts::delete_unconfirmed(&mut transaction, id, before_ms, now_ms).await? {
                    self.0.outbox.forget(&mut transaction, id, &account.email).await?;
                    transaction.commit().await?;
                    self.0.outbox.wake();
                }
            }
            if round.len() < accounts::AT_A_TIME {
                return Ok(());
            }
        }
    }
}
