//! API keys: shown once, limited to their scopes, never more than their owner.

use serde_json::json;

use super::support::{Place, Server, picture};

#[test]
fn a_key_does_what_it_is_for_and_nothing_else() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut make = |scopes: &[&str]| {
        let made = olena.post_json("/v1/api-keys", &json!({ "name": "import", "scopes": scopes }));
        assert_eq!(made.status, 201, "{}", made.text());
        let secret = made.json()["secret"].as_str().expect("a secret").to_owned();
        assert!(secret.starts_with("iia_") && secret.len() > 40, "{secret}");
        assert!(secret.starts_with(made.json()["key"]["hint"].as_str().expect("a hint")));
        server.client().bearer(&secret)
    };
    let (mut analyses, mut files, mut profile) = (make(&["analyses"]), make(&["files"]), make(&["profile"]));
    assert_eq!(analyses.analyze(picture::GOOD).status, 201);
    assert_eq!(analyses.get("/v1/analyses").json()["analyses"].as_array().map(Vec::len), Some(1));
    assert_eq!(files.get("/v1/user").status, 200);
    assert_eq!(profile.get("/v1/profile").json()["username"], "olena");
    let cases = [(&analyses, "/v1/user"), (&files, "/v1/analyses"), (&profile, "/v1/user"), (&files, "/v1/profile")];
    for (key, path) in cases {
        let reply = key.clone().get(path);
        assert_eq!((reply.status, reply.code().as_str()), (403, "forbidden"), "{path}");
    }
    assert_eq!(files.analyze(picture::GOOD).code(), "forbidden");
    // No key looks after the account.
    for path in ["/v1/sessions", "/v1/api-keys"] {
        assert_eq!(profile.get(path).code(), "forbidden", "{path}");
    }
    assert_eq!(profile.send("PATCH", "/v1/profile", &json!({ "language": "uk" })).code(), "forbidden");
    assert_eq!(profile.post_json("/v1/api-keys", &json!({ "name": "more", "scopes": ["files"] })).code(), "forbidden");
    assert_eq!(profile.delete("/v1/token").code(), "forbidden");
}

#[test]
fn keys_are_listed_without_their_secrets_and_revoked() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let asked = json!({ "name": "import", "scopes": ["files", "analyses"], "expires_in_days": 30 });
    let made = olena.post_json("/v1/api-keys", &asked).json();
    let secret = made["secret"].as_str().expect("a secret").to_owned();
    let mut key = server.client().bearer(&secret);
    let list = olena.get("/v1/api-keys");
    assert!(!list.text().contains(&secret));
    let list = list.json();
    assert_eq!((&list["api_keys"][0]["name"], &list["api_keys"][0]["last_used_at"]), (&json!("import"), &json!(null)));
    assert!(list["api_keys"][0]["expires_at"].is_string());
    assert_eq!(key.get("/v1/token/validation").json()["scopes"], json!(["files", "analyses"]));
    assert!(olena.get("/v1/api-keys").json()["api_keys"][0]["last_used_at"].is_string());

    let path = format!("/v1/api-keys/{}", made["key"]["id"].as_str().expect("an id"));
    assert_eq!(server.person("taras").client.delete(&path).code(), "not_found", "another's");
    assert_eq!(olena.delete(&path).status, 204);
    assert_eq!(key.get("/v1/token/validation").status, 401);
    assert_eq!(olena.delete(&path).code(), "not_found");
}

#[test]
fn a_key_ends_with_its_time() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let made = olena.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["profile"], "expires_in_days": 1 }));
    let mut key = server.client().bearer(made.json()["secret"].as_str().expect("a secret"));
    assert_eq!(key.get("/v1/profile").status, 200);
    server.sql("UPDATE api_keys SET expires_at_ms = expires_at_ms - 86400000");
    assert_eq!(key.get("/v1/profile").code(), "unauthenticated");
    assert_eq!(olena.get("/v1/api-keys").json()["api_keys"].as_array().map(Vec::len), Some(1), "its owner sees why");
}

#[test]
fn what_no_key_can_be_is_refused() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let cases = [
        (json!({ "scopes": ["files"] }), "missing_field"),
        (json!({ "name": "a", "scopes": [] }), "missing_field"),
        (json!({ "name": "a", "scopes": ["everything"] }), "bad_input"),
        (json!({ "name": "a", "scopes": ["files"], "expires_in_days": 100_000 }), "bad_input"),
        (json!({ "name": "a\nb", "scopes": ["files"] }), "bad_input"),
    ];
    for (body, code) in cases {
        assert_eq!(olena.post_json("/v1/api-keys", &body).code(), code, "{body}");
    }
    assert_eq!(server.client().post_json("/v1/api-keys", &json!({})).code(), "unauthenticated");
}
