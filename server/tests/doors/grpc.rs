//! The gRPC door: the report, the errors' codes, deadlines, cancelling, limits, health and reflection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use proto::v1;
use proto::v1::analyze_request::Part;
use proto::v1::analyze_response::Event;
use proto::v1::vision_service_client::VisionServiceClient;
use server::vision::run::Reflection;
use tokio::runtime::Runtime;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_types::StatusExt as _;
use vision_core::Report;
use vision_core::limits::{MAX_CHUNK_BYTES, MAX_IMAGE_BYTES};
use vision_core::stage::Stage;

use super::support::{StandIn, VisionServer, eventually, limits, picture, report, vision_service};

/// A client with a runtime of its own.
pub struct Caller {
    pub runtime: Runtime,
    pub channel: Channel,
}

impl Caller {
    pub fn new(address: SocketAddr) -> Self {
        let runtime = Runtime::new().expect("a runtime");
        let channel = {
            let _inside = runtime.enter();
            Endpoint::from_shared(format!("http://{address}")).expect("an address").connect_lazy()
        };
        Self { runtime, channel }
    }

    pub fn client(&self) -> VisionServiceClient<Channel> {
        VisionServiceClient::new(self.channel.clone()).max_decoding_message_size(16 << 20)
    }
}

fn chunk(bytes: &[u8]) -> v1::AnalyzeRequest {
    v1::AnalyzeRequest { part: Some(Part::Chunk(bytes.to_vec().into())) }
}

fn options(profile: v1::Profile) -> v1::AnalyzeRequest {
    let options = v1::AnalyzeOptions { profile: profile.into(), ..v1::AnalyzeOptions::default() };
    v1::AnalyzeRequest { part: Some(Part::Options(options)) }
}

type Heard = (Vec<Stage>, Report);

fn call(caller: &Caller, messages: Vec<v1::AnalyzeRequest>, timeout: Option<Duration>) -> Result<Heard, Status> {
    caller.runtime.block_on(async {
        let mut request = Request::new(futures::stream::iter(messages));
        if let Some(timeout) = timeout {
            request.set_timeout(timeout);
        }
        let mut answers = caller.client().analyze(request).await?.into_inner();
        let mut stages = Vec::new();
        while let Some(answer) = answers.message().await? {
            match answer.event.expect("an event") {
                Event::Stage(stage) => stages.push(stage.try_into().expect("a whole stage")),
                Event::Report(report) => return Ok((stages, report.try_into().expect("a whole report"))),
            }
        }
        panic!("the call ended without a report");
    })
}

/// The picture in chunks of the accepted length.
pub fn outcome(caller: &Caller, picture: &[u8]) -> Result<Heard, Status> {
    call(caller, picture.chunks(MAX_CHUNK_BYTES).map(chunk).collect(), None)
}

fn start(threads: usize, queue: usize) -> (Arc<StandIn>, VisionServer, Caller) {
    let reader = Arc::new(StandIn::default());
    let vision = vision_service(reader.clone(), limits(threads, queue), Reflection::Off);
    let caller = Caller::new(vision.address);
    (reader, vision, caller)
}

/// The stable code, which stands in the metadata and in the details alike.
pub fn code(status: &Status) -> String {
    let told = status.metadata().get("iia-code").and_then(|code| code.to_str().ok()).unwrap_or_default();
    let info = status.get_details_error_info().expect("google.rpc.ErrorInfo");
    assert_eq!((info.reason.as_str(), info.domain.as_str()), (told, "image_analyzer"));
    told.to_owned()
}

#[test]
fn every_field_of_the_report_and_its_stages_arrives() {
    let (_reader, _vision, caller) = start(1, 1);
    let messages = vec![options(v1::Profile::Preview), chunk(b"go"), chunk(b"od")];
    let (stages, heard) = call(&caller, messages, None).expect("a report");
    let mut expected = report();
    expected.image.bytes = 4;
    assert_eq!(heard, expected);
    let expected = [
        Stage::Image { image: expected.image.clone() },
        Stage::Measures { palette: expected.palette.clone(), quality: expected.quality.clone() },
        Stage::Tags { tags: expected.tags.clone() },
        Stage::Objects { objects: expected.objects.clone() },
        Stage::Faces { faces: expected.faces.clone() },
        Stage::Description { description: expected.description.clone() },
    ];
    assert_eq!(stages, expected);
}

#[test]
fn errors_carry_the_stable_code() {
    let (_reader, _vision, caller) = start(1, 1);
    let unknown = v1::AnalyzeOptions { tasks: vec![99], ..v1::AnalyzeOptions::default() };
    let unknown = v1::AnalyzeRequest { part: Some(Part::Options(unknown)) };
    let late_options = vec![chunk(b"go"), options(v1::Profile::Preview)];
    let too_large = vec![chunk(&vec![0; MAX_CHUNK_BYTES]); MAX_IMAGE_BYTES / MAX_CHUNK_BYTES + 1];
    let cases = [
        (vec![chunk(picture::BAD)], Code::InvalidArgument, "bad_file"),
        (vec![], Code::InvalidArgument, "bad_file"),
        (vec![chunk(picture::LATE)], Code::InvalidArgument, "truncated_image"),
        (vec![chunk(picture::PANIC)], Code::Internal, "internal"),
        (vec![unknown], Code::InvalidArgument, "bad_input"),
        (late_options, Code::InvalidArgument, "bad_input"),
        (vec![v1::AnalyzeRequest { part: None }], Code::InvalidArgument, "bad_input"),
        (too_large, Code::InvalidArgument, "too_large"),
    ];
    for (messages, grpc_code, stable) in cases {
        let status = call(&caller, messages, None).expect_err(stable);
        assert_eq!((status.code(), code(&status).as_str()), (grpc_code, stable));
    }
    outcome(&caller, picture::GOOD).expect("a panic has cost one picture only");
}

