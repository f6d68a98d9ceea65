//! The history of an account: searched, named, shared, taken over from the visitor; nobody else's to see.

use serde_json::{Value, json};

use super::support::{Client, Place, Server, picture};

fn ids(reply: &Value) -> Vec<String> {
    let list = reply["analyses"].as_array().expect("a list");
    list.iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

fn analyse(client: &mut Client) -> String {
    client.analyze(picture::GOOD).json()["id"].as_str().expect("an id").to_owned()
}

#[test]
fn words_names_and_days_find_what_was_read() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let (first, second) = (analyse(&mut olena), analyse(&mut olena));
    let path = format!("/v1/analyses/{first}");
    let named = olena.send("PATCH", &path, &json!({ "title": " The 100% Bear_1 of Синевир " }));
    assert_eq!(named.json()["title"], "The 100% Bear_1 of Синевир", "{}", named.text());

    let word = olena.get(&path).json()["tags"][0]["label"].as_str().expect("a tag").replace(' ', "+");
    let cases = [
        (String::new(), vec![&second, &first]),
        (format!("q={word}"), vec![&second, &first]),
        ("q=SYNEVYR".into(), vec![]),
        ("q=%D0%A1%D0%98%D0%9D%D0%95%D0%92%D0%98%D0%A0".into(), vec![&first]),
        ("q=100%25".into(), vec![&first]),
        ("q=100%25%25".into(), vec![]),
        ("q=bear_1+the".into(), vec![&first]),
        ("q=bearx1".into(), vec![]),
        ("from=2026-01-01".into(), vec![&second, &first]),
        ("to=2026-01-01".into(), vec![]),
        (format!("before={second}"), vec![&first]),
        ("limit=1".into(), vec![&second]),
    ];
    for (query, expected) in cases {
        let reply = olena.get(&format!("/v1/analyses?{query}"));
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
        assert_eq!(ids(&reply.json()).iter().collect::<Vec<_>>(), expected, "{query}");
    }
    for bad in ["from=yesterday", "to=2026-13-01", "colour=red", "limit=x"] {
        assert_eq!(olena.get(&format!("/v1/analyses?{bad}")).code(), "bad_input", "{bad}");
    }
    assert_eq!(olena.send("PATCH", &path, &json!({ "title": "a\nb" })).code(), "bad_input");
    assert_eq!(olena.send("PATCH", &path, &json!({ "title": null })).json().get("title"), None);
}

#[test]
fn words_are_found_by_their_beginnings_until_they_are_gone() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut browser = server.client();
    browser.get("/");
    let id = analyse(&mut browser);
    let path = format!("/v1/analyses/{id}");
    let name = |client: &mut Client, title: Value| {
        assert_eq!(client.send("PATCH", &path, &json!({ "title": title })).status, 200);
    };
    name(&mut browser, json!("Photographs of a half-asleep bear"));
    let finds = |client: &mut Client, cases: &[(&str, bool)]| {
        for (query, found) in cases {
            let list = ids(&client.get(&format!("/v1/analyses?q={query}")).json());
            assert_eq!(list == [id.clone()], *found, "{query}: {list:?}");
        }
    };
    let named = [
        ("be", true),
        ("ear", false),
        ("bears", false),
        ("photo", true),
        ("photographs", true),
        ("photographers", false),
        ("half-asleep", true),
        ("half-awake", false),
        ("asleep+bear+cat", true),
        ("asleep+wolf", false),
    ];
    finds(&mut browser, &named);
    let credentials = json!({ "login": "olena", "password": super::support::PASSWORD });
    assert_eq!(browser.post_json("/v1/session", &credentials).status, 204);
    finds(&mut browser, &[("asleep", false), ("cat", false)]);
    assert_eq!(browser.post_json("/v1/analyses/take-over", &json!({})).json(), json!({ "analyses": 1 }));
    finds(&mut browser, &named);
    name(&mut browser, json!("Wolf"));
    finds(&mut browser, &[("asleep", false), ("wolf", true), ("cat", true)]);
    assert_eq!(browser.delete(&path).status, 204);
    let rows: i64 = server.runtime().block_on(async {
        let pool = server.service.store().database.pool();
        sqlx::query_scalar("SELECT COUNT(*) FROM analysis_words").fetch_one(pool).await.expect("counted")
    });
    assert_eq!(rows, 0, "no word stays behind");
}

