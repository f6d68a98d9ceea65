//! Everything behind the executable `iia`.

pub mod cli;
pub mod models;
