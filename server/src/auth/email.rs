//! Mails about an account, and a new address for it.

use proto::auth_v1::{ChangeEmail, Confirmed};

use super::fields::{Missing, all_kept, check_email, key};
use super::profile::is_taken;
use super::rules::Reveal;
use super::store::Account;
use super::store::links::{self, Purpose};
use super::store::{accounts, sessions};
use super::throttle::Counted;
use super::{AuthError, LocalAuth};
use crate::mail::{Address, Letter};
use crate::service::Moment;

impl LocalAuth {
    /// Sends a link to the new address; the old one counts until the link is opened.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong password; [`AuthError::AlreadyExists`] only where the settings say so;
    /// [`AuthError::TooManyAttempts`] when the address was sent a mail too often.
    pub(super) async fn change_email(&self, asked: ChangeEmail) -> Result<(), AuthError> {
        let mut missing = Missing::default();
        let email = missing.text(&asked.email, "email");
        missing.password(&asked.password, "password");
        missing.none()?;
        let mut all = Vec::new();
        check_email(email, &mut all);
        all_kept(all)?;
        let account = self.with_password(&asked.account_id, &asked.password).await?;
        // It need not be the address of who asks. Counted also where no mail is sent, for whether one is must not be told.
        self.attempt(Counted::Mail, &key(email)).await?;
        let owner = self.account_by_email(&key(email)).await?;
        // Whoever has never opened a link there has not shown that it is theirs.
        if owner.is_some_and(|owner| owner.id != account.id && owner.confirmed_at_ms.is_some()) {
            return match self.0.live.now().await?.reveal() {
                Reveal::Taken => Err(AuthError::AlreadyExists { field: "email" }),
                Reveal::Nothing => Ok(()),
            };
        }
        let mut transaction = self.0.database.begin().await?;
        // A new password takes back what was asked for with the old one, also what is asked for in the same moment.
        let held = accounts::hold(&mut transaction, &account.id).await?.ok_or(AuthError::Unauthenticated)?;
        if held.password_hash != account.password_hash {
            return Err(AuthError::InvalidCredentials);
        }
        let link = self.make_link(&mut transaction, &account.id, Purpose::ChangeEmail, Some(email)).await?;
        let to_new = Address { email, ..to(&held) };
        self.0.outbox.put(&mut transaction, &to_new, &Letter::ConfirmEmail { link: &link }).await?;
        self.0.outbox.put(&mut transaction, &to(&held), &Letter::EmailIsChanging { email }).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(())
    }

    /// Takes the link to a new address: it counts from now on, and every session ends. An account of that address that was never
    /// confirmed goes, for the mailbox is shown to be another's.
    pub(super) async fn confirm_email(&self, token: &str) -> Result<Confirmed, AuthError> {
        let mut transaction = self.0.database.begin().await?;
        let (old, email) = self.take_link(&mut transaction, token, Purpose::ChangeEmail).await?;
        let email = email.ok_or(AuthError::DeadLink)?;
        accounts::take_place(&mut transaction, &old.id, &key(&email)).await?;
        match accounts::set_email(&mut transaction, &old.id, &email, &key(&email)).await {
            Ok(true) => {}
            // Another account has confirmed it since the link was sent, or gets it in this moment.
            Ok(false) => return Err(AuthError::DeadLink),
            Err(error) if is_taken(&error) => return Err(AuthError::DeadLink),
            Err(error) => return Err(error.into()),
        }
        // Whoever reads the old mailbox has no business here any more.
        links::delete_all(&mut transaction, &old.id).await?;
        let ended = sessions::end_all(&mut transaction, &old.id, "", Moment::now().0).await?;
        let changed = Letter::EmailChanged { email: &email };
        let to_new = Address { email: &email, ..to(&old) };
        self.0.outbox.put(&mut transaction, &to_new, &changed).await?;
        self.0.outbox.put(&mut transaction, &to(&old), &changed).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        self.0.ended.add(ended);
        Ok(Confirmed { account_id: old.id, email })
    }

    /// Sends a letter that stands alone.
    pub(super) async fn send(&self, account: &Account, letter: &Letter<'_>) -> Result<(), AuthError> {
        let mut transaction = self.0.database.begin().await?;
        self.0.outbox.put(&mut transaction, &to(account), letter).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(())
    }

    /// Sends a letter with a link; none, where the account is gone or has another address by now.
    pub(super) async fn send_link(
        &self,
        account: &Account,
        purpose: Purpose,
        letter: impl FnOnce(&str) -> Letter<'_> + Send,
    ) -> Result<(), AuthError> {
        let mut transaction = self.0.database.begin().await?;
        let held = accounts::hold(&mut transaction, &account.id).await?;
        let Some(account) = held.filter(|held| held.email == account.email) else { return Ok(()) };
        let link = self.make_link(&mut transaction, &account.id, purpose, None).await?;
        self.0.outbox.put(&mut transaction, &to(&account), &letter(&link)).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(())
    }

    /// Does what must not be told by how long the answer takes.
    pub(super) fn in_the_background<F>(&self, work: impl FnOnce(Self) -> F)
    where
        F: Future<Output = Result<(), AuthError>> + Send + 'static,
    {
        let work = work(self.clone());
        tokio::spawn(async move {
            if let Err(error) = work.await {
                // Logged with its causes.
                let _ = error.failure();
            }
        });
    }
}

pub(super) fn to(account: &Account) -> Address<'_> {
    Address { account_id: &account.id, email: &account.email, name: &account.first_name, language: &account.language }
}