#[test]
fn seldom_words_and_frequent_ones_find_what_all_of_them_are_on() {
    let data = tempfile::tempdir().expect("a folder for the test");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = runtime.block_on(async {
        let url = super::support::database::of(data.path()).await;
        server::store::Store::open(data.path(), url.as_deref()).await.expect("made")
    });
    let owner = uuid::Uuid::now_v7();
    let id = |number: u32| format!("00000000-0000-7000-8000-{}", 100_000_000_000 + u64::from(number));
    const ALL: u32 = 12_000;
    let kinds = [
        ("common", "n > 0"),
        ("second", "n % 2 = 0"),
        ("odd", "n % 2 = 1"),
        ("early", "n <= 6000"),
        ("thousandth", "n % 1000 = 0"),
        ("sample", "n % 2 = 0"),
        ("samples", "n % 3 = 0"),
    ];
    let asked = |words: &[&str], before: Option<u32>, days: Option<(i64, i64)>| {
        let wanted = server::store::search::Wanted {
            before: before.map(|number| id(number).parse().expect("an id")),
            limit: 5,
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            object: None,
            from_ms: days.map(|days| days.0),
            to_ms: days.map(|days| days.1),
        };
        let rows = runtime.block_on(store.analyses(owner, &wanted)).expect("found");
        rows.iter().map(|row| u32::try_from(row.created_at_ms).expect("a number")).collect::<Vec<_>>()
    };
    runtime.block_on(async {
        let numbers =
            format!("WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ALL})");
        let name = "'00000000-0000-7000-8000-' || CAST(100000000000 + n AS TEXT)";
        let mut statements = vec![format!(
            "INSERT INTO analyses (id, owner_id, created_at_ms, report, kept, words, objects, gathered) {numbers} \
             SELECT {name}, '{owner}', n, '', 0, 'common second thousandth', '', 1 FROM numbers"
        )];
        for (word, which) in kinds {
            let beginning = *server::store::words::beginnings(word).first().expect("a word");
            statements.push(format!(
                "INSERT INTO analysis_words (analysis_id, owner_id, beginning) {numbers} \
                 SELECT {name}, '{owner}', {beginning} FROM numbers WHERE {which}"
            ));
        }
        for statement in statements {
            let query = sqlx::query(sqlx::AssertSqlSafe(statement));
            query.execute(store.database.pool()).await.expect("inserted");
        }
    });
    assert_eq!(asked(&[], None, None), [12_000, 11_999, 11_998, 11_997, 11_996]);
    assert_eq!(asked(&["common"], Some(9), None), [8, 7, 6, 5, 4]);
    assert_eq!(asked(&["common", "second"], Some(9), None), [8, 6, 4, 2]);
    assert_eq!(asked(&["thou", "co", "se"], None, None), [12_000, 11_000, 10_000, 9000, 8000]);
    assert_eq!(asked(&["thousandth"], Some(3000), None), [2000, 1000]);
    assert_eq!(asked(&["second"], None, Some((100, 105))), [104, 102, 100]);
    assert_eq!(asked(&["common"], None, Some((100, 103))), [102, 101, 100]);
    assert!(asked(&["common", "zeppelin"], None, None).is_empty());
    assert!(asked(&["odd", "second"], None, None).is_empty(), "frequent, and never together");
    assert!(asked(&["odd", "common", "second"], Some(11_500), None).is_empty());
    assert_eq!(asked(&["early", "common"], None, None), [6000, 5999, 5998, 5997, 5996], "none of the newest");
    assert_eq!(asked(&["early", "odd"], None, None), [5999, 5997, 5995, 5993, 5991]);
    assert_eq!(asked(&["common", "second"], None, Some((100, 105))), [104, 102, 100]);
    assert_eq!(asked(&["sampl", "odd"], Some(40), None), [39, 33, 27, 21, 15], "two words that begin so");
    assert_eq!(asked(&["sampl", "early"], None, None), [6000, 5998, 5997, 5996, 5994], "and none of the newest");
    assert_eq!(asked(&["sampl"], None, Some((9, 17))), [16, 15, 14, 12, 10], "each of them once");
    assert!(asked(&["sampl", "early", "common"], None, Some((6001, 9000))).is_empty());
    let beyond = asked(&["early", "common"], Some(6998), None);
    assert_eq!(beyond, [6000, 5999, 5998, 5997, 5996], "three of the newest thousand, two of those before");
    assert!(asked(&["thousandths"], None, None).is_empty(), "of long words the text is looked at");
}

