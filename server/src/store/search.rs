//! A page of an owner's analyses, the newest first: all of them, or those that hold what is looked for.
//!
//! The index of words names analyses, and what else is asked is asked of these. Where one of the words is seldom, the few that
//! hold it are looked up one by one. Where all words are frequent the newest analyses are, for words that occur together fill a page
//! soon; then what the index's lists of all words share is told without a look at anything else.

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

/// Analyses that are looked up one by one where all words are frequent.
const NEWEST: i64 = 1000;

/// Entries of the index that are put in order for a word which stands for several of its numbers; of more, as of a single letter,
/// analyses are looked up one by one to the end.
const MOST_SORTED: i64 = 100_000;

/// Of what is written without spaces so many beginnings are looked up; then the text itself is looked at.
const BEGINNINGS_EACH: usize = 3;

/// Analyses that are looked at together: more each time, for what is asked of them turns out to be seldom.
const FEWEST_AT_ONCE: usize = 100;
const MOST_AT_ONCE: usize = 2000;

/// Names that are told together where lists are gone through: PostgreSQL does so from their beginning each time.
const SHARED_AT_ONCE: usize = 10_000;

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
        let Some(mut way) = way(&mut connection, owner, sought, &before).await? else { return Ok(Vec::new()) };
        let (mut found, mut at_once) = (Vec::new(), FEWEST_AT_ONCE);
        loop {
            let told = if matches!(way, Way::Shared { .. }) { SHARED_AT_ONCE } else { at_once };
            let named = Statement::named(owner, &way, &before, told).fetch(&mut connection).await?;
            let ids: Vec<String> = named.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
            let mut rest = ids.as_slice();
            while !rest.is_empty() {
                let (some, others) = rest.split_at(at_once.min(rest.len()));
                let left = wanted.limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
                let rows = Statement::of(owner, wanted, some, left).fetch(&mut connection).await?;
                found.extend(rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?);
                if found.len() >= wanted.limit as usize {
                    return Ok(found);
                }
                (rest, at_once) = (others, (at_once * 4).min(MOST_AT_ONCE));
            }
            let is_last = ids.len() < told;
            (way, before) = match (way, ids.last()) {
                (Way::Newest { all, oldest: Some(oldest) }, _) if is_last => {
                    (beyond(&mut connection, owner, all).await?, oldest)
                }
                (way, Some(last)) if !is_last => (way, last.clone()),
                _ => return Ok(found),
            };
        }
    }
}

/// How the analyses are found.
enum Way {
    /// By that word, each of them asked for the others.
    Seldom { seldom: Beginning, others: Vec<Beginning> },
    /// The newest, each of them asked for all words; those before the oldest of them are left.
    Newest { all: Vec<Beginning>, oldest: Option<String> },
    /// By what the lists of all words share.
    Shared { all: Vec<Beginning> },
}

/// None where a word occurs in no analysis.
async fn way(
    connection: &mut AnyConnection,
    owner: Uuid,
    mut sought: Vec<Beginning>,
    before: &str,
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
        None => Way::Newest { all: sought, oldest: oldest(connection, owner, before).await? },
    }))
}

/// How the analyses before the newest are found.
async fn beyond(connection: &mut AnyConnection, owner: Uuid, all: Vec<Beginning>) -> Result<Way, sqlx::Error> {
    for several in all.iter().filter(|beginning| beginning.first != beginning.last) {
        if words::count(connection, owner, *several, MOST_SORTED).await? == MOST_SORTED {
            return Ok(Way::Newest { all, oldest: None });
        }
    }
    Ok(Way::Shared { all })
}

/// The oldest of the newest analyses, if there are older ones.
async fn oldest(connection: &mut AnyConnection, owner: Uuid, before: &str) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM analyses WHERE owner_id = $1 AND id < $2 ORDER BY id DESC LIMIT 1 OFFSET $3")
        .bind(owner.to_string())
        .bind(before)
        .bind(NEWEST - 1)
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

    /// Names of the newest analyses before that one that hold all words, from the indexes alone.
    fn named(owner: Uuid, way: &Way, before: &str, at_once: usize) -> Self {
        let mut statement = Self::default();
        match way {
            Way::Seldom { seldom, others } => {
                let sql = "SELECT DISTINCT analysis_id FROM analysis_words AS seldom WHERE owner_id = ";
                statement.add(sql).text(owner.to_string()).add(" AND beginning").within(*seldom);
                statement.add(" AND analysis_id < ").text(before.to_owned()).others(others, "seldom.analysis_id");
            }
            Way::Newest { all, oldest } => {
                let sql = "SELECT id FROM analyses WHERE owner_id = ";
                statement.add(sql).text(owner.to_string()).add(" AND id < ").text(before.to_owned());
                if let Some(oldest) = oldest {
                    statement.add(" AND id >= ").text(oldest.clone());
                }
                statement.others(all, "analyses.id");
            }
            Way::Shared { all } => {
                for (place, beginning) in all.iter().enumerate() {
                    statement.add(if place == 0 { "" } else { " INTERSECT " });
                    // Of several lists the intersection tells each once.
                    statement.add(if all.len() == 1 { "SELECT DISTINCT" } else { "SELECT" });
                    statement
                        .add(" analysis_id FROM analysis_words WHERE owner_id = ")
                        .text(owner.to_string())
                        .add(" AND beginning")
                        .within(*beginning);
                    statement.add(" AND analysis_id < ").text(before.to_owned());
                }
            }
        }
        statement.add(" ORDER BY 1 DESC LIMIT ").number(i64::try_from(at_once).unwrap_or(i64::MAX));
        statement
    }

    /// Those of the named analyses of which the rest is true too.
    ///
    /// The owner is compared as an expression, which no index answers: once PostgreSQL plans for any values, it takes every owner
    /// for an average one, and would read all analyses of the busiest to find these few among them.
    fn of(owner: Uuid, wanted: &Wanted, ids: &[String], limit: u32) -> Self {
        let mut statement = Self::default();
        statement.add(&format!("SELECT {COLUMNS} FROM analyses WHERE id IN ("));
        for (place, id) in ids.iter().enumerate() {
            statement.add(if place == 0 { "" } else { ", " }).text(id.clone());
        }
        statement.add(") AND owner_id || '' = ").text(owner.to_string()).conditions(wanted);
        statement.add(" ORDER BY id DESC LIMIT ").number(limit.into());
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
