//! Counts of attempts.

use sqlx::AnyConnection;

use crate::auth::LocalAuth;

impl LocalAuth {
    /// Counts one more attempt, or tells until when to wait. `wait_ms` says how long to wait after so many failures.
    pub(in crate::auth) async fn count_attempt(
        &self,
        hash: &str,
        (now_ms, forgotten_before_ms): (i64, i64),
        wait_ms: impl Fn(i64) -> i64,
    ) -> Result<Option<i64>, sqlx::Error> {
        let mut transaction = self.0.database.begin().await?;
        sqlx::query(
            "INSERT INTO throttles (hash, failures, blocked_until_ms, last_failure_ms) VALUES ($1, 0, 0, $2) \
             ON CONFLICT (hash) DO NOTHING",
        )
        .bind(hash)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        let failures: Option<i64> = sqlx::query_scalar(
            "UPDATE throttles SET last_failure_ms = $2, \
             failures = CASE WHEN last_failure_ms < $3 THEN 1 ELSE failures + 1 END \
             WHERE hash = $1 AND blocked_until_ms <= $2 RETURNING failures",
        )
        .bind(hash)
        .bind(now_ms)
        .bind(forgotten_before_ms)
        .fetch_optional(&mut *transaction)
        .await?;
        let blocked = match failures {
            Some(failures) => {
                // Nothing to wait for is no moment at all: one who asks at the same time may have looked at the clock before.
                let wait_ms = wait_ms(failures);
                let until_ms = if wait_ms > 0 { now_ms + wait_ms } else { 0 };
                sqlx::query("UPDATE throttles SET blocked_until_ms = $2 WHERE hash = $1")
                    .bind(hash)
                    .bind(until_ms)
                    .execute(&mut *transaction)
                    .await?;
                None
            }
            None => {
                let until: i64 = sqlx::query_scalar("SELECT blocked_until_ms FROM throttles WHERE hash = $1")
                    .bind(hash)
                    .fetch_one(&mut *transaction)
                    .await?;
                Some(until)
            }
        };
        transaction.commit().await?;
        Ok(blocked)
    }

    /// Counts one more attempt by each hash where none is to be waited for after it, as is so of nearly all, in one statement;
    /// returns the hashes by which it was counted. Beside each hash stands how many attempts are free.
    pub(in crate::auth) async fn count_free_attempts(
        &self,
        counts: &[(&str, i64)],
        (now_ms, forgotten_before_ms): (i64, i64),
    ) -> Result<Vec<String>, sqlx::Error> {
        let places = || (3..).step_by(2).take(counts.len()).map(|hash| (hash, hash + 1));
        let rows: Vec<String> = places().map(|(hash, _)| format!("(${hash}, 1, 0, $1)")).collect();
        let free: Vec<String> = places().map(|(hash, free)| format!("WHEN ${hash} THEN ${free}")).collect();
        let sql = format!(
            "INSERT INTO throttles (hash, failures, blocked_until_ms, last_failure_ms) VALUES {} \
             ON CONFLICT (hash) DO UPDATE SET last_failure_ms = $1, blocked_until_ms = 0, \
             failures = CASE WHEN throttles.last_failure_ms < $2 THEN 1 ELSE throttles.failures + 1 END \
             WHERE throttles.blocked_until_ms <= $1 AND (throttles.last_failure_ms < $2 \
             OR throttles.failures + 1 < CASE throttles.hash {} END) RETURNING hash",
            rows.join(", "),
            free.join(" "),
        );
        let asked = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(now_ms).bind(forgotten_before_ms);
        let asked = counts.iter().fold(asked, |asked, &(hash, free)| asked.bind(hash.to_owned()).bind(free));
        asked.fetch_all(self.0.database.writer()).await
    }

    pub(in crate::auth) async fn delete_throttles(&self, before_ms: i64, now_ms: i64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM throttles WHERE last_failure_ms < $1 AND blocked_until_ms < $2")
            .bind(before_ms)
            .bind(now_ms)
            .execute(self.0.database.writer())
            .await?;
        Ok(())
    }
}

pub async fn clear(connection: &mut AnyConnection, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM throttles WHERE hash = $1").bind(hash).execute(connection).await?;
    Ok(())
}

/// Takes one attempt off.
pub async fn uncount(connection: &mut AnyConnection, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE throttles SET failures = failures - 1, blocked_until_ms = 0 WHERE hash = $1 AND failures > 0")
        .bind(hash)
        .execute(connection)
        .await?;
    Ok(())
}