#[test]
fn what_is_somebody_elses_is_not_there() {
    let server = Server::start(Place::Here);
    let (mut olena, mut taras) = (server.person("olena").client, server.person("taras").client);
    let id = analyse(&mut olena);
    let path = format!("/v1/analyses/{id}");
    for client in [&mut taras, &mut server.client()] {
        assert_eq!(client.get(&path).code(), "not_found");
        assert_eq!(client.send("PATCH", &path, &json!({ "title": "mine" })).code(), "not_found");
        assert_eq!(client.post_json(&format!("{path}/share"), &json!({})).code(), "not_found");
        assert_eq!(client.delete(&path).code(), "not_found");
        assert!(ids(&client.get("/v1/analyses").json()).is_empty());
    }
    assert_eq!(olena.get(&path).status, 200);
    assert_eq!(olena.delete(&path).status, 204);
}

#[test]
fn a_link_shows_the_report_until_it_is_taken_back() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let id = analyse(&mut olena);
    let path = format!("/v1/analyses/{id}/share");
    for days in [0, 91] {
        assert_eq!(olena.post_json(&path, &json!({ "days": days })).code(), "bad_input");
    }
    let shared = olena.post_json(&path, &json!({ "days": 1 })).json();
    let link = format!("/v1/shared/{}", shared["token"].as_str().expect("a token"));
    assert_eq!(server.client().get(&link).json()["id"].as_str(), Some(id.as_str()));
    assert_eq!(server.client().get("/v1/shared/another").code(), "not_found");
    let second = olena.post_json(&path, &json!({})).json();
    server.runtime().block_on(async {
        sqlx::query("UPDATE shares SET expires_at_ms = 1 WHERE expires_at_ms > $1")
            .bind(server::service::Moment::now().0 + 3 * 86_400_000)
            .execute(server.service.store().database.pool())
            .await
            .expect("aged");
    });
    let late = format!("/v1/shared/{}", second["token"].as_str().expect("a token"));
    assert_eq!(server.client().get(&late).code(), "not_found", "too old");
    assert_eq!(olena.delete(&path).status, 204);
    assert_eq!(server.client().get(&link).code(), "not_found", "taken back");
    let third = olena.post_json(&path, &json!({})).json();
    assert_eq!(olena.delete(&format!("/v1/analyses/{id}")).status, 204);
    let gone = format!("/v1/shared/{}", third["token"].as_str().expect("a token"));
    assert_eq!(server.client().get(&gone).code(), "not_found", "goes with the analysis");
}

#[test]
fn the_visitors_analyses_join_the_account_when_its_owner_says_so() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut browser = server.client();
    browser.get("/");
    let before = analyse(&mut browser);
    let credentials = json!({ "login": "olena", "password": super::support::PASSWORD });
    assert_eq!(browser.post_json("/v1/analyses/take-over", &json!({})).code(), "unauthenticated");
    assert_eq!(browser.post_json("/v1/session", &credentials).status, 204);
    assert!(ids(&browser.get("/v1/analyses").json()).is_empty(), "not by itself");
    assert_eq!(browser.post_json("/v1/analyses/take-over", &json!({})).json(), json!({ "analyses": 1 }));
    assert_eq!(ids(&browser.get("/v1/analyses").json()), [before]);
    assert_eq!(browser.post_json("/v1/analyses/take-over", &json!({})).json(), json!({ "analyses": 0 }));
    assert_eq!(browser.delete("/v1/token").status, 204);
    assert!(ids(&browser.get("/v1/analyses").json()).is_empty(), "the visitor has given them away");
    assert_eq!(browser.get("/v1/quota").json()["remaining"], 9, "what was used stays used");
}

#[test]
fn several_are_deleted_at_once_and_none_of_others() {
    let server = Server::start(Place::Here);
    let (mut olena, mut taras) = (server.person("olena").client, server.person("taras").client);
    let (first, second, third) = (analyse(&mut olena), analyse(&mut olena), analyse(&mut taras));
    let reply = olena.send("DELETE", "/v1/analyses", &json!({ "ids": [first, third, uuid::Uuid::nil()] }));
    assert_eq!(reply.json(), json!({ "analyses": 1 }));
    assert_eq!(ids(&olena.get("/v1/analyses").json()), [second]);
    assert_eq!(ids(&taras.get("/v1/analyses").json()), [third]);
    let many: Vec<String> = (0..101).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    assert_eq!(olena.send("DELETE", "/v1/analyses", &json!({ "ids": many })).code(), "bad_input");
    assert_eq!(olena.send("DELETE", "/v1/analyses", &json!({})).code(), "missing_field");
}

