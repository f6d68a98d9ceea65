//! `iia models ops`: which ops the models have, and which engines can run them.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;
use vision_core::engine::compile::survey;

use super::subject::{Size, Subject, shape_text};
use super::{print_json, table};
use crate::models::ModelStore;

/// Where a file leaves a side of its input open: a multiple of every network's strides.
const OPEN_SIDE: usize = 320;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Names of models, ONNX files, or folders of them; every model of the manifest that is here, if none is named
    #[arg(value_name = "MODEL")]
    models: Vec<String>,
    /// Height x width of the input, instead of what the file says
    #[arg(long, value_name = "HxW")]
    size: Option<Size>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// What `--json` prints of a model.
#[derive(Serialize)]
struct OfModel {
    model: String,
    /// N, C, H, W.
    input: Vec<usize>,
    /// Whether the whole model runs as a plan.
    plan: bool,
    /// Why not, if no single op is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    ops: Vec<OfOp>,
}

#[derive(Serialize)]
struct OfOp {
    /// ONNX's name.
    op: String,
    count: u32,
    engines: Engines,
    /// Why plans cannot express it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
}

#[derive(Serialize)]
struct Engines {
    /// Through a plan.
    cpu: bool,
    /// Through a plan whose ops all have kernels there; a plan with one that has none runs on the processor.
    gpu: bool,
    tract: bool,
}

pub fn run(store: &ModelStore, args: &Args) -> anyhow::Result<ExitCode> {
    let mut models = Vec::new();
    let mut failed = false;
    for subject in subjects(store, &args.models)? {
        match subject.and_then(|subject| of_model(&subject, args.size)) {
            Ok(model) => models.push(model),
            Err(error) => {
                eprintln!("iia: {error:#}");
                failed = true;
            }
        }
    }
    if args.json {
        print_json(&models);
    } else {
        print(&models);
    }
    let whole = !failed && models.iter().all(|model| model.plan);
    Ok(if whole { ExitCode::SUCCESS } else { ExitCode::from(super::SOME_MISSING) })
}

fn subjects(store: &ModelStore, models: &[String]) -> anyhow::Result<Vec<anyhow::Result<Subject>>> {
    if models.is_empty() {
        let here = store.manifest().models.iter().filter(|spec| spec.file.ends_with(".onnx"));
        return Ok(here
            .filter(|spec| store.find(spec).is_some())
            .map(|spec| Subject::open(store, &spec.name))
            .collect());
    }
    let mut subjects = Vec::new();
    for model in models {
        if Path::new(model).is_dir() {
            subjects.extend(files(Path::new(model))?.iter().map(|file| Subject::of_file(file)));
        } else {
            subjects.push(Subject::open(store, model));
        }
    }
    Ok(subjects)
}

fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "onnx"));
    files.sort();
    anyhow::ensure!(!files.is_empty(), "{} holds no ONNX files", folder.display());
    Ok(files)
}

fn of_model(subject: &Subject, size: Option<Size>) -> anyhow::Result<OfModel> {
    let input = subject.input_shape(size, Some(OPEN_SIDE))?;
    let survey = survey(&subject.bytes, input).with_context(|| subject.name.clone())?;
    let plan = survey.compiles();
    let reason = survey.refused.map(|error| error.to_string());
    let ops = survey.ops.into_iter().map(|used| {
        let mut reasons: Vec<String> = used.refused.iter().map(ToString::to_string).collect();
        reasons.dedup();
        let engines = Engines { cpu: used.refused.is_empty(), gpu: used.gpu, tract: used.tract };
        OfOp { op: used.op, count: used.count, engines, reasons }
    });
    Ok(OfModel { model: subject.name.clone(), input: input.to_vec(), plan, reason, ops: ops.collect() })
}

fn print(models: &[OfModel]) {
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let rows = models.iter().flat_map(|model| {
        model.ops.iter().map(move |op| {
            let Engines { cpu, gpu, tract } = op.engines;
            [model.model.clone(), op.op.clone(), op.count.to_string(), yes(cpu), yes(gpu), yes(tract)]
        })
    });
    table::print(["model", "op", "count", "cpu", "gpu", "tract"], rows.collect());
    println!();
    for model in models.iter().filter(|model| !model.plan) {
        let of_ops = model.ops.iter().flat_map(|op| &op.reasons);
        let reasons: Vec<&str> = model.reason.iter().chain(of_ops).map(String::as_str).collect();
        println!("{} ({}): {}", model.model, shape_text(&model.input), reasons.join("; "));
    }
    println!("{} of {} models run as plans", models.iter().filter(|model| model.plan).count(), models.len());
}
