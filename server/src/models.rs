//! Where the weights come from: the manifest, the places they are looked for, fetching, checking, converting.

pub mod analyzer;
pub mod batching;
pub mod convert;
mod executor;
pub mod fetch;
pub mod manifest;
pub mod places;
pub mod plan_cache;
pub mod plans;
pub mod store;

pub use analyzer::{Arrivals, Loaded, Missing, load_analyzer};
pub use executor::{DeviceChoice, EngineChoice, Executor, ExecutorError, Opened};
pub use store::{ModelStore, StoreError};
