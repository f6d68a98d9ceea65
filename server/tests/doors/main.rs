//! The doors as their callers use them: real servers on free ports, over HTTP and gRPC.

mod analyses;
mod backpressure;
mod bad_input;
mod description;
mod files;
mod grpc;
mod many;
mod pages;
mod problems;
mod process;
mod quota;
mod real;
mod stopping;
mod stream;
mod support;
