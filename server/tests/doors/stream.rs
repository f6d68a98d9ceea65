//! Server-sent events: the stages in their order, then the report; errors as a status where one can still be sent.

use super::support::{PLACES, Reply, Server, picture};

fn events(reply: &Reply) -> Vec<(String, serde_json::Value)> {
    let blocks = reply.text();
    let blocks = blocks.split("\n\n").filter(|block| block.starts_with("event:"));
    blocks
        .map(|block| {
            let (name, data) = block.split_once('\n').expect("a name and data");
            let data = data.strip_prefix("data:").expect("data").trim();
            (name.trim_start_matches("event:").trim().to_owned(), serde_json::from_str(data).expect("JSON"))
        })
        .collect()
}

#[test]
fn the_stages_come_in_order_and_the_report_last() {
    for place in PLACES {
        let server = Server::start(place);
        let mut client = server.client().with("accept", "text/event-stream");
        let reply = client.analyze(picture::GOOD);
        assert_eq!(reply.status, 200, "{place:?}");
        assert_eq!(reply.header("content-type"), Some("text/event-stream"));
        assert_eq!(reply.header("x-analyses-remaining"), Some("9"));
        let events = events(&reply);
        let names: Vec<&str> = events
            .iter()
            .map(|(name, data)| if name == "stage" { data["stage"].as_str().expect("its name") } else { name })
            .collect();
        assert_eq!(names, ["image", "measures", "tags", "objects", "faces", "description", "report"], "{place:?}");
        let report = &events.last().expect("a report").1;
        let stored = client.get(&format!("/v1/analyses/{}", report["id"].as_str().expect("an id")));
        assert_eq!(&stored.json(), report);
    }
}

#[test]
fn what_fails_at_once_is_a_status_and_what_fails_later_an_event() {
    for place in PLACES {
        let server = Server::start(place);
        let mut client = server.client().with("accept", "text/event-stream");
        let at_once = client.analyze(picture::BAD);
        assert_eq!((at_once.status, at_once.code().as_str()), (422, "bad_file"), "{place:?}");
        let later = client.analyze(picture::LATE);
        assert_eq!(later.status, 200);
        let events = events(&later);
        let (name, problem) = events.last().expect("an error");
        assert_eq!((name.as_str(), problem["code"].as_str()), ("error", Some("truncated_image")));
        assert_eq!(client.get("/v1/quota").json()["remaining"], 10, "neither counts");
    }
}
