//! Starting and stopping servers inside the test's process.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use server::config::{ServeOptions, ServeSettings};
use server::gateway;
use server::gateway::open::open;
use server::vision::engine::{Engine, EngineLimits, Reader};
use server::vision::grpc::Service;
use server::vision::local::Local;
use server::vision::remote::Remote;
use server::vision::run::{Manner, Reflection};
use server::vision::{Intake, Vision};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::Endpoint;

use super::{Client, StandIn, secrets};

/// Where a gateway's pictures are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In its own process.
    Here,
    /// In a vision service, over gRPC.
    There,
}

/// What must hold for one must hold for the other.
pub const PLACES: [Place; 2] = [Place::Here, Place::There];

pub fn limits(threads: usize, queue: usize) -> EngineLimits {
    EngineLimits { threads, queue }
}

/// A gateway and whatever stands behind it.
pub struct Server {
    pub address: SocketAddr,
    pub reader: Arc<StandIn>,
    pub data: Arc<tempfile::TempDir>,
    pub service: server::service::Service,
    pub settings: ServeSettings,
    stop: CancellationToken,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    vision: Option<VisionServer>,
    runtime: Runtime,
    /// Where the log stood when it began.
    log_from: usize,
}

impl Server {
    /// With ten analyses a visitor, two threads and a long queue.
    pub fn start(place: Place) -> Self {
        Self::with(place, ServeOptions::default(), limits(2, 100))
    }

    pub fn with(place: Place, options: ServeOptions, limits: EngineLimits) -> Self {
        let data = Arc::new(tempfile::tempdir().expect("a folder for the test"));
        Self::again(place, options, limits, data)
    }

    /// On the data of an earlier server.
    pub fn again(place: Place, options: ServeOptions, limits: EngineLimits, data: Arc<tempfile::TempDir>) -> Self {
        let reader = Arc::new(StandIn::default());
        let (vision, beside): (Arc<dyn Vision>, _) = match place {
            Place::Here => (Arc::new(local(reader.clone(), limits)), None),
            Place::There => {
                let beside = vision_service(reader.clone(), limits, Reflection::Off);
                let _inside = beside.runtime.enter();
                (Arc::new(remote(beside.address)), Some(beside))
            }
        };
        Self::on(vision, beside, options, reader, data)
    }

    /// Another process of the same installation: its own memory, the same data.
    pub fn beside(&self) -> Self {
        Self::again(Place::Here, ServeOptions::default(), limits(2, 100), Arc::clone(&self.data))
    }

    /// In front of any vision.
    pub fn on(
        vision: Arc<dyn Vision>,
        beside: Option<VisionServer>,
        options: ServeOptions,
        reader: Arc<StandIn>,
        data: Arc<tempfile::TempDir>,
    ) -> Self {
        let log_from = secrets::listen();
        server::meters::start();
        let runtime = Runtime::new().expect("a runtime");
        let options = ServeOptions {
            data: Some(data.path().to_owned()),
            database: options.database.clone().or_else(|| runtime.block_on(super::database::of(data.path()))),
            // As cheap as bcrypt can be, where a test does not say otherwise.
            password_cost: options.password_cost.or(Some(4)),
            ..options
        };
        let settings = ServeSettings::resolve(options).expect("settings that are valid");
        let (listener, opened) = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            (listener, open(&settings, vision).await.expect("a data folder that can be used"))
        });
        let (address, stop) = (listener.local_addr().expect("bound"), CancellationToken::new());
        runtime.spawn(opened.house.keep());
        let serving = Some(runtime.spawn(gateway::run(listener, opened.router, stop.clone())));
        Self {
            address,
            reader,
            data,
            service: opened.service,
            settings,
            stop,
            serving,
            vision: beside,
            runtime,
            log_from,
        }
    }

    /// What was logged since it began, by other servers too.
    pub fn log(&self) -> String {
        secrets::since(self.log_from)
    }

    /// A client without cookies.
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// Tells the server to stop, as a signal would.
    pub fn tell_to_stop(&self) {
        self.stop.cancel();
    }

    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Stops, waits for the end, and leaves the data.
    pub fn stop(mut self) -> Arc<tempfile::TempDir> {
        self.stop.cancel();
        if let Some(serving) = self.serving.take() {
            self.runtime.block_on(serving).expect("no panic").expect("no failure");
        }
        self.runtime.block_on(self.service.close());
        Arc::clone(&self.data)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        self.reader.release();
        drop(self.vision.take());
        if !std::thread::panicking() {
            let told = secrets::told(&format!("http://{}", self.address), self.log_from);
            assert!(told.is_empty(), "the log tells secrets: {told:#?}");
        }
    }
}

/// A vision service on a free port.
pub struct VisionServer {
    pub address: SocketAddr,
    pub stop: CancellationToken,
    pub runtime: Runtime,
    pub serving: JoinHandle<Result<(), tonic::transport::Error>>,
}

impl Drop for VisionServer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn vision_service(reader: Arc<dyn Reader>, limits: EngineLimits, reflection: Reflection) -> VisionServer {
    vision_service_in(reader, limits, Manner { reflection, tls: None })
}

pub fn vision_service_in(reader: Arc<dyn Reader>, limits: EngineLimits, manner: Manner) -> VisionServer {
    let runtime = Runtime::new().expect("a runtime");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let (address, stop) = (listener.local_addr().expect("bound"), CancellationToken::new());
    let service = Service::new(local(reader, limits), Intake::new(0), Duration::from_secs(60));
    let serving = runtime.spawn(server::vision::run::run(listener, service, manner, stop.clone()));
    VisionServer { address, stop, runtime, serving }
}

fn local(reader: Arc<dyn Reader>, limits: EngineLimits) -> Local {
    Local::new(Engine::start(reader, limits).expect("threads"))
}

pub fn remote(address: SocketAddr) -> Remote {
    Remote::new(Endpoint::from_shared(format!("http://{address}")).expect("an address"))
}

/// Waits for something that another thread brings about.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let patience = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < patience, "never came about: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
