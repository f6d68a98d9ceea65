//! Told to stop: what runs is finished, nothing new is taken.

use std::net::TcpStream;

use server::vision::run::Reflection;

use super::grpc::{Caller, outcome};
use super::support::{PLACES, Server, StandIn, eventually, limits, picture, vision_service};

#[test]
fn a_running_analysis_is_finished_and_no_new_one_taken() {
    for place in PLACES {
        let server = Server::start(place);
        let mut client = server.client();
        let asking = std::thread::spawn(move || client.analyze(picture::SLOW));
        server.reader.wait_for_running(1);
        server.tell_to_stop();
        eventually("the door is shut", || TcpStream::connect(server.address).is_err());
        server.reader.release();
        let reply = asking.join().expect("no panic");
        assert_eq!(reply.status, 201, "{place:?} {}", reply.text());
        server.stop();
    }
}

#[test]
fn a_running_call_is_finished_and_the_service_ends() {
    let reader = std::sync::Arc::new(StandIn::default());
    let mut vision = vision_service(reader.clone(), limits(1, 1), Reflection::Off);
    let caller = Caller::new(vision.address);
    let asking = std::thread::spawn(move || outcome(&caller, picture::SLOW));
    reader.wait_for_running(1);
    vision.stop.cancel();
    reader.release();
    assert!(asking.join().expect("no panic").is_ok());
    vision.runtime.block_on(&mut vision.serving).expect("no panic").expect("no failure");
}
