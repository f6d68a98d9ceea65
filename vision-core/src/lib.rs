//! The vision core: the bytes of a picture and options in, a report of what is on it out.
//!
//! The modules follow the way of an image: `decode` (bytes to upright pixels), `preprocess` (pixels to a tensor),
//! `engine` (tensor to raw outputs), `tasks` (raw outputs to findings in image space), `measure` (facts that need no
//! model), `reconcile` (findings weighed against each other), `describe` (findings to sentences), `report`.
//! [`pipeline`] shows these calls and nothing else.
//!
//! The core has no file, network, clock, environment or async runtime: whoever calls it brings those ([`pipeline::Host`]).

#[cfg(feature = "bad-input")]
pub mod bad_input;
#[cfg(feature = "pixels")]
pub mod decode;
#[cfg(feature = "vision")]
pub mod digest;
#[cfg(feature = "vision")]
pub mod engine;
#[cfg(feature = "pixels")]
pub mod measure;
#[cfg(feature = "vision")]
pub mod pipeline;
#[cfg(feature = "vision")]
pub mod platform;
#[cfg(feature = "vision")]
pub mod preprocess;
#[cfg(feature = "vision")]
pub mod tasks;

pub use error::{AnalyzeError, ErrorCode};
pub use report::Report;
#[cfg(feature = "pixels")]
use vision_findings::order;
#[cfg(feature = "pixels")]
pub use vision_findings::{describe, reconcile, vocabulary};
pub use vision_findings::{error, limits, manifest, report, stage};
