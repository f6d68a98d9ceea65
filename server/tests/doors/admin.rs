//! Administration: closed to everyone else, route by route, and accounts that are found.

mod changes;
mod rights;
mod upkeep;

use serde_json::{Value, json};

use super::support::{Client, Place, Reply, Server};

/// Every method and address below `/v1/admin/`, from the description that is made of the routes themselves.
fn routes() -> Vec<(String, String)> {
    let document = server::gateway::document();
    let paths = document["paths"].as_object().expect("paths");
    let mut routes = Vec::new();
    for (path, methods) in paths.iter().filter(|(path, _)| path.starts_with("/v1/admin")) {
        for method in methods.as_object().expect("methods").keys() {
            let path = path
                .replace("{id}", "0197f3f2-6a53-7e6c-9f7a-2d7f0a7f4a51")
                .replace("{network}", "00")
                .replace("{name}", "results");
            assert!(!path.contains('{'), "{path}: the test must know what to put there");
            routes.push((method.to_uppercase(), path));
        }
    }
    routes
}

fn user_id(admin: &mut Client, name: &str) -> (String, i64) {
    let found = admin.get(&format!("/v1/admin/users?q={name}@")).json();
    let user = &found["users"][0];
    (user["id"].as_str().unwrap_or_else(|| panic!("{found}")).to_owned(), user["version"].as_i64().expect("a version"))
}

fn change(admin: &mut Client, id: &str, change: &Value) -> Reply {
    admin.send("PATCH", &format!("/v1/admin/users/{id}"), change)
}

#[test]
fn no_route_is_open_to_anyone_else() {
    let server = Server::start(Place::Here);
    let mut user = server.person("olena").client;
    let mut admin = server.administrator("ada").client;
    let key =
        admin.post_json("/v1/api-keys", &json!({ "name": "k", "scopes": ["analyses", "files", "profile"] })).json();
    let mut key = server.client().bearer(key["secret"].as_str().expect("a secret"));
    let routes = routes();
    assert!(routes.len() >= 11, "{routes:?}");
    for (method, path) in &routes {
        for body in [json!({}), json!({ "version": 1 })] {
            let visitor = server.client().send(method, path, &body);
            assert_eq!((visitor.status, visitor.code().as_str()), (401, "unauthenticated"), "{method} {path}");
            let user = user.send(method, path, &body);
            assert_eq!((user.status, user.code().as_str()), (403, "forbidden"), "{method} {path}");
            let key = key.send(method, path, &body);
            assert_eq!(key.status, 403, "an administrator's API key: {method} {path}");
            let admin = admin.send(method, path, &body).status;
            assert!(![401, 403, 405, 500].contains(&admin), "{method} {path}: {admin}");
        }
    }
}

#[test]
fn accounts_are_found_by_any_part_of_their_names() {
    let server = Server::start(Place::Here);
    let mut admin = server.administrator("ada").client;
    for name in ["olena1", "olena2", "taras"] {
        server.member(name);
    }
    let mut named = server.log_in("taras").client;
    assert_eq!(named.send("PATCH", "/v1/profile", &json!({ "last_name": "Шевченко" })).status, 200);
    let cases = [
        ("", 4),
        ("olena", 3),
        ("OLENA1", 1),
        ("taras@", 1),
        ("%D0%A8%D0%95%D0%92", 1),
        ("%25", 0),
        ("_", 0),
        ("nobody", 0),
    ];
    for (query, total) in cases {
        let found = admin.get(&format!("/v1/admin/users?q={query}")).json();
        assert_eq!(found["total"], total, "{query}: {found}");
    }
    let page = admin.get("/v1/admin/users?order=email&limit=2&offset=1").json();
    let emails: Vec<&str> =
        page["users"].as_array().expect("users").iter().filter_map(|user| user["email"].as_str()).collect();
    assert_eq!((emails, &page["total"]), (vec!["olena1@example.org", "olena2@example.org"], &json!(4)));
    for bad in ["order=age", "limit=x", "colour=red"] {
        assert_eq!(admin.get(&format!("/v1/admin/users?{bad}")).code(), "bad_input", "{bad}");
    }
    let told = admin.get("/v1/admin/users?query%20string:%20x=1").json()["detail"].clone();
    let start = "the address cannot be read behind its question mark: ";
    let is_whole = |told: &str| told.starts_with(start) && told.contains("unknown field `query string: x`");
    assert!(told.as_str().is_some_and(is_whole), "{told}");
}
