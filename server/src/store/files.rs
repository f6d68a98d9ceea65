//! What is known of files that people have uploaded.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::Store;
use super::analyses::id;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// UUID and extension.
    pub name: String,
    pub account: Uuid,
    pub format: String,
    pub bytes: i64,
    pub sha256: String,
    pub published: bool,
    pub created_at_ms: i64,
}

/// Bytes of the pictures that an owner has kept with analyses, as an expression of `$1`. The condition is that of the index.
const KEPT_BYTES: &str =
    "CAST((SELECT COALESCE(SUM(kept), 0) FROM analyses WHERE owner_id = $1 AND kept > 0) AS BIGINT)";

impl Store {
    /// How many bytes an owner's files and kept pictures have together.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn bytes_kept(&self, owner: Uuid) -> Result<i64, sqlx::Error> {
        let sql = format!("SELECT COALESCE((SELECT bytes FROM storage WHERE account_id = $1), 0) + {KEPT_BYTES}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(owner.to_string()).fetch_one(self.database.pool()).await
    }

    /// Whether there was room for it: all files and kept pictures of an account together have at most `limit_bytes`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_file(&self, file: &StoredFile, limit_bytes: i64) -> Result<bool, sqlx::Error> {
        let StoredFile { name, account, format, bytes, sha256, published, created_at_ms } = file;
        let mut transaction = self.database.begin().await?;
        sqlx::query("INSERT INTO storage (account_id, bytes) VALUES ($1, 0) ON CONFLICT (account_id) DO NOTHING")
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        let sql =
            format!("UPDATE storage SET bytes = bytes + $2 WHERE account_id = $1 AND bytes + $2 + {KEPT_BYTES} <= $3");
        let taken = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(account.to_string())
            .bind(bytes)
            .bind(limit_bytes)
            .execute(&mut *transaction)
            .await?;
        if taken.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO files (name, account_id, format, bytes, sha256, published, created_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(name.as_str())
        .bind(account.to_string())
        .bind(format.as_str())
        .bind(bytes)
        .bind(sha256.as_str())
        .bind(i64::from(*published))
        .bind(created_at_ms)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// # Errors
    /// When the database fails.
    pub async fn file(&self, name: &str) -> Result<Option<StoredFile>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT name, account_id, format, bytes, sha256, published, created_at_ms FROM files WHERE name = $1",
        )
        .bind(name)
        .fetch_optional(self.database.pool())
        .await?;
        row.as_ref().map(stored).transpose()
    }

    /// The newest first, from before `before` on; those of one millisecond stay together, beyond the limit too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn files_of(&self, account: Uuid, before_ms: i64, limit: u32) -> Result<Vec<StoredFile>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT name, account_id, format, bytes, sha256, published, created_at_ms FROM files \
             WHERE account_id = $1 AND created_at_ms < $2 AND created_at_ms >= COALESCE( \
               (SELECT created_at_ms FROM files WHERE account_id = $1 AND created_at_ms < $2 \
                ORDER BY created_at_ms DESC LIMIT 1 OFFSET $3), $4) \
             ORDER BY created_at_ms DESC, name",
        )
        .bind(account.to_string())
        .bind(before_ms)
        .bind(i64::from(limit.saturating_sub(1)))
        .bind(i64::MIN)
        .fetch_all(self.database.pool())
        .await?;
        rows.iter().map(stored).collect()
    }

    /// Whether there was one to publish or hide.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn publish_file(&self, name: &str, account: Uuid, published: bool) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("UPDATE files SET published = $3 WHERE name = $1 AND account_id = $2")
            .bind(name)
            .bind(account.to_string())
            .bind(i64::from(published))
            .execute(self.database.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Whether there was one to delete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_file(&self, name: &str, account: Uuid) -> Result<bool, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        let bytes: Option<i64> =
            sqlx::query_scalar("DELETE FROM files WHERE name = $1 AND account_id = $2 RETURNING bytes")
                .bind(name)
                .bind(account.to_string())
                .fetch_optional(&mut *transaction)
                .await?;
        sqlx::query("UPDATE storage SET bytes = bytes - $2 WHERE account_id = $1")
            .bind(account.to_string())
            .bind(bytes.unwrap_or(0))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(bytes.is_some())
    }

    /// Deletes everything that is known of an account's files and returns their names.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_files_of(&self, account: Uuid) -> Result<Vec<String>, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        let names = sqlx::query_scalar("DELETE FROM files WHERE account_id = $1 RETURNING name")
            .bind(account.to_string())
            .fetch_all(&mut *transaction)
            .await?;
        sqlx::query("DELETE FROM storage WHERE account_id = $1")
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(names)
    }
}

fn stored(row: &AnyRow) -> Result<StoredFile, sqlx::Error> {
    Ok(StoredFile {
        name: row.try_get("name")?,
        account: id(row.try_get("account_id")?)?,
        format: row.try_get("format")?,
        bytes: row.try_get("bytes")?,
        sha256: row.try_get("sha256")?,
        published: row.try_get::<i64, _>("published")? != 0,
        created_at_ms: row.try_get("created_at_ms")?,
    })
}
