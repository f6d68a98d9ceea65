//! Passwords of breaches: a service is told the beginning of a hash and nothing else, and one that is away stops nobody.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use serde_json::json;
use server::config::ServeOptions;

use super::support::{PASSWORD, Place, Server, limits};

/// Good by every other rule.
const KNOWN: &str = "Lviv-Mohyla-Kalyna-8?";

/// Listed with a count of nothing, as padding is.
const PADDED: &str = "Poltava-Vyshnia-9?";

fn hash(password: &str) -> String {
    hex::encode_upper(digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()))
}

/// A range service that knows one password.
struct RangeService {
    address: SocketAddr,
    /// First lines and headers, as they came.
    asked: Arc<Mutex<Vec<String>>>,
}

impl RangeService {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&asked);
        std::thread::spawn(move || {
            listener.incoming().for_each(|stream| answer(&stream.expect("a connection"), &told))
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn answer(mut stream: &TcpStream, told: &Mutex<Vec<String>>) {
    let lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let request: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    told.lock().expect("no panic").push(request.join("\n"));
    let (known, padded) = (hash(KNOWN), hash(PADDED));
    let list = format!("{}:17\r\n{}:0\r\n", &known[5..], &padded[5..]);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", list.len());
    let _ = stream.write_all((head + &list).as_bytes());
}

fn with_service(address: SocketAddr) -> Server {
    let options =
        ServeOptions { breached_passwords: Some(format!("http://{address}/range")), ..ServeOptions::default() };
    Server::with(Place::Here, options, limits(2, 100))
}

fn registration(name: &str, password: &str) -> serde_json::Value {
    let mut registration = Server::registration(name);
    (registration["password"], registration["password_confirmation"]) = (json!(password), json!(password));
    registration
}

#[test]
fn a_password_of_a_breach_is_refused_wherever_one_is_chosen() {
    let service = RangeService::start();
    let server = with_service(service.address);
    let rule = |reply: super::support::Reply| {
        let refused = reply.json();
        (reply.status, refused["errors"][0]["field"].clone(), refused["errors"][0]["rule"].clone())
    };
    let expected = (400, json!("password"), json!("breached"));
    assert_eq!(rule(server.client().post_json("/v1/accounts", &registration("olena", KNOWN))), expected);
    assert_eq!(server.client().post_json("/v1/accounts", &registration("taras", PADDED)).status, 202, "padding");

    let mut olena = server.person("olena").client;
    let change = json!({ "old_password": PASSWORD, "password": KNOWN, "password_confirmation": KNOWN });
    assert_eq!(rule(olena.post_json("/v1/profile/password", &change)), expected);
    let forgotten = json!({ "email": "olena@example.org" });
    assert_eq!(server.client().post_json("/v1/accounts/password/forgotten", &forgotten).status, 202);
    let token = server.token_for("olena@example.org", "reset");
    let mut reset = json!({ "token": token, "password": KNOWN, "password_confirmation": KNOWN });
    assert_eq!(rule(server.client().post_json("/v1/accounts/password", &reset)), expected);
    (reset["password"], reset["password_confirmation"]) = (json!(PASSWORD), json!(PASSWORD));
    assert_eq!(server.client().post_json("/v1/accounts/password", &reset).status, 204, "the link goes on working");
    let weak = server.client().post_json("/v1/accounts", &registration("ivan", "weak")).json();
    assert!(!weak.to_string().contains("breached"), "what is refused anyway is not asked for: {weak}");

    let asked = service.asked();
    assert_eq!(asked.len(), 6, "{asked:?}");
    let (known, own) = (hash(KNOWN), hash(PASSWORD));
    for request in &asked {
        let path = request.split(' ').nth(1).expect("a path");
        assert!(path.starts_with("/range/") && path.len() == "/range/".len() + 5, "the beginning alone: {request}");
        assert!(request.to_lowercase().contains("add-padding: true"), "{request}");
        for secret in [&known[5..], &own[5..], "olena", "Lviv"] {
            assert!(!request.contains(secret), "{request}");
        }
    }
    assert!(asked[0].contains(&format!("/range/{} ", &known[..5])), "{}", asked[0]);
}

#[test]
fn a_service_that_is_away_stops_nobody() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("bound");
    drop(listener);
    let server = with_service(address);
    assert_eq!(server.client().post_json("/v1/accounts", &registration("olena", KNOWN)).status, 202);
    assert!(server.log().contains("the service of breached passwords does not answer"), "{}", server.log());
    let metrics = server.client().get("/metrics").text();
    let counted = |line: &&str| line.starts_with("iia_breached_passwords_total{outcome=\"unanswered\"}");
    assert!(metrics.lines().any(|line| counted(&line)), "{metrics}");
}
