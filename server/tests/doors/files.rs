//! What the browser loads: the manifest and its models, cached by their hash; health and metrics beside them.

use serde_json::Value;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::{Engine as _, Precision, Tensor};
use vision_core::report::Profile;

use super::support::{Place, Server, picture};

#[test]
fn the_manifest_is_the_one_that_the_server_uses() {
    let server = Server::start(Place::Here);
    let reply = server.client().get("/models/manifest.json");
    let mut manifest: vision_core::manifest::Manifest = serde_json::from_value(reply.json()).expect("the manifest");
    for model in &mut manifest.models {
        let plan = model.plan.take();
        assert_eq!(plan.is_some(), model.profiles.contains(&Profile::Preview), "{}", model.name);
    }
    assert_eq!(manifest, *server::models::manifest::built_in());
}

#[test]
fn what_the_browser_gets_is_a_plan_that_runs() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let reply = client.get("/models/manifest.json");
    let manifest: vision_core::manifest::Manifest = serde_json::from_value(reply.json()).expect("the manifest");
    for model in manifest.of_profile(Profile::Preview) {
        let plan = model.plan.as_ref().expect("the models must be at hand for this test");
        let bytes = client.get(&format!("/models/{}?v={}", plan.file, plan.sha256)).body;
        assert!(plan.bytes <= model.bytes * 11 / 10, "{}: {} of {} bytes", model.name, plan.bytes, model.bytes);
        let shape = model.input.shape();
        let loaded = CpuEngine::default().load(&bytes, shape, Precision::Full).expect("the plan is sound");
        let input = Tensor { shape: shape.to_vec(), data: vec![0.5; shape.iter().product()] };
        let outputs = loaded.run(&[input]).expect("it runs");
        assert!(outputs.iter().all(|output| output.data.iter().all(|value| value.is_finite())), "{}", model.name);
    }
}

#[test]
fn a_model_is_sent_whole_in_part_or_not_at_all() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let manifest = client.get("/models/manifest.json").json();
    let of_profile = |wanted: &str| {
        let models = manifest["model"].as_array().expect("models").iter();
        let mut found =
            models.filter(|model| model["profiles"].as_array().is_some_and(|all| all.contains(&Value::from(wanted))));
        found.next().expect("a model").clone()
    };
    let model = of_profile("preview");
    let model = &model["plan"];
    let address = format!("/models/{}", model["file"].as_str().expect("a file"));
    let sha256 = model["sha256"].as_str().expect("a hash");

    let whole = client.get(&format!("{address}?v={sha256}"));
    assert_eq!(whole.status, 200, "the models must be at hand for this test: {}", whole.text());
    assert_eq!(whole.body.len() as u64, model["bytes"].as_u64().expect("a size"));
    assert_eq!(whole.header("cache-control"), Some("public, max-age=31536000, immutable"));
    let tag = whole.header("etag").expect("a tag").to_owned();
    assert_eq!(tag, format!("\"{sha256}\""));

    let plain = client.clone().with("accept-encoding", "gzip").get(&address);
    assert_eq!((plain.header("cache-control"), plain.header("content-encoding")), (Some("no-cache"), None));
    let part = client.clone().with("range", "bytes=10-19").get(&address);
    assert_eq!((part.status, part.body.as_slice()), (206, &whole.body[10..20]));
    let held = client.clone().with("if-none-match", &tag).get(&address);
    assert_eq!((held.status, held.body.len()), (304, 0));
}

#[test]
fn only_the_browsers_models_are_given_out() {
    let server = Server::start(Place::Here);
    let manifest = server::models::manifest::built_in();
    let browsers =
        |name: &str| manifest.models.iter().any(|m| m.name == name && m.profiles.contains(&Profile::Preview));
    let other = manifest
        .models
        .iter()
        .find(|model| !browsers(&model.name) && !model.fallback_for.as_deref().is_some_and(browsers));
    let other = other.expect("a model for the server alone");
    for name in [other.file.clone(), format!("{}.plan", other.file), "picodet_s_416_coco.w16.onnx".into()] {
        assert_eq!(server.client().get(&format!("/models/{name}")).code(), "no_such_model", "{name}");
    }
    for path in ["/models/..%2fmanifest.toml", "/models/%2e%2e/Cargo.toml", "/models/"] {
        assert_eq!(server.client().get(path).status, 404, "{path}");
    }
}

#[test]
fn what_was_done_is_counted() {
    for place in super::support::PLACES {
        let server = Server::start(place);
        let mut client = server.client();
        client.analyze(picture::GOOD);
        client.analyze(picture::BAD);
        let reply = client.get("/metrics");
        assert_eq!(reply.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
        let text = reply.text();
        for line in [
            "iia_analyses_total{outcome=\"done\"}",
            "iia_analyses_total{outcome=\"bad_file\"}",
            "iia_http_requests_total{method=\"POST\",route=\"/v1/analyses\",status=\"201\"}",
            "iia_http_request_seconds_bucket",
            "iia_analysis_seconds_count",
            "iia_stage_seconds_bucket{stage=\"decode\"",
            "iia_analyses_running",
            "iia_analyses_waiting",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }
}

#[test]
fn the_process_says_that_it_lives_and_can_work() {
    for place in super::support::PLACES {
        let server = Server::start(place);
        assert_eq!(server.client().get("/healthz").text(), "ok\n");
        assert_eq!(server.client().get("/readyz").text(), "ready\n", "{place:?}");
    }
}
