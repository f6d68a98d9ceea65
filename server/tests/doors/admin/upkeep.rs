//! What an installation needs: counts and limits, settings, jobs, mails.

use serde_json::{Value, json};

use super::user_id;
use crate::support::{Client, Place, Server, eventually, picture};

#[test]
fn counts_limits_and_analyses_are_looked_after() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    let mut visitor = server.client();
    for _ in 0..10 {
        visitor.analyze(picture::GOOD);
        visitor.cookie = None;
    }
    assert_eq!(visitor.analyze(picture::GOOD).status, 429);
    let networks = admin.get("/v1/admin/quotas").json();
    assert_eq!(networks["networks"][0]["total"], 10, "{networks}");
    let network = networks["networks"][0]["network"].as_str().expect("a name").to_owned();
    assert_eq!(admin.delete("/v1/admin/quotas/ffff").code(), "not_found");
    assert_eq!(admin.delete(&format!("/v1/admin/quotas/{network}")).status, 204);
    assert_eq!(server.client().analyze(picture::GOOD).status, 201);

    let mut olena = server.person("olena").client;
    let (id, _) = user_id(&mut admin, "olena");
    let quota = format!("/v1/admin/users/{id}/quota");
    assert_eq!(admin.send("PUT", &quota, &json!({ "analyses_per_hour": 1 })).status, 204);
    assert_eq!(admin.get(&format!("/v1/admin/users/{id}")).json()["analyses_per_hour"], 1);
    let first = olena.analyze(picture::GOOD);
    assert_eq!((first.status, olena.analyze(picture::GOOD).status), (201, 429));
    let beside = server.beside();
    assert_eq!(beside.log_in("olena").client.analyze(picture::GOOD).status, 429, "in every process together");
    assert_eq!(admin.get(&format!("/v1/admin/users/{id}")).json()["analyses_this_hour"], 1);
    assert_eq!(admin.delete(&quota).status, 204);
    assert_eq!(admin.get(&format!("/v1/admin/users/{id}")).json()["analyses_this_hour"], 0);
    assert_eq!(olena.analyze(picture::GOOD).status, 201, "the hour has begun anew");
    let nobody = format!("/v1/admin/users/{}/quota", uuid::Uuid::nil());
    assert_eq!(admin.delete(&nobody).code(), "not_found");
    assert_eq!(admin.send("PUT", &quota, &json!({ "analyses_per_hour": null })).status, 204);
    assert_eq!(olena.analyze(picture::GOOD).status, 201);

    let analysis = first.json()["id"].as_str().expect("an id").to_owned();
    let found = admin.get(&format!("/v1/admin/analyses?owner={id}")).json();
    assert_eq!(found["analyses"].as_array().map(Vec::len), Some(3));
    assert!(found["analyses"][0].get("description").is_none(), "whose it is, not what it shows");
    for (owner, count) in [("olena@example.org", 3), ("OLENA", 3), ("olen", 0), ("nobody@example.org", 0)] {
        let found = admin.get(&format!("/v1/admin/analyses?owner={owner}")).json();
        assert_eq!(found["analyses"].as_array().map(Vec::len), Some(count), "{owner}");
    }
    assert_eq!(admin.delete(&format!("/v1/admin/analyses/{analysis}")).status, 204);
    assert_eq!(olena.get(&format!("/v1/analyses/{analysis}")).code(), "not_found");
    let actions: Vec<String> = admin.get("/v1/admin/audit").json()["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| entry["action"].as_str().expect("a name").to_owned())
        .collect();
    let quotas = ["quota.set", "quota.reset", "quota.set", "quota.reset"];
    assert_eq!(actions, [&["analysis.deleted"], &quotas[..], &["administrator.created"]].concat());
}

