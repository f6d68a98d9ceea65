//! Registering and confirming an account.

use proto::auth_v1::{Confirm, Confirmed, Origin, Register, Registered, ResendConfirmation};
use uuid::Uuid;

use super::fields::{Missing, all_kept, check_email, check_name, check_username, key, language, required};
use super::rules::Reveal;
use super::store::accounts::{self, NewAccount};
use super::store::links::Purpose;
use super::throttle::Counted;
use super::{AuthError, LocalAuth, error, policy};
use crate::mail::{Address, Letter};
use crate::service::Moment;

/// The role of whoever registers.
pub const USER: &str = "user";

impl LocalAuth {
    /// # Errors
    /// What is missing, or everything that is wrong; [`AuthError::AlreadyExists`] only where the settings say so.
    pub(super) async fn register(&self, origin: &Origin, asked: Register) -> Result<Registered, AuthError> {
        let mut missing = Missing::default();
        let first_name = missing.text(&asked.first_name, "first_name");
        let last_name = missing.text(&asked.last_name, "last_name");
        let email = missing.text(&asked.email, "email");
        missing.password(&asked.password, "password");
        missing.password(&asked.password_confirmation, "password_confirmation");
        missing.none()?;
        let username = Some(asked.username.trim()).filter(|name| !name.is_empty());
        let live = self.0.live.now().await?;
        let mut all = Vec::new();
        check_name(first_name, "first_name", &mut all);
        check_name(last_name, "last_name", &mut all);
        check_email(email, &mut all);
        if let Some(username) = username {
            check_username(username, &mut all);
        }
        let personal = [first_name, last_name, email, username.unwrap_or_default()];
        policy::check(&live.password_rules(), &asked.password, &personal, &mut all);
        if asked.password != asked.password_confirmation {
            all.push(error::broken("password_confirmation", "differs", "the two passwords differ"));
        }
        all_kept(all)?;
        let (email_key, username_key) = (key(email), username.map(key));
        // Counted, and never forgiven: it is the number of accounts and mails that is bounded, whoever has the address.
        self.attempts([(Counted::Registration, &origin.network), (Counted::RegistrationOf, &email_key)]).await?;
        self.check_breaches(&asked.password).await?;

        let username_taken = match &username_key {
            Some(key) => self.username_is_taken_by_another(key, &email_key).await?,
            None => false,
        };
        if username_taken && live.reveal() == Reveal::Taken {
            return Err(AuthError::AlreadyExists { field: "username" });
        }
        let (username, username_key) = if username_taken { (None, None) } else { (username, username_key) };
        // Hashed in any case: the answer takes as long for an address that is taken.
        let password_hash = self.0.hasher.hash(&self.0.key, &asked.password).await?;
        let new = NewAccount {
            id: &Uuid::now_v7().to_string(),
            first_name,
            last_name,
            email,
            email_key: &email_key,
            username,
            username_key: username_key.as_deref(),
            password_hash: &password_hash,
            role: USER,
            language: language(&origin.language),
            now_ms: Moment::now().0,
        };
        self.store_registration(&new, username_taken, live.reveal()).await
    }

    async fn store_registration(
        &self,
        new: &NewAccount<'_>,
        username_taken: bool,
        reveal: Reveal,
    ) -> Result<Registered, AuthError> {
        let mut transaction = self.0.database.begin().await?;
        let to = Address { account_id: new.id, email: new.email, name: new.first_name, language: new.language };
        if accounts::insert(&mut transaction, new).await? {
            let link = self.make_first_link(&mut transaction, new.id).await?;
            self.0.outbox.put(&mut transaction, &to, &Letter::Confirm { link: &link, username_taken }).await?;
            transaction.commit().await?;
            self.0.outbox.wake();
            return Ok(Registered {});
        }
        transaction.rollback().await?;
        if reveal == Reveal::Taken {
            return Err(AuthError::AlreadyExists { field: "email" });
        }
        // Somebody who registers twice at once has their mail already; the owner of a confirmed address is told.
        if let Some(owner) = self.account_by_email(new.email_key).await?.filter(|a| a.confirmed_at_ms.is_some())
            && self.attempt(Counted::Mail, new.email_key).await.is_ok()
        {
            let login = format!("{}/login", self.0.rules.public_url);
            self.send(&owner, &Letter::AlreadyRegistered { login: &login }).await?;
        }
        Ok(Registered {})
    }

    /// # Errors
    /// [`AuthError::DeadLink`] when the link was used or is too old.
    pub(super) async fn confirm(&self, _origin: &Origin, asked: Confirm) -> Result<Confirmed, AuthError> {
        let token = required(&asked.token, "token")?;
        let mut transaction = self.0.database.begin().await?;
        match self.take_link(&mut transaction, token, Purpose::Confirm).await {
            Ok((account, _)) => {
                accounts::confirm(&mut transaction, &account.id, Moment::now().0).await?;
                transaction.commit().await?;
                Ok(Confirmed { account_id: account.id, email: account.email })
            }
            Err(AuthError::DeadLink) => {
                transaction.rollback().await?;
                self.confirm_email(token).await
            }
            Err(error) => Err(error),
        }
    }

    /// The answer is the same for an address that has no account, or a confirmed one.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] when it was asked for too often.
    pub(super) async fn resend_confirmation(
        &self,
        origin: &Origin,
        asked: ResendConfirmation,
    ) -> Result<(), AuthError> {
        let email = key(required(&asked.email, "email")?);
        self.attempts([(Counted::Registration, &origin.network), (Counted::Mail, &email)]).await?;
        self.in_the_background(move |auth| async move {
            match auth.account_by_email(&email).await? {
                Some(account) if account.confirmed_at_ms.is_none() => {
                    auth.send_link(&account, Purpose::Confirm, |link| Letter::Confirm { link, username_taken: false })
                        .await
                }
                _ => Ok(()),
            }
        });
        Ok(())
    }

    /// A registration that takes the place of an unconfirmed one may have the same user name.
    async fn username_is_taken_by_another(&self, username_key: &str, email_key: &str) -> Result<bool, AuthError> {
        let owner = self.account_by_login(username_key).await?;
        Ok(owner.is_some_and(|owner| owner.confirmed_at_ms.is_some() || key(&owner.email) != email_key))
    }
}
