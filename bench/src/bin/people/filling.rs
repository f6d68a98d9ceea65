//! A database as a busy installation has it: accounts, their analyses in the order of time, and what was counted of them.

mod bulk;

use std::path::Path;

use anyhow::{Context as _, Result};
use bench::models::checkout;
use bulk::{Bulk, Cell};
use serde_json::json;
use server::service::Moment;
use server::store::words::beginnings;
use sha2::{Digest as _, Sha256};
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

/// When it was taken and what is in the sky; no picture was taken at both times.
const TIMES: [(&str, &str); 2] = [("morning", "sun"), ("evening", "moon")];

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

/// Fills a database that is empty: the one at that address, or SQLite in the folder.
///
/// # Errors
/// When the database fails.
pub async fn fill(folder: &Path, database: Option<&str>, sizes: Sizes) -> Result<Filled> {
    println!("filling the database: {} accounts, {} analyses", sizes.accounts, sizes.analyses);
    let ids: Vec<String> = (0..sizes.accounts).map(|_| Uuid::now_v7().to_string()).collect();
    let members: Vec<Member> = (0..sizes.accounts)
        .map(|at| Member { key: format!("iia_bench-{at}"), cookie: format!("bench-cookie-{at}") })
        .collect();
    let now = Moment::now().0;
    let mut bulk = Bulk::begin(folder, database).await?;
    bulk.insert(ACCOUNT, ids.iter().enumerate().map(|(at, id)| account(at, id, now))).await?;
    bulk.insert(KEY, members.iter().zip(&ids).map(|(member, id)| api_key(member, id, now))).await?;
    bulk.insert(SESSION, members.iter().zip(&ids).map(|(member, id)| session(member, id, now))).await?;
    for table in MADE_OF {
        bulk.execute(table).await?;
    }
    let report = report()?;
    bulk.insert(KIND, Kind::all().map(|kind| kind.cells(&report))).await?;
    bulk.insert(KIND_WORD, Kind::all().flat_map(Kind::beginnings)).await?;
    bulk.insert(MADE, (0..sizes.analyses).map(|at| made(at, sizes, &ids, now))).await?;
    bulk.told("accounts, and what is in which analysis");
    for (what, statement) in [("analyses", ANALYSES), ("words of analyses", INDEXED)] {
        bulk.execute(statement).await?;
        bulk.told(what);
    }
    let days = ids.iter().flat_map(|id| (0..DAYS).map(move |day| day_of(id, now / DAY_MS - day)));
    bulk.insert(DAY, days).await?;
    let names = ids.iter().flat_map(|id| WORDS.iter().zip(1..).map(move |(word, count)| name(id, word, count)));
    bulk.insert(NAME, names).await?;
    bulk.told("statistics");
    bulk.end().await?;
    if database.is_none() {
        // On the disk of a server it has long been; here the first write would wait for all of it.
        std::fs::File::open(folder.join("iia.sqlite3"))?.sync_all()?;
    }
    Ok(Filled { members })
}

const ACCOUNT: &str = "accounts (id, first_name, last_name, names_key, email, email_key, username, username_key, \
     password_hash, role, language, time_zone, default_tasks, keep_pictures, created_at_ms, confirmed_at_ms, version)";

fn account(at: usize, id: &str, now: i64) -> Vec<Cell> {
    let (first, last) = (format!("Olena{at}"), format!("Koval{at}"));
    let email = format!("olena{at}@example.org");
    let names = format!("{first} {last}").to_lowercase();
    let username = format!("olena{at}");
    let texts =
        [id, &first, &last, &names, &email, &email, &username, &username, "none", "user", "en", "Europe/Kyiv", ""];
    texts.into_iter().map(text).chain([0, now, now, 1].map(Cell::Number)).collect()
}

const KEY: &str = "api_keys (id, account_id, name, hash, hint, scopes, created_at_ms)";

fn api_key(member: &Member, account: &str, now: i64) -> Vec<Cell> {
    let texts =
        [&Uuid::now_v7().to_string(), account, "bench", &hash(&member.key), "iia_bench", "analyses files profile"];
    texts.into_iter().map(text).chain([Cell::Number(now)]).collect()
}

const SESSION: &str = "sessions (id, account_id, cookie_hash, device, place, created_at_ms, last_used_ms, expires_at_ms, \
     second_factor)";

