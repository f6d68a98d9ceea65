//! Registering: what is missing and wrong is told at once, nobody's account is given away, and the mail makes it valid.

use serde_json::{Value, json};
use server::config::ServeOptions;
use server::store::database::DatabaseKind;

use super::support::{Client, PASSWORD, Place, Server, eventually, limits};

fn register(client: &mut Client, change: impl FnOnce(&mut Value)) -> super::support::Reply {
    let mut asked = Server::registration("olena");
    change(&mut asked);
    client.post_json("/v1/accounts", &asked)
}

fn rules(reply: &super::support::Reply) -> Vec<(String, String)> {
    let errors = reply.json()["errors"].as_array().expect("errors").clone();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    errors.iter().map(|error| (text(&error["field"]), text(&error["rule"]))).collect()
}

#[test]
fn a_field_that_is_missing_is_named() {
    let server = Server::start(Place::Here);
    for field in ["first_name", "last_name", "email", "password", "password_confirmation"] {
        for missing in [Value::Null, json!("  ")] {
            // A password of blanks is a bad one, not a missing one.
            if field.starts_with("password") && missing != Value::Null {
                continue;
            }
            let reply = register(&mut server.client(), |asked| {
                asked.as_object_mut().expect("an object").remove(field);
                if missing != Value::Null {
                    asked[field] = missing.clone();
                }
            });
            assert_eq!((reply.status, reply.code().as_str()), (400, "missing_field"), "{field}: {}", reply.text());
            assert_eq!(rules(&reply), [(field.to_owned(), "missing".to_owned())]);
        }
    }
    let nothing = server.client().post_json("/v1/accounts", &json!({ "username": "olena" }));
    assert_eq!(nothing.code(), "missing_field");
    let all = ["first_name", "last_name", "email", "password", "password_confirmation"];
    assert_eq!(rules(&nothing), all.map(|field| (field.to_owned(), "missing".to_owned())), "all of them at once");
    let without_name = register(&mut server.client(), |asked| asked["username"] = Value::Null);
    assert_eq!(without_name.status, 202, "the user name may be left out");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let server = Server::start(Place::Here);
    let reply = register(&mut server.client(), |asked| {
        *asked = json!({
            "first_name": "a\nb", "last_name": "x".repeat(101), "email": "nobody", "username": "a b",
            "password": "short", "password_confirmation": "other",
        });
    });
    assert_eq!((reply.status, reply.code().as_str()), (400, "bad_input"));
    let expected = [
        ("first_name", "not_text"),
        ("last_name", "too_long"),
        ("email", "not_an_address"),
        ("username", "characters"),
        ("password", "too_short"),
        ("password", "no_upper"),
        ("password", "no_digit"),
        ("password", "no_special"),
        ("password", "common"),
        ("password_confirmation", "differs"),
    ];
    assert_eq!(rules(&reply), expected.map(|(field, rule)| (field.to_owned(), rule.to_owned())));
    let personal = register(&mut server.client(), |asked| {
        asked["password"] = json!("Olena-4711-gR!x");
        asked["password_confirmation"] = json!("Olena-4711-gR!x");
    });
    assert_eq!(rules(&personal), [("password".to_owned(), "personal".to_owned())]);
}

#[test]
fn what_is_no_input_is_refused_with_a_sentence() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let long = format!("{{\"first_name\": \"{}\"}}", "a".repeat(100_000));
    let bodies = ["", "{", "[]", "7", "{\"first_name\": 7}", "{\"colour\": \"red\"}", long.as_str()];
    for body in bodies {
        let reply = client.post("/v1/accounts", "application/json", body.as_bytes());
        assert_eq!((reply.status, reply.code().as_str()), (400, "bad_input"), "{body:.40}");
    }
    let secret = client.post("/v1/accounts", "application/json", b"{\"password\": [\"Kyiv-secret\"]}");
    assert!(!secret.text().contains("Kyiv"), "what was sent is not repeated: {}", secret.text());
    let deep = register(&mut client, |asked| asked["password"] = json!("x".repeat(5000)));
    assert_eq!(deep.code(), "bad_input");
}

