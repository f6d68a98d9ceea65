//! Files that people have given us: encrypted with AES-256-GCM under a key of this installation, one file each.
//!
//! A file begins with a mark, the name of its key and the nonce; its own name is authenticated with it, so that no file can
//! take the place of another. What an earlier version has written in plain is still read.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::key_ring::KeyRing;
use super::secret_file::random;
use crate::service::Moment;

const MARK: &[u8; 4] = b"IIA\x01";

/// A key's name: 32 letters.
const KEY_NAME: usize = 32;

#[derive(Clone, Debug)]
pub struct Vault {
    folder: PathBuf,
    keys: KeyRing,
}

impl Vault {
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, keys: KeyRing) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), keys })
    }

    /// Writes the whole file or nothing.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn write(&self, name: &str, content: &Bytes) -> io::Result<()> {
        let (vault, name, content) = (self.clone(), name.to_owned(), content.clone());
        blocking(move || {
            let sealed = vault.seal(&name, &content)?;
            let arriving = vault.folder.join(format!("{name}.part"));
            std::fs::write(&arriving, sealed)?;
            std::fs::rename(&arriving, vault.folder.join(&name))
        })
        .await
    }

    /// # Errors
    /// When the file is there and cannot be read, or is not what was written.
    pub async fn read(&self, name: &str) -> io::Result<Option<Bytes>> {
        let (vault, name) = (self.clone(), name.to_owned());
        blocking(move || match std::fs::read(vault.folder.join(&name)) {
            Ok(sealed) => vault.unseal(&name, sealed).map(|content| Some(content.into())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// # Errors
    /// When the file is there and cannot be removed.
    pub async fn remove(&self, name: &str) -> io::Result<()> {
        match tokio::fs::remove_file(self.folder.join(name)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn seal(&self, name: &str, content: &[u8]) -> io::Result<Vec<u8>> {
        let key = self.keys.current().ok_or_else(|| broken("there is no key for files"))?;
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut sealed = content.to_vec();
        cipher(&key.secret())?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(name), &mut sealed)
            .map_err(|_| broken("a file cannot be encrypted"))?;
        Ok([MARK, key.kid.as_bytes(), &nonce, &sealed].concat())
    }

    fn unseal(&self, name: &str, sealed: Vec<u8>) -> io::Result<Vec<u8>> {
        let Some(rest) = sealed.strip_prefix(MARK) else { return Ok(sealed) };
        let (kid, rest) = rest.split_at_checked(KEY_NAME).ok_or_else(|| broken("the file breaks off"))?;
        let (nonce, rest) = rest.split_at_checked(NONCE_LEN).ok_or_else(|| broken("the file breaks off"))?;
        let kid = std::str::from_utf8(kid).map_err(|_| broken("the file names no key"))?;
        let key = self.keys.find(kid, Moment::now()).ok_or_else(|| broken("the file's key is not here"))?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken("the file breaks off"))?;
        let mut content = rest.to_vec();
        let length = cipher(&key.secret())?
            .open_in_place(nonce, Aad::from(name), &mut content)
            .map_err(|_| broken("the file is not what was written"))?
            .len();
        content.truncate(length);
        Ok(content)
    }
}

fn cipher(secret: &[u8]) -> io::Result<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, secret).map(LessSafeKey::new).map_err(|_| broken("a key has 32 bytes"))
}

fn broken(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::key_ring::KeyFile;

    #[tokio::test]
    async fn nothing_lies_in_plain_and_nothing_can_be_exchanged() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let keys = KeyRing::load(folder.path(), KeyFile::Storage).expect("made");
        let vault = Vault::open(&folder.path().join("files"), keys.clone()).expect("made");
        let content = Bytes::from_static(b"a picture of a bear");
        vault.write("a.jpg", &content).await.expect("written");
        let path = |name: &str| folder.path().join("files").join(name);
        let sealed = std::fs::read(path("a.jpg")).expect("there");
        assert!(!sealed.windows(4).any(|part| part == b"bear"));
        assert_eq!(vault.read("a.jpg").await.expect("read"), Some(content.clone()));

        keys.rotate(Moment::now()).expect("rotated");
        assert_eq!(vault.read("a.jpg").await.expect("read"), Some(content), "under the old key");

        std::fs::copy(path("a.jpg"), path("b.jpg")).expect("copied");
        assert!(vault.read("b.jpg").await.is_err(), "under another name");
        let mut changed = sealed;
        *changed.last_mut().expect("a tag") ^= 1;
        std::fs::write(path("a.jpg"), changed).expect("written");
        assert!(vault.read("a.jpg").await.is_err());

        std::fs::write(path("old"), "of an earlier version").expect("written");
        assert_eq!(vault.read("old").await.expect("read"), Some(Bytes::from_static(b"of an earlier version")));
        assert_eq!(vault.read("none").await.expect("read"), None);
    }
}
