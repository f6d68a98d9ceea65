//! When all places are taken: refused at once, with the time to come back; work that nobody waits for makes place.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use server::config::ServeOptions;

use super::support::{PLACES, Place, Server, eventually, limits, picture};

/// Begins an analysis that runs until the connection is dropped.
fn begin_slow(server: &Server) -> TcpStream {
    let mut connection = TcpStream::connect(server.address).expect("a connection");
    let head = format!("POST /v1/analyses HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", picture::SLOW.len());
    connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(picture::SLOW)).expect("sent");
    connection
}

#[test]
fn more_than_there_are_places_are_refused_at_once() {
    for place in PLACES {
        let server = Server::with(place, ServeOptions::default(), limits(1, 1));
        let (replies, received) = std::sync::mpsc::sync_channel(8);
        let ask = || {
            let (mut client, replies) = (server.client(), replies.clone());
            std::thread::spawn(move || drop(replies.send(client.analyze(picture::SLOW))));
        };
        ask();
        server.reader.wait_for_running(1);
        // One of them waits for the thread; the two others come too many, and hear of it while the first still runs.
        (0..3).for_each(|_| ask());
        for _ in 0..2 {
            let reply = received.recv().expect("an answer");
            assert_eq!((reply.status, reply.code().as_str()), (503, "overloaded"), "{place:?}");
            let wait: u64 = reply.header("retry-after").and_then(|wait| wait.parse().ok()).expect("seconds");
            assert!((1..=30).contains(&wait), "{wait}");
        }
        server.reader.release();
        for _ in 0..2 {
            assert_eq!(received.recv().expect("an answer").status, 201, "{place:?}");
        }
        assert_eq!(server.client().analyze(picture::GOOD).status, 201, "places are free again");
    }
}

#[test]
fn who_leaves_stops_the_work_and_is_not_charged() {
    for place in PLACES {
        let server = Server::with(place, ServeOptions::default(), limits(1, 1));
        let connection = begin_slow(&server);
        server.reader.wait_for_running(1);
        assert_eq!(server.client().get("/v1/quota").json()["remaining"], 9, "{place:?}: held while it runs");
        drop(connection);
        eventually("the work is cancelled", || server.reader.cancelled() == 1);
        eventually("what was held is given back", || server.client().get("/v1/quota").json()["remaining"] == 10);
    }
}

#[test]
fn an_analysis_that_takes_too_long_is_stopped() {
    for place in PLACES {
        let options = ServeOptions { analysis_timeout_secs: Some(1), ..ServeOptions::default() };
        let server = Server::with(place, options, limits(1, 1));
        let reply = server.client().analyze(picture::SLOW);
        assert_eq!((reply.status, reply.code().as_str()), (504, "cancelled"), "{place:?}");
        eventually("the work is stopped", || server.reader.cancelled() == 1);
        assert_eq!(server.client().get("/v1/quota").json()["remaining"], 10);
    }
}

#[test]
fn an_upload_that_does_not_end_is_given_up() {
    let options = ServeOptions { upload_timeout_secs: Some(1), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(1, 1));
    let mut connection = TcpStream::connect(server.address).expect("a connection");
    connection.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    connection
        .write_all(b"POST /v1/analyses HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nbeginning")
        .expect("sent");
    let mut answer = [0; 12];
    std::io::Read::read_exact(&mut connection, &mut answer).expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 504");
}
