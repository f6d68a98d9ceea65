//! Many pictures over one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use proto::v1;
use proto::v1::analyze_many_request::Part;
use proto::v1::analyze_many_response::Outcome;
use server::vision::run::Reflection;
use tonic::{Code, Request, Status};

use super::grpc::{Caller, outcome};
use super::support::{StandIn, eventually, limits, picture, vision_service};

fn start(key: &str) -> v1::AnalyzeManyRequest {
    v1::AnalyzeManyRequest { part: Some(Part::Start(v1::PictureStart { key: key.into(), options: None })) }
}

fn chunk(bytes: &[u8]) -> v1::AnalyzeManyRequest {
    v1::AnalyzeManyRequest { part: Some(Part::Chunk(bytes.to_vec().into())) }
}

/// What came back for each key: `report`, or the code.
fn call(caller: &Caller, messages: Vec<v1::AnalyzeManyRequest>) -> Result<BTreeMap<String, String>, Status> {
    caller.runtime.block_on(async {
        let request = Request::new(futures::stream::iter(messages));
        let mut answers = caller.client().analyze_many(request).await?.into_inner();
        let mut outcomes = BTreeMap::new();
        while let Some(answer) = answers.message().await? {
            let told = match answer.outcome.expect("an outcome") {
                Outcome::Report(_) => "report".to_owned(),
                Outcome::Failure(failure) => failure.code,
            };
            assert_eq!(outcomes.insert(answer.key, told), None, "answered twice");
        }
        Ok(outcomes)
    })
}

#[test]
fn one_that_fails_stops_no_other_and_more_than_there_are_places_wait() {
    let vision = vision_service(Arc::new(StandIn::default()), limits(2, 0), Reflection::Off);
    let caller = Caller::new(vision.address);
    let mut messages = Vec::new();
    for number in 0..40 {
        messages.extend([start(&format!("good {number}")), chunk(b"go"), chunk(b"od")]);
    }
    messages.extend([start("bad"), chunk(picture::BAD), start("panic"), chunk(picture::PANIC), start("empty")]);
    let outcomes = call(&caller, messages).expect("the call as a whole is well");
    assert_eq!(outcomes.len(), 43);
    assert_eq!(outcomes.values().filter(|told| *told == "report").count(), 40);
    assert_eq!((outcomes["bad"].as_str(), outcomes["panic"].as_str()), ("bad_file", "internal"));
    assert_eq!(outcomes["empty"], "bad_file");
}

#[test]
fn a_batch_that_makes_no_sense_is_refused() {
    let vision = vision_service(Arc::new(StandIn::default()), limits(1, 1), Reflection::Off);
    let caller = Caller::new(vision.address);
    for messages in [vec![chunk(b"good")], vec![v1::AnalyzeManyRequest { part: None }]] {
        assert_eq!(call(&caller, messages).expect_err("refused").code(), Code::InvalidArgument);
    }
    assert!(call(&caller, Vec::new()).expect("nothing is no error").is_empty());
}

#[test]
fn a_batch_that_is_dropped_stops_its_work() {
    let reader = Arc::new(StandIn::default());
    let vision = vision_service(reader.clone(), limits(1, 4), Reflection::Off);
    let caller = Caller::new(vision.address);
    caller.runtime.block_on(async {
        let messages = vec![start("quick"), chunk(picture::GOOD), start("slow"), chunk(picture::SLOW)];
        let mut answers = caller
            .client()
            .analyze_many(Request::new(futures::stream::iter(messages)))
            .await
            .expect("accepted")
            .into_inner();
        assert_eq!(answers.message().await.expect("an answer").expect("the first").key, "quick");
        tokio::task::block_in_place(|| reader.wait_for_running(1));
    });
    eventually("the work is cancelled", || reader.cancelled() == 1);
}

#[test]
fn a_batch_leaves_places_to_those_who_ask_for_one_picture() {
    let reader = Arc::new(StandIn::default());
    let vision = vision_service(reader.clone(), limits(1, 4), Reflection::Off);
    let (batch, single) = (Caller::new(vision.address), Caller::new(vision.address));
    let mut messages = vec![start("slow"), chunk(picture::SLOW)];
    for number in 0..20 {
        messages.extend([start(&format!("good {number}")), chunk(picture::GOOD)]);
    }
    let waiting = std::thread::spawn(move || call(&batch, messages));
    reader.wait_for_running(1);
    // All that the batch may hold is held by now or soon; the single picture finds a place in either case.
    let asked = std::thread::spawn(move || outcome(&single, picture::GOOD).map(drop));
    std::thread::sleep(std::time::Duration::from_millis(200));
    reader.release();
    asked.join().expect("no panic").expect("not refused");
    assert_eq!(waiting.join().expect("no panic").expect("the batch is well").len(), 21);
}
