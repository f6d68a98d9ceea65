//! A new password: forgotten, or changed by its owner.

use proto::auth_v1::{ChangePassword, ForgotPassword, Origin, ResetPassword};
use sqlx::{Any, Transaction};

use super::fields::{Missing, all_kept, key, required};
use super::store::links::{self, Purpose};
use super::store::{Account, accounts, sessions};
use super::throttle::Counted;
use super::{AuthError, LocalAuth, email, error, policy};
use crate::mail::Letter;
use crate::service::Moment;

impl LocalAuth {
    /// Sends a link, if there is an account; the answer is the same if there is none.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] when it was asked for too often.
    pub(super) async fn forgot_password(&self, origin: &Origin, asked: ForgotPassword) -> Result<(), AuthError> {
        let email = key(required(&asked.email, "email")?);
        self.attempts([(Counted::Registration, &origin.network), (Counted::Mail, &email)]).await?;
        self.in_the_background(move |auth| async move {
            match auth.account_by_email(&email).await? {
                Some(account) if account.confirmed_at_ms.is_some() => {
                    auth.send_link(&account, Purpose::ResetPassword, |link| Letter::ResetPassword { link }).await
                }
                Some(account) => {
                    auth.send_link(&account, Purpose::Confirm, |link| Letter::Confirm { link, username_taken: false })
                        .await
                }
                None => Ok(()),
            }
        });
        Ok(())
    }

    /// # Errors
    /// [`AuthError::DeadLink`] when the link was used or is too old; everything that is wrong with the password, and then the
    /// link goes on working.
    pub(super) async fn reset_password(&self, asked: ResetPassword) -> Result<(), AuthError> {
        let mut missing = Missing::default();
        let token = missing.text(&asked.token, "token");
        new_password(&asked.password, &asked.password_confirmation, &mut missing);
        missing.none()?;
        let account_id = self.linked_account(token, Purpose::ResetPassword).await?;
        let account = self.account(&account_id).await?.ok_or(AuthError::DeadLink)?;
        self.check_password(&account, &asked.password, &asked.password_confirmation).await?;
        let hash = self.0.hasher.hash(&self.0.key, &asked.password).await?;
        // Taken only now: no transaction waits for the hash, and who breaks a rule can try again.
        let mut transaction = self.0.database.begin().await?;
        self.take_link(&mut transaction, token, Purpose::ResetPassword).await?;
        self.set_password(transaction, &account, &hash, "").await
    }

    /// # Errors
    /// [`AuthError::InvalidCredentials`] when the old password is wrong; everything that is wrong with the new one.
    pub(super) async fn change_password(&self, asked: ChangePassword) -> Result<(), AuthError> {
        let mut missing = Missing::default();
        missing.password(&asked.old_password, "old_password");
        new_password(&asked.password, &asked.password_confirmation, &mut missing);
        missing.none()?;
        let account = self.with_password(&asked.account_id, &asked.old_password).await?;
        self.check_password(&account, &asked.password, &asked.password_confirmation).await?;
        let hash = self.0.hasher.hash(&self.0.key, &asked.password).await?;
        let mut transaction = self.0.database.begin().await?;
        // Of two who change it at once the second has not told the old one.
        let held = accounts::hold(&mut transaction, &account.id).await?.ok_or(AuthError::Unauthenticated)?;
        if held.password_hash != account.password_hash {
            return Err(AuthError::InvalidCredentials);
        }
        self.set_password(transaction, &account, &hash, &asked.session_id).await
    }

    /// Ends every other session, and every link that was asked for before: a new address above all, which somebody who knew the
    /// old password may have asked for.
    async fn set_password(
        &self,
        mut transaction: Transaction<'static, Any>,
        account: &Account,
        hash: &str,
        but_session: &str,
    ) -> Result<(), AuthError> {
        accounts::set_password_hash(&mut transaction, &account.id, hash).await?;
        links::delete_all(&mut transaction, &account.id).await?;
        let ended = sessions::end_all(&mut transaction, &account.id, but_session, Moment::now().0).await?;
        self.0.outbox.put(&mut transaction, &email::to(account), &Letter::PasswordChanged).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        self.0.ended.add(ended);
        Ok(())
    }

    /// The account, if that is its password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] if it is not, [`AuthError::TooManyAttempts`] when that was tried too often.
    pub(super) async fn with_password(&self, account_id: &str, password: &str) -> Result<Account, AuthError> {
        let mut missing = Missing::default();
        missing.password(password, "password");
        missing.none()?;
        let attempt = self.attempt(Counted::Password, account_id).await?;
        let account = self.account(account_id).await?.ok_or(AuthError::Unauthenticated)?;
        if !self.0.hasher.verify(&self.0.key, password, Some(&account.password_hash)).await? {
            return Err(AuthError::InvalidCredentials);
        }
        self.forgive(&attempt).await?;
        Ok(account)
    }

    async fn check_password(&self, account: &Account, password: &str, confirmation: &str) -> Result<(), AuthError> {
        let rules = self.0.live.now().await?.password_rules();
        let mut all = Vec::new();
        let username = account.username.as_deref().unwrap_or_default();
        let personal = [account.first_name.as_str(), &account.last_name, &account.email, username];
        policy::check(&rules, password, &personal, &mut all);
        if password != confirmation {
            all.push(error::broken("password_confirmation", "differs", "the two passwords differ"));
        }
        all_kept(all)?;
        self.check_breaches(password).await
    }

    /// # Errors
    /// [`AuthError::Broken`] for a password that is known from a breach.
    pub(super) async fn check_breaches(&self, password: &str) -> Result<(), AuthError> {
        if self.0.breached.knows(password).await {
            let detail = "the password is known from a breach of another service: whoever guesses tries it first";
            return Err(AuthError::Broken { broken: vec![error::broken("password", "breached", detail)] });
        }
        Ok(())
    }
}

fn new_password(password: &str, confirmation: &str, missing: &mut Missing) {
    missing.password(password, "password");
    missing.password(confirmation, "password_confirmation");
}
