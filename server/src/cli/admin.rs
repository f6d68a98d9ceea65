//! `iia admin`: what whoever runs the server does on the machine itself.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;

use crate::service::Moment;
use crate::store::key_ring::{KeyFile, KeyRing};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the server's data
    #[arg(long, env = "IIA_DATA", value_name = "DIR", default_value = "iia-data", global = true)]
    data: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Keys that sign access tokens and encrypt files.
    #[command(subcommand)]
    Keys(KeysAction),
}

#[derive(Debug, Subcommand)]
enum KeysAction {
    /// Replace a key by a new one; a running server takes it at once. Tokens of the old key stay valid for an hour at most,
    /// files of the old key can still be read.
    Rotate {
        /// Which key
        #[arg(value_enum, default_value = "tokens")]
        which: Which,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Which {
    /// The key that signs access tokens
    Tokens,
    /// The key that encrypts files and pictures
    Storage,
}

pub fn run(args: Args) -> ExitCode {
    super::told(match args.action {
        Action::Keys(KeysAction::Rotate { which }) => rotate(&args.data, which),
    })
}

fn rotate(data: &std::path::Path, which: Which) -> anyhow::Result<()> {
    let file = match which {
        Which::Tokens => KeyFile::Tokens,
        Which::Storage => KeyFile::Storage,
    };
    // A folder that is not there is a typing error, not a new installation.
    anyhow::ensure!(data.is_dir(), "there is no folder {}", data.display());
    let kid = KeyRing::load(data, file)?.rotate(Moment::now()).context("the file of keys cannot be written")?;
    println!("the new key is {kid}");
    Ok(())
}
