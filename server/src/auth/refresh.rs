//! New tokens for old: every refresh token works once.
//!
//! One that comes again after it was replaced was copied: then nobody can tell the thief from the owner, so the whole session
//! ends and the owner is told. Within a few seconds it is more likely a second tab or a repeated request, and gets tokens too.

use std::time::Duration;

use proto::auth_v1::{LoggedIn, Refresh};

use super::fields::required;
use super::sessions::LASTING;
use super::store::sessions::{self, Presented};
use super::tokens::{Claimed, Factors};
use super::{AuthError, LocalAuth, secret};
use crate::mail::Letter;
use crate::service::Moment;

/// How long a token that was replaced still works.
const GRACE: Duration = Duration::from_secs(10);

impl LocalAuth {
    /// # Errors
    /// [`AuthError::Unauthenticated`] for a token that is unknown, too old or was used before.
    pub(super) async fn refresh(&self, asked: Refresh) -> Result<LoggedIn, AuthError> {
        let hash = secret::hash(required(&asked.refresh_token, "refresh_token")?);
        let (now, new) = (Moment::now(), secret::new("iir_")?);
        let mut transaction = self.0.database.begin().await?;
        let session_id = match sessions::present_refresh_token(&mut transaction, &hash, now.0).await? {
            Presented::Current { session_id } => session_id,
            Presented::Replaced { session_id, at_ms } if Moment(at_ms).after(GRACE) >= now => session_id,
            Presented::Replaced { session_id, .. } => {
                transaction.rollback().await?;
                self.end_stolen(&session_id).await?;
                return Err(AuthError::Unauthenticated);
            }
            Presented::Unknown => return Err(AuthError::Unauthenticated),
        };
        let session = sessions::alive(&mut transaction, &session_id, now.0).await?.ok_or(AuthError::Unauthenticated)?;
        sessions::insert_refresh_token(&mut transaction, &secret::hash(&new), &session.id, now.0).await?;
        sessions::touch(&mut transaction, &session.id, now.0, now.after(LASTING).0).await?;
        transaction.commit().await?;
        let factors = if session.second_factor { Factors::Two } else { Factors::One };
        let claimed =
            Claimed { account_id: &session.account_id, session_id: &session.id, role: &session.role, factors };
        self.tokens_for(&claimed, new)
    }

    async fn end_stolen(&self, session_id: &str) -> Result<(), AuthError> {
        let Some(session) = self.session_by_id(session_id, Moment::now().0).await? else { return Ok(()) };
        // Whoever is first ends the session and writes the mail.
        if self.end_one(&session.account_id, session_id, Moment::now().0).await? {
            self.0.ended.add(vec![session_id.to_owned()]);
            if let Some(account) = self.account(&session.account_id).await? {
                self.send(&account, &Letter::TokenReused { device: &session.device }).await?;
            }
        }
        Ok(())
    }
}
