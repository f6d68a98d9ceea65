//! The vision service as a process of its own: gRPC with health, reflection where allowed, and a graceful stop.

use std::time::Duration;

use proto::v1::vision_service_server::VisionServiceServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Error, Server, ServerTlsConfig};
use tracing::{Span, info_span};
use uuid::Uuid;

use super::grpc::{MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES, Service};

/// Calls that one connection may have open at once.
const CALLS_PER_CONNECTION: u32 = 256;

/// How often a silent connection is tried, so that a caller who has vanished is noticed and the work stopped.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reflection {
    #[default]
    Off,
    On,
}

/// How it is served.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    pub reflection: Reflection,
    /// None: without TLS.
    pub tls: Option<ServerTlsConfig>,
}

/// Serves until `stop`; running calls then finish.
///
/// # Errors
/// When the transport fails, or a certificate cannot be used with its key.
pub async fn run(
    listener: TcpListener,
    service: Service,
    Manner { reflection, tls }: Manner,
    stop: CancellationToken,
) -> Result<(), Error> {
    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_serving::<VisionServiceServer<Service>>().await;
    let vision = VisionServiceServer::new(service)
        .max_decoding_message_size(MAX_REQUEST_BYTES)
        .max_encoding_message_size(MAX_RESPONSE_BYTES);
    let stopping = async move {
        stop.cancelled().await;
        // Balancers see it and send no new calls here.
        health.set_not_serving::<VisionServiceServer<Service>>().await;
    };
    let server = match tls {
        Some(tls) => Server::builder().tls_config(tls)?,
        None => Server::builder(),
    };
    server
        .trace_fn(span)
        .http2_keepalive_interval(Some(KEEP_ALIVE))
        .max_concurrent_streams(CALLS_PER_CONNECTION)
        .add_service(health_service)
        .add_service(vision)
        .add_optional_service(reflection_service(reflection))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), stopping)
        .await
}

fn reflection_service(
    reflection: Reflection,
) -> Option<tonic_reflection::server::v1::ServerReflectionServer<impl tonic_reflection::server::v1::ServerReflection>> {
    match reflection {
        Reflection::Off => None,
        Reflection::On => tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(proto::DESCRIPTORS)
            .build_v1()
            .inspect_err(|error| tracing::error!(error.cause = %error, "reflection is not available"))
            .ok(),
    }
}

/// Lines of one call share its id: the caller's, if it sent one that can be logged, or a new one.
fn span(request: &http::Request<()>) -> Span {
    let sent = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let id = sent.filter(|id| id.len() <= 64).map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned);
    info_span!("call", request.id = id, rpc.method = request.uri().path())
}
