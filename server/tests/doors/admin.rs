//! Administration: closed to everyone else, route by route; changes are looked at before, written down after, and never
//! overwrite each other.

use serde_json::{Value, json};
use server::auth::audit::{self, Verdict};

use super::support::{Client, PASSWORD, Place, Server, eventually, picture};

/// Every method and address below `/v1/admin/`, from the description that is made of the routes themselves.
fn routes() -> Vec<(String, String)> {
    let document = server::gateway::document();
    let paths = document["paths"].as_object().expect("paths");
    let mut routes = Vec::new();
    for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/v1/admin")) {
        for method in methods.as_object().expect("methods").keys() {
            let path = path
                .replace("{id}", "0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51")
                .replace("{network}", "00")
                .replace("{name}", "results");
            assert!(!path.contains('{'), "{path}: the test must know what to put there");
            routes.push((method.to_uppercase(), path));
        }
    }
    routes
}

fn user_id(admin: &mut Client, name: &str) -> (String, i64) {
    let found = admin.get(&format!("/v1/admin/users?q={name}@")).json();
    let user = &found["users"][0];
    (user["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned(), user["version"].as_i64().expect("a version"))
}

fn change(admin: &mut Client, id: &str, change: &Value) -> super::support::Reply {
    admin.send("PATCH", &format!("/v1/admin/users/{id}"), change)
}

#[test]
fn no_route_is_open_to_anyone_else() {
    let server = Server::start(Place::Here);
    let mut user = server.person("olena").client;
    let mut admin = server.administrator("ada").client;
    let key =
        admin.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["analyses", "files", "profile"] })).json();
    let mut key = server.client().bearer(key["secret"].as_str().expect("a secret"));
    let routes = routes();
    assert!(routes.len() >= 11, "{routes:?}");
    for (method, path) in &routes {
        for body in [json!({}), json!({ "version": 1 })] {
            let visitor = server.client().send(method, path, &body);
            assert_eq!((visitor.status, visitor.code().as_str()), (401, "unauthenticated"), "{method} {path}");
            let user = user.send(method, path, &body);
            assert_eq!((user.status, user.code().as_str()), (403, "forbidden"), "{method} {path}");
            let key = key.send(method, path, &body);
            assert_eq!(key.status, 403, "an administrator's API key: {method} {path}");
            let admin = admin.send(method, path, &body).status;
            assert!(![401, 403, 405, 500].contains(&admin), "{method} {path}: {admin}");
        }
    }
}

#[test]
fn accounts_are_found_by_any_part_of_their_names() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    for name in ["olena1", "olena2", "taras"] {
        server.member(name);
    }
    let mut named = server.log_in("taras").client;
    assert_eq!(named.send("PATCH", "/v1/profile", &json!({ "last_name": "Шевченко" })).status, 200);
    let cases = [
        ("", 4),
        ("olena", 3),
        ("OLENA1", 1),
        ("taras@", 1),
        ("%D0%A8%D0%95%D0%92", 1),
        ("%25", 0),
        ("_", 0),
        ("nobody", 0),
    ];
    for (query, total) in cases {
        let found = admin.get(&format!("/v1/admin/users?q={query}")).json();
        assert_eq!(found["total"], total, "{query}: {found}");
    }
    let page = admin.get("/v1/admin/users?order=email&limit=2&offset=1").json();
    let emails: Vec<&str> =
        page["users"].as_array().expect("users").iter().filter_map(|user| user["email"].as_str()).collect();
    assert_eq!((emails, &page["total"]), (vec!["olena1@example.org", "olena2@example.org"], &json!(4)));
    for bad in ["order=age", "limit=x", "colour=red"] {
        assert_eq!(admin.get(&format!("/v1/admin/users?{bad}")).code(), "bad_input", "{bad}");
    }
}

