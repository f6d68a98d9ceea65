//! A page of an owner's analyses, the newest first: all of them, or those that hold what is looked for.
//!
//! Where one of the words is seldom, the index names the few analyses that hold it and the rest is asked of these. Where all
//! words are frequent a page is full after a short look at the newest ones.

use std::fmt::Write as _;

use sqlx::{AnyConnection, AssertSqlSafe};
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

/// A word that occurs more often is frequent: to look at each analysis that holds it would take too long.
const SELDOM: i64 = 10_000;

/// Of what is written without spaces so many beginnings are looked up; then the text itself is looked at.
const BEGINNINGS_EACH: usize = 3;

const COLUMNS: &str = "id, created_at_ms, title, report, kept";

impl Store {
    /// The newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn analyses(&self, owner: Uuid, wanted: &Wanted) -> Result<Vec<StoredAnalysis>, sqlx::Error> {
        let mut connection = self.database.pool().acquire().await?;
        let Some(way) = way(&mut connection, owner, beginnings(wanted)).await? else { return Ok(Vec::new()) };
        let Statement { sql, values } = Statement::of(owner, wanted, &way);
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for value in values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Number(number) => query.bind(number),
            };
        }
        query.fetch_all(&mut *connection).await?.iter().map(stored).collect()
    }
}

/// How the analyses are found.
struct Way {
    /// What the index is asked for first.
    seldom: Option<Beginning>,
    others: Vec<Beginning>,
}

/// None where a word occurs in no analysis.
async fn way(
    connection: &mut AnyConnection,
    owner: Uuid,
    mut sought: Vec<Beginning>,
) -> Result<Option<Way>, sqlx::Error> {
    let (mut fewest, mut seldom) = (SELDOM, None);
    for (place, beginning) in sought.iter().enumerate() {
        let count = words::count(connection, owner, *beginning, fewest).await?;
        if count == 0 {
            return Ok(None);
        }
        if count < fewest {
            (fewest, seldom) = (count, Some(place));
        }
    }
    let seldom = seldom.map(|place| sought.swap_remove(place));
    Ok(Some(Way { seldom, others: sought }))
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
    fn of(owner: Uuid, wanted: &Wanted, way: &Way) -> Self {
        let mut statement = Self::default();
        let (owner, before) = (owner.to_string(), wanted.before.unwrap_or(Uuid::max()).to_string());
        let conditions = conditions(wanted);
        statement.add(&format!("SELECT {COLUMNS} FROM analyses WHERE owner_id = ")).place(Value::Text(owner.clone()));
        if let Some(seldom) = way.seldom {
            statement
                .add(" AND id IN (SELECT DISTINCT analysis_id FROM analysis_words AS seldom WHERE owner_id = ")
                .place(Value::Text(owner))
                .add(" AND beginning")
                .between(seldom)
                .add(" AND analysis_id < ")
                .place(Value::Text(before))
                .others(&way.others, "seldom.analysis_id");
            if !conditions.is_empty() {
                statement
                    .add(" AND EXISTS (SELECT 1 FROM analyses AS whole WHERE whole.id = seldom.analysis_id")
                    .all(conditions)
                    .add(")");
            }
            statement.add(" ORDER BY analysis_id DESC LIMIT ").place(Value::Number(wanted.limit.into())).add(")");
            statement.add(" ORDER BY id DESC");
        } else {
            statement.add(" AND id < ").place(Value::Text(before)).others(&way.others, "analyses.id").all(conditions);
            statement.add(" ORDER BY id DESC LIMIT ").place(Value::Number(wanted.limit.into()));
        }
        statement
    }

    fn add(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    fn place(&mut self, value: Value) -> &mut Self {
        self.values.push(value);
        let _ = write!(self.sql, "${}", self.values.len());
        self
    }

    fn between(&mut self, Beginning { first, last }: Beginning) -> &mut Self {
        self.add(" BETWEEN ").place(Value::Number(first)).add(" AND ").place(Value::Number(last))
    }

    /// Words that the analysis must hold too.
    fn others(&mut self, others: &[Beginning], analysis: &str) -> &mut Self {
        for beginning in others {
            self.add(" AND EXISTS (SELECT 1 FROM analysis_words AS other WHERE other.analysis_id = ")
                .add(analysis)
                .add(" AND other.beginning")
                .between(*beginning)
                .add(")");
        }
        self
    }

    fn all(&mut self, conditions: Vec<Condition>) -> &mut Self {
        for Condition { before, value, after } in conditions {
            self.add(" AND ").add(before).place(value).add(after);
        }
        self
    }
}

/// What only the analysis itself tells: SQL around a value.
struct Condition {
    before: &'static str,
    value: Value,
    after: &'static str,
}

fn conditions(wanted: &Wanted) -> Vec<Condition> {
    let moment = |before, ms: i64| Condition { before, value: Value::Number(ms), after: "" };
    let holds = |before, text: &str| Condition { before, value: Value::Text(containing(text)), after: " ESCAPE '\\'" };
    let mut conditions = Vec::new();
    conditions.extend(wanted.from_ms.map(|ms| moment("created_at_ms >= ", ms)));
    conditions.extend(wanted.to_ms.map(|ms| moment("created_at_ms < ", ms)));
    let literal = wanted.words.iter().filter(|word| !words::is_one_short_run(word));
    conditions.extend(literal.map(|word| holds("words LIKE ", word)));
    conditions.extend(wanted.object.iter().map(|object| holds("objects LIKE ", &format!("|{object}|"))));
    conditions
}

/// A pattern for `LIKE ... ESCAPE '\'` that takes the word literally.
fn containing(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}