#[test]
fn a_chunk_longer_than_the_limit_is_not_taken_in() {
    let (_reader, _vision, caller) = start(1, 1);
    let status = call(&caller, vec![chunk(&vec![0; MAX_CHUNK_BYTES + 70_000])], None).expect_err("refused");
    assert_eq!((status.code(), code(&status).as_str()), (Code::InvalidArgument, "bad_input"));
    assert!(status.message().contains("1048576"), "{status:?}");
}

#[test]
fn a_call_that_comes_too_many_is_told_when_to_come_back() {
    let (reader, _vision, caller) = start(1, 0);
    let other = Caller { runtime: Runtime::new().expect("a runtime"), channel: caller.channel.clone() };
    let running = std::thread::spawn(move || outcome(&other, picture::SLOW));
    reader.wait_for_running(1);
    let status = outcome(&caller, picture::GOOD).expect_err("no place is free");
    assert_eq!((status.code(), code(&status).as_str()), (Code::ResourceExhausted, "overloaded"));
    let wait = status.get_details_retry_info().and_then(|info| info.retry_delay).expect("google.rpc.RetryInfo");
    assert!(wait >= Duration::from_secs(1), "{wait:?}");
    reader.release();
    running.join().expect("no panic").expect("the first is not concerned");
}

#[test]
fn a_deadline_is_kept_while_a_picture_runs_and_while_it_waits() {
    let (reader, _vision, caller) = start(1, 4);
    let other = Caller { runtime: Runtime::new().expect("a runtime"), channel: caller.channel.clone() };
    let started = Instant::now();
    let timeout = Some(Duration::from_millis(400));
    let waiting = std::thread::spawn(move || call(&other, vec![chunk(picture::SLOW)], timeout));
    let runs = call(&caller, vec![chunk(picture::SLOW)], timeout).expect_err("too slow");
    let waits = waiting.join().expect("no panic").expect_err("too slow");
    for status in [runs, waits] {
        // The caller's own clock may be the first to notice.
        assert!([Code::DeadlineExceeded, Code::Cancelled].contains(&status.code()), "{status:?}");
    }
    assert!(started.elapsed() < Duration::from_secs(10));
    eventually("the work is stopped", || reader.cancelled() >= 1);
    reader.release();
    outcome(&caller, picture::GOOD).expect("the place is free");
}

#[test]
fn a_call_that_is_dropped_stops_its_work() {
    let (reader, _vision, caller) = start(1, 0);
    caller.runtime.block_on(async {
        let request = Request::new(futures::stream::iter(vec![chunk(picture::SLOW)]));
        let mut answers = caller.client().analyze(request).await.expect("accepted").into_inner();
        answers.message().await.expect("the first stage");
    });
    eventually("the work is cancelled", || reader.cancelled() == 1);
    outcome(&caller, picture::GOOD).expect("the place is free");
}

#[test]
fn health_is_told_for_the_service_and_for_the_process() {
    use tonic_health::pb::HealthCheckRequest;
    use tonic_health::pb::health_check_response::ServingStatus;
    use tonic_health::pb::health_client::HealthClient;

    let (_reader, _vision, caller) = start(1, 1);
    for name in ["", "image_analyzer.v1.VisionService"] {
        let request = HealthCheckRequest { service: name.into() };
        let answer = caller.runtime.block_on(HealthClient::new(caller.channel.clone()).check(request));
        assert_eq!(answer.expect("an answer").into_inner().status(), ServingStatus::Serving, "{name:?}");
    }
}

#[test]
fn the_contract_is_told_only_where_it_may_be() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;

    let ask = |reflection| {
        let vision = vision_service(Arc::new(StandIn::default()), limits(1, 1), reflection);
        let caller = Caller::new(vision.address);
        caller.runtime.block_on(async {
            let request = ServerReflectionRequest {
                host: String::new(),
                message_request: Some(MessageRequest::ListServices(String::new())),
            };
            let mut client = ServerReflectionClient::new(caller.channel.clone());
            let mut answers = client.server_reflection_info(futures::stream::iter([request])).await?.into_inner();
            match answers.message().await?.and_then(|answer| answer.message_response) {
                Some(MessageResponse::ListServicesResponse(list)) => {
                    Ok::<_, Status>(list.service.into_iter().map(|service| service.name).collect::<Vec<_>>())
                }
                other => panic!("{other:?}"),
            }
        })
    };
    let names = ask(Reflection::On).expect("it is on");
    assert!(names.contains(&"image_analyzer.v1.VisionService".to_owned()), "{names:?}");
    assert_eq!(ask(Reflection::Off).expect_err("it is off").code(), Code::Unimplemented);
}

#[test]
fn the_models_are_listed() {
    let (_reader, _vision, caller) = start(1, 1);
    let answer = caller.runtime.block_on(caller.client().list_models(v1::ListModelsRequest {})).expect("a list");
    let models = answer.into_inner().models;
    assert_eq!((models[0].name.as_str(), models[0].task.as_str(), models[0].loaded), ("stand-in", "objects", true));
}
