//! Mails over SMTP: a server that is busy is asked again, and none is lost or sent twice.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use server::config::ServeOptions;
use server::service::Moment;

use super::support::{Place, Server, eventually, limits};

/// An SMTP server (RFC 5321) that keeps what it is given, and has no time while it is told so.
struct Sink {
    address: SocketAddr,
    mails: Arc<Mutex<Vec<String>>>,
    busy: Arc<AtomicBool>,
}

impl Sink {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (mails, busy) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (kept, is_busy) = (Arc::clone(&mails), Arc::clone(&busy));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (kept, is_busy) = (Arc::clone(&kept), Arc::clone(&is_busy));
                std::thread::spawn(move || talk(&stream.expect("a connection"), &kept, &is_busy));
            }
        });
        Self { address, mails, busy }
    }

    fn mails(&self) -> Vec<String> {
        self.mails.lock().expect("no panic").clone()
    }
}

fn talk(mut stream: &TcpStream, kept: &Mutex<Vec<String>>, busy: &AtomicBool) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let mut say = |text: &str| stream.write_all(format!("{text}\r\n").as_bytes()).is_ok();
    if !say("220 sink") {
        return;
    }
    while let Some(Ok(line)) = lines.next() {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let going = match verb.as_str() {
            "EHLO" | "HELO" => say("250 sink"),
            "MAIL" if busy.load(Ordering::SeqCst) => say("451 no time now"),
            "MAIL" | "RCPT" | "RSET" | "NOOP" => say("250 ok"),
            "DATA" => {
                say("354 go on");
                let mail: Vec<String> = lines.by_ref().map_while(Result::ok).take_while(|line| line != ".").collect();
                kept.lock().expect("no panic").push(mail.join("\n"));
                say("250 ok")
            }
            _ => {
                say("221 bye");
                return;
            }
        };
        if !going {
            return;
        }
    }
}

#[test]
fn a_mail_waits_for_a_server_that_has_no_time() {
    let sink = Sink::start();
    sink.busy.store(true, Ordering::SeqCst);
    let options = ServeOptions {
        smtp: Some(format!("smtp://{}", sink.address)),
        mail_from: Some("Analyzer <hello@example.net>".into()),
        public_url: Some("https://iia.example.net/".into()),
        ..ServeOptions::default()
    };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut admin = server.administrator("ada").client;
    assert_eq!(server.client().post_json("/v1/accounts", &Server::registration("olena")).status, 202);
    let mut waiting = json!(null);
    eventually("the first attempt has failed", || {
        waiting = admin.get("/v1/admin/mails?waiting=true").json()["mails"][0].clone();
        waiting["last_error"].is_string()
    });
    assert!(waiting["last_error"].as_str().is_some_and(|error| error.contains("no time now")), "{waiting}");
    assert!(waiting["next_at"].is_string() && waiting["sent_at"].is_null(), "{waiting}");
    assert!(sink.mails().is_empty());

    sink.busy.store(false, Ordering::SeqCst);
    let id = waiting["id"].as_str().expect("an id");
    assert_eq!(admin.post_json(&format!("/v1/admin/mails/{id}/retry"), &json!({})).status, 202);
    eventually("it is sent", || sink.mails().len() == 1);
    let mail = sink.mails().remove(0);
    assert!(mail.contains("From: Analyzer <hello@example.net>") && mail.contains("To: olena@example.org"), "{mail}");
    let parsed = mailparse::parse_mail(mail.as_bytes()).expect("a mail");
    let text = parsed.subparts[0].get_body().expect("decoded");
    assert!(text.contains("https://iia.example.net/confirm?token="), "{text}");
    assert!(mail.contains(&format!("Message-ID: <{}@example.net>", id.replace('-', ""))), "{mail}");
    eventually("it is known to be sent", || admin.get("/v1/admin/mails").json()["mails"][0]["sent_at"].is_string());
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(sink.mails().len(), 1, "once");
    assert!(!server.data.path().join("mail").exists(), "no files beside");
}

#[test]
fn each_attempt_waits_twice_as_long_as_the_one_before() {
    let sink = Sink::start();
    sink.busy.store(true, Ordering::SeqCst);
    let options = ServeOptions { smtp: Some(format!("smtp://{}", sink.address)), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut admin = server.administrator("ada").client;
    assert_eq!(server.client().post_json("/v1/accounts", &Server::registration("olena")).status, 202);
    for (attempt, wait_secs) in [(1, 10), (2, 20), (3, 40)] {
        let mut mail = json!(null);
        eventually("the attempt has failed", || {
            mail = admin.get("/v1/admin/mails?waiting=true").json()["mails"][0].clone();
            // While it is on its way it is nobody's turn for two minutes.
            let until = mail["next_at"].as_str().and_then(Moment::parse).map_or(0, |next| next.0 - Moment::now().0);
            mail["attempts"] == attempt && (1..=wait_secs * 1000).contains(&until)
        });
        let next = mail["next_at"].as_str().and_then(Moment::parse).expect("a moment");
        let left = next.0 - Moment::now().0;
        assert!(left > (wait_secs - 9) * 1000, "{mail}: {left} ms are left");
        // As if that time had passed.
        server.sql("UPDATE outbox SET next_at_ms = 1 WHERE sent_at_ms IS NULL");
    }
    assert!(sink.mails().is_empty());
}

/// Where its mail cannot be written there is no account either, and nothing stands in the way of trying again.
#[test]
fn an_account_without_its_mail_is_none() {
    let server = Server::start(Place::Here);
    server.sql("ALTER TABLE outbox RENAME TO outbox_away");
    let refused = server.client().post_json("/v1/accounts", &Server::registration("olena"));
    assert_eq!((refused.status, refused.code().as_str()), (500, "internal"));
    server.sql("ALTER TABLE outbox_away RENAME TO outbox");
    let accounts: i64 = server.runtime().block_on(async {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM accounts");
        count.fetch_one(server.service.store().database.pool()).await.expect("counted")
    });
    assert_eq!(accounts, 0);
    server.member("olena");
    assert_eq!(server.mails("olena@example.org").len(), 1);
}

#[test]
fn a_mail_survives_the_end_of_the_process() {
    let sink = Sink::start();
    sink.busy.store(true, Ordering::SeqCst);
    let options = || ServeOptions { smtp: Some(format!("smtp://{}", sink.address)), ..ServeOptions::default() };
    let first = Server::with(Place::Here, options(), limits(2, 100));
    assert_eq!(first.client().post_json("/v1/accounts", &Server::registration("olena")).status, 202);
    let data = first.stop();
    sink.busy.store(false, Ordering::SeqCst);
    let second = Server::again(Place::Here, options(), limits(2, 100), data);
    second.runtime().block_on(async {
        // The wait after a failure, or of a mail that the first process was about to send.
        sqlx::query("UPDATE outbox SET next_at_ms = 1 WHERE sent_at_ms IS NULL")
            .execute(second.service.store().database.pool())
            .await
            .expect("changed");
    });
    eventually("the mail is sent", || sink.mails().len() == 1);
}
