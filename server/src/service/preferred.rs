//! What an analysis looks for when the request does not say: what the account's owner has set, or everything.

use std::collections::BTreeSet;

use vision_core::pipeline::Options;
use vision_core::report::Profile;
use vision_core::stage::Task;

use super::{Caller, Keep, Service, ServiceError};

/// What a request says of its analysis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    pub tasks: Option<BTreeSet<Task>>,
    pub profile: Option<Profile>,
    pub language: Option<String>,
}

impl Service {
    /// # Errors
    /// When the auth service does not answer.
    pub async fn preferred(
        &self,
        caller: &Caller,
        wanted: Wanted,
        keep: Option<Keep>,
    ) -> Result<(Options, Keep), ServiceError> {
        let default = Options::default();
        let Wanted { tasks, profile, language } = wanted;
        let (own_tasks, own_keep) = match &caller.person {
            Some(person) if tasks.is_none() || keep.is_none() => {
                let account = self.account(&caller.origin, person).await?;
                let tasks: BTreeSet<Task> =
                    account.default_tasks.split(',').filter_map(|task| task.parse().ok()).collect();
                let keep = if account.keep_pictures { Keep::ReportAndPicture } else { Keep::Report };
                (Some(tasks).filter(|tasks| !tasks.is_empty()), keep)
            }
            _ => (None, Keep::default()),
        };
        let options = Options {
            tasks: tasks.or(own_tasks).unwrap_or(default.tasks),
            profile: profile.unwrap_or(default.profile),
            language: language.unwrap_or(default.language),
        };
        Ok((options, keep.unwrap_or(own_keep)))
    }
}
