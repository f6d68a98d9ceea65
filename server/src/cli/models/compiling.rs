//! `iia models compile`: a model becomes a plan in a file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;

use super::subject::{Size, Subject, shape_text};
use super::table::megabytes;
use crate::models::{ModelStore, plans};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// A name, as `iia models list` shows them, or an ONNX file
    #[arg(value_name = "MODEL")]
    model: String,
    /// Where the plan goes; by default into the working folder, under the model's name with .plan after it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Height x width of the input, instead of what the file says
    #[arg(long, value_name = "HxW")]
    size: Option<Size>,
}

pub fn run(store: &ModelStore, args: &Args) -> anyhow::Result<ExitCode> {
    let subject = Subject::open(store, &args.model)?;
    let plan = subject.plan(args.size)?;
    let bytes = plan.to_bytes();
    let path = args.output.clone().unwrap_or_else(|| PathBuf::from(format!("{}{}", subject.name, plans::SUFFIX)));
    std::fs::write(&path, &bytes).with_context(|| format!("{} cannot be written", path.display()))?;
    println!(
        "{}: {} ops for an input of {}, {} of {}; running it takes {} beside the weights",
        path.display(),
        plan.ops.len(),
        plan.inputs.first().map_or_else(String::new, |input| shape_text(&input.dims)),
        megabytes(bytes.len() as u64),
        megabytes(subject.bytes.len() as u64),
        megabytes(u64::from(plan.arena_len) * size_of::<f32>() as u64),
    );
    Ok(ExitCode::SUCCESS)
}
