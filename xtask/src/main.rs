//! Decides which piece of the project's automation runs: one module a command, tools that they need under `tools`.

mod bench;
mod check;
mod cores;
mod dev;
mod doctor;
mod fresh;
mod goldens;
mod native;
mod page;
mod process;
mod project;
mod run;
mod server;
mod test;
mod times;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
The project's automation. What is missing is installed on the way, with a line that says what and why.

  cargo xtask run          build everything, serve the page on http://127.0.0.1:8080, print that address last
  cargo xtask test         everything: format, clippy, unit, property, golden, integration and browser tests
  cargo xtask check        the fast part: format, clippy, native unit tests
  cargo xtask dev          serve the page, watch the sources, rebuild and restart what changed
  cargo xtask doctor       what is found, what is missing, how to mend it
  cargo xtask eval [..]    accuracy on ../shared/eval; arguments go to the measuring program (--json FILE)
  cargo xtask bench [..]   times, stage by stage; arguments go to the measuring program (--json FILE)
  cargo xtask bench engine [..]  times of the models beside ONNX Runtime, natively and in Chromium (--json FILE, --ops)
  cargo xtask bench people [..]  times of accounts: many people at once, a full database, tokens, logins (--json FILE)
  cargo xtask goldens      rewrite the golden files and show what changed
  cargo xtask build-page   only the page's four wasm programs (--dev: the quick build that `dev` uses)

Settings: IIA_LISTEN (address of run and dev), IIA_DATA (the server's data), IIA_CACHE (tools and compilers),
IIA_MODELS (a folder with weights), IIA_CHROMIUM (a browser), IIA_WASM_COMPILER (rustup or distribution),
IIA_KEEP_TIMES (a file that lets `test` of a fresh clone take what an earlier clone at the same place has built; for a
target folder that nothing else builds into).
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_str() {
        "run" => run::run(),
        "test" => return test::test(&rest),
        "check" => return check::check(),
        "dev" => dev::dev(),
        "doctor" => return doctor::doctor(),
        "eval" => bench::eval(&rest),
        "bench" => bench::bench(&rest),
        "goldens" => goldens::goldens(),
        "build-page" => page::build_from_arguments(&rest),
        "" | "help" | "-h" | "--help" => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprint!("`{unknown}` is not a command.\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
