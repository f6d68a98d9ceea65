//! The doors as their callers use them: real servers on free ports, over HTTP and gRPC.

mod accounts;
mod analyses;
mod api_keys;
mod backpressure;
mod bad_input;
mod description;
mod files;
mod grpc;
mod history;
mod login;
mod many;
mod migrations;
mod pages;
mod passwords;
mod problems;
mod process;
mod profile;
mod quota;
mod real;
mod sessions;
mod stopping;
mod stream;
mod support;
mod uploads;
