//! How many analyses an account may have an hour, so that one program cannot take everybody's places.

use uuid::Uuid;

use super::Store;

const HOUR_MS: i64 = 3_600_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fairness {
    Taken,
    /// So many milliseconds until the hour is over.
    Wait {
        ms: i64,
    },
}

impl Store {
    /// Takes one of the hour that began with the account's first analysis, in one statement: of parallel requests no two are
    /// given the same last one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_fairly(&self, account: Uuid, limit: u32, now_ms: i64) -> Result<Fairness, sqlx::Error> {
        if limit == 0 {
            return Ok(Fairness::Wait { ms: HOUR_MS });
        }
        let taken: Option<i64> = sqlx::query_scalar(
            "INSERT INTO fair_use (account_id, began_ms, taken) VALUES ($1, $2, 1) \
             ON CONFLICT (account_id) DO UPDATE SET \
               taken = CASE WHEN fair_use.began_ms <= $3 THEN 1 ELSE fair_use.taken + 1 END, \
               began_ms = CASE WHEN fair_use.began_ms <= $3 THEN $2 ELSE fair_use.began_ms END \
             WHERE fair_use.began_ms <= $3 OR fair_use.taken < $4 RETURNING taken",
        )
        .bind(account.to_string())
        .bind(now_ms)
        .bind(now_ms - HOUR_MS)
        .bind(i64::from(limit))
        .fetch_optional(self.database.writer())
        .await?;
        if taken.is_some() {
            return Ok(Fairness::Taken);
        }
        let began: Option<i64> = sqlx::query_scalar("SELECT began_ms FROM fair_use WHERE account_id = $1")
            .bind(account.to_string())
            .fetch_optional(self.database.pool())
            .await?;
        Ok(Fairness::Wait { ms: (began.unwrap_or(now_ms) + HOUR_MS - now_ms).max(0) })
    }

    /// How many were taken of the account's hour.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn taken_fairly(&self, account: Uuid, now_ms: i64) -> Result<u32, sqlx::Error> {
        let taken: Option<i64> =
            sqlx::query_scalar("SELECT taken FROM fair_use WHERE account_id = $1 AND began_ms > $2")
                .bind(account.to_string())
                .bind(now_ms - HOUR_MS)
                .fetch_optional(self.database.pool())
                .await?;
        Ok(taken.map_or(0, |taken| u32::try_from(taken).unwrap_or(u32::MAX)))
    }

    /// Has the account's hour begin anew with the next analysis.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_fair_use_of(&self, account: Uuid) -> Result<(), sqlx::Error> {
        sqlx::query("DELETE FROM fair_use WHERE account_id = $1")
            .bind(account.to_string())
            .execute(self.database.writer())
            .await?;
        Ok(())
    }

    /// Deletes hours that are over; returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_fair_use(&self, now_ms: i64) -> Result<u64, sqlx::Error> {
        let done = sqlx::query("DELETE FROM fair_use WHERE began_ms <= $1")
            .bind(now_ms - HOUR_MS)
            .execute(self.database.writer())
            .await?;
        Ok(done.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_hours_count_begins_anew() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let store = Store::open(folder.path(), None).await.expect("made");
        let account = Uuid::nil();
        let mut outcomes = Vec::new();
        for now_ms in [0, 1, 600_000, 3_600_000] {
            outcomes.push(store.take_fairly(account, 2, now_ms).await.expect("counted"));
        }
        assert_eq!(store.taken_fairly(account, 3_600_001).await.expect("counted"), 1);
        assert_eq!(store.taken_fairly(account, 7_200_000).await.expect("counted"), 0, "the hour is over");
        let wait = Fairness::Wait { ms: 3_000_000 };
        assert_eq!(outcomes, [Fairness::Taken, Fairness::Taken, wait, Fairness::Taken]);
        assert_eq!(store.take_fairly(Uuid::max(), 2, 1).await.expect("counted"), Fairness::Taken, "another account");
        assert_eq!(store.take_fairly(Uuid::max(), 0, 1).await.expect("counted"), Fairness::Wait { ms: HOUR_MS });
        assert_eq!(store.delete_fair_use(3_600_001).await.expect("deleted"), 1);
    }
}
