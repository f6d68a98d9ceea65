//! `iia serve`: the page and the API, everything in one process.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;

use crate::config::{ServeOptions, ServeSettings, printed};
use crate::gateway::{self, open};
use crate::models::ModelStore;
use crate::vision::remote::Remote;
use crate::vision::{Vision, start, tls};
use crate::{logs, meters, stop};

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    options: ServeOptions,
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
    let settings = ServeSettings::read(args.options, args.config.as_deref())?;
    if args.print_config {
        print!("{}", printed::<ServeOptions, _>("serve", &settings));
        return Ok(());
    }
    logs::start(&settings.log, settings.log_format);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(settings))
}

async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let stop = stop::on_signal()?;
    meters::start();
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .with_context(|| format!("cannot listen on {}", settings.listen))?;
    let vision = vision(&settings).await?;
    let opened = open::open(&settings, vision).await?;
    tokio::spawn(meters::keep());
    let keeping_house = tokio::spawn(opened.house.keep());
    tracing::info!(address = %listener.local_addr()?, "the server listens");
    let serving = gateway::run(listener, opened.router, stop.clone());
    match stop::bounded(serving, &stop, settings.stop_timeout()).await {
        Some(ended) => ended.context("the server failed")?,
        None => tracing::warn!("some requests did not finish in time"),
    }
    keeping_house.abort();
    opened.service.close().await;
    Ok(())
}

/// The vision service that the settings name, or the same code here.
async fn vision(settings: &ServeSettings) -> anyhow::Result<Arc<dyn Vision>> {
    if let Some(address) = &settings.vision {
        return Ok(Arc::new(Remote::new(tls::endpoint(address, settings)?)));
    }
    let limits = settings.engine_limits();
    let (executor, batches) = (settings.executor(), settings.batches());
    let start = move || start::local(ModelStore::open(), limits, executor, batches);
    let started = tokio::task::spawn_blocking(start).await??;
    tokio::spawn(started.watch.run());
    Ok(Arc::new(started.local))
}
