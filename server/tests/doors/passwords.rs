//! A password that was forgotten or is changed: old sessions end, and its owner hears of it.

use serde_json::json;
use server::config::ServeOptions;
use server::store::database::DatabaseKind;

use super::support::{PASSWORD, Place, Server, eventually, limits};

const NEW: &str = "Vyshneva-Hilka-42?";

#[test]
fn who_forgot_their_password_chooses_another() {
    let server = Server::start(Place::Here);
    let mut old_session = server.person("olena").client;
    let mut client = server.client();
    let asked = client.post_json("/v1/accounts/password/forgotten", &json!({ "email": "Olena@example.org" }));
    assert_eq!(asked.status, 202);
    let token = server.token_for("olena@example.org", "reset");
    let reset = |password: &str, again: &str, token: &str| {
        let body = json!({ "token": token, "password": password, "password_confirmation": again });
        server.client().post_json("/v1/accounts/password", &body)
    };
    let weak = reset("short", "short", &token);
    assert_eq!(weak.code(), "bad_input");
    assert_eq!(weak.json()["errors"][0]["rule"], "too_short");
    assert_eq!(reset(NEW, "other", &token).json()["errors"][0]["rule"], "differs");
    assert_eq!(reset("", "", &token).code(), "missing_field");
    assert_eq!(reset(NEW, NEW, &token).status, 204, "the link still works after a mistake");
    assert_eq!(reset(NEW, NEW, &token).code(), "bad_input", "and once");
    assert_eq!(old_session.get("/v1/profile").status, 401);
    let log_in = |password: &str| {
        server.client().post_json("/v1/token", &json!({ "login": "olena", "password": password })).status
    };
    assert_eq!((log_in(PASSWORD), log_in(NEW)), (401, 200));
    let mails = server.wait_for_mails("olena@example.org", 3);
    assert!(mails[2].subject.contains("password was changed"), "{}", mails[2].subject);
}

#[test]
fn a_confirming_link_does_not_change_a_password() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    assert_eq!(client.post_json("/v1/accounts", &Server::registration("olena")).status, 202);
    let token = server.token_for("olena@example.org", "confirm");
    let body = json!({ "token": token, "password": NEW, "password_confirmation": NEW });
    assert_eq!(client.post_json("/v1/accounts/password", &body).code(), "bad_input");
    // Who forgot the password before they confirmed gets the link to confirm.
    client.post_json("/v1/accounts/password/forgotten", &json!({ "email": "olena@example.org" }));
    let mails = server.wait_for_mails("olena@example.org", 2);
    assert!(mails[1].token("confirm").is_some() && mails[1].token("reset").is_none());
}

#[test]
fn the_old_password_is_asked_for_the_new_one() {
    let server = Server::start(Place::Here);
    let mut here = server.person("olena").client;
    let mut elsewhere = server.log_in("olena").client;
    let mut change = |old: &str, new: &str| {
        let body = json!({ "old_password": old, "password": new, "password_confirmation": new });
        here.post_json("/v1/profile/password", &body)
    };
    assert_eq!(change("Wrong-Password-1!", NEW).code(), "invalid_credentials");
    assert_eq!(change("", NEW).code(), "missing_field");
    assert_eq!(change(PASSWORD, "Olena-4711-gR!x").json()["errors"][0]["rule"], "personal");
    assert_eq!(change(PASSWORD, NEW).status, 204);
    assert_eq!(here.get("/v1/profile").status, 200, "the session that changed it goes on");
    assert_eq!(elsewhere.get("/v1/profile").status, 401);
    server.wait_for_mails("olena@example.org", 2);
    assert_eq!(server.client().post_json("/v1/profile/password", &json!({})).code(), "unauthenticated");
}

#[test]
fn a_new_address_counts_once_its_link_is_opened() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut change = |password: &str, email: &str| {
        olena.post_json("/v1/profile/email", &json!({ "password": password, "email": email }))
    };
    assert_eq!(change("Wrong-Password-1!", "new@example.org").code(), "invalid_credentials");
    assert_eq!(change(PASSWORD, "nobody").code(), "bad_input");
    assert_eq!(change(PASSWORD, "new@example.org").status, 202);
    assert_eq!(olena.get("/v1/profile").json()["email"], "olena@example.org", "not yet");
    let old_mails = server.wait_for_mails("olena@example.org", 2);
    assert!(old_mails[1].text.contains("new@example.org"), "the old address is told: {}", old_mails[1].text);
    let token = server.token_for("new@example.org", "confirm-email");
    let confirmed = server.client().post_json("/v1/accounts/confirm", &json!({ "token": token }));
    assert_eq!(confirmed.json()["email"], "new@example.org");
    assert_eq!(olena.get("/v1/profile").status, 401, "all sessions end");
    server.wait_for_mails("olena@example.org", 3);
    server.wait_for_mails("new@example.org", 2);
    let log_in =
        |login: &str| server.client().post_json("/v1/token", &json!({ "login": login, "password": PASSWORD })).status;
    assert_eq!((log_in("olena@example.org"), log_in("new@example.org")), (401, 200));
}