#[test]
fn a_change_is_shown_before_it_is_made_and_written_down_after() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    server.member("olena");
    let (id, version) = user_id(&mut admin, "olena");
    let wanted = json!({ "version": version, "first_name": "Oksana", "role": "administrator", "preview": true });
    let preview = change(&mut admin, &id, &wanted).json();
    let expected = json!([
        { "field": "first_name", "old": "Olena", "new": "Oksana" },
        { "field": "role", "old": "user", "new": "administrator" },
    ]);
    assert_eq!(preview["changes"], expected, "{preview}");
    assert_eq!(user_id(&mut admin, "olena").1, version, "only shown");
    assert_eq!(admin.get("/v1/admin/audit").json()["entries"].as_array().map(Vec::len), Some(1), "their own creation");

    let mut wanted = wanted;
    wanted["preview"] = json!(false);
    let changed = change(&mut admin, &id, &wanted).json();
    assert_eq!((&changed["changes"], &changed["user"]["role"]), (&expected, &json!("administrator")));
    let entry = admin.get("/v1/admin/audit?limit=1").json()["entries"][0].clone();
    assert_eq!((&entry["action"], &entry["target"]), (&json!("account.changed"), &json!(id)));
    assert_eq!(entry["old"], json!({ "first_name": "Olena", "role": "user" }));
    assert_eq!(entry["new"], json!({ "first_name": "Oksana", "role": "administrator" }));
    let database = &server.service.store().database;
    let key = server::store::key::ServerKey::load(server.data.path()).expect("the same key");
    let verdict = server.runtime().block_on(audit::verify(database, &key)).expect("checked");
    assert!(matches!(verdict, Verdict::Whole { entries: 2, .. }), "{verdict:?}");

    assert_eq!(change(&mut admin, &id, &wanted).code(), "conflict", "an old version");
    let nothing = json!({ "version": version + 1, "first_name": "Oksana" });
    assert_eq!(change(&mut admin, &id, &nothing).json()["changes"], json!([]));
}

#[test]
fn what_makes_no_sense_is_refused() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    server.member("olena");
    server.member("taras");
    let (id, version) = user_id(&mut admin, "olena");
    let with = |field: &str, value: Value| {
        let mut change = json!({ "version": version });
        change[field] = value;
        change
    };
    let cases = [
        (with("email", json!("nobody")), "bad_input"),
        (with("email", json!("TARAS@example.org")), "user_already_exists"),
        (with("username", json!("Taras")), "user_already_exists"),
        (with("first_name", json!("")), "missing_field"),
        (with("role", json!("king")), "bad_input"),
        (with("password", json!("x")), "bad_input"),
    ];
    for (wanted, code) in cases {
        assert_eq!(change(&mut admin, &id, &wanted).code(), code, "{wanted}");
    }
    let (own, version) = user_id(&mut admin, "ada");
    for wanted in [json!({ "version": version, "role": "user" }), json!({ "version": version, "blocked": true })] {
        assert_eq!(change(&mut admin, &own, &wanted).code(), "bad_input", "their own rights: {wanted}");
    }
}

#[test]
fn who_is_blocked_is_out_at_once() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    let mut olena = server.person("olena").client;
    let made = olena.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["profile"] })).json();
    let mut key = server.client().bearer(made["secret"].as_str().expect("a secret"));
    assert_eq!(key.get("/v1/profile").status, 200);
    let (id, version) = user_id(&mut admin, "olena");
    assert_eq!(change(&mut admin, &id, &json!({ "version": version, "blocked": true })).status, 200);
    assert_eq!((olena.get("/v1/profile").status, key.get("/v1/profile").status), (401, 401));
    let login = |password: &str| {
        server.client().post_json("/v1/token", &json!({ "login": "olena", "password": password })).code()
    };
    assert_eq!((login(PASSWORD).as_str(), login("Wrong-Password-1!").as_str()), ("forbidden", "invalid_credentials"));
    assert_eq!(change(&mut admin, &id, &json!({ "version": version + 1, "blocked": false })).status, 200);
    assert_eq!(server.log_in_status("olena"), 200);
}

#[test]
fn somebodys_sessions_are_ended_for_them() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    let mut olena = server.person("olena").client;
    let (id, version) = user_id(&mut admin, "olena");
    let wanted = json!({ "version": version, "end_sessions": true });
    let changed = change(&mut admin, &id, &wanted).json();
    assert_eq!(changed["changes"], json!([{ "field": "sessions", "old": "", "new": "ended" }]), "{changed}");
    assert_eq!(olena.get("/v1/profile").code(), "unauthenticated");
    assert_eq!(server.log_in_status("olena"), 200, "nothing else has changed");
    assert_eq!(admin.get("/v1/profile").status, 200);
}

