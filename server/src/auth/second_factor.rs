//! The second factor: codes of an authenticator (TOTP, RFC 6238), each taken once, and recovery codes for who has lost it.

use proto::auth_v1::{BeginSecondFactor, ConfirmSecondFactor, RecoveryCodes, RemoveSecondFactor, SecondFactor};
use totp_rs::{Builder, Totp};

use super::fields::required;
use super::store::second_factors;
use super::throttle::Counted;
use super::{AuthError, LocalAuth, email, seal, secret};
use crate::mail::Letter;
use crate::service::Moment;
use crate::store::secret_file::random;

/// Bytes of a secret: 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

/// What the authenticator shows beside the account.
const ISSUER: &str = "Image Analyzer";

const RECOVERY_CODES: usize = 10;

/// Without letters and digits that look alike.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

impl LocalAuth {
    /// Makes a secret, which counts once its first code was right.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong password, [`AuthError::Conflict`] when there is a second factor.
    pub(super) async fn begin_second_factor(&self, asked: BeginSecondFactor) -> Result<SecondFactor, AuthError> {
        let account = self.with_password(&asked.account_id, &asked.password).await?;
        let secret: [u8; SECRET_BYTES] = random().map_err(AuthError::internal)?;
        if !self.propose_second_factor(&account.id, &self.sealed(&account.id, &secret)?).await? {
            return Err(AuthError::Conflict);
        }
        let totp = totp(&secret, &account.email)?;
        Ok(SecondFactor {
            secret: totp.secret().to_base32(),
            uri: totp.to_url().map_err(|error| AuthError::internal(error.to_string()))?,
        })
    }

    /// Has the second factor count; every other session ends at its next login alone, so nobody is thrown out.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong code, [`AuthError::NotFound`] when none was begun.
    pub(super) async fn confirm_second_factor(&self, asked: ConfirmSecondFactor) -> Result<RecoveryCodes, AuthError> {
        let code = required(&asked.code, "code")?;
        let attempt = self.attempt(Counted::Password, &asked.account_id).await?;
        let begun = self.second_factor(&asked.account_id).await?.filter(|begun| begun.since_ms.is_none());
        let begun = begun.ok_or(AuthError::NotFound)?;
        let account = self.account(&asked.account_id).await?.ok_or(AuthError::NotFound)?;
        if !self.is_code(&account.id, &begun.secret, code).await? {
            return Err(AuthError::InvalidCredentials);
        }
        self.forgive(&attempt).await?;
        let codes = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<Vec<_>, _>>()?;
        let hashes: Vec<String> = codes.iter().map(|code| recovery_hash(&account.id, code)).collect();
        let mut transaction = self.0.database.begin().await?;
        if !second_factors::confirm(&mut transaction, &account.id, Moment::now().0, &hashes).await? {
            return Err(AuthError::Conflict);
        }
        self.0.outbox.put(&mut transaction, &email::to(&account), &Letter::SecondFactorAdded).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(RecoveryCodes { codes })
    }

    /// # Errors
    /// [`AuthError::InvalidCredentials`] for a wrong password.
    pub(super) async fn remove_second_factor(&self, asked: RemoveSecondFactor) -> Result<(), AuthError> {
        let account = self.with_password(&asked.account_id, &asked.password).await?;
        let mut transaction = self.0.database.begin().await?;
        second_factors::delete(&mut transaction, &account.id).await?;
        self.0.outbox.put(&mut transaction, &email::to(&account), &Letter::SecondFactorRemoved).await?;
        transaction.commit().await?;
        self.0.outbox.wake();
        Ok(())
    }

    /// Takes the code of an authenticator, or a recovery code; returns whether it was right and new.
    pub(super) async fn take_code(&self, account_id: &str, code: &str) -> Result<bool, AuthError> {
        let Some(factor) = self.second_factor(account_id).await? else { return Ok(false) };
        if self.is_code(account_id, &factor.secret, code).await? {
            return Ok(true);
        }
        let code = code.trim().to_lowercase().replace([' ', '-'], "");
        Ok(self.take_recovery_code(account_id, &recovery_hash(account_id, &code)).await?)
    }

    async fn is_code(&self, account_id: &str, sealed: &str, code: &str) -> Result<bool, AuthError> {
        let secret = self.unsealed(account_id, sealed)?;
        let secs = u64::try_from(Moment::now().0 / 1000).unwrap_or(0);
        let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        match totp(&secret, "")?.check(&code, secs).and_then(|step| i64::try_from(step).ok()) {
            Some(step) => Ok(self.take_step(account_id, step).await?),
            None => Ok(false),
        }
    }

    /// Encrypted for this account: the database alone makes no codes.
    fn sealed(&self, account_id: &str, secret: &[u8]) -> Result<String, AuthError> {
        seal::seal(&self.0.key.tag("second factor", ""), account_id, secret)
    }

    fn unsealed(&self, account_id: &str, sealed: &str) -> Result<Vec<u8>, AuthError> {
        let opened = seal::unseal(&self.0.key.tag("second factor", ""), account_id, sealed);
        opened.ok_or_else(|| AuthError::internal("the secret of a second factor is not what was written"))
    }
}

/// SHA-1, six digits, thirty seconds, one step to either side: what every authenticator takes.
fn totp(secret: &[u8], account: &str) -> Result<Totp, AuthError> {
    let builder = Builder::new().with_secret(secret).with_account_name(account).with_issuer(Some(ISSUER));
    builder.build().map_err(|error| AuthError::internal(error.to_string()))
}

/// Ten letters: 50 bits, behind the same waits as passwords.
fn recovery_code() -> Result<String, AuthError> {
    let bytes: [u8; 10] = random().map_err(AuthError::internal)?;
    Ok(bytes.iter().filter_map(|byte| LETTERS.get(usize::from(byte % 32))).map(|letter| char::from(*letter)).collect())
}

fn recovery_hash(account_id: &str, code: &str) -> String {
    secret::hash(&format!("{account_id}:{code}"))
}
