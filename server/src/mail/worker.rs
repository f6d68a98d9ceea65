//! Sends what waits in the outbox.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::Mailbox;

use super::outbox::{Outbox, Waiting};
use super::post::{self, Post, PostError};
use crate::service::Moment;

/// How often the outbox is looked at when nobody says that a mail has arrived: for those whose next attempt has come.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// How long a mail that was sent stays known.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

pub struct Worker {
    outbox: Outbox,
    post: Arc<dyn Post>,
    from: Mailbox,
}

impl Worker {
    pub fn new(outbox: Outbox, post: Arc<dyn Post>, from: Mailbox) -> Self {
        Self { outbox, post, from }
    }

    /// Works until the future is dropped.
    pub async fn run(self) {
        loop {
            match self.send_all().await {
                Ok(()) => {}
                Err(error) => tracing::error!(error.cause = %error, "the outbox cannot be read"),
            }
            self.outbox.wait(LOOK_EVERY).await;
        }
    }

    async fn send_all(&self) -> Result<(), sqlx::Error> {
        while let Some(mail) = self.outbox.claim().await? {
            match self.send(&mail).await {
                Ok(()) => {
                    metrics::counter!("iia_mails_total", "outcome" => "sent").increment(1);
                    self.outbox.sent(&mail).await?;
                }
                Err(error) => {
                    metrics::counter!("iia_mails_total", "outcome" => "failed").increment(1);
                    let cause = error.source().map_or(error.to_string(), |source| format!("{error}: {source}"));
                    tracing::warn!(error.cause = cause, mail.id, mail.attempts, "a mail was not sent");
                    self.outbox.failed(&mail, &cause).await?;
                }
            }
        }
        for id in self.outbox.forget_before(Moment::now().before(KEPT).0).await? {
            if let Err(error) = self.post.forget(&id).await {
                tracing::warn!(error.cause = %error, mail.id = id, "a mail could not be removed");
            }
        }
        Ok(())
    }

    async fn send(&self, mail: &Waiting) -> Result<(), PostError> {
        self.post.send(&mail.id, post::message(mail, &self.from)?).await
    }
}
