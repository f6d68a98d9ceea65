//! The second factor: asked after the right password, each code taken once, recoverable, and demanded of administrators where
//! the setting says so.

use serde_json::{Value, json};
use server::config::ServeOptions;
use totp_rs::{Builder, Secret, Totp};

use super::support::{Client, PASSWORD, Place, Reply, Server, limits};

fn authenticator(secret: &str) -> Totp {
    let secret = Secret::try_from_base32(secret).expect("base32");
    Builder::new().with_secret(secret).build().expect("a secret of the right length")
}

fn now() -> u64 {
    u64::try_from(server::service::Moment::now().0 / 1000).expect("after 1970")
}

/// Adds a second factor and returns its authenticator and the recovery codes.
pub fn add(client: &mut Client) -> (Totp, Vec<String>) {
    let begun = client.post_json("/v1/profile/second-factor", &json!({ "password": PASSWORD }));
    assert_eq!(begun.status, 200, "{}", begun.text());
    let begun = begun.json();
    assert!(begun["uri"].as_str().is_some_and(|uri| uri.starts_with("otpauth://totp/")), "{begun}");
    let totp = authenticator(begun["secret"].as_str().expect("a secret"));
    // The code of the step before, so that the one of now is left for the login.
    let code = totp.generate(now() - 30).to_string();
    let confirmed = client.post_json("/v1/profile/second-factor/confirm", &json!({ "code": code }));
    assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    let codes = confirmed.json()["recovery_codes"].as_array().expect("codes").clone();
    (totp, codes.iter().map(|code| code.as_str().expect("text").to_owned()).collect())
}

fn log_in(server: &Server, login: &str, code: Option<&str>) -> Reply {
    let mut body = json!({ "login": login, "password": PASSWORD });
    body["code"] = code.map_or(Value::Null, |code| json!(code));
    server.client().post_json("/v1/token", &body)
}

#[test]
fn a_code_is_asked_for_after_the_right_password_and_taken_once() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let wrong = olena.post_json("/v1/profile/second-factor", &json!({ "password": "Wrong-Password-1!" }));
    assert_eq!(wrong.code(), "invalid_credentials");
    assert_eq!(olena.post_json("/v1/profile/second-factor/confirm", &json!({ "code": "000000" })).code(), "not_found");
    let (totp, codes) = add(&mut olena);
    assert_eq!(codes.len(), 10);
    assert_eq!(olena.get("/v1/profile").json()["second_factor"], true);
    assert_eq!(olena.post_json("/v1/profile/second-factor", &json!({ "password": PASSWORD })).code(), "conflict");

    assert_eq!(log_in(&server, "olena", None).code(), "second_factor_required");
    let wrong = server.client().post_json("/v1/token", &json!({ "login": "olena", "password": "Wrong-Password-1!" }));
    assert_eq!(wrong.code(), "invalid_credentials", "nothing of it without the password");
    assert_eq!(log_in(&server, "olena", Some("000000x")).code(), "invalid_credentials");
    let code = totp.generate(now()).to_string();
    assert_eq!(log_in(&server, "olena", Some(&code)).status, 200);
    assert_eq!(log_in(&server, "olena", Some(&code)).code(), "invalid_credentials", "seen over the shoulder");

    let spaced = format!("{} {}", codes[0][..5].to_uppercase(), &codes[0][5..]);
    assert_eq!(log_in(&server, "olena", Some(&spaced)).status, 200, "a recovery code");
    assert_eq!(log_in(&server, "olena", Some(&codes[0])).code(), "invalid_credentials", "once");

    let gone = olena.send("DELETE", "/v1/profile/second-factor", &json!({ "password": PASSWORD }));
    assert_eq!(gone.status, 204);
    assert_eq!(log_in(&server, "olena", None).status, 200);
    let subjects: Vec<String> =
        server.wait_for_mails("olena@example.org", 3).into_iter().map(|mail| mail.subject).collect();
    assert!(subjects[1].contains("added") && subjects[2].contains("removed"), "{subjects:?}");
}

#[test]
fn codes_cannot_be_guessed() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    add(&mut olena);
    for _ in 0..10 {
        assert_eq!(log_in(&server, "olena", None).code(), "second_factor_required", "asking is no failure");
    }
    let statuses: Vec<u16> =
        (0..8).map(|guess| log_in(&server, "olena", Some(&format!("{guess:06}"))).status).collect();
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[test]
fn administrators_need_one_where_the_setting_says_so() {
    let options = ServeOptions { admin_second_factor: Some(true), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut ada = server.administrator("ada").client;
    assert_eq!(ada.get("/v1/admin/users").code(), "forbidden");
    let (totp, _) = add(&mut ada);
    assert_eq!(ada.get("/v1/admin/users").code(), "forbidden", "this session began without it");
    let code = totp.generate(now()).to_string();
    let tokens = log_in(&server, "ada@example.org", Some(&code)).json();
    let mut ada = server.client().bearer(tokens["access_token"].as_str().expect("a token"));
    assert_eq!(ada.get("/v1/admin/users").status, 200);
    let refreshed =
        server.client().post_json("/v1/token/refresh", &json!({ "refresh_token": tokens["refresh_token"] })).json();
    let mut later = server.client().bearer(refreshed["access_token"].as_str().expect("a token"));
    assert_eq!(later.get("/v1/admin/users").status, 200, "a refreshed token too");
}

#[test]
fn an_administrator_helps_who_has_lost_it() {
    let server = Server::start(Place::Here);
    let mut ada = server.administrator("ada").client;
    let mut olena = server.person("olena").client;
    add(&mut olena);
    let user = ada.get("/v1/admin/users?q=olena").json()["users"][0].clone();
    assert_eq!(user["second_factor"], true);
    let path = format!("/v1/admin/users/{}", user["id"].as_str().expect("an id"));
    let change = json!({ "version": user["version"], "reset_second_factor": true });
    server.age_passwords();
    assert_eq!(ada.send("PATCH", &path, &change).code(), "password_required");
    assert_eq!(ada.post_json("/v1/token/password", &json!({ "password": PASSWORD })).status, 204);
    let changed = ada.send("PATCH", &path, &change).json();
    assert_eq!(changed["changes"], json!([{ "field": "second_factor", "old": "yes", "new": "no" }]), "{changed}");
    assert_eq!(log_in(&server, "olena", None).status, 200);
    let subjects: Vec<String> =
        server.wait_for_mails("olena@example.org", 3).into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects[2], "An administrator has removed the second factor", "{subjects:?}");
}
