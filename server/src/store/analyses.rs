//! Reports that were made, each visible to the visitor who asked for it.

use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use super::Store;

/// A row as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnalysis {
    pub id: Uuid,
    pub created_at_ms: i64,
    /// The report as JSON.
    pub report: String,
    pub picture_kept: bool,
}

impl Store {
    /// # Errors
    /// When the database fails.
    pub async fn analysis(&self, id: Uuid, visitor: Uuid) -> Result<Option<StoredAnalysis>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT id, created_at_ms, report, picture_kept FROM analyses WHERE id = $1 AND visitor_id = $2",
        )
        .bind(id.to_string())
        .bind(visitor.to_string())
        .fetch_optional(&self.pool)
        .await?;
        row.as_ref().map(stored).transpose()
    }

    /// The newest first, from before `before` on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(
        &self,
        visitor: Uuid,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<StoredAnalysis>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT id, created_at_ms, report, picture_kept FROM analyses \
             WHERE visitor_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(visitor.to_string())
        .bind(before.unwrap_or(Uuid::max()).to_string())
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        rows.iter().map(stored).collect()
    }

    /// Whether there was one to delete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_analysis(&self, id: Uuid, visitor: Uuid) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("DELETE FROM analyses WHERE id = $1 AND visitor_id = $2")
            .bind(id.to_string())
            .bind(visitor.to_string())
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes what is older, and returns the ids of those whose pictures were kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_analyses_before(&self, created_at_ms: i64) -> Result<Vec<Uuid>, sqlx::Error> {
        let rows = sqlx::query("DELETE FROM analyses WHERE created_at_ms < $1 RETURNING id, picture_kept")
            .bind(created_at_ms)
            .fetch_all(&self.pool)
            .await?;
        let kept = rows.iter().filter(|row| row.try_get("picture_kept").unwrap_or(true));
        kept.map(|row| id(row.try_get("id")?)).collect()
    }
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    visitor: Uuid,
    analysis: &StoredAnalysis,
) -> Result<(), sqlx::Error> {
    let StoredAnalysis { id, created_at_ms, report, picture_kept } = analysis;
    sqlx::query(
        "INSERT INTO analyses (id, visitor_id, created_at_ms, report, picture_kept) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(id.to_string())
    .bind(visitor.to_string())
    .bind(created_at_ms)
    .bind(report.as_str())
    .bind(picture_kept)
    .execute(connection)
    .await?;
    Ok(())
}

fn stored(row: &sqlx::sqlite::SqliteRow) -> Result<StoredAnalysis, sqlx::Error> {
    Ok(StoredAnalysis {
        id: id(row.try_get("id")?)?,
        created_at_ms: row.try_get("created_at_ms")?,
        report: row.try_get("report")?,
        picture_kept: row.try_get("picture_kept")?,
    })
}

fn id(text: &str) -> Result<Uuid, sqlx::Error> {
    Uuid::parse_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}
