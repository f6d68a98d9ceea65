//! The profile: changed in parts, with every rule told at once, and not by two at once; and the end of an account.

use std::collections::BTreeSet;

use serde_json::json;
use server::service::Moment;
use vision_core::stage::Task;

use super::support::{Client, PASSWORD, Place, Server, browser, leads_to, picture, post};

#[test]
fn what_is_left_out_stays() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let before = olena.get("/v1/profile").json();
    let change =
        json!({ "time_zone": "Europe/Kyiv", "language": "uk", "keep_pictures": true, "default_tasks": ["tags"] });
    let after = olena.send("PATCH", "/v1/profile", &change);
    assert_eq!(after.status, 200, "{}", after.text());
    let after = after.json();
    for field in ["first_name", "last_name", "email", "username", "role", "created_at"] {
        assert_eq!(before[field], after[field], "{field}");
    }
    for (field, value) in change.as_object().expect("an object") {
        assert_eq!(&after[field], value, "{field}");
    }
    assert_eq!(olena.get("/v1/profile").json(), after);
    assert_eq!(olena.send("PATCH", "/v1/profile", &json!({ "username": "" })).json()["username"], json!(null));
    let zone = |olena: &mut Client, zone: &str| olena.send("PATCH", "/v1/profile", &json!({ "time_zone": zone }));
    assert_eq!(zone(&mut olena, "europe/KYIV").json()["time_zone"], "Europe/Kyiv", "as it is written");
    for none in ["Etc/Unknown", "etc/unknown", ""] {
        let refused = zone(&mut olena, none).json();
        assert_eq!(refused["errors"][0]["field"], "time_zone", "{none}: {refused}");
    }
    // What the profile says counts where the request says nothing.
    let kept = olena.analyze(picture::GOOD).json();
    assert_eq!((kept["picture_kept"].clone(), server.reader.asked()), (json!(true), BTreeSet::from([Task::Tags])));
    let path = "/v1/analyses?keep=false&tasks=faces,colors";
    let reply = olena.post(path, "application/octet-stream", picture::GOOD);
    assert_eq!(reply.json()["picture_kept"], false);
    assert_eq!(server.reader.asked(), BTreeSet::from([Task::Faces, Task::Colors]));
    // A name that a later database does not know any more stands in the way of nothing.
    server.sql("UPDATE accounts SET time_zone = 'Atlantis/Capital'");
    let named = olena.send("PATCH", "/v1/profile", &json!({ "first_name": "Oksana", "time_zone": "Atlantis/Capital" }));
    assert_eq!(named.json()["first_name"], "Oksana", "{}", named.text());
}

