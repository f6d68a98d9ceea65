//! The wire contracts as generated code: gRPC messages and services, and the way between them and the core's types.

pub mod auth;
pub mod convert;

pub use convert::WireError;

/// `image_analyzer.v1`, generated from `proto/image_analyzer/v1/vision.proto`.
pub mod v1 {
    #![expect(clippy::doc_markdown, clippy::all, reason = "generated code")]
    tonic::include_proto!("image_analyzer.v1");
}

/// `image_analyzer.auth.v1`, generated from `proto/image_analyzer/auth/v1/auth.proto`.
pub mod auth_v1 {
    #![expect(clippy::doc_markdown, clippy::all, reason = "generated code")]
    tonic::include_proto!("image_analyzer.auth.v1");
}

/// The encoded `FileDescriptorSet` of every contract, for the reflection service.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
