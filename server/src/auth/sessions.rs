//! Sessions: begun, listed, ended.

use std::time::Duration;

use proto::auth_v1::{GivePassword, LogInKind, LoggedIn, Origin, Session, Sessions};
use sqlx::AnyConnection;
use uuid::Uuid;

use super::store::sessions::{self, NewSession};
use super::store::{self, Account};
use super::tokens::{Claimed, Factors};
use super::{AuthError, LocalAuth, secret};
use crate::service::Moment;

/// How long a program may go without refreshing, and a browser that shall remember without coming back.
pub const LASTING: Duration = Duration::from_secs(30 * 24 * 3600);

/// How long a browser's session lives without use: browsers that restore their tabs keep session cookies for ever.
pub const UNTIL_CLOSED: Duration = Duration::from_secs(24 * 3600);

/// How long a program's session lives however often it is used: then somebody types the password again, or makes an API key.
pub const LONGEST_OF_PROGRAM: Duration = Duration::from_secs(90 * 24 * 3600);

/// The same of a browser's: its cookie goes after so long.
pub const LONGEST_OF_BROWSER: Duration = LASTING;

/// How long a password that was given counts for what must not be done by whoever finds a browser open.
pub const PASSWORD_HOLDS: Duration = Duration::from_secs(600);

/// Letters that are kept of what a device calls itself.
const LONGEST_DEVICE: usize = 200;

impl LocalAuth {
    /// Begins a session of that kind, as a part of the transaction, and returns what its owner needs to go on.
    pub(super) async fn start_session(
        &self,
        connection: &mut AnyConnection,
        account: &Account,
        kind: LogInKind,
        (origin, factors): (&Origin, Factors),
    ) -> Result<LoggedIn, AuthError> {
        let (id, now) = (Uuid::now_v7().to_string(), Moment::now());
        let device: String = origin.device.chars().filter(|c| !c.is_control()).take(LONGEST_DEVICE).collect();
        let (cookie, lives) = match kind {
            LogInKind::Tokens | LogInKind::Unspecified => (None, LASTING),
            LogInKind::Cookie => (Some(secret::new("")?), UNTIL_CLOSED),
            LogInKind::LastingCookie => (Some(secret::new("")?), LASTING),
        };
        let cookie_hash = cookie.as_deref().map(secret::hash);
        let new = NewSession {
            id: &id,
            account_id: &account.id,
            cookie_hash: cookie_hash.as_deref(),
            second_factor: factors == Factors::Two,
            device: &device,
            place: &origin.place,
            now_ms: now.0,
            expires_at_ms: now.after(lives).0,
        };
        sessions::insert(connection, &new).await?;
        Ok(match cookie {
            Some(cookie) => LoggedIn {
                account_id: account.id.clone(),
                session_id: id,
                cookie,
                cookie_max_age_secs: match kind {
                    LogInKind::LastingCookie => u32::try_from(LASTING.as_secs()).unwrap_or(u32::MAX),
                    _ => 0,
                },
                ..LoggedIn::default()
            },
            None => {
                let refresh_token = secret::new("iir_")?;
                sessions::insert_refresh_token(connection, &secret::hash(&refresh_token), &id, now.0).await?;
                let claimed = Claimed { account_id: &account.id, session_id: &id, role: &account.role, factors };
                self.tokens_for(&claimed, refresh_token)?
            }
        })
    }

    pub(super) fn tokens_for(&self, claimed: &Claimed<'_>, refresh_token: String) -> Result<LoggedIn, AuthError> {
        let (access_token, lives) = self.0.tokens.issue(claimed)?;
        Ok(LoggedIn {
            account_id: claimed.account_id.into(),
            session_id: claimed.session_id.into(),
            access_token,
            access_expires_in_secs: lives,
            refresh_token,
            ..LoggedIn::default()
        })
    }

    /// Takes the password once more: it counts as given now.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong password, [`AuthError::TooManyAttempts`] when that was tried too often.
    pub(super) async fn give_password(&self, asked: GivePassword) -> Result<(), AuthError> {
        self.with_password(&asked.account_id, &asked.password).await?;
        Ok(self.set_password_given(&asked.account_id, &asked.session_id, Moment::now().0).await?)
    }

    /// Whether the session's password was given shortly before.
    pub(super) async fn password_is_fresh(&self, account_id: &str, session_id: &str) -> Result<bool, AuthError> {
        let given = self.password_given(account_id, session_id).await?;
        Ok(given.is_some_and(|at_ms| Moment::now() < Moment(at_ms).after(PASSWORD_HOLDS)))
    }

    pub(super) async fn list_sessions(&self, account_id: &str) -> Result<Sessions, AuthError> {
        let sessions = self.sessions_of(account_id, Moment::now().0).await?;
        Ok(Sessions { sessions: sessions.into_iter().map(shown).collect() })
    }

    /// # Errors
    /// [`AuthError::NotFound`] when the account has no such session.
    pub(super) async fn end_session(&self, account_id: &str, session_id: &str) -> Result<(), AuthError> {
        if !self.end_one(account_id, session_id, Moment::now().0).await? {
            return Err(AuthError::NotFound);
        }
        self.0.ended.add(vec![session_id.to_owned()]);
        Ok(())
    }

    pub(super) async fn end_sessions(&self, account_id: &str, but: &str) -> Result<(), AuthError> {
        let mut transaction = self.0.database.begin().await?;
        let ended = sessions::end_all(&mut transaction, account_id, but, Moment::now().0).await?;
        transaction.commit().await?;
        self.0.ended.add(ended);
        Ok(())
    }
}

fn shown(session: store::Session) -> Session {
    let store::Session {
        id,
        account_id: _,
        role: _,
        device,
        place,
        is_cookie,
        second_factor: _,
        created_at_ms,
        last_used_ms,
        expires_at_ms,
    } = session;
    Session { id, device, place, created_at_ms, last_used_ms, expires_at_ms, cookie: is_cookie }
}
