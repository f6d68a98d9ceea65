//! The limits that every place applies alike: browser, terminal, gateway and service refuse the same picture for the same reason.

/// The largest encoded picture that is accepted, in bytes (40 MB, as the page says).
pub const MAX_IMAGE_BYTES: usize = 40_000_000;

/// The most pixels of one decoded frame (100 megapixels: the largest medium-format cameras).
pub const MAX_PIXELS: u64 = 100_000_000;

/// The longest side of a picture, in pixels (a JPEG cannot hold more either).
pub const MAX_SIDE_PX: u32 = 65_535;

/// The most memory that decoding one frame may take, in bytes.
pub const MAX_DECODE_BYTES: u64 = 1_000_000_000;

/// The most frames of an animation that are counted; more are told as "at least".
pub const MAX_FRAMES_COUNTED: u32 = 10_000;

/// The longest a sent chunk of a picture may be over gRPC, in bytes.
pub const MAX_CHUNK_BYTES: usize = 1 << 20;
