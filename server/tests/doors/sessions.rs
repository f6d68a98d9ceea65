//! Sessions: refreshed, listed, ended; a token that was copied ends them.

use proto::auth_v1::Origin;
use proto::auth_v1::identify::Credential;
use serde_json::{Value, json};

use super::support::{PASSWORD, Person, Place, Reply, Server, eventually};

fn refresh(server: &Server, token: &str) -> Reply {
    server.client().post_json("/v1/token/refresh", &json!({ "refresh_token": token }))
}

fn token(reply: &Reply, name: &str) -> String {
    reply.json()[name].as_str().unwrap_or_else(|| panic!("{}", reply.text())).to_owned()
}

/// Lets so many seconds pass for the refresh tokens that were replaced.
fn age(server: &Server, secs: i64) {
    server.runtime().block_on(async {
        sqlx::query("UPDATE refresh_tokens SET replaced_at_ms = replaced_at_ms - $1 WHERE replaced_at_ms IS NOT NULL")
            .bind(secs * 1000)
            .execute(server.service.store().database.pool())
            .await
            .expect("changed");
    });
}

/// Lets days pass for the sessions themselves.
fn age_sessions(server: &Server, days: i64) {
    let ms = days * 24 * 3600 * 1000;
    server.runtime().block_on(async {
        let sql = "UPDATE sessions SET created_at_ms = created_at_ms - $1, last_used_ms = last_used_ms - $1, \
                   expires_at_ms = expires_at_ms - $1";
        sqlx::query(sql).bind(ms).execute(server.service.store().database.pool()).await.expect("changed");
    });
}

#[test]
fn a_session_ends_however_often_it_is_used() {
    let server = Server::start(Place::Here);
    let Person { mut refresh_token, .. } = server.person("olena");
    for _ in 0..3 {
        age_sessions(&server, 29);
        let reply = refresh(&server, &refresh_token);
        assert_eq!(reply.status, 200, "{}", reply.text());
        refresh_token = token(&reply, "refresh_token");
    }
    // After 87 days it has three left, not thirty.
    age_sessions(&server, 4);
    assert_eq!(refresh(&server, &refresh_token).code(), "unauthenticated");

    let mut browser = server.client();
    let credentials = json!({ "login": "olena", "password": PASSWORD, "remember": true });
    assert_eq!(browser.post_json("/v1/session", &credentials).status, 204);
    age_sessions(&server, 29);
    assert_eq!(browser.get("/v1/profile").status, 200);
    age_sessions(&server, 2);
    assert_eq!(browser.get("/v1/profile").status, 401, "its cookie is gone by now in any case");
}

#[test]
fn every_refresh_token_works_once() {
    let server = Server::start(Place::Here);
    let Person { refresh_token: first, mut client, email, .. } = server.person("olena");
    let reply = refresh(&server, &first);
    assert_eq!(reply.status, 200, "{}", reply.text());
    let second = token(&reply, "refresh_token");
    assert_ne!(first, second);
    assert_eq!(server.client().bearer(&token(&reply, "access_token")).get("/v1/profile").status, 200);

    // Within ten seconds it is a second tab.
    let tab = refresh(&server, &first);
    assert_eq!(tab.status, 200);
    assert_eq!(refresh(&server, &second).status, 200, "the first tab's goes on working");

    // Later it was copied.
    age(&server, 11);
    let stolen = refresh(&server, &first);
    assert_eq!((stolen.status, stolen.code().as_str()), (401, "unauthenticated"));
    for dead in [first.as_str(), second.as_str(), &token(&tab, "refresh_token")] {
        assert_eq!(refresh(&server, dead).status, 401, "the whole family");
    }
    assert_eq!(client.get("/v1/profile").status, 401, "and its access tokens");
    let mails = server.wait_for_mails(&email, 2);
    assert!(mails[1].subject.contains("session was ended"), "{}", mails[1].subject);
    age(&server, 100);
    refresh(&server, &first);
    assert_eq!(server.mails(&email).len(), 2, "told once");
    assert_eq!(server.log_in("olena").client.get("/v1/profile").status, 200, "and can log in again");
    for bad in ["", "iir_nothing"] {
        assert!([400, 401].contains(&refresh(&server, bad).status), "{bad}");
    }
}

