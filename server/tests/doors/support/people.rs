//! People of the tests: they register, read their mails, confirm and log in, as everyone does.

use serde_json::{Value, json};

use super::server::eventually;
use super::{Client, Server};

/// A password that no rule refuses.
pub const PASSWORD: &str = "Kyiv-Chornobryvtsi-7!";

/// A mail as it was sent.
#[derive(Clone, Debug)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Mail {
    /// The token of the link to a page.
    pub fn token(&self, page: &str) -> Option<String> {
        let link = self.text.lines().find(|line| line.contains(&format!("/{page}?token=")))?;
        link.split_once("token=").map(|(_, token)| token.to_owned())
    }
}

/// Somebody who is logged in with tokens.
pub struct Person {
    pub email: String,
    pub client: Client,
    pub refresh_token: String,
}

impl Server {
    /// What somebody of that user name tells when they register.
    pub fn registration(name: &str) -> Value {
        json!({
            "first_name": "Olena", "last_name": "Koval", "email": format!("{name}@example.org"), "username": name,
            "password": PASSWORD, "password_confirmation": PASSWORD,
        })
    }

    /// Registers and confirms.
    pub fn member(&self, name: &str) {
        let registered = self.client().post_json("/v1/accounts", &Self::registration(name));
        assert_eq!(registered.status, 202, "{}", registered.text());
        let token = self.token_for(&format!("{name}@example.org"), "confirm");
        let confirmed = self.client().post_json("/v1/accounts/confirm", &json!({ "token": token }));
        assert_eq!(confirmed.status, 200, "{}", confirmed.text());
    }

    /// Registers, confirms and logs in.
    pub fn person(&self, name: &str) -> Person {
        self.member(name);
        self.log_in(name)
    }

    /// Makes an administrator, as `iia admin create` does, and logs in.
    pub fn administrator(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let new = server::auth::administration::NewAdministrator {
            first_name: "Ada".into(),
            last_name: "Min".into(),
            email: email.clone(),
            password: PASSWORD.into(),
        };
        self.runtime().block_on(async {
            let auth = server::gateway::open::auth(&self.settings).await.expect("the same data");
            auth.create_administrator(new).await.expect("created");
        });
        self.log_in(&email)
    }

    /// As if every password had been given an hour ago.
    pub fn age_passwords(&self) {
        self.sql("UPDATE sessions SET password_at_ms = password_at_ms - 3600000");
    }

    pub fn sql(&self, statement: &'static str) {
        let pool = self.service.store().database.writer();
        self.runtime().block_on(sqlx::query(statement).execute(pool)).expect("done");
    }

    /// Logs in with tokens.
    pub fn log_in(&self, name: &str) -> Person {
        let reply = self.client().post_json("/v1/token", &json!({ "login": name, "password": PASSWORD }));
        assert_eq!(reply.status, 200, "{}", reply.text());
        let tokens = reply.json();
        Person {
            email: if name.contains('@') { name.into() } else { format!("{name}@example.org") },
            client: self.client().bearer(tokens["access_token"].as_str().expect("a token")),
            refresh_token: tokens["refresh_token"].as_str().expect("a token").into(),
        }
    }

    pub fn log_in_status(&self, name: &str) -> u16 {
        self.client().post_json("/v1/token", &json!({ "login": name, "password": PASSWORD })).status
    }

    /// All mails to an address, the oldest first.
    pub fn mails(&self, to: &str) -> Vec<Mail> {
        let Ok(files) = std::fs::read_dir(self.data.path().join("mail")) else { return Vec::new() };
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        // Their names are UUIDs of version 7.
        paths.sort();
        let whole = paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "eml"));
        // One may go with its account in between.
        let there = whole.filter_map(|path| match std::fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            read => Some(read.expect("a mail")),
        });
        there.map(|bytes| read(&bytes)).filter(|mail| mail.to == to).collect()
    }

    /// Waits for the mail to an address whose text holds a link to that page; the last of them.
    pub fn token_for(&self, to: &str, page: &str) -> String {
        let mut token = None;
        eventually("a mail with a link", || {
            token = self.mails(to).iter().rev().find_map(|mail| mail.token(page));
            token.is_some()
        });
        let token = token.expect("it was waited for");
        self.client().note("token", &token);
        token
    }

    /// Waits until so many mails went to an address.
    pub fn wait_for_mails(&self, to: &str, count: usize) -> Vec<Mail> {
        eventually("mails", || self.mails(to).len() >= count);
        self.mails(to)
    }
}

fn read(bytes: &[u8]) -> Mail {
    let mail = mailparse::parse_mail(bytes).expect("a mail");
    let header =
        |name: &str| mail.headers.iter().find(|header| header.get_key() == name).map(mailparse::MailHeader::get_value);
    let part = |kind: &str| {
        let part = mail.subparts.iter().find(|part| part.ctype.mimetype == kind).expect("both forms");
        part.get_body().expect("decoded").replace("\r\n", "\n")
    };
    Mail {
        to: header("To").expect("an address"),
        subject: header("Subject").expect("a subject"),
        text: part("text/plain"),
        html: part("text/html"),
    }
}
