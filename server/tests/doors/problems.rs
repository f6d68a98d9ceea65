//! Errors: the same code at every door, problem+json over HTTP, and nothing inside is shown outside.

use vision_core::limits::MAX_IMAGE_BYTES;

use super::support::{PLACES, Place, Server, picture};

#[test]
fn every_error_is_a_problem_with_its_code() {
    for place in PLACES {
        let server = Server::start(place);
        let post = |path: &str, body: &[u8]| server.client().post(path, "image/jpeg", body);
        let too_large = vec![0; MAX_IMAGE_BYTES + 1];
        let cases = [
            (post("/v1/analyses", picture::BAD), 422, "bad_file"),
            (post("/v1/analyses", b""), 422, "bad_file"),
            (post("/v1/analyses", picture::LATE), 422, "truncated_image"),
            (post("/v1/analyses", &too_large), 413, "too_large"),
            (post("/v1/analyses", picture::PANIC), 500, "internal"),
            (post("/v1/analyses?tasks=everything", picture::GOOD), 400, "bad_input"),
            (post("/v1/analyses?profile=best", picture::GOOD), 400, "bad_input"),
            (post("/v1/analyses?task=tags", picture::GOOD), 400, "bad_input"),
            (post("/v1/analyses?keep=perhaps", picture::GOOD), 400, "bad_input"),
            (server.client().get("/v1/analyses/no-id"), 404, "not_found"),
            (server.client().get("/v1/analyses?limit=many"), 400, "bad_input"),
            (server.client().get("/v1/nothing"), 404, "not_found"),
            (server.client().delete("/v1/quota"), 405, "bad_input"),
            (server.client().get("/models/nothing.onnx"), 404, "no_such_model"),
        ];
        for (reply, status, code) in cases {
            assert_eq!((reply.status, reply.code().as_str()), (status, code), "{place:?} {}", reply.text());
            let problem = reply.json();
            assert_eq!(problem["status"], status);
            assert_eq!(problem["request_id"].as_str(), reply.header("x-request-id"));
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{problem}");
            assert!(!reply.text().contains("panicked"), "a cause was shown: {problem}");
        }
    }
}

#[test]
fn a_request_keeps_the_id_that_its_sender_gave_it() {
    let server = Server::start(Place::Here);
    let reply = server.client().with("x-request-id", "trace-7").get("/healthz");
    assert_eq!(reply.header("x-request-id"), Some("trace-7"));
    let reply = server.client().with("x-request-id", "<script>").get("/healthz");
    assert_ne!(reply.header("x-request-id"), Some("<script>"));
}

#[test]
fn a_vision_service_that_is_away_is_told_and_its_return_noticed() {
    use std::sync::Arc;

    use server::config::ServeOptions;
    use server::vision::run::Reflection;

    use super::support::{StandIn, limits, vision_service};

    let reader = Arc::new(StandIn::default());
    let first = vision_service(reader.clone(), limits(1, 1), Reflection::Off);
    let address = first.address;
    let options = ServeOptions { vision: Some(format!("http://{address}")), ..ServeOptions::default() };
    let data = Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let remote = {
        let _inside = first.runtime.enter();
        Arc::new(super::support::remote(address))
    };
    let server = Server::on(remote, None, options, reader.clone(), data);
    assert_eq!(server.client().get("/readyz").status, 200);

    first.stop.cancel();
    super::support::eventually("the vision service is gone", || server.client().get("/readyz").status == 503);
    let reply = server.client().analyze(picture::GOOD);
    assert_eq!((reply.status, reply.code().as_str()), (503, "unavailable"));
    assert!(reply.header("retry-after").is_some());
    assert_eq!(server.client().get("/healthz").status, 200);
}