#[test]
fn two_tabs_may_refresh_at_once() {
    let server = Server::start(Place::Here);
    let Person { refresh_token, email, .. } = server.person("olena");
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh(&server, &refresh_token))).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert!(replies.iter().all(|reply| reply.status == 200), "{replies:?}");
    let mut tokens: Vec<String> = replies.iter().map(|reply| token(reply, "refresh_token")).collect();
    for token in &tokens {
        assert_eq!(refresh(&server, token).status, 200);
    }
    tokens.sort();
    tokens.dedup();
    assert_eq!(tokens.len(), 8, "each its own");
    assert_eq!(server.mails(&email).len(), 1, "nobody was accused");
}

#[test]
fn sessions_are_listed_and_ended() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut browser = server.client().with("user-agent", "Firefox on the sofa");
    let credentials = json!({ "login": "olena", "password": PASSWORD });
    assert_eq!(browser.post_json("/v1/session", &credentials).status, 204);
    let mut program = server.log_in("olena").client;
    let list = program.get("/v1/sessions").json();
    let sessions = list["sessions"].as_array().expect("a list");
    assert_eq!(sessions.len(), 2);
    let of_kind = |kind: &str| sessions.iter().find(|session| session["kind"] == kind).expect("one of each").clone();
    assert_eq!(of_kind("browser")["device"], "Firefox on the sofa");
    assert_eq!(of_kind("browser")["place"], "127.0.0.0/24");
    assert_eq!((&of_kind("browser")["current"], &of_kind("program")["current"]), (&json!(false), &json!(true)));

    let id = |session: &Value| session["id"].as_str().expect("an id").to_owned();
    let mut taras = server.person("taras").client;
    let path = format!("/v1/sessions/{}", id(&of_kind("browser")));
    assert_eq!(taras.delete(&path).code(), "not_found", "another's");
    assert_eq!(program.delete("/v1/sessions/7").code(), "not_found");
    assert_eq!(program.delete(&path).status, 204);
    assert_eq!(browser.get("/v1/profile").status, 401);
    assert_eq!(program.delete(&path).code(), "not_found", "once");

    let mut second = server.log_in("olena").client;
    assert_eq!(second.delete("/v1/sessions").status, 204);
    assert_eq!(program.get("/v1/profile").status, 401);
    assert_eq!(second.get("/v1/sessions").json()["sessions"].as_array().map(Vec::len), Some(1));
    assert_eq!(server.client().get("/v1/sessions").code(), "unauthenticated");
}

/// A token's signature is good for a quarter of an hour, and a process that starts has heard of nothing.
#[test]
fn what_has_ended_is_known_before_the_first_request() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let log_in = || {
        let reply = server.client().post_json("/v1/token", &json!({ "login": "olena", "password": PASSWORD }));
        token(&reply, "access_token")
    };
    let (ended, alive) = (log_in(), log_in());
    assert_eq!(server.client().bearer(&ended).delete("/v1/token").status, 204);
    // Another process, of which nothing has been done beside the opening.
    let opened = server.runtime().block_on(async {
        let vision = std::sync::Arc::new(super::support::remote(server.address));
        server::gateway::open::open(&server.settings, vision).await.expect("opened")
    });
    let known = |token: &str| {
        let credential = Credential::Bearer(token.to_owned());
        server.runtime().block_on(opened.service.identify(&Origin::default(), credential)).is_ok()
    };
    assert_eq!((known(&ended), known(&alive)), (false, true));
    server.runtime().block_on(opened.service.close());
}

#[test]
fn what_ends_in_another_process_is_heard_here() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    assert_eq!(olena.get("/v1/profile").status, 200);
    server.runtime().block_on(async {
        let now = server::service::Moment::now();
        sqlx::query("UPDATE sessions SET ended_at_ms = $1")
            .bind(now.0)
            .execute(server.service.store().database.pool())
            .await
            .expect("ended");
    });
    eventually("the session's end is known", || olena.get("/v1/profile").status == 401);
}
