//! The pages as a browser gets them: rendered, guarded, cached, and usable without a script.

use std::path::Path;

use server::config::ServeOptions;

use super::support::{Client, Place, Server, form, limits, picture};

fn browser(server: &Server) -> Client {
    server.client().with("accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
}

#[test]
fn every_page_is_rendered_and_guarded() {
    let server = Server::start(Place::Here);
    for (path, status) in [("/", 200), ("/about", 200), ("/api", 200), ("/nowhere", 404)] {
        let reply = browser(&server).get(path);
        assert_eq!(reply.status, status, "{path}");
        assert!(reply.text().contains("<html"), "{path}");
        let policy = reply.header("content-security-policy").expect("a policy");
        assert!(policy.contains("'wasm-unsafe-eval'") && policy.contains("'nonce-"), "{path}: {policy}");
        assert!(!policy.contains("script-src 'unsafe-inline'") && !policy.contains("'unsafe-eval'"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
    }
    let cookie = browser(&server).get("/").header("set-cookie").expect("a cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[test]
fn cookies_are_bound_to_https_where_it_is_used() {
    let options = ServeOptions { secure_cookies: Some(true), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(1, 1));
    let mut client = browser(&server);
    let cookie = client.get("/").header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("__Host-iia_visitor=") && cookie.ends_with("; Secure"), "{cookie}");
    assert_eq!(client.get("/").header("set-cookie"), None, "it is known again");
}

#[test]
fn the_api_page_shows_every_route() {
    let server = Server::start(Place::Here);
    let page = browser(&server).get("/api").text();
    for path in ["/v1/analyses", "/v1/models", "/healthz"] {
        assert!(page.contains(path), "{path}");
    }
}

#[test]
fn a_form_without_a_script_gets_a_page() {
    let server = Server::start(Place::Here);
    let mut client = browser(&server);
    let (kind, body) = form("picture", picture::GOOD);
    let reply = client.post("/", &kind, &body);
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.text().contains(">A cat</span>"), "{}", reply.text());
    assert_eq!(client.get("/v1/quota").json()["remaining"], 9);

    let (kind, body) = form("picture", picture::BAD);
    let reply = client.post("/", &kind, &body);
    assert_eq!(reply.status, 422);
    assert!(reply.text().contains("<html"));
    let (kind, body) = form("picture", b"");
    assert!((400..500).contains(&client.post("/", &kind, &body).status));
    assert_eq!(client.get("/v1/quota").json()["remaining"], 9);
}

#[test]
fn static_files_are_revalidated_and_come_compressed() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let write = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    write("program.js", "export {};".repeat(100).as_bytes());
    write("program.wasm", b"\0asm");
    let mut beforehand = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut beforehand, b"compressed beforehand").expect("into memory");
    write("program.wasm.gz", &beforehand.finish().expect("into memory"));
    write("fonts/a.woff2", b"font");
    let path = Some(folder.path().to_owned());
    let options = ServeOptions { page: path.clone(), public: path, ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(1, 1));

    let script = server.client().get("/pkg/program.js");
    assert_eq!((script.status, script.header("cache-control")), (200, Some("no-cache")));
    assert!(script.header("content-type").is_some_and(|kind| kind.starts_with("text/javascript")));
    let tag = script.header("etag").expect("a tag").to_owned();
    assert_eq!(server.client().with("if-none-match", &tag).get("/pkg/program.js").status, 304);

    let wasm = server.client().with("accept-encoding", "gzip").get("/pkg/program.wasm");
    assert_eq!(wasm.header("content-type"), Some("application/wasm"));
    assert_eq!(wasm.text(), "compressed beforehand", "the copy beside the file is what is sent");
    assert_eq!(server.client().get("/fonts/a.woff2").header("cache-control"), Some("public, max-age=604800"));
    assert_eq!(server.client().get("/pkg/nothing.js").status, 404);
    assert_eq!(server.client().get("/pkg/..%2f..%2fCargo.toml").status, 404);
    assert_eq!(server.client().get("/nothing.js").code(), "not_found");
}
