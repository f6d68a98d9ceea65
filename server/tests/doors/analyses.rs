//! `/v1/analyses`: the contract, the same wherever the pictures are read.

use serde_json::json;
use vision_core::Report;

use super::support::{PLACES, Place, Server, form, picture, report};

#[test]
fn an_analysis_is_made_seen_again_listed_and_deleted_by_its_owner() {
    for place in PLACES {
        let server = Server::start(place);
        let (mut owner, mut other) = (server.client(), server.client());

        let made = owner.analyze(picture::GOOD);
        assert_eq!(made.status, 201, "{place:?} {}", made.text());
        let id = made.json()["id"].as_str().expect("an id").to_owned();
        assert_eq!(made.header("location"), Some(format!("/v1/analyses/{id}").as_str()));
        assert_eq!(made.header("x-analyses-remaining"), Some("9"));
        assert_eq!(made.header("x-analyses-limit"), Some("10"));
        assert_eq!(made.json()["picture_kept"], json!(false));
        let back: Report = serde_json::from_value(made.json()).expect("the report's own fields");
        let mut expected = report();
        expected.receipt.profile = vision_core::report::Profile::Authority;
        expected.image.bytes = picture::GOOD.len() as u64;
        assert_eq!(back, expected, "{place:?}");

        assert_eq!(owner.get(&format!("/v1/analyses/{id}")).json(), made.json());
        let list = owner.get("/v1/analyses").json();
        assert_eq!(list["analyses"][0]["id"], json!(id));
        assert_eq!(list["analyses"][0]["main"], json!("A cat."));

        assert_eq!(other.get(&format!("/v1/analyses/{id}")).code(), "not_found");
        assert_eq!(other.delete(&format!("/v1/analyses/{id}")).code(), "not_found");
        assert_eq!(other.get("/v1/analyses").json()["analyses"], json!([]));

        assert_eq!(owner.delete(&format!("/v1/analyses/{id}")).status, 204);
        assert_eq!(owner.get(&format!("/v1/analyses/{id}")).status, 404);
        assert_eq!(owner.delete(&format!("/v1/analyses/{id}")).status, 404);
    }
}

#[test]
fn a_form_is_as_good_as_a_body() {
    let server = Server::start(Place::Here);
    for field in ["image", "file", "picture"] {
        let (kind, body) = form(field, picture::GOOD);
        let reply = server.client().post("/v1/analyses", &kind, &body);
        assert_eq!(reply.status, 201, "{field}: {}", reply.text());
        assert_eq!(reply.json()["image"]["bytes"], json!(picture::GOOD.len()));
    }
    let (kind, body) = form("note", picture::GOOD);
    assert_eq!(server.client().post("/v1/analyses", &kind, &body).code(), "missing_field");
    let (kind, body) = form("image", b"");
    assert_eq!(server.client().post("/v1/analyses", &kind, &body).code(), "missing_field");
    let (kind, body) = form("image", picture::GOOD);
    let cut = server.client().post("/v1/analyses", &kind, &body[..body.len() - 20]);
    assert_eq!((cut.status, cut.code().as_str()), (400, "bad_input"));
    assert_eq!(server.client().post("/v1/analyses", "multipart/form-data", b"x").code(), "bad_input");
}

#[test]
fn what_the_address_asks_for_is_done() {
    for place in PLACES {
        let server = Server::start(place);
        let reply = server.client().post("/v1/analyses?profile=preview&tasks=tags,faces", "image/png", picture::GOOD);
        assert_eq!(reply.json()["receipt"]["profile"], json!("preview"), "{place:?}");
    }
}

#[test]
fn a_picture_is_kept_only_if_asked_and_goes_with_its_report() {
    let server = Server::start(Place::Here);
    let mut owner = server.client();
    let forgotten = owner.analyze(picture::GOOD).json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(owner.get(&format!("/v1/analyses/{forgotten}/picture")).status, 404);

    let kept = owner.post("/v1/analyses?keep=true", "image/jpeg", picture::GOOD).json();
    assert_eq!(kept["picture_kept"], json!(true));
    let address = format!("/v1/analyses/{}", kept["id"].as_str().expect("an id"));
    let fetched = owner.get(&format!("{address}/picture"));
    assert_eq!((fetched.status, fetched.body.as_slice()), (200, picture::GOOD));
    assert_eq!(fetched.header("content-type"), Some("image/jpeg"));
    assert_eq!(server.client().get(&format!("{address}/picture")).status, 404);

    let folder = server.data.path().join("pictures");
    let files = || std::fs::read_dir(&folder).expect("the folder of pictures").count();
    assert_eq!(files(), 1);
    assert_eq!(owner.delete(&address).status, 204);
    assert_eq!(files(), 0);
}

#[test]
fn the_list_comes_in_pages_the_newest_first() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let made: Vec<_> = (0..5).map(|_| client.analyze(picture::GOOD).json()["id"].clone()).collect();
    let (mut seen, mut address) = (Vec::new(), "/v1/analyses?limit=2".to_owned());
    loop {
        let page = client.get(&address).json();
        seen.extend(page["analyses"].as_array().expect("a list").iter().map(|line| line["id"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        address = format!("/v1/analyses?limit=2&before={next}");
    }
    seen.reverse();
    assert_eq!(seen, made);
}

#[test]
fn the_models_are_listed_wherever_they_are() {
    for place in PLACES {
        let server = Server::start(place);
        let models = server.client().get("/v1/models").json();
        assert_eq!(models["models"][0]["name"], json!("stand-in"), "{place:?}");
        assert_eq!(models["models"][0]["profiles"], json!(["preview", "authority"]));
        assert_eq!(models["models"][0]["loaded"], json!(true));
    }
}

#[test]
fn old_results_go_by_themselves() {
    let server = Server::start(Place::Here);
    let mut client = server.client();
    let id = client.post("/v1/analyses?keep=true", "image/jpeg", picture::GOOD).json()["id"].clone();
    let address = format!("/v1/analyses/{}", id.as_str().expect("an id"));
    let day_ms = 24 * 3600 * 1000;
    let now = server::service::Moment::now().0;
    let sweep = |days: i64| {
        let moment = server::service::Moment(now + days * day_ms);
        server.runtime().block_on(server.service.sweep(moment)).expect("swept");
    };
    sweep(29);
    assert_eq!(client.get(&address).status, 200);
    sweep(31);
    assert_eq!(client.get(&address).status, 404);
    assert_eq!(std::fs::read_dir(server.data.path().join("pictures")).expect("a folder").count(), 0);
}
