//! A database as a busy installation has it: accounts, their analyses in the order of time, and what was counted of them.

use std::time::Instant;

use anyhow::{Context as _, Result};
use bench::models::checkout;
use serde_json::json;
use server::service::Moment;
use server::store::Database;
use server::store::words::beginnings;
use sha2::{Digest as _, Sha256};
use sqlx::{Any, AssertSqlSafe, Transaction};
use uuid::Uuid;

#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    pub accounts: usize,
    pub analyses: usize,
}

/// Of twenty analyses one is of the busiest account.
const BUSY: usize = 20;

/// Over so many days they are spread.
const DAYS: i64 = 25;

const DAY_MS: i64 = 86_400_000;

/// Rows of one statement: SQLite takes 32,766 values.
const ROWS: usize = 500;

/// Statements of one transaction.
const STATEMENTS: usize = 40;

/// What is found on the pictures, each on some of them.
pub const WORDS: [&str; 24] = [
    "bear",
    "river",
    "cat",
    "sofa",
    "bicycle",
    "street",
    "cup",
    "table",
    "astronaut",
    "rocket",
    "tree",
    "boat",
    "lake",
    "horse",
    "meadow",
    "book",
    "lamp",
    "train",
    "bridge",
    "child",
    "kite",
    "beach",
    "dog",
    "snow",
];

/// Somebody whose history is looked at.
#[derive(Clone, Debug)]
pub struct Member {
    pub key: String,
    pub cookie: String,
}

pub struct Filled {
    /// The first is the busiest.
    pub members: Vec<Member>,
}

enum Cell {
    Text(String),
    Number(i64),
}

/// # Errors
/// When the database fails.
pub async fn fill(database: &Database, sizes: Sizes) -> Result<Filled> {
    let from = Instant::now();
    println!("filling the database: {} accounts, {} analyses", sizes.accounts, sizes.analyses);
    let ids: Vec<String> = (0..sizes.accounts).map(|_| Uuid::now_v7().to_string()).collect();
    let members: Vec<Member> = (0..sizes.accounts)
        .map(|at| Member { key: format!("iia_bench-{at}"), cookie: format!("bench-cookie-{at}") })
        .collect();
    let now = Moment::now().0;
    insert(database, "accounts", ACCOUNT, ids.iter().enumerate().map(|(at, id)| account(at, id, now))).await?;
    insert(database, "api_keys", KEY, members.iter().zip(&ids).map(|(member, id)| api_key(member, id, now))).await?;
    insert(database, "sessions", SESSION, members.iter().zip(&ids).map(|(member, id)| session(member, id, now)))
        .await?;
    let report = report()?;
    let made = || (0..sizes.analyses).map(|at| Made::of(at, sizes, &ids, now));
    insert(database, "analyses", ANALYSIS, made().map(|made| analysis(&made, &report))).await?;
    insert(database, "analysis_words", INDEXED, made().flat_map(|made| indexed(&made))).await?;
    let days = ids.iter().flat_map(|id| (0..DAYS).map(move |day| day_of(id, now / DAY_MS - day)));
    insert(database, "stats_days", DAY, days).await?;
    let names = ids.iter().flat_map(|id| WORDS.iter().zip(1..).map(move |(word, count)| name(id, word, count)));
    insert(database, "stats_names", NAME, names).await?;
    println!("  filled in {:.0} s", from.elapsed().as_secs_f64());
    Ok(Filled { members })
}

const ACCOUNT: &str = "id, first_name, last_name, names_key, email, email_key, username, username_key, password_hash, role, \
     language, time_zone, default_tasks, keep_pictures, created_at_ms, confirmed_at_ms, version";

fn account(at: usize, id: &str, now: i64) -> Vec<Cell> {
    let (first, last) = (format!("Olena{at}"), format!("Koval{at}"));
    let email = format!("olena{at}@example.org");
    let names = format!("{first} {last}").to_lowercase();
    let texts = [id, &first, &last, &names, &email, &email];
    let mut cells: Vec<Cell> = texts.iter().map(|text| Cell::Text((*text).to_owned())).collect();
    let username = format!("olena{at}");
    for text in [username.as_str(), &username, "none", "user", "en", "Europe/Kyiv", ""] {
        cells.push(Cell::Text(text.to_owned()));
    }
    cells.extend([0, now, now, 1].map(Cell::Number));
    cells
}

const KEY: &str = "id, account_id, name, hash, hint, scopes, created_at_ms";

fn api_key(member: &Member, account: &str, now: i64) -> Vec<Cell> {
    let texts =
        [&Uuid::now_v7().to_string(), account, "bench", &hash(&member.key), "iia_bench", "analyses files profile"];
    let mut cells: Vec<Cell> = texts.iter().map(|text| Cell::Text((*text).to_owned())).collect();
    cells.push(Cell::Number(now));
    cells
}

const SESSION: &str =
    "id, account_id, cookie_hash, device, place, created_at_ms, last_used_ms, expires_at_ms, second_factor";

fn session(member: &Member, account: &str, now: i64) -> Vec<Cell> {
    let texts = [&Uuid::now_v7().to_string(), account, &hash(&member.cookie), "bench", "127.0.0.0/24"];
    let mut cells: Vec<Cell> = texts.iter().map(|text| Cell::Text((*text).to_owned())).collect();
    cells.extend([now, now, now + DAY_MS, 0].map(Cell::Number));
    cells
}

