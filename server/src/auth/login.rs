//! Logging in: by address or user name and password, with the second factor where the account has one.

use proto::auth_v1::{LogIn, LogInKind, LoggedIn, Origin};
use uuid::Uuid;

use super::fields::{Missing, key};
use super::store::{Account, sessions};
use super::throttle::{Attempt, Counted};
use super::tokens::Factors;
use super::{AuthError, LocalAuth};
use crate::service::Moment;

impl LocalAuth {
    /// The same answer after the same time for a name that does not exist and for a wrong password.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`], [`AuthError::TooManyAttempts`]; only after the right password
    /// [`AuthError::NotConfirmed`], [`AuthError::Blocked`] and [`AuthError::SecondFactorRequired`].
    pub(super) async fn log_in(&self, origin: &Origin, asked: LogIn) -> Result<LoggedIn, AuthError> {
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
        let account = account.filter(|_| right).ok_or(AuthError::InvalidCredentials)?;
        let factors = self.check_state(&account, &asked.code, &attempts).await?;
        if self.0.hasher.is_outdated(&account.password_hash) {
            let hash = self.0.hasher.hash(&self.0.key, &asked.password).await?;
            self.set_password_hash(&account.id, &hash).await?;
        }
        let device = device.unwrap_or_else(|| Uuid::now_v7().simple().to_string());
        let device_cookie = self.device_cookie(&device);
        let mut transaction = self.0.database.begin().await?;
        for attempt in &attempts {
            attempt.forgive(&mut transaction).await?;
        }
        sessions::remember_device(&mut transaction, &device, &account.id, Moment::now().0).await?;
        let logged_in = self.start_session(&mut transaction, &account, kind, (origin, factors)).await?;
        transaction.commit().await?;
        Ok(LoggedIn { device_cookie, ..logged_in })
    }

    /// What only somebody who knows the password is told. A wrong code counts as a failure, for codes can be guessed; a code
    /// that was not given does not.
    async fn check_state(&self, account: &Account, code: &str, attempts: &[Attempt]) -> Result<Factors, AuthError> {
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
    async fn count_login(
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
        let network = self.attempt(Counted::Network, &origin.network).await?;
        match self.attempt(Counted::Account, login).await {
            Ok(account) => Ok(vec![network, account]),
            // Nothing was tried.
            Err(error) => {
                self.uncount(&network).await?;
                Err(error)
            }
        }
    }

    fn device_cookie(&self, device: &str) -> String {
        format!("{device}.{}", hex::encode(self.0.key.tag("device", device)))
    }

    /// The device that a cookie of ours names.
    fn device_of(&self, cookie: &str) -> Option<String> {
        let (device, tag) = cookie.split_once('.')?;
        let tag = hex::decode(tag).ok()?;
        self.0.key.is_tag("device", device, &tag).then(|| device.to_owned())
    }
}
