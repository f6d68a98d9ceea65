//! Links in mails: how they are made, where they lead, how long they work.

use std::time::Duration;

use sqlx::{Any, Transaction};

use super::store::links::{self, Purpose, Taken};
use super::{AuthError, LocalAuth, secret};
use crate::service::Moment;

const DAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: Duration = Duration::from_secs(3600);

impl LocalAuth {
    /// Makes a link in the place of an earlier one for the same; returns its address.
    pub(super) async fn make_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account_id: &str,
        purpose: Purpose,
        detail: Option<&str>,
    ) -> Result<String, AuthError> {
        let (token, now) = (secret::new("")?, Moment::now());
        let (page, lives) = match purpose {
            Purpose::Confirm => ("confirm", DAY),
            Purpose::ResetPassword => ("reset", HOUR),
            Purpose::ChangeEmail => ("confirm-email", DAY),
        };
        let times = (now.0, now.after(lives).0);
        links::insert(transaction, &secret::hash(&token), account_id, purpose, detail, times).await?;
        Ok(format!("{}/{page}?token={token}", self.0.rules.public_url))
    }

    /// Whose link it is; it goes on working.
    ///
    /// # Errors
    /// [`AuthError::DeadLink`] when it was used or is too old.
    pub(super) async fn linked_account(&self, token: &str, purpose: Purpose) -> Result<String, AuthError> {
        let found = links::find(self.0.database.pool(), &secret::hash(token), purpose, Moment::now().0).await?;
        found.ok_or(AuthError::DeadLink)
    }

    /// # Errors
    /// [`AuthError::DeadLink`] when it was used or is too old.
    pub(super) async fn take_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        token: &str,
        purpose: Purpose,
    ) -> Result<Taken, AuthError> {
        let taken = links::take(transaction, &secret::hash(token), purpose, Moment::now().0).await?;
        taken.ok_or(AuthError::DeadLink)
    }
}