#[test]
fn the_link_in_the_mail_makes_the_account_valid_once() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    assert_eq!(register(&mut client, |_| {}).status, 202);
    let credentials = json!({ "login": "olena", "password": PASSWORD });
    let early = client.post_json("/v1/token", &credentials);
    assert_eq!((early.status, early.code().as_str()), (403, "not_confirmed"));
    let wrong = client.post_json("/v1/token", &json!({ "login": "olena", "password": "Wrong-Password-1!" }));
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "invalid_credentials"), "only after the right password");

    let token = server.token_for("olena@example.org", "confirm");
    let confirmed = client.post_json("/v1/accounts/confirm", &json!({ "token": token }));
    assert_eq!((confirmed.status, confirmed.json()["email"].as_str()), (200, Some("olena@example.org")));
    for login in ["olena", "OLENA", "olena@example.org", " Olena@Example.ORG "] {
        let reply = client.post_json("/v1/token", &json!({ "login": login, "password": PASSWORD }));
        assert_eq!(reply.status, 200, "{login}: {}", reply.text());
    }
    for token in [token.as_str(), "another", ""] {
        let again = client.post_json("/v1/accounts/confirm", &json!({ "token": token }));
        let expected = if token.is_empty() { "missing_field" } else { "bad_input" };
        assert_eq!((again.status, again.code().as_str()), (400, expected), "{token}");
    }
}

#[test]
fn links_grow_old() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    assert_eq!(server.client().post_json("/v1/accounts", &Server::registration("taras")).status, 202);
    let email = json!({ "password": PASSWORD, "email": "new@example.org" });
    assert_eq!(olena.post_json("/v1/profile/email", &email).status, 202);
    let forgotten = json!({ "email": "olena@example.org" });
    assert_eq!(server.client().post_json("/v1/accounts/password/forgotten", &forgotten).status, 202);
    let tokens = [
        server.token_for("taras@example.org", "confirm"),
        server.token_for("new@example.org", "confirm-email"),
        server.token_for("olena@example.org", "reset"),
    ];
    let lives: Vec<(String, i64)> = server.runtime().block_on(async {
        let sql = "SELECT purpose, expires_at_ms - created_at_ms FROM links ORDER BY purpose";
        sqlx::query_as(sql).fetch_all(server.service.store().database.pool()).await.expect("read")
    });
    let hour = 3_600_000;
    let expected = [("change_email", 24 * hour), ("confirm", 24 * hour), ("reset_password", hour)];
    assert_eq!(lives, expected.map(|(purpose, ms)| (purpose.to_owned(), ms)));
    // As if that time had passed.
    server.sql("UPDATE links SET expires_at_ms = created_at_ms");
    let [confirm, new_address, reset] = tokens;
    for token in [confirm, new_address] {
        assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).code(), "bad_input");
    }
    let reset = json!({ "token": reset, "password": PASSWORD, "password_confirmation": PASSWORD });
    assert_eq!(server.client().post_json("/v1/accounts/password", &reset).code(), "bad_input");
    assert_eq!(server.client().post_json("/v1/token", &json!({ "login": "taras", "password": PASSWORD })).status, 403);
}

