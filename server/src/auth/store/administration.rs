//! Accounts as administrators find and change them.

use proto::auth_v1::AccountOrder;
use sqlx::AnyConnection;

use super::accounts::{Account, COLUMNS, account, names_key};
use crate::auth::LocalAuth;

/// The fields that an administrator may change, as they shall be.
pub struct Administered<'a> {
    pub id: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
    pub email_key: String,
    pub username: Option<&'a str>,
    pub username_key: Option<String>,
    pub role: &'a str,
    pub blocked_at_ms: Option<i64>,
    pub confirmed_at_ms: Option<i64>,
}

const FOUND: &str =
    "(names_key LIKE $1 ESCAPE '\\' OR email_key LIKE $1 ESCAPE '\\' OR username_key LIKE $1 ESCAPE '\\')";

impl LocalAuth {
    /// A page of the accounts that hold these words, and how many there are in all.
    pub(in crate::auth) async fn search_accounts(
        &self,
        words: &str,
        order: AccountOrder,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<Account>, u64), sqlx::Error> {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let pattern = format!("%{escaped}%");
        let by = match order {
            AccountOrder::Newest | AccountOrder::Unspecified => "created_at_ms DESC, id",
            AccountOrder::Name => "names_key, id",
            AccountOrder::Email => "email_key",
        };
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE {FOUND} ORDER BY {by} LIMIT $2 OFFSET $3");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(pattern.as_str())
            .bind(i64::from(limit))
            .bind(i64::from(offset))
            .fetch_all(self.0.database.pool())
            .await?;
        let sql = format!("SELECT COUNT(*) FROM accounts WHERE {FOUND}");
        let total: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(pattern.as_str())
            .fetch_one(self.0.database.pool())
            .await?;
        let accounts = rows.iter().map(account).collect::<Result<_, _>>()?;
        Ok((accounts, u64::try_from(total).unwrap_or(0)))
    }
}

/// Has whoever changes who administers wait for each other, until their transaction ends: each then counts what the one before
/// has left.
pub async fn one_after_another(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE audit_head SET number = number WHERE id = 1").execute(connection).await?;
    Ok(())
}

pub async fn is_administrator(connection: &mut AnyConnection, id: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM accounts WHERE id = $1 AND role = 'administrator' AND blocked_at_ms IS NULL",
    )
    .bind(id)
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Whether there is an administrator who can log in and whose account stays.
pub async fn has_administrator(connection: &mut AnyConnection) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM accounts WHERE role = 'administrator' AND confirmed_at_ms IS NOT NULL \
         AND blocked_at_ms IS NULL AND delete_at_ms IS NULL",
    )
    .fetch_one(connection)
    .await?;
    Ok(found > 0)
}

/// Changes the account if it is still of that version; returns whether it was.
pub async fn change(connection: &mut AnyConnection, version: i64, new: &Administered<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE accounts SET first_name = $3, last_name = $4, email = $5, email_key = $6, username = $7, \
         username_key = $8, role = $9, blocked_at_ms = $10, confirmed_at_ms = $11, names_key = $12, version = version + 1 \
         WHERE id = $1 AND version = $2",
    )
    .bind(new.id)
    .bind(version)
    .bind(new.first_name)
    .bind(new.last_name)
    .bind(new.email)
    .bind(new.email_key.as_str())
    .bind(new.username)
    .bind(new.username_key.as_deref())
    .bind(new.role)
    .bind(new.blocked_at_ms)
    .bind(new.confirmed_at_ms)
    .bind(names_key(new.first_name, new.last_name))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}
