//! Accounts that are changed: looked at before, written down after, and never overwritten by each other.

use serde_json::{Value, json};
use server::auth::audit::{self, Verdict};

use super::{change, user_id};
use crate::second_factor;
use crate::support::{PASSWORD, Place, Server};

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

    // Somebody has laid hands on the database: that is another thing than an account that is gone, and the log says so.
    server.sql("UPDATE audit_seals SET salt = 'another'");
    let entry = admin.get("/v1/admin/audit?limit=1").json()["entries"][0].clone();
    assert_eq!(entry["old"], json!({ "first_name": { "sealed": "unreadable" }, "role": "user" }));
    assert!(server.log().contains("cannot be read with its account's key"), "{}", server.log());
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
        let refused = change(&mut admin, &id, &wanted);
        assert_eq!(refused.code(), code, "{wanted}");
        if code == "user_already_exists" {
            let field = if wanted.get("email").is_some() { "email" } else { "username" };
            assert_eq!(refused.json()["errors"][0]["field"], field, "{wanted}");
        }
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

/// In one step an administrator's mistake, or a thief of an administrator's session, would hand the account over unseen.
#[test]
fn both_addresses_hear_of_a_second_factor_that_goes_with_the_address() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    second_factor::add(&mut server.person("olena").client);
    let (id, version) = user_id(&mut admin, "olena");
    let wanted = json!({ "version": version, "email": "oksana@example.org", "reset_second_factor": true });
    let changed = change(&mut admin, &id, &wanted);
    assert_eq!(changed.status, 200, "{}", changed.text());
    let subjects = |to: &str, count: usize| -> Vec<String> {
        server.wait_for_mails(to, count).into_iter().map(|mail| mail.subject).collect()
    };
    for (address, count) in [("olena@example.org", 4), ("oksana@example.org", 2)] {
        let subjects = subjects(address, count);
        for expected in ["removed the second factor", "changed your address"] {
            assert_eq!(
                subjects.iter().filter(|subject| subject.contains(expected)).count(),
                1,
                "{address}: {subjects:?}"
            );
        }
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
