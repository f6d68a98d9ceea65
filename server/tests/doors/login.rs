//! Logging in: tokens and cookies, the same answer for unknown and wrong, waits that grow and lock nobody out.

use std::time::{Duration, Instant};

use serde_json::json;
use server::config::ServeOptions;

use super::support::{Client, PASSWORD, Place, Reply, Server, limits, picture};

fn log_in(client: &mut Client, login: &str, password: &str) -> Reply {
    client.post_json("/v1/token", &json!({ "login": login, "password": password }))
}

#[test]
fn a_token_is_valid_until_it_is_forged_or_its_session_ends() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let valid = olena.get("/v1/token/validation");
    assert_eq!((valid.status, valid.json()["role"].as_str()), (200, Some("user")));
    assert_eq!(valid.json()["scopes"], json!(["analyses", "files", "profile"]));
    assert_eq!(valid.header("cache-control"), Some("private, no-store"));

    let token =
        log_in(&mut server.client(), "olena", PASSWORD).json()["access_token"].as_str().expect("one").to_owned();
    let forged = format!("{}abc", &token[..token.len() - 3]);
    for bad in [forged.as_str(), "", "x", "a.b.c", "iia_", "iia_0000"] {
        let reply = server.client().with("authorization", &format!("Bearer {bad}")).get("/v1/token/validation");
        assert_eq!((reply.status, reply.code().as_str()), (401, "unauthenticated"), "{bad}");
        assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    }
    for scheme in ["Basic b2xlbmE6eA==", "Bearer", "olena"] {
        let reply = server.client().with("authorization", scheme).get("/v1/quota");
        assert_eq!(reply.status, 401, "{scheme}: who shows something must show something valid");
    }
    assert_eq!(server.client().get("/v1/token/validation").status, 401);

    let mut session = server.client().bearer(&token);
    assert_eq!(session.delete("/v1/token").status, 204);
    assert_eq!(session.get("/v1/token/validation").status, 401, "at once, though its signature is good");
    assert_eq!(session.delete("/v1/token").status, 401);
    assert_eq!(olena.get("/v1/token/validation").status, 200, "the other session goes on");
}

#[test]
fn missing_and_wrong_are_told_apart_from_nothing_else() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut client = server.client();
    for (body, field) in [(json!({ "password": "x" }), "login"), (json!({ "login": "olena" }), "password")] {
        let reply = client.post_json("/v1/token", &body);
        assert_eq!((reply.status, reply.code().as_str()), (400, "missing_field"));
        assert_eq!(reply.json()["errors"][0]["field"], field);
    }
    let wrong = log_in(&mut client, "olena", "Wrong-Password-1!");
    let unknown = log_in(&mut client, "nobody@example.org", "Wrong-Password-1!");
    let same = |reply: &Reply| {
        let mut problem = reply.json();
        problem["request_id"] = json!(null);
        (reply.status, problem)
    };
    assert_eq!(same(&wrong), same(&unknown));
    assert_eq!((wrong.status, wrong.code().as_str()), (401, "invalid_credentials"));
}

/// Each kind of attempt is timed many times in turn, so that what else the machine does hits both alike; medians of the two
/// must not differ by more than a part of the time of one hash.
#[test]
fn an_unknown_name_takes_as_long_as_a_wrong_password() {
    const ROUNDS: usize = 15;
    // A cost at which the hash is most of the time, as it is at the default.
    let options = ServeOptions {
        password_cost: Some(9),
        address_header: Some("x-forwarded-for".into()),
        ..ServeOptions::default()
    };
    let server = Server::with(Place::Here, options, limits(2, 100));
    server.member("olena");
    let timed = |login: &str, round: usize| {
        let address = format!("10.{}.{}.1", round, login.len());
        let mut client = server.client().with("x-forwarded-for", &address);
        let started = Instant::now();
        let reply = log_in(&mut client, login, "Wrong-Password-1!");
        let took = started.elapsed();
        // The wait of an account is not what is measured: another name of the same kind each time.
        assert_eq!(reply.status, 401, "{}", reply.text());
        took
    };
    for name in 0..ROUNDS {
        server.member(&format!("user{name}"));
    }
    let (mut wrong, mut unknown) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        wrong.push(timed(&format!("user{round}"), round));
        unknown.push(timed(&format!("none{round}"), round));
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64()
    };
    let (wrong, unknown) = (median(&mut wrong), median(&mut unknown));
    let ratio = wrong / unknown;
    assert!((0.5..2.0).contains(&ratio), "wrong password {wrong:.4} s, unknown name {unknown:.4} s");
}

