//! Sessions, their refresh tokens, and the devices that an account knows.

use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::auth::LocalAuth;
use crate::auth::sessions::{LONGEST_OF_BROWSER, LONGEST_OF_PROGRAM};

/// A row, with the role of its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub account_id: String,
    pub role: String,
    pub device: String,
    pub place: String,
    pub is_cookie: bool,
    /// Whether the second factor was given when it began.
    pub second_factor: bool,
    pub created_at_ms: i64,
    pub last_used_ms: i64,
    pub expires_at_ms: i64,
}

/// A session that begins.
#[derive(Clone, Debug)]
pub struct NewSession<'a> {
    pub id: &'a str,
    pub account_id: &'a str,
    pub cookie_hash: Option<&'a str>,
    pub second_factor: bool,
    pub device: &'a str,
    pub place: &'a str,
    pub now_ms: i64,
    pub expires_at_ms: i64,
}

/// Sessions that somebody can still use, with what is known of their accounts.
const ALIVE: &str = "SELECT sessions.id, account_id, role, device, place, cookie_hash, sessions.created_at_ms, \
     last_used_ms, expires_at_ms, second_factor FROM sessions JOIN accounts ON accounts.id = account_id \
     WHERE ended_at_ms IS NULL AND blocked_at_ms IS NULL AND expires_at_ms > $2";

impl LocalAuth {
    pub(in crate::auth) async fn session_by_cookie(
        &self,
        cookie_hash: &str,
        now_ms: i64,
    ) -> Result<Option<Session>, sqlx::Error> {
        let sql = format!("{ALIVE} AND cookie_hash = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(cookie_hash).bind(now_ms);
        query.fetch_optional(self.0.database.pool()).await?.as_ref().map(session).transpose()
    }

    pub(in crate::auth) async fn session_by_id(&self, id: &str, now_ms: i64) -> Result<Option<Session>, sqlx::Error> {
        let mut connection = self.0.database.pool().acquire().await?;
        alive(&mut connection, id, now_ms).await
    }

    pub(in crate::auth) async fn sessions_of(
        &self,
        account_id: &str,
        now_ms: i64,
    ) -> Result<Vec<Session>, sqlx::Error> {
        let sql = format!("{ALIVE} AND account_id = $1 ORDER BY last_used_ms DESC");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(account_id).bind(now_ms);
        query.fetch_all(self.0.database.pool()).await?.iter().map(session).collect()
    }

    pub(in crate::auth) async fn touch_session(
        &self,
        id: &str,
        now_ms: i64,
        expires_at_ms: i64,
    ) -> Result<(), sqlx::Error> {
        let mut connection = self.0.database.writer().acquire().await?;
        touch(&mut connection, id, now_ms, expires_at_ms).await
    }

    /// Whether there was one to end.
    pub(in crate::auth) async fn end_one(&self, account_id: &str, id: &str, now_ms: i64) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "UPDATE sessions SET ended_at_ms = $3 WHERE id = $1 AND account_id = $2 AND ended_at_ms IS NULL",
        )
        .bind(id)
        .bind(account_id)
        .bind(now_ms)
        .execute(self.0.database.writer())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    pub(in crate::auth) async fn set_password_given(
        &self,
        account_id: &str,
        id: &str,
        now_ms: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE sessions SET password_at_ms = $3 WHERE id = $1 AND account_id = $2")
            .bind(id)
            .bind(account_id)
            .bind(now_ms)
            .execute(self.0.database.writer())
            .await?;
        Ok(())
    }

    /// When the password of a session was given last; None where there is no such session (any more).
    pub(in crate::auth) async fn password_given(&self, account_id: &str, id: &str) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT password_at_ms FROM sessions WHERE id = $1 AND account_id = $2 AND ended_at_ms IS NULL",
        )
        .bind(id)
        .bind(account_id)
        .fetch_optional(self.0.database.pool())
        .await
    }

    /// Sessions that ended since.
    pub(in crate::auth) async fn ended_since(&self, since_ms: i64) -> Result<Vec<String>, sqlx::Error> {
        sqlx::query_scalar("SELECT id FROM sessions WHERE ended_at_ms >= $1")
            .bind(since_ms)
            .fetch_all(self.0.database.pool())
            .await
    }

    pub(in crate::auth) async fn delete_old_sessions(&self, before_ms: i64) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM sessions WHERE expires_at_ms < $1 OR ended_at_ms < $1")
            .bind(before_ms)
            .execute(self.0.database.writer())
            .await?;
        sqlx::query("DELETE FROM links WHERE expires_at_ms < $1")
            .bind(before_ms)
            .execute(self.0.database.writer())
            .await?;
        Ok(())
    }

    pub(in crate::auth) async fn knows_device(&self, device_id: &str, account_id: &str) -> Result<bool, sqlx::Error> {
        let seen: Option<i64> =
            sqlx::query_scalar("SELECT last_seen_ms FROM known_devices WHERE device_id = $1 AND account_id = $2")
                .bind(device_id)
                .bind(account_id)
                .fetch_optional(self.0.database.pool())
                .await?;
        Ok(seen.is_some())
    }
}

