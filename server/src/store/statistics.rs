//! Counts of what an account has had read, written with each analysis.

use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use super::Store;
use super::analyses::{self, Findable, StoredAnalysis};

/// What one analysis adds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Days since 1970, UTC.
    pub day: i64,
    pub bytes: i64,
    pub ms: i64,
    pub bucket: i64,
    /// Kind and name of everything that was found, each once.
    pub names: Vec<(&'static str, String)>,
}

/// A day's sums.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    pub day: i64,
    pub analyses: i64,
    pub failures: i64,
    pub bytes: i64,
    pub ms: i64,
}

impl Store {
    /// Stores a report of an account and counts it, or neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_counted(
        &self,
        account: Uuid,
        analysis: &StoredAnalysis,
        found: &Findable,
        counted: &Counted,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        analyses::insert(&mut transaction, account, analysis, found).await?;
        let Counted { day, bytes, ms, bucket, names } = counted;
        count_day(&mut transaction, account, Day { day: *day, analyses: 1, failures: 0, bytes: *bytes, ms: *ms })
            .await?;
        sqlx::query(
            "INSERT INTO stats_times (account_id, bucket, analyses) VALUES ($1, $2, 1) \
             ON CONFLICT (account_id, bucket) DO UPDATE SET analyses = stats_times.analyses + 1",
        )
        .bind(account.to_string())
        .bind(bucket)
        .execute(&mut *transaction)
        .await?;
        for (kind, name) in names {
            count_name(&mut transaction, account, kind, name).await?;
        }
        transaction.commit().await
    }

    /// Counts an analysis that failed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count_failure(&self, account: Uuid, day: i64, code: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        count_day(&mut transaction, account, Day { day, failures: 1, ..Day::default() }).await?;
        count_name(&mut transaction, account, "error", code).await?;
        transaction.commit().await
    }

    /// The days from `first` on that have anything, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stats_days(&self, account: Uuid, first: i64) -> Result<Vec<Day>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT day, analyses, failures, bytes, ms FROM stats_days WHERE account_id = $1 AND day >= $2 ORDER BY day",
        )
        .bind(account.to_string())
        .bind(first)
        .fetch_all(self.database.pool())
        .await?;
        let day = |row: &sqlx::any::AnyRow| {
            Ok(Day {
                day: row.try_get("day")?,
                analyses: row.try_get("analyses")?,
                failures: row.try_get("failures")?,
                bytes: row.try_get("bytes")?,
                ms: row.try_get("ms")?,
            })
        };
        rows.iter().map(day).collect()
    }

    /// How many analyses fell into which bucket of time, the shortest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stats_times(&self, account: Uuid) -> Result<Vec<(i64, i64)>, sqlx::Error> {
        let rows = sqlx::query("SELECT bucket, analyses FROM stats_times WHERE account_id = $1 ORDER BY bucket")
            .bind(account.to_string())
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(|row| Ok((row.try_get("bucket")?, row.try_get("analyses")?))).collect()
    }

    /// The names of a kind that occurred most often.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stats_names(&self, account: Uuid, kind: &str, limit: u32) -> Result<Vec<(String, i64)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT name, analyses FROM stats_names WHERE account_id = $1 AND kind = $2 \
             ORDER BY analyses DESC, name LIMIT $3",
        )
        .bind(account.to_string())
        .bind(kind)
        .bind(i64::from(limit))
        .fetch_all(self.database.pool())
        .await?;
        rows.iter().map(|row| Ok((row.try_get("name")?, row.try_get("analyses")?))).collect()
    }

    /// Kind, name and count of the names of each kind that occurred most often.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn frequent_names(
        &self,
        account: Uuid,
        limit_each: u32,
    ) -> Result<Vec<(String, String, i64)>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT kind, name, analyses FROM (SELECT kind, name, analyses, \
               ROW_NUMBER() OVER (PARTITION BY kind ORDER BY analyses DESC, name) AS place \
             FROM stats_names WHERE account_id = $1) AS placed WHERE place <= $2 ORDER BY kind, place",
        )
        .bind(account.to_string())
        .bind(i64::from(limit_each))
        .fetch_all(self.database.pool())
        .await?;
        let row = |row: &sqlx::any::AnyRow| Ok((row.try_get("kind")?, row.try_get("name")?, row.try_get("analyses")?));
        rows.iter().map(row).collect()
    }

    /// # Errors
    /// When the database fails.
    pub async fn delete_statistics_of(&self, account: Uuid) -> Result<(), sqlx::Error> {
        for statement in [
            "DELETE FROM stats_days WHERE account_id = $1",
            "DELETE FROM stats_times WHERE account_id = $1",
            "DELETE FROM stats_names WHERE account_id = $1",
        ] {
            sqlx::query(statement).bind(account.to_string()).execute(self.database.writer()).await?;
        }
        Ok(())
    }
}

async fn count_day(connection: &mut AnyConnection, account: Uuid, added: Day) -> Result<(), sqlx::Error> {
    let Day { day, analyses, failures, bytes, ms } = added;
    sqlx::query(
        "INSERT INTO stats_days (account_id, day, analyses, failures, bytes, ms) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (account_id, day) DO UPDATE SET analyses = stats_days.analyses + $3, \
         failures = stats_days.failures + $4, bytes = stats_days.bytes + $5, ms = stats_days.ms + $6",
    )
    .bind(account.to_string())
    .bind(day)
    .bind(analyses)
    .bind(failures)
    .bind(bytes)
    .bind(ms)
    .execute(connection)
    .await?;
    Ok(())
}

async fn count_name(connection: &mut AnyConnection, account: Uuid, kind: &str, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO stats_names (account_id, kind, name, analyses) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (account_id, kind, name) DO UPDATE SET analyses = stats_names.analyses + 1",
    )
    .bind(account.to_string())
    .bind(kind)
    .bind(name)
    .execute(connection)
    .await?;
    Ok(())
}
