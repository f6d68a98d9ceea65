//! Links in mails, and tickets of logins that wait for a code: made, taken once.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

/// What a link or a ticket is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Confirm,
    ResetPassword,
    ChangeEmail,
    /// No link in a mail: stands for the first step of a login.
    SecondStep,
}

impl Purpose {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::ResetPassword => "reset_password",
            Self::ChangeEmail => "change_email",
            Self::SecondStep => "second_step",
        }
    }
}

/// What a link leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Led {
    pub account_id: String,
    pub detail: Option<String>,
}

/// Makes a link in the place of an earlier one for the same.
pub async fn insert(
    connection: &mut AnyConnection,
    hash: &str,
    account_id: &str,
    purpose: Purpose,
    detail: Option<&str>,
    (now_ms, expires_at_ms): (i64, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM links WHERE account_id = $1 AND purpose = $2")
        .bind(account_id)
        .bind(purpose.as_str())
        .execute(&mut *connection)
        .await?;
    add(connection, hash, account_id, (purpose, detail), (now_ms, expires_at_ms)).await
}

/// Makes a link beside earlier ones for the same.
pub async fn add(
    connection: &mut AnyConnection,
    hash: &str,
    account_id: &str,
    (purpose, detail): (Purpose, Option<&str>),
    (now_ms, expires_at_ms): (i64, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO links (hash, account_id, purpose, detail, created_at_ms, expires_at_ms) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash)
    .bind(account_id)
    .bind(purpose.as_str())
    .bind(detail)
    .bind(now_ms)
    .bind(expires_at_ms)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes every link of an account back.
pub async fn delete_all(connection: &mut AnyConnection, account_id: &str) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM links WHERE account_id = $1").bind(account_id).execute(connection).await?;
    Ok(())
}

/// What a link leads to; it goes on working.
pub async fn find(
    connection: &mut AnyConnection,
    hash: &str,
    purpose: Purpose,
    now_ms: i64,
) -> Result<Option<Led>, sqlx::Error> {
    let row =
        sqlx::query("SELECT account_id, detail FROM links WHERE hash = $1 AND purpose = $2 AND expires_at_ms > $3")
            .bind(hash)
            .bind(purpose.as_str())
            .bind(now_ms)
            .fetch_optional(connection)
            .await?;
    row.as_ref().map(led).transpose()
}

/// Takes the link, so that nobody can take it again.
pub async fn take(
    connection: &mut AnyConnection,
    hash: &str,
    purpose: Purpose,
    now_ms: i64,
) -> Result<Option<Led>, sqlx::Error> {
    let row = sqlx::query(
        "DELETE FROM links WHERE hash = $1 AND purpose = $2 AND expires_at_ms > $3 RETURNING account_id, detail",
    )
    .bind(hash)
    .bind(purpose.as_str())
    .bind(now_ms)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(led).transpose()
}

fn led(row: &AnyRow) -> Result<Led, sqlx::Error> {
    Ok(Led { account_id: row.try_get("account_id")?, detail: row.try_get("detail")? })
}
