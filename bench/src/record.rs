//! One measured figure, as both programs write it.

use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// A figure of accuracy, beside the one of the same model and recipe under ONNX Runtime where there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Accuracy {
    pub set: String,
    pub metric: String,
    pub ours: f64,
    pub reference: Option<f64>,
}

/// A time: the median of several runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duration {
    /// `native`, `onnxruntime` (the peer, in the same run) or `chromium`.
    pub place: String,
    pub stage: String,
    pub ms: f64,
}

/// Writes records as a JSON array.
pub fn write<T: Serialize>(path: &Path, records: &[T]) -> Result<()> {
    let text = serde_json::to_string_pretty(records)?;
    std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
}
