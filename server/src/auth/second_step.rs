//! The second step of a login: the password was right, a code is awaited, and meanwhile a ticket stands for the first step.
//!
//! A ticket is nothing but a right to try codes: it begins no session, lives for five minutes, works once, and dies with the
//! password that it was given for. Wrong codes count as those do that come with the password.

use std::time::Duration;

use proto::auth_v1::{CodeAsked, FinishLogIn, LogInKind, LoggedIn, Origin};
use sqlx::AnyConnection;

use super::fields::{key, required};
use super::login::Entering;
use super::store::Account;
use super::store::links::{self, Purpose};
use super::{AuthError, LocalAuth, secret};
use crate::service::Moment;

/// Enough to look for the telephone.
const LIVES: Duration = Duration::from_secs(5 * 60);

impl LocalAuth {
    /// Gives a ticket to somebody whose password was right.
    pub(super) async fn ask_code(&self, account: &Account, kind: LogInKind) -> Result<CodeAsked, AuthError> {
        let (ticket, now) = (secret::new("")?, Moment::now());
        let (hash, detail) = (secret::hash(&ticket), written(account, kind));
        let mut connection = self.0.database.writer().acquire().await?;
        let of = (Purpose::SecondStep, Some(detail.as_str()));
        links::add(&mut connection, &hash, &account.id, of, (now.0, now.after(LIVES).0)).await?;
        Ok(CodeAsked { ticket, lives_secs: u32::try_from(LIVES.as_secs()).unwrap_or(u32::MAX) })
    }

    /// # Errors
    /// [`AuthError::DeadTicket`], [`AuthError::InvalidCredentials`] for a wrong code, after which the ticket goes on working,
    /// [`AuthError::TooManyAttempts`], [`AuthError::Blocked`].
    pub(super) async fn finish_log_in(&self, origin: &Origin, asked: FinishLogIn) -> Result<LoggedIn, AuthError> {
        let code = required(&asked.code, "code")?;
        let hash = secret::hash(&asked.ticket);
        let mut connection = self.0.database.pool().acquire().await?;
        let begun = links::find(&mut connection, &hash, Purpose::SecondStep, Moment::now().0).await?;
        drop(connection);
        let begun = begun.ok_or(AuthError::DeadTicket)?;
        let account = self.account(&begun.account_id).await?.ok_or(AuthError::DeadTicket)?;
        let kind = begun.detail.as_deref().and_then(|detail| read(detail, &account)).ok_or(AuthError::DeadTicket)?;
        let device = self.device_of(&origin.device_cookie);
        let attempts = self.count_login(origin, &key(&account.email), Some(&account), device.as_deref()).await?;
        let factors = self.check_state(&account, code, &attempts).await?;
        let ticket = Some(asked.ticket.as_str());
        self.enter(origin, Entering { account: &account, kind, factors, attempts, device, ticket }).await
    }

    /// Takes the ticket, so that nobody can take it again.
    pub(super) async fn take_ticket(&self, connection: &mut AnyConnection, ticket: &str) -> Result<(), AuthError> {
        let taken = links::take(connection, &secret::hash(ticket), Purpose::SecondStep, Moment::now().0).await?;
        taken.map(|_| ()).ok_or(AuthError::DeadTicket)
    }
}

/// What is kept of the first step: how it shall go on, and which password was right.
fn written(account: &Account, kind: LogInKind) -> String {
    format!("{}:{}", i32::from(kind), secret::hash(&account.password_hash))
}

/// None where the password is another one by now.
fn read(detail: &str, account: &Account) -> Option<LogInKind> {
    let (kind, password) = detail.split_once(':')?;
    (password == secret::hash(&account.password_hash)).then_some(())?;
    LogInKind::try_from(kind.parse::<i32>().ok()?).ok()
}
