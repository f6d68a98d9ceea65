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

/// A model's time on our engine and on the peer's: medians of interleaved runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    pub model: String,
    /// `native-1` and `native-2` (threads), `wasm` (Chromium, one thread), `gpu` and `webgpu`; `gpu-8` and `gpu-32` are times of a
    /// picture among so many at once.
    pub place: String,
    /// Name and version: `onnxruntime 1.32.0`, `onnxruntime-web 1.30.0`.
    pub peer: String,
    pub ours_ms: f64,
    pub peer_ms: f64,
    /// `ours_ms / peer_ms`.
    pub ratio: f64,
    /// Of our runs, the quarter of the way and three quarters of it, in milliseconds.
    pub ours_quartiles: [f64; 2],
    pub peer_quartiles: [f64; 2],
}

impl Ratio {
    /// From the times of all rounds, in milliseconds.
    pub fn of(model: &str, place: &str, peer: &str, ours: &[f64], theirs: &[f64]) -> Self {
        let (ours, theirs) = (Quartiles::of(ours), Quartiles::of(theirs));
        Self {
            model: model.to_owned(),
            place: place.to_owned(),
            peer: peer.to_owned(),
            ours_ms: ours.median,
            peer_ms: theirs.median,
            ratio: ours.median / theirs.median,
            ours_quartiles: ours.around,
            peer_quartiles: theirs.around,
        }
    }
}

/// The most memory that a model takes beyond what its process had before, on our engine and on the peer's, each in a process of its own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peak {
    /// `peak_bytes`, which tells these records from those of times.
    pub what: String,
    pub model: String,
    /// `native-1`: one thread.
    pub place: String,
    pub peer: String,
    pub ours_bytes: u64,
    pub peer_bytes: u64,
    /// `ours_bytes / peer_bytes`.
    pub ratio: f64,
}

impl Peak {
    pub fn of(model: &str, place: &str, peer: &str, ours_bytes: u64, peer_bytes: u64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let ratio = ours_bytes as f64 / peer_bytes as f64;
        let [what, model, place, peer] = ["peak_bytes", model, place, peer].map(str::to_owned);
        Self { what, model, place, peer, ours_bytes, peer_bytes, ratio }
    }
}

/// How fast pictures are read when several are read at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throughput {
    pub at_once: usize,
    /// Pictures that a model reads together, at the most.
    pub batch: usize,
    pub pictures_a_second: f64,
    /// Median time of one picture.
    pub ms: f64,
}

struct Quartiles {
    median: f64,
    around: [f64; 2],
}

impl Quartiles {
    fn of(times: &[f64]) -> Self {
        let mut sorted = times.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |quarters: usize| sorted.get(sorted.len() * quarters / 4).copied().unwrap_or(f64::NAN);
        Self { median: at(2), around: [at(1), at(3)] }
    }
}

/// Anything else that was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub what: String,
    pub value: f64,
    pub unit: String,
}

/// What that part of the values, such as 0.95 of them, does not exceed (nearest rank).
pub fn percentile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let rank = (sorted.len() as f64 * part).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Writes records as a JSON array.
pub fn write<T: Serialize>(path: &Path, records: &[T]) -> Result<()> {
    let text = serde_json::to_string_pretty(records)?;
    std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{Ratio, percentile};

    #[test]
    fn a_percentile_is_one_of_the_values() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!([0.5, 0.95, 1.0].map(|part| percentile(&values, part)), [50.0, 95.0, 100.0]);
        assert_eq!(percentile(&[7.0], 0.95), 7.0);
        assert!(percentile(&[], 0.5).is_nan());
    }

    #[test]
    fn a_ratio_is_of_the_medians() {
        let record = Ratio::of("m", "native-1", "peer 1", &[4.0, 1.0, 3.0, 100.0, 2.0], &[6.0, 6.0, 5.0, 60.0, 7.0]);
        assert_eq!((record.ours_ms, record.peer_ms, record.ratio), (3.0, 6.0, 0.5));
        assert_eq!(record.ours_quartiles, [2.0, 4.0]);
    }
}