#[test]
fn an_object_finds_what_it_is_on_by_its_whole_name() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let id = analyse(&mut olena);
    for (object, found) in
        [("cat", true), ("CAT", true), ("ca", false), ("tabby%20cat", false), ("%25", false), ("dog", false)]
    {
        let list = ids(&olena.get(&format!("/v1/analyses?object={object}")).json());
        assert_eq!(list == [id.clone()], found, "{object}: {list:?}");
    }
    assert_eq!(ids(&olena.get("/v1/analyses?object=cat&q=light&from=2026-01-01T00:00:00Z").json()), [id]);
    assert!(ids(&olena.get("/v1/analyses?object=cat&q=nothing").json()).is_empty());
    assert_eq!(olena.get("/v1/analyses?from=yesterday").code(), "bad_input");
}

/// A picture that really is one.
fn png() -> Vec<u8> {
    let mut png = std::io::Cursor::new(Vec::new());
    let grey = image::RgbImage::from_pixel(640, 480, image::Rgb([200, 200, 200]));
    grey.write_to(&mut png, image::ImageFormat::Png).expect("encoded");
    png.into_inner()
}

#[test]
fn what_a_search_finds_is_exported_with_its_pictures_drawn_on() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let forgotten = analyse(&mut olena);
    let mut keep = |body: &[u8]| {
        let reply = olena.post("/v1/analyses?keep=true", "application/octet-stream", body);
        reply.json()["id"].as_str().expect("an id").to_owned()
    };
    let (drawn, unreadable) = (keep(&png()), keep(picture::GOOD));
    let reply = olena.get("/v1/analyses/export?format=zip");
    assert_eq!(reply.header("content-type"), Some("application/zip"));
    assert!(reply.header("content-disposition").is_some_and(|value| value.contains("analyses.zip")));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(reply.body)).expect("an archive");
    let mut content = |name: &str| {
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut archive.by_name(name).unwrap_or_else(|_| panic!("{name}")), &mut content)
            .expect("read");
        content
    };
    let picture = image::load_from_memory(&content(&format!("pictures/{drawn}.jpg"))).expect("a picture").to_rgb8();
    assert_eq!(picture.dimensions(), (640, 480));
    let grey = |x, y| picture.get_pixel(x, y).0.iter().all(|level| level.abs_diff(200) < 20);
    // The stand-in's cat is at (1, 2), 300.5 by 200.25.
    assert!(grey(500, 400) && (198..204).any(|y| !grey(150, y)), "a box is drawn");
    assert_eq!(content(&format!("pictures/{unreadable}")), picture::GOOD);
    assert_eq!(content("analyses.csv").iter().filter(|byte| **byte == b'\n').count(), 4, "a head and three");
    let manifest: Value = serde_json::from_slice(&content("manifest.json")).expect("JSON");
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(5), "{manifest}");

    let lines = |olena: &mut Client, query: &str| {
        olena.get(&format!("/v1/analyses/export?format=jsonl&{query}")).text().lines().count()
    };
    olena.send("PATCH", &format!("/v1/analyses/{forgotten}"), &json!({ "title": "Zeppelin" }));
    assert_eq!(
        (lines(&mut olena, "q=zeppelin"), lines(&mut olena, "object=cat"), lines(&mut olena, "object=dog")),
        (1, 3, 0)
    );
    assert_eq!(lines(&mut olena, "to=2026-01-01"), 0);
    assert_eq!(olena.get("/v1/analyses/export?format=zip&from=x").code(), "bad_input");
    assert_eq!(server.client().get("/v1/analyses/export?format=zip").status, 200, "a visitor's are none");
}

#[test]
fn the_whole_history_is_exported_page_after_page() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut made: Vec<String> = (0..103).map(|_| analyse(&mut olena)).collect();
    made.reverse();
    let path = format!("/v1/analyses/{}", made[0]);
    olena.send("PATCH", &path, &json!({ "title": "=1+1" }));
    let lines = olena.get("/v1/analyses/export?format=jsonl");
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let of_line =
        |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["id"].as_str().expect("an id").to_owned();
    assert_eq!(lines.text().lines().map(of_line).collect::<Vec<_>>(), made);

    let sheet = olena.get("/v1/analyses/export?format=csv");
    assert!(sheet.header("content-disposition").is_some_and(|value| value.contains("analyses.csv")));
    let mut reader = csv::Reader::from_reader(sheet.body.as_slice());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(), made);
    assert_eq!(&rows[0][2], "'=1+1", "no spreadsheet takes it for a formula");
    let mut nobody = server.person("taras").client;
    assert_eq!(nobody.get("/v1/analyses/export?format=csv").text().lines().count(), 1, "the head alone");
    assert_eq!(olena.get("/v1/analyses/export?format=xml").code(), "bad_input");
    assert_eq!(olena.get("/v1/analyses/export").code(), "bad_input");
}
