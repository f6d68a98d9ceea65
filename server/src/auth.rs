//! The auth service: accounts, logins, tokens, and the mails about them, behind one interface of requests and replies.
//!
//! Whoever asks holds an [`Auth`] and knows neither where the service runs nor what it stores. Requests and replies are the
//! messages of `proto/image_analyzer/auth/v1/auth.proto`; both sides check their form ([`proto::auth`]).

mod accounts;
pub mod administration;
mod answer;
mod api_keys;
pub mod audit;
mod audited;
mod breached;
pub mod client;
mod email;
mod error;
mod events;
mod fields;
mod hasher;
mod identify;
mod links;
mod login;
mod passwords;
pub mod policy;
mod profile;
mod refresh;
pub mod rules;
mod seal;
mod second_factor;
mod second_step;
mod secret;
mod sessions;
mod store;
mod throttle;
mod tokens;
mod upkeep;

use std::sync::Arc;

use futures::future::BoxFuture;
use proto::auth_v1::{AuthReply, AuthRequest};

pub use error::AuthError;
pub use hasher::hashes_at_once;
pub use rules::AuthRules;

use crate::config::live::Live;
use crate::mail::Outbox;
use crate::store::Database;
use crate::store::key::ServerKey;
use crate::store::key_ring::KeyRing;
use breached::Breached;
use hasher::Hasher;
use identify::Ended;
use tokens::Tokens;

/// The whole interface of the auth service.
pub trait Auth: Send + Sync + 'static {
    /// One request, one reply. What the service refuses is a reply too ([`proto::auth_v1::Failure`]).
    fn ask(&self, request: AuthRequest) -> BoxFuture<'static, Result<AuthReply, Unreachable>>;
}

/// The service did not reply.
#[derive(Debug, thiserror::Error)]
#[error("the auth service does not answer")]
pub struct Unreachable {
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The service in this process.
#[derive(Clone)]
pub struct LocalAuth(Arc<Parts>);

struct Parts {
    database: Database,
    key: ServerKey,
    tokens: Tokens,
    hasher: Hasher,
    breached: Breached,
    rules: AuthRules,
    live: Live,
    outbox: Outbox,
    ended: Ended,
}

impl LocalAuth {
    pub fn new(
        database: Database,
        key: ServerKey,
        keys: KeyRing,
        outbox: Outbox,
        (rules, live): (AuthRules, Live),
    ) -> Self {
        let tokens = Tokens::new(keys, rules.public_url.clone());
        let hasher = Hasher::new(rules.password_cost);
        let breached = Breached::new(rules.breached_passwords.clone());
        Self(Arc::new(Parts { database, key, tokens, hasher, breached, rules, live, outbox, ended: Ended::default() }))
    }
}

impl Auth for LocalAuth {
    fn ask(&self, request: AuthRequest) -> BoxFuture<'static, Result<AuthReply, Unreachable>> {
        let auth = self.clone();
        Box::pin(async move { Ok(auth.answer(request).await) })
    }
}
