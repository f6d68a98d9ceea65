//! Downloads against a real server on the loopback: whole, resumed, wrong, absent.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use super::*;
use crate::models::manifest;
use crate::models::places::{Place, PlaceKind};

const CONTENTS: &[u8] = b"the weights of a very small model";

/// Serves `CONTENTS` so many times, with ranges; gives its address and the ranges that were asked for.
fn serve(times: usize) -> (String, thread::JoinHandle<Vec<Option<usize>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/model.onnx", listener.local_addr().expect("an address"));
    let served = thread::spawn(move || (0..times).map(|_| answer(&listener)).collect());
    (address, served)
}

fn answer(listener: &TcpListener) -> Option<usize> {
    let (mut stream, _) = listener.accept().expect("a caller");
    let lines = BufReader::new(stream.try_clone().expect("a second handle")).lines().map_while(Result::ok);
    let head: Vec<String> = lines.take_while(|l| !l.is_empty()).collect();
    let range =
        head.iter().find_map(|l| l.to_lowercase().strip_prefix("range: bytes=")?.strip_suffix('-')?.parse().ok());
    let (status, body) = match range {
        Some(from) => ("206 Partial Content", &CONTENTS[from..]),
        None => ("200 OK", CONTENTS),
    };
    write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len()).expect("sent");
    stream.write_all(body).expect("sent");
    range
}

/// A store of one model with these sources, whose cache is `folder`.
fn store(folder: &Path, sources: Vec<Source>) -> ModelStore {
    let mut manifest = (*manifest::built_in()).clone();
    manifest.models.truncate(1);
    let spec = &mut manifest.models[0];
    (spec.bytes, spec.sha256, spec.sources) = (CONTENTS.len() as u64, sha256_hex(CONTENTS), sources);
    let cache = Place { kind: PlaceKind::Cache, folder: folder.to_path_buf() };
    ModelStore::with_places(Arc::new(manifest), vec![cache])
}

#[test]
fn a_download_goes_on_where_it_broke_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, served) = serve(1);
    let store = store(folder.path(), vec![Source::Address { url }]);
    let spec = &store.manifest().models[0];
    fs::write(folder.path().join(format!("{}.part", spec.file)), &CONTENTS[..10]).expect("written");
    fetch(&store, spec, &Quiet).expect("fetched");
    assert_eq!(store.read(spec).expect("landed"), CONTENTS);
    assert_eq!(served.join().expect("served"), [Some(10)]);
    // A second fetch finds it there and asks nobody.
    fetch(&store, spec, &Quiet).expect("there");
}

#[test]
fn a_wrong_beginning_does_not_land_and_does_not_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let (url, served) = serve(2);
    let store = store(folder.path(), vec![Source::Address { url }]);
    let spec = &store.manifest().models[0];
    fs::write(folder.path().join(format!("{}.part", spec.file)), b"something").expect("written");
    let error = fetch(&store, spec, &Quiet).expect_err("wrong contents").to_string();
    assert!(error.contains("other contents"), "{error}");
    assert!(!folder.path().join(&spec.file).exists());
    fetch(&store, spec, &Quiet).expect("the next try starts afresh");
    assert_eq!(served.join().expect("served"), [Some(9), None]);
}

#[test]
fn the_next_source_is_tried_and_all_reasons_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let nobody = || {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        Source::Address { url: format!("http://127.0.0.1:{port}/model.onnx") }
    };
    let unreachable = store(folder.path(), vec![nobody(), nobody()]);
    let error = fetch(&unreachable, &unreachable.manifest().models[0], &Quiet).expect_err("nobody").to_string();
    assert_eq!(error.matches("http://127.0.0.1").count(), 2, "{error}");
    let (url, _served) = serve(1);
    let second = store(folder.path(), vec![nobody(), Source::Address { url }]);
    fetch(&second, &second.manifest().models[0], &Quiet).expect("the second source");
}
