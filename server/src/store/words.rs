//! The index of words: which analyses of an owner hold a word that begins so.
//!
//! A word is a run of letters and digits. Of each the first bytes are stored as a number, so a beginning is a range of numbers,
//! which SQLite and PostgreSQL look up alike; where more bytes matter the text itself is looked at.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sqlx::{AnyConnection, AssertSqlSafe, Row as _};
use uuid::Uuid;

/// Bytes of a word that fill the number.
const BYTES: usize = 8;

/// Rows of one statement; SQLite takes 32,766 values.
const ROWS: usize = 1000;

/// Words that begin with something: their numbers lie in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Beginning {
    pub first: i64,
    pub last: i64,
}

impl Beginning {
    fn of(run: &str) -> Self {
        Self { first: number(run, 0), last: number(run, 0xff) }
    }
}

/// What the index holds of a text in small letters.
pub fn beginnings(text: &str) -> BTreeSet<i64> {
    runs(text).into_iter().map(|run| number(run, 0)).collect()
}

/// How a text in which something is looked for must have words that begin.
pub fn sought(text: &str) -> Vec<Beginning> {
    runs(text).into_iter().map(Beginning::of).collect()
}

/// Whether the index alone tells that a text holds a word that begins so.
pub fn is_one_short_run(sought: &str) -> bool {
    sought.len() <= BYTES && runs(sought) == [sought]
}

/// Bytes that are missing are all that one; texts in UTF-8 are in the order of their bytes. Runs of one beginning have one
/// first byte, so they also lie together where the number is negative.
fn number(run: &str, missing: u8) -> i64 {
    let mut bytes = [missing; BYTES];
    for (place, byte) in bytes.iter_mut().zip(run.bytes()) {
        *place = byte;
    }
    i64::from_be_bytes(bytes)
}

fn runs(text: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut rest = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    while let Some(first) = rest.chars().next() {
        let end = if stands_alone(first) {
            first.len_utf8()
        } else {
            rest.find(|c: char| stands_alone(c) || !c.is_alphanumeric()).unwrap_or(rest.len())
        };
        let (run, after) = rest.split_at(end);
        runs.push(run);
        rest = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    }
    runs
}

/// Chinese and Japanese are written without spaces: each of their letters counts as a word.
fn stands_alone(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}') && letter.is_alphanumeric()
}

/// Adds the words of an analysis to the index.
pub(super) async fn insert(
    connection: &mut AnyConnection,
    analysis: Uuid,
    owner: &str,
    words: &str,
) -> Result<(), sqlx::Error> {
    let beginnings: Vec<i64> = beginnings(words).into_iter().collect();
    for some in beginnings.chunks(ROWS) {
        let mut sql = String::from("INSERT INTO analysis_words (analysis_id, owner_id, beginning) VALUES ");
        for place in 3..3 + some.len() {
            let _ = write!(sql, "{}($1, $2, ${place})", if place == 3 { "" } else { ", " });
        }
        sql.push_str(" ON CONFLICT (analysis_id, beginning) DO NOTHING");
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(analysis.to_string()).bind(owner);
        for beginning in some {
            query = query.bind(*beginning);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes the words of an analysis out of the index.
pub(super) async fn delete(connection: &mut AnyConnection, analysis: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM analysis_words WHERE analysis_id = $1")
        .bind(analysis.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// The first and the last number that occurs among an owner's words that begin so, often one and the same; None where none does.
pub(super) async fn occurring(
    connection: &mut AnyConnection,
    owner: Uuid,
    beginning: Beginning,
) -> Result<Option<Beginning>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT (SELECT MIN(beginning) FROM analysis_words WHERE owner_id = $1 AND beginning BETWEEN $2 AND $3) AS first, \
         (SELECT MAX(beginning) FROM analysis_words WHERE owner_id = $1 AND beginning BETWEEN $2 AND $3) AS last",
    )
    .bind(owner.to_string())
    .bind(beginning.first)
    .bind(beginning.last)
    .fetch_one(connection)
    .await?;
    let (first, last): (Option<i64>, Option<i64>) = (row.try_get("first")?, row.try_get("last")?);
    Ok(first.zip(last).map(|(first, last)| Beginning { first, last }))
}

/// How many words of an owner begin so; counts no further than `most`.
pub(super) async fn count(
    connection: &mut AnyConnection,
    owner: Uuid,
    beginning: Beginning,
    most: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT COUNT(*) FROM (SELECT 1 FROM analysis_words WHERE owner_id = $1 AND beginning BETWEEN $2 AND $3 \
         LIMIT $4) AS counted",
    )
    .bind(owner.to_string())
    .bind(beginning.first)
    .bind(beginning.last)
    .bind(most)
    .fetch_one(connection)
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(asked: &str, text: &str) -> bool {
        let words = beginnings(text);
        let begins = |beginning: &Beginning| words.range(beginning.first..=beginning.last).next().is_some();
        !asked.is_empty() && sought(asked).iter().all(begins)
    }

    #[test]
    fn words_are_found_by_their_beginnings() {
        let text = "a brown bear, half-asleep; the 100% bear_1 of синевир. at 東京タワー";
        for asked in
            ["a", "bear", "be", "brown", "asleep", "half-asleep", "1", "100%", "синевир", "син", "タワー", "京"]
        {
            assert!(finds(asked, text), "{asked}");
        }
        for asked in ["ear", "bears", "rown", "2", "невир", "синій", "大"] {
            assert!(!finds(asked, text), "{asked}");
        }
    }

    #[test]
    fn of_long_words_only_the_beginning_is_in_the_index() {
        assert!(finds("photographs", "a photographer"), "so the text is looked at too");
        assert!(!is_one_short_run("photographs") && is_one_short_run("photogra") && is_one_short_run("ведм"));
        assert!(!is_one_short_run("ведмідь") && !is_one_short_run("half-a") && !is_one_short_run("100%"));
        assert!(!is_one_short_run("") && sought("?!").is_empty());
    }
}
