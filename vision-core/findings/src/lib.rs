//! What is found on a picture: the report's types, what the classes are called, how findings are weighed against each other
//! (`reconcile`) and put into sentences (`describe`).
//!
//! A crate apart from the loops over pixels and numbers: it is compiled for size where those are compiled for speed, and who only
//! reads reports takes nothing else. The crate `vision_core` hands all of it on under the same names.

#[cfg(feature = "words")]
pub mod describe;
pub mod error;
pub mod limits;
pub mod manifest;
pub mod order;
#[cfg(feature = "words")]
pub mod reconcile;
pub mod report;
pub mod stage;
#[cfg(feature = "words")]
pub mod vocabulary;
