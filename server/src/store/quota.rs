//! The counts of anonymous analyses: held before the work begins, settled when it is done, released when it fails.
//!
//! What is held is a row of its own that counts until its time is over, whatever becomes of the process that holds it. Every
//! check reads its counts in a transaction that has begun by writing the network's row, so that parallel requests take turns
//! and no two of them are given the same last analysis.

use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use super::Store;
use super::analyses::{self, Findable, StoredAnalysis};

/// Who is charged for an analysis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    pub visitor: Uuid,
    /// Keyed hash of the address prefix.
    pub network: String,
    pub by: ChargeBy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChargeBy {
    /// A visitor with a cookie has a count of their own, which began at what the cookie says.
    Visitor { began_at: u32 },
    /// A visitor without a cookie shares the count of all such visitors of the network.
    Network,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuotaLimits {
    pub per_visitor: u32,
    /// All visitors of one network together, within one window.
    pub per_network: u32,
    pub window_ms: i64,
}

/// One analysis that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    id: Uuid,
    charge: Charge,
    /// How many are left after it.
    pub left: u32,
}

impl Store {
    /// Holds one analysis until it is settled or released, or until that moment; `None` when there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(
        &self,
        charge: Charge,
        limits: QuotaLimits,
        now_ms: i64,
        expires_at_ms: i64,
    ) -> Result<Option<Hold>, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        let (used, total) = roll_window(&mut transaction, &charge.network, limits.window_ms, now_ms).await?;
        let held = held_by_network(&mut transaction, &charge.network, now_ms).await?;
        let taken = match charge.by {
            ChargeBy::Visitor { began_at } => {
                let used = see_visitor(&mut transaction, charge.visitor, began_at, now_ms).await?;
                used + held_by_visitor(&mut transaction, charge.visitor, now_ms).await?
            }
            ChargeBy::Network => used + held.without_cookie,
        };
        let left = left_of(limits.per_visitor, taken).min(left_of(limits.per_network, total + held.all));
        let Some(left) = left.checked_sub(1) else {
            transaction.rollback().await?;
            return Ok(None);
        };
        let hold = Hold { id: Uuid::now_v7(), charge, left };
        insert_hold(&mut transaction, &hold, expires_at_ms).await?;
        transaction.commit().await?;
        Ok(Some(hold))
    }

    /// The analysis is done: it counts, and its report is stored, or neither; also when it was held no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self, hold: &Hold, analysis: &StoredAnalysis, found: &Findable) -> Result<(), sqlx::Error> {
        let Hold { id, charge, left: _ } = hold;
        let mut transaction = self.database.begin().await?;
        match charge.by {
            ChargeBy::Visitor { began_at } => {
                settle_visitor(&mut transaction, charge, began_at, analysis.created_at_ms).await?;
            }
            ChargeBy::Network => settle_network(&mut transaction, charge, analysis.created_at_ms).await?,
        }
        delete_hold(&mut transaction, *id).await?;
        analyses::insert(&mut transaction, charge.visitor, analysis, found).await?;
        transaction.commit().await
    }

    /// The analysis failed: it does not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, hold: &Hold) -> Result<(), sqlx::Error> {
        let mut connection = self.database.writer().acquire().await?;
        delete_hold(&mut connection, hold.id).await
    }

    /// How many analyses are left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left(&self, charge: &Charge, limits: QuotaLimits, now_ms: i64) -> Result<u32, sqlx::Error> {
        let mut connection = self.database.pool().acquire().await?;
        let network = sqlx::query("SELECT used, total FROM networks WHERE hash = $1 AND window_started_ms > $2")
            .bind(&charge.network)
            .bind(now_ms - limits.window_ms)
            .fetch_optional(&mut *connection)
            .await?;
        let (used, total): (i64, i64) = match network {
            Some(row) => (row.try_get("used")?, row.try_get("total")?),
            None => (0, 0),
        };
        let held = held_by_network(&mut connection, &charge.network, now_ms).await?;
        let taken = match charge.by {
            ChargeBy::Network => used + held.without_cookie,
            ChargeBy::Visitor { began_at } => {
                let used: Option<i64> = sqlx::query_scalar("SELECT used FROM visitors WHERE id = $1")
                    .bind(charge.visitor.to_string())
                    .fetch_optional(&mut *connection)
                    .await?;
                used.unwrap_or(began_at.into()) + held_by_visitor(&mut connection, charge.visitor, now_ms).await?
            }
        };
        Ok(left_of(limits.per_visitor, taken).min(left_of(limits.per_network, total + held.all)))
    }

    /// What a visitor who comes without a cookie is taken to have used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn used_by_network(&self, network: &str, since_ms: i64) -> Result<u32, sqlx::Error> {
        let used: Option<i64> =
            sqlx::query_scalar("SELECT used FROM networks WHERE hash = $1 AND window_started_ms > $2")
                .bind(network)
                .bind(since_ms)
                .fetch_optional(self.database.pool())
                .await?;
        Ok(used.map_or(0, |used| u32::try_from(used).unwrap_or(u32::MAX)))
    }

    /// Deletes counts that mean nothing any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_counts(&self, visitors_before_ms: i64, networks_before_ms: i64) -> Result<u64, sqlx::Error> {
        let visitors = sqlx::query("DELETE FROM visitors WHERE last_seen_ms < $1")
            .bind(visitors_before_ms)
            .execute(self.database.writer())
            .await?;
        let networks = sqlx::query("DELETE FROM networks WHERE window_started_ms < $1")
            .bind(networks_before_ms)
            .execute(self.database.writer())
            .await?;
        Ok(visitors.rows_affected() + networks.rows_affected())
    }

    /// Deletes what is held no more, because its process ended before its time; returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_holds(&self, now_ms: i64) -> Result<u64, sqlx::Error> {
        let done = sqlx::query("DELETE FROM holds WHERE expires_at_ms <= $1")
            .bind(now_ms)
            .execute(self.database.writer())
            .await?;
        Ok(done.rows_affected())
    }
}

