//! The command line: which subcommands there are, and which module each one runs.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod admin;
pub mod analyze;
mod manual;
pub mod models;
pub mod serve;
pub mod vision;

/// Reads what is on pictures: in the terminal, as a service, on a page.
#[derive(Debug, Parser)]
#[command(name = "iia", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look after a server on its own machine.
    Admin(admin::Args),
    /// Describe pictures.
    Analyze(analyze::Args),
    /// Print completions for a shell.
    Completions(manual::CompletionsArgs),
    /// Print the manual page, or write one for each subcommand.
    Man(manual::ManArgs),
    /// List, fetch and verify the models.
    Models(models::Args),
    /// Serve the page and the API; everything in one process.
    Serve(Box<serve::Args>),
    /// Serve the vision service over gRPC.
    Vision(vision::Args),
}

/// Parses the arguments and runs the subcommand. Exit codes: 0 all well, 1 failed, 2 some inputs failed or wrong usage.
pub fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Admin(args) => admin::run(args),
        Command::Analyze(args) => analyze::run(args),
        Command::Completions(args) => manual::completions(&args),
        Command::Man(args) => manual::man(&args),
        Command::Models(args) => models::run(args),
        Command::Serve(args) => serve::run(*args),
        Command::Vision(args) => vision::run(args),
    }
}

/// Says on standard error why a subcommand failed, with all causes on one line.
fn told(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
