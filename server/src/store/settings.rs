//! The row of what administrators have set.

use sqlx::{AnyConnection, Row as _};

use super::Database;

/// The version and the JSON of what was chosen.
///
/// # Errors
/// When the database fails.
pub async fn read(database: &Database) -> Result<(i64, String), sqlx::Error> {
    let row = sqlx::query("SELECT version, chosen FROM settings WHERE id = 1").fetch_one(database.pool()).await?;
    Ok((row.try_get("version")?, row.try_get("chosen")?))
}

/// Writes the next version if this one is still the last; returns whether it was.
///
/// # Errors
/// When the database fails.
pub async fn write(connection: &mut AnyConnection, version: i64, chosen: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("UPDATE settings SET chosen = $2, version = version + 1 WHERE id = 1 AND version = $1")
        .bind(version)
        .bind(chosen)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}
