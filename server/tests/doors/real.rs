//! Real models and real pictures: over HTTP and over gRPC the report is the one that the core gives.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use server::config::ServeOptions;
use server::models::{Executor, ModelStore};
use server::vision::grpc::Service;
use server::vision::run::{Reflection, run};
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

#[test]
fn every_door_gives_the_cores_report() {
    let local = start::local(ModelStore::open(), limits(2, 16), Executor::default()).expect("threads").local;
    let service = Service::new(local.clone(), Intake::new(0), Duration::from_secs(60));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let address = listener.local_addr().expect("bound");
    runtime.spawn(run(listener, service, Reflection::Off, CancellationToken::new()));
    let caller = Caller::new(address);
    let data = || Arc::new(tempfile::tempdir().expect("a folder for the test"));
    let options = || ServeOptions { anonymous_analyses: Some(100), ..ServeOptions::default() };
    let here = Server::on(Arc::new(local), None, options(), Arc::new(StandIn::default()), data());
    let remote = {
        let _inside = runtime.enter();
        Arc::new(super::support::remote(address))
    };
    let there = Server::on(remote, None, options(), Arc::new(StandIn::default()), data());

    for name in ["cat_chelsea.png", "rocket.jpg", "shapes.png"] {
        let picture = std::fs::read(pictures().join(name)).expect("the pictures lie beside the checkout");
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