#[test]
fn an_account_that_nobody_confirms_goes_by_itself() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    server.member("olena");
    for name in ["taras", "ivan"] {
        assert_eq!(server.client().post_json("/v1/accounts", &Server::registration(name)).status, 202);
        server.wait_for_mails(&format!("{name}@example.org"), 1);
    }
    let all = |ada: &mut Client| ada.get("/v1/admin/users").json()["total"].clone();
    // Thirty-one days pass for two of them.
    server.sql("UPDATE accounts SET created_at_ms = created_at_ms - 2678400000 WHERE username IN ('taras', 'olena')");
    server.sql("UPDATE links SET expires_at_ms = expires_at_ms - 2678400000");
    // More than go in one round.
    server.sql(
        "INSERT INTO accounts (id, first_name, last_name, names_key, email, email_key, password_hash, role, language, \
         time_zone, default_tasks, keep_pictures, created_at_ms, version) \
         WITH RECURSIVE many (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM many WHERE i < 250) \
         SELECT '00000000-0000-4000-8000-' || CAST(100000000000 + i AS TEXT), 'N', 'N', 'n n', CAST(i AS TEXT) || '@n.org', CAST(i AS TEXT) || '@n.org', 'none', 'user', \
         'en', 'UTC', '', 0, 1, 1 FROM many",
    );
    assert_eq!(all(&mut ada), 254);
    // It is looked at when a process starts, and each hour.
    let beside = server.beside();
    eventually("it is gone", || all(&mut ada) == 3);
    eventually("its mails are too", || server.mails("taras@example.org").is_empty());
    assert_eq!(server.mails("ivan@example.org").len(), 1);
    assert_eq!(server.log_in_status("olena"), 200, "she has confirmed hers");
    assert_eq!(server.log_in_status("ivan"), 403, "his waits");
    drop(beside);
}

/// On the thirty-first day, asked for anew by whoever has the address, or by an administrator who corrects it.
#[test]
fn a_link_that_works_keeps_an_account_that_is_old() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    let names = ["taras", "ivan", "danylo", "marko"];
    for name in names {
        assert_eq!(server.client().post_json("/v1/accounts", &Server::registration(name)).status, 202);
        server.wait_for_mails(&format!("{name}@example.org"), 1);
    }
    server.sql("UPDATE accounts SET created_at_ms = created_at_ms - 2678400000 WHERE confirmed_at_ms IS NULL");
    server.sql("UPDATE links SET expires_at_ms = created_at_ms");
    for (name, path) in [("taras", "/v1/accounts/confirm/resend"), ("ivan", "/v1/accounts/password/forgotten")] {
        let email = format!("{name}@example.org");
        assert_eq!(server.client().post_json(path, &json!({ "email": email })).status, 202);
        server.wait_for_mails(&email, 2);
    }
    let found = ada.get("/v1/admin/users?q=danylo@").json()["users"][0].clone();
    let path = format!("/v1/admin/users/{}", found["id"].as_str().expect("an id"));
    let corrected = json!({ "version": found["version"], "email": "danylo-right@example.org" });
    assert_eq!(ada.send("PATCH", &path, &corrected).status, 200);
    let beside = server.beside();
    eventually("marko's is gone", || ada.get("/v1/admin/users").json()["total"] == 4);
    for email in ["taras@example.org", "ivan@example.org", "danylo-right@example.org"] {
        let token = server.token_for(email, "confirm");
        let confirmed = server.client().post_json("/v1/accounts/confirm", &json!({ "token": token }));
        assert_eq!(confirmed.status, 200, "{email}: {}", confirmed.text());
    }
    assert_eq!(server.log_in_status("marko"), 401);
    drop(beside);
}

/// Rows are locked in one order by whoever takes an account's place and by whoever deletes it.
#[test]
fn registering_waits_for_the_end_of_an_account_and_does_not_hold_it_up() {
    let server = Server::start(Place::Here);
    assert_eq!(register(&mut server.client(), |_| {}).status, 202);
    server.wait_for_mails("olena@example.org", 1);
    let database = server.service.store().database.clone();
    // What another process does first when it deletes the account.
    let held = match database.kind() {
        DatabaseKind::Sqlite => "UPDATE accounts SET version = version",
        DatabaseKind::Postgres => "SELECT id FROM accounts FOR UPDATE",
    };
    let mut deleting = server.runtime().block_on(database.begin()).expect("begun");
    server.runtime().block_on(sqlx::query(held).execute(&mut *deleting)).expect("held");
    std::thread::scope(|scope| {
        let again = scope.spawn(|| register(&mut server.client(), |_| {}).status);
        // It hashes a password and then waits.
        std::thread::sleep(std::time::Duration::from_millis(700));
        server.runtime().block_on(async {
            sqlx::query("UPDATE outbox SET subject = subject").execute(&mut *deleting).await.expect("not held up");
            deleting.commit().await.expect("committed");
        });
        assert_eq!(again.join().expect("no panic"), 202);
    });
    server.wait_for_mails("olena@example.org", 2);
}

