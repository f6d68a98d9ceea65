//! Who a request comes from: an access token, an API key, or a page's cookie.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use proto::auth_v1::identify::Credential;
use proto::auth_v1::{Identify, Principal, Role, Scope};

use super::api_keys::{self, scopes_of};
use super::tokens::LIVES;
use super::{AuthError, LocalAuth, secret};
use crate::service::Moment;

/// How stale the last use of a session or key may be.
const TOUCH_EVERY: Duration = Duration::from_secs(60);

/// Sessions that have ended while access tokens of theirs may still be about: a token's signature alone cannot tell.
#[derive(Debug, Default)]
pub struct Ended(RwLock<HashMap<String, Instant>>);

impl Ended {
    pub fn add(&self, sessions: Vec<String>) {
        let mut ended = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        ended.retain(|_, at| at.elapsed() <= LIVES * 2);
        ended.extend(sessions.into_iter().map(|id| (id, now)));
    }

    fn has(&self, session: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(session)
    }
}

impl LocalAuth {
    /// # Errors
    /// [`AuthError::Unauthenticated`] for anything that is not valid now.
    pub(super) async fn identify(&self, asked: Identify) -> Result<Principal, AuthError> {
        match asked.credential {
            Some(Credential::Bearer(key)) if key.starts_with(api_keys::PREFIX) => Box::pin(self.of_key(&key)).await,
            Some(Credential::Bearer(token)) => self.of_token(&token),
            Some(Credential::Cookie(cookie)) => Box::pin(self.of_cookie(&cookie)).await,
            None => Err(AuthError::Unauthenticated),
        }
    }

    /// Without the database: a signature, and a look at the sessions that have ended.
    fn of_token(&self, token: &str) -> Result<Principal, AuthError> {
        let claims = self.0.tokens.verify(token).ok_or(AuthError::Unauthenticated)?;
        if self.0.ended.has(&claims.sid) {
            return Err(AuthError::Unauthenticated);
        }
        Ok(Principal {
            account_id: claims.sub,
            session_id: claims.sid,
            role: role(&claims.role).into(),
            scopes: all_scopes(),
            expires_at_ms: claims.exp.saturating_mul(1000),
            second_factor: claims.mfa,
        })
    }

    async fn of_cookie(&self, cookie: &str) -> Result<Principal, AuthError> {
        let now = Moment::now();
        let session = self.session_by_cookie(&secret::hash(cookie), now.0).await?.ok_or(AuthError::Unauthenticated)?;
        if Moment(session.last_used_ms).after(TOUCH_EVERY) < now {
            let lives_ms = session.expires_at_ms - session.last_used_ms;
            self.touch_session(&session.id, now.0, now.0 + lives_ms).await?;
        }
        Ok(Principal {
            account_id: session.account_id,
            session_id: session.id,
            role: role(&session.role).into(),
            scopes: all_scopes(),
            expires_at_ms: session.expires_at_ms,
            second_factor: session.second_factor,
        })
    }

    async fn of_key(&self, key: &str) -> Result<Principal, AuthError> {
        let now = Moment::now();
        let owner = self.key_owner(&secret::hash(key), now.0).await?.ok_or(AuthError::Unauthenticated)?;
        if owner.last_used_ms.is_none_or(|used| Moment(used).after(TOUCH_EVERY) < now) {
            self.touch_api_key(&owner.key_id, now.0).await?;
        }
        Ok(Principal {
            account_id: owner.account_id,
            session_id: String::new(),
            // A key never does what its owner may do as an administrator.
            role: Role::User.into(),
            scopes: scopes_of(&owner.scopes),
            expires_at_ms: owner.expires_at_ms.unwrap_or(0),
            second_factor: false,
        })
    }
}

pub(super) fn role(text: &str) -> Role {
    match text {
        "administrator" => Role::Administrator,
        _ => Role::User,
    }
}

fn all_scopes() -> Vec<i32> {
    [Scope::Analyses, Scope::Files, Scope::Profile].map(i32::from).to_vec()
}
