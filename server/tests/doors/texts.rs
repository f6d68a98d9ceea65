//! Texts that nobody means: zero bytes, very long ones, letters of every direction. None of them is a fault of ours, on whichever
//! database, and each is told what is wrong with it.

use serde_json::{Value, json};

use super::support::{PASSWORD, Place, Server, browser, picture, post};

/// What is typed into any field. PostgreSQL's texts take no zero byte, SQLite's do.
const ODD: [&str; 7] = [
    "\0",
    "a\0b",
    "\u{202e}gro.elpmaxe@anelo",
    "👩‍👩‍👧‍👦",
    "<script>alert(1)</script>",
    "'; DROP TABLE accounts; --",
    "\u{feff}",
];

fn odd() -> Vec<String> {
    ODD.into_iter().map(str::to_owned).chain(["x".repeat(2000), "й".repeat(60_000)]).collect()
}

#[test]
fn no_text_in_a_body_is_a_fault_of_ours() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut ada = server.administrator("ada").client;
    let user = ada.get("/v1/admin/users?q=olena").json()["users"][0].clone();
    let user_path = format!("/v1/admin/users/{}", user["id"].as_str().expect("an id"));
    let analysis = olena.analyze(picture::GOOD).json()["id"].as_str().expect("an id").to_owned();
    let analysis_path = format!("/v1/analyses/{analysis}");
    let registration = Server::registration("taras");
    let fields: [(&str, &str, Value, &[&str]); 13] = [
        ("POST", "/v1/accounts", registration, &["first_name", "last_name", "email", "username", "password"]),
        ("POST", "/v1/accounts/confirm", json!({}), &["token"]),
        ("POST", "/v1/accounts/confirm/resend", json!({}), &["email"]),
        ("POST", "/v1/accounts/password/forgotten", json!({}), &["email"]),
        (
            "POST",
            "/v1/accounts/password",
            json!({ "password": PASSWORD, "password_confirmation": PASSWORD }),
            &["token"],
        ),
        ("POST", "/v1/token", json!({ "login": "olena", "password": PASSWORD }), &["login", "password", "code"]),
        ("POST", "/v1/token/refresh", json!({}), &["refresh_token"]),
        ("PATCH", "/v1/profile", json!({}), &["first_name", "last_name", "username", "language", "time_zone"]),
        ("POST", "/v1/profile/email", json!({ "password": PASSWORD }), &["email"]),
        ("POST", "/v1/api-keys", json!({ "scopes": ["files"] }), &["name"]),
        ("PATCH", &user_path, json!({ "version": user["version"] }), &["first_name", "email", "username", "role"]),
        ("PATCH", &analysis_path, json!({}), &["title"]),
        ("POST", "/v1/analyses", json!({}), &["filename"]),
    ];
    for (method, path, body, names) in fields {
        let asks = if path.starts_with("/v1/admin") { &mut ada } else { &mut olena };
        for name in names {
            for text in odd() {
                let mut body = body.clone();
                body[*name] = json!(text);
                // A document, so that nothing of it is remembered as a secret.
                let reply = if path.starts_with("/v1/token") || path.starts_with("/v1/accounts") {
                    server.client().post(path, "application/json", body.to_string().as_bytes())
                } else {
                    asks.send(method, path, &body)
                };
                let shown: String = text.chars().take(20).collect();
                assert!(reply.status < 500, "{method} {path} {name} {shown:?}: {}", reply.text());
                if reply.status >= 400 {
                    assert!(!reply.code().is_empty() && reply.json()["detail"].is_string(), "{path} {name} {shown:?}");
                }
                if text.contains('\0') {
                    assert!((400..500).contains(&reply.status), "{method} {path} {name} {shown:?}: {}", reply.text());
                }
            }
        }
    }
}

#[test]
fn what_is_wrong_with_a_text_is_told_beside_its_field() {
    let server = Server::start(Place::Here);
    for (text, rule) in [("a\0b".to_owned(), "not_text"), ("x".repeat(2000), "too_long")] {
        let mut asked = Server::registration("olena");
        asked["last_name"] = json!(text);
        let refused = server.client().post_json("/v1/accounts", &asked);
        assert_eq!(refused.code(), "bad_input");
        let error = refused.json()["errors"][0].clone();
        assert_eq!((&error["field"], &error["rule"]), (&json!("last_name"), &json!(rule)), "{error}");
    }
}

