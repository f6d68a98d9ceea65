//! What outlives a request: reports and counts in the database, pictures in a folder, the key that signs cookies.

pub mod administration;
pub mod analyses;
pub mod database;
pub mod fair_use;
pub mod files;
pub mod jobs;
pub mod key;
pub mod key_ring;
pub mod quota;
pub mod search;
pub mod secret_file;
pub mod settings;
pub mod shares;
pub mod statistics;
pub mod vault;
pub mod words;

use std::path::Path;
use std::time::Duration;

pub use database::Database;

use crate::service::Moment;
use key_ring::{KeyFile, KeyRing};
use vault::Vault;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the folder `{path}` cannot be used")]
    Folder { path: String, source: std::io::Error },
    #[error("the key file `{path}` cannot be used")]
    Key { path: String, source: std::io::Error },
    #[error("the database cannot be opened")]
    Database { source: sqlx::Error },
    #[error("the database cannot be brought to this version")]
    Migrate { source: sqlx::migrate::MigrateError },
}

/// What one installation keeps.
#[derive(Clone, Debug)]
pub struct Store {
    pub database: Database,
    /// Pictures that were kept with their analyses, under the analyses' ids.
    pub pictures: Vault,
    /// Files that were uploaded, under their names.
    pub files: Vault,
    /// The small pictures of accounts, under their ids.
    pub avatars: Vault,
    keys: KeyRing,
}

/// After so long no process encrypts with a key any more that was replaced.
const SETTLED: Duration = Duration::from_secs(60);

impl Store {
    /// Opens the data folder and the database, SQLite in that folder where no other is named; makes what is not there yet.
    /// Other processes may be running on both.
    ///
    /// # Errors
    /// When the folder cannot be written, or the database cannot be reached or is of a later version.
    pub async fn open(folder: &Path, database: Option<&str>) -> Result<Self, StoreError> {
        let keys = KeyRing::load(folder, KeyFile::Storage)?;
        let vault = |name: &str| {
            Vault::open(&folder.join(name), keys.clone())
                .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })
        };
        let (pictures, files, avatars) = (vault("pictures")?, vault("files")?, vault("avatars")?);
        let database = Database::open(folder, database).await?;
        Ok(Self { database, pictures, files, avatars, keys })
    }

    /// Encrypts every file anew that is under a key that was replaced, and forgets such keys once no file needs them; returns how
    /// many files there were.
    ///
    /// # Errors
    /// When a folder or the file of keys fails, or a file cannot be read; the keys then stay.
    pub async fn renew_encryption(&self, now: Moment) -> std::io::Result<u64> {
        let replaced = self.keys.replaced_before(now.before(SETTLED));
        if replaced.is_empty() {
            return Ok(0);
        }
        let done = self.pictures.renew().await? + self.files.renew().await? + self.avatars.renew().await?;
        self.keys.forget(&replaced)?;
        Ok(done)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), sqlx::Error> {
        self.database.ready().await
    }

    pub async fn close(&self) {
        self.database.close().await;
    }
}
