//! `iia models`: which models there are, where their files are, fetching and checking them; and what becomes of them: plans.

mod compiling;
mod drawing;
mod fetching;
mod inspecting;
mod ops;
mod subject;
mod table;

use std::process::ExitCode;

use clap::{Subcommand, ValueEnum};
use serde::Serialize;
use vision_core::manifest::{ModelSpec, ModelTask};
use vision_core::report::Profile;

use crate::models::places::PlaceKind;
use crate::models::{ModelStore, StoreError};

/// Some models could not be had.
const SOME_MISSING: u8 = 2;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List all models: task, size, licence, whether they are here.
    List(Output),
    /// Bring missing models into the cache.
    Fetch(FetchArgs),
    /// Check every file that is here by its SHA-256.
    Verify(Output),
    /// Print the folders that are looked in, and the file of each model.
    Where(Output),
    /// Print which ops each model has, and which engines can run them.
    Ops(ops::Args),
    /// Compile a model into a plan: what the processor's engine and browsers run.
    Compile(compiling::Args),
    /// Show a plan op by op: shapes, work, bytes, time on this machine.
    Inspect(inspecting::Args),
}

#[derive(Debug, clap::Args)]
struct Output {
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct FetchArgs {
    /// Names of models, as `iia models list` shows them
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// All models of a profile; without names, those of both profiles
    #[arg(long, value_enum, conflicts_with = "names")]
    profile: Option<Wanted>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Wanted {
    Preview,
    Authority,
    /// Every model of the manifest, also those that no profile uses
    All,
}

pub fn run(args: Args) -> ExitCode {
    let store = ModelStore::open();
    match args.action {
        Action::List(output) => list(&store, &output),
        Action::Fetch(args) => fetch(&store, &args),
        Action::Verify(output) => verify(&store, &output),
        Action::Where(output) => places(&store, &output),
        Action::Ops(args) => told(ops::run(&store, &args)),
        Action::Compile(args) => told(compiling::run(&store, &args)),
        Action::Inspect(args) => told(inspecting::run(&store, &args)),
    }
}

/// Says on standard error why a model could not be had or made into a plan.
fn told(outcome: anyhow::Result<ExitCode>) -> ExitCode {
    outcome.unwrap_or_else(|error| {
        eprintln!("iia: {error:#}");
        ExitCode::from(SOME_MISSING)
    })
}

/// One line of the list.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    version: &'a str,
    task: ModelTask,
    profiles: &'a [Profile],
    bytes: u64,
    licence: &'a str,
    origin: &'a str,
    sha256: &'a str,
    /// `None`: not here.
    place: Option<PlaceKind>,
    path: Option<String>,
}

fn rows(store: &ModelStore) -> Vec<Row<'_>> {
    store.manifest().models.iter().map(|spec| row(store, spec)).collect()
}

fn row<'a>(store: &ModelStore, spec: &'a ModelSpec) -> Row<'a> {
    let ModelSpec { name, version, task, profiles, bytes, licence, origin, sha256, .. } = spec;
    let found = store.find(spec);
    let path = found.as_ref().map(|f| f.path.display().to_string());
    let (bytes, task, place) = (*bytes, *task, found.map(|f| f.place));
    Row { name, version, task, profiles, bytes, licence, origin, sha256, place, path }
}

fn list(store: &ModelStore, output: &Output) -> ExitCode {
    let rows = rows(store);
    if output.json {
        return print_json(&rows);
    }
    let cells = rows.iter().map(|r| {
        let place = r.place.map_or("missing", PlaceKind::as_str);
        let profiles: Vec<_> = r.profiles.iter().map(|p| profile_name(*p)).collect();
        [
            r.name.to_string(),
            task_name(r.task).into(),
            profiles.join(", "),
            table::megabytes(r.bytes),
            place.into(),
            r.licence.into(),
        ]
    });
    table::print(["model", "task", "profile", "size", "place", "licence"], cells.collect());
    if rows.iter().any(|r| r.place.is_none() && !r.profiles.is_empty()) {
        println!("\n`iia models fetch` brings what is missing.");
    }
    ExitCode::SUCCESS
}

fn fetch(store: &ModelStore, args: &FetchArgs) -> ExitCode {
    let specs = match wanted(store, args) {
        Ok(specs) => specs,
        Err(error) => {
            eprintln!("iia: {error}");
            return ExitCode::from(SOME_MISSING);
        }
    };
    let failed = fetching::all(store, &specs);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_MISSING) }
}

fn wanted<'a>(store: &'a ModelStore, args: &FetchArgs) -> Result<Vec<&'a ModelSpec>, StoreError> {
    if !args.names.is_empty() {
        return args.names.iter().map(|name| store.spec(name)).collect();
    }
    let counts = |spec: &&ModelSpec| match args.profile {
        Some(Wanted::All) => true,
        Some(Wanted::Preview) => spec.profiles.contains(&Profile::Preview),
        Some(Wanted::Authority) => spec.profiles.contains(&Profile::Authority),
        None => !spec.profiles.is_empty(),
    };
    Ok(store.manifest().models.iter().filter(counts).collect())
}

#[derive(Serialize)]
struct Verdict {
    name: String,
    ok: bool,
    message: String,
}

fn verify(store: &ModelStore, output: &Output) -> ExitCode {
    let verdict = |spec: &ModelSpec| match store.read(spec) {
        Ok(_) => Verdict { name: spec.name.clone(), ok: true, message: "whole".into() },
        Err(error) => Verdict { name: spec.name.clone(), ok: false, message: error.to_string() },
    };
    // A model that no profile uses and that is not here is nobody's loss.
    let used = |spec: &&ModelSpec| !spec.profiles.is_empty() || store.find(spec).is_some();
    let verdicts: Vec<_> = store.manifest().models.iter().filter(used).map(verdict).collect();
    if output.json {
        print_json(&verdicts);
    } else {
        for verdict in &verdicts {
            println!("{:8} {}: {}", if verdict.ok { "ok" } else { "FAILED" }, verdict.name, verdict.message);
        }
    }
    if verdicts.iter().all(|v| v.ok) { ExitCode::SUCCESS } else { ExitCode::from(SOME_MISSING) }
}

#[derive(Serialize)]
struct Whereabouts<'a> {
    places: &'a [crate::models::places::Place],
    models: Vec<Row<'a>>,
}

fn places(store: &ModelStore, output: &Output) -> ExitCode {
    let models = rows(store);
    if output.json {
        return print_json(&Whereabouts { places: store.places(), models });
    }
    println!("looked in, in this order:");
    for place in store.places() {
        let there = if place.folder.is_dir() { "" } else { "  (not there yet)" };
        println!("  {:10} {}{there}", place.kind.as_str(), place.folder.display());
    }
    println!();
    for row in models {
        println!("{:24} {}", row.name, row.path.as_deref().unwrap_or("missing"));
    }
    ExitCode::SUCCESS
}

fn print_json(value: &impl Serialize) -> ExitCode {
    match serde_json::to_string_pretty(value) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("iia: {error}");
            ExitCode::FAILURE
        }
    }
}

fn profile_name(profile: Profile) -> &'static str {
    match profile {
        Profile::Preview => "preview",
        Profile::Authority => "authority",
    }
}

fn task_name(task: ModelTask) -> &'static str {
    match task {
        ModelTask::Tags => "tags",
        ModelTask::Objects => "objects",
        ModelTask::Faces => "faces",
    }
}
