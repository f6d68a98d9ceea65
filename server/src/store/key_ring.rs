//! Keys that are replaced now and then: those that sign access tokens and those that encrypt files, each kind in a file that
//! only its owner may read, rotated by `iia admin keys rotate`.
//!
//! A key that signed tokens is believed for another hour, four times as long as a token lives; one that encrypted files is
//! kept until they have been encrypted anew. A running server looks at the file's time and reads it anew when it has changed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{StoreError, secret_file};
use crate::service::Moment;

/// What the keys are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFile {
    Tokens,
    Storage,
}

impl KeyFile {
    fn name(self) -> &'static str {
        match self {
            Self::Tokens => "token-keys.json",
            Self::Storage => "storage-keys.json",
        }
    }
}

/// How long a key that signed tokens is believed after it was replaced.
pub const BELIEVED: Duration = Duration::from_secs(3600);

/// How often the file's time is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A key as it stands in the file.
#[derive(Clone, Serialize, Deserialize)]
pub struct Key {
    pub kid: String,
    secret: String,
    pub created_at_ms: i64,
    pub replaced_at_ms: Option<i64>,
}

impl Key {
    pub fn secret(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(&self.secret).unwrap_or_default()
    }

    fn is_good(&self, file: KeyFile, now: Moment) -> bool {
        match file {
            KeyFile::Storage => true,
            KeyFile::Tokens => self.replaced_at_ms.is_none_or(|replaced| Moment(replaced).after(BELIEVED) > now),
        }
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Key").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The keys of one kind of one installation.
#[derive(Clone, Debug)]
pub struct KeyRing {
    path: PathBuf,
    file: KeyFile,
    seen: Arc<RwLock<Seen>>,
}

#[derive(Debug)]
struct Seen {
    keys: Vec<Key>,
    changed: Option<SystemTime>,
    looked: Instant,
}

impl KeyRing {
    /// Reads the keys, or makes the first one.
    ///
    /// # Errors
    /// When the file can neither be read nor made.
    pub fn load(folder: &Path, file: KeyFile) -> Result<Self, StoreError> {
        let path = folder.join(file.name());
        let fail = |source| StoreError::Key { path: path.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(fail)?;
        let first = new_key(Moment::now()).and_then(|key| secret_file::create(&path, &written(&[key])?));
        match first {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(fail(error)),
            _ => {}
        }
        let keys = read(&path).map_err(fail)?;
        let seen = Seen { keys, changed: changed(&path), looked: Instant::now() };
        Ok(Self { path, file, seen: Arc::new(RwLock::new(seen)) })
    }

    /// Puts a new key before the one that signs now; returns the name of the new one.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn rotate(&self, now: Moment) -> std::io::Result<String> {
        let mut keys = read(&self.path)?;
        keys.retain(|key| key.is_good(self.file, now));
        for key in &mut keys {
            key.replaced_at_ms.get_or_insert(now.0);
        }
        let key = new_key(now)?;
        let kid = key.kid.clone();
        keys.insert(0, key);
        secret_file::replace(&self.path, &written(&keys)?)?;
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        *seen = Seen { keys, changed: changed(&self.path), looked: Instant::now() };
        Ok(kid)
    }

    /// Names of the keys that were replaced before then.
    pub fn replaced_before(&self, moment: Moment) -> Vec<String> {
        self.look();
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        let replaced = seen.keys.iter().filter(|key| key.replaced_at_ms.is_some_and(|at| at < moment.0));
        replaced.map(|key| key.kid.clone()).collect()
    }

    /// Takes keys out that nothing needs any more; the one that signs or encrypts stays.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn forget(&self, kids: &[String]) -> std::io::Result<()> {
        let mut keys = read(&self.path)?;
        keys.retain(|key| key.replaced_at_ms.is_none() || !kids.contains(&key.kid));
        secret_file::replace(&self.path, &written(&keys)?)?;
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        *seen = Seen { keys, changed: changed(&self.path), looked: Instant::now() };
        Ok(())
    }

    /// The key that signs or encrypts.
    pub fn current(&self) -> Option<Key> {
        self.look();
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.keys.iter().find(|key| key.replaced_at_ms.is_none()).cloned()
    }

    /// The key of that name, while it is good for anything.
    pub fn find(&self, kid: &str, now: Moment) -> Option<Key> {
        self.look();
        let seen = self.seen.read().unwrap_or_else(PoisonError::into_inner);
        seen.keys.iter().find(|key| key.kid == kid && key.is_good(self.file, now)).cloned()
    }

    /// Reads the file anew if it has changed.
    fn look(&self) {
        if self.seen.read().unwrap_or_else(PoisonError::into_inner).looked.elapsed() < LOOK_EVERY {
            return;
        }
        let changed = changed(&self.path);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        seen.looked = Instant::now();
        if changed == seen.changed {
            return;
        }
        match read(&self.path) {
            Ok(keys) => (seen.keys, seen.changed) = (keys, changed),
            Err(error) => tracing::error!(error.cause = %error, "a file of keys cannot be read; the old keys stay"),
        }
    }
}

fn new_key(now: Moment) -> std::io::Result<Key> {
    let secret = URL_SAFE_NO_PAD.encode(secret_file::random::<32>()?);
    Ok(Key { kid: Uuid::now_v7().simple().to_string(), secret, created_at_ms: now.0, replaced_at_ms: None })
}

fn written(keys: &[Key]) -> std::io::Result<Vec<u8>> {
    serde_json::to_vec_pretty(keys).map_err(std::io::Error::other)
}

fn read(path: &Path) -> std::io::Result<Vec<Key>> {
    let keys: Vec<Key> = serde_json::from_slice(&std::fs::read(path)?).map_err(std::io::Error::other)?;
    let sound = !keys.is_empty() && keys.iter().all(|key| key.secret().len() == 32);
    if sound { Ok(keys) } else { Err(std::io::Error::other("a key has 32 bytes; remove the file for a new one")) }
}

fn changed(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|facts| facts.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replaced_key_of_tokens_is_believed_for_an_hour_and_does_not_sign() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let ring = KeyRing::load(folder.path(), KeyFile::Tokens).expect("made");
        let now = Moment::now();
        let old = ring.current().expect("a key").kid;
        let new = ring.rotate(now).expect("rotated");
        assert_eq!(ring.current().expect("a key").kid, new);
        assert!(ring.find(&old, Moment(now.0 + 3_599_000)).is_some());
        assert!(ring.find(&old, Moment(now.0 + 3_600_000)).is_none());
        assert!(ring.find("another", now).is_none());
        let again = KeyRing::load(folder.path(), KeyFile::Tokens).expect("read");
        assert_eq!(again.current().expect("a key").kid, new);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder for the test");
        let ring = KeyRing::load(folder.path(), KeyFile::Tokens).expect("made");
        let mode = || {
            std::fs::metadata(folder.path().join(KeyFile::Tokens.name())).expect("there").permissions().mode() & 0o777
        };
        assert_eq!(mode(), 0o600);
        ring.rotate(Moment::now()).expect("rotated");
        assert_eq!(mode(), 0o600);
    }
}
