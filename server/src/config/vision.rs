//! Settings of `iia vision`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{
    ConfigError, LogFormat, both_or_none, default_threads, file, valid_batch, valid_batch_wait, valid_log, valid_queue,
    valid_threads, within,
};
use crate::models::batching::BatchSettings;
use crate::models::{DeviceChoice, EngineChoice, Executor};
use crate::vision::engine::EngineLimits;

/// What may be set; what is not set takes its default.
#[derive(Clone, Debug, Default, Deserialize, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct VisionOptions {
    /// Address and port to serve gRPC on. Default: 127.0.0.1:50051.
    #[arg(long, env = "IIA_VISION_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Address and port to serve Prometheus' /metrics on. Default: nowhere.
    #[arg(long, env = "IIA_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// PEM file of the certificate that callers are shown. Default: none, without TLS.
    #[arg(long, env = "IIA_TLS_CERT", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// PEM file of that certificate's private key.
    #[arg(long, env = "IIA_TLS_KEY", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// PEM file of the authority that must have signed the certificate of every caller. Default: none is asked for.
    #[arg(long, env = "IIA_TLS_CLIENT_CA", value_name = "FILE")]
    pub tls_client_ca: Option<PathBuf>,
    /// Analyses that run at once, each on a thread. Default: the number of cores.
    #[arg(long, env = "IIA_THREADS", value_name = "COUNT")]
    pub threads: Option<usize>,
    /// What runs the models: cpu (our own plans) or tract (the reference, slower). Default: cpu.
    #[arg(long, env = "IIA_ENGINE", value_name = "ENGINE")]
    pub engine: Option<EngineChoice>,
    /// Where plans run: auto (each model where it is faster), cpu or gpu. Default: auto.
    #[arg(long, env = "IIA_DEVICE", value_name = "DEVICE")]
    pub device: Option<DeviceChoice>,
    /// Pictures that a model reads together, at the most. Default: 1.
    #[arg(long, env = "IIA_BATCH", value_name = "COUNT")]
    pub batch: Option<usize>,
    /// Milliseconds that a picture may wait for others to be read with, while others are there. Default: 0.
    #[arg(long, env = "IIA_BATCH_WAIT_MS", value_name = "MS")]
    pub batch_wait_ms: Option<u64>,
    /// Analyses that may wait for a thread; one more is refused with `overloaded`. Default: 16.
    #[arg(long, env = "IIA_QUEUE", value_name = "COUNT")]
    pub queue: Option<usize>,
    /// Seconds that an analysis may take at most, whatever deadline its caller grants. Default: 60.
    #[arg(long, env = "IIA_ANALYSIS_TIMEOUT_SECS", value_name = "SECONDS")]
    pub analysis_timeout_secs: Option<u64>,
    /// Megabytes that pictures in memory may take together, before they are decoded. Default: 512.
    #[arg(long, env = "IIA_UPLOAD_MEMORY_MB", value_name = "MB")]
    pub upload_memory_mb: Option<usize>,
    /// Seconds that running calls have to finish when the service is told to stop. Default: 30.
    #[arg(long, env = "IIA_STOP_TIMEOUT_SECS", value_name = "SECONDS")]
    pub stop_timeout_secs: Option<u64>,
    /// Whether callers may ask for the contract over gRPC reflection. Default: false.
    #[arg(long, env = "IIA_REFLECTION", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub reflection: Option<bool>,
    /// What is logged, a filter such as info or server=debug,warn. Default: info.
    #[arg(long, env = "IIA_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How a line of the log is written. Default: text.
    #[arg(long, env = "IIA_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VisionSettings {
    pub listen: SocketAddr,
    pub metrics_listen: Option<SocketAddr>,
    pub tls_cert: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
    pub tls_client_ca: Option<PathBuf>,
    pub threads: usize,
    pub engine: EngineChoice,
    pub device: DeviceChoice,
    pub batch: Option<usize>,
    pub batch_wait_ms: u64,
    pub queue: usize,
    pub analysis_timeout_secs: u64,
    pub upload_memory_mb: usize,
    pub stop_timeout_secs: u64,
    pub reflection: bool,
    pub log: String,
    pub log_format: LogFormat,
}

impl VisionSettings {
    /// Lays the flags and the environment over the file, and the file over the defaults.
    ///
    /// # Errors
    /// When the file or a value is not valid.
    pub fn read(options: VisionOptions, file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::resolve(options.or(file::read(file)?.vision))
    }