/// What differs from analysis to analysis.
struct Made {
    id: String,
    owner: String,
    created_at_ms: i64,
    words: String,
    objects: String,
}

impl Made {
    fn of(at: usize, sizes: Sizes, accounts: &[String], now: i64) -> Self {
        let back = (sizes.analyses - at) as i64;
        let created_at_ms = now - back * (DAYS * DAY_MS / sizes.analyses as i64).max(1);
        let owner = if at.is_multiple_of(BUSY) { 0 } else { scattered(at) % accounts.len().max(1) };
        let (first, second) = (WORDS[at % WORDS.len()], WORDS[scattered(at) % WORDS.len()]);
        Self {
            id: id(at, created_at_ms).to_string(),
            owner: accounts.get(owner).cloned().unwrap_or_default(),
            created_at_ms,
            words: format!("a {first} beside a {second}. soft, even light; nothing is clipped. {first} {second}"),
            objects: format!("|{first}||{second}|"),
        }
    }
}

/// In the order of time, and the same each time.
fn id(at: usize, created_at_ms: i64) -> Uuid {
    let number = (at as u64).to_be_bytes();
    let mut random = [0; 10];
    for (place, byte) in random.iter_mut().skip(2).zip(number) {
        *place = byte;
    }
    uuid::Builder::from_unix_timestamp_millis(created_at_ms as u64, &random).into_uuid()
}

const ANALYSIS: &str = "id, owner_id, created_at_ms, report, kept, words, objects, gathered";

fn analysis(made: &Made, report: &str) -> Vec<Cell> {
    let Made { id, owner, created_at_ms, words, objects } = made;
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(id),
        text(owner),
        Cell::Number(*created_at_ms),
        text(report),
        Cell::Number(0),
        text(words),
        text(objects),
        Cell::Number(1),
    ]
}

const INDEXED: &str = "analysis_id, owner_id, beginning";

fn indexed(made: &Made) -> Vec<Vec<Cell>> {
    let row = |beginning| vec![Cell::Text(made.id.clone()), Cell::Text(made.owner.clone()), Cell::Number(beginning)];
    beginnings(&made.words).into_iter().map(row).collect()
}

const DAY: &str = "account_id, day, analyses, failures, bytes, ms";

fn day_of(account: &str, day: i64) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(account.to_owned())];
    cells.extend([day, 4, 0, 400_000, 800].map(Cell::Number));
    cells
}

const NAME: &str = "account_id, kind, name, analyses";

fn name(account: &str, word: &str, count: i64) -> Vec<Cell> {
    let texts = [account, "object", word];
    texts.iter().map(|text| Cell::Text((*text).to_owned())).chain([Cell::Number(count)]).collect()
}

/// A report as the best models make it, as it is stored; the golden ones leave out what differs from run to run.
fn report() -> Result<String> {
    let path = checkout().join("golden/astronaut.authority.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let mut golden: serde_json::Value = serde_json::from_str(&text)?;
    let models: Vec<_> = ["picodet_l_416", "yolox_tiny", "yunet", "efficientnet_lite4"]
        .map(|name| json!({ "name": name, "version": "1", "sha256": "ab".repeat(32), "engine": "cpu" }))
        .to_vec();
    golden["receipt"] = json!({
        "image_sha256": "cd".repeat(32), "core_version": "0.1.0", "engine": "cpu", "platform": "native",
        "profile": "authority", "models": models,
    });
    golden["timings"] = ["decode", "measure", "tags", "objects", "faces", "total"]
        .map(|stage| json!({ "stage": stage, "ms": 12.5 }))
        .to_vec()
        .into();
    if golden["warnings"].is_null() {
        golden["warnings"] = json!([]);
    }
    let report: vision_core::Report = serde_json::from_value(golden)?;
    Ok(serde_json::to_string(&report)?)
}

fn hash(secret: &str) -> String {
    Sha256::digest(secret.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number that looks like none of its neighbours' (Knuth, multiplicative hashing).
fn scattered(at: usize) -> usize {
    (at as u32).wrapping_mul(2_654_435_769) as usize >> 7
}

async fn insert(database: &Database, table: &str, columns: &str, rows: impl Iterator<Item = Vec<Cell>>) -> Result<()> {
    let mut rows = rows.peekable();
    while rows.peek().is_some() {
        let mut transaction = database.begin().await?;
        for _ in 0..STATEMENTS {
            let some: Vec<Vec<Cell>> = rows.by_ref().take(ROWS).collect();
            if some.is_empty() {
                break;
            }
            insert_some(&mut transaction, table, columns, some).await.with_context(|| table.to_owned())?;
        }
        transaction.commit().await?;
    }
    Ok(())
}

async fn insert_some(
    transaction: &mut Transaction<'_, Any>,
    table: &str,
    columns: &str,
    rows: Vec<Vec<Cell>>,
) -> Result<()> {
    let mut place = 0;
    let lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let places: Vec<String> = row
                .iter()
                .map(|_| {
                    place += 1;
                    format!("${place}")
                })
                .collect();
            format!("({})", places.join(", "))
        })
        .collect();
    let sql = format!("INSERT INTO {table} ({columns}) VALUES {}", lines.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for cell in rows.into_iter().flatten() {
        query = match cell {
            Cell::Text(text) => query.bind(text),
            Cell::Number(number) => query.bind(number),
        };
    }
    query.execute(&mut **transaction).await?;
    Ok(())
}
