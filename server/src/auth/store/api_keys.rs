//! API keys: stored as a hash, found by it.

use sqlx::Row as _;

use crate::auth::LocalAuth;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: String,
    pub name: String,
    pub hint: String,
    /// Names of scopes with spaces between them.
    pub scopes: String,
    pub created_at_ms: i64,
    pub last_used_ms: Option<i64>,
    pub expires_at_ms: Option<i64>,
}

/// What a key that is valid stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOwner {
    pub key_id: String,
    pub account_id: String,
    pub role: String,
    pub scopes: String,
    pub last_used_ms: Option<i64>,
    pub expires_at_ms: Option<i64>,
}

impl LocalAuth {
    pub(in crate::auth) async fn insert_api_key(
        &self,
        account_id: &str,
        hash: &str,
        key: &ApiKey,
    ) -> Result<(), sqlx::Error> {
        let ApiKey { id, name, hint, scopes, created_at_ms, last_used_ms, expires_at_ms } = key;
        sqlx::query(
            "INSERT INTO api_keys (id, account_id, name, hash, hint, scopes, created_at_ms, last_used_ms, expires_at_ms) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(id)
        .bind(account_id)
        .bind(name)
        .bind(hash)
        .bind(hint)
        .bind(scopes)
        .bind(created_at_ms)
        .bind(*last_used_ms)
        .bind(*expires_at_ms)
        .execute(self.0.database.writer())
        .await?;
        Ok(())
    }

    pub(in crate::auth) async fn api_keys_of(&self, account_id: &str) -> Result<Vec<ApiKey>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT id, name, hint, scopes, created_at_ms, last_used_ms, expires_at_ms FROM api_keys \
             WHERE account_id = $1 ORDER BY id",
        )
        .bind(account_id)
        .fetch_all(self.0.database.pool())
        .await?;
        let key = |row: &sqlx::any::AnyRow| {
            Ok(ApiKey {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                hint: row.try_get("hint")?,
                scopes: row.try_get("scopes")?,
                created_at_ms: row.try_get("created_at_ms")?,
                last_used_ms: row.try_get("last_used_ms")?,
                expires_at_ms: row.try_get("expires_at_ms")?,
            })
        };
        rows.iter().map(key).collect()
    }

    /// Whether there was one to delete.
    pub(in crate::auth) async fn delete_api_key(&self, account_id: &str, id: &str) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("DELETE FROM api_keys WHERE id = $1 AND account_id = $2")
            .bind(id)
            .bind(account_id)
            .execute(self.0.database.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    pub(in crate::auth) async fn key_owner(&self, hash: &str, now_ms: i64) -> Result<Option<KeyOwner>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT api_keys.id, account_id, role, scopes, last_used_ms, expires_at_ms FROM api_keys \
             JOIN accounts ON accounts.id = account_id \
             WHERE hash = $1 AND blocked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > $2)",
        )
        .bind(hash)
        .bind(now_ms)
        .fetch_optional(self.0.database.pool())
        .await?;
        let owner = |row: sqlx::any::AnyRow| {
            Ok(KeyOwner {
                key_id: row.try_get("id")?,
                account_id: row.try_get("account_id")?,
                role: row.try_get("role")?,
                scopes: row.try_get("scopes")?,
                last_used_ms: row.try_get("last_used_ms")?,
                expires_at_ms: row.try_get("expires_at_ms")?,
            })
        };
        row.map(owner).transpose()
    }

    pub(in crate::auth) async fn touch_api_key(&self, id: &str, now_ms: i64) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE api_keys SET last_used_ms = $2 WHERE id = $1")
            .bind(id)
            .bind(now_ms)
            .execute(self.0.database.writer())
            .await?;
        Ok(())
    }
}
