//! Settings of `iia serve`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tonic::transport::Endpoint;

use super::{
    ConfigError, LogFormat, both_or_none, default_threads, file, people, valid_batch, valid_batch_wait, valid_log,
    valid_queue, valid_threads, within,
};
use crate::models::batching::BatchSettings;
use crate::models::{DeviceChoice, EngineChoice, Executor};
use crate::vision::engine::EngineLimits;

const MAIL_FROM: &str = "Intelligent Image Analyzer <noreply@localhost>";

/// What may be set; what is not set takes its default.
#[derive(Clone, Debug, Default, Deserialize, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct ServeOptions {
    /// Address and port to serve HTTP on. Default: 127.0.0.1:8080.
    #[arg(long, env = "IIA_LISTEN", value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// Folder for the database, kept pictures and the key that signs cookies. Default: iia-data.
    #[arg(long, env = "IIA_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database: postgres://USER:PASSWORD@HOST/NAME, or sqlite:FILE. Default: SQLite in the data folder.
    #[arg(long, env = "IIA_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// Address under which people reach the server: what links in mails begin with. Default: http:// and the address that is
    /// listened on.
    #[arg(long, env = "IIA_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// SMTP server that sends mails: smtps://USER:PASSWORD@HOST, or smtp://HOST:PORT?tls=required for STARTTLS. Default:
    /// none, mails are files in the folder `mail` of the data folder.
    #[arg(long, env = "IIA_SMTP", value_name = "URL", hide_env_values = true)]
    pub smtp: Option<String>,
    /// Who mails come from. Default: Intelligent Image Analyzer <noreply@localhost>.
    #[arg(long, env = "IIA_MAIL_FROM", value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Whether somebody who registers is told that an address or a user name is taken. Default: false, the answer is the
    /// same and the owner of the address is told by mail.
    #[arg(long, env = "IIA_REVEAL_ACCOUNTS", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub reveal_accounts: Option<bool>,
    /// Characters that a password has at least. Default: 10.
    #[arg(long, env = "IIA_PASSWORD_LENGTH", value_name = "COUNT")]
    pub password_length: Option<usize>,
    /// Whether a password needs a small and a capital letter, a digit and a character that is neither. Default: true.
    #[arg(long, env = "IIA_PASSWORD_CLASSES", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub password_classes: Option<bool>,
    /// Cost of bcrypt: one more doubles the time that a login takes. Default: 12.
    #[arg(long, env = "IIA_PASSWORD_COST", value_name = "COST")]
    pub password_cost: Option<u32>,
    /// Analyses that an account may have an hour. Default: 1000.
    #[arg(long, env = "IIA_ACCOUNT_ANALYSES", value_name = "COUNT")]
    pub account_analyses: Option<u32>,
    /// Megabytes that the files and kept pictures of an account may take. Default: 500.
    #[arg(long, env = "IIA_ACCOUNT_STORAGE_MB", value_name = "MB")]
    pub account_storage_mb: Option<u64>,
    /// Whether administrators must log in with a second factor. Default: false.
    #[arg(long, env = "IIA_ADMIN_SECOND_FACTOR", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub admin_second_factor: Option<bool>,
    /// Service that knows passwords of breaches by the first five digits of their SHA-1 hashes, such as
    /// https://api.pwnedpasswords.com/range/. Default: none is asked.
    #[arg(long, env = "IIA_BREACHED_PASSWORDS", value_name = "URL")]
    pub breached_passwords: Option<String>,
    /// Address of a separate vision service, http://HOST:PORT or https://HOST:PORT. Default: none, pictures are read in this
    /// process.
    #[arg(long, env = "IIA_VISION", value_name = "URL")]
    pub vision: Option<String>,
    /// PEM file of the authority that signed the vision service's certificate. Default: those that browsers trust.
    #[arg(long, env = "IIA_VISION_CA", value_name = "FILE")]
    pub vision_ca: Option<PathBuf>,
    /// PEM file of the certificate that is shown to the vision service. Default: none is shown.
    #[arg(long, env = "IIA_VISION_CERT", value_name = "FILE")]
    pub vision_cert: Option<PathBuf>,
    /// PEM file of that certificate's private key.
    #[arg(long, env = "IIA_VISION_KEY", value_name = "FILE")]
    pub vision_key: Option<PathBuf>,
    /// Folder of the built page. Default: looked for beside the executable and in the checkout.
    #[arg(long, env = "IIA_PAGE", value_name = "DIR")]
    pub page: Option<PathBuf>,
    /// Folder of the page's static files. Default: looked for beside the executable and in the checkout.
    #[arg(long, env = "IIA_PUBLIC", value_name = "DIR")]
    pub public: Option<PathBuf>,
    /// Analyses that an anonymous visitor has. Default: 10.
    #[arg(long, env = "IIA_ANONYMOUS_ANALYSES", value_name = "COUNT")]
    pub anonymous_analyses: Option<u32>,
    /// Analyses that all anonymous visitors of one network have together, a day. Default: 300.
    #[arg(long, env = "IIA_NETWORK_ANALYSES", value_name = "COUNT")]
    pub network_analyses: Option<u32>,
    /// Days that results and kept pictures stay. Default: 30.
    #[arg(long, env = "IIA_KEEP_DAYS", value_name = "DAYS")]
    pub keep_days: Option<u32>,
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
    /// Seconds that an analysis may take, waiting included. Default: 60.
    #[arg(long, env = "IIA_ANALYSIS_TIMEOUT_SECS", value_name = "SECONDS")]
    pub analysis_timeout_secs: Option<u64>,
    /// Seconds that sending a picture may take. Default: 120.
    #[arg(long, env = "IIA_UPLOAD_TIMEOUT_SECS", value_name = "SECONDS")]
    pub upload_timeout_secs: Option<u64>,
    /// Megabytes that pictures in memory may take together, before they are decoded. Default: 512.
    #[arg(long, env = "IIA_UPLOAD_MEMORY_MB", value_name = "MB")]
    pub upload_memory_mb: Option<usize>,
    /// Seconds that running requests have to finish when the server is told to stop. Default: 30.
    #[arg(long, env = "IIA_STOP_TIMEOUT_SECS", value_name = "SECONDS")]
    pub stop_timeout_secs: Option<u64>,
    /// Whether the server is reached over HTTPS only: cookies are then marked so. Default: false.
    #[arg(long, env = "IIA_SECURE_COOKIES", num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub secure_cookies: Option<bool>,
    /// Header in which a proxy that you run tells the visitor's address (its last entry counts), such as
    /// x-forwarded-for. Default: none, the address of the connection counts.
    #[arg(long, env = "IIA_ADDRESS_HEADER", value_name = "NAME")]
    pub address_header: Option<String>,
    /// What is logged, a filter such as info or server=debug,warn. Default: info.
    #[arg(long, env = "IIA_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// How a line of the log is written. Default: text.
    #[arg(long, env = "IIA_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// The settings in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServeSettings {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub database: Option<String>,
    pub public_url: String,
    pub smtp: Option<String>,
    pub mail_from: String,
    pub reveal_accounts: bool,
    pub password_length: usize,
    pub password_classes: bool,
    pub password_cost: u32,
    pub account_analyses: u32,
    pub account_storage_mb: u64,
    pub admin_second_factor: bool,
    pub breached_passwords: Option<String>,
    pub vision: Option<String>,
    pub vision_ca: Option<PathBuf>,
    pub vision_cert: Option<PathBuf>,
    pub vision_key: Option<PathBuf>,
    pub page: Option<PathBuf>,
    pub public: Option<PathBuf>,
    pub anonymous_analyses: u32,
    pub network_analyses: u32,
    pub keep_days: u32,
    pub threads: usize,
    pub engine: EngineChoice,
    pub device: DeviceChoice,
    pub batch: Option<usize>,
    pub batch_wait_ms: u64,
    pub queue: usize,
    pub analysis_timeout_secs: u64,
    pub upload_timeout_secs: u64,
    pub upload_memory_mb: usize,
    pub stop_timeout_secs: u64,
    pub secure_cookies: bool,
    pub address_header: Option<String>,
    pub log: String,
    pub log_format: LogFormat,
}

