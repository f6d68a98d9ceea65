//! A database of the first version, with data in it, is brought to this one and nothing is lost.

use server::service::Moment;
use server::store::Store;
use server::store::database::Database;
use server::store::quota::{Charge, ChargeBy, QuotaLimits};
use server::store::search::Wanted;
use uuid::Uuid;

use super::support::{Place, Server, database, limits, picture, report};

/// The migrations of the first version.
const FIRST: i64 = 1;

#[test]
fn what_the_first_version_stored_is_there() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = std::sync::Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let (kept, forgotten, visitor) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
    runtime.block_on(async {
        let url = database::of(data.path()).await;
        sqlx::any::install_default_drivers();
        let file = format!("sqlite://{}?mode=rwc", data.path().join("iia.sqlite3").display());
        let pool = sqlx::AnyPool::connect(url.as_deref().unwrap_or(&file)).await.expect("a database");
        let mut first = sqlx::migrate!("../migrations");
        first.migrations.to_mut().retain(|migration| migration.version == FIRST);
        first.run(&pool).await.expect("the first version");
        let text = serde_json::to_string(&report()).expect("JSON");
        let now_ms = Moment::now().0;
        for (id, is_kept) in [(kept, "TRUE"), (forgotten, "FALSE")] {
            let sql = format!(
                "INSERT INTO analyses (id, visitor_id, created_at_ms, report, picture_kept) VALUES ($1, $2, $3, $4, {is_kept})"
            );
            let insert = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).bind(visitor.to_string());
            insert.bind(now_ms).bind(&text).execute(&pool).await.expect("inserted");
        }
        sqlx::query("INSERT INTO visitors (id, used, held, last_seen_ms) VALUES ($1, 7, 1, $2)")
            .bind(visitor.to_string())
            .bind(now_ms)
            .execute(&pool)
            .await
            .expect("inserted");
        pool.close().await;

        let store = Store::open(data.path(), url.as_deref()).await.expect("brought to this version");
        for (id, is_kept) in [(kept, true), (forgotten, false)] {
            let found = store.analysis(id, visitor).await.expect("read").expect("there");
            assert_eq!((found.picture_kept(), found.title.as_deref(), &found.report), (is_kept, None, &text));
        }
        let charge = Charge { visitor, network: "n".into(), by: ChargeBy::Visitor { began_at: 0 } };
        let limits = QuotaLimits { per_visitor: 10, per_network: 300, window_ms: 1000 };
        assert_eq!(store.left(&charge, limits, now_ms).await.expect("counted"), 3);
        let waiting = store.analyses_not_gathered(10).await.expect("read");
        assert_eq!(waiting.len(), 2, "their words are gathered when the server starts");
        // One that a later version had gathered words of, and somebody has named since.
        sqlx::query("UPDATE analyses SET words = 'a cat zeppelin', objects = '|cat|', title = 'Zeppelin' WHERE id = $1")
            .bind(kept.to_string())
            .execute(store.database.pool())
            .await
            .expect("named");
        store.close().await;
    });
    // And a server runs on it.
    let server = Server::again(Place::Here, Default::default(), limits(2, 10), data);
    assert_eq!(server.client().analyze(picture::GOOD).status, 201);
    let store = server.service.store();
    super::support::eventually("the words are gathered", || {
        server.runtime().block_on(store.analyses_not_gathered(10)).expect("read").is_empty()
    });
    let found = |words: &[&str], object: Option<&str>| {
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let wanted = Wanted { limit: 10, words, object: object.map(str::to_owned), ..Wanted::default() };
        let rows = server.runtime().block_on(store.analyses(visitor, &wanted)).expect("read");
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(found(&["cat"], None).len(), 2);
    assert_eq!(found(&[], Some("cat")).len(), 2);
    assert_eq!(found(&["zepp"], Some("cat")), [kept]);
    assert!(found(&["dog"], None).is_empty());
}

#[test]
fn a_database_of_a_later_version_is_left_alone() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = tempfile::tempdir().expect("a folder for the test");
    runtime.block_on(async {
        let url = database::of(data.path()).await;
        let opened = Database::open(data.path(), url.as_deref()).await.expect("made");
        sqlx::query("UPDATE _sqlx_migrations SET version = 9999 WHERE version = 2")
            .execute(opened.pool())
            .await
            .expect("changed");
        opened.close().await;
        assert!(Database::open(data.path(), url.as_deref()).await.is_err());
    });
}

/// The last version before a mail knew which account it is about.
const TWELFTH: i64 = 12;

