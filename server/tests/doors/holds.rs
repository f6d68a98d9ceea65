//! What is held of the anonymous analyses: by several gateways on one database, and by one that never comes back to it.

use std::path::Path;

use server::config::ServeOptions;
use server::service::Moment;
use server::store::Store;
use server::store::analyses::{Findable, StoredAnalysis};
use server::store::quota::{Charge, ChargeBy, QuotaLimits};
use uuid::Uuid;

use super::support::{Place, Server, database, limits, picture};

const ONE: QuotaLimits = QuotaLimits { per_visitor: 1, per_network: 300, window_ms: 86_400_000 };

#[test]
fn a_gateway_that_starts_leaves_alone_what_others_hold() {
    let first = Server::with(Place::Here, ServeOptions::default(), limits(10, 100));
    let mut known = first.client();
    known.get("/");
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let slow = || known.clone().analyze(picture::SLOW).status;
        let asking: Vec<_> = (0..10).map(|_| scope.spawn(slow)).collect();
        first.reader.wait_for_running(10);
        let second = first.beside();
        let mut again = second.client();
        again.cookie.clone_from(&known.cookie);
        assert_eq!(again.get("/v1/quota").json()["remaining"], 0);
        assert_eq!(again.analyze(picture::GOOD).code(), "request_limit");
        second.stop();
        assert_eq!(known.clone().analyze(picture::GOOD).code(), "request_limit", "one that ends gives nothing free");
        first.reader.release();
        asking.into_iter().map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(statuses, [201; 10]);
    assert_eq!(known.get("/v1/quota").json()["remaining"], 0);
}

#[test]
fn what_is_never_settled_comes_back_when_its_time_is_over() {
    each_kind(async |store, charge| {
        let hold = store.hold(charge.clone(), ONE, 0, 1000).await.expect("counted").expect("one is left");
        assert_eq!(hold.left, 0);
        assert_eq!(store.left(&charge, ONE, 999).await.expect("counted"), 0);
        assert_eq!(store.hold(charge.clone(), ONE, 999, 2000).await.expect("counted"), None);
        // Its process is gone; nobody has deleted the row yet.
        assert_eq!(store.left(&charge, ONE, 1000).await.expect("counted"), 1);
        let next = store.hold(charge.clone(), ONE, 1000, 2000).await.expect("counted").expect("it came back");
        assert_eq!(store.delete_holds(1500).await.expect("deleted"), 1, "only that whose time is over");
        assert_eq!(store.left(&charge, ONE, 1500).await.expect("counted"), 0);
        store.release(&next).await.expect("released");
        store.release(&hold).await.expect("released too late");
        assert_eq!(store.left(&charge, ONE, 1500).await.expect("counted"), 1, "given back once");
    });
}

#[test]
fn what_is_settled_after_its_time_counts_once() {
    let three = QuotaLimits { per_visitor: 3, ..ONE };
    each_kind(async |store, charge| {
        let late = store.hold(charge.clone(), three, 0, 1000).await.expect("counted").expect("three are left");
        store.delete_holds(1000).await.expect("deleted");
        let next = store.hold(charge.clone(), three, 1001, 2000).await.expect("counted").expect("it came back");
        assert_eq!(next.left, 2);
        let analysis = analysis();
        store.settle(&late, &analysis, &Findable::default()).await.expect("stored");
        assert_eq!(store.left(&charge, three, 1002).await.expect("counted"), 1);
        assert!(store.settle(&late, &analysis, &Findable::default()).await.is_err(), "a report is stored once");
        store.settle(&next, &self::analysis(), &Findable::default()).await.expect("stored");
        assert_eq!(store.left(&charge, three, 1002).await.expect("counted"), 1);
    });
}

#[test]
fn counts_that_were_deleted_in_between_begin_anew() {
    each_kind(async |store, charge| {
        let hold = store.hold(charge.clone(), ONE, 0, i64::MAX).await.expect("counted").expect("one is left");
        store.delete_counts(1, 1).await.expect("deleted");
        store.settle(&hold, &analysis(), &Findable::default()).await.expect("stored");
        assert_eq!(store.left(&charge, ONE, 1).await.expect("counted"), 0);
    });
}

/// With a visitor who has a cookie and one who has none, each in a database of their own.
fn each_kind(check: impl AsyncFn(&Store, Charge)) {
    for by in [ChargeBy::Visitor { began_at: 0 }, ChargeBy::Network] {
        let data = tempfile::tempdir().expect("a folder for the test");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        runtime.block_on(async {
            let store = open(data.path()).await;
            check(&store, Charge { visitor: Uuid::now_v7(), network: "n".into(), by }).await;
            store.close().await;
        });
    }
}

async fn open(folder: &Path) -> Store {
    let url = database::of(folder).await;
    Store::open(folder, url.as_deref()).await.expect("made")
}

fn analysis() -> StoredAnalysis {
    let created_at_ms = Moment::now().0;
    StoredAnalysis { id: Uuid::now_v7(), created_at_ms, title: None, report: "{}".into(), picture_bytes: 0 }
}
