//! Links in mails: how they are made, where they lead, how long they work.

use std::time::Duration;

use sqlx::{Any, Transaction};

use super::store::links::{self, Purpose};
use super::store::{Account, accounts};
use super::{AuthError, LocalAuth, secret};
use crate::service::Moment;

const DAY: Duration = Duration::from_secs(24 * 3600);
const HOUR: Duration = Duration::from_secs(3600);

impl LocalAuth {
    /// Makes a link in the place of an earlier one for the same, of an account that is held; returns its address.
    pub(super) async fn make_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account_id: &str,
        purpose: Purpose,
        detail: Option<&str>,
    ) -> Result<String, AuthError> {
        let token = secret::new("")?;
        let (page, times) = leads_to(purpose)?;
        links::insert(transaction, &secret::hash(&token), account_id, purpose, detail, times).await?;
        Ok(self.address(page, &token))
    }

    /// Makes the link by which an account is confirmed that was made a moment ago and has none.
    pub(super) async fn make_first_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        account_id: &str,
    ) -> Result<String, AuthError> {
        let token = secret::new("")?;
        let (page, times) = leads_to(Purpose::Confirm)?;
        links::add(transaction, &secret::hash(&token), account_id, (Purpose::Confirm, None), times).await?;
        Ok(self.address(page, &token))
    }

    fn address(&self, page: &str, token: &str) -> String {
        format!("{}/{page}?token={token}", self.0.rules.public_url)
    }

    /// Whose link it is; it goes on working.
    ///
    /// # Errors
    /// [`AuthError::DeadLink`] when it was used or is too old.
    pub(super) async fn linked_account(&self, token: &str, purpose: Purpose) -> Result<String, AuthError> {
        let mut connection = self.0.database.pool().acquire().await?;
        let found = links::find(&mut connection, &secret::hash(token), purpose, Moment::now().0).await?;
        Ok(found.ok_or(AuthError::DeadLink)?.account_id)
    }

    /// Takes a link and holds the account that it leads to.
    ///
    /// # Errors
    /// [`AuthError::DeadLink`] when it was used or is too old.
    pub(super) async fn take_link(
        &self,
        transaction: &mut Transaction<'static, Any>,
        token: &str,
        purpose: Purpose,
    ) -> Result<(Account, Option<String>), AuthError> {
        let (hash, now) = (secret::hash(token), Moment::now());
        let led = links::find(transaction, &hash, purpose, now.0).await?.ok_or(AuthError::DeadLink)?;
        let account = accounts::hold(transaction, &led.account_id).await?.ok_or(AuthError::DeadLink)?;
        let taken = links::take(transaction, &hash, purpose, now.0).await?.ok_or(AuthError::DeadLink)?;
        Ok((account, taken.detail))
    }
}

/// The page of a link, and from when until when it works.
fn leads_to(purpose: Purpose) -> Result<(&'static str, (i64, i64)), AuthError> {
    let now = Moment::now();
    let (page, lives) = match purpose {
        Purpose::Confirm => ("confirm", DAY),
        Purpose::ResetPassword => ("reset", HOUR),
        Purpose::ChangeEmail => ("confirm-email", DAY),
        Purpose::SecondStep => return Err(AuthError::internal("no mail finishes a login")),
    };
    Ok((page, (now.0, now.after(lives).0)))
}
