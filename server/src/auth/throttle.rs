//! How often may be tried: each failure beyond the free ones doubles the wait, and nobody can lock another person out.
//!
//! Attempts are counted by account (by the name that was typed, whether or not it exists), by network, and apart from both by
//! known device: who has logged in on a device before goes on there, whatever others do elsewhere.

use std::time::Duration;

use sqlx::AnyConnection;

use super::store::throttles;
use super::{AuthError, LocalAuth};
use crate::service::Moment;

/// What is counted apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Logins to an account from devices that it does not know.
    Account,
    /// Logins to an account from a device that it knows.
    Device,
    /// Logins from a network.
    Network,
    /// Mails to an address that anyone may ask for.
    Mail,
    /// Registrations from a network.
    Registration,
    /// Registrations with an address, from wherever: each sends it a mail.
    RegistrationOf,
    /// The old password, asked of somebody who is logged in.
    Password,
}

/// The longest wait: an attacker has four guesses an hour then, and an owner on a new device waits no longer than that.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// After so long without a failure the count begins anew.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(3600);

impl Counted {
    /// Attempts without a wait.
    fn free(self) -> i64 {
        match self {
            Self::Account => 5,
            Self::Device | Self::Password | Self::RegistrationOf => 10,
            // A school or an office behind one address.
            Self::Network => 50,
            Self::Mail => 3,
            Self::Registration => 30,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Device => "device",
            Self::Network => "network",
            Self::Mail => "mail",
            Self::Registration => "registration",
            Self::RegistrationOf => "registration_of",
            Self::Password => "password",
        }
    }
}

/// An attempt that counts as a failure until it is forgiven.
#[derive(Debug)]
pub struct Attempt {
    counted: Counted,
    hash: String,
}

impl LocalAuth {
    /// Counts an attempt before it is made, so that parallel ones cannot pass together.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] while it is to be waited.
    pub(super) async fn attempt(&self, counted: Counted, subject: &str) -> Result<Attempt, AuthError> {
        self.attempts([(counted, subject)]).await.map(|[attempt]| attempt)
    }

    /// Counts one attempt by each of several, or by none: where it is to be waited for one of them, nothing is tried. Whoever
    /// counts by network and by something else names the network first: two who went opposite ways would wait for each other.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] while it is to be waited.
    pub(super) async fn attempts<const N: usize>(
        &self,
        subjects: [(Counted, &str); N],
    ) -> Result<[Attempt; N], AuthError> {
        let attempts = subjects.map(|(counted, subject)| {
            let hash = hex::encode(self.0.key.tag("throttle", &format!("{}:{subject}", counted.name())));
            Attempt { counted, hash }
        });
        let now = Moment::now();
        let times = (now.0, now.0 - ms(FORGOTTEN_AFTER));
        let counts = attempts.each_ref().map(|attempt| (attempt.hash.as_str(), attempt.counted.free()));
        let free = self.count_free_attempts(&counts, times).await?;
        let (mut done, others): (Vec<&Attempt>, Vec<&Attempt>) =
            attempts.iter().partition(|attempt| free.contains(&attempt.hash));
        for attempt in others {
            let wait_ms = |failures: i64| ms(wait(failures - attempt.counted.free()));
            if let Some(until_ms) = self.count_attempt(&attempt.hash, times, wait_ms).await? {
                for attempt in done {
                    self.uncount(attempt).await?;
                }
                let left = u64::try_from(until_ms - now.0).unwrap_or(0);
                return Err(AuthError::TooManyAttempts { retry_after: Duration::from_millis(left + 999) });
            }
            done.push(attempt);
        }
        Ok(attempts)
    }

    /// Takes an attempt that succeeded off the count.
    pub(super) async fn forgive(&self, attempt: &Attempt) -> Result<(), AuthError> {
        let mut connection = self.0.database.writer().acquire().await?;
        Ok(attempt.forgive(&mut connection).await?)
    }

    /// Takes back an attempt that was neither right nor wrong.
    pub(super) async fn uncount(&self, attempt: &Attempt) -> Result<(), AuthError> {
        let mut connection = self.0.database.writer().acquire().await?;
        Ok(throttles::uncount(&mut connection, &attempt.hash).await?)
    }
}

impl Attempt {
    /// Takes it off the count, for it succeeded: all of them where it was the account's own, one where others share it.
    pub(super) async fn forgive(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self.counted {
            Counted::Account | Counted::Device | Counted::Password => throttles::clear(connection, &self.hash).await,
            Counted::Network | Counted::Mail | Counted::Registration | Counted::RegistrationOf => {
                throttles::uncount(connection, &self.hash).await
            }
        }
    }
}

/// None at first, then 1 s, 2 s, 4 s, ...
fn wait(beyond_free: i64) -> Duration {
    match u32::try_from(beyond_free) {
        Err(_) => Duration::ZERO,
        Ok(beyond) => Duration::from_secs(1u64.checked_shl(beyond).unwrap_or(u64::MAX)).min(LONGEST_WAIT),
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let secs = [-1, 0, 1, 5, 9, 10, 100, i64::MAX].map(|beyond| wait(beyond).as_secs());
        assert_eq!(secs, [0, 1, 2, 32, 512, 900, 900, 0]);
    }
}
