//! The messages between the first worker and the others: one answer for each, in their order. Pixels and numbers travel in a
//! buffer beside.

use js_sys::{ArrayBuffer, Object, Reflect};
use serde::{Deserialize, Serialize};
use vision_core::manifest::InputSpec;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToMember {
    /// Make the plan in the buffer ready to run on pictures that are prepared like this.
    Load { model: String, input: InputSpec },
    /// Run it on the pixels in the buffer: those of a picture of that size, or a halving of it.
    Run { model: String, picture_size: (u32, u32), size: (u32, u32) },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromMember {
    /// It hears from now on; what is sent before is lost.
    Ready,
    Loaded,
    /// The outputs' shapes; their numbers lie in the buffer, one output after the other.
    Ran {
        shapes: Vec<Vec<u32>>,
        ms: f64,
    },
    Failed {
        detail: String,
    },
}

/// A message with the buffer that travels beside it, as one object; `scope::unpacked` takes it apart.
pub fn packed(message: &impl Serialize, buffer: Option<&ArrayBuffer>) -> Object {
    let envelope = Object::new();
    let text = serde_json::to_string(message).unwrap_or_default();
    let _ = Reflect::set(&envelope, &"text".into(), &text.into());
    if let Some(buffer) = buffer {
        let _ = Reflect::set(&envelope, &"bytes".into(), buffer);
    }
    envelope
}