#[test]
fn of_two_administrators_one_is_first() {
    let server = Server::start(Place::Here);
    let (first, second) = (server.administrator("ada").client, server.administrator("bob").client);
    server.member("olena");
    let (id, version) = user_id(&mut first.clone(), "olena");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let mut client = if number % 2 == 0 { first.clone() } else { second.clone() };
                let wanted = json!({ "version": version, "first_name": format!("Olena {number}") });
                let id = &id;
                scope.spawn(move || change(&mut client, id, &wanted).status)
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
}

#[test]
fn what_gives_rights_asks_for_a_password_given_shortly_before() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    server.member("olena");
    server.age_passwords();
    let (id, version) = user_id(&mut admin, "olena");
    let sensitive = [("role", json!("administrator")), ("email", json!("oksana@example.org"))];
    for (field, value) in &sensitive {
        let mut wanted = json!({ "version": version, "preview": true });
        wanted[*field] = value.clone();
        assert_eq!(change(&mut admin, &id, &wanted).json()["asks_password"], true, "{field}");
        wanted["preview"] = json!(false);
        let refused = change(&mut admin, &id, &wanted);
        assert_eq!((refused.status, refused.code().as_str()), (403, "password_required"), "{field}");
    }
    let name = json!({ "version": version, "first_name": "Oksana" });
    assert_eq!(change(&mut admin, &id, &name).json()["asks_password"], false, "a name is only a name");

    let give = |client: &mut Client, password: &str| {
        client.post_json("/v1/token/password", &json!({ "password": password })).code()
    };
    let role = json!({ "version": version + 1, "role": "administrator" });
    assert_eq!(give(&mut server.client(), PASSWORD), "unauthenticated");
    assert_eq!(give(&mut admin, ""), "missing_field");
    assert_eq!(give(&mut admin, "Wrong-Password-1!"), "invalid_credentials");
    assert_eq!(change(&mut admin, &id, &role).code(), "password_required");
    assert_eq!(admin.post_json("/v1/token/password", &json!({ "password": PASSWORD })).status, 204);
    let other = server.log_in("ada@example.org");
    server.sql("UPDATE sessions SET password_at_ms = 0 WHERE id = (SELECT MAX(id) FROM sessions)");
    assert_eq!(change(&mut other.client.clone(), &id, &role).code(), "password_required", "each session by itself");
    assert_eq!(change(&mut admin, &id, &role).status, 200);
    let made = admin.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["profile"] })).json();
    let mut key = server.client().bearer(made["secret"].as_str().expect("a secret"));
    assert_eq!(give(&mut key, PASSWORD), "forbidden");
}

#[test]
fn both_addresses_hear_of_an_address_that_an_administrator_changes() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    server.member("olena");
    let mut olena = server.log_in("olena").client;
    assert_eq!(olena.send("PATCH", "/v1/profile", &json!({ "language": "uk" })).status, 200);
    let forgotten = json!({ "email": "olena@example.org" });
    assert_eq!(server.client().post_json("/v1/accounts/password/forgotten", &forgotten).status, 202);
    let token = server.token_for("olena@example.org", "reset");
    let (id, version) = user_id(&mut admin, "olena");
    let wanted = |version: i64| json!({ "version": version, "email": "oksana@example.org" });
    assert_eq!(change(&mut admin, &id, &wanted(version - 1)).code(), "conflict");
    assert_eq!(change(&mut admin, &id, &wanted(version)).status, 200);
    let new = server.wait_for_mails("oksana@example.org", 1);
    let old = server.wait_for_mails("olena@example.org", 3);
    assert_eq!((new.len(), old.len()), (1, 3), "nothing of the change that was refused");
    for mail in [&new[0], &old[2]] {
        assert_eq!(mail.subject, "Адміністратор змінив вашу адресу");
        for text in [&mail.text, &mail.html] {
            assert!(text.contains("olena@example.org") && text.contains("oksana@example.org"), "{text}");
        }
    }
    let reset = json!({ "token": token, "password": PASSWORD, "password_confirmation": PASSWORD });
    assert_eq!(server.client().post_json("/v1/accounts/password", &reset).code(), "bad_input", "a link to the old one");
    assert_eq!(server.log_in_status("oksana@example.org"), 200);

    // Of somebody who has never opened the link, the address was mistyped: the link goes to the right one.
    assert_eq!(server.client().post_json("/v1/accounts", &Server::registration("tarsa")).status, 202);
    let (id, version) = user_id(&mut admin, "tarsa");
    let wanted = json!({ "version": version, "email": "taras@example.org" });
    assert_eq!(change(&mut admin, &id, &wanted).status, 200);
    let english = server.wait_for_mails("taras@example.org", 2);
    assert!(english.iter().any(|mail| mail.subject == "An administrator has changed your address"), "{english:?}");
    let token = server.token_for("taras@example.org", "confirm");
    assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).status, 200);
}

