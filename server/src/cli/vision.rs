//! `iia vision`: the vision service over gRPC.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use crate::config::{VisionOptions, VisionSettings, printed};
use crate::models::ModelStore;
use crate::vision::grpc::Service;
use crate::vision::run::{Manner, Reflection, run as serve};
use crate::vision::{Intake, start, tls};
use crate::{logs, meters, stop};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: VisionOptions,
    /// Settings file; iia.toml in the working folder is read, if it is there and no other is named.
    #[arg(long, env = "IIA_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Print the settings in force, as they can stand in iia.toml, and end.
    #[arg(long)]
    print_config: bool,
}

pub fn run(args: Args) -> ExitCode {
    super::told(begin(args))
}

fn begin(args: Args) -> anyhow::Result<()> {
    let settings = VisionSettings::read(args.options, args.config.as_deref())?;
    if args.print_config {
        print!("{}", printed::<VisionOptions, _>("vision", &settings));
        return Ok(());
    }
    logs::start(&settings.log, settings.log_format);
    meters::start();
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(vision(settings))
}

async fn vision(settings: VisionSettings) -> anyhow::Result<()> {
    let stop = stop::on_signal()?;
    let tls = tls::server(&settings)?;
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    if let Some(address) = settings.metrics_listen {
        let listener =
            tokio::net::TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
        tracing::info!(metrics_address = %listener.local_addr()?, "/metrics is served");
        tokio::spawn(meters::serve(listener));
    }
    tokio::spawn(meters::keep());
    let limits = settings.engine_limits();
    let (executor, batches) = (settings.executor(), settings.batches());
    let start = move || start::local(ModelStore::open(), limits, executor, batches);
    let started = tokio::task::spawn_blocking(start).await??;
    tokio::spawn(started.watch.run());
    let intake = Intake::new(settings.upload_memory_mb * 1_000_000);
    let service = Service::new(started.local, intake, settings.analysis_timeout());
    let reflection = if settings.reflection { Reflection::On } else { Reflection::Off };
    let is_tls = tls.is_some();
    tracing::info!(address = %listener.local_addr()?, threads = settings.threads, tls = is_tls, "the vision service listens");
    let serving = serve(listener, service, Manner { reflection, tls }, stop.clone());
    match stop::bounded(serving, &stop, settings.stop_timeout()).await {
        Some(ended) => ended.context("the vision service failed")?,
        None => tracing::warn!("some calls did not finish in time"),
    }
    Ok(())
}
