//! How the server's own work went the last time.

use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::Store;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobRow {
    pub name: String,
    pub started_ms: i64,
    pub ended_ms: Option<i64>,
    pub done: i64,
    pub failure: Option<String>,
}

impl Store {
    /// # Errors
    /// When the database fails.
    pub async fn begin_job(&self, name: &str, now_ms: i64) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO jobs (name, started_ms, done) VALUES ($1, $2, 0) ON CONFLICT (name) DO UPDATE SET \
             started_ms = $2, ended_ms = NULL, done = 0, failure = NULL",
        )
        .bind(name)
        .bind(now_ms)
        .execute(self.database.writer())
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn end_job(&self, name: &str, now_ms: i64, done: i64, failure: Option<&str>) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE jobs SET ended_ms = $2, done = $3, failure = $4 WHERE name = $1")
            .bind(name)
            .bind(now_ms)
            .bind(done)
            .bind(failure)
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self) -> Result<Vec<JobRow>, sqlx::Error> {
        let rows = sqlx::query("SELECT name, started_ms, ended_ms, done, failure FROM jobs ORDER BY name")
            .fetch_all(self.database.pool())
            .await?;
        let job = |row: &AnyRow| {
            Ok(JobRow {
                name: row.try_get("name")?,
                started_ms: row.try_get("started_ms")?,
                ended_ms: row.try_get("ended_ms")?,
                done: row.try_get("done")?,
                failure: row.try_get("failure")?,
            })
        };
        rows.iter().map(job).collect()
    }
}