#[test]
fn a_mail_of_an_earlier_version_is_its_accounts() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = tempfile::tempdir().expect("a folder for the test");
    runtime.block_on(async {
        let url = database::of(data.path()).await;
        let pool = of_version(TWELFTH, data.path(), url.as_deref()).await;
        let account = Uuid::now_v7().to_string();
        insert_account(&pool, &account, "Ada@Example.org").await;
        for (id, recipient) in [("1", "ada@example.org"), ("2", "Ada@Example.org"), ("3", "ada-before@example.org")] {
            sqlx::query(
                "INSERT INTO outbox (id, recipient, subject, body_text, body_html, created_at_ms, attempts) \
                 VALUES ($1, $2, 's', '', '', 1, 1)",
            )
            .bind(id)
            .bind(recipient)
            .execute(&pool)
            .await
            .expect("inserted");
        }
        pool.close().await;
        let opened = Database::open(data.path(), url.as_deref()).await.expect("brought to this version");
        let mails: Vec<(String, Option<String>)> = sqlx::query_as("SELECT id, account_id FROM outbox ORDER BY id")
            .fetch_all(opened.pool())
            .await
            .expect("read");
        let of = |id: &str, account: Option<&String>| (id.to_owned(), account.cloned());
        assert_eq!(mails, [of("1", Some(&account)), of("2", Some(&account)), of("3", None)]);
        opened.close().await;
    });
}

async fn of_version(version: i64, folder: &std::path::Path, url: Option<&str>) -> sqlx::AnyPool {
    sqlx::any::install_default_drivers();
    let file = format!("sqlite://{}?mode=rwc", folder.join("iia.sqlite3").display());
    let pool = sqlx::AnyPool::connect(url.unwrap_or(&file)).await.expect("a database");
    let mut earlier = sqlx::migrate!("../migrations");
    earlier.migrations.to_mut().retain(|migration| migration.version <= version);
    earlier.run(&pool).await.expect("an earlier version");
    pool
}

/// Somebody called Ada, confirmed an hour ago.
async fn insert_account(pool: &sqlx::AnyPool, id: &str, email: &str) {
    sqlx::query(
        "INSERT INTO accounts (id, first_name, last_name, names_key, email, email_key, password_hash, role, language, \
         time_zone, default_tasks, keep_pictures, created_at_ms, confirmed_at_ms, version) \
         VALUES ($1, 'Ada', 'Min', 'ada min', $2, $3, 'none', 'administrator', 'en', 'UTC', '', 0, $4, $4, 3)",
    )
    .bind(id)
    .bind(email)
    .bind(email.to_lowercase())
    .bind(Moment::now().0 - 3_600_000)
    .execute(pool)
    .await
    .expect("inserted");
}

/// The last version before a session knew when its password was given.
const ELEVENTH: i64 = 11;

#[test]
fn who_was_logged_in_before_goes_on() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let data = std::sync::Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let (account, session, cookie) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string(), "c".repeat(43));
    runtime.block_on(async {
        let url = database::of(data.path()).await;
        let pool = of_version(ELEVENTH, data.path(), url.as_deref()).await;
        insert_account(&pool, &account, "ada@example.org").await;
        let hour_ago = Moment::now().0 - 3_600_000;
        sqlx::query(
            "INSERT INTO sessions (id, account_id, cookie_hash, device, place, created_at_ms, last_used_ms, expires_at_ms) \
             VALUES ($1, $2, $3, 'd', 'p', $4, $4, $5)",
        )
        .bind(&session)
        .bind(&account)
        .bind(hex::encode(ring::digest::digest(&ring::digest::SHA256, cookie.as_bytes())))
        .bind(hour_ago)
        .bind(hour_ago + 86_400_000)
        .execute(&pool)
        .await
        .expect("inserted");
        pool.close().await;
    });
    let server = Server::again(Place::Here, Default::default(), limits(2, 10), data);
    server.member("olena");
    let mut ada = server.client();
    ada.cookie = Some(format!("iia_session={cookie}"));
    assert_eq!(ada.get("/v1/profile").json()["first_name"], "Ada");
    let olena = ada.get("/v1/admin/users?q=olena").json()["users"][0].clone();
    let path = format!("/v1/admin/users/{}", olena["id"].as_str().expect("an id"));
    let change = |value: serde_json::Value| {
        let mut change = value;
        change["version"] = olena["version"].clone();
        change
    };
    let role = change(serde_json::json!({ "role": "administrator" }));
    assert_eq!(ada.send("PATCH", &path, &role).code(), "password_required", "given when the session began");
    assert_eq!(ada.send("PATCH", &path, &change(serde_json::json!({ "first_name": "Oksana" }))).status, 200);
}
