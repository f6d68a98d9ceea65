//! Rights that are given and taken: with a password given shortly before, and never all of them.

use serde_json::json;

use super::{change, user_id};
use crate::support::{Client, PASSWORD, Place, Server};

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
fn there_is_always_an_administrator_left() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    let end = json!({ "password": PASSWORD });
    let last = |reply: crate::support::Reply| {
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
