//! The use cases: what the doors (REST, gRPC, pages) can ask for. A door parses, calls one function here, and maps the answer.

pub mod administration;
pub mod analyze;
pub mod error;
pub mod export;
pub mod files;
pub mod history;
pub mod models;
pub mod moment;
pub mod people;
pub mod preferred;
pub mod statistics;
pub mod thumbnail;
pub mod upkeep;
pub mod visitor;

use std::sync::Arc;
use std::time::Duration;

pub use analyze::{Analysis, Asked, Begun, Keep, Update};
pub use error::ServiceError;
pub use moment::Moment;
pub use people::{FairUse, Person};
pub use visitor::{Caller, Identity, Quota};

use administration::SecondFactorAsked;

use crate::auth::client::AuthClient;
use crate::store::Store;
use crate::store::key::ServerKey;
use crate::store::quota::QuotaLimits;
use crate::vision::{Intake, Vision};

/// What the use cases work with; one for the whole process.
#[derive(Clone)]
pub struct Service {
    pub(crate) vision: Arc<dyn Vision>,
    pub(crate) store: Store,
    pub(crate) key: ServerKey,
    pub(crate) intake: Intake,
    pub(crate) rules: Rules,
    pub(crate) auth: AuthClient,
    pub(crate) fair_use: FairUse,
}

/// The settings that the use cases follow.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    pub quota: QuotaLimits,
    /// How long an analysis may take.
    pub analysis_timeout: Duration,
    /// How long results are kept.
    pub keep_results: Duration,
    /// Analyses that an account may have an hour.
    pub account_analyses_per_hour: u32,
    /// What the files of an account may take together.
    pub account_storage_bytes: u64,
    pub administrators: SecondFactorAsked,
}

impl Service {
    pub fn new(
        vision: Arc<dyn Vision>,
        auth: AuthClient,
        (store, key): (Store, ServerKey),
        intake: Intake,
        rules: Rules,
    ) -> Self {
        Self { vision, store, key, intake, rules, auth, fair_use: FairUse::default() }
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether administrators must have given a second factor.
    pub fn administrators(&self) -> SecondFactorAsked {
        self.rules.administrators
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