#[test]
fn settings_count_at_once_in_every_process() {
    let server = Server::start(Place::Here);
    let other = server.beside();
    let mut admin = server.administrator("ada").client;
    let settings = admin.get("/v1/admin/settings").json();
    let line = |settings: &Value, name: &str| {
        let all = settings["settings"].as_array().expect("settings").clone();
        all.into_iter().find(|line| line["name"] == name).unwrap_or_else(|| panic!("{name} in {settings}"))
    };
    let expected = json!({
        "name": "anonymous_analyses", "value": 10, "default": 10, "chosen": false, "least": 0, "most": 1_000_000,
    });
    assert_eq!(line(&settings, "anonymous_analyses"), expected);
    let set = |admin: &mut Client, version: &Value, values: Value| {
        admin.send("PATCH", "/v1/admin/settings", &json!({ "version": version, "values": values }))
    };
    let wanted = json!({ "anonymous_analyses": 1, "password_length": 30, "reveal_accounts": true });
    let changed = set(&mut admin, &settings["version"], wanted.clone());
    assert_eq!(changed.status, 200, "{}", changed.text());
    let changed = changed.json();
    assert_eq!(line(&changed, "anonymous_analyses")["value"], 1);
    for server in [&server, &other] {
        assert_eq!(server.client().get("/v1/quota").json()["limit"], 1);
        let short = server.client().post_json("/v1/accounts", &Server::registration("olena")).json();
        assert_eq!(short["errors"][0]["rule"], "too_short", "{short}");
        let mut taken = Server::registration("ada");
        let long = "Kyiv-Chornobryvtsi-7!-na-kozhnomu-podviri";
        (taken["password"], taken["password_confirmation"]) = (json!(long), json!(long));
        assert_eq!(server.client().post_json("/v1/accounts", &taken).code(), "user_already_exists");
        let page = server.client().get("/register").text();
        assert!(page.contains("30 to 128 characters"), "{page}");
    }
    assert_eq!(server.client().analyze(picture::GOOD).status, 201);
    assert_eq!(other.client().analyze(picture::GOOD).status, 429);

    let entry = admin.get("/v1/admin/audit?limit=1").json()["entries"][0].clone();
    assert_eq!(entry["action"], "settings.changed");
    assert_eq!(entry["old"], json!({ "anonymous_analyses": 10, "password_length": 10, "reveal_accounts": false }));
    assert_eq!(entry["new"], wanted);

    assert_eq!(set(&mut admin, &settings["version"], json!({})).code(), "conflict", "an old version");
    let version = &changed["version"];
    let bad = json!({ "password_length": 7, "keep_days": "x", "password_digit": 1, "engine": "gpu", "reveal_accounts": null });
    let refused = set(&mut admin, version, bad);
    assert_eq!(refused.code(), "bad_input");
    let fields: Vec<_> =
        refused.json()["errors"].as_array().expect("errors").iter().map(|e| e["field"].clone()).collect();
    assert_eq!(fields, ["engine", "keep_days", "password_digit", "password_length"]);
    assert_eq!(line(&admin.get("/v1/admin/settings").json(), "reveal_accounts")["value"], true, "all or nothing");
    let own = set(&mut admin, version, json!({ "admin_second_factor": true })).json();
    assert_eq!(own["errors"][0]["rule"], "own", "nobody locks themselves out: {own}");

    let back = set(&mut admin, version, json!({ "anonymous_analyses": null, "password_length": null }));
    assert_eq!(line(&back.json(), "anonymous_analyses"), expected);
    assert_eq!(other.client().get("/v1/quota").json()["limit"], 10);
}

#[test]
fn of_two_who_change_settings_one_is_first() {
    let server = Server::start(Place::Here);
    let admin = server.administrator("ada").client;
    let version = admin.clone().get("/v1/admin/settings").json()["version"].clone();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let set = |number: u32| {
            let wanted = json!({ "version": version, "values": { "keep_days": 100 + number } });
            admin.clone().send("PATCH", "/v1/admin/settings", &wanted).status
        };
        let threads: Vec<_> = (0..8).map(|number| scope.spawn(move || set(number))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
    assert_eq!(admin.clone().get("/v1/admin/audit").json()["entries"].as_array().map(Vec::len), Some(2));
}

#[test]
fn jobs_are_seen_and_done_again() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    let job = |admin: &mut Client, name: &str| {
        let all = admin.get("/v1/admin/jobs").json()["jobs"].as_array().expect("jobs").clone();
        all.into_iter().find(|job| job["name"] == name).expect("there")
    };
    eventually("the first round is over", || job(&mut admin, "encryption")["ended_at"].is_string());
    let id = server.client().analyze(picture::GOOD).json()["id"].as_str().expect("an id").to_owned();
    server.runtime().block_on(async {
        sqlx::query("UPDATE analyses SET created_at_ms = 1 WHERE id = $1")
            .bind(&id)
            .execute(server.service.store().database.pool())
            .await
            .expect("aged");
    });
    assert_eq!(admin.post_json("/v1/admin/jobs/results/run", &json!({})).status, 202);
    eventually("it is done", || job(&mut admin, "results")["done"] == 1);
    assert_eq!(job(&mut admin, "results")["failure"], Value::Null);
    assert_eq!(admin.post_json("/v1/admin/jobs/nothing/run", &json!({})).code(), "not_found");
    assert_eq!(admin.get("/v1/admin/audit?limit=1").json()["entries"][0]["action"], "job.started");

    // One that fails says why, and is done again once that is mended.
    let key = server.data.path().join("storage-keys.json");
    std::fs::write(server.data.path().join("pictures/broken"), b"IIA\x01 and nothing else").expect("written");
    let ring = server::store::key_ring::KeyRing::load(server.data.path(), server::store::key_ring::KeyFile::Storage);
    ring.expect("read").rotate(server::service::Moment(1)).expect("rotated");
    let again = |admin: &mut Client| admin.post_json("/v1/admin/jobs/encryption/run", &json!({})).status;
    eventually("it fails", || {
        assert_eq!(again(&mut admin), 202);
        job(&mut admin, "encryption")["failure"].as_str().is_some_and(|failure| failure.contains("broken"))
    });
    assert_eq!(std::fs::read_to_string(&key).expect("keys").matches("\"kid\"").count(), 2, "the old key stays");
    std::fs::remove_file(server.data.path().join("pictures/broken")).expect("removed");
    eventually("it is mended", || {
        assert_eq!(again(&mut admin), 202);
        std::fs::read_to_string(&key).expect("keys").matches("\"kid\"").count() == 1
    });
}

#[test]
fn mails_are_seen_without_what_they_say() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    server.member("olena");
    let list = admin.get("/v1/admin/mails");
    assert!(!list.text().contains("token="), "{}", list.text());
    let mails = list.json();
    assert_eq!(mails["mails"][0]["recipient"], "olena@example.org");
    assert_eq!(admin.get("/v1/admin/mails?waiting=true").json()["mails"], json!([]));
    let sent = mails["mails"][0]["id"].as_str().expect("an id");
    assert_eq!(admin.post_json(&format!("/v1/admin/mails/{sent}/retry"), &json!({})).code(), "not_found");
}