#[test]
fn waits_grow_and_the_owner_goes_on_where_they_were() {
    let server = Server::start(Place::Here);
    server.member("olena");
    // The owner's browser has been here before.
    let mut owner = server.client();
    assert_eq!(log_in(&mut owner, "olena", PASSWORD).status, 200);
    assert!(owner.cookie.as_deref().is_some_and(|cookie| cookie.contains("iia_device=")), "{:?}", owner.cookie);

    let mut attacker = server.client();
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let reply = log_in(&mut attacker, "olena", "Wrong-Password-1!");
        if reply.status == 429 {
            assert_eq!(reply.code(), "too_many_attempts");
            let wait: u64 = reply.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds");
            assert!((1..=900).contains(&wait), "{wait}");
        }
        statuses.push(reply.status);
    }
    assert!(statuses.starts_with(&[401, 401, 401, 401, 401]) && statuses.contains(&429), "{statuses:?}");
    let unknown: Vec<u16> =
        (0..8).map(|_| log_in(&mut server.client(), "nobody", "Wrong-Password-1!").status).collect();
    let alike = unknown.starts_with(&[401, 401, 401, 401, 401]) && unknown.contains(&429);
    assert!(alike, "a name that does not exist waits too: {unknown:?}");
    // However slow the machine is, the wait is not over.
    server.runtime().block_on(async {
        sqlx::query("UPDATE throttles SET blocked_until_ms = blocked_until_ms + 600000 WHERE failures >= 5")
            .execute(server.service.store().database.pool())
            .await
            .expect("changed");
    });
    assert_eq!(log_in(&mut attacker, "olena", PASSWORD).status, 429, "even with the right password");
    assert_eq!(log_in(&mut owner, "olena", PASSWORD).status, 200, "but not on the owner's device");
    let mut forged = server.client();
    forged.cookie = Some("iia_device=0197f3f26a537e6c9f7a2d7f0a7f4a51.00".into());
    assert_eq!(log_in(&mut forged, "olena", PASSWORD).status, 429, "a device cookie that we did not sign");
}

#[test]
fn a_network_that_tries_one_name_after_another_waits() {
    let options = ServeOptions { address_header: Some("x-forwarded-for".into()), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    server.member("olena");
    let from = |address: &str| server.client().with("x-forwarded-for", address);
    let guess = |number: u32| log_in(&mut from("203.0.113.7"), &format!("name{number}"), "Wrong-Password-1!").status;
    let statuses: Vec<u16> = (0..56).map(guess).collect();
    assert!(statuses[..50].iter().all(|status| *status == 401) && statuses.contains(&429), "{statuses:?}");
    // However slow the machine is, the wait is not over.
    server.sql("UPDATE throttles SET blocked_until_ms = blocked_until_ms + 600000 WHERE failures >= 50");
    assert_eq!(log_in(&mut from("203.0.113.7"), "olena", PASSWORD).code(), "too_many_attempts");
    assert_eq!(log_in(&mut from("198.51.100.7"), "olena", PASSWORD).status, 200, "another network goes on");
}

#[test]
fn a_browser_logs_in_with_a_cookie_that_no_script_reads() {
    let server = Server::start(Place::Here);
    server.member("olena");
    for (remember, lasting) in [(false, false), (true, true)] {
        let mut browser = server.client();
        let reply =
            browser.post_json("/v1/session", &json!({ "login": "olena", "password": PASSWORD, "remember": remember }));
        assert_eq!(reply.status, 204, "{}", reply.text());
        let cookies: Vec<&str> =
            reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok()).collect();
        let session = cookies.iter().find(|cookie| cookie.starts_with("iia_session=")).expect("a cookie");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(session.contains(part), "{session}");
        }
        assert_eq!(session.contains("Max-Age=2592000"), lasting, "{session}");
        assert_eq!(browser.get("/v1/profile").json()["username"], "olena");
        assert_eq!(browser.delete("/v1/token").status, 204);
        assert!(!browser.cookie.as_deref().unwrap_or_default().contains("iia_session="), "{:?}", browser.cookie);
        assert_eq!(browser.get("/v1/profile").status, 401);
    }
    let secure = ServeOptions { secure_cookies: Some(true), ..ServeOptions::default() };
    let server = Server::with(Place::Here, secure, limits(2, 100));
    server.member("olena");
    let reply = server.client().post_json("/v1/session", &json!({ "login": "olena", "password": PASSWORD }));
    let all = reply.headers.get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
    for cookie in all {
        assert!(cookie.starts_with("__Host-iia_") && cookie.contains("; Secure"), "{cookie}");
    }
}

