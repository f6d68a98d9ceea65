//! Passwords as they are stored: bcrypt over HMAC-SHA-256 with the server's key, on few threads beside the async runtime.
//!
//! The keyed hash takes passwords of any length (bcrypt itself looks at 72 bytes) and makes a stolen database worthless
//! without the key file. bcrypt is slow by design, so only as many run at once as leave cores for pictures, and only so
//! many wait.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tokio::sync::Semaphore;

use super::AuthError;
use crate::store::key::ServerKey;

/// Requests that may wait for their turn; one more is told to come back.
const WAITING: usize = 128;

pub struct Hasher {
    cost: u32,
    /// Those that run.
    running: Arc<Semaphore>,
    /// Those that run or wait.
    places: Arc<Semaphore>,
    /// Stands in for the hash of an account that does not exist, so that a wrong name takes as long as a wrong password.
    nobody: String,
}

/// Hashes that are made side by side: half the cores.
pub fn hashes_at_once() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    (cores / 2).max(1)
}

impl Hasher {
    pub fn new(cost: u32) -> Self {
        let at_once = hashes_at_once();
        Self {
            cost,
            running: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(at_once + WAITING)),
            nobody: format!("$2b${cost:02}$......................{}", ".".repeat(31)),
        }
    }

    /// # Errors
    /// [`AuthError::Overloaded`] when too many wait.
    pub async fn hash(&self, key: &ServerKey, password: &str) -> Result<String, AuthError> {
        let (keyed, cost) = (keyed(key, password), self.cost);
        self.run(move || bcrypt::hash(keyed, cost)).await?.map_err(AuthError::internal)
    }

    /// Whether `password` is the one that `hash` was made of. Takes its time where there is no hash.
    ///
    /// # Errors
    /// [`AuthError::Overloaded`] when too many wait.
    pub async fn verify(&self, key: &ServerKey, password: &str, hash: Option<&str>) -> Result<bool, AuthError> {
        let known = hash.is_some();
        let (keyed, hash) = (keyed(key, password), hash.unwrap_or(&self.nobody).to_owned());
        let right = self.run(move || bcrypt::verify(keyed, &hash)).await?.map_err(AuthError::internal)?;
        Ok(right && known)
    }

    /// Whether the hash was made at another cost than is set now.
    pub fn is_outdated(&self, hash: &str) -> bool {
        hash.split('$').nth(2).and_then(|cost| cost.parse().ok()) != Some(self.cost)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AuthError> {
        let _place = self.places.try_acquire().map_err(|_| AuthError::Overloaded)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(AuthError::internal)?;
        // The permit goes with the work: who leaves does not let another one in before it is done.
        let work = move || {
            let _running = running;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(AuthError::internal)
    }
}

/// 43 letters without a zero byte, whatever the password.
fn keyed(key: &ServerKey, password: &str) -> String {
    STANDARD_NO_PAD.encode(key.tag("password", password))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_flood_is_told_to_come_back() {
        let key = ServerKey::load(tempfile::tempdir().expect("a folder for the test").path()).expect("made");
        let hasher = Hasher::new(4);
        let places = hasher.places.available_permits();
        let all = futures::future::join_all((0..places + 20).map(|_| hasher.verify(&key, "x", None))).await;
        let refused = all.iter().filter(|outcome| matches!(outcome, Err(AuthError::Overloaded))).count();
        assert_eq!((refused, all.iter().filter(|outcome| outcome.is_ok()).count()), (20, places));
        assert!(hasher.verify(&key, "x", None).await.is_ok(), "and then there is room again");
    }

    #[tokio::test]
    async fn long_passwords_differ_at_their_ends_and_nobody_has_none() {
        let key = ServerKey::load(tempfile::tempdir().expect("a folder for the test").path()).expect("made");
        let hasher = Hasher::new(4);
        let (first, second) = (format!("{}a", "x".repeat(100)), format!("{}b", "x".repeat(100)));
        let hash = hasher.hash(&key, &first).await.expect("hashed");
        assert!(hasher.verify(&key, &first, Some(&hash)).await.expect("compared"));
        assert!(!hasher.verify(&key, &second, Some(&hash)).await.expect("compared"));
        assert!(!hasher.verify(&key, &first, None).await.expect("compared"));
        assert!(!hasher.is_outdated(&hash) && Hasher::new(5).is_outdated(&hash));
        let other = ServerKey::load(tempfile::tempdir().expect("a folder for the test").path()).expect("made");
        assert!(!hasher.verify(&other, &first, Some(&hash)).await.expect("compared"), "without the server's key");
    }
}
