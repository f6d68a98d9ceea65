//! The counts of anonymous analyses: held before the work begins, settled when it is done, released when it fails.
//!
//! Every check is one conditional `UPDATE` inside a transaction that has begun with a write, so that parallel requests
//! take turns and no two of them are given the same last analysis.

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

impl Store {
    /// Holds one analysis; returns how many are left after it, or `None` when there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(&self, charge: &Charge, limits: QuotaLimits, now_ms: i64) -> Result<Option<u32>, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        roll_window(&mut transaction, &charge.network, limits.window_ms, now_ms).await?;
        let own = match charge.by {
            ChargeBy::Visitor { began_at } => hold_visitor(&mut transaction, charge, began_at, limits, now_ms).await?,
            ChargeBy::Network => hold_network(&mut transaction, charge, limits).await?,
        };
        let shared = hold_total(&mut transaction, charge, limits).await?;
        let left = own.zip(shared).map(|(own, shared)| own.min(shared));
        if left.is_some() {
            transaction.commit().await?;
        } else {
            transaction.rollback().await?;
        }
        Ok(left)
    }

    /// The analysis is done: it counts, and its report is stored, or neither.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(
        &self,
        charge: &Charge,
        analysis: &StoredAnalysis,
        found: &Findable,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        match charge.by {
            ChargeBy::Visitor { .. } => settle_visitor(&mut transaction, charge).await?,
            ChargeBy::Network => settle_network(&mut transaction, charge, analysis.created_at_ms).await?,
        }
        analyses::insert(&mut transaction, charge.visitor, analysis, found).await?;
        transaction.commit().await
    }

    /// The analysis failed: it does not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn release(&self, charge: &Charge) -> Result<(), sqlx::Error> {
        let without_cookie = match charge.by {
            ChargeBy::Visitor { .. } => 0,
            ChargeBy::Network => 1,
        };
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "UPDATE networks SET held = held - 1, held_without_cookie = held_without_cookie - $2 WHERE hash = $1",
        )
        .bind(&charge.network)
        .bind(without_cookie)
        .execute(&mut *transaction)
        .await?;
        if without_cookie == 0 {
            sqlx::query("UPDATE visitors SET held = held - 1 WHERE id = $1")
                .bind(charge.visitor.to_string())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await
    }

    /// How many analyses are left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left(&self, charge: &Charge, limits: QuotaLimits, now_ms: i64) -> Result<u32, sqlx::Error> {
        let network = sqlx::query(
            "SELECT used + held_without_cookie AS taken, total + held AS total FROM networks \
             WHERE hash = $1 AND window_started_ms > $2",
        )
        .bind(&charge.network)
        .bind(now_ms - limits.window_ms)
        .fetch_optional(self.database.pool())
        .await?;
        let (network_taken, total): (i64, i64) = match network {
            Some(row) => (row.try_get("taken")?, row.try_get("total")?),
            None => (0, 0),
        };
        let taken = match charge.by {
            ChargeBy::Network => network_taken,
            ChargeBy::Visitor { began_at } => self.visitor_taken(charge.visitor).await?.unwrap_or(began_at.into()),
        };
        Ok(left_of(limits.per_visitor, taken).min(left_of(limits.per_network, total)))
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
        let visitors = sqlx::query("DELETE FROM visitors WHERE last_seen_ms < $1 AND held <= 0")
            .bind(visitors_before_ms)
            .execute(self.database.pool())
            .await?;
        let networks = sqlx::query("DELETE FROM networks WHERE window_started_ms < $1 AND held <= 0")
            .bind(networks_before_ms)
            .execute(self.database.pool())
            .await?;
        Ok(visitors.rows_affected() + networks.rows_affected())
    }

    /// What was held when the process ended before its time was never done.
    pub(super) async fn forget_interrupted(&self) -> Result<(), sqlx::Error> {
        sqlx::query("UPDATE visitors SET held = 0 WHERE held <> 0").execute(self.database.pool()).await?;
        sqlx::query(
            "UPDATE networks SET held = 0, held_without_cookie = 0 WHERE held <> 0 OR held_without_cookie <> 0",
        )
        .execute(self.database.pool())
        .await?;
        Ok(())
    }

    async fn visitor_taken(&self, visitor: Uuid) -> Result<Option<i64>, sqlx::Error> {
        sqlx::query_scalar("SELECT used + held FROM visitors WHERE id = $1")
            .bind(visitor.to_string())
            .fetch_optional(self.database.pool())
            .await
    }
}

