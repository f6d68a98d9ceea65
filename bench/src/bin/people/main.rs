//! What accounts cost: many people at once, a database of a busy installation, tokens and logins.
//!
//! Prints what was measured; `--json FILE` writes records. Nothing here needs a model.

mod asking;
mod crowd;
mod filling;
mod inside;

use std::path::PathBuf;

use anyhow::Result;
use bench::http::{Server, Started};
use bench::record::{Measured, write};
use clap::Parser;
use server::store::Database;
use tokio::runtime::Runtime;

#[derive(Parser)]
#[command(about = "Times of accounts: people at once, a full database, tokens and logins")]
struct Args {
    /// Also writes the records as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// People who do the same at once.
    #[arg(long, default_value_t = 100)]
    people: usize,
    /// Accounts in the database.
    #[arg(long, default_value_t = 10_000)]
    accounts: usize,
    /// Analyses in the database, those of one busy account among them.
    #[arg(long, default_value_t = 1_000_000)]
    analyses: usize,
    /// Requests of each kind.
    #[arg(long, default_value_t = 200)]
    requests: usize,
    /// PostgreSQL database to fill, an empty one. Default: SQLite in a folder that goes.
    #[arg(long)]
    database: Option<String>,
    /// The executable `iia`.
    #[arg(long, env = "IIA_BIN", default_value = "target/release/iia")]
    executable: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    let runtime = Runtime::new()?;
    let mut records = inside::measure()?;
    let folder = std::env::temp_dir().join(format!("iia-bench-people-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = with_server(&args, &runtime, &folder);
    // A folder that stays behind in the temporary one does no harm.
    let _ = std::fs::remove_dir_all(&folder);
    records.extend(outcome?);
    if let Some(path) = &args.json {
        write(path, &records)?;
    }
    Ok(())
}

fn with_server(args: &Args, runtime: &Runtime, folder: &std::path::Path) -> Result<Vec<Measured>> {
    let sizes = filling::Sizes { accounts: args.accounts, analyses: args.analyses };
    let filled = runtime.block_on(filling::fill(folder, args.database.as_deref(), sizes))?;
    let database = runtime.block_on(Database::open(folder, args.database.as_deref()))?;
    let mut started = Started::new(&args.executable, folder);
    // As cheap as bcrypt can be: its own time is told apart. Each person has an address of their own.
    let cheapest = crowd::CHEAPEST.to_string();
    started.arguments(["--password-cost", &cheapest, "--address-header", "x-forwarded-for", "--log", "error"]);
    if let Some(url) = &args.database {
        started.arguments(["--database", url]);
    }
    let server = Server::of(started)?;
    let mut records = asking::measure(&server, &filled, args.requests)?;
    records.extend(crowd::measure(&server, &database, runtime, args.people)?);
    drop(server);
    runtime.block_on(database.close());
    Ok(records)
}

/// A record, told on its way.
fn told(what: &str, value: f64, unit: &str) -> Measured {
    println!("  {what:<52} {value:>10.1} {unit}");
    Measured { what: what.to_owned(), value, unit: unit.to_owned() }
}