#[test]
fn what_is_wrong_changes_nothing() {
    let server = Server::start(Place::Here);
    server.member("taras");
    let mut olena = server.person("olena").client;
    let before = olena.get("/v1/profile").json();
    let wrong = json!({
        "first_name": "x".repeat(101), "username": "a b", "language": "tlh", "time_zone": "Mars/Olympus_Mons", "default_tasks": ["all"],
    });
    let reply = olena.send("PATCH", "/v1/profile", &wrong);
    assert_eq!(reply.code(), "bad_input");
    let fields: Vec<String> = reply.json()["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| error["field"].as_str().expect("a name").to_owned())
        .collect();
    assert_eq!(fields, ["first_name", "username", "language", "time_zone", "default_tasks"]);
    assert_eq!(olena.send("PATCH", "/v1/profile", &json!({ "first_name": " " })).code(), "missing_field");
    assert_eq!(olena.send("PATCH", "/v1/profile", &json!({ "username": "TARAS" })).code(), "user_already_exists");
    assert_eq!(olena.send("PATCH", "/v1/profile", &json!({ "role": "administrator" })).code(), "bad_input");
    assert_eq!(olena.get("/v1/profile").json(), before);
    assert_eq!(server.client().get("/v1/profile").code(), "unauthenticated");
    assert_eq!(server.client().send("PATCH", "/v1/profile", &json!({})).code(), "unauthenticated");
}

#[test]
fn two_who_change_the_same_version_do_not_overwrite_each_other() {
    let server = Server::start(Place::Here);
    let olena = server.person("olena").client;
    let version = olena.clone().get("/v1/profile").json()["version"].clone();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let change = |name: String| {
            let mut client = olena.clone();
            let version = version.clone();
            scope.spawn(move || {
                client.send("PATCH", "/v1/profile", &json!({ "first_name": name, "version": version })).status
            })
        };
        let threads: Vec<_> = (0..8).map(|number| change(format!("Olena {number}"))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
}

#[test]
fn an_account_goes_after_its_time_of_grace_and_not_before() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let wrong = olena.send("DELETE", "/v1/profile", &json!({ "password": "Wrong-Password-1!" }));
    assert_eq!(wrong.code(), "invalid_credentials");
    let going = olena.send("DELETE", "/v1/profile", &json!({ "password": PASSWORD }));
    assert_eq!(going.status, 202, "{}", going.text());
    let at = going.json()["delete_at"].as_str().and_then(Moment::parse).expect("a moment");
    let week_ms = 7 * 24 * 3_600_000;
    assert!((week_ms - 60_000..=week_ms).contains(&(at.0 - Moment::now().0)), "{}", going.text());
    server.wait_for_mails("olena@example.org", 2);
    let kept = olena.post_json("/v1/profile/keep", &json!({}));
    assert_eq!((kept.status, kept.json()["delete_at"].clone()), (200, json!(null)));

    // Seven days later everything of it is gone, from the database to the mails.
    let photo = {
        let mut bytes = Vec::new();
        image::RgbImage::new(8, 8)
            .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png)
            .expect("encoded");
        bytes
    };
    assert_eq!(olena.post("/v1/upload", "application/octet-stream", &photo).status, 201);
    let id = olena.post("/v1/analyses?keep=true", "application/octet-stream", picture::GOOD).json()["id"].clone();
    let account = olena.get("/v1/profile").json()["id"].clone();
    // It has had two other addresses, one of its owner's choice, one of an administrator's, and other names.
    let mut ada = server.administrator("ada").client;
    let moved = json!({ "password": PASSWORD, "email": "olena-moved@example.org" });
    assert_eq!(olena.post_json("/v1/profile/email", &moved).status, 202);
    let token = server.token_for("olena-moved@example.org", "confirm-email");
    assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).status, 200);
    let user = ada.get("/v1/admin/users?q=olena-moved").json()["users"][0].clone();
    let path = format!("/v1/admin/users/{}", account.as_str().expect("an id"));
    let corrected =
        json!({ "version": user["version"], "email": "olena-right@example.org", "last_name": "Zhuravlynska" });
    assert_eq!(ada.send("PATCH", &path, &corrected).status, 200);
    let audit = |ada: &mut Client| ada.get("/v1/admin/audit?limit=1").json()["entries"][0].clone();
    assert_eq!(audit(&mut ada)["new"], json!({ "email": "olena-right@example.org", "last_name": "Zhuravlynska" }));
    let mut olena = server.log_in("olena").client;
    assert_eq!(olena.send("DELETE", "/v1/profile", &json!({ "password": PASSWORD })).status, 202);
    let mut taras = server.person("taras").client;
    server.wait_for_mails("olena-right@example.org", 2);
    server.runtime().block_on(async {
        server.service.forget_due_accounts().await.expect("nothing is due yet");
        sqlx::query("UPDATE accounts SET delete_at_ms = 1 WHERE delete_at_ms IS NOT NULL")
            .execute(server.service.store().database.pool())
            .await
            .expect("aged");
    });
    assert_eq!(olena.get("/v1/profile").status, 200, "until then it can be taken back");
    server.runtime().block_on(server.service.forget_due_accounts()).expect("deleted");
    super::support::eventually("the mails are gone", || {
        ["olena", "olena-moved", "olena-right"]
            .iter()
            .all(|name| server.mails(&format!("{name}@example.org")).is_empty())
    });
    assert_eq!(server.log_in_status("olena"), 401);
    assert_eq!(taras.get("/v1/profile").status, 200);
    assert_eq!(olena.get("/v1/profile").status, 401, "its tokens are dead too");
    // What the worker has removed last is still in SQLite's log of changes.
    server.runtime().block_on(server.service.store().database.forget_deleted()).expect("emptied");
    let entry = audit(&mut ada);
    assert_eq!(entry["old"], json!({ "email": { "sealed": "gone" }, "last_name": { "sealed": "gone" } }), "{entry}");
    let mut page = browser(&server);
    let form = [("login", "ada@example.org"), ("password", PASSWORD), ("next", "/admin/audit")];
    assert_eq!(leads_to(&post(&mut page, "/login", &form)), "/admin/audit");
    let page = page.get("/admin/audit").text();
    assert!(page.contains("gone with the account") && !page.contains("/admin/users/terminal"), "{page}");
    let key = server::store::key::ServerKey::load(server.data.path()).expect("the same key");
    let verdict = server::auth::audit::verify(&server.service.store().database, &key);
    let verdict = server.runtime().block_on(verdict).expect("checked");
    assert!(matches!(verdict, server::auth::audit::Verdict::Whole { entries: 2, .. }), "{verdict:?}");
    // That an administrator has changed an account stays in the log, without a word of whose it was.
    let words = [
        id.as_str().expect("an id"),
        "olena@example.org",
        "olena-moved@example.org",
        "olena-right@example.org",
        "Zhuravlynska",
    ];
    for file in files_below(server.data.path()) {
        let content = std::fs::read(&file).expect("a file");
        for word in words {
            let found = content.windows(word.len()).any(|window| window == word.as_bytes());
            assert!(!found, "{word} is in {}", file.display());
        }
    }
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

