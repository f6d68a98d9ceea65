//! Reports that were made, each visible to its owner: the visitor or the account that asked for it.

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};
use uuid::Uuid;

use super::{Store, words};

/// A row as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnalysis {
    pub id: Uuid,
    pub created_at_ms: i64,
    /// The name that its owner gave it.
    pub title: Option<String>,
    /// The report as JSON.
    pub report: String,
    /// Bytes of the picture that is kept with it; 0: none is.
    pub picture_bytes: i64,
}

impl StoredAnalysis {
    pub fn picture_kept(&self) -> bool {
        self.picture_bytes > 0
    }
}

/// What the search looks in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findable {
    pub words: String,
    /// The objects' names, a bar around each.
    pub objects: String,
}

impl Store {
    /// # Errors
    /// When the database fails.
    pub async fn analysis(&self, id: Uuid, owner: Uuid) -> Result<Option<StoredAnalysis>, sqlx::Error> {
        let row =
            sqlx::query("SELECT id, created_at_ms, title, report, kept FROM analyses WHERE id = $1 AND owner_id = $2")
                .bind(id.to_string())
                .bind(owner.to_string())
                .fetch_optional(self.database.pool())
                .await?;
        row.as_ref().map(stored).transpose()
    }

    /// Whether there was one to name; what it is found by is written anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_analysis(
        &self,
        id: Uuid,
        owner: Uuid,
        title: Option<&str>,
        found: &Findable,
    ) -> Result<bool, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        let done = sqlx::query(
            "UPDATE analyses SET title = $3, words = $4, objects = $5, gathered = 1 WHERE id = $1 AND owner_id = $2",
        )
        .bind(id.to_string())
        .bind(owner.to_string())
        .bind(title)
        .bind(found.words.as_str())
        .bind(found.objects.as_str())
        .execute(&mut *transaction)
        .await?;
        let named = done.rows_affected() > 0;
        if named {
            words::delete(&mut transaction, id).await?;
            words::insert(&mut transaction, id, &owner.to_string(), &found.words).await?;
        }
        transaction.commit().await?;
        Ok(named)
    }

    /// Whether there was one to delete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_analysis(&self, id: Uuid, owner: Uuid) -> Result<bool, sqlx::Error> {
        let done = sqlx::query("DELETE FROM analyses WHERE id = $1 AND owner_id = $2")
            .bind(id.to_string())
            .bind(owner.to_string())
            .execute(self.database.writer())
            .await?;
        Ok(done.rows_affected() > 0)
    }

    /// Deletes what is older, and returns how many there were and the ids of those whose pictures were kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_analyses_before(&self, created_at_ms: i64) -> Result<(u64, Vec<Uuid>), sqlx::Error> {
        let rows = sqlx::query("DELETE FROM analyses WHERE created_at_ms < $1 RETURNING id, kept")
            .bind(created_at_ms)
            .fetch_all(self.database.writer())
            .await?;
        Ok((rows.len() as u64, kept(&rows)?))
    }

    /// Deletes everything of an owner, and returns the ids of those whose pictures were kept.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_analyses_of(&self, owner: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
        let rows = sqlx::query("DELETE FROM analyses WHERE owner_id = $1 RETURNING id, kept")
            .bind(owner.to_string())
            .fetch_all(self.database.writer())
            .await?;
        kept(&rows)
    }

    /// Gives what a visitor had read to an account; returns how many there were.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn give_analyses(&self, visitor: Uuid, account: Uuid) -> Result<u64, sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        // The analyses first: whoever gathers their words meanwhile holds them.
        let done = sqlx::query("UPDATE analyses SET owner_id = $2 WHERE owner_id = $1")
            .bind(visitor.to_string())
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("UPDATE analysis_words SET owner_id = $2 WHERE owner_id = $1")
            .bind(visitor.to_string())
            .bind(account.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected())
    }

    /// # Errors
    /// When the database fails.
    pub async fn count_analyses(&self, owner: Uuid) -> Result<u64, sqlx::Error> {
        let count: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM analyses WHERE owner_id = $1")
            .bind(owner.to_string())
            .fetch_one(self.database.pool())
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Reports of which has not been gathered yet what the search looks in, such as those of an earlier version; the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses_not_gathered(&self, limit: u32) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
        let rows = sqlx::query("SELECT id, report FROM analyses WHERE gathered = 0 ORDER BY id DESC LIMIT $1")
            .bind(i64::from(limit))
            .fetch_all(self.database.pool())
            .await?;
        rows.iter().map(|row| Ok((id(row.try_get("id")?)?, row.try_get("report")?))).collect()
    }

    /// # Errors
    /// When the database fails.
    pub async fn set_findable(&self, id: Uuid, found: &Findable) -> Result<(), sqlx::Error> {
        let mut transaction = self.database.begin().await?;
        // Words that were gathered before may hold a name as well.
        let row = sqlx::query(
            "UPDATE analyses SET words = COALESCE(words, $2), objects = $3, gathered = 1 WHERE id = $1 AND gathered = 0 \
             RETURNING owner_id, words",
        )
        .bind(id.to_string())
        .bind(found.words.as_str())
        .bind(found.objects.as_str())
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(row) = row {
            let (owner, words): (String, String) = (row.try_get("owner_id")?, row.try_get("words")?);
            words::insert(&mut transaction, id, &owner, &words).await?;
        }
        transaction.commit().await
    }
}

pub(super) async fn insert(
    connection: &mut AnyConnection,
    owner: Uuid,
    analysis: &StoredAnalysis,
    found: &Findable,
) -> Result<(), sqlx::Error> {
    let StoredAnalysis { id, created_at_ms, title, report, picture_bytes } = analysis;
    sqlx::query(
        "INSERT INTO analyses (id, owner_id, created_at_ms, title, report, kept, words, objects, gathered) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1)",
    )
    .bind(id.to_string())
    .bind(owner.to_string())
    .bind(created_at_ms)
    .bind(title.as_deref())
    .bind(report.as_str())
    .bind(picture_bytes)
    .bind(found.words.as_str())
    .bind(found.objects.as_str())
    .execute(&mut *connection)
    .await?;
    words::insert(connection, *id, &owner.to_string(), &found.words).await
}

pub(super) fn stored(row: &AnyRow) -> Result<StoredAnalysis, sqlx::Error> {
    Ok(StoredAnalysis {
        id: id(row.try_get("id")?)?,
        created_at_ms: row.try_get("created_at_ms")?,
        title: row.try_get("title")?,
        report: row.try_get("report")?,
        picture_bytes: row.try_get("kept")?,
    })
}

fn kept(rows: &[AnyRow]) -> Result<Vec<Uuid>, sqlx::Error> {
    let kept = rows.iter().filter(|row| row.try_get::<i64, _>("kept").map_or(true, |kept| kept != 0));
    kept.map(|row| id(row.try_get("id")?)).collect()
}

pub(crate) fn id(text: &str) -> Result<Uuid, sqlx::Error> {
    Uuid::parse_str(text).map_err(|error| sqlx::Error::Decode(error.into()))
}