#[test]
fn registering_again_and_again_is_slowed_down_by_address_and_by_network() {
    let options = ServeOptions { address_header: Some("x-forwarded-for".into()), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let register = |name: &str, network: u32| {
        let mut client = server.client().with("x-forwarded-for", &format!("10.0.{network}.1"));
        client.post_json("/v1/accounts", &Server::registration(name))
    };
    // Each time from elsewhere.
    let one: Vec<u16> = (0..14).map(|number| register("olena", number).status).collect();
    assert!(one[..10].iter().all(|status| *status == 202) && one.contains(&429), "{one:?}");
    let sent = one.iter().filter(|status| **status == 202).count();
    assert_eq!(server.wait_for_mails("olena@example.org", sent).len(), sent);
    // Each time another address, from one network.
    let many: Vec<u16> = (0..36).map(|number| register(&format!("user{number}"), 200).status).collect();
    assert!(many[..30].iter().all(|status| *status == 202) && many.contains(&429), "{many:?}");
    assert_eq!(register("taras", 201).status, 202, "another network goes on");
}

#[test]
fn a_mail_has_both_forms_and_the_language_of_its_reader() {
    let server = Server::start(Place::Here);
    for (name, language, word) in [("olena", "uk-UA,uk;q=0.9", "Підтвердьте"), ("taras", "en", "Confirm")] {
        let mut client = server.client().with("accept-language", language);
        assert_eq!(client.post_json("/v1/accounts", &Server::registration(name)).status, 202);
        let mail = server.wait_for_mails(&format!("{name}@example.org"), 1).remove(0);
        assert!(mail.subject.contains(word), "{}", mail.subject);
        let token = mail.token("confirm").expect("a link");
        assert!(mail.html.contains(&token) && mail.text.contains("Olena"), "{}", mail.html);
    }
}

#[test]
fn nobody_learns_who_has_an_account() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut client = server.client();
    let again = register(&mut client, |asked| asked["username"] = json!("another"));
    let new = client.post_json("/v1/accounts", &Server::registration("taras"));
    assert_eq!((again.status, again.body.clone()), (new.status, new.body.clone()));
    let mails = server.wait_for_mails("olena@example.org", 2);
    assert!(mails[1].subject.contains("already"), "its owner is told: {}", mails[1].subject);
    assert!(mails[1].token("confirm").is_none());

    // A user name that is taken is left out, and the mail says so.
    let other = json!({
        "first_name": "Ivan", "last_name": "Bondar", "email": "ivan@example.org", "username": "OLENA",
        "password": PASSWORD, "password_confirmation": PASSWORD,
    });
    assert_eq!(client.post_json("/v1/accounts", &other).body, new.body);
    let mail = server.wait_for_mails("ivan@example.org", 1).remove(0);
    assert!(mail.text.contains("user name that you chose is taken"), "{}", mail.text);

    // Mails that anyone can ask for say nothing either.
    for path in ["/v1/accounts/confirm/resend", "/v1/accounts/password/forgotten"] {
        let known = client.post_json(path, &json!({ "email": "olena@example.org" }));
        let unknown = client.post_json(path, &json!({ "email": "nobody@example.org" }));
        assert_eq!((known.status, known.body), (unknown.status, unknown.body), "{path}");
    }
    assert!(server.mails("nobody@example.org").is_empty());
}

