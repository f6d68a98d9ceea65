//! The key of this installation: it signs cookies and hashes addresses, and lies in a file that only its owner may read.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;

use super::{StoreError, secret_file};

const KEY_BYTES: usize = 32;

#[derive(Clone)]
pub struct ServerKey([u8; KEY_BYTES]);

impl ServerKey {
    /// Reads the key, or makes one at the first start.
    ///
    /// # Errors
    /// When the file can neither be read nor made, or is not a key.
    pub fn load(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join("server.key");
        let fail = |source| StoreError::Key { path: path.display().to_string(), source };
        std::fs::create_dir_all(folder).map_err(fail)?;
        match create(&path) {
            Ok(key) => Ok(key),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => read(&path).map_err(fail),
            Err(error) => Err(fail(error)),
        }
    }

    /// A keyed hash of `text` that no other `purpose` shares.
    pub fn tag(&self, purpose: &str, text: &str) -> [u8; 32] {
        self.mac(purpose, text).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    pub fn is_tag(&self, purpose: &str, text: &str, tag: &[u8]) -> bool {
        self.mac(purpose, text).verify_slice(tag).is_ok()
    }

    fn mac(&self, purpose: &str, text: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac
    }
}

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(..)")
    }
}

fn create(path: &Path) -> std::io::Result<ServerKey> {
    let key = secret_file::random()?;
    secret_file::create(path, &key)?;
    Ok(ServerKey(key))
}

fn read(path: &Path) -> std::io::Result<ServerKey> {
    let mut bytes = Vec::new();
    File::open(path)?.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    let key = bytes.try_into().map_err(|_| {
        std::io::Error::new(
            ErrorKind::InvalidData,
            format!("a key has {KEY_BYTES} bytes; remove the file for a new one"),
        )
    })?;
    Ok(ServerKey(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_the_same_and_purposes_are_apart() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let first = ServerKey::load(folder.path()).expect("made");
        let second = ServerKey::load(folder.path()).expect("read");
        let tag = first.tag("visitor", "text");
        assert!(second.is_tag("visitor", "text", &tag));
        assert!(!second.is_tag("network", "text", &tag));
        assert!(!second.is_tag("visitor", "texts", &tag));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder for the test");
        ServerKey::load(folder.path()).expect("made");
        let mode = std::fs::metadata(folder.path().join("server.key")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        std::fs::write(folder.path().join("server.key"), "short").expect("written");
        assert!(ServerKey::load(folder.path()).is_err());
    }
}