fn session(member: &Member, account: &str, now: i64) -> Vec<Cell> {
    let texts = [&Uuid::now_v7().to_string(), account, &hash(&member.cookie), "bench", "127.0.0.0/24"];
    texts.into_iter().map(text).chain([now, now, now + DAY_MS, 0].map(Cell::Number)).collect()
}

/// What analyses are made of: each is of a kind, and those of a kind tell the same. So a short row of each is sent, and the
/// database makes the long ones of it.
const MADE_OF: [&str; 3] = [
    "CREATE TEMPORARY TABLE kinds (kind BIGINT PRIMARY KEY, report TEXT NOT NULL, words TEXT NOT NULL, objects TEXT NOT NULL)",
    "CREATE TEMPORARY TABLE kind_words (kind BIGINT NOT NULL, beginning BIGINT NOT NULL, PRIMARY KEY (kind, beginning))",
    "CREATE TEMPORARY TABLE made (id TEXT NOT NULL, owner_id TEXT NOT NULL, created_at_ms BIGINT NOT NULL, kind BIGINT NOT NULL)",
];

const ANALYSES: &str = "INSERT INTO analyses (id, owner_id, created_at_ms, report, kept, words, objects, gathered) \
     SELECT id, owner_id, created_at_ms, report, 0, words, objects, 1 FROM made CROSS JOIN kinds WHERE kinds.kind = made.kind";

/// SQLite takes the tables of a CROSS JOIN in their order, so that the rows come in the order of the index.
const INDEXED: &str = "INSERT INTO analysis_words (analysis_id, beginning, owner_id) \
     SELECT id, beginning, owner_id FROM made CROSS JOIN kind_words WHERE kind_words.kind = made.kind";

/// What is on a picture, and when it was taken.
#[derive(Clone, Copy)]
struct Kind {
    first: usize,
    second: usize,
    time: usize,
}

impl Kind {
    fn of(at: usize) -> Self {
        Self { first: at % WORDS.len(), second: scattered(at) % WORDS.len(), time: at / BUSY % TIMES.len() }
    }

    fn all() -> impl Iterator<Item = Self> {
        let pairs = (0..WORDS.len()).flat_map(|first| (0..WORDS.len()).map(move |second| (first, second)));
        pairs.flat_map(|(first, second)| (0..TIMES.len()).map(move |time| Self { first, second, time }))
    }

    fn number(self) -> Cell {
        Cell::Number(((self.first * WORDS.len() + self.second) * TIMES.len() + self.time) as i64)
    }

    fn words(self) -> String {
        let (first, second, (time, sky)) = (WORDS[self.first], WORDS[self.second], TIMES[self.time]);
        format!(
            "a {first} beside a {second} in the {time}. soft, even light; nothing is clipped. {first} {second} {sky}"
        )
    }

    fn cells(self, report: &str) -> Vec<Cell> {
        let objects = format!("|{}||{}||{}|", WORDS[self.first], WORDS[self.second], TIMES[self.time].1);
        vec![self.number(), text(report), text(&self.words()), text(&objects)]
    }

    fn beginnings(self) -> Vec<Vec<Cell>> {
        beginnings(&self.words()).into_iter().map(|beginning| vec![self.number(), Cell::Number(beginning)]).collect()
    }
}

const KIND: &str = "kinds (kind, report, words, objects)";

const KIND_WORD: &str = "kind_words (kind, beginning)";

const MADE: &str = "made (id, owner_id, created_at_ms, kind)";

fn made(at: usize, sizes: Sizes, accounts: &[String], now: i64) -> Vec<Cell> {
    let back = (sizes.analyses - at) as i64;
    let created_at_ms = now - back * (DAYS * DAY_MS / sizes.analyses as i64).max(1);
    let owner = if at.is_multiple_of(BUSY) { 0 } else { scattered(at) % accounts.len().max(1) };
    let owner = accounts.get(owner).map_or("", String::as_str);
    vec![text(&id(at, created_at_ms).to_string()), text(owner), Cell::Number(created_at_ms), Kind::of(at).number()]
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

const DAY: &str = "stats_days (account_id, day, analyses, failures, bytes, ms)";

fn day_of(account: &str, day: i64) -> Vec<Cell> {
    [text(account)].into_iter().chain([day, 4, 0, 400_000, 800].map(Cell::Number)).collect()
}

const NAME: &str = "stats_names (account_id, kind, name, analyses)";

fn name(account: &str, word: &str, count: i64) -> Vec<Cell> {
    [account, "object", word].into_iter().map(text).chain([Cell::Number(count)]).collect()
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
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