#[test]
fn no_address_is_a_fault_of_ours() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut ada = server.administrator("ada").client;
    olena.analyze(picture::GOOD);
    let texts = [
        "%00",
        "a%00b",
        "%E2%80%AEx",
        "%F0%9F%91%A9",
        "%ff",
        "%c3%28",
        "%3Cscript%3E",
        "-1",
        "99999999999999999999",
        "..",
    ];
    let own = [
        "/v1/analyses?q=",
        "/v1/analyses?object=",
        "/v1/analyses?from=",
        "/v1/analyses?before=",
        "/v1/analyses?limit=",
        "/v1/analyses/",
        "/v1/analyses/export?format=csv&q=",
        "/v1/analyses/export?format=",
        "/v1/shared/",
        "/v1/user/",
        "/images/",
        "/v1/user?before=",
        "/v1/user?limit=",
        "/v1/stats?per=",
        "/v1/analyses?tasks=",
        "/models/",
        "/history?q=",
        "/history?object=",
        "/history?from=",
        "/history?before=",
        "/history/",
        "/stats?per=",
        "/shared/",
        "/confirm?token=",
        "/reset?token=",
        "/login?next=",
        "/profile?said=",
        "/nothing/",
    ];
    let administration = [
        "/v1/admin/users?q=",
        "/v1/admin/users?offset=",
        "/v1/admin/users?limit=",
        "/v1/admin/users/",
        "/v1/admin/analyses?owner=",
        "/v1/admin/analyses?before=",
        "/v1/admin/audit?before=",
        "/v1/admin/mails?waiting=",
        "/admin/users?q=",
        "/admin/users?offset=",
        "/admin/users?order=",
        "/admin/users/",
        "/admin/analyses?owner=",
        "/admin/audit?before=",
    ];
    for text in texts {
        for path in own {
            let reply = olena.get(&format!("{path}{text}"));
            assert!(reply.status < 500, "{path}{text}: {}", reply.text());
            let is_page = reply.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
            if reply.status >= 400 && !is_page {
                assert!(!reply.code().is_empty(), "{path}{text}");
            }
        }
        for path in administration {
            let reply = ada.get(&format!("{path}{text}"));
            assert!(reply.status < 500, "{path}{text}: {}", reply.text());
            if reply.status >= 400 && path.starts_with("/v1") {
                assert!(!reply.code().is_empty(), "{path}{text}");
            }
        }
        for path in ["/v1/user/", "/v1/analyses/", "/v1/sessions/", "/v1/api-keys/"] {
            let reply = olena.delete(&format!("{path}{text}"));
            assert!((400..500).contains(&reply.status) && !reply.code().is_empty(), "{path}{text}: {}", reply.text());
        }
        for path in ["/v1/admin/quotas/", "/v1/admin/analyses/"] {
            let reply = ada.delete(&format!("{path}{text}"));
            assert!((400..500).contains(&reply.status) && !reply.code().is_empty(), "{path}{text}: {}", reply.text());
        }
    }
}

#[test]
fn an_address_that_is_no_text_is_answered_as_others_where_nothing_is() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let mut browser = browser(&server);
    post(&mut browser, "/login", &[("login", "olena"), ("password", PASSWORD)]);
    for path in ["/nothing", "/history/%ff", "/%c3%28", "/shared/%ff/thumbnail"] {
        let reply = browser.get(path);
        let kind = reply.header("content-type").map(str::to_owned);
        assert_eq!((reply.status, kind.as_deref()), (404, Some("text/html; charset=utf-8")), "{path}");
        assert!(
            reply.text().contains("<h1") && reply.text().contains("action=\"/logout\""),
            "{path}: who asks is known"
        );
    }
    assert_eq!(browser.get("/v1/analyses/%ff").code(), "not_found", "no page is below /v1");
    assert_eq!(server.client().get("/history/%ff").code(), "not_found", "a program");
}