#[test]
fn a_server_among_friends_may_say_what_is_taken() {
    let options = ServeOptions { reveal_accounts: Some(true), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    server.member("olena");
    let mut client = server.client();
    for (field, value) in [("email", "OLENA@example.org"), ("username", "Olena")] {
        let mut asked = Server::registration("taras");
        asked[field] = json!(value);
        let reply = client.post_json("/v1/accounts", &asked);
        assert_eq!((reply.status, reply.code().as_str()), (409, "user_already_exists"), "{field}");
        assert_eq!(rules(&reply), [(field.to_owned(), "taken".to_owned())]);
    }
}

#[test]
fn the_newest_registration_of_an_unconfirmed_address_counts() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    assert_eq!(register(&mut client, |asked| asked["username"] = json!("first")).status, 202);
    let old = server.token_for("olena@example.org", "confirm");
    assert_eq!(register(&mut client, |_| {}).status, 202);
    server.wait_for_mails("olena@example.org", 2);
    assert_eq!(client.post_json("/v1/accounts/confirm", &json!({ "token": old })).code(), "bad_input");
    let new = server.token_for("olena@example.org", "confirm");
    assert_eq!(client.post_json("/v1/accounts/confirm", &json!({ "token": new })).status, 200);
    assert_eq!(client.post_json("/v1/token", &json!({ "login": "first", "password": PASSWORD })).status, 401);
    assert_eq!(client.post_json("/v1/token", &json!({ "login": "olena", "password": PASSWORD })).status, 200);
}

#[test]
fn of_many_who_register_and_confirm_at_once_one_does() {
    let server = Server::start(Place::Here);
    let together = |ask: &(dyn Fn() -> u16 + Sync)| -> Vec<u16> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..10).map(|_| scope.spawn(ask)).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
        })
    };
    let registered = together(&|| register(&mut server.client(), |_| {}).status);
    assert_eq!(registered, [202; 10]);
    // Which of them came last is known to the database alone: the link of the last one works, all others are dead.
    eventually("all mails are sent", || {
        let unsent = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE sent_at_ms IS NULL");
        let unsent: i64 =
            server.runtime().block_on(unsent.fetch_one(server.service.store().database.pool())).expect("counted");
        unsent == 0
    });
    let tokens: Vec<String> =
        server.mails("olena@example.org").iter().filter_map(|mail| mail.token("confirm")).collect();
    let confirm = |token: &str| server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).status;
    let confirmed: Vec<Vec<u16>> = tokens.iter().map(|token| together(&|| confirm(token))).collect();
    let worked = confirmed.iter().flatten().filter(|status| **status == 200).count();
    assert_eq!(worked, 1, "{confirmed:?}");
    assert_eq!(server.log_in("olena").client.get("/v1/profile").status, 200);
}

#[test]
fn a_link_is_sent_again_and_not_too_often() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    assert_eq!(register(&mut client, |_| {}).status, 202);
    let first = server.token_for("olena@example.org", "confirm");
    let again = json!({ "email": "OLENA@example.org" });
    assert_eq!(client.post_json("/v1/accounts/confirm/resend", &again).status, 202);
    server.wait_for_mails("olena@example.org", 2);
    assert_eq!(client.post_json("/v1/accounts/confirm", &json!({ "token": first })).code(), "bad_input");
    let replies: Vec<u16> = (0..6).map(|_| client.post_json("/v1/accounts/confirm/resend", &again).status).collect();
    assert!(replies.contains(&429), "{replies:?}");
    let limited = client.post_json("/v1/accounts/confirm/resend", &again);
    assert_eq!(limited.code(), "too_many_attempts");
    assert!(limited.header("retry-after").is_some());
    // What was refused was not tried: it counts for nobody else in the network, however slow the machine is.
    server.sql("UPDATE throttles SET blocked_until_ms = blocked_until_ms + 600000 WHERE blocked_until_ms > 0");
    assert!((0..40).all(|_| client.post_json("/v1/accounts/confirm/resend", &again).status == 429));
    let another = json!({ "email": "taras@example.org" });
    assert_eq!(client.post_json("/v1/accounts/confirm/resend", &another).status, 202);
    let sent = 2 + replies.iter().filter(|status| **status == 202).count();
    server.wait_for_mails("olena@example.org", sent);
    let token = server.token_for("olena@example.org", "confirm");
    assert_eq!(client.post_json("/v1/accounts/confirm", &json!({ "token": token })).status, 200);
}
