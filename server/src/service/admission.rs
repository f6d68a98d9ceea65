//! Who may have one more analysis. It is asked while the picture is still on its way, and what was taken is given back when
//! nothing comes of it.

use std::time::Duration;

use tokio::runtime::Handle;
use tracing::Instrument as _;

use super::visitor::Quota;
use super::{Caller, Moment, Person, Service, ServiceError};
use crate::store::Store;
use crate::store::fair_use::Fairness;
use crate::store::quota::Hold;

/// After its deadline an analysis has so long to be stored before it is held no more; clocks of several gateways may differ by
/// less.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

/// One analysis that the caller may have. Dropped before it has settled, it is given back.
#[derive(Debug)]
pub struct Admission {
    caller: Caller,
    quota: Option<Quota>,
    /// None for somebody who is logged in, and once it is settled.
    hold: Option<Hold>,
    store: Store,
}

impl Admission {
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What is left after this one; none is counted of somebody who is logged in.
    pub fn quota(&self) -> Option<Quota> {
        self.quota
    }

    pub(super) fn hold(&self) -> Option<&Hold> {
        self.hold.as_ref()
    }

    /// The analysis is stored and counts.
    pub(super) fn settled(&mut self) {
        self.hold = None;
    }

    /// Gives it back, and has done so when it returns.
    pub async fn release(mut self) {
        if let Some(hold) = self.hold.take() {
            give_back(&self.store, &hold).await;
        }
    }
}

impl Drop for Admission {
    fn drop(&mut self) {
        // Without a runtime the process is ending, and the hold ends by itself.
        if let (Some(hold), Ok(runtime)) = (self.hold.take(), Handle::try_current()) {
            let store = self.store.clone();
            runtime.spawn(async move { give_back(&store, &hold).await }.in_current_span());
        }
    }
}

async fn give_back(store: &Store, hold: &Hold) {
    if let Err(error) = store.release(hold).await {
        tracing::error!(error.cause = %error, "an analysis that was not made is held until its time is over");
    }
}

impl Service {
    /// Takes one analysis from the caller's count. Its picture arrives within that time.
    ///
    /// # Errors
    /// [`ServiceError::RequestLimit`] or [`ServiceError::FairUse`] when none is left.
    pub async fn admit(&self, caller: &Caller, arrives_within: Duration) -> Result<Admission, ServiceError> {
        // A door may be dropped at any moment; a task of its own is not, so what it takes is always given back.
        let admitting = self.clone().take_one(caller.clone(), arrives_within);
        tokio::spawn(admitting.in_current_span()).await.map_err(ServiceError::internal)?
    }

    async fn take_one(self, caller: Caller, arrives_within: Duration) -> Result<Admission, ServiceError> {
        caller.may_analyze()?;
        let (hold, quota) = match &caller.person {
            Some(person) => {
                self.take_fairly(person).await?;
                (None, None)
            }
            None => {
                let (hold, quota) = self.hold(&caller, arrives_within).await?;
                (Some(hold), Some(quota))
            }
        };
        Ok(Admission { caller, quota, hold, store: self.store })
    }

    async fn take_fairly(&self, person: &Person) -> Result<(), ServiceError> {
        let own = self.store.account_limit(person.account).await?;
        let limit = match own {
            Some(own) => own,
            None => self.live.now().await?.account_analyses_per_hour(),
        };
        match self.store.take_fairly(person.account, limit, Moment::now().0).await? {
            Fairness::Taken => Ok(()),
            Fairness::Wait { ms } => {
                metrics::counter!("iia_request_limit_total").increment(1);
                let retry_after = Duration::from_millis(u64::try_from(ms).unwrap_or(0));
                Err(ServiceError::FairUse { limit, retry_after })
            }
        }
    }

    async fn hold(&self, caller: &Caller, arrives_within: Duration) -> Result<(Hold, Quota), ServiceError> {
        let limits = self.live.now().await?.quota();
        let now = Moment::now();
        let expires_at = now.after(arrives_within + self.rules.analysis_timeout + SETTLED_WITHIN);
        match self.store.hold(caller.charge(), limits, now.0, expires_at.0).await? {
            Some(hold) => {
                let quota = Quota { limit: limits.per_visitor, remaining: hold.left, unlimited: false };
                Ok((hold, quota))
            }
            None => {
                metrics::counter!("iia_request_limit_total").increment(1);
                Err(ServiceError::RequestLimit { limit: limits.per_visitor, retry_after: None })
            }
        }
    }
}