/// Makes the network's row, or starts its counts anew when the window has passed.
async fn roll_window(
    connection: &mut AnyConnection,
    network: &str,
    window_ms: i64,
    now_ms: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO networks (hash, used, held_without_cookie, total, held, window_started_ms) \
         VALUES ($1, 0, 0, 0, 0, $2) \
         ON CONFLICT (hash) DO UPDATE SET \
           used = CASE WHEN networks.window_started_ms <= $3 THEN 0 ELSE networks.used END, \
           total = CASE WHEN networks.window_started_ms <= $3 THEN 0 ELSE networks.total END, \
           window_started_ms = CASE WHEN networks.window_started_ms <= $3 THEN $2 ELSE networks.window_started_ms END",
    )
    .bind(network)
    .bind(now_ms)
    .bind(now_ms - window_ms)
    .execute(connection)
    .await?;
    Ok(())
}

async fn hold_visitor(
    connection: &mut AnyConnection,
    charge: &Charge,
    began_at: u32,
    limits: QuotaLimits,
    now_ms: i64,
) -> Result<Option<u32>, sqlx::Error> {
    let id = charge.visitor.to_string();
    sqlx::query(
        "INSERT INTO visitors (id, used, held, last_seen_ms) VALUES ($1, $2, 0, $3) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&id)
    .bind(i64::from(began_at))
    .bind(now_ms)
    .execute(&mut *connection)
    .await?;
    let taken: Option<i64> = sqlx::query_scalar(
        "UPDATE visitors SET held = held + 1, last_seen_ms = $2 WHERE id = $1 AND used + held < $3 RETURNING used + held",
    )
    .bind(&id)
    .bind(now_ms)
    .bind(i64::from(limits.per_visitor))
    .fetch_optional(connection)
    .await?;
    Ok(taken.map(|taken| left_of(limits.per_visitor, taken)))
}

async fn hold_network(
    connection: &mut AnyConnection,
    charge: &Charge,
    limits: QuotaLimits,
) -> Result<Option<u32>, sqlx::Error> {
    let taken: Option<i64> = sqlx::query_scalar(
        "UPDATE networks SET held_without_cookie = held_without_cookie + 1 \
         WHERE hash = $1 AND used + held_without_cookie < $2 RETURNING used + held_without_cookie",
    )
    .bind(&charge.network)
    .bind(i64::from(limits.per_visitor))
    .fetch_optional(connection)
    .await?;
    Ok(taken.map(|taken| left_of(limits.per_visitor, taken)))
}

async fn hold_total(
    connection: &mut AnyConnection,
    charge: &Charge,
    limits: QuotaLimits,
) -> Result<Option<u32>, sqlx::Error> {
    let taken: Option<i64> = sqlx::query_scalar(
        "UPDATE networks SET held = held + 1 WHERE hash = $1 AND total + held < $2 RETURNING total + held",
    )
    .bind(&charge.network)
    .bind(i64::from(limits.per_network))
    .fetch_optional(connection)
    .await?;
    Ok(taken.map(|taken| left_of(limits.per_network, taken)))
}

/// The network's row is written first, here as in every transaction: two that took the rows in another order would wait
/// for each other.
async fn settle_visitor(connection: &mut AnyConnection, charge: &Charge) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE networks SET total = total + 1, held = held - 1 WHERE hash = $1")
        .bind(&charge.network)
        .execute(&mut *connection)
        .await?;
    let used: i64 =
        sqlx::query_scalar("UPDATE visitors SET used = used + 1, held = held - 1 WHERE id = $1 RETURNING used")
            .bind(charge.visitor.to_string())
            .fetch_one(&mut *connection)
            .await?;
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
        "UPDATE networks SET used = used + 1, held_without_cookie = held_without_cookie - 1, total = total + 1, \
         held = held - 1 WHERE hash = $1 RETURNING used",
    )
    .bind(&charge.network)
    .fetch_one(&mut *connection)
    .await?;
    sqlx::query(
        "INSERT INTO visitors (id, used, held, last_seen_ms) VALUES ($1, $2, 0, $3) \
         ON CONFLICT (id) DO UPDATE SET used = visitors.used + 1",
    )
    .bind(charge.visitor.to_string())
    .bind(used)
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(())
}

fn left_of(limit: u32, taken: i64) -> u32 {
    u32::try_from(i64::from(limit).saturating_sub(taken)).unwrap_or(0)
}
