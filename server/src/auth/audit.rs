//! The audit log: who did what to whom, appended and never changed, each entry chained to the one before it by a keyed hash.
//!
//! Whoever can write to the database but does not have the server's key cannot change an entry, take one out or put one in
//! unseen. That the last ones were cut off shows by the number of the last entry, which `iia admin audit verify` prints.

use proto::auth_v1::{Audit, AuditEntry, ListAudit, RecordAudit};
use sqlx::{AnyConnection, Row as _};

pub use super::audited::{Told, told};
use super::{AuthError, LocalAuth};
use crate::service::Moment;
use crate::store::Database;
use crate::store::key::ServerKey;

/// The actor of what is done on the machine itself.
pub const TERMINAL: &str = "terminal";

const LONGEST_PAGE: u32 = 100;

/// Entries that are checked at a time.
const CHECKED: i64 = 1000;

/// What an entry says.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub actor: &'a str,
    pub action: &'a str,
    pub target: &'a str,
    pub old: &'a str,
    pub new: &'a str,
}

/// Appends an entry as a part of the transaction that it tells of.
///
/// # Errors
/// When the database fails.
pub async fn append(connection: &mut AnyConnection, key: &ServerKey, entry: Entry<'_>) -> Result<(), sqlx::Error> {
    let at_ms = Moment::now().0;
    // Locks the row: entries are written one after another.
    let head = sqlx::query("UPDATE audit_head SET number = number + 1 WHERE id = 1 RETURNING number, hash")
        .fetch_one(&mut *connection)
        .await?;
    let (number, before): (i64, String) = (head.try_get("number")?, head.try_get("hash")?);
    let hash = chained(key, &before, number, at_ms, &entry);
    let Entry { actor, action, target, old, new } = entry;
    sqlx::query(
        "INSERT INTO audit (number, at_ms, actor, action, target, old, new, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(number)
    .bind(at_ms)
    .bind(actor)
    .bind(action)
    .bind(target)
    .bind(old)
    .bind(new)
    .bind(hash.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE id = 1").bind(hash).execute(connection).await?;
    Ok(())
}

/// What a check of the whole log finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// So many entries, the last of which has this hash.
    Whole { entries: i64, hash: String },
    /// The first entry that is not as it was written.
    Broken { number: i64 },
}

/// Checks every entry.
///
/// # Errors
/// When the database fails.
pub async fn verify(database: &Database, key: &ServerKey) -> Result<Verdict, sqlx::Error> {
    let (mut number, mut hash) = (0, String::new());
    loop {
        let rows = sqlx::query(
            "SELECT number, at_ms, actor, action, target, old, new, hash FROM audit WHERE number > $1 ORDER BY number LIMIT $2",
        )
        .bind(number)
        .bind(CHECKED)
        .fetch_all(database.pool())
        .await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let text = |name: &str| row.try_get::<String, _>(name);
            let (actor, action, target, old, new) =
                (text("actor")?, text("action")?, text("target")?, text("old")?, text("new")?);
            let entry = Entry { actor: &actor, action: &action, target: &target, old: &old, new: &new };
            let (found, at_ms): (i64, i64) = (row.try_get("number")?, row.try_get("at_ms")?);
            let expected = chained(key, &hash, found, at_ms, &entry);
            if found != number + 1 || text("hash")? != expected {
                return Ok(Verdict::Broken { number: number + 1 });
            }
            (number, hash) = (found, expected);
        }
    }
    let head = sqlx::query("SELECT number, hash FROM audit_head WHERE id = 1").fetch_optional(database.pool()).await?;
    let head: Option<(i64, String)> =
        head.map(|row| Ok::<_, sqlx::Error>((row.try_get("number")?, row.try_get("hash")?))).transpose()?;
    if head != Some((number, hash.clone())) {
        return Ok(Verdict::Broken { number: number + 1 });
    }
    Ok(Verdict::Whole { entries: number, hash })
}

/// Every field with its length before it, so that no two entries are hashed alike.
fn chained(key: &ServerKey, before: &str, number: i64, at_ms: i64, entry: &Entry<'_>) -> String {
    let Entry { actor, action, target, old, new } = *entry;
    let (number, at_ms) = (number.to_string(), at_ms.to_string());
    let fields = [before, &number, &at_ms, actor, action, target, old, new];
    let text: String = fields.iter().map(|field| format!("{}:{field}", field.len())).collect();
    hex::encode(key.tag("audit", &text))
}

impl LocalAuth {
    pub(super) async fn record_audit(&self, asked: RecordAudit) -> Result<(), AuthError> {
        let RecordAudit { actor, action, target, old, new } = &asked;
        let mut transaction = self.0.database.begin().await?;
        append(&mut transaction, &self.0.key, Entry { actor, action, target, old, new }).await?;
        Ok(transaction.commit().await?)
    }

    /// The newest first.
    pub(super) async fn list_audit(&self, asked: ListAudit) -> Result<Audit, AuthError> {
        let before = if asked.before > 0 { asked.before } else { i64::MAX };
        let rows = sqlx::query(
            "SELECT number, at_ms, actor, action, target, old, new FROM audit WHERE number < $1 \
             ORDER BY number DESC LIMIT $2",
        )
        .bind(before)
        .bind(i64::from(asked.limit.clamp(1, LONGEST_PAGE)))
        .fetch_all(self.0.database.pool())
        .await?;
        let entry = |row: &sqlx::any::AnyRow| -> Result<AuditEntry, sqlx::Error> {
            Ok(AuditEntry {
                number: row.try_get("number")?,
                at_ms: row.try_get("at_ms")?,
                actor: row.try_get("actor")?,
                action: row.try_get("action")?,
                target: row.try_get("target")?,
                old: row.try_get("old")?,
                new: row.try_get("new")?,
            })
        };
        let entries = rows.iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Audit { entries: self.unsealed_entries(entries).await? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: Entry<'static> = Entry { actor: "a", action: "b", target: "c", old: "{}", new: "{\"role\":\"user\"}" };

    #[tokio::test]
    async fn what_is_changed_or_taken_out_is_seen() {
        let changes: [&'static str; 6] = [
            "UPDATE audit SET new = '{}' WHERE number = 2",
            "UPDATE audit SET actor = 'ab', action = '' WHERE number = 2",
            "DELETE FROM audit WHERE number = 2",
            "DELETE FROM audit WHERE number = 3",
            "UPDATE audit SET at_ms = at_ms + 1 WHERE number = 3",
            "UPDATE audit_head SET number = 2",
        ];
        for change in changes {
            let folder = tempfile::tempdir().expect("a folder for the test");
            let database = Database::open(folder.path(), None).await.expect("a database");
            let key = ServerKey::load(folder.path()).expect("a key");
            for _ in 0..3 {
                let mut transaction = database.begin().await.expect("begun");
                append(&mut transaction, &key, ENTRY).await.expect("appended");
                transaction.commit().await.expect("committed");
            }
            let whole = verify(&database, &key).await.expect("checked");
            assert!(matches!(whole, Verdict::Whole { entries: 3, .. }), "{whole:?}");
            sqlx::query(change).execute(database.pool()).await.expect("changed");
            let broken = verify(&database, &key).await.expect("checked");
            assert!(matches!(broken, Verdict::Broken { .. }), "{change}: {broken:?}");
        }
    }
}
