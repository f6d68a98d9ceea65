//! A page of an owner's analyses, the newest first: all of them, or those that hold what is looked for.
//!
//! The index of words names analyses, and what else is asked is asked of these. Where one of the words is seldom, the few that
//! hold it are looked up one by one. Where all words are frequent the index has each word's analyses in order, and what all
//! these lists have in common is told without a look at anything else: first of the newest analyses, where a page is full
//! soon, then of all before them.

use std::fmt::Write as _;

use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::Store;
use super::analyses::{StoredAnalysis, stored};
use super::words::{self, Beginning};

/// Which part of an owner's analyses is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only those before this one.
    pub before: Option<Uuid>,
    pub limit: u32,
    /// What must all occur, in small letters, each at the beginning of a word.
    pub words: Vec<String>,
    /// An object that must have been found, in small letters.
    pub object: Option<String>,
    pub from_ms: Option<i64>,
    pub to_ms: Option<i64>,
}

/// A word that occurs more often is frequent: to look each analysis up that holds it takes longer than to go through the lists
/// of all words.
const SELDOM: i64 = 5000;

/// Analyses that are the newest: where words that occur together fill a page, older ones are not read.
const NEWEST: i64 = 1000;

/// Of what is written without spaces so many beginnings are looked up; then the text itself is looked at.
const BEGINNINGS_EACH: usize = 3;

/// Analyses that are looked at together: more each time, for what is asked of them turns out to be seldom.
const FEWEST_AT_ONCE: usize = 100;
const MOST_AT_ONCE: usize = 2000;

const COLUMNS: &str = "id, created_at_ms, title, report, kept";

impl Store {
    /// The newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(&self, owner: Uuid, wanted: &Wanted) -> Result<Vec<StoredAnalysis>, sqlx::Error> {
        let mut connection = self.database.pool().acquire().await?;
        let mut before = wanted.before.unwrap_or(Uuid::max()).to_string();
        let sought = beginnings(wanted);
        if sought.is_empty() {
            let rows = Statement::newest(owner, wanted, before).fetch(&mut connection).await?;
            return rows.iter().map(stored).collect();
        }
        let Some(way) = way(&mut connection, owner, sought).await? else { return Ok(Vec::new()) };
        let mut not_before = match way {
            Way::Seldom { .. } => None,
            Way::Frequent { .. } => not_before(&mut connection, owner, &before).await?,
        };
        let (mut found, mut at_once) = (Vec::new(), FEWEST_AT_ONCE);
        loop {
            let named = Statement::named(owner, &way, (&before, not_before.as_deref()), at_once);
            let named = named.fetch(&mut connection).await?;
            let ids: Vec<String> = named.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            if let Some(last) = ids.last() {
                before.clone_from(last);
                let left = wanted.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
                let rows = Statement::of(owner, wanted, ids, left).fetch(&mut connection).await?;
                found.extend(rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?);
            }
            if found.len() >= wanted.limit as usize {
                return Ok(found);
            }
            if named.len() < at_once {
                match not_before.take() {
                    Some(oldest) => before = oldest,
                    None => return Ok(found),
                }
            }
            at_once = (at_once * 4).min(MOST_AT_ONCE);
        }
    }
}

/// How the analyses are found.
enum Way {
    /// By that word, each of them asked for the others.
    Seldom { seldom: Beginning, others: Vec<Beginning> },
    /// By all words at once.
    Frequent { all: Vec<Beginning> },
}

/// None where a word occurs in no analysis.
async fn way(
    connection: &mut AnyConnection,
    owner: Uuid,
    mut sought: Vec<Beginning>,
) -> Result<Option<Way>, sqlx::Error> {
    let (mut fewest, mut seldom) = (SELDOM, None);
    for (place, beginning) in sought.iter_mut().enumerate() {
        let Some(occurring) = words::occurring(connection, owner, *beginning).await? else { return Ok(None) };
        *beginning = occurring;
        let count = words::count(connection, owner, occurring, fewest).await?;
        if count < fewest {
            (fewest, seldom) = (count, Some(place));
        }
    }
    Ok(Some(match seldom {
        Some(place) => Way::Seldom { seldom: sought.swap_remove(place), others: sought },
        None => Way::Frequent { all: sought },
    }))
}

/// The oldest of the newest analyses, if there are older ones.
async fn not_before(connection: &mut AnyConnection, owner: Uuid, before: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM analyses WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3")
        .bind(owner.to_string())
        .bind(before)
        .bind(NEWEST)
        .fetch_optional(connection)
        .await
}

fn beginnings(wanted: &Wanted) -> Vec<Beginning> {
    let texts = wanted.words.iter().chain(&wanted.object);
    let each = texts.flat_map(|text| words::sought(text).into_iter().take(BEGINNINGS_EACH));
    let mut sought: Vec<Beginning> = each.collect();
    sought.sort_unstable();
    sought.dedup();
    sought
}

