//! Many rows at once into a database that nobody else uses: indexes and keys are taken off the largest tables, and made
//! again as they were once the rows are there.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use server::store::Database;
use server::store::database::{DatabaseKind, address};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Executor as _, Row as _};

/// Rows of one statement: SQLite looks for each place among all of them, so short statements are faster.
const ROWS: usize = 200;

/// What is left out is what keeps a database whole when the machine stops: then it is filled again.
const SQLITE_SETTINGS: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; \
     PRAGMA cache_size = -400000; PRAGMA threads = 2";

const POSTGRES_SETTINGS: &str = "SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '64MB'";

/// The indexes that a statement of ours made, not a key. Those of analyses stay: to read all reports again for each takes longer
/// than to keep them as the rows come, in the order of time.
const SQLITE_INDEXES: &str = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL \
     AND tbl_name = 'analysis_words'";

const POSTGRES_INDEXES: &str = "SELECT indexname::text AS name, indexdef::text AS sql FROM pg_indexes \
     WHERE tablename IN ('analyses', 'analysis_words') \
     AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = indexname)";

/// That every word has its analysis is checked in one go; in SQLite a key cannot be taken off, and its check is off.
const POSTGRES_KEYS: &str = "SELECT conname::text AS name, pg_get_constraintdef(oid)::text AS sql FROM pg_constraint \
     WHERE conrelid = 'analysis_words'::regclass AND contype IN ('p', 'f') ORDER BY contype DESC";

pub enum Cell {
    Text(String),
    Number(i64),
}

/// A database that is being filled, in one transaction.
pub struct Bulk {
    connection: AnyConnection,
    kind: DatabaseKind,
    /// What makes again what was taken off.
    again: Vec<String>,
    from: Instant,
}

impl Bulk {
    /// # Errors
    /// When the database cannot be opened.
    pub async fn begin(folder: &Path, database: Option<&str>) -> Result<Self> {
        let from = Instant::now();
        let opened = Database::open(folder, database).await?;
        let kind = opened.kind();
        opened.close().await;
        let mut connection = AnyConnection::connect(&address(folder, database)).await?;
        let (settings, indexes) = match kind {
            DatabaseKind::Sqlite => (SQLITE_SETTINGS, SQLITE_INDEXES),
            DatabaseKind::Postgres => (POSTGRES_SETTINGS, POSTGRES_INDEXES),
        };
        connection.execute(settings).await?;
        let mut bulk = Self { connection, kind, again: Vec::new(), from };
        bulk.execute("BEGIN").await?;
        for (name, sql) in bulk.named(indexes).await? {
            bulk.execute(&format!("DROP INDEX {name}")).await?;
            bulk.again.push(sql);
        }
        if kind == DatabaseKind::Postgres {
            for (name, sql) in bulk.named(POSTGRES_KEYS).await? {
                bulk.execute(&format!("ALTER TABLE analysis_words DROP CONSTRAINT {name}")).await?;
                bulk.again.push(format!("ALTER TABLE analysis_words ADD CONSTRAINT {name} {sql}"));
            }
        }
        Ok(bulk)
    }

    /// Rows into a table, which is named with its columns.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert(&mut self, table: &str, rows: impl Iterator<Item = Vec<Cell>>) -> Result<()> {
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let some: Vec<Vec<Cell>> = rows.by_ref().take(ROWS).collect();
            let mut query = sqlx::query(AssertSqlSafe(format!("INSERT INTO {table} VALUES {}", places(&some))));
            for cell in some.into_iter().flatten() {
                query = match cell {
                    Cell::Text(text) => query.bind(text),
                    Cell::Number(number) => query.bind(number),
                };
            }
            query.execute(&mut self.connection).await.with_context(|| table.to_owned())?;
        }
        Ok(())
    }

    /// # Errors
    /// When the database fails.
    pub async fn execute(&mut self, sql: &str) -> Result<()> {
        let statement = AssertSqlSafe(sql.to_owned());
        sqlx::raw_sql(statement).execute(&mut self.connection).await.with_context(|| sql.to_owned())?;
        Ok(())
    }

    /// Makes the indexes again. PostgreSQL then looks at its tables, as it does by itself within minutes of such a change;
    /// SQLite does so only when it is asked to, which the server never does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(mut self) -> Result<()> {
        for sql in std::mem::take(&mut self.again) {
            self.execute(&sql).await?;
        }
        self.execute("COMMIT").await?;
        self.told("indexes");
        match self.kind {
            DatabaseKind::Sqlite => self.execute("PRAGMA journal_mode = WAL").await?,
            DatabaseKind::Postgres => self.execute("VACUUM ANALYZE").await?,
        }
        self.told("filled");
        Ok(self.connection.close().await?)
    }

    /// How long it took up to here.
    pub fn told(&self, what: &str) {
        println!("  {what}: after {:.0} s", self.from.elapsed().as_secs_f64());
    }

    async fn named(&mut self, sql: &'static str) -> Result<Vec<(String, String)>> {
        let rows = sqlx::query(sql).fetch_all(&mut self.connection).await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("sql")?))).collect()
    }
}

/// `($1, $2), ($3, $4)`.
fn places(rows: &[Vec<Cell>]) -> String {
    let mut place = 0;
    let mut next = || {
        place += 1;
        format!("${place}")
    };
    let lines: Vec<String> =
        rows.iter().map(|row| format!("({})", row.iter().map(|_| next()).collect::<Vec<_>>().join(", "))).collect();
    lines.join(", ")
}
