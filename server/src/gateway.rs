//! The HTTP door: REST under `/v1`, its description, health, metrics, the models for the browser, and the pages.

mod access;
mod accounts;
mod admin;
mod analyses;
mod api_keys;
mod archive;
mod asked;
mod avatar;
mod body;
mod events;
mod files;
mod health;
mod history;
mod input;
mod model_files;
mod models;
mod observe;
pub mod open;
mod openapi;
pub mod pages;
pub mod problem;
mod profile;
mod quota;
mod range;
mod second_factor;
mod sessions;
mod shares;
mod stats;
mod token;
mod uploads;
pub mod visitor;

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use http::HeaderName;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

pub use openapi::document;

use crate::models::ModelStore;
use crate::models::plans::Plans;
use crate::service::Service;

/// What every handler has at hand.
#[derive(Clone)]
pub struct Door {
    pub service: Service,
    pub models: ModelStore,
    pub plans: Plans,
    pub rules: DoorRules,
    pub pages: pages::PageFolders,
}

/// The settings that only this door follows.
#[derive(Clone, Debug)]
pub struct DoorRules {
    pub upload_timeout: Duration,
    pub cookies: visitor::Cookies,
    /// The header in which a trusted proxy tells the visitor's address.
    pub address_header: Option<HeaderName>,
    /// What stands before the path of a link that is given to somebody.
    pub public_url: String,
}

/// All routes, with what goes around them: request ids and log lines outermost, then panics, headers, problems, compression.
pub fn router(door: Door) -> Router {
    let (api, document) = openapi::routes().split_for_parts();
    let document = openapi::complete(document);
    Router::new()
        .merge(api)
        .merge(openapi::route(&document))
        .merge(pages::routes(&door.pages))
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(DefaultBodyLimit::disable())
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn_with_state(door.clone(), access::readable))
        .layer(middleware::from_fn(access::same_site))
        .layer(middleware::from_fn_with_state(door.rules.upload_timeout, body::taken_in))
        .layer(middleware::from_fn_with_state(door.rules.cookies, access::headers))
        .layer(middleware::from_fn(observe::request))
        .with_state(door)
}

/// Weights and archives do not shrink, and a download of them must tell its length and take ranges.
fn compressible() -> impl Predicate {
    DefaultPredicate::new()
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("application/zip"))
}

/// Serves until `stop`; running requests then finish.
///
/// # Errors
/// When the listener fails.
pub async fn run(listener: TcpListener, router: Router, stop: CancellationToken) -> std::io::Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).into_future().await
}
