//! What administrators look at and set: counts of networks, limits of accounts, analyses of everybody.

use sqlx::Row as _;
use uuid::Uuid;

use super::Store;
use super::analyses::id;

/// A network's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    pub hash: String,
    pub used: i64,
    pub total: i64,
    pub window_started_ms: i64,
}

/// Whose an analysis is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRow {
    pub id: Uuid,
    pub owner: Uuid,
    pub created_at_ms: i64,
    pub picture_kept: bool,
}

impl Store {
    /// # Errors
    /// When the database fails.
    pub async fn network_counts(&self, limit: u32) -> Result<Vec<NetworkRow>, sqlx::Error> {
        let rows =
            sqlx::query("SELECT hash, used, total, window_started_ms FROM networks ORDER BY total DESC, hash LIMIT $1")
                .bind(i64::from(limit))
                .fetch_all(self.database.pool())
                .await?;
        let row = |row: &sqlx::any::AnyRow| {
            Ok(NetworkRow {
                hash: row.try_get("hash")?,
                used: row.try_get("used")?,
                total: row.try_get("total")?,
                window_started_ms: row.try_get("window_started_ms")?,
            })
        };
        rows.iter().map(row).collect()
    }

    /// Has a network's counts begin anew, and returns what they were; what is held now stays held.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_network(&self, hash: &str) -> Result<Option<(i64, i64)>, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        // The row is locked before it is read, so that what is told is what was reset.
        sqlx::query("UPDATE networks SET window_started_ms = window_started_ms WHERE hash = $1")
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        let row = sqlx::query("SELECT used, total FROM networks WHERE hash = $1")
            .bind(hash)
            .fetch_optional(&mut *transaction)
            .await?;
        let counts = row.map(|row| Ok::<_, sqlx::Error>((row.try_get("used")?, row.try_get("total")?))).transpose()?;
        sqlx::query("UPDATE networks SET used = 0, total = 0 WHERE hash = $1")
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(counts)
    }

    /// # Errors
    /// When the database fails.
    pub async fn account_limit(&self, account: Uuid) -> Result<Option<u32>, sqlx::Error> {
        let limit: Option<i64> =
            sqlx::query_scalar("SELECT analyses_per_hour FROM account_limits WHERE account_id = $1")
                .bind(account.to_string())
                .fetch_optional(self.database.pool())
                .await?;
        Ok(limit.map(|limit| u32::try_from(limit).unwrap_or(u32::MAX)))
    }

    /// # Errors
    /// When the database fails.
    pub async fn set_account_limit(&self, account: Uuid, limit: Option<u32>) -> Result<(), sqlx::Error> {
        match limit {
            Some(limit) => {
                sqlx::query(
                    "INSERT INTO account_limits (account_id, analyses_per_hour) VALUES ($1, $2) \
                     ON CONFLICT (account_id) DO UPDATE SET analyses_per_hour = $2",
                )
                .bind(account.to_string())
                .bind(i64::from(limit))
                .execute(self.database.writer())
                .await?;
            }
            None => {
                sqlx::query("DELETE FROM account_limits WHERE account_id = $1")
                    .bind(account.to_string())
                    .execute(self.database.writer())
                    .await?;
            }
        }
        Ok(())
    }

    /// The newest first, of one owner or of all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_analyses(
        &self,
        owner: Option<Uuid>,
        before: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<FoundRow>, sqlx::Error> {
        let before = before.unwrap_or(Uuid::max()).to_string();
        let limit = i64::from(limit);
        let rows =
            match owner {
                Some(owner) => {
                    sqlx::query(
                        "SELECT id, owner_id, created_at_ms, kept FROM analyses WHERE id < $1 AND owner_id = $3 \
                     ORDER BY id DESC LIMIT $2",
                    )
                    .bind(before)
                    .bind(limit)
                    .bind(owner.to_string())
                    .fetch_all(self.database.pool())
                    .await?
                }
                None => sqlx::query(
                    "SELECT id, owner_id, created_at_ms, kept FROM analyses WHERE id < $1 ORDER BY id DESC LIMIT $2",
                )
                .bind(before)
                .bind(limit)
                .fetch_all(self.database.pool())
                .await?,
            };
        let row = |row: &sqlx::any::AnyRow| {
            Ok(FoundRow {
                id: id(row.try_get("id")?)?,
                owner: id(row.try_get("owner_id")?)?,
                created_at_ms: row.try_get("created_at_ms")?,
                picture_kept: row.try_get::<i64, _>("kept")? != 0,
            })
        };
        rows.iter().map(row).collect()
    }

    /// Deletes an analysis of anybody and returns whose it was.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_any_analysis(&self, analysis: Uuid) -> Result<Option<String>, sqlx::Error> {
        sqlx::query_scalar("DELETE FROM analyses WHERE id = $1 RETURNING owner_id")
            .bind(analysis.to_string())
            .fetch_optional(self.database.writer())
            .await
    }
}
