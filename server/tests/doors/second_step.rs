//! A login in two steps, as the pages do it: after the password the code alone is asked for, and whatever goes wrong in between
//! lets nobody in.

use std::time::Duration;

use serde_json::json;
use server::config::ServeOptions;

use super::second_factor::add;
use super::support::{Client, PASSWORD, Place, Reply, Server, browser, leads_to, limits, post};

/// Olena's account with a second factor, her program, and recovery codes, each of which is a right code once.
fn careful() -> (Server, Client, Vec<String>) {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let (_, codes) = add(&mut olena);
    (server, olena, codes)
}

/// A browser whose password was right.
fn half_in(server: &Server) -> Client {
    let mut client = browser(server);
    let reply = post(&mut client, "/login", &[("login", "olena"), ("password", PASSWORD), ("next", "/keys")]);
    assert_eq!(leads_to(&reply), "/login/code?next=%2Fkeys");
    assert!(!has(&client, "iia_session") && has(&client, "iia_ticket"), "{:?}", client.cookie);
    client
}

fn code(client: &mut Client, code: &str) -> Reply {
    post(client, "/login/code", &[("code", code), ("next", "/keys")])
}

fn has(client: &Client, cookie: &str) -> bool {
    client.cookie.as_deref().is_some_and(|all| all.contains(&format!("{cookie}=")))
}

/// The login has to be begun once more.
fn is_over(reply: &Reply, client: &Client) {
    let page = reply.text();
    assert!(reply.status == 401 && page.contains("begin it once more") && page.contains("action=\"/login\""), "{page}");
    assert!(!has(client, "iia_session"), "{:?}", client.cookie);
}

#[test]
fn the_password_is_typed_once() {
    let (server, _, codes) = careful();
    let mut client = browser(&server);
    let first = post(&mut client, "/login", &[("login", "olena"), ("password", PASSWORD), ("remember", "on")]);
    let cookies: Vec<&str> = first.headers.get_all("set-cookie").iter().filter_map(|all| all.to_str().ok()).collect();
    let ticket = cookies.iter().find(|cookie| cookie.starts_with("iia_ticket=")).expect("a ticket");
    assert!(
        ticket.contains("Max-Age=300") && ticket.contains("HttpOnly") && ticket.contains("SameSite=Lax"),
        "{ticket}"
    );
    assert_eq!(leads_to(&client.get("/keys")), "/login?next=%2Fkeys", "no session yet");

    let missing = code(&mut client, " ");
    assert!(missing.status == 422 && missing.text().contains("aria-invalid=\"true\""), "{}", missing.text());
    let wrong = code(&mut client, "000000x");
    assert!(wrong.status == 401 && wrong.text().contains("not the code of now"), "{}", wrong.text());
    let right = code(&mut client, &codes[0]);
    assert_eq!(leads_to(&right), "/keys", "the wrong ones cost no password");
    let cookies: Vec<&str> = right.headers.get_all("set-cookie").iter().filter_map(|all| all.to_str().ok()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("iia_session=")).expect("a session");
    assert!(session.contains("Max-Age=2592000"), "what was ticked in the first step: {session}");
    assert!(!has(&client, "iia_ticket"), "{:?}", client.cookie);
    assert_eq!(client.get("/keys").status, 200);
}

#[test]
fn a_ticket_is_for_its_browser_works_once_and_grows_old() {
    let (server, _, codes) = careful();
    let mut client = half_in(&server);
    let mut copy = client.clone();
    let mut other = browser(&server);
    let reply = code(&mut other, &codes[0]);
    is_over(&reply, &other);
    assert_eq!(
        leads_to(&code(&mut client, &codes[0])),
        "/keys",
        "a code that only another browser tried is not used up"
    );
    let reply = code(&mut copy, &codes[1]);
    is_over(&reply, &copy);

    let mut late = half_in(&server);
    server.sql("UPDATE links SET expires_at_ms = created_at_ms WHERE purpose = 'second_step'");
    let reply = code(&mut late, &codes[1]);
    is_over(&reply, &late);
    let mut invented = browser(&server);
    invented.cookie = Some("iia_ticket=x".into());
    let reply = code(&mut invented, &codes[1]);
    is_over(&reply, &invented);
}

