//! What differs between the places that the core runs in, with the same names on every side.

/// The place's name in receipts.
#[cfg(not(target_arch = "wasm32"))]
pub const NAME: &str = "native";

/// The place's name in receipts.
#[cfg(target_arch = "wasm32")]
pub const NAME: &str = "wasm";
