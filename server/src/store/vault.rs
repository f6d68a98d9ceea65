//! Files that people have given us: encrypted with AES-256-GCM under a key of this installation, one file each.
//!
//! A file begins with a mark, the name of its key and the nonce; its own name is authenticated with it, so that no file can
//! take the place of another. What an earlier version has written in plain is still read.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use uuid::Uuid;

use super::key_ring::KeyRing;
use super::secret_file::random;
use crate::service::Moment;

const MARK: &[u8; 4] = b"IIA\x01";

/// A key's name: 32 letters.
const KEY_NAME: usize = 32;

/// How the name of a file ends that is not whole yet.
const ARRIVING: &str = ".part";

/// Whether there must be a file already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Required,
    Either,
}

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
        blocking(move || vault.put(&name, &content, Existing::Either).map(|_| ())).await
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

    pub async fn has(&self, name: &str) -> bool {
        tokio::fs::try_exists(self.folder.join(name)).await.unwrap_or(false)
    }

    /// # Errors
    /// When the file is there and cannot be removed.
    pub async fn remove(&self, name: &str) -> io::Result<()> {
        match tokio::fs::remove_file(self.folder.join(name)).await {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Encrypts every file anew that is not under the key of now; returns how many there were.
    ///
    /// # Errors
    /// When the folder cannot be read or written, or a file is not what was written: the others are then done all the same.
    pub async fn renew(&self) -> io::Result<u64> {
        let vault = self.clone();
        blocking(move || vault.renew_all()).await
    }

    fn renew_all(&self) -> io::Result<u64> {
        let (mut done, mut failed) = (0, None);
        for entry in std::fs::read_dir(&self.folder)? {
            let name = entry?.file_name();
            let Some(name) = name.to_str().filter(|name| !name.ends_with(ARRIVING)) else { continue };
            match self.renew_one(name) {
                Ok(renewed) => done += u64::from(renewed),
                Err(error) => failed = Some(io::Error::new(error.kind(), format!("{name}: {error}"))),
            }
        }
        failed.map_or(Ok(done), Err)
    }

    fn renew_one(&self, name: &str) -> io::Result<bool> {
        let key = self.keys.current().ok_or_else(|| broken("there is no key for files"))?;
        let path = self.folder.join(name);
        let mut head = Vec::new();
        match File::open(&path) {
            // Whoever owned it has deleted it in between.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
            Ok(file) => file.take((MARK.len() + KEY_NAME) as u64).read_to_end(&mut head)?,
        };
        if head.strip_prefix(MARK) == Some(key.kid.as_bytes()) {
            return Ok(false);
        }
        let content = self.unseal(name, std::fs::read(&path)?)?;
        self.put(name, &content, Existing::Required)
    }

    /// Whether the file was written: not where it shall take the place of one that is gone.
    fn put(&self, name: &str, content: &[u8], existing: Existing) -> io::Result<bool> {
        let sealed = self.seal(name, content)?;
        // A name of its own: two processes may write the same file.
        let arriving = self.folder.join(format!("{name}.{}{ARRIVING}", Uuid::new_v4().simple()));
        std::fs::write(&arriving, sealed)?;
        if existing == Existing::Required && !self.folder.join(name).exists() {
            std::fs::remove_file(&arriving)?;
            return Ok(false);
        }
        std::fs::rename(&arriving, self.folder.join(name))?;
        Ok(true)
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

        assert_eq!(vault.renew().await.expect_err("it cannot be read").kind(), ErrorKind::InvalidData);
        std::fs::remove_file(path("a.jpg")).expect("removed");
        std::fs::remove_file(path("b.jpg")).expect("removed");

        std::fs::write(path("old"), "of an earlier version").expect("written");
        assert_eq!(vault.read("old").await.expect("read"), Some(Bytes::from_static(b"of an earlier version")));
        assert_eq!(vault.read("none").await.expect("read"), None);
    }

    #[tokio::test]
    async fn files_of_an_old_key_and_of_none_come_under_the_new_one() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let keys = KeyRing::load(folder.path(), KeyFile::Storage).expect("made");
        let vault = Vault::open(&folder.path().join("files"), keys.clone()).expect("made");
        for name in ["a.jpg", "b.jpg"] {
            vault.write(name, &Bytes::from_static(b"a bear")).await.expect("written");
        }
        std::fs::write(folder.path().join("files/plain"), "a bear").expect("written");
        let old = keys.current().expect("a key").kid;
        keys.rotate(Moment::now()).expect("rotated");
        vault.write("c.jpg", &Bytes::from_static(b"a bear")).await.expect("written");
        assert!(keys.replaced_before(Moment(0)).is_empty());
        let replaced = keys.replaced_before(Moment(i64::MAX));
        assert_eq!(replaced.as_slice(), std::slice::from_ref(&old));
        assert_eq!(vault.renew().await.expect("encrypted anew"), 3);
        assert_eq!(vault.renew().await.expect("nothing to do"), 0);
        keys.forget(&replaced).expect("written");
        assert!(keys.find(&old, Moment::now()).is_none() && keys.current().is_some());
        for name in ["a.jpg", "b.jpg", "c.jpg", "plain"] {
            assert_eq!(vault.read(name).await.expect("read"), Some(Bytes::from_static(b"a bear")), "{name}");
        }
        assert_eq!(std::fs::read_dir(folder.path().join("files")).expect("a folder").count(), 4, "nothing lies about");
    }
}