enum Value {
    Text(String),
    Number(i64),
}

/// A statement whose length varies, and what is to stand in its places.
#[derive(Default)]
struct Statement {
    sql: String,
    values: Vec<Value>,
}

impl Statement {
    /// Whatever is asked of the analyses themselves, one after another.
    fn newest(owner: Uuid, wanted: &Wanted, before: String) -> Self {
        let mut statement = Self::default();
        statement
            .add(&format!("SELECT {COLUMNS} FROM analyses WHERE owner_id = "))
            .text(owner.to_string())
            .add(" AND id < ")
            .text(before)
            .conditions(wanted)
            .add(" ORDER BY id DESC LIMIT ")
            .number(wanted.limit.into());
        statement
    }

    /// Names of the newest analyses that hold all words, from the indexes alone: before the one and, if there is another, not
    /// before that.
    fn named(owner: Uuid, way: &Way, (before, not_before): (&str, Option<&str>), at_once: usize) -> Self {
        let mut statement = Self::default();
        match way {
            Way::Seldom { seldom, others } => {
                let sql = "SELECT DISTINCT analysis_id FROM analysis_words AS seldom WHERE owner_id = ";
                statement.add(sql).text(owner.to_string()).add(" AND beginning").within(*seldom);
                statement.add(" AND analysis_id < ").text(before.to_owned()).others(others, "seldom.analysis_id");
            }
            Way::Frequent { all } => {
                for (place, beginning) in all.iter().enumerate() {
                    statement.add(if place == 0 { "" } else { " INTERSECT " });
                    let sql = "SELECT analysis_id FROM analysis_words WHERE owner_id = ";
                    statement.add(sql).text(owner.to_string()).add(" AND beginning").within(*beginning);
                    statement.add(" AND analysis_id < ").text(before.to_owned());
                    if let Some(oldest) = not_before {
                        statement.add(" AND analysis_id >= ").text(oldest.to_owned());
                    }
                }
            }
        }
        statement.add(" ORDER BY analysis_id DESC LIMIT ").number(i64::try_from(at_once).unwrap_or(i64::MAX));
        statement
    }

    /// Those of the named analyses of which the rest is true too.
    fn of(owner: Uuid, wanted: &Wanted, ids: Vec<String>, limit: u32) -> Self {
        let mut statement = Self::default();
        statement.add(&format!("SELECT {COLUMNS} FROM analyses WHERE owner_id = ")).text(owner.to_string());
        for (place, id) in ids.into_iter().enumerate() {
            statement.add(if place == 0 { " AND id IN (" } else { ", " }).text(id);
        }
        statement.add(")").conditions(wanted).add(" ORDER BY id DESC LIMIT ").number(limit.into());
        statement
    }

    async fn fetch(self, connection: &mut AnyConnection) -> Result<Vec<AnyRow>, sqlx::Error> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query.fetch_all(connection).await
    }

    fn add(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    fn text(&mut self, text: String) -> &mut Self {
        self.place(Value::Text(text))
    }

    fn number(&mut self, number: i64) -> &mut Self {
        self.place(Value::Number(number))
    }

    fn place(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let _ = write!(self.sql, "${}", self.values.len());
        self
    }

    /// Of a single number the index has the analyses in order.
    fn within(&mut self, Beginning { first, last }: Beginning) -> &mut Self {
        if first == last {
            self.add(" = ").number(first)
        } else {
            self.add(" BETWEEN ").number(first).add(" AND ").number(last)
        }
    }

    /// Words that the analysis must hold too.
    fn others(&mut self, others: &[Beginning], analysis: &str) -> &mut Self {
        for beginning in others {
            self.add(" AND EXISTS (SELECT 1 FROM analysis_words AS other WHERE other.analysis_id = ")
                .add(analysis)
                .add(" AND other.beginning")
                .within(*beginning)
                .add(")");
        }
        self
    }

    /// What only the analysis itself tells.
    fn conditions(&mut self, wanted: &Wanted) -> &mut Self {
        if let Some(from_ms) = wanted.from_ms {
            self.add(" AND created_at_ms >= ").number(from_ms);
        }
        if let Some(to_ms) = wanted.to_ms {
            self.add(" AND created_at_ms < ").number(to_ms);
        }
        for word in wanted.words.iter().filter(|word| !words::is_one_short_run(word)) {
            self.add(" AND words LIKE ").text(containing(word)).add(" ESCAPE '\\'");
        }
        if let Some(object) = &wanted.object {
            self.add(" AND objects LIKE ").text(containing(&format!("|{object}|"))).add(" ESCAPE '\\'");
        }
        self
    }
}

/// A pattern for `LIKE ... ESCAPE '\'` that takes the word literally.
fn containing(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
