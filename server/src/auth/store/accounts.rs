//! Accounts as they are stored.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use crate::auth::LocalAuth;

/// A row.
#[derive(Clone)]
pub struct Account {
    pub id: String,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub username: Option<String>,
    pub password_hash: String,
    pub role: String,
    pub language: String,
    pub time_zone: String,
    pub default_tasks: String,
    pub keep_pictures: bool,
    pub created_at_ms: i64,
    pub confirmed_at_ms: Option<i64>,
    pub blocked_at_ms: Option<i64>,
    pub delete_at_ms: Option<i64>,
    pub version: i64,
    /// Whether the second factor is asked for.
    pub second_factor: bool,
}

/// What somebody who registers brings.
#[derive(Clone)]
pub struct NewAccount<'a> {
    pub id: &'a str,
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub email: &'a str,
    pub email_key: &'a str,
    pub username: Option<&'a str>,
    pub username_key: Option<&'a str>,
    pub password_hash: &'a str,
    pub role: &'a str,
    pub language: &'a str,
    pub now_ms: i64,
}

/// The fields that may be changed, as they shall be.
#[derive(Clone)]
pub struct AccountChange<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub username: Option<&'a str>,
    pub username_key: Option<&'a str>,
    pub language: &'a str,
    pub time_zone: &'a str,
    pub default_tasks: &'a str,
    pub keep_pictures: bool,
}

pub(super) const COLUMNS: &str = "id, first_name, last_name, email, username, password_hash, role, language, time_zone, \
     default_tasks, keep_pictures, created_at_ms, confirmed_at_ms, blocked_at_ms, delete_at_ms, version, \
     (SELECT COUNT(*) FROM second_factors WHERE account_id = accounts.id AND since_ms IS NOT NULL) AS second_factor";

/// Accounts that go in one round.
pub(in crate::auth) const AT_A_TIME: usize = 100;

/// Made before `$1`, never confirmed, and without a link that works at `$2`.
const FORGOTTEN: &str = "confirmed_at_ms IS NULL AND created_at_ms < $1 \
     AND NOT EXISTS (SELECT 1 FROM links WHERE account_id = accounts.id AND expires_at_ms > $2)";

impl LocalAuth {
    pub(in crate::auth) async fn account(&self, id: &str) -> Result<Option<Account>, sqlx::Error> {
        self.account_where("id = $1", id).await
    }

    pub(in crate::auth) async fn account_by_email(&self, email_key: &str) -> Result<Option<Account>, sqlx::Error> {
        self.account_where("email_key = $1", email_key).await
    }

    /// By address or user name: the one has an `@`, the other never.
    pub(in crate::auth) async fn account_by_login(&self, login_key: &str) -> Result<Option<Account>, sqlx::Error> {
        let condition = if login_key.contains('@') { "email_key = $1" } else { "username_key = $1" };
        self.account_where(condition, login_key).await
    }

    async fn account_where(&self, condition: &'static str, value: &str) -> Result<Option<Account>, sqlx::Error> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE {condition}");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(value).fetch_optional(self.0.database.pool()).await?;
        row.as_ref().map(account).transpose()
    }

    pub(in crate::auth) async fn username_is_taken(&self, username_key: &str) -> Result<bool, sqlx::Error> {
        let found: Option<i64> = sqlx::query_scalar("SELECT created_at_ms FROM accounts WHERE username_key = $1")
            .bind(username_key)
            .fetch_optional(self.0.database.pool())
            .await?;
        Ok(found.is_some())
    }

    /// Another hash of the same password; not over that of another one, which its owner may have chosen meanwhile.
    pub(in crate::auth) async fn renew_password_hash(&self, old: &Account, hash: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE accounts SET password_hash = $3, version = version + 1 WHERE id = $1 AND password_hash = $2",
        )
        .bind(old.id.as_str())
        .bind(old.password_hash.as_str())
        .bind(hash)
        .execute(self.0.database.writer())
        .await?;
        Ok(())
    }

    /// Changes the account if it is still of that version; returns whether it was.
    pub(in crate::auth) async fn change_account_fields(
        &self,
        id: &str,
        version: i64,
        change: &AccountChange<'_>,
    ) -> Result<bool, sqlx::Error> {
        let AccountChange {
            first_name,
            last_name,
            username,
            username_key,
            language,
            time_zone,
            default_tasks,
            keep_pictures,
        } = *change;
        let done = sqlx::query(
            "UPDATE accounts SET first_name = $3, last_name = $4, username = $5, username_key = $6, language = $7, \
             time_zone = $8, default_tasks = $9, keep_pictures = $10, names_key = $11, version = version + 1 \
             WHERE id = $1 AND version = $2",
        )
        .bind(id)
        .bind(version)
        .bind(first_name)
        .bind(last_name)
        .bind(username)
        .bind(username_key)
        .bind(language)
        .bind(time_zone)
        .bind(default_tasks)
        .bind(i64::from(keep_pictures))
        .bind(names_key(first_name, last_name))
        .execute(self.0.database.writer())
        .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Accounts that were made before and never confirmed, and that no link leads to any more; a hundred at a time.
    pub(in crate::auth) async fn unconfirmed_accounts(
        &self,
        before_ms: i64,
        now_ms: i64,
    ) -> Result<Vec<String>, sqlx::Error> {
        let sql = format!("SELECT id FROM accounts WHERE {FORGOTTEN} LIMIT {AT_A_TIME}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(before_ms)
            .bind(now_ms)
            .fetch_all(self.0.database.pool())
            .await
    }

    pub(in crate::auth) async fn due_accounts(&self, now_ms: i64) -> Result<Vec<String>, sqlx::Error> {
        let sql = format!("SELECT id FROM accounts WHERE delete_at_ms <= $1 LIMIT {AT_A_TIME}");
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(now_ms).fetch_all(self.0.database.pool()).await
    }
}

/// The account as it is now, and as it stays until the transaction ends: others who hold it or change it wait.
///
/// Whoever changes an account and what belongs to it takes its row first, then links and sessions, then mails; whoever appends to
/// the audit log takes the log's head before all of them. Two who went opposite ways would wait for each other.
pub async fn hold(connection: &mut AnyConnection, id: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query("UPDATE accounts SET version = version WHERE id = $1").bind(id).execute(&mut *connection).await?;
    find(connection, id).await
}

/// Deletes an account that is held, if it is still one of [`LocalAuth::unconfirmed_accounts`]; returns whether it was.
pub async fn delete_unconfirmed(
    connection: &mut AnyConnection,
    id: &str,
    before_ms: i64,
    now_ms: i64,
) -> Result<bool, sqlx::Error> {
    let sql = format!("DELETE FROM accounts WHERE {FORGOTTEN} AND id = $3");
    let done = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before_ms).bind(now_ms).bind(id).execute(connection).await?;
    Ok(done.rows_affected() > 0)
}

