//! What outlives a request: reports and counts in the database, pictures in a folder, the key that signs cookies.

pub mod analyses;
pub mod key;
pub mod pictures;
pub mod quota;

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

use pictures::Pictures;

/// Readers that SQLite serves at once; writers take turns in any case.
const CONNECTIONS: u32 = 8;

/// How long a writer waits for its turn before it gives up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

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

/// The data folder of one installation.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    pub pictures: Pictures,
}

impl Store {
    /// Opens the folder, and makes what is not there yet.
    ///
    /// # Errors
    /// When the folder cannot be written or its database is of a later version.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let pictures = Pictures::open(&folder.join("pictures"))
            .map_err(|source| StoreError::Folder { path: folder.display().to_string(), source })?;
        let options = SqliteConnectOptions::new()
            .filename(folder.join("iia.sqlite3"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .connect_with(options)
            .await
            .map_err(|source| StoreError::Database { source })?;
        sqlx::migrate!("../migrations").run(&pool).await.map_err(|source| StoreError::Migrate { source })?;
        let store = Self { pool, pictures };
        store.forget_interrupted().await.map_err(|source| StoreError::Database { source })?;
        Ok(store)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ready(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.pool).await.map(|_| ())
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
