//! A vision service and a gateway of the executable, asked over gRPC and HTTP.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use proto::v1;
use proto::v1::analyze_request::Part;
use proto::v1::analyze_response::Event;
use proto::v1::vision_service_client::VisionServiceClient;
use serde_json::Value;
use tonic::transport::Endpoint;
use vision_core::Report;
use vision_core::limits::MAX_CHUNK_BYTES;
use vision_core::report::Profile;

pub struct Doors {
    vision: Running,
    gateway: Service,
    runtime: tokio::runtime::Runtime,
}

/// A gateway that reads pictures itself.
pub struct Service {
    gateway: Running,
    _data: tempfile::TempDir,
}

/// A process that is stopped when the test ends.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(arguments: &[&str]) -> Running {
    let mut child = Command::new(env!("CARGO_BIN_EXE_iia"))
        .args(arguments)
        .args(["--listen", "127.0.0.1:0", "--log-format", "json"])
        .env("IIA_ANONYMOUS_ANALYSES", "1000")
        .env("IIA_GPU_PRECISION", "full")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the executable starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
    let told = |line: String| serde_json::from_str::<Value>(&line).ok()?["address"].as_str()?.parse().ok();
    let address = lines.find_map(told).expect("it says where it listens");
    // What is logged later must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Running { child, address }
}

impl Doors {
    pub fn open() -> Self {
        let (vision, gateway) = (start(&["vision"]), Service::open(&[]));
        Self { vision, gateway, runtime: tokio::runtime::Runtime::new().expect("a runtime") }
    }

    pub fn http(&self, picture: &[u8], profile: &str) -> Value {
        self.gateway.http(picture, profile)
    }

    pub fn grpc(&self, picture: &[u8], profile: Profile) -> Value {
        let profile = match profile {
            Profile::Preview => v1::Profile::Preview,
            Profile::Authority => v1::Profile::Authority,
        };
        let options = v1::AnalyzeOptions { profile: profile.into(), ..v1::AnalyzeOptions::default() };
        let mut messages = vec![v1::AnalyzeRequest { part: Some(Part::Options(options)) }];
        let chunks = picture.chunks(MAX_CHUNK_BYTES);
        messages.extend(chunks.map(|c| v1::AnalyzeRequest { part: Some(Part::Chunk(c.to_vec().into())) }));
        let report = self.runtime.block_on(async {
            let endpoint = Endpoint::from_shared(format!("http://{}", self.vision.address)).expect("an address");
            let channel = endpoint.connect().await.expect("the vision service listens");
            let mut client = VisionServiceClient::new(channel).max_decoding_message_size(16 << 20);
            let answers = client.analyze(futures::stream::iter(messages)).await.expect("accepted");
            let mut answers = answers.into_inner();
            while let Some(answer) = answers.message().await.expect("answers") {
                if let Some(Event::Report(report)) = answer.event {
                    return Report::try_from(report).expect("a whole report");
                }
            }
            panic!("the call ended without a report");
        });
        serde_json::to_value(report).expect("a report is JSON")
    }
}

impl Service {
    /// `how`: settings beside those of every test.
    pub fn open(how: &[&str]) -> Self {
        let data = tempfile::tempdir().expect("a folder for the test");
        let folder = data.path().to_string_lossy();
        let gateway = start(&[&["serve", "--data", &*folder], how].concat());
        let service = Self { gateway, _data: data };
        service.wait_until_ready();
        service
    }

    /// What is measured of it.
    pub fn meters(&self) -> String {
        let sent = ureq::get(format!("http://{}/metrics", self.gateway.address)).call();
        sent.expect("it answers").body_mut().read_to_string().expect("text")
    }

    fn wait_until_ready(&self) {
        let patience = Instant::now() + Duration::from_secs(60);
        while ureq::get(format!("http://{}/readyz", self.gateway.address)).call().is_err() {
            assert!(Instant::now() < patience, "the gateway does not become ready");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    pub fn http(&self, picture: &[u8], profile: &str) -> Value {
        let address = format!("http://{}/v1/analyses?profile={profile}", self.gateway.address);
        let sent = ureq::post(address).header("content-type", "application/octet-stream").send(picture);
        let mut reply = sent.unwrap_or_else(|e| panic!("the gateway refuses: {e}"));
        let body = reply.body_mut().read_to_vec().expect("a whole body");
        serde_json::from_slice(&body).expect("a report")
    }
}