/// When the account goes; none: it stays.
pub async fn set_delete_at(connection: &mut AnyConnection, id: &str, at_ms: Option<i64>) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET delete_at_ms = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

/// Deletes the account, and with it its sessions, keys, links and devices; returns whether it was due.
pub async fn delete_due(connection: &mut AnyConnection, id: &str, now_ms: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query("DELETE FROM accounts WHERE id = $1 AND delete_at_ms <= $2")
        .bind(id)
        .bind(now_ms)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes the place of an account of the same address that was never confirmed. Returns whether the account stands: not
/// where the address belongs to somebody who has confirmed it.
pub async fn insert(connection: &mut AnyConnection, new: &NewAccount<'_>) -> Result<bool, sqlx::Error> {
    if insert_beside_others(&mut *connection, new).await? {
        return Ok(true);
    }
    Ok(take_place(&mut *connection, new.id, new.email_key).await? && insert_beside_others(connection, new).await?)
}

/// Deletes another account of that address that was never confirmed; returns whether there was one.
pub async fn take_place(connection: &mut AnyConnection, id: &str, email_key: &str) -> Result<bool, sqlx::Error> {
    let sql = "DELETE FROM accounts WHERE email_key = $1 AND confirmed_at_ms IS NULL AND id <> $2 RETURNING id";
    let gone: Option<String> =
        sqlx::query_scalar(sql).bind(email_key).bind(id).fetch_optional(&mut *connection).await?;
    let Some(gone) = gone else { return Ok(false) };
    // What the other was sent is about this one now.
    sqlx::query("UPDATE outbox SET account_id = $2 WHERE account_id = $1")
        .bind(gone)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(true)
}

async fn insert_beside_others(connection: &mut AnyConnection, new: &NewAccount<'_>) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "INSERT INTO accounts (id, first_name, last_name, email, email_key, username, username_key, password_hash, \
         role, language, time_zone, default_tasks, keep_pictures, created_at_ms, names_key, version) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'UTC', '', 0, $11, $12, 1) ON CONFLICT DO NOTHING",
    )
    .bind(new.id)
    .bind(new.first_name)
    .bind(new.last_name)
    .bind(new.email)
    .bind(new.email_key)
    .bind(new.username)
    .bind(new.username_key)
    .bind(new.password_hash)
    .bind(new.role)
    .bind(new.language)
    .bind(new.now_ms)
    .bind(names_key(new.first_name, new.last_name))
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Whether there was one to confirm.
pub async fn confirm(connection: &mut AnyConnection, id: &str, now_ms: i64) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE accounts SET confirmed_at_ms = $2, version = version + 1 WHERE id = $1 AND confirmed_at_ms IS NULL",
    )
    .bind(id)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub async fn set_password_hash(connection: &mut AnyConnection, id: &str, hash: &str) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE accounts SET password_hash = $2, version = version + 1 WHERE id = $1")
        .bind(id)
        .bind(hash)
        .execute(connection)
        .await?;
    Ok(())
}

/// Whether the address could be given: not where another account has it.
pub async fn set_email(
    connection: &mut AnyConnection,
    id: &str,
    email: &str,
    email_key: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query(
        "UPDATE accounts SET email = $2, email_key = $3, version = version + 1 WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM accounts AS other WHERE other.email_key = $3 AND other.id <> $1)",
    )
    .bind(id)
    .bind(email)
    .bind(email_key)
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub async fn find(connection: &mut AnyConnection, id: &str) -> Result<Option<Account>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(connection).await?;
    row.as_ref().map(account).transpose()
}

pub(super) fn names_key(first_name: &str, last_name: &str) -> String {
    format!("{first_name} {last_name}").to_lowercase()
}

pub(super) fn account(row: &AnyRow) -> Result<Account, sqlx::Error> {
    Ok(Account {
        id: row.try_get("id")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        email: row.try_get("email")?,
        username: row.try_get("username")?,
        password_hash: row.try_get("password_hash")?,
        role: row.try_get("role")?,
        language: row.try_get("language")?,
        time_zone: row.try_get("time_zone")?,
        default_tasks: row.try_get("default_tasks")?,
        keep_pictures: row.try_get::<i64, _>("keep_pictures")? != 0,
        created_at_ms: row.try_get("created_at_ms")?,
        confirmed_at_ms: row.try_get("confirmed_at_ms")?,
        blocked_at_ms: row.try_get("blocked_at_ms")?,
        delete_at_ms: row.try_get("delete_at_ms")?,
        version: row.try_get("version")?,
        second_factor: row.try_get::<i64, _>("second_factor")? != 0,
    })
}