#[test]
fn of_two_who_come_at_once_with_one_ticket_one_gets_in() {
    let (server, _, codes) = careful();
    let client = half_in(&server);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let both: Vec<_> = codes[..2]
            .iter()
            .map(|right| {
                let mut client = client.clone();
                scope.spawn(move || code(&mut client, right).status)
            })
            .collect();
        both.into_iter().map(|one| one.join().expect("no panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
}

#[test]
fn of_an_account_that_goes_at_that_moment_nobody_gets_in() {
    let (server, _, codes) = careful();
    let mut client = half_in(&server);
    let database = &server.service.store().database;
    let mut deletion = server.runtime().block_on(database.begin()).expect("begun");
    let held = sqlx::query("UPDATE accounts SET version = version").execute(&mut *deletion);
    server.runtime().block_on(held).expect("held");
    let reply = std::thread::scope(|scope| {
        let entering = scope.spawn(|| code(&mut client, &codes[0]));
        // Until the login waits for the account. It may hold nothing then that the deletion waits for.
        std::thread::sleep(Duration::from_millis(500));
        server.runtime().block_on(async {
            sqlx::query("DELETE FROM accounts").execute(&mut *deletion).await.expect("neither waits for the other");
            deletion.commit().await.expect("gone");
        });
        entering.join().expect("no panic")
    });
    assert!(reply.status == 401 && !has(&client, "iia_session"), "{} {:?}", reply.status, client.cookie);
}

#[test]
fn a_password_that_was_changed_in_between_was_not_right() {
    let (server, mut olena, codes) = careful();
    let mut client = half_in(&server);
    let new = "Another-Sunflower-42!";
    let change = json!({ "old_password": PASSWORD, "password": new, "password_confirmation": new });
    assert_eq!(olena.post_json("/v1/profile/password", &change).status, 204);
    let reply = code(&mut client, &codes[0]);
    is_over(&reply, &client);
}

/// The second step has no password to make a new hash of.
#[test]
fn a_hash_of_another_cost_is_made_anew_in_the_first_step() {
    let (first, _, codes) = careful();
    let options = ServeOptions { password_cost: Some(5), ..ServeOptions::default() };
    let second = Server::again(Place::Here, options, limits(2, 100), first.stop());
    let mut client = half_in(&second);
    let hash: String = second.runtime().block_on(async {
        let hash = sqlx::query_scalar("SELECT password_hash FROM accounts");
        hash.fetch_one(second.service.store().database.pool()).await.expect("a row")
    });
    assert!(hash.starts_with("$2b$05$"), "{hash}");
    assert_eq!(leads_to(&code(&mut client, &codes[0])), "/keys", "the ticket is of the new one");
}

#[test]
fn who_was_blocked_in_between_does_not_get_in() {
    let (server, _, codes) = careful();
    let mut client = half_in(&server);
    server.sql("UPDATE accounts SET blocked_at_ms = created_at_ms");
    let reply = code(&mut client, &codes[0]);
    assert!(reply.status == 403 && reply.text().contains("blocked"), "{}", reply.text());
    assert!(!has(&client, "iia_session"), "{:?}", client.cookie);
}

#[test]
fn codes_of_a_ticket_and_of_a_program_are_counted_together() {
    let (server, _, codes) = careful();
    let mut client = half_in(&server);
    let guesses: Vec<u16> = (0..8).map(|guess| code(&mut client, &format!("{guess:06}")).status).collect();
    assert!(guesses.contains(&429), "{guesses:?}");
    assert_eq!(code(&mut client, &codes[0]).status, 429, "the right one has to wait too");
    let body = json!({ "login": "olena@example.org", "password": PASSWORD, "code": codes[0] });
    assert_eq!(server.client().post_json("/v1/token", &body).status, 429);
    assert_eq!(code(&mut half_in(&server), &codes[0]).status, 429, "another ticket is no way around it");
}