impl ServeSettings {
    /// Lays the flags and the environment over the file, and the file over the defaults.
    ///
    /// # Errors
    /// When the file or a value is not valid.
    pub fn read(options: ServeOptions, file: Option<&Path>) -> Result<Self, ConfigError> {
        Self::resolve(options.or(file::read(file)?.serve))
    }

    /// # Errors
    /// When a value is not valid.
    pub fn resolve(options: ServeOptions) -> Result<Self, ConfigError> {
        let listen = options.listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        check_vision_tls(&options)?;
        Ok(Self {
            listen,
            data: options.data.unwrap_or_else(|| "iia-data".into()),
            database: options.database.map(people::valid_database).transpose()?,
            public_url: people::valid_public_url(options.public_url.unwrap_or_else(|| format!("http://{listen}")))?,
            smtp: options.smtp.map(people::valid_smtp).transpose()?,
            mail_from: people::valid_mail_from(options.mail_from.unwrap_or_else(|| MAIL_FROM.into()))?,
            reveal_accounts: options.reveal_accounts.unwrap_or(false),
            password_length: people::valid_shortest(options.password_length.unwrap_or(10))?,
            password_classes: options.password_classes.unwrap_or(true),
            password_cost: people::valid_cost(options.password_cost.unwrap_or(12))?,
            account_analyses: options.account_analyses.unwrap_or(1000),
            account_storage_mb: within("account_storage_mb", options.account_storage_mb.unwrap_or(500), 1..=1_000_000)?,
            admin_second_factor: options.admin_second_factor.unwrap_or(false),
            breached_passwords: options.breached_passwords.map(people::valid_range_service).transpose()?,
            vision: options.vision.map(valid_address).transpose()?,
            vision_ca: options.vision_ca,
            vision_cert: options.vision_cert,
            vision_key: options.vision_key,
            page: options.page,
            public: options.public,
            anonymous_analyses: options.anonymous_analyses.unwrap_or(10),
            network_analyses: options.network_analyses.unwrap_or(300),
            keep_days: within("keep_days", options.keep_days.unwrap_or(30), 1..=36_500)?,
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
            upload_timeout_secs: within("upload_timeout_secs", options.upload_timeout_secs.unwrap_or(120), 1..=3600)?,
            upload_memory_mb: within("upload_memory_mb", options.upload_memory_mb.unwrap_or(512), 64..=1_000_000)?,
            stop_timeout_secs: within("stop_timeout_secs", options.stop_timeout_secs.unwrap_or(30), 0..=3600)?,
            secure_cookies: options.secure_cookies.unwrap_or(false),
            address_header: options.address_header.map(valid_header).transpose()?,
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

impl ServeOptions {
    /// Fills what is not set here from `under`.
    fn or(self, under: Self) -> Self {
        let Self {
            listen,
            data,
            database,
            public_url,
            smtp,
            mail_from,
            reveal_accounts,
            password_length,
            password_classes,
            password_cost,
            account_analyses,
            account_storage_mb,
            admin_second_factor,
            breached_passwords,
            vision,
            vision_ca,
            vision_cert,
            vision_key,
            page,
            public,
            anonymous_analyses,
            network_analyses,
            keep_days,
            threads,
            engine,
            device,
            batch,
            batch_wait_ms,
            queue,
            analysis_timeout_secs,
            upload_timeout_secs,
            upload_memory_mb,
            stop_timeout_secs,
            secure_cookies,
            address_header,
            log,
            log_format,
        } = self;
        Self {
            listen: listen.or(under.listen),
            data: data.or(under.data),
            database: database.or(under.database),
            public_url: public_url.or(under.public_url),
            smtp: smtp.or(under.smtp),
            mail_from: mail_from.or(under.mail_from),
            reveal_accounts: reveal_accounts.or(under.reveal_accounts),
            password_length: password_length.or(under.password_length),
            password_classes: password_classes.or(under.password_classes),
            password_cost: password_cost.or(under.password_cost),
            account_analyses: account_analyses.or(under.account_analyses),
            account_storage_mb: account_storage_mb.or(under.account_storage_mb),
            admin_second_factor: admin_second_factor.or(under.admin_second_factor),
            breached_passwords: breached_passwords.or(under.breached_passwords),
            vision: vision.or(under.vision),
            vision_ca: vision_ca.or(under.vision_ca),
            vision_cert: vision_cert.or(under.vision_cert),
            vision_key: vision_key.or(under.vision_key),
            page: page.or(under.page),
            public: public.or(under.public),
            anonymous_analyses: anonymous_analyses.or(under.anonymous_analyses),
            network_analyses: network_analyses.or(under.network_analyses),
            keep_days: keep_days.or(under.keep_days),
            threads: threads.or(under.threads),
            engine: engine.or(under.engine),
            device: device.or(under.device),
            batch: batch.or(under.batch),
            batch_wait_ms: batch_wait_ms.or(under.batch_wait_ms),
            queue: queue.or(under.queue),
            analysis_timeout_secs: analysis_timeout_secs.or(under.analysis_timeout_secs),
            upload_timeout_secs: upload_timeout_secs.or(under.upload_timeout_secs),
            upload_memory_mb: upload_memory_mb.or(under.upload_memory_mb),
            stop_timeout_secs: stop_timeout_secs.or(under.stop_timeout_secs),
            secure_cookies: secure_cookies.or(under.secure_cookies),
            address_header: address_header.or(under.address_header),
            log: log.or(under.log),
            log_format: log_format.or(under.log_format),
        }
    }
}

fn valid_address(address: String) -> Result<String, ConfigError> {
    let invalid = |detail: String| ConfigError::Value { setting: "vision", detail };
    let endpoint = Endpoint::from_shared(address.clone()).map_err(|error| invalid(error.to_string()))?;
    if matches!(endpoint.uri().scheme_str(), Some("http" | "https")) && endpoint.uri().host().is_some() {
        return Ok(address);
    }
    Err(invalid(format!("`{address}` is not of the form http://HOST:PORT or https://HOST:PORT")))
}

/// Certificates for a connection that is none, or without TLS, would be believed to protect it.
fn check_vision_tls(options: &ServeOptions) -> Result<(), ConfigError> {
    let ServeOptions { vision, vision_ca, vision_cert, vision_key, .. } = options;
    let all = [(vision_ca, "vision_ca"), (vision_cert, "vision_cert"), (vision_key, "vision_key")];
    let is_tls = vision.as_ref().is_some_and(|address| address.starts_with("https://"));
    if let Some((_, setting)) = all.iter().find(|(file, _)| file.is_some() && !is_tls) {
        let detail = "it is for a vision service at https://HOST:PORT".into();
        return Err(ConfigError::Value { setting, detail });
    }
    both_or_none((vision_cert, "vision_cert"), (vision_key, "vision_key"))
}

fn valid_header(name: String) -> Result<String, ConfigError> {
    match http::HeaderName::try_from(name.as_str()) {
        Ok(name) => Ok(name.as_str().to_owned()),
        Err(error) => Err(ConfigError::Value { setting: "address_header", detail: error.to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::printed;

    fn options(toml: &str) -> ServeOptions {
        toml::from_str(toml).expect("a valid table")
    }

    #[test]
    fn a_flag_goes_over_the_file_and_the_file_over_the_default() {
        let flags = options("threads = 3");
        let file = options("threads = 5\nqueue = 7");
        let settings = ServeSettings::resolve(flags.or(file)).expect("valid");
        assert_eq!((settings.threads, settings.queue, settings.keep_days), (3, 7, 30));
    }

    #[test]
    fn what_makes_no_sense_is_refused_at_the_start() {
        let cases = [
            ("threads = 0", "threads"),
            ("keep_days = 0", "keep_days"),
            ("vision = \"localhost\"", "vision"),
            ("vision = \"ftp://localhost:1\"", "vision"),
            ("vision = \"http://localhost:1\"\nvision_ca = \"ca.pem\"", "vision_ca"),
            ("vision = \"https://localhost:1\"\nvision_key = \"key.pem\"", "vision_cert"),
            ("breached_passwords = \"api.example.org/range\"", "breached_passwords"),
            ("address_header = \"no header\"", "address_header"),
            ("log = \"a=b=c\"", "log"),
            ("analysis_timeout_secs = 0", "analysis_timeout_secs"),
            ("database = \"mysql://u:secret@h/d\"", "database"),
            ("public_url = \"example.org\"", "public_url"),
            ("smtp = \"http://h\"", "smtp"),
            ("mail_from = \"nobody\"", "mail_from"),
            ("password_cost = 3", "password_cost"),
            ("password_length = 4", "password_length"),
        ];
        for (toml, setting) in cases {
            let error = ServeSettings::resolve(options(toml)).expect_err(toml);
            assert!(error.to_string().contains(setting), "{toml}: {error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_printed_settings_name_every_value_and_can_be_read_back() {
        let settings = ServeSettings::resolve(ServeOptions::default()).expect("the defaults are valid");
        let text = printed::<ServeOptions, _>("serve", &settings);
        let values = serde_json::to_value(&settings).expect("settings are plain values");
        for key in values.as_object().expect("a struct").keys() {
            assert!(text.contains(&format!("\n{key} =")) || text.contains(&format!("\n# {key} =")), "{key} in\n{text}");
        }
        let back: toml::Table = toml::from_str(&text).expect("valid TOML");
        let table = back["serve"].clone().try_into().expect("the same keys");
        assert_eq!(ServeSettings::resolve(table).expect("valid"), settings);
        for line in text.lines().filter(|line| line.starts_with("# --")) {
            assert!(line.contains("IIA_"), "{line} names its environment variable");
        }
    }
}
