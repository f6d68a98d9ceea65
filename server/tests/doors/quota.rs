//! Ten analyses a visitor: exactly, in parallel, across restarts, with the cookie and without.

use std::io::Write as _;
use std::net::TcpStream;

use server::config::ServeOptions;

use super::support::{Client, PLACES, Place, Server, eventually, limits, picture};

fn remaining(client: &mut Client) -> u64 {
    client.get("/v1/quota").json()["remaining"].as_u64().expect("a number")
}

/// How many of so many parallel requests were done; all others must have been refused for the quota.
fn parallel(client: &Client, requests: usize) -> usize {
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = || client.clone().analyze(picture::GOOD);
        let threads: Vec<_> = (0..requests).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).map(|reply| reply.status).collect()
    });
    assert!(statuses.iter().all(|status| [201, 429].contains(status)), "{statuses:?}");
    statuses.iter().filter(|&&status| status == 201).count()
}

#[test]
fn of_fifty_parallel_requests_exactly_ten_are_done() {
    for place in PLACES {
        let server = Server::start(place);
        assert_eq!(parallel(&server.client(), 50), 10, "{place:?} without a cookie");
        let server = Server::start(place);
        let mut known = server.client();
        known.get("/");
        assert!(known.cookie.is_some(), "the page gives a cookie");
        assert_eq!(parallel(&known, 50), 10, "{place:?} with a cookie");
    }
}

#[test]
fn the_eleventh_is_told_what_to_do() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    for left in (0..10).rev() {
        let reply = client.analyze(picture::GOOD);
        assert_eq!((reply.status, reply.header("x-analyses-remaining")), (201, Some(left.to_string().as_str())));
        assert_eq!(remaining(&mut client), left);
    }
    let refused = client.analyze(picture::GOOD);
    assert_eq!((refused.status, refused.code().as_str()), (429, "request_limit"));
    assert!(refused.text().contains("your own device"), "{}", refused.text());
    assert_eq!(remaining(&mut client), 0);
}

#[test]
fn what_fails_does_not_count() {
    for place in PLACES {
        let server = Server::start(place);
        let mut client = server.client();
        for bad in [picture::BAD, picture::LATE, picture::PANIC, b""] {
            client.analyze(bad);
        }
        assert_eq!(remaining(&mut client), 10, "{place:?} without a cookie");
        assert_eq!(client.analyze(picture::GOOD).status, 201);
        client.analyze(picture::BAD);
        assert_eq!(remaining(&mut client), 9, "{place:?} with a cookie");
    }
}

#[test]
fn a_picture_that_never_arrives_is_held_while_it_comes_and_no_longer() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let mut connection = TcpStream::connect(server.address).expect("a connection");
    // More than is taken in before the request is looked at.
    let head = "POST /v1/analyses HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n";
    connection.write_all(head.as_bytes()).and_then(|()| connection.write_all(&[0; 1000])).expect("sent");
    eventually("it is held", || remaining(&mut client) == 9);
    drop(connection);
    eventually("it has come back", || remaining(&mut client) == 10);
    // One that has arrived and is refused is given back before the refusal is told.
    let too_large = format!("POST /v1/analyses HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n", 1_u64 << 40);
    let mut connection = TcpStream::connect(server.address).expect("a connection");
    connection.write_all(too_large.as_bytes()).expect("sent");
    connection.shutdown(std::net::Shutdown::Write).expect("shut");
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut connection, &mut answer).expect("read");
    assert!(answer.contains("too_large"), "{answer}");
    assert_eq!(remaining(&mut client), 10);
}

#[test]
fn the_count_survives_a_restart() {
    let first = Server::start(Place::Here);
    let mut client = first.client();
    for _ in 0..7 {
        assert_eq!(client.analyze(picture::GOOD).status, 201);
    }
    let cookie = client.cookie.clone();
    let data = first.stop();
    let second = Server::again(Place::Here, ServeOptions::default(), limits(2, 100), data);
    let mut known = second.client();
    known.cookie = cookie;
    assert_eq!(remaining(&mut known), 3);
    assert_eq!(remaining(&mut second.client()), 3, "and without the cookie too");
}

#[test]
fn dropping_the_cookie_gives_nothing_back() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    client.get("/");
    for _ in 0..6 {
        assert_eq!(client.analyze(picture::GOOD).status, 201);
    }
    client.cookie = None;
    assert_eq!(remaining(&mut client), 4, "a program without cookies");
    client.get("/");
    assert_eq!(remaining(&mut client), 4, "a browser that has opened the page anew");
    for _ in 0..4 {
        assert_eq!(client.analyze(picture::GOOD).status, 201);
        client.cookie = None;
    }
    assert_eq!(client.analyze(picture::GOOD).status, 429);
    client.get("/");
    assert_eq!(client.analyze(picture::GOOD).status, 429);
    client.cookie = Some("iia_visitor=00000000000000000000000000000000.0.AAAA".into());
    assert_eq!(client.analyze(picture::GOOD).status, 429, "a cookie that we did not sign");
}

#[test]
fn pupils_behind_one_address_have_ten_each_within_the_bound_of_the_network() {
    let options = ServeOptions { network_analyses: Some(25), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let mut pupils: Vec<Client> = (0..3).map(|_| server.client()).collect();
    for pupil in &mut pupils {
        pupil.get("/");
    }
    let done: Vec<usize> = pupils.iter().map(|pupil| parallel(pupil, 12)).collect();
    assert_eq!(done, [10, 10, 5]);
}

#[test]
fn visitors_of_other_networks_are_not_concerned() {
    let options = ServeOptions { address_header: Some("x-forwarded-for".into()), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    let from = |address: &str| server.client().with("x-forwarded-for", address);
    assert_eq!(parallel(&from("203.0.113.1"), 12), 10);
    assert_eq!(parallel(&from("203.0.113.1"), 1), 0);
    assert_eq!(parallel(&from("203.0.113.2"), 12), 10);
    assert_eq!(parallel(&from("2001:db8::1"), 12), 10);
    assert_eq!(parallel(&from("2001:db8::2"), 1), 0, "the same subscriber's prefix");
}

#[test]
fn the_number_is_a_setting() {
    let options = ServeOptions { anonymous_analyses: Some(2), ..ServeOptions::default() };
    let server = Server::with(Place::Here, options, limits(2, 100));
    assert_eq!(parallel(&server.client(), 5), 2);
    let refused = server.client().analyze(picture::GOOD);
    assert!(refused.json()["detail"].as_str().is_some_and(|detail| detail.contains("the 2 free analyses")));
}
