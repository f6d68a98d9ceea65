//! Everything behind the executable `iia`.

pub mod cli;
pub mod config;
pub mod gateway;
pub mod logs;
pub mod meters;
pub mod models;
pub mod service;
pub mod stop;
pub mod store;
pub mod vision;
