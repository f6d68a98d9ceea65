//! API keys: named, limited to some scopes, shown once.

use std::time::Duration;

use proto::auth_v1::{ApiKey, ApiKeys, CreateApiKey, NewApiKey, Scope};
use uuid::Uuid;

use super::fields::{Missing, check_name};
use super::store::api_keys;
use super::{AuthError, LocalAuth, error, secret};
use crate::service::Moment;

/// By which a key is told from an access token, and found by those who search for leaked ones.
pub const PREFIX: &str = "iia_";

/// Letters of a key that its owner sees again.
const HINT: usize = 10;

/// Keys that an account may have.
const MOST: usize = 50;

const LONGEST_LIFE_DAYS: u32 = 3650;

impl LocalAuth {
    /// # Errors
    /// What is missing or wrong.
    pub(super) async fn create_api_key(&self, asked: CreateApiKey) -> Result<NewApiKey, AuthError> {
        let mut missing = Missing::default();
        let name = missing.text(&asked.name, "name");
        missing.note(asked.scopes.is_empty(), "scopes");
        missing.none()?;
        let mut all = Vec::new();
        check_name(name, "name", &mut all);
        if asked.expires_in_days > LONGEST_LIFE_DAYS {
            all.push(error::broken("expires_in_days", "too_long", format!("at most {LONGEST_LIFE_DAYS} days")));
        }
        if self.api_keys_of(&asked.account_id).await?.len() >= MOST {
            all.push(error::broken("name", "too_many", format!("an account has at most {MOST} keys")));
        }
        super::fields::all_kept(all)?;
        let (secret, now) = (secret::new(PREFIX)?, Moment::now());
        let lives = Duration::from_secs(u64::from(asked.expires_in_days) * 24 * 3600);
        let key = api_keys::ApiKey {
            id: Uuid::now_v7().to_string(),
            name: name.into(),
            hint: secret.chars().take(HINT).collect(),
            scopes: asked.scopes.iter().filter_map(|scope| name_of(*scope)).collect::<Vec<_>>().join(" "),
            created_at_ms: now.0,
            last_used_ms: None,
            expires_at_ms: (asked.expires_in_days > 0).then(|| now.after(lives).0),
        };
        self.insert_api_key(&asked.account_id, &secret::hash(&secret), &key).await?;
        Ok(NewApiKey { key: Some(shown(key)), secret })
    }

    pub(super) async fn list_api_keys(&self, account_id: &str) -> Result<ApiKeys, AuthError> {
        Ok(ApiKeys { keys: self.api_keys_of(account_id).await?.into_iter().map(shown).collect() })
    }

    /// # Errors
    /// [`AuthError::NotFound`] when the account has no such key.
    pub(super) async fn revoke_api_key(&self, account_id: &str, key_id: &str) -> Result<(), AuthError> {
        if self.delete_api_key(account_id, key_id).await? { Ok(()) } else { Err(AuthError::NotFound) }
    }
}

pub(super) fn scopes_of(text: &str) -> Vec<i32> {
    let known = [Scope::Analyses, Scope::Files, Scope::Profile].map(i32::from);
    text.split(' ').filter_map(|name| known.into_iter().find(|scope| name_of(*scope) == Some(name))).collect()
}

fn name_of(scope: i32) -> Option<&'static str> {
    match Scope::try_from(scope) {
        Ok(Scope::Analyses) => Some("analyses"),
        Ok(Scope::Files) => Some("files"),
        Ok(Scope::Profile) => Some("profile"),
        Ok(Scope::Unspecified) | Err(_) => None,
    }
}

fn shown(key: api_keys::ApiKey) -> ApiKey {
    let api_keys::ApiKey { id, name, hint, scopes, created_at_ms, last_used_ms, expires_at_ms } = key;
    ApiKey {
        id,
        name,
        hint,
        scopes: scopes_of(&scopes),
        created_at_ms,
        last_used_ms: last_used_ms.unwrap_or(0),
        expires_at_ms: expires_at_ms.unwrap_or(0),
    }
}