    /// # Errors
    /// When a value is not valid.
    pub fn resolve(options: VisionOptions) -> Result<Self, ConfigError> {
        both_or_none((&options.tls_cert, "tls_cert"), (&options.tls_key, "tls_key"))?;
        if options.tls_client_ca.is_some() && options.tls_cert.is_none() {
            let detail = "callers show certificates over TLS alone: set tls_cert and tls_key too".into();
            return Err(ConfigError::Value { setting: "tls_client_ca", detail });
        }
        Ok(Self {
            listen: options.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 50051))),
            metrics_listen: options.metrics_listen,
            tls_cert: options.tls_cert,
            tls_key: options.tls_key,
            tls_client_ca: options.tls_client_ca,
            threads: valid_threads(options.threads.unwrap_or_else(default_threads))?,
            engine: options.engine.unwrap_or_default(),
            device: options.device.unwrap_or(DeviceChoice::Auto),
            batch: options.batch.map(valid_batch).transpose()?,
            batch_wait_ms: valid_batch_wait(options.batch_wait_ms.unwrap_or(0))?,
            queue: valid_queue(options.queue.unwrap_or(16))?,
            analysis_timeout_secs: within(
                "analysis_timeout_secs",
                options.analysis_timeout_secs.unwrap_or(60),
                1..=3600,
            )?,
            upload_memory_mb: within("upload_memory_mb", options.upload_memory_mb.unwrap_or(512), 64..=1_000_000)?,
            stop_timeout_secs: within("stop_timeout_secs", options.stop_timeout_secs.unwrap_or(30), 0..=3600)?,
            reflection: options.reflection.unwrap_or(false),
            log: valid_log(options.log.unwrap_or_else(|| "info".into()))?,
            log_format: options.log_format.unwrap_or_default(),
        })
    }

    pub fn executor(&self) -> Executor {
        Executor { engine: self.engine, device: self.device }
    }

    pub fn batches(&self) -> BatchSettings {
        BatchSettings { most: self.batch, wait: Duration::from_millis(self.batch_wait_ms) }
    }

    pub fn engine_limits(&self) -> EngineLimits {
        EngineLimits { threads: self.threads, queue: self.queue }
    }

    pub fn analysis_timeout(&self) -> Duration {
        Duration::from_secs(self.analysis_timeout_secs)
    }

    pub fn stop_timeout(&self) -> Duration {
        Duration::from_secs(self.stop_timeout_secs)
    }
}

impl VisionOptions {
    /// Fills what is not set here from `under`.
    fn or(self, under: Self) -> Self {
        let Self {
            listen,
            metrics_listen,
            tls_cert,
            tls_key,
            tls_client_ca,
            threads,
            engine,
            device,
            batch,
            batch_wait_ms,
            queue,
            analysis_timeout_secs,
            upload_memory_mb,
            stop_timeout_secs,
            reflection,
            log,
            log_format,
        } = self;
        Self {
            listen: listen.or(under.listen),
            metrics_listen: metrics_listen.or(under.metrics_listen),
            tls_cert: tls_cert.or(under.tls_cert),
            tls_key: tls_key.or(under.tls_key),
            tls_client_ca: tls_client_ca.or(under.tls_client_ca),
            threads: threads.or(under.threads),
            engine: engine.or(under.engine),
            device: device.or(under.device),
            batch: batch.or(under.batch),
            batch_wait_ms: batch_wait_ms.or(under.batch_wait_ms),
            queue: queue.or(under.queue),
            analysis_timeout_secs: analysis_timeout_secs.or(under.analysis_timeout_secs),
            upload_memory_mb: upload_memory_mb.or(under.upload_memory_mb),
            stop_timeout_secs: stop_timeout_secs.or(under.stop_timeout_secs),
            reflection: reflection.or(under.reflection),
            log: log.or(under.log),
            log_format: log_format.or(under.log_format),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::printed;

    #[test]
    fn the_printed_settings_name_every_value_and_can_be_read_back() {
        let settings = VisionSettings::resolve(VisionOptions::default()).expect("the defaults are valid");
        let text = printed::<VisionOptions, _>("vision", &settings);
        let back: toml::Table = toml::from_str(&text).expect("valid TOML");
        let table = back["vision"].clone().try_into().expect("the same keys");
        assert_eq!(VisionSettings::resolve(table).expect("valid"), settings);
        let values = serde_json::to_value(&settings).expect("settings are plain values");
        assert_eq!(text.matches("IIA_").count(), values.as_object().expect("a struct").len());
    }
}
