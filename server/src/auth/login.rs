//! Logging in: by address or user name and password, with the second factor where the account has one.

use proto::auth_v1::auth_reply::Reply;
use proto::auth_v1::{LogIn, LogInKind, LoggedIn, Origin};
use uuid::Uuid;

use super::fields::{Missing, key};
use super::store::{Account, accounts, sessions};
use super::throttle::{Attempt, Counted};
use super::tokens::Factors;
use super::{AuthError, LocalAuth};
use crate::service::Moment;

/// Somebody who has shown who they are.
pub(super) struct Entering<'a> {
    pub account: &'a Account,
    pub kind: LogInKind,
    pub factors: Factors,
    /// What has counted as failures until now.
    pub attempts: Vec<Attempt>,
    /// The device, where it is one of ours.
    pub device: Option<String>,
    /// What stands for the first step, in a login of two.
    pub ticket: Option<&'a str>,
}

impl LocalAuth {
    /// The same answer after the same time for a name that does not exist and for a wrong password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::TooManyAttempts`]; only after the right password
    /// [`AuthError::NotConfirmed`], [`AuthError::Blocked`] and, unless in two steps, [`AuthError::SecondFactorRequired`].
    pub(super) async fn log_in(&self, origin: &Origin, asked: LogIn) -> Result<Reply, AuthError> {
        let mut missing = Missing::default();
        let login = key(missing.text(&asked.login, "login"));
        missing.password(&asked.password, "password");
        missing.none()?;
        let kind = LogInKind::try_from(asked.kind).unwrap_or(LogInKind::Tokens);
        let account = self.account_by_login(&login).await?;
        let device = self.device_of(&origin.device_cookie);
        let attempts = self.count_login(origin, &login, account.as_ref(), device.as_deref()).await?;
        let hash = account.as_ref().map(|account| account.password_hash.as_str());
        let right = self.0.hasher.verify(&self.0.key, &asked.password, hash).await?;
        let mut account = account.filter(|_| right).ok_or(AuthError::InvalidCredentials)?;
        // Now, for a second step has no password.
        if self.0.hasher.is_outdated(&account.password_hash) {
            let hash = self.0.hasher.hash(&self.0.key, &asked.password).await?;
            self.renew_password_hash(&account, &hash).await?;
            account.password_hash = hash;
        }
        let factors = match self.check_state(&account, &asked.code, &attempts).await {
            Err(AuthError::SecondFactorRequired) if asked.in_two_steps => {
                return self.ask_code(&account, kind).await.map(Reply::CodeAsked);
            }
            state => state?,
        };
        let entering = Entering { account: &account, kind, factors, attempts, device, ticket: None };
        self.enter(origin, entering).await.map(Reply::LoggedIn)
    }

    /// Begins the session.
    ///
    /// # Errors
    /// [`AuthError::DeadTicket`] for a ticket that was used in between.
    pub(super) async fn enter(&self, origin: &Origin, entering: Entering<'_>) -> Result<LoggedIn, AuthError> {
        let Entering { account, kind, factors, attempts, device, ticket } = entering;
        let device = device.unwrap_or_else(|| Uuid::now_v7().simple().to_string());
        let device_cookie = self.device_cookie(&device);
        let mut transaction = self.0.database.begin().await?;
        if let Some(ticket) = ticket {
            // The account before its links: whoever deletes it goes the same way.
            accounts::hold(&mut transaction, &account.id).await?.ok_or(AuthError::DeadTicket)?;
            self.take_ticket(&mut transaction, ticket).await?;
        }
        for attempt in &attempts {
            attempt.forgive(&mut transaction).await?;
        }
        sessions::remember_device(&mut transaction, &device, &account.id, Moment::now().0).await?;
        let logged_in = self.start_session(&mut transaction, account, kind, (origin, factors)).await?;
        transaction.commit().await?;
        Ok(LoggedIn { device_cookie, ..logged_in })
    }

    /// What only somebody who knows the password is told. A wrong code counts as a failure, for codes can be guessed; a code
    /// that was not given does not.
    pub(super) async fn check_state(
        &self,
        account: &Account,
        code: &str,
        attempts: &[Attempt],
    ) -> Result<Factors, AuthError> {
        let refused = if account.confirmed_at_ms.is_none() {
            AuthError::NotConfirmed
        } else if account.blocked_at_ms.is_some() {
            AuthError::Blocked
        } else if !account.second_factor {
            return Ok(Factors::One);
        } else if code.trim().is_empty() {
            AuthError::SecondFactorRequired
        } else if self.take_code(&account.id, code).await? {
            return Ok(Factors::Two);
        } else {
            return Err(AuthError::InvalidCredentials);
        };
        for attempt in attempts {
            self.uncount(attempt).await?;
        }
        Err(refused)
    }

    /// Where attempts are many, those from a device that the account knows are counted apart.
    pub(super) async fn count_login(
        &self,
        origin: &Origin,
        login: &str,
        account: Option<&Account>,
        device: Option<&str>,
    ) -> Result<Vec<Attempt>, AuthError> {
        if let (Some(account), Some(device)) = (account, device)
            && self.knows_device(device, &account.id).await?
        {
            return Ok(vec![self.attempt(Counted::Device, &format!("{device}:{}", account.id)).await?]);
        }
        Ok(self.attempts([(Counted::Network, &origin.network), (Counted::Account, login)]).await?.into())
    }

    fn device_cookie(&self, device: &str) -> String {
        format!("{device}.{}", hex::encode(self.0.key.tag("device", device)))
    }

    /// The device that a cookie of ours names.
    pub(super) fn device_of(&self, cookie: &str) -> Option<String> {
        let (device, tag) = cookie.split_once('.')?;
        let tag = hex::decode(tag).ok()?;
        self.0.key.is_tag("device", device, &tag).then(|| device.to_owned())
    }
}
