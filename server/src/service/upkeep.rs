//! What the server does by itself, each a job whose last run administrators see: what goes with time, and what an earlier
//! version or an earlier key has left to do.

use std::time::Duration;

use serde::Serialize;

use super::administration::Administrator;
use super::{Moment, Service, ServiceError};
use crate::config::live::NETWORK_WINDOW;
use crate::gateway::visitor::COOKIE_AGE;
use crate::store::jobs::JobRow;

/// How often each is done.
const EVERY: Duration = Duration::from_secs(3600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Gathers what the search looks in from results of an earlier version.
    Search,
    /// Deletes the accounts whose time of grace is over, with everything of theirs.
    Accounts,
    /// Deletes results, pictures and links past their keeping.
    Results,
    /// Deletes counts that mean nothing any more.
    Counts,
    /// Encrypts files anew that are under a key that was replaced.
    Encryption,
}

impl Job {
    pub const ALL: [Self; 5] = [Self::Search, Self::Accounts, Self::Results, Self::Counts, Self::Encryption];

    /// Stable.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Accounts => "accounts",
            Self::Results => "results",
            Self::Counts => "counts",
            Self::Encryption => "encryption",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.name() == name)
    }
}

/// A job, and how its last run went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = Job)]
pub struct JobFacts {
    #[schema(example = "results")]
    pub name: &'static str,
    /// Absent: it has not been done yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Moment>,
    /// Absent: it runs.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Moment>,
    /// How much there was to do: accounts, results, files.
    pub done: u64,
    /// Why it failed; absent where it did not.
    pub failure: Option<String>,
}

impl Service {
    /// Does every job each hour until the future is dropped.
    pub async fn keep_house(self) {
        loop {
            for job in Job::ALL {
                // That it failed is logged, and seen by administrators; the others go on.
                let _ = self.run_job(job, Moment::now()).await;
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Does every job once.
    ///
    /// # Errors
    /// When one fails; the others after it are then not done.
    pub async fn sweep(&self, now: Moment) -> Result<(), ServiceError> {
        for job in Job::ALL {
            self.run_job(job, now).await?;
        }
        Ok(())
    }

    /// Does a job and writes down how it went. Each can be done by several processes at once.
    ///
    /// # Errors
    /// When the database, a folder or the auth service fails.
    async fn run_job(&self, job: Job, now: Moment) -> Result<u64, ServiceError> {
        self.store.begin_job(job.name(), Moment::now().0).await?;
        let outcome = match job {
            Job::Search => self.gather_findable().await,
            Job::Accounts => self.forget_due_accounts().await,
            Job::Results => self.forget_old_results(now).await,
            Job::Counts => self.forget_old_counts(now).await,
            Job::Encryption => self.renew_encryption(now).await,
        };
        let failure = outcome.as_ref().err().map(ServiceError::causes);
        if let Some(cause) = &failure {
            tracing::error!(error.cause = cause, job = job.name(), "a job of the server failed");
        }
        let done = outcome.as_ref().map_or(0, |done| i64::try_from(*done).unwrap_or(i64::MAX));
        self.store.end_job(job.name(), Moment::now().0, done, failure.as_deref()).await?;
        outcome
    }

    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self, _by: &Administrator) -> Result<Vec<JobFacts>, ServiceError> {
        let rows = self.store.jobs().await?;
        let facts = |job: Job| {
            let row = rows.iter().find(|row| row.name == job.name());
            let of = |moment: fn(&JobRow) -> Option<i64>| row.and_then(moment).map(Moment);
            JobFacts {
                name: job.name(),
                started_at: of(|row| Some(row.started_ms)),
                ended_at: of(|row| row.ended_ms),
                done: row.map_or(0, |row| u64::try_from(row.done).unwrap_or(0)),
                failure: row.and_then(|row| row.failure.clone()),
            }
        };
        Ok(Job::ALL.map(facts).to_vec())
    }

    /// Has a job done now, beside whatever else goes on.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none of that name.
    pub async fn start_job(&self, by: &Administrator, name: &str) -> Result<(), ServiceError> {
        let job = Job::named(name).ok_or(ServiceError::NotFound)?;
        self.record(by, "job.started", job.name(), ("{}", "{}")).await?;
        let service = self.clone();
        tokio::spawn(async move { service.run_job(job, Moment::now()).await });
        Ok(())
    }

    async fn forget_old_results(&self, now: Moment) -> Result<u64, ServiceError> {
        let keep_results = self.live.now().await?.keep_results();
        let (deleted, pictures) = self.store.delete_analyses_before(now.before(keep_results).0).await?;
        for id in pictures {
            self.store.pictures.remove(&id.to_string()).await.map_err(ServiceError::internal)?;
        }
        Ok(deleted + self.store.delete_shares_before(now.0).await?)
    }

    async fn forget_old_counts(&self, now: Moment) -> Result<u64, ServiceError> {
        let counts = self.store.delete_counts(now.before(COOKIE_AGE).0, now.before(NETWORK_WINDOW).0).await?;
        let holds = self.store.delete_holds(now.0).await?;
        Ok(counts + holds + self.store.delete_fair_use(now.0).await?)
    }

    async fn renew_encryption(&self, now: Moment) -> Result<u64, ServiceError> {
        self.store.renew_encryption(now).await.map_err(ServiceError::internal)
    }

    /// Deletes everything of the accounts whose time of grace is over; the account itself goes last, so that what was cut off
    /// in between goes on the next time.
    ///
    /// # Errors
    /// When the database, a folder or the auth service fails.
    pub async fn forget_due_accounts(&self) -> Result<u64, ServiceError> {
        let due = self.due_accounts().await?;
        for account in &due {
            let account = *account;
            for picture in self.store.delete_analyses_of(account).await? {
                self.store.pictures.remove(&picture.to_string()).await.map_err(ServiceError::internal)?;
            }
            for file in self.store.delete_files_of(account).await? {
                self.store.files.remove(&file).await.map_err(ServiceError::internal)?;
            }
            self.store.avatars.remove(&account.to_string()).await.map_err(ServiceError::internal)?;
            self.store.delete_statistics_of(account).await?;
            self.store.set_account_limit(account, None).await?;
            self.store.delete_fair_use_of(account).await?;
            self.forget_account(account).await?;
            tracing::info!("an account was deleted after its time of grace");
        }
        Ok(due.len() as u64)
    }
}
