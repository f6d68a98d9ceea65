//! Second factors and recovery codes as they are stored.

use sqlx::{AnyConnection, Row as _};

use crate::auth::LocalAuth;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondFactorRow {
    /// Encrypted.
    pub secret: String,
    pub since_ms: Option<i64>,
}

impl LocalAuth {
    pub(in crate::auth) async fn second_factor(
        &self,
        account_id: &str,
    ) -> Result<Option<SecondFactorRow>, sqlx::Error> {
        let row = sqlx::query("SELECT secret, since_ms FROM second_factors WHERE account_id = $1")
            .bind(account_id)
            .fetch_optional(self.0.database.pool())
            .await?;
        row.map(|row| Ok(SecondFactorRow { secret: row.try_get("secret")?, since_ms: row.try_get("since_ms")? }))
            .transpose()
    }

    /// Puts a secret in that does not count yet; returns whether it could: not over one that counts.
    pub(in crate::auth) async fn propose_second_factor(
        &self,
        account_id: &str,
        secret: &str,
    ) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO second_factors (account_id, secret, since_ms, last_step) VALUES ($1, $2, NULL, 0) \
             ON CONFLICT (account_id) DO UPDATE SET secret = $2 WHERE second_factors.since_ms IS NULL",
        )
        .bind(account_id)
        .bind(secret)
        .execute(self.0.database.writer())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes the code of a time step; returns whether it was not taken before.
    pub(in crate::auth) async fn take_step(&self, account_id: &str, step: i64) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("UPDATE second_factors SET last_step = $2 WHERE account_id = $1 AND last_step < $2")
            .bind(account_id)
            .bind(step)
            .execute(self.0.database.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Takes a recovery code; returns whether there was one.
    pub(in crate::auth) async fn take_recovery_code(&self, account_id: &str, hash: &str) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1 AND hash = $2")
            .bind(account_id)
            .bind(hash)
            .execute(self.0.database.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }
}

/// Has the second factor count from now on, with these recovery codes; returns whether it did not count before.
pub async fn confirm(
    connection: &mut AnyConnection,
    account_id: &str,
    now_ms: i64,
    hashes: &[String],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE second_factors SET since_ms = $2 WHERE account_id = $1 AND since_ms IS NULL")
        .bind(account_id)
        .bind(now_ms)
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for hash in hashes {
        sqlx::query("INSERT INTO recovery_codes (hash, account_id) VALUES ($1, $2)")
            .bind(hash)
            .bind(account_id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

pub async fn delete(connection: &mut AnyConnection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM second_factors WHERE account_id = $1").bind(account_id).execute(&mut *connection).await?;
    sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1").bind(account_id).execute(connection).await?;
    Ok(())
}
