//! What the audit log holds of people: names and addresses are sealed with a key that goes with their account, for the log is
//! never changed and the account may be deleted.

use std::collections::HashMap;

use proto::auth_v1::{AuditEntry, FieldChange};
use serde_json::{Map, Value, json};
use sqlx::{AnyConnection, Row as _};

use super::{AuthError, LocalAuth, seal};
use crate::store::secret_file::random;

/// Fields that tell who somebody is.
const PERSONAL: [&str; 4] = ["first_name", "last_name", "email", "username"];

/// The name of a value that is sealed, in the place of the value; what is told of one that cannot be opened has the same form.
const SEALED: &str = "sealed";

/// The account is gone, and the key with it.
const GONE: &str = "gone";

/// The account has a key, and the value was not written with it: one of the two was changed, or the server's key was.
const UNREADABLE: &str = "unreadable";

/// Keys by account; None: it has none, or not any more.
type Keys = HashMap<String, Option<[u8; 32]>>;

/// What can be told of a value of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    Text(String),
    Gone,
    Unreadable,
}

/// The fields of what an entry says was, or became.
pub fn told(json: &str) -> Vec<(String, Told)> {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(json) else { return Vec::new() };
    let told = |value: Value| match value.get(SEALED).and_then(Value::as_str).map(|state| state == GONE) {
        Some(true) => Told::Gone,
        Some(false) => Told::Unreadable,
        None => Told::Text(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    };
    fields.into_iter().map(|(field, value)| (field, told(value))).collect()
}

impl LocalAuth {
    /// What an entry says of a change: what was and what became of each field.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn audited(
        &self,
        connection: &mut AnyConnection,
        account_id: &str,
        changes: &[FieldChange],
    ) -> Result<(String, String), AuthError> {
        let is_personal = |change: &FieldChange| PERSONAL.contains(&change.field.as_str());
        let key = match changes.iter().any(is_personal) {
            true => Some(self.make_seal_key(connection, account_id).await?),
            false => None,
        };
        let (mut old, mut new) = (Map::new(), Map::new());
        for change in changes {
            let value = |text: &str| match &key {
                // That there was none tells nothing.
                Some(key) if is_personal(change) && !text.is_empty() => {
                    Ok::<_, AuthError>(json!({ SEALED: seal::seal(key, account_id, text.as_bytes())? }))
                }
                _ => Ok(json!(text)),
            };
            old.insert(change.field.clone(), value(&change.old)?);
            new.insert(change.field.clone(), value(&change.new)?);
        }
        Ok((Value::Object(old).to_string(), Value::Object(new).to_string()))
    }

    /// The entries with what can still be read of them.
    pub(super) async fn unsealed_entries(&self, entries: Vec<AuditEntry>) -> Result<Vec<AuditEntry>, AuthError> {
        let (mut keys, mut shown) = (Keys::new(), Vec::with_capacity(entries.len()));
        for entry in entries {
            let has_sealed = [&entry.old, &entry.new].iter().any(|text| text.contains(SEALED));
            if has_sealed && !keys.contains_key(&entry.target) {
                keys.insert(entry.target.clone(), self.seal_key(&entry.target).await?);
            }
            let key = keys.get(&entry.target).copied().flatten();
            let open = |text: String| if has_sealed { opened(&text, &entry.target, key.as_ref()) } else { text };
            let (old, new) = (open(entry.old), open(entry.new));
            shown.push(AuditEntry { old, new, ..entry });
        }
        Ok(shown)
    }

    async fn make_seal_key(&self, connection: &mut AnyConnection, account_id: &str) -> Result<[u8; 32], AuthError> {
        let fresh = hex::encode(random::<32>().map_err(AuthError::internal)?);
        sqlx::query("INSERT INTO audit_seals (account_id, salt) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING")
            .bind(account_id)
            .bind(fresh)
            .execute(&mut *connection)
            .await?;
        let row = sqlx::query("SELECT salt FROM audit_seals WHERE account_id = $1").bind(account_id);
        let salt: String = row.fetch_one(connection).await?.try_get("salt")?;
        Ok(self.key_of_salt(&salt))
    }

    async fn seal_key(&self, account_id: &str) -> Result<Option<[u8; 32]>, AuthError> {
        let row = sqlx::query("SELECT salt FROM audit_seals WHERE account_id = $1").bind(account_id);
        let row = row.fetch_optional(self.0.database.pool()).await?;
        let salt: Option<String> = row.map(|row| row.try_get("salt")).transpose()?;
        Ok(salt.map(|salt| self.key_of_salt(&salt)))
    }

    fn key_of_salt(&self, salt: &str) -> [u8; 32] {
        self.0.key.tag("audit values", salt)
    }
}

fn opened(text: &str, account_id: &str, key: Option<&[u8; 32]>) -> String {
    let Ok(Value::Object(fields)) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    let open = |value: Value| match value.get(SEALED).and_then(Value::as_str) {
        None => value,
        Some(sealed) => {
            let plain = key.and_then(|key| seal::unseal(key, account_id, sealed));
            match (plain.and_then(|plain| String::from_utf8(plain).ok()), key) {
                (Some(plain), _) => json!(plain),
                (None, None) => json!({ SEALED: GONE }),
                (None, Some(_)) => {
                    tracing::error!(
                        account.id = account_id,
                        "a value of the audit log cannot be read with its account's key"
                    );
                    json!({ SEALED: UNREADABLE })
                }
            }
        }
    };
    let fields: Map<String, Value> = fields.into_iter().map(|(name, value)| (name, open(value))).collect();
    Value::Object(fields).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_opened_while_there_is_a_key_and_the_rest_is_as_it_was() {
        let key = [7; 32];
        let sealed = seal::seal(&key, "a", "Олена".as_bytes()).expect("sealed");
        let text = json!({ "first_name": { SEALED: sealed }, "role": "user" }).to_string();
        assert_eq!(opened(&text, "a", Some(&key)), r#"{"first_name":"Олена","role":"user"}"#);
        let cases = [
            ("a", None, "gone", Told::Gone),
            ("a", Some(&[8; 32]), "unreadable", Told::Unreadable),
            ("b", Some(&key), "unreadable", Told::Unreadable),
        ];
        for (account, key, state, expected) in cases {
            let shown = opened(&text, account, key);
            let value: Value = serde_json::from_str(&shown).expect("JSON");
            assert_eq!(value, json!({ "first_name": { "sealed": state }, "role": "user" }));
            let role = ("role".to_owned(), Told::Text("user".into()));
            assert_eq!(told(&shown), [("first_name".to_owned(), expected), role]);
        }
        assert_eq!(told(r#"{"keep_days":30}"#), [("keep_days".to_owned(), Told::Text("30".into()))]);
        assert_eq!(told("no JSON"), []);
        for other in ["{}", "[1]", "no JSON", r#"{"sealed":7}"#] {
            assert_eq!(opened(other, "a", Some(&key)), other);
        }
    }
}
