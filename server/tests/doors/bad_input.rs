//! The list of bad inputs through every door: each gets the verdict that the core gives, and nothing is lost or falls over.

use std::sync::Arc;

use server::config::ServeOptions;
use server::models::batching::Reading;
use server::models::manifest;
use server::vision::current::Current;
use server::vision::run::Reflection;
use vision_core::bad_input::{self, Verdict};
use vision_core::engine::tract::TractEngine;
use vision_core::pipeline::Analyzer;
use vision_core::report::Warning;

use super::grpc::{Caller, code, outcome};
use super::support::{Client, Server, StandIn, limits, remote, vision_service};

/// What the core finds out about the file; that no models are loaded here is no news.
fn warnings(all: &[Warning]) -> String {
    let codes: Vec<&str> =
        all.iter().map(|warning| warning.code.as_str()).filter(|code| *code != "model_missing").collect();
    format!("ok {codes:?}")
}

fn over_http(client: &mut Client, picture: &[u8]) -> String {
    let reply = client.analyze(picture);
    if reply.status != 201 {
        return reply.code();
    }
    let report: vision_core::Report = serde_json::from_slice(&reply.body).expect("a report");
    warnings(&report.warnings)
}

fn over_grpc(caller: &Caller, picture: &[u8]) -> String {
    match outcome(caller, picture) {
        Ok((_, report)) => warnings(&report.warnings),
        Err(status) => code(&status),
    }
}

#[test]
fn every_bad_input_gets_the_cores_verdict_at_every_door() {
    let reader = Arc::new(Current::new(Analyzer::new(manifest::built_in(), Box::new(TractEngine)), Reading::default()));
    let vision = vision_service(reader, limits(2, 8), Reflection::Off);
    let caller = Caller::new(vision.address);
    let remote = {
        let _inside = vision.runtime.enter();
        Arc::new(remote(vision.address))
    };
    let options = ServeOptions { anonymous_analyses: Some(10_000), ..ServeOptions::default() };
    let data = Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let server = Server::on(remote, None, options, Arc::new(StandIn::default()), data);
    let mut client = server.client();

    let mut wrong = Vec::new();
    for input in bad_input::all() {
        let expected = match &input.verdict {
            Verdict::Refused(code) => code.to_string(),
            Verdict::Read { warnings } => format!("ok {warnings:?}"),
        };
        for (door, got) in [("HTTP", over_http(&mut client, &input.bytes)), ("gRPC", over_grpc(&caller, &input.bytes))]
        {
            if got != expected {
                wrong.push(format!("{} over {door}: expected {expected}, got {got}", input.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}
