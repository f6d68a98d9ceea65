//! `iia admin`: what whoever runs the server does on the machine, beside a server that runs.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::support::{PASSWORD, Place, Server, eventually};

/// On the data of that server; `typed` is a line of standard input.
fn admin(server: &Server, arguments: &[&str], typed: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iia"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IIA_")) {
        command.env_remove(name);
    }
    command.arg("admin").args(arguments).arg("--data").arg(server.data.path()).env("IIA_PASSWORD_COST", "4");
    if let Some(database) = &server.settings.database {
        command.env("IIA_DATABASE", database);
    }
    // A folder without a settings file.
    command.current_dir(server.data.path());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("started");
    let mut input = child.stdin.take().expect("piped");
    // One that refuses its arguments does not read.
    let _ = input.write_all(format!("{typed}\n").as_bytes());
    drop(input);
    child.wait_with_output().expect("ended")
}

fn said(output: &Output) -> (Option<i32>, String) {
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn the_first_administrator_is_made_on_the_machine() {
    let server = Server::start(Place::Here);
    let create = |email: &str, password: &str| {
        said(&admin(&server, &["create", "--email", email, "--first-name", "Ada", "--last-name", "Min"], password))
    };
    let (status, text) = create("ada@example.org", "weak");
    assert!(status == Some(1) && text.starts_with("error: ") && text.contains("fewer than 10 characters"), "{text}");
    let (status, text) = create("nobody", PASSWORD);
    assert!(status == Some(1) && text.contains("not an e-mail address"), "{text}");
    let (status, text) = create("ada@example.org", PASSWORD);
    assert!(status == Some(0) && text.contains("ada@example.org is an administrator now"), "{text}");
    assert!(!text.contains(PASSWORD), "{text}");
    let (status, text) = create("ADA@example.org", PASSWORD);
    assert!(status == Some(1) && text.contains("already"), "{text}");
    let mut ada = server.log_in("ada@example.org").client;
    assert_eq!(ada.get("/v1/admin/users").status, 200);
}

#[test]
fn a_log_that_was_changed_is_told() {
    let server = Server::start(Place::Here);
    server.administrator("ada");
    let verify = || said(&admin(&server, &["audit", "verify"], ""));
    let (status, text) = verify();
    assert!(status == Some(0) && text.starts_with("1 entries, none changed"), "{text}");
    server.sql("UPDATE audit SET actor = 'somebody else'");
    let (status, text) = verify();
    assert!(status == Some(1) && text.contains("entry 1 is not as it was written"), "{text}");
}

#[test]
fn a_running_server_signs_with_a_new_key_and_believes_the_old_one() {
    let server = Server::start(Place::Here);
    server.member("olena");
    let tokens = || {
        let reply = server.client().post_json("/v1/token", &json!({ "login": "olena", "password": PASSWORD })).json();
        reply["access_token"].as_str().expect("a token").to_owned()
    };
    let kid = |token: &str| {
        let header = URL_SAFE_NO_PAD.decode(token.split('.').next().expect("a header")).expect("base64");
        serde_json::from_slice::<Value>(&header).expect("JSON")["kid"].clone()
    };
    let old = tokens();
    let (status, text) = said(&admin(&server, &["keys", "rotate"], ""));
    assert_eq!(status, Some(0), "{text}");
    let new = text.trim().rsplit(' ').next().expect("its name").to_owned();
    eventually("tokens are signed with the new key", || kid(&tokens()) == json!(new));
    assert_ne!(kid(&old), json!(new));
    assert_eq!(server.client().bearer(&old).get("/v1/token/validation").status, 200, "for an hour");
    let nowhere = said(
        &Command::new(env!("CARGO_BIN_EXE_iia"))
            .args(["admin", "keys", "rotate", "--data", "/no/such/folder"])
            .output()
            .expect("started"),
    );
    assert!(nowhere.0 == Some(1) && nowhere.1.contains("there is no folder"), "{nowhere:?}");
}
