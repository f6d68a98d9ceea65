//! `iia analyze`: describes pictures in the terminal, or as JSON, JSON lines or CSV.

mod annotate;
mod inputs;
mod interrupt;
mod json;
mod opening;
mod paint;
mod progress;
mod rows;
mod sheet;
mod work;

use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::process::ExitCode;

use vision_core::pipeline::Options;
use vision_core::report::{Profile, Report};
use vision_core::stage::Task;
use vision_core::{AnalyzeError, ErrorCode};

use crate::models::Executor;

/// Some pictures failed.
const SOME_FAILED: u8 = 2;
/// Stopped by Ctrl-C, as shells tell it: 128 and the signal's number.
const INTERRUPTED: u8 = 130;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Pictures, folders (searched through), globs in quotes, or `-` for standard input
    #[arg(required = true, value_name = "PICTURE")]
    pictures: Vec<PathBuf>,
    #[command(flatten)]
    format: Format,
    /// Save each picture with its findings drawn on it to this folder
    #[arg(long, value_name = "DIR")]
    annotate: Option<PathBuf>,
    /// What to look for: tags, objects, faces, colors, quality, description
    #[arg(long, value_name = "TASKS", value_delimiter = ',', value_parser = task)]
    tasks: Vec<Task>,
    /// Which models read the pictures: the small set of the browser, or the best
    #[arg(long, value_enum, default_value_t = ProfileArg::Authority)]
    profile: ProfileArg,
    #[command(flatten)]
    executor: Executor,
    /// Pictures read at the same time; all cores if not given
    #[arg(long, short, value_name = "N")]
    jobs: Option<NonZeroUsize>,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Format {
    /// The full report as JSON; an array for several pictures
    #[arg(long)]
    json: bool,
    /// One report per line
    #[arg(long)]
    jsonl: bool,
    /// A table with one row per picture
    #[arg(long)]
    csv: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum ProfileArg {
    Preview,
    Authority,
}

impl From<ProfileArg> for Profile {
    fn from(arg: ProfileArg) -> Self {
        match arg {
            ProfileArg::Preview => Self::Preview,
            ProfileArg::Authority => Self::Authority,
        }
    }
}

fn task(text: &str) -> Result<Task, AnalyzeError> {
    text.trim().parse()
}

/// What became of one picture.
struct Outcome {
    /// The path as it was given or found; `-` for standard input.
    file: String,
    result: Result<Report, Failure>,
}

/// Why a picture could not be described.
#[derive(Clone, Debug, serde::Serialize)]
struct Failure {
    code: ErrorCode,
    message: String,
}

impl From<AnalyzeError> for Failure {
    fn from(error: AnalyzeError) -> Self {
        Self { code: error.code(), message: error.to_string() }
    }
}

/// Writes outcomes in one format. Each is flushed, so that what is finished stays whatever happens later.
trait Printer {
    fn print(&mut self, outcome: &Outcome) -> io::Result<()>;
    /// Closes what the format opened.
    fn finish(&mut self) -> io::Result<()>;
}

pub fn run(args: Args) -> ExitCode {
    match analyze(&args) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("iia: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn analyze(args: &Args) -> anyhow::Result<ExitCode> {
    let found = inputs::find(&args.pictures);
    if let Some(folder) = &args.annotate {
        std::fs::create_dir_all(folder)?;
    }
    let interrupt = interrupt::listen()?;
    let options = options(args);
    let loaded = opening::load(&options, args.executor)?;
    let annotator = args.annotate.as_deref().map(annotate::Annotator::new);
    let mut printer = printer(args, found.single);
    let progress = progress::Progress::new(found.inputs.len());
    let mut failed = 0_usize;
    let job = work::Job { analyzer: &loaded, options: &options, annotator: annotator.as_ref(), interrupt };
    let written = work::run(&job, found.inputs, jobs(args), |outcome| {
        progress.around(|| {
            if let Err(failure) = &outcome.result {
                failed += 1;
                eprintln!("iia: {}: {}: {}", paint::plain(&outcome.file), failure.code, paint::plain(&failure.message));
            }
            printer.print(&outcome)
        })
    });
    progress.close();
    match written.and_then(|()| printer.finish()) {
        // Whoever read the output has had enough: nothing is wrong.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(error.into()),
        Ok(()) if interrupt.is_set() => Ok(ExitCode::from(INTERRUPTED)),
        Ok(()) if failed > 0 => Ok(ExitCode::from(SOME_FAILED)),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

fn options(args: &Args) -> Options {
    let default = Options::default();
    let tasks = if args.tasks.is_empty() { default.tasks } else { args.tasks.iter().copied().collect() };
    Options { tasks, profile: args.profile.into(), ..default }
}

fn jobs(args: &Args) -> usize {
    let cores = || std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    args.jobs.unwrap_or_else(cores).get()
}

fn printer(args: &Args, single: bool) -> Box<dyn Printer> {
    let out: Box<dyn Write> = Box::new(io::stdout().lock());
    match args.format {
        Format { json: true, .. } if single => Box::new(json::Lines::pretty(out)),
        Format { json: true, .. } => Box::new(json::Array::new(out)),
        Format { jsonl: true, .. } => Box::new(json::Lines::compact(out)),
        Format { csv: true, .. } => Box::new(rows::Csv::new(out)),
        Format { .. } => Box::new(sheet::Sheet::new(out, paint::Paint::for_stream(io::stdout().is_terminal()))),
    }
}