/// A thief who knew the password asks for an address of theirs; the owner does what the mail to the old address says.
#[test]
fn what_was_asked_for_before_a_new_password_counts_no_more() {
    let server = Server::start(Place::Here);
    for (name, forgotten) in [("olena", false), ("taras", true)] {
        let mut owner = server.person(name).client;
        let (address, theirs) = (format!("{name}@example.org"), format!("thief-of-{name}@example.org"));
        let asked = json!({ "password": PASSWORD, "email": theirs });
        assert_eq!(owner.post_json("/v1/profile/email", &asked).status, 202);
        let stolen = server.token_for(&theirs, "confirm-email");
        let told = server.wait_for_mails(&address, 2).remove(1);
        assert!(told.text.contains("the link does not work any more then"), "{}", told.text);
        let changed = if forgotten {
            let mut client = server.client();
            let asked = client.post_json("/v1/accounts/password/forgotten", &json!({ "email": address }));
            assert_eq!(asked.status, 202);
            let token = server.token_for(&address, "reset");
            let reset = json!({ "token": token, "password": NEW, "password_confirmation": NEW });
            client.post_json("/v1/accounts/password", &reset)
        } else {
            let change = json!({ "old_password": PASSWORD, "password": NEW, "password_confirmation": NEW });
            owner.post_json("/v1/profile/password", &change)
        };
        assert_eq!(changed.status, 204, "{}", changed.text());
        let late = server.client().post_json("/v1/accounts/confirm", &json!({ "token": stolen }));
        assert_eq!((late.status, late.code().as_str()), (400, "bad_input"), "{name}");
        let log_in = json!({ "login": address, "password": NEW });
        assert_eq!(server.client().post_json("/v1/token", &log_in).status, 200, "{name} is still called so");
    }
}

#[test]
fn a_link_in_an_old_mailbox_is_worth_nothing_after_a_new_address() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let forgotten = json!({ "email": "olena@example.org" });
    assert_eq!(server.client().post_json("/v1/accounts/password/forgotten", &forgotten).status, 202);
    let old = server.token_for("olena@example.org", "reset");
    let asked = json!({ "password": PASSWORD, "email": "new@example.org" });
    assert_eq!(olena.post_json("/v1/profile/email", &asked).status, 202);
    let token = server.token_for("new@example.org", "confirm-email");
    assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).status, 200);
    let reset = json!({ "token": old, "password": NEW, "password_confirmation": NEW });
    assert_eq!(server.client().post_json("/v1/accounts/password", &reset).code(), "bad_input");
    assert_eq!(server.log_in_status("new@example.org"), 200);
}

#[test]
fn the_old_password_cannot_be_guessed_at_an_open_browser() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut guess = |password: &str| {
        let body = json!({ "password": password, "email": "new@example.org" });
        olena.post_json("/v1/profile/email", &body).code()
    };
    let codes: Vec<String> = (0..14).map(|number| guess(&format!("Wrong-Password-{number}!"))).collect();
    assert!(codes[..9].iter().all(|code| code == "invalid_credentials"), "{codes:?}");
    assert!(codes.iter().any(|code| code == "too_many_attempts"), "{codes:?}");
    // However slow the machine is, the wait is not over.
    server.sql("UPDATE throttles SET blocked_until_ms = blocked_until_ms + 600000 WHERE failures >= 10");
    assert_eq!(guess(PASSWORD), "too_many_attempts", "even the right one");
    assert_eq!(server.log_in_status("olena"), 200, "and the login is counted apart");
}

#[test]
fn nobodys_mailbox_is_filled_by_changes_of_address() {
    let server = Server::start(Place::Here);
    server.member("taras");
    let mut olena = server.person("olena").client;
    let mut change =
        |email: &str| olena.post_json("/v1/profile/email", &json!({ "password": PASSWORD, "email": email })).status;
    // Of an address that is taken no mail is sent, and that must not be told.
    for email in ["stranger@example.org", "taras@example.org"] {
        let statuses: Vec<u16> = (0..6).map(|_| change(email)).collect();
        assert!(statuses.starts_with(&[202, 202, 202]) && statuses.contains(&429), "{email}: {statuses:?}");
    }
    assert_eq!(change("another@example.org"), 202, "another one goes on");
    assert!(server.mails("stranger@example.org").len() < 6);
}

/// The password is right, its owner changes it, and then what was asked for would be done.
#[test]
fn a_password_that_changes_meanwhile_was_the_wrong_one() {
    let change = json!({ "old_password": PASSWORD, "password": NEW, "password_confirmation": NEW });
    let cases = [
        ("/v1/profile/email", json!({ "password": PASSWORD, "email": "thief@example.org" })),
        ("/v1/profile/password", change),
    ];
    for (path, asked) in cases {
        let server = Server::start(Place::Here);
        let mut thief = server.person("olena").client;
        changes_once_found_right(&server);
        let refused = thief.post_json(path, &asked);
        assert_eq!((refused.status, refused.code().as_str()), (401, "invalid_credentials"), "{path}");
        let stored: Vec<(String, i64)> = server.runtime().block_on(async {
            let stored = "SELECT password_hash, (SELECT COUNT(*) FROM links) FROM accounts";
            sqlx::query_as(stored).fetch_all(server.service.store().database.pool()).await.expect("read")
        });
        assert_eq!(stored, [("another".to_owned(), 0)], "{path}");
    }
}

