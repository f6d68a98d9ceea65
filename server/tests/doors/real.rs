//! Real models and real pictures: over HTTP and over gRPC the report is the one that the core gives.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use server::config::ServeOptions;
use server::models::batching::BatchSettings;
use server::models::{Executor, ModelStore};
use server::vision::grpc::Service;
use server::vision::local::Local;
use server::vision::run::{Manner, run};
use server::vision::{Intake, start};
use tokio_util::sync::CancellationToken;
use vision_core::Report;

use super::grpc::{Caller, outcome};
use super::support::{Server, StandIn, limits};

fn pictures() -> PathBuf {
    let shared = std::env::var_os("IIA_SHARED").map(PathBuf::from);
    shared.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared")).join("images")
}

/// Times differ from run to run; nothing else may.
fn without_times(mut report: Report) -> Report {
    report.timings.clear();
    report
}

fn local(threads: usize, batches: BatchSettings) -> Local {
    start::local(ModelStore::open(), limits(threads, 16), Executor::default(), batches).expect("threads").local
}

fn picture(name: &str) -> Vec<u8> {
    std::fs::read(pictures().join(name)).expect("the pictures lie beside the checkout")
}

const NAMES: [&str; 3] = ["cat_chelsea.png", "rocket.jpg", "shapes.png"];

#[test]
fn pictures_read_together_are_read_as_alone() {
    let threads = NAMES.len();
    let batches = BatchSettings { most: Some(threads), wait: Duration::from_secs(5) };
    let serve = |local| {
        let data = Arc::new(tempfile::tempdir().expect("a folder for the test"));
        Server::on(Arc::new(local), None, ServeOptions::default(), Arc::new(StandIn::default()), data)
    };
    let (together, alone) = (serve(local(threads, batches)), serve(local(1, BatchSettings::default())));
    let ask = |server: &Server, picture: &[u8]| {
        let reply = server.client().analyze(picture);
        assert_eq!(reply.status, 201, "{}", reply.text());
        without_times(serde_json::from_slice(&reply.body).expect("a report"))
    };
    let joined = std::thread::scope(|scope| {
        let asking = NAMES.map(|name| scope.spawn(|| ask(&together, &picture(name))));
        asking.map(|thread| thread.join().expect("an answer"))
    });
    let told = together.client().get("/metrics").text();
    let metered = |of: &str| -> f64 {
        let start = format!("iia_batch_size_{of}{{");
        let lines = told.lines().filter(|line| line.starts_with(&start));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    };
    assert!(metered("sum") > metered("count"), "some pictures were read together\n{told}");
    assert_eq!(joined, NAMES.map(|name| ask(&alone, &picture(name))));
}

#[test]
fn every_door_gives_the_cores_report() {
    let local = local(2, BatchSettings::default());
    let service = Service::new(local.clone(), Intake::new(0), Duration::from_secs(60));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("bound");
    runtime.spawn(run(listener, service, Manner::default(), CancellationToken::new()));
    let caller = Caller::new(address);
    let data = || Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let options = || ServeOptions { anonymous_analyses: Some(100), ..ServeOptions::default() };
    let here = Server::on(Arc::new(local), None, options(), Arc::new(StandIn::default()), data());
    let remote = {
        let _inside = runtime.enter();
        Arc::new(super::support::remote(address))
    };
    let there = Server::on(remote, None, options(), Arc::new(StandIn::default()), data());

    for name in NAMES {
        let picture = picture(name);
        let over_grpc = without_times(outcome(&caller, &picture).expect("a report").1);
        assert!(!over_grpc.receipt.models.is_empty(), "the models must be at hand for this test");
        for server in [&here, &there] {
            let reply = server.client().analyze(&picture);
            assert_eq!(reply.status, 201, "{name} {}", reply.text());
            let over_http: Report = serde_json::from_slice(&reply.body).expect("a report");
            assert_eq!(without_times(over_http), over_grpc, "{name}");
        }
    }
}
