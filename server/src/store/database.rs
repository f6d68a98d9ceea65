//! One database for one installation: SQLite in the data folder, or the PostgreSQL that the settings name.
//!
//! Both are reached through sqlx's `Any`, so every statement is written once. `Any` knows TEXT, BIGINT and DOUBLE in both
//! databases and BOOLEAN in PostgreSQL only: truth values are BIGINT, sums are cast back to BIGINT.

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyPool, ConnectOptions as _, Connection as _, Executor as _, Transaction};

use super::StoreError;

/// Statements that run at once; with SQLite these only read.
const CONNECTIONS: u32 = 8;

/// SQLite has one writer at a time. Within this process they queue for its one connection in the order they came; left to
/// SQLite each would try again after a sleep, and the unlucky ones for long.
const SQLITE_WRITERS: u32 = 1;

/// How long a request waits for a connection before it is told that the database does not answer.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// A connection to PostgreSQL that was used within this time is taken to be there still; of an older one it is asked first. To ask
/// each time costs a way there and back for every statement.
const SURELY_THERE: Duration = Duration::from_secs(1);

/// Of every connection to SQLite: readers go on beside the writer, who waits up to 10 s for its turn; what is deleted is
/// overwritten.
const SQLITE_SETTINGS: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
     PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

#[derive(Clone, Debug)]
pub struct Database {
    pool: AnyPool,
    writer: AnyPool,
    kind: DatabaseKind,
}

impl Database {
    /// Opens the database and brings it to this version.
    ///
    /// # Errors
    /// When it cannot be reached, or is of a later version.
    pub async fn open(folder: &Path, url: Option<&str>) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let (kind, options) = options(folder, url).map_err(|source| StoreError::Database { source })?;
        let pool = |most| AnyPoolOptions::new().max_connections(most).acquire_timeout(ACQUIRE_TIMEOUT);
        let (pool, writer) = match kind {
            DatabaseKind::Sqlite => {
                let connect = |most| {
                    // A file does not hang up, so a connection is not asked first whether it is still there.
                    let pool = pool(most).test_before_acquire(false).after_connect(|connection, _| {
                        Box::pin(async move { connection.execute(SQLITE_SETTINGS).await.map(|_| ()) })
                    });
                    pool.connect_with(options.clone())
                };
                // The writer first: it may have to make the file.
                let writer = connect(SQLITE_WRITERS).await;
                let writer = writer.map_err(|source| StoreError::Database { source })?;
                (connect(CONNECTIONS).await.map_err(|source| StoreError::Database { source })?, writer)
            }
            DatabaseKind::Postgres => {
                let pool = pool(CONNECTIONS).test_before_acquire(false).before_acquire(|connection, known| {
                    Box::pin(async move { Ok(known.idle_for < SURELY_THERE || connection.ping().await.is_ok()) })
                });
                let pool = pool.connect_with(options).await;
                let pool = pool.map_err(|source| StoreError::Database { source })?;
                (pool.clone(), pool)
            }
        };
        sqlx::migrate!("../migrations").run(&writer).await.map_err(|source| StoreError::Migrate { source })?;
        Ok(Self { pool, writer, kind })
    }

    /// For statements that stand alone and only read.
    pub fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// For statements that stand alone and write. Whoever is in a transaction that writes must not ask for it: both are one
    /// connection in SQLite.
    pub fn writer(&self) -> &AnyPool {
        &self.writer
    }

    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// A transaction that will write. SQLite's takes the right to write at once: one that has read before it writes would
    /// be refused where another has written in between.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        match self.kind {
            DatabaseKind::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
            DatabaseKind::Postgres => self.writer.begin().await,
        }
    }

    /// Lets nothing of what was deleted stay in SQLite's log of changes. PostgreSQL sees to its own pages.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_deleted(&self) -> Result<(), sqlx::Error> {
        match self.kind {
            DatabaseKind::Sqlite => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_all(&self.writer).await.map(|_| ())
            }
            DatabaseKind::Postgres => Ok(()),
        }
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
        self.writer.close().await;
    }
}

fn options(folder: &Path, url: Option<&str>) -> Result<(DatabaseKind, AnyConnectOptions), sqlx::Error> {
    let kind = match url {
        Some(url) if is_postgres(url) => DatabaseKind::Postgres,
        Some(_) | None => DatabaseKind::Sqlite,
    };
    Ok((kind, address(folder, url).parse()?))
}

/// The address of the database: that of the settings, or of SQLite's file in the folder, which is made when it is opened.
pub fn address(folder: &Path, url: Option<&str>) -> String {
    match url {
        Some(url) => url.to_owned(),
        None => {
            let file = SqliteConnectOptions::new().filename(folder.join("iia.sqlite3")).create_if_missing(true);
            file.to_url_lossy().to_string()
        }
    }
}

/// Whether an address names a PostgreSQL database.
pub fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}