/// Makes the network's row, or starts its counts anew when the window has passed; returns what one visitor has used at most,
/// and all together. The row stays locked: whoever reads counts after this waits for whoever has read them before.
async fn roll_window(
    connection: &mut AnyConnection,
    network: &str,
    window_ms: i64,
    now_ms: i64,
) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query(
        "INSERT INTO networks (hash, used, total, window_started_ms) VALUES ($1, 0, 0, $2) \
         ON CONFLICT (hash) DO UPDATE SET \
           used = CASE WHEN networks.window_started_ms <= $3 THEN 0 ELSE networks.used END, \
           total = CASE WHEN networks.window_started_ms <= $3 THEN 0 ELSE networks.total END, \
           window_started_ms = CASE WHEN networks.window_started_ms <= $3 THEN $2 ELSE networks.window_started_ms END \
         RETURNING used, total",
    )
    .bind(network)
    .bind(now_ms)
    .bind(now_ms - window_ms)
    .fetch_one(connection)
    .await?;
    Ok((row.try_get("used")?, row.try_get("total")?))
}

/// Makes the visitor's row, or notes that they were here; returns what they have used. Locked like the network's, after it.
async fn see_visitor(
    connection: &mut AnyConnection,
    visitor: Uuid,
    began_at: u32,
    now_ms: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO visitors (id, used, last_seen_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET last_seen_ms = $3 RETURNING used",
    )
    .bind(visitor.to_string())
    .bind(i64::from(began_at))
    .bind(now_ms)
    .fetch_one(connection)
    .await
}

/// Analyses of a network that are held now.
struct Held {
    all: i64,
    without_cookie: i64,
}

async fn held_by_network(connection: &mut AnyConnection, network: &str, now_ms: i64) -> Result<Held, sqlx::Error> {
    let row = sqlx::query(
        "SELECT COUNT(*) AS held, COUNT(*) - COUNT(visitor) AS without_cookie FROM holds \
         WHERE network = $1 AND expires_at_ms > $2",
    )
    .bind(network)
    .bind(now_ms)
    .fetch_one(connection)
    .await?;
    Ok(Held { all: row.try_get("held")?, without_cookie: row.try_get("without_cookie")? })
}

async fn held_by_visitor(connection: &mut AnyConnection, visitor: Uuid, now_ms: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT COUNT(*) FROM holds WHERE visitor = $1 AND expires_at_ms > $2")
        .bind(visitor.to_string())
        .bind(now_ms)
        .fetch_one(connection)
        .await
}

async fn insert_hold(connection: &mut AnyConnection, hold: &Hold, expires_at_ms: i64) -> Result<(), sqlx::Error> {
    let visitor = match hold.charge.by {
        ChargeBy::Visitor { .. } => Some(hold.charge.visitor.to_string()),
        ChargeBy::Network => None,
    };
    sqlx::query("INSERT INTO holds (id, network, visitor, expires_at_ms) VALUES ($1, $2, $3, $4)")
        .bind(hold.id.to_string())
        .bind(&hold.charge.network)
        .bind(visitor)
        .bind(expires_at_ms)
        .execute(connection)
        .await?;
    Ok(())
}

async fn delete_hold(connection: &mut AnyConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM holds WHERE id = $1").bind(id.to_string()).execute(connection).await?;
    Ok(())
}

/// The network's row is written first, here as in every transaction: two that took the rows in another order would wait
/// for each other. Rows that have gone in between are made anew.
async fn settle_visitor(
    connection: &mut AnyConnection,
    charge: &Charge,
    began_at: u32,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO networks (hash, used, total, window_started_ms) VALUES ($1, 0, 1, $2) \
         ON CONFLICT (hash) DO UPDATE SET total = networks.total + 1",
    )
    .bind(&charge.network)
    .bind(now_ms)
    .execute(&mut *connection)
    .await?;
    let used = count_visitor(connection, charge.visitor, i64::from(began_at) + 1, now_ms).await?;
    sqlx::query("UPDATE networks SET used = $2 WHERE hash = $1 AND used < $2")
        .bind(&charge.network)
        .bind(used)
        .execute(connection)
        .await?;
    Ok(())
}

/// The visitor who came without a cookie leaves with one, whose count begins where the network's stands.
async fn settle_network(connection: &mut AnyConnection, charge: &Charge, now_ms: i64) -> Result<(), sqlx::Error> {
    let used: i64 = sqlx::query_scalar(
        "INSERT INTO networks (hash, used, total, window_started_ms) VALUES ($1, 1, 1, $2) \
         ON CONFLICT (hash) DO UPDATE SET used = networks.used + 1, total = networks.total + 1 RETURNING used",
    )
    .bind(&charge.network)
    .bind(now_ms)
    .fetch_one(&mut *connection)
    .await?;
    count_visitor(connection, charge.visitor, used, now_ms).await.map(drop)
}

/// One more; a visitor without a row begins at the number. Returns what they have used.
async fn count_visitor(
    connection: &mut AnyConnection,
    visitor: Uuid,
    first: i64,
    now_ms: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "INSERT INTO visitors (id, used, last_seen_ms) VALUES ($1, $2, $3) \
         ON CONFLICT (id) DO UPDATE SET used = visitors.used + 1 RETURNING used",
    )
    .bind(visitor.to_string())
    .bind(first)
    .bind(now_ms)
    .fetch_one(connection)
    .await
}

fn left_of(limit: u32, taken: i64) -> u32 {
    u32::try_from(i64::from(limit).saturating_sub(taken)).unwrap_or(0)
}
