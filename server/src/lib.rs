//! Everything behind the executable `iia`.

pub mod auth;
pub mod cli;
pub mod config;
pub mod drawing;
pub mod gateway;
pub mod logs;
pub mod mail;
pub mod meters;
pub mod models;
pub mod service;
pub mod stop;
pub mod store;
pub mod vision;
