//! Every secret that the tests use, and every log of the servers that they start: none of the first stands in any of the second.
//!
//! The client notes what it sends and gets under the names of secrets; a server that ends without a failure looks into what was
//! logged since it began.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};

use serde_json::Value;
use tracing_subscriber::EnvFilter;

/// Fields that hold a secret, or, as the last two, somebody's address, which no log tells either.
const FIELDS: [&str; 14] = [
    "password",
    "password_confirmation",
    "old_password",
    "access_token",
    "refresh_token",
    "secret",
    "uri",
    "token",
    "code",
    "codes",
    "recovery_codes",
    "cookie",
    "email",
    "recipient",
];

/// What is shorter stands in a log by chance.
const SHORTEST: usize = 8;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// By the address of the server.
static NOTED: LazyLock<Mutex<BTreeMap<String, BTreeSet<String>>>> = LazyLock::new(Mutex::default);

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to listen to everything that is logged in this process, and more of our own code than `iia serve` logs; returns
/// where the log stands.
pub fn listen() -> usize {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let lines = tracing_subscriber::fmt().with_ansi(false).with_env_filter(EnvFilter::new("info,server=trace"));
        lines.with_writer(|| Log).try_init().expect("no test sets up a log of its own");
    });
    locked(&LOG).len()
}

struct Log;

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&LOG).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A line of the log of another process.
pub fn logged(line: &str) {
    let mut log = locked(&LOG);
    log.extend_from_slice(line.as_bytes());
    log.push(b'\n');
}

/// Notes a secret of a server if `name` is that of one.
pub fn note(server: &str, name: &str, secret: &str) {
    if FIELDS.contains(&name) && secret.len() >= SHORTEST {
        locked(&NOTED).entry(server.to_owned()).or_default().insert(secret.to_owned());
    }
}

/// Notes every secret in JSON that was sent or received. A `code` can be that of an error, so who sends one notes it by itself.
pub fn note_json(server: &str, value: &Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields.iter().filter(|(name, _)| *name != "code") {
                match value {
                    Value::String(text) => note(server, name, text),
                    Value::Array(items) => {
                        items.iter().filter_map(Value::as_str).for_each(|text| note(server, name, text))
                    }
                    _ => {}
                }
                note_json(server, value);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| note_json(server, item)),
        _ => {}
    }
}

/// What was logged since, by whatever server.
pub fn since(from: usize) -> String {
    String::from_utf8_lossy(locked(&LOG).get(from..).unwrap_or_default()).into_owned()
}

/// The lines since `from` in which a secret of the server stands.
pub fn told(server: &str, from: usize) -> Vec<String> {
    let secrets = locked(&NOTED).get(server).cloned().unwrap_or_default();
    since(from)
        .lines()
        .filter(|line| secrets.iter().any(|secret| line.contains(secret.as_str())))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_secret_in_a_log_is_found() {
    let (server, from) = ("http://a-server-of-this-test", listen());
    note_json(server, &serde_json::json!({ "a": [{ "codes": ["Told-Recovery-Code"] }], "name": "Harmless-Word" }));
    tracing::info!("a line with Harmless-Word and another secret");
    assert!(told(server, from).is_empty());
    tracing::info!(detail = "Told-Recovery-Code", "a line that tells");
    assert_eq!(told(server, from).len(), 1);
    assert!(told("http://another", from).is_empty(), "each server's own");
}
