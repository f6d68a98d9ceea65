//! The API's description: valid, whole, and true of what is answered.

use serde_json::{Value, json};

use server::config::ServeOptions;

use super::support::{Place, Server, limits, picture};

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(fields.get("$ref").and_then(Value::as_str).map(ToOwned::to_owned));
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn the_description_is_openapi_3_1_and_refers_to_nothing_that_is_not_there() {
    let server = Server::start(Place::Here);
    let reply = server.client().get("/openapi.json");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let document = reply.json();
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').expect("a reference inside the document");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut ids = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            assert!(operation["responses"].as_object().is_some_and(|all| !all.is_empty()), "{method} {path}");
            ids.push(operation["operationId"].as_str().expect("an id").to_owned());
        }
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids are unique");
}

#[test]
fn every_route_of_the_contract_is_described_and_served() {
    let server = Server::start(Place::Here);
    let document = server.client().get("/openapi.json").json();
    let cases = [
        ("post", "/v1/analyses"),
        ("get", "/v1/analyses"),
        ("get", "/v1/analyses/{id}"),
        ("delete", "/v1/analyses/{id}"),
        ("get", "/v1/analyses/{id}/picture"),
        ("get", "/v1/quota"),
        ("post", "/v1/accounts"),
        ("post", "/v1/accounts/confirm"),
        ("post", "/v1/token"),
        ("delete", "/v1/token"),
        ("post", "/v1/token/refresh"),
        ("get", "/v1/token/validation"),
        ("post", "/v1/upload"),
        ("get", "/v1/user/{name}"),
        ("get", "/images/{name}"),
        ("get", "/v1/sessions"),
        ("get", "/v1/api-keys"),
        ("get", "/v1/profile"),
        ("get", "/v1/stats"),
        ("get", "/v1/admin/users"),
        ("get", "/v1/models"),
        ("get", "/models/manifest.json"),
        ("get", "/models/{file}"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    ];
    for (method, path) in cases {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        if methods.get("get").is_some() {
            let reply = server.client().get(&address);
            assert_ne!(reply.status, 405, "{path}");
            // Nothing by this name, and not: no such address. The latter has no route of its own to count under.
            if reply.status == 404 {
                assert!(path.contains('{'), "{path}");
            }
        }
    }
}

#[test]
fn what_is_answered_is_as_described() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let mut document = client.get("/openapi.json").json();
    let answers = [
        ("Analysis", client.analyze(picture::GOOD)),
        ("Problem", client.analyze(picture::BAD)),
        ("AnalysisList", client.get("/v1/analyses")),
        ("Quota", client.get("/v1/quota")),
        ("ModelList", client.get("/v1/models")),
    ];
    for (name, reply) in answers {
        document["$ref"] = json!(format!("#/components/schemas/{name}"));
        let validator = jsonschema::draft202012::new(&document).expect("a schema");
        let errors: Vec<String> = validator.iter_errors(&reply.json()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} in {}", reply.text());
    }
}

#[test]
fn what_people_are_answered_is_as_described() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let mut ada = server.administrator("ada").client;
    olena.analyze(picture::GOOD);
    let key = json!({ "name": "import", "scopes": ["files"] });
    let mut document = olena.get("/openapi.json").json();
    let answers = [
        ("Next", server.client().post_json("/v1/accounts", &Server::registration("taras"))),
        (
            "Tokens",
            server.client().post_json("/v1/token", &json!({ "login": "olena", "password": super::support::PASSWORD })),
        ),
        ("Validation", olena.get("/v1/token/validation")),
        ("AccountProfile", olena.get("/v1/profile")),
        ("SessionList", olena.get("/v1/sessions")),
        ("NewKey", olena.post_json("/v1/api-keys", &key)),
        ("ApiKeyList", olena.get("/v1/api-keys")),
        ("FileList", olena.get("/v1/user")),
        ("Statistics", olena.get("/v1/stats")),
        ("Problem", olena.get("/v1/admin/users")),
        ("Problem", server.client().post_json("/v1/accounts", &json!({}))),
        ("UserList", ada.get("/v1/admin/users")),
        ("MailList", ada.get("/v1/admin/mails")),
        ("NetworkCounts", ada.get("/v1/admin/quotas")),
        ("FoundAnalyses", ada.get("/v1/admin/analyses")),
        ("AuditLog", ada.get("/v1/admin/audit")),
    ];
    for (name, reply) in answers {
        document["$ref"] = json!(format!("#/components/schemas/{name}"));
        let validator = jsonschema::draft202012::new(&document).expect("a schema");
        let errors: Vec<String> = validator.iter_errors(&reply.json()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?} in {}", reply.text());
    }
}

#[test]
fn every_route_tells_browsers_what_they_may_not_do() {
    let secure = ServeOptions { secure_cookies: Some(true), ..ServeOptions::default() };
    let server = Server::with(Place::Here, secure, limits(2, 100));
    let document = server.client().get("/openapi.json").json();
    let mut asked = 0;
    let pages = ["/", "/about", "/openapi.json", "/no/such/page"].into_iter().chain(app::people::ADDRESSES);
    let own = pages.map(|path| ("GET".to_owned(), path.replace("{id}", "x").replace("{token}", "x")));
    let described = document["paths"].as_object().expect("paths").iter().flat_map(|(path, methods)| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        let address = parts.collect::<Vec<_>>().join("/");
        let methods = methods.as_object().expect("methods").keys().map(|method| method.to_uppercase());
        methods.map(move |method| (method, address.clone())).collect::<Vec<_>>()
    });
    for (method, path) in own.chain(described) {
        let reply = server.client().send(&method, &path, &json!({}));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(self)"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert!(reply.header(name).is_some_and(|sent| sent.starts_with(value)), "{name} of {method} {path}");
        }
        let policy = reply.header("content-security-policy").expect("a policy");
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).expect("scripts are named");
        assert!(
            !scripts.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"),
            "{method} {path}: {policy}"
        );
        asked += 1;
    }
    assert!(asked > 50, "{asked}");
}
