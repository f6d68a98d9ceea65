//! The executable itself: starts, tells its settings, stops on a signal, refuses settings that make no sense.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::support::{Client, picture, secrets};

fn iia() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iia"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("IIA_") && name != "IIA_MODELS") {
        command.env_remove(name);
    }
    command
}

/// Ends with the test, also with one that fails: what goes on running holds the output that whoever runs the tests waits for.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts and reads from the log where it listens.
fn start(mut command: Command) -> (Running, SocketAddr) {
    command.args(["--log-format", "json"]).stderr(Stdio::piped());
    let mut child = command.spawn().expect("started");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let address = lines
        .by_ref()
        .map_while(Result::ok)
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(&line).ok())
        .find_map(|line| line["address"].as_str().and_then(|address| address.parse().ok()))
        .expect("it says where it listens");
    // What is logged later must not fill the pipe.
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| secrets::logged(&line)));
    (Running(child), address)
}

/// An address that nobody listens on a moment ago.
fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address")
}

#[cfg(unix)]
fn terminate(mut running: Running) -> Option<i32> {
    let child = &mut running.0;
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().expect("kill");
    assert!(told.success());
    let patience = Instant::now() + Duration::from_secs(20);
    loop {
        match child.try_wait().expect("its state") {
            Some(status) => return status.code(),
            None if Instant::now() > patience => panic!("it does not stop"),
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_gateway_before_a_vision_service_start_and_stop_on_a_signal() {
    let data = tempfile::tempdir().expect("a folder for the test");
    let mut vision = iia();
    let meters = free_address();
    vision.args(["vision", "--listen", "127.0.0.1:0", "--threads", "1", "--metrics-listen", &meters.to_string()]);
    let (vision, vision_address) = start(vision);
    let mut serve = iia();
    serve.args(["serve", "--listen", "127.0.0.1:0", "--vision", &format!("http://{vision_address}"), "--data"]);
    serve.arg(data.path());
    let (serve, address) = start(serve);
    let mut client = Client::new(address);
    assert_eq!(client.get("/readyz").status, 200);
    assert_eq!(client.analyze(picture::BAD).code(), "unsupported_format");
    let shapes = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../golden/shapes.png")).expect("a picture");
    assert_eq!(client.analyze(&shapes).status, 201);
    let told = String::from_utf8_lossy(&Client::new(meters).get("/metrics").body).into_owned();
    for line in ["iia_queue_seconds_count 2", "iia_analysis_seconds_count 2"] {
        assert!(told.lines().any(|metered| metered == line), "{line} in\n{told}");
    }
    let metered = |start: &str, labels: &[&str]| -> Vec<f64> {
        let lines =
            told.lines().filter(|line| line.starts_with(start) && labels.iter().all(|label| line.contains(label)));
        lines.filter_map(|line| line.rsplit(' ').next()?.parse().ok()).collect()
    };
    assert!(!metered("iia_model_seconds_count{", &["model=", r#"engine="cpu""#]).is_empty(), "{told}");
    assert!(metered("iia_model_seconds_count{", &[r#"engine="gpu""#]).is_empty(), "{told}");
    assert!(!metered("iia_batch_size_sum{", &["model="]).is_empty(), "{told}");
    // Models have some hundred thousand weights at the least, and nothing lies on a GPU.
    let held = metered("iia_model_bytes{", &["model=", r#"place="cpu""#]);
    assert!(!held.is_empty() && held.iter().all(|bytes| (1e5..1e9).contains(bytes)), "{told}");
    assert!(metered("iia_model_bytes{", &[r#"place="gpu""#]).iter().all(|bytes| *bytes == 0.0), "{told}");
    #[cfg(target_os = "linux")]
    assert!(told.contains("process_resident_memory_bytes "), "{told}");
    assert_eq!(terminate(serve), Some(0));
    assert_eq!(terminate(vision), Some(0));
}

#[test]
fn the_settings_in_force_are_told_and_can_be_given_back() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    std::fs::write(folder.path().join("iia.toml"), "[serve]\nthreads = 3\nqueue = 4\nkeep_days = 5\n")
        .expect("written");
    let mut command = iia();
    command.current_dir(folder.path()).args(["serve", "--print-config", "--threads", "7"]).env("IIA_QUEUE", "6");
    let output = command.output().expect("started");
    let text = String::from_utf8_lossy(&output.stdout);
    for line in ["threads = 7", "queue = 6", "keep_days = 5", "anonymous_analyses = 10"] {
        assert!(text.lines().any(|printed| printed == line), "{line} in\n{text}");
    }
}

#[test]
fn settings_that_make_no_sense_are_told_at_the_start() {
    let cases: [&[&str]; 4] = [
        &["serve", "--threads", "0"],
        &["serve", "--vision", "nowhere"],
        &["serve", "--config", "/no/such/file.toml"],
        &["vision", "--analysis-timeout-secs", "0"],
    ];
    for arguments in cases {
        let output = iia().args(arguments).output().expect("started");
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.starts_with("error: ") && told.lines().count() == 1, "{arguments:?}: {told}");
    }
}
