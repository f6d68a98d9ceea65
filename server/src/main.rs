//! The executable `iia`: every role of the product as a subcommand.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::cli::main()
}
