//! `iia admin`: what whoever runs the server does on the machine itself.

use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Subcommand;

use crate::auth::administration::NewAdministrator;
use crate::auth::audit::{self, Verdict};
use crate::config::{ServeOptions, ServeSettings};
use crate::gateway::open;
use crate::service::Moment;
use crate::store::Store;
use crate::store::key::ServerKey;
use crate::store::key_ring::{KeyFile, KeyRing};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the server's data; what the settings file says, or iia-data
    #[arg(long, env = "IIA_DATA", value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Database; what the settings file says, or SQLite in the data folder
    #[arg(long, env = "IIA_DATABASE", value_name = "URL", hide_env_values = true, global = true)]
    database: Option<String>,
    /// Settings file; iia.toml in the working folder is read, if it is there and no other is named
    #[arg(long, env = "IIA_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make an administrator's account; the password is read from standard input.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        first_name: String,
        #[arg(long)]
        last_name: String,
    },
    /// The log of what administrators did.
    #[command(subcommand)]
    Audit(AuditAction),
    /// Keys that sign access tokens and encrypt files.
    #[command(subcommand)]
    Keys(KeysAction),
}

#[derive(Debug, Subcommand)]
enum AuditAction {
    /// Check that no entry was changed or taken out. Ends with 1 where one was.
    Verify,
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
    super::told(act(args))
}

fn act(args: Args) -> anyhow::Result<()> {
    let Args { data, database, config, action } = args;
    let options = ServeOptions { data, database, ..ServeOptions::default() };
    let settings = ServeSettings::read(options, config.as_deref())?;
    match action {
        Action::Create { email, first_name, last_name } => {
            let password = password()?;
            let new = NewAdministrator { first_name, last_name, email, password };
            runtime()?.block_on(create(&settings, new))
        }
        Action::Audit(AuditAction::Verify) => runtime()?.block_on(verify(&settings)),
        Action::Keys(KeysAction::Rotate { which }) => rotate(&settings.data, which),
    }
}

/// One line of standard input: never an argument, which every process of the machine could read.
fn password() -> anyhow::Result<String> {
    if std::io::stdin().is_terminal() {
        eprintln!("The password, then Enter (it is shown as you type):");
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("standard input cannot be read")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

async fn create(settings: &ServeSettings, new: NewAdministrator) -> anyhow::Result<()> {
    let email = new.email.clone();
    open::auth(settings).await?.create_administrator(new).await?;
    println!("{email} is an administrator now and can log in");
    Ok(())
}

async fn verify(settings: &ServeSettings) -> anyhow::Result<()> {
    let store = Store::open(&settings.data, settings.database.as_deref()).await?;
    let key = ServerKey::load(&settings.data)?;
    match audit::verify(&store.database, &key).await? {
        Verdict::Whole { entries, hash } if entries > 0 => {
            println!("{entries} entries, none changed; the last one is {hash}");
            Ok(())
        }
        Verdict::Whole { .. } => {
            println!("no entries yet");
            Ok(())
        }
        Verdict::Broken { number } => anyhow::bail!("entry {number} is not as it was written, or is missing"),
    }
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

fn rotate(data: &Path, which: Which) -> anyhow::Result<()> {
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