#[test]
fn another_site_can_make_a_browser_change_nothing() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut browser = server.client();
    let credentials = json!({ "login": "olena", "password": PASSWORD });
    assert_eq!(browser.post_json("/v1/session", &credentials).status, 204);
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        let mut elsewhere = browser.clone().with(name, value);
        for (method, path) in
            [("PATCH", "/v1/profile"), ("DELETE", "/v1/token"), ("POST", "/v1/session"), ("POST", "/")]
        {
            let reply = elsewhere.send(method, path, &json!({}));
            assert_eq!((reply.status, reply.code().as_str()), (403, "forbidden"), "{name}: {method} {path}");
        }
        assert_eq!(
            elsewhere.get("/v1/profile").status,
            200,
            "reading changes nothing, and the answer is not theirs to read"
        );
    }
    let mut here =
        browser.clone().with("sec-fetch-site", "same-origin").with("origin", &format!("http://{}", server.address));
    assert_eq!(here.send("PATCH", "/v1/profile", &json!({ "language": "uk" })).status, 200);
}

#[test]
fn who_is_logged_in_has_as_many_analyses_as_they_like() {
    let options = ServeOptions { anonymous_analyses: Some(2), account_analyses: Some(7), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut olena = server.person("olena").client;
    let statuses: Vec<u16> = (0..7).map(|_| olena.analyze(picture::GOOD).status).collect();
    assert_eq!(statuses, [201; 7]);
    assert_eq!(olena.get("/v1/quota").json()["unlimited"], true);
    let unfair = olena.analyze(picture::GOOD);
    assert_eq!((unfair.status, unfair.code().as_str()), (429, "request_limit"));
    assert!(unfair.header("retry-after").is_some());
    let mut visitor = server.client();
    assert_eq!(
        visitor.get("/v1/quota").json(),
        json!({ "limit": 2, "remaining": 2, "unlimited": false }),
        "not charged"
    );
}

#[test]
fn the_cost_of_hashes_follows_the_setting() {
    let first = Server::start(Place::Here);
    first.member("olena");
    let data = first.stop();
    let options = ServeOptions { password_cost: Some(5), ..ServeOptions::default() };
    let second = Server::again(Place::Here, options, limits(2, 100), data);
    // The first login finds a hash of another cost and makes a new one.
    assert_eq!(log_in(&mut second.client(), "olena", PASSWORD).status, 200);
    let hash: String = second.runtime().block_on(async {
        sqlx::query_scalar("SELECT password_hash FROM accounts")
            .fetch_one(second.service.store().database.pool())
            .await
            .expect("a row")
    });
    assert!(hash.starts_with("$2b$05$"), "{hash}");
    assert_eq!(log_in(&mut second.client(), "olena", PASSWORD).status, 200);
}

#[test]
fn what_changes_how_somebody_logs_in_is_logged() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let account = olena.get("/v1/profile").json()["id"].as_str().expect("an id").to_owned();
    // An id that the request brings is that of its line in the log.
    let mut stranger = server.client().with("x-request-id", "a-stranger-with-a-wrong-password");
    log_in(&mut stranger, "olena", "Wrong-Password-1!");
    olena.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["profile"] }));
    assert_eq!(olena.delete("/v1/token").status, 204);
    let log = server.log();
    let has = |parts: &[&str]| log.lines().any(|line| parts.iter().all(|part| line.contains(part)));
    let own = format!("auth.account=\"{account}\"");
    for event in ["login", "key_creation", "logout"] {
        assert!(has(&[&format!("auth.event=\"{event}\""), "auth.outcome=\"done\"", &own]), "{event} in\n{log}");
    }
    let failed = ["a-stranger-with-a-wrong-password", "auth.event=\"login\"", "auth.outcome=\"invalid_credentials\""];
    assert!(has(&failed), "{log}");
}