#[test]
fn there_is_always_an_administrator_left() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    let end = json!({ "password": PASSWORD });
    let last = |reply: super::support::Reply| {
        let refused = reply.json();
        (refused["code"].clone(), refused["errors"][0]["rule"].clone())
    };
    let expected = (json!("bad_input"), json!("last"));
    assert_eq!(last(ada.send("DELETE", "/v1/profile", &end)), expected);
    let mut bob = server.administrator("bob").client;
    assert_eq!(ada.send("DELETE", "/v1/profile", &end).status, 202, "bob is left");
    assert_eq!(last(bob.send("DELETE", "/v1/profile", &end)), expected);
    let (id, version) = user_id(&mut ada, "bob");
    for wanted in [json!({ "version": version, "role": "user" }), json!({ "version": version, "blocked": true })] {
        assert_eq!(last(change(&mut ada, &id, &wanted)), expected, "{wanted}");
    }
    assert_eq!(ada.post_json("/v1/profile/keep", &json!({})).status, 200);
    assert_eq!(change(&mut ada, &id, &json!({ "version": version, "role": "user" })).status, 200);
}

/// At the same moment, in two processes: each would leave the other's rights to nobody.
#[test]
fn of_two_administrators_who_take_each_others_rights_one_is_left() {
    let server = Server::start(Place::Here);
    let beside = server.beside();
    server.administrator("ada");
    server.administrator("bob");
    let ways = [Some(json!({ "role": "user" })), Some(json!({ "blocked": true })), None];
    for round in 0..9 {
        server.sql("UPDATE accounts SET role = 'administrator', blocked_at_ms = NULL, delete_at_ms = NULL");
        let way = &ways[round % ways.len()];
        let attempts = [(&server, "ada", "bob"), (&beside, "bob", "ada")].map(|(process, own, other)| {
            let mut client = process.log_in(&format!("{own}@example.org")).client;
            let (id, version) = user_id(&mut client, other);
            let wanted = way.clone().map(|mut wanted| {
                wanted["version"] = json!(version);
                wanted
            });
            (client, id, wanted)
        });
        let barrier = std::sync::Barrier::new(attempts.len());
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let threads: Vec<_> = attempts
                .into_iter()
                .map(|(mut client, id, wanted)| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        match wanted {
                            Some(wanted) => change(&mut client, &id, &wanted).status,
                            None => client.send("DELETE", "/v1/profile", &json!({ "password": PASSWORD })).status,
                        }
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        });
        let done = statuses.iter().filter(|status| [200, 202].contains(status)).count();
        assert_eq!(done, 1, "{way:?}: {statuses:?}");
        assert!(statuses.iter().all(|status| [200, 202, 400, 401, 403].contains(status)), "{way:?}: {statuses:?}");
        let left: i64 = server.runtime().block_on(async {
            let left = "SELECT COUNT(*) FROM accounts WHERE role = 'administrator' AND blocked_at_ms IS NULL \
                        AND delete_at_ms IS NULL";
            sqlx::query_scalar(left).fetch_one(server.service.store().database.pool()).await.expect("counted")
        });
        assert_eq!(left, 1, "{way:?}: {statuses:?}");
    }
}

#[test]
fn an_address_is_confirmed_for_somebody_whose_mail_is_lost() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    assert_eq!(server.client().post_json("/v1/accounts", &Server::registration("olena")).status, 202);
    let (id, version) = user_id(&mut admin, "olena");
    assert_eq!(change(&mut admin, &id, &json!({ "version": version, "confirm": true })).status, 200);
    assert_eq!(server.log_in_status("olena"), 200);
}

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