#[test]
fn everything_of_an_account_is_exported_with_a_manifest() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut bytes = Vec::new();
    image::RgbImage::new(8, 8)
        .write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png)
        .expect("encoded");
    let name = olena.post("/v1/upload", "application/octet-stream", &bytes).json()["filename"].clone();
    let id = olena.post("/v1/analyses?keep=true", "application/octet-stream", picture::GOOD).json()["id"].clone();
    let key = olena.post_json("/v1/api-keys", &json!({ "name": "import", "scopes": ["profile"] })).json();
    let secret = key["secret"].as_str().expect("a secret").to_owned();
    let reply = olena.get("/v1/profile/export");
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/zip")));

    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(reply.body)).expect("an archive");
    let mut content = |name: &str| {
        let mut file = archive.by_name(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut content).expect("whole");
        content
    };
    let manifest: serde_json::Value = serde_json::from_slice(&content("manifest.json")).expect("JSON");
    let files = manifest["files"].as_array().expect("files").clone();
    assert_eq!(files.len(), 8, "{manifest}");
    for file in &files {
        let name = file["name"].as_str().expect("a name");
        let found = content(name);
        assert_eq!(
            file["sha256"].as_str(),
            Some(hex::encode(<sha2::Sha256 as sha2::Digest>::digest(&found)).as_str()),
            "{name}"
        );
        assert!(!String::from_utf8_lossy(&found).contains(&secret), "{name}");
    }
    assert_eq!(content(&format!("files/{}", name.as_str().expect("a name"))), bytes);
    assert_eq!(content(&format!("pictures/{}", id.as_str().expect("an id"))), picture::GOOD);
    assert!(String::from_utf8_lossy(&content("profile.json")).contains("olena@example.org"));
    let mut with_key = server.client().bearer(&secret);
    assert_eq!(with_key.get("/v1/profile/export").code(), "forbidden");
    assert_eq!(server.client().get("/v1/profile/export").code(), "unauthenticated");
}

#[test]
fn a_picture_of_oneself_is_made_small_and_goes_with_the_account() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    assert_eq!(olena.get("/v1/profile/avatar").code(), "not_found");
    let mut png = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(400, 300).write_to(&mut png, image::ImageFormat::Png).expect("encoded");
    let put = |client: &mut Client, body: &[u8]| client.put("/v1/profile/avatar", body);
    assert_eq!(put(&mut olena, b"no picture").code(), "unsupported_format");
    assert_eq!(put(&mut olena, png.get_ref()).status, 204);
    let shown = olena.get("/v1/profile/avatar");
    assert_eq!(shown.header("content-type"), Some("image/jpeg"));
    assert_eq!(image::load_from_memory(&shown.body).expect("a picture").to_rgb8().dimensions(), (256, 256));
    let tag = shown.header("etag").expect("a tag").to_owned();
    assert_eq!(olena.clone().with("if-none-match", &tag).get("/v1/profile/avatar").status, 304);
    assert_eq!(olena.clone().with("range", "bytes=0-1").get("/v1/profile/avatar").body, shown.body[..2]);
    assert_eq!(server.client().get("/v1/profile/avatar").code(), "unauthenticated");
    assert_eq!(server.person("taras").client.get("/v1/profile/avatar").code(), "not_found");
    let key = olena.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["profile"] })).json();
    let mut key = server.client().bearer(key["secret"].as_str().expect("a secret"));
    assert_eq!((key.get("/v1/profile/avatar").status, put(&mut key, png.get_ref()).status), (200, 403));

    let lies = || std::fs::read_dir(server.data.path().join("avatars")).expect("a folder").count();
    assert_eq!((olena.delete("/v1/profile/avatar").status, lies()), (204, 0));
    assert_eq!(olena.delete("/v1/profile/avatar").code(), "not_found");
    put(&mut olena, png.get_ref());
    assert_eq!(olena.send("DELETE", "/v1/profile", &json!({ "password": PASSWORD })).status, 202);
    server.runtime().block_on(async {
        let pool = server.service.store().database.pool();
        sqlx::query("UPDATE accounts SET delete_at_ms = 1 WHERE delete_at_ms > 0").execute(pool).await.expect("aged");
        server.service.sweep(Moment::now()).await.expect("swept");
    });
    assert_eq!(lies(), 0, "gone with the account");
}
