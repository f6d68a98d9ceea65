//! The settings of the two services: defaults in code, then `iia.toml`, then the environment (`IIA_...`), then flags.
//!
//! One struct a service names every setting once: its fields are the flags, their environment variables and the keys of
//! its table in `iia.toml`; its documentation is the text of `--help` and of `--print-config`.

mod file;
pub mod live;
mod people;
mod print;
pub mod serve;
pub mod vision;

use std::path::PathBuf;

use tracing_subscriber::EnvFilter;

pub use print::printed;
pub use serve::{ServeOptions, ServeSettings};
pub use vision::{VisionOptions, VisionSettings};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("the settings file `{path}` cannot be read")]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("the settings file `{path}` is not valid")]
    Invalid { path: PathBuf, source: Box<toml::de::Error> },
    #[error("the setting `{setting}` is not valid: {detail}")]
    Value { setting: &'static str, detail: String },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// A line for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// The threads that inference gets: all cores, for it is what the machine is there for.
fn default_threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn valid_threads(threads: usize) -> Result<usize, ConfigError> {
    within("threads", threads, 1..=256)
}

fn valid_queue(queue: usize) -> Result<usize, ConfigError> {
    within("queue", queue, 0..=10_000)
}

fn valid_batch(batch: usize) -> Result<usize, ConfigError> {
    within("batch", batch, 1..=256)
}

fn valid_batch_wait(ms: u64) -> Result<u64, ConfigError> {
    within("batch_wait_ms", ms, 0..=1000)
}

/// A certificate without its key is none, and the other way round.
fn both_or_none(
    (first, first_name): (&Option<PathBuf>, &'static str),
    (second, second_name): (&Option<PathBuf>, &'static str),
) -> Result<(), ConfigError> {
    let missing = match (first, second) {
        (Some(_), None) => second_name,
        (None, Some(_)) => first_name,
        _ => return Ok(()),
    };
    Err(ConfigError::Value { setting: missing, detail: "a certificate and its key are set together".into() })
}

fn valid_log(log: String) -> Result<String, ConfigError> {
    match EnvFilter::try_new(&log) {
        Ok(_) => Ok(log),
        Err(error) => Err(ConfigError::Value { setting: "log", detail: error.to_string() }),
    }
}

fn within<T: PartialOrd + std::fmt::Display + Copy>(
    setting: &'static str,
    value: T,
    range: std::ops::RangeInclusive<T>,
) -> Result<T, ConfigError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let detail = format!("{value} is not between {} and {}", range.start(), range.end());
    Err(ConfigError::Value { setting, detail })
}
