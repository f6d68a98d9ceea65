//! Where the weights come from: the manifest, the places they are looked for, fetching, checking, converting.

pub mod analyzer;
pub mod convert;
pub mod fetch;
pub mod manifest;
pub mod places;
pub mod plan_cache;
pub mod plans;
pub mod store;

pub use analyzer::{Arrivals, EngineChoice, Loaded, Missing, load_analyzer};
pub use store::{ModelStore, StoreError};
