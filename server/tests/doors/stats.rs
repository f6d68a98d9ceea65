//! An account in numbers: counted as it happens, its own and nobody else's.

use serde_json::json;
use server::service::Moment;

use super::support::{Place, Server, picture};

#[test]
fn everything_that_happens_is_counted() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let empty = olena.get("/v1/stats").json();
    assert_eq!((&empty["analyses"], &empty["mean_ms"]), (&json!(0), &json!(null)));
    for _ in 0..3 {
        assert_eq!(olena.analyze(picture::GOOD).status, 201);
    }
    olena.analyze(picture::BAD);
    server.client().analyze(picture::GOOD);
    let mut taras = server.person("taras").client;
    taras.analyze(picture::GOOD);

    let stats = olena.get("/v1/stats").json();
    assert_eq!((&stats["analyses"], &stats["failures"]), (&json!(3), &json!(1)));
    assert_eq!(stats["bytes"], json!(3 * picture::GOOD.len()));
    assert_eq!(stats["errors"], json!([{ "name": "bad_file", "analyses": 1 }]));
    assert_eq!(stats["formats"], json!([{ "name": "jpeg", "analyses": 3 }]));
    assert!(stats["mean_ms"].is_f64() && stats["p95_ms"].is_f64());
    let periods = stats["periods"].as_array().expect("periods");
    assert_eq!((periods.len(), &periods[29]["analyses"], &periods[29]["failures"]), (30, &json!(3), &json!(1)));
    for (per, count) in [("week", 26..=27), ("month", 12..=13)] {
        let stats = olena.get(&format!("/v1/stats?per={per}")).json();
        let periods = stats["periods"].as_array().expect("periods");
        assert!(count.contains(&periods.len()), "{per}: {}", periods.len());
        assert_eq!(periods.last().map(|last| &last["analyses"]), Some(&json!(3)));
    }
    assert_eq!(olena.get("/v1/stats?per=year").code(), "bad_input");
    assert_eq!(server.client().get("/v1/stats").code(), "unauthenticated");

    // What is deleted stays counted.
    let list = olena.get("/v1/analyses").json();
    let id = list["analyses"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(olena.delete(&format!("/v1/analyses/{id}")).status, 204);
    assert_eq!(olena.get("/v1/stats").json()["analyses"], 3);

    let chart = olena.get("/v1/stats/chart.svg");
    assert_eq!(chart.header("content-type"), Some("image/svg+xml"));
    assert!(chart.text().starts_with("<svg") && chart.text().contains("3 analyses"), "{}", chart.text());
}

#[test]
fn of_each_kind_the_most_frequent_names_are_told() {
    let server = Server::start(Place::Here);
    let mut olena = server.person("olena").client;
    let account = olena.get("/v1/token/validation").json()["account_id"].as_str().expect("an id").to_owned();
    server.runtime().block_on(async {
        for (kind, number) in (0..25).flat_map(|number| [("tag", number), ("object", number)]) {
            let sql = "INSERT INTO stats_names (account_id, kind, name, analyses) VALUES ($1, $2, $3, $4)";
            let pool = server.service.store().database.pool();
            let insert = sqlx::query(sql).bind(&account).bind(kind).bind(format!("{kind} {number}"));
            insert.bind(i64::from(number / 2)).execute(pool).await.expect("inserted");
        }
    });
    let stats = olena.get("/v1/stats").json();
    for (kind, list) in [("tag", "tags"), ("object", "objects")] {
        let told = stats[list].as_array().expect("a list");
        assert_eq!(told.len(), 20, "{told:?}");
        assert_eq!(told[0], json!({ "name": format!("{kind} 24"), "analyses": 12 }));
        assert_eq!(told[1], json!({ "name": format!("{kind} 22"), "analyses": 11 }), "by name where they are as many");
        assert_eq!(told[2]["name"], format!("{kind} 23"));
    }
}

#[test]
fn days_are_those_of_where_one_lives() {
    let server = Server::start(Place::Here);
    // No two of them have the same day at any time.
    for (name, zone, hours) in [("olena", "Pacific/Kiritimati", 14), ("taras", "Pacific/Pago_Pago", -11)] {
        let mut client = server.person(name).client;
        assert_eq!(client.send("PATCH", "/v1/profile", &json!({ "time_zone": zone })).status, 200);
        assert_eq!(client.analyze(picture::GOOD).status, 201);
        let today = Moment(Moment::now().0 + hours * 3_600_000).day();
        let periods = client.get("/v1/stats").json()["periods"].as_array().expect("periods").clone();
        let last = periods.last().expect("one");
        assert_eq!((&last["from"], &last["analyses"]), (&json!(today), &json!(1)), "{zone}");
    }
}
