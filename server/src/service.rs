//! The use cases: what the doors (REST, gRPC, pages) can ask for. A door parses, calls one function here, and maps the answer.

pub mod administration;
pub mod admission;
pub mod analyze;
mod archive;
pub mod avatar;
pub mod error;
pub mod export;
mod export_analyses;
pub mod files;
pub mod history;
pub mod lines;
pub mod models;
pub mod moment;
pub mod people;
pub mod preferred;
pub mod settings;
pub mod statistics;
pub mod thumbnail;
pub mod upkeep;
pub mod visitor;

use std::sync::Arc;
use std::time::Duration;

pub use admission::Admission;
pub use analyze::{Analysis, Asked, Begun, Keep, Update};
pub use error::ServiceError;
pub use moment::Moment;
pub use people::Person;
pub use visitor::{Caller, Identity, Quota};

use administration::SecondFactorAsked;

use crate::auth::client::AuthClient;
use crate::auth::policy::PasswordRules;
use crate::config::live::Live;
use crate::store::Store;
use crate::store::key::ServerKey;
use crate::vision::{Intake, Vision};

/// What the use cases work with; one for the whole process.
#[derive(Clone)]
pub struct Service {
    pub(crate) vision: Arc<dyn Vision>,
    pub(crate) store: Store,
    pub(crate) key: ServerKey,
    pub(crate) intake: Intake,
    pub(crate) rules: Rules,
    pub(crate) live: Live,
    pub(crate) auth: AuthClient,
}

/// The settings that the use cases follow and that stay as the server was started.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// How long an analysis may take.
    pub analysis_timeout: Duration,
}

impl Service {
    pub fn new(
        vision: Arc<dyn Vision>,
        auth: AuthClient,
        (store, key): (Store, ServerKey),
        intake: Intake,
        (rules, live): (Rules, Live),
    ) -> Self {
        Self { vision, store, key, intake, rules, live, auth }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether administrators must have given a second factor.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn administrators(&self) -> Result<SecondFactorAsked, ServiceError> {
        Ok(self.live.now().await?.administrators())
    }

    /// What is asked of a password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn password_rules(&self) -> Result<PasswordRules, ServiceError> {
        Ok(self.live.now().await?.password_rules())
    }

    pub fn intake(&self) -> &Intake {
        &self.intake
    }

    /// Lets go of the database, once the doors are closed.
    pub async fn close(&self) {
        self.store.close().await;
    }

    /// Whether an analysis could be done and kept now.
    ///
    /// # Errors
    /// When the database or the vision service does not answer.
    pub async fn ready(&self) -> Result<(), ServiceError> {
        self.store.ready().await?;
        self.vision.ready().await
    }
}