/// The session, if it can still be used.
pub async fn alive(connection: &mut AnyConnection, id: &str, now_ms: i64) -> Result<Option<Session>, sqlx::Error> {
    let sql = format!("{ALIVE} AND sessions.id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(now_ms).fetch_optional(connection).await?;
    row.as_ref().map(session).transpose()
}

/// Puts the end of a session off, but not beyond its longest life.
pub async fn touch(
    connection: &mut AnyConnection,
    id: &str,
    now_ms: i64,
    expires_at_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE sessions SET last_used_ms = $2, expires_at_ms = CASE \
         WHEN cookie_hash IS NULL AND created_at_ms + $4 < $3 THEN created_at_ms + $4 \
         WHEN cookie_hash IS NOT NULL AND created_at_ms + $5 < $3 THEN created_at_ms + $5 \
         ELSE $3 END WHERE id = $1",
    )
    .bind(id)
    .bind(now_ms)
    .bind(expires_at_ms)
    .bind(ms(LONGEST_OF_PROGRAM))
    .bind(ms(LONGEST_OF_BROWSER))
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn remember_device(
    connection: &mut AnyConnection,
    device_id: &str,
    account_id: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO known_devices (device_id, account_id, last_seen_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (device_id, account_id) DO UPDATE SET last_seen_ms = $3",
    )
    .bind(device_id)
    .bind(account_id)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

pub async fn insert(connection: &mut AnyConnection, new: &NewSession<'_>) -> Result<(), sqlx::Error> {
    let NewSession { id, account_id, cookie_hash, second_factor, device, place, now_ms, expires_at_ms } = *new;
    sqlx::query(
        "INSERT INTO sessions (id, account_id, cookie_hash, device, place, created_at_ms, last_used_ms, expires_at_ms, \
         second_factor, password_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $6)",
    )
    .bind(id)
    .bind(account_id)
    .bind(cookie_hash)
    .bind(device)
    .bind(place)
    .bind(now_ms)
    .bind(expires_at_ms)
    .bind(i64::from(second_factor))
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends all sessions of the account but one; returns those that ended.
pub async fn end_all(
    connection: &mut AnyConnection,
    account_id: &str,
    but: &str,
    now_ms: i64,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "UPDATE sessions SET ended_at_ms = $3 WHERE account_id = $1 AND id <> $2 AND ended_at_ms IS NULL RETURNING id",
    )
    .bind(account_id)
    .bind(but)
    .bind(now_ms)
    .fetch_all(connection)
    .await
}

pub async fn insert_refresh_token(
    connection: &mut AnyConnection,
    hash: &str,
    session_id: &str,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO refresh_tokens (hash, session_id, created_at_ms) VALUES ($1, $2, $3)")
        .bind(hash)
        .bind(session_id)
        .bind(now_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// What a refresh token turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The last one of its session; it has been replaced now.
    Current {
        session_id: String,
    },
    /// One that was replaced before.
    Replaced {
        session_id: String,
        at_ms: i64,
    },
    Unknown,
}

pub async fn present_refresh_token(
    connection: &mut AnyConnection,
    hash: &str,
    now_ms: i64,
) -> Result<Presented, sqlx::Error> {
    let current: Option<String> = sqlx::query_scalar(
        "UPDATE refresh_tokens SET replaced_at_ms = $2 WHERE hash = $1 AND replaced_at_ms IS NULL RETURNING session_id",
    )
    .bind(hash)
    .bind(now_ms)
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(session_id) = current {
        return Ok(Presented::Current { session_id });
    }
    let row = sqlx::query("SELECT session_id, replaced_at_ms FROM refresh_tokens WHERE hash = $1")
        .bind(hash)
        .fetch_optional(connection)
        .await?;
    match row {
        None => Ok(Presented::Unknown),
        Some(row) => {
            let at_ms: Option<i64> = row.try_get("replaced_at_ms")?;
            Ok(Presented::Replaced { session_id: row.try_get("session_id")?, at_ms: at_ms.unwrap_or(now_ms) })
        }
    }
}

fn session(row: &AnyRow) -> Result<Session, sqlx::Error> {
    Ok(Session {
        id: row.try_get("id")?,
        account_id: row.try_get("account_id")?,
        role: row.try_get("role")?,
        device: row.try_get("device")?,
        place: row.try_get("place")?,
        is_cookie: row.try_get::<Option<String>, _>("cookie_hash")?.is_some(),
        second_factor: row.try_get::<i64, _>("second_factor")? != 0,
        created_at_ms: row.try_get("created_at_ms")?,
        last_used_ms: row.try_get("last_used_ms")?,
        expires_at_ms: row.try_get("expires_at_ms")?,
    })
}
