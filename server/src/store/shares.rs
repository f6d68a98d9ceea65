//! Links by which an analysis can be seen without an account.

use uuid::Uuid;

use super::Store;
use super::analyses::{StoredAnalysis, stored};

impl Store {
    /// # Errors
    /// When the database fails.
    pub async fn insert_share(&self, hash: &str, analysis: Uuid, expires_at_ms: i64) -> Result<(), sqlx::Error> {
        sqlx::query("INSERT INTO shares (hash, analysis_id, expires_at_ms) VALUES ($1, $2, $3)")
            .bind(hash)
            .bind(analysis.to_string())
            .bind(expires_at_ms)
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn shared_analysis(&self, hash: &str, now_ms: i64) -> Result<Option<StoredAnalysis>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT analyses.id, created_at_ms, title, report, kept FROM shares \
             JOIN analyses ON analyses.id = analysis_id WHERE hash = $1 AND expires_at_ms > $2",
        )
        .bind(hash)
        .bind(now_ms)
        .fetch_optional(self.database.pool())
        .await?;
        row.as_ref().map(stored).transpose()
    }

    /// # Errors
    /// When the database fails.
    pub async fn delete_shares(&self, analysis: Uuid) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM shares WHERE analysis_id = $1")
            .bind(analysis.to_string())
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn delete_shares_before(&self, expired_before_ms: i64) -> Result<u64, sqlx::Error> {
        let done = sqlx::query("DELETE FROM shares WHERE expires_at_ms < $1")
            .bind(expired_before_ms)
            .execute(self.database.writer())
            .await?;
        Ok(done.rows_affected())
    }
}
