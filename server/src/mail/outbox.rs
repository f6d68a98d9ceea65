//! The outbox: mails wait in the database from the transaction that is the reason for them until they are sent, so that a
//! crash in between loses neither.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{AnyConnection, Row as _};
use tokio::sync::Notify;
use uuid::Uuid;

use super::{Address, Letter};
use crate::service::Moment;
use crate::store::Database;

/// How long a mail may be on its way before another worker tries it: a worker that died holds nothing up.
const CLAIM: Duration = Duration::from_secs(120);

/// The first wait after a failure; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(10);
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// After so many attempts, about a day, a mail is given up; an administrator can have it tried again.
const MOST_ATTEMPTS: i64 = 30;

/// A mail that is to be sent.
#[derive(Clone)]
pub struct Waiting {
    pub id: String,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    pub created_at: Moment,
    /// With this one.
    pub attempts: i64,
}

/// A mail as administrators see it: never what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub recipient: String,
    pub created_at_ms: i64,
    pub attempts: i64,
    pub sent_at_ms: Option<i64>,
    pub next_at_ms: Option<i64>,
    pub last_error: Option<String>,
}

#[derive(Clone)]
pub struct Outbox {
    database: Database,
    arrived: Arc<Notify>,
}

impl Outbox {
    pub fn new(database: Database) -> Self {
        Self { database, arrived: Arc::default() }
    }

    /// Puts a letter in, as a part of the transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn put(
        &self,
        connection: &mut AnyConnection,
        to: &Address<'_>,
        letter: &Letter<'_>,
    ) -> Result<(), sqlx::Error> {
        let (written, now) = (letter.written(to), Moment::now());
        sqlx::query(
            "INSERT INTO outbox (id, recipient, subject, body_text, body_html, created_at_ms, attempts, next_at_ms, account_id) \
             VALUES ($1, $2, $3, $4, $5, $6, 0, $6, $7)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(to.email)
        .bind(written.subject)
        .bind(written.text)
        .bind(written.html)
        .bind(now.0)
        .bind(to.account_id)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Says that a transaction with a letter is through.
    pub fn wake(&self) {
        self.arrived.notify_one();
    }

    /// Waits for a letter, or for so long.
    pub(super) async fn wait(&self, longest: Duration) {
        let _ = tokio::time::timeout(longest, self.arrived.notified()).await;
    }

    /// Takes the mail whose turn it is, so that no other worker sends it too.
    pub(super) async fn claim(&self) -> Result<Option<Waiting>, sqlx::Error> {
        let now = Moment::now();
        let row = sqlx::query(
            "UPDATE outbox SET attempts = attempts + 1, next_at_ms = $2 WHERE id = \
             (SELECT id FROM outbox WHERE next_at_ms <= $1 ORDER BY next_at_ms LIMIT 1) AND next_at_ms <= $1 \
             RETURNING id, recipient, subject, body_text, body_html, created_at_ms, attempts",
        )
        .bind(now.0)
        .bind(now.after(CLAIM).0)
        .fetch_optional(self.database.writer())
        .await?;
        let waiting = |row: sqlx::any::AnyRow| {
            Ok(Waiting {
                id: row.try_get("id")?,
                recipient: row.try_get("recipient")?,
                subject: row.try_get("subject")?,
                text: row.try_get("body_text")?,
                html: row.try_get("body_html")?,
                created_at: Moment(row.try_get("created_at_ms")?),
                attempts: row.try_get("attempts")?,
            })
        };
        row.map(waiting).transpose()
    }

    /// The mail is sent; what it said, which may hold a link, is forgotten.
    pub(super) async fn sent(&self, mail: &Waiting) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE outbox SET sent_at_ms = $2, next_at_ms = NULL, last_error = NULL, body_text = '', body_html = '' \
             WHERE id = $1",
        )
        .bind(&mail.id)
        .bind(Moment::now().0)
        .execute(self.database.writer())
        .await?;
        Ok(())
    }

    /// The mail could not be sent; it is tried again later, or given up.
    pub(super) async fn failed(&self, mail: &Waiting, cause: &str) -> Result<(), sqlx::Error> {
        let next = (mail.attempts < MOST_ATTEMPTS).then(|| Moment::now().after(wait(mail.attempts)).0);
        sqlx::query("UPDATE outbox SET next_at_ms = $2, last_error = $3 WHERE id = $1")
            .bind(&mail.id)
            .bind(next)
            .bind(cause)
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// The newest first; only those that are not sent, if `waiting`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, waiting: bool, limit: u32) -> Result<Vec<Listed>, sqlx::Error> {
        let sql = if waiting {
            "SELECT id, recipient, created_at_ms, attempts, sent_at_ms, next_at_ms, last_error FROM outbox \
             WHERE sent_at_ms IS NULL ORDER BY id DESC LIMIT $1"
        } else {
            "SELECT id, recipient, created_at_ms, attempts, sent_at_ms, next_at_ms, last_error FROM outbox \
             ORDER BY id DESC LIMIT $1"
        };
        let rows = sqlx::query(sql).bind(i64::from(limit)).fetch_all(self.database.pool()).await?;
        let listed = |row: &sqlx::any::AnyRow| {
            Ok(Listed {
                id: row.try_get("id")?,
                recipient: row.try_get("recipient")?,
                created_at_ms: row.try_get("created_at_ms")?,
                attempts: row.try_get("attempts")?,
                sent_at_ms: row.try_get("sent_at_ms")?,
                next_at_ms: row.try_get("next_at_ms")?,
                last_error: row.try_get("last_error")?,
            })
        };
        rows.iter().map(listed).collect()
    }

    /// Has a mail tried again now; returns whether there is one that is not sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn retry(&self, connection: &mut AnyConnection, id: &str) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("UPDATE outbox SET next_at_ms = $2, attempts = 0 WHERE id = $1 AND sent_at_ms IS NULL")
            .bind(id)
            .bind(Moment::now().0)
            .execute(connection)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes everything out that is about an account, whichever address it went or shall go to, as a part of the transaction; the
    /// worker then removes what lies where mails go. `recipient` is the account's address now: mails of an earlier version have
    /// nothing else that tells whose they are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(
        &self,
        connection: &mut AnyConnection,
        account_id: &str,
        recipient: &str,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE outbox SET recipient = '', subject = '', body_text = '', body_html = '', last_error = NULL, \
             next_at_ms = NULL, sent_at_ms = 0 WHERE account_id = $1 OR (account_id IS NULL AND recipient = $2)",
        )
        .bind(account_id)
        .bind(recipient)
        .execute(connection)
        .await?;
        Ok(())
    }

    /// Forgets mails that were sent long ago, and returns their ids.
    pub(super) async fn forget_before(&self, sent_before_ms: i64) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar("DELETE FROM outbox WHERE sent_at_ms < $1 RETURNING id")
            .bind(sent_before_ms)
            .fetch_all(self.database.writer())
            .await
    }
}

fn wait(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or(0).min(16);
    (FIRST_WAIT * 2u32.pow(doublings)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        assert_eq!([1, 2, 3, 10, 30].map(|attempts| wait(attempts).as_secs()), [10, 20, 40, 3600, 3600]);
    }
}