/// Has passwords change when one is found to be right, which is when the attempt is forgotten.
fn changes_once_found_right(server: &Server) {
    match server.service.store().database.kind() {
        DatabaseKind::Sqlite => server.sql(
            "CREATE TRIGGER meanwhile AFTER DELETE ON throttles \
             BEGIN UPDATE accounts SET password_hash = 'another'; END",
        ),
        DatabaseKind::Postgres => {
            server.sql(FUNCTION);
            server.sql("CREATE TRIGGER meanwhile AFTER DELETE ON throttles FOR EACH ROW EXECUTE FUNCTION meanwhile()");
        }
    }
}

const FUNCTION: &str = "CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS \
     'BEGIN UPDATE accounts SET password_hash = ''another''; RETURN NULL; END'";

/// A login with a password whose hash is made as was done before makes another one of it.
#[test]
fn a_hash_that_is_made_anew_takes_no_new_passwords_place() {
    let earlier = Server::start(Place::Here);
    earlier.member("olena");
    let options = ServeOptions { password_cost: Some(5), ..ServeOptions::default() };
    let server = Server::again(Place::Here, options, limits(2, 100), earlier.stop());
    let hashes = || -> Vec<String> {
        let stored = sqlx::query_scalar("SELECT password_hash FROM accounts");
        server.runtime().block_on(stored.fetch_all(server.service.store().database.pool())).expect("read")
    };
    // An attempt is counted after the account was read.
    match server.service.store().database.kind() {
        DatabaseKind::Sqlite => server.sql(
            "CREATE TRIGGER meanwhile AFTER INSERT ON throttles \
             BEGIN UPDATE accounts SET password_hash = 'another'; END",
        ),
        DatabaseKind::Postgres => {
            server.sql(FUNCTION);
            server.sql("CREATE TRIGGER meanwhile AFTER INSERT ON throttles FOR EACH ROW EXECUTE FUNCTION meanwhile()");
        }
    }
    server.log_in_status("olena");
    assert_eq!(hashes(), ["another"]);
}

/// Somebody has registered the address and never opened a link there.
#[test]
fn an_address_that_nobody_has_confirmed_is_its_owners() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    let mut olena = server.person("olena").client;
    let mut registration = Server::registration("mallory");
    registration["email"] = json!("Olena-New@example.org");
    assert_eq!(server.client().post_json("/v1/accounts", &registration).status, 202);
    let theirs = server.token_for("Olena-New@example.org", "confirm");
    let asked = json!({ "password": PASSWORD, "email": "olena-new@example.org" });
    assert_eq!(olena.post_json("/v1/profile/email", &asked).status, 202);
    let own = server.token_for("olena-new@example.org", "confirm-email");
    let confirm = |token: &str| server.client().post_json("/v1/accounts/confirm", &json!({ "token": token }));
    let confirmed = confirm(&own);
    assert_eq!((confirmed.status, confirmed.json()["email"].as_str()), (200, Some("olena-new@example.org")));
    assert_eq!(confirm(&theirs).code(), "bad_input", "that account is gone");
    assert_eq!(ada.get("/v1/admin/users").json()["total"], 2);
    assert_eq!(server.log_in_status("mallory"), 401);
    // What that account was sent goes with the one that has the address.
    let mut olena = server.log_in("olena-new@example.org").client;
    assert_eq!(olena.send("DELETE", "/v1/profile", &json!({ "password": PASSWORD })).status, 202);
    server.sql("UPDATE accounts SET delete_at_ms = 1 WHERE delete_at_ms > 0");
    server.runtime().block_on(server.service.forget_due_accounts()).expect("deleted");
    eventually("the mails are gone", || {
        ["Olena-New@example.org", "olena-new@example.org"].iter().all(|address| server.mails(address).is_empty())
    });
}

#[test]
fn an_address_that_is_taken_is_neither_given_nor_told() {
    let server = Server::start(Place::Here);
    server.member("taras");
    let mut olena = server.person("olena").client;
    let body = |email: &str| json!({ "password": PASSWORD, "email": email });
    let taken = olena.post_json("/v1/profile/email", &body("taras@example.org"));
    let free = olena.post_json("/v1/profile/email", &body("free@example.org"));
    assert_eq!((taken.status, taken.body), (free.status, free.body));
    let token = server.token_for("free@example.org", "confirm-email");
    assert_eq!(server.mails("taras@example.org").len(), 1, "only the mail of their own registration");
    // The address is taken between the question and the click.
    server.client().post_json("/v1/accounts", &{
        let mut asked = Server::registration("ivan");
        asked["email"] = json!("free@example.org");
        asked
    });
    let late = server.token_for("free@example.org", "confirm");
    assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": late })).status, 200);
    assert_eq!(server.client().post_json("/v1/accounts/confirm", &json!({ "token": token })).code(), "bad_input");
}
