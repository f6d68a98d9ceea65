//! Accuracy on the evaluation pictures: average precision of objects, first and first five tags, calibration.
//!
//! Prints each figure beside the one of the same model with the same recipe under ONNX Runtime
//! (`bench/reference/figures.json`), and writes both with `--json FILE`.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use bench::average_precision::{Candidate, average_precision};
use bench::browser::{InBrowser, Place};
use bench::calibration::{Answer, expected_error, fit_temperature, negative_log_likelihood, top_1_and_5};
use bench::clock::Clock;
use bench::models::{Loaded, bytes, checkout, manifest, shared};
use bench::record::{Accuracy, write};
use bench::sets::{Boxed, boxed, labelled, pixels};
use clap::Parser;
use serde::Deserialize;
use server::models::Executor;
use vision_core::engine::Engine;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::cpu::kernels::Isa;
use vision_core::manifest::{Manifest, ModelTask, OutputSpec};
use vision_core::pipeline::{Analyzer, Options};
use vision_core::preprocess::Levels;
use vision_core::report::Profile;
use vision_core::tasks::detect::Detection;
use vision_core::tasks::fusion::fuse;

#[derive(Parser)]
#[command(about = "Accuracy on ../shared/eval beside ONNX Runtime's")]
struct Args {
    /// Also writes the records as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Also prints precision and recall of what would be shown at each threshold.
    #[arg(long)]
    thresholds: bool,
    /// Also writes the detections into this folder as COCO's results, for its own program to judge.
    #[arg(long)]
    detections: Option<PathBuf>,
    /// Writes what would be said of each picture of captions80 as lines for its `score.py`, and measures nothing else.
    #[arg(long)]
    descriptions: Option<PathBuf>,
    #[command(flatten)]
    executor: Executor,
    /// Which of the processor's instructions plans run with, instead of the best that are here
    #[arg(long, value_enum)]
    instructions: Option<Instructions>,
    /// Runs plans in Chromium instead
    #[arg(long, value_enum, conflicts_with_all = ["instructions", "engine", "device"])]
    place: Option<Place>,
    /// Only so many pictures of each set: for an executor that takes long. Nothing is compared with ONNX Runtime's figures then.
    #[arg(long)]
    limit: Option<usize>,
    /// Records of another executor, which `--json` wrote: average precision and first tags must be within 0.002 of those.
    #[arg(long)]
    like: Option<PathBuf>,
    /// A manifest to be tried instead of the one that is built in.
    #[arg(long)]
    manifest: Option<PathBuf>,
}

/// Kernels for a processor.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Instructions {
    /// The definition of what is right; takes long.
    Portable,
    Avx2,
    Avx512,
}

/// What figures of two executors may differ by, one picture of 500 among others.
const LIKE: f64 = 0.002;
/// So much less than any figure differs by that 410 and 409 of 500 are no more than that apart in binary either.
const ROUNDING: f64 = 1e-9;

impl Args {
    fn engine(&self) -> Result<Box<dyn Engine>> {
        if let Some(place) = self.place {
            return Ok(Box::new(InBrowser::open(place)?));
        }
        let isa = match self.instructions {
            None => return Ok(self.executor.open()?.engine),
            Some(Instructions::Portable) => Isa::Portable,
            Some(Instructions::Avx2) => Isa::Avx2,
            Some(Instructions::Avx512) => Isa::Avx512,
        };
        ensure!(self.executor == Executor::default(), "--instructions are of plans on the processor");
        ensure!(isa.is_here(), "this processor has no {isa:?}");
        Ok(Box::new(CpuEngine::new(isa, NonZeroUsize::MIN)))
    }

    /// How many pictures of a set are read.
    fn most(&self) -> usize {
        self.limit.unwrap_or(usize::MAX)
    }
}

fn main() -> Result<()> {
    let args = Args::parse();
    let manifest = manifest(args.manifest.as_deref())?;
    if let Some(path) = &args.descriptions {
        return descriptions(manifest, path, &args);
    }
    let references = if args.limit.is_none() { references()? } else { BTreeMap::new() };
    let mut report = Report { references, records: Vec::new() };
    println!("{:<14} {:<34} {:>8} {:>10}", "set", "metric", "ours", "reference");
    for set in ["coco64", "captions80"] {
        objects(set, &manifest, &mut report, &args)?;
    }
    tags(&manifest, &mut report, &args)?;
    if let Some(path) = &args.json {
        write(path, &report.records)?;
    }
    match &args.like {
        Some(path) => compare(&report.records, path),
        None => Ok(()),
    }
}

/// Fails if a figure that people know models by is another than an executor's before.
fn compare(records: &[Accuracy], path: &Path) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let others: Vec<Accuracy> = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let (mut count, mut largest, mut apart) = (0, 0.0_f64, Vec::new());
    let is_known = |record: &&Accuracy| record.metric.starts_with("AP ") || record.metric.starts_with("top-1 ");
    for record in records.iter().filter(is_known) {
        let same = |other: &&Accuracy| other.set == record.set && other.metric == record.metric;
        let Some(other) = others.iter().find(same) else { continue };
        let difference = (record.ours - other.ours).abs();
        (count, largest) = (count + 1, largest.max(difference));
        if difference > LIKE + ROUNDING {
            apart.push(format!("{} {}: {} and {}", record.set, record.metric, record.ours, other.ours));
        }
    }
    ensure!(count > 0, "{} has none of these figures", path.display());
    ensure!(apart.is_empty(), "more than {LIKE} apart: {}", apart.join("; "));
    println!(
        "{count} figures are within {LIKE} of those in {}; the largest difference is {largest:.4}",
        path.display()
    );
    Ok(())
}

/// The whole way of each picture through the server's models.
fn descriptions(manifest: Arc<Manifest>, path: &Path, args: &Args) -> Result<()> {
    let mut analyzer = Analyzer::new(Arc::clone(&manifest), args.engine()?);
    for spec in manifest.of_profile(Profile::Authority) {
        analyzer.load(&spec.name, &bytes(spec)?)?;
    }
    let mut lines = String::new();
    for (_, file) in boxed(&shared().join("eval/captions80"))?.pictures.into_iter().take(args.most()) {
        let report = analyzer.analyze(&std::fs::read(&file)?, &Options::default(), &mut Clock::default())?;
        lines += &serde_json::json!({ "file": file, "description": report.description }).to_string();
        lines.push('\n');
    }
    std::fs::write(path, lines).with_context(|| path.display().to_string())
}

struct Report {
    references: BTreeMap<(String, String), f64>,
    records: Vec<Accuracy>,
}

impl Report {
    fn add(&mut self, set: &str, metric: String, ours: f64) {
        let reference = self.references.get(&(set.to_string(), metric.clone())).copied();
        let shown = reference.map_or_else(|| "-".to_string(), |r| format!("{r:.4}"));
        println!("{set:<14} {metric:<34} {ours:>8.4} {shown:>10}");
        let ours = (ours * 10_000.0).round() / 10_000.0;
        self.records.push(Accuracy { set: set.to_string(), metric, ours, reference });
    }
}

/// The figures that `bench/reference/figures.py` measured.
fn references() -> Result<BTreeMap<(String, String), f64>> {
    #[derive(Deserialize)]
    struct Figures {
        records: Vec<Figure>,
    }
    #[derive(Deserialize)]
    struct Figure {
        set: String,
        metric: String,
        reference: f64,
    }
    let path = checkout().join("bench/reference/figures.json");
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let figures: Figures = serde_json::from_str(&text)?;
    Ok(figures.records.into_iter().map(|f| ((f.set, f.metric), f.reference)).collect())
}

/// Detections of each picture, in the order of the pictures.
type Found = Vec<Vec<Detection>>;

fn objects(set: &str, manifest: &Manifest, report: &mut Report, args: &Args) -> Result<()> {
    let engine = args.engine()?;
    let mut set_of = boxed(&shared().join("eval").join(set))?;
    set_of.pictures.truncate(args.most());
    let read: BTreeSet<u64> = set_of.pictures.iter().map(|(image, _)| *image).collect();
    set_of.truth.retain(|truth| read.contains(&truth.image));
    let used = |m: &&vision_core::manifest::ModelSpec| m.task == ModelTask::Objects && !m.profiles.is_empty();
    let models =
        manifest.models.iter().filter(used).map(|spec| Loaded::open(spec, &*engine)).collect::<Result<Vec<_>>>()?;
    let mut found: Vec<Found> = models.iter().map(|_| Vec::new()).collect();
    for (_, file) in &set_of.pictures {
        let pixels = pixels(file)?;
        let picture = Levels::new(&pixels);
        for (model, found) in models.iter().zip(&mut found) {
            found.push(model.detections(&picture)?);
        }
    }
    for (model, found) in models.iter().zip(&found) {
        tell(set, &model.spec.name, &set_of, found, report);
        write_detections(args, set, &model.spec.name, &set_of, found)?;
        if args.thresholds {
            print_thresholds(&set_of, found);
        }
    }
    let authority: Vec<_> =
        models.iter().zip(&found).filter(|(m, _)| m.spec.profiles.contains(&Profile::Authority)).collect();
    let fused: Found = (0..set_of.pictures.len())
        .map(|at| {
            let of_picture =
                |(model, found): &(&Loaded, &Found)| found.get(at).map(|d| (model.spec.name.clone(), d.clone()));
            let by_model: Vec<(String, Vec<Detection>)> = authority.iter().filter_map(of_picture).collect();
            let by_model: Vec<(&str, Vec<Detection>)> = by_model.iter().map(|(n, d)| (n.as_str(), d.clone())).collect();
            fuse(&by_model, &manifest.fusion).into_iter().map(|f| f.detection).collect()
        })
        .collect();
    tell(set, "fused", &set_of, &fused, report);
    write_detections(args, set, "fused", &set_of, &fused)?;
    if args.thresholds {
        print_thresholds(&set_of, &fused);
    }
    Ok(())
}

fn tell(set: &str, name: &str, boxes: &Boxed, found: &Found, report: &mut Report) {
    let figures = average_precision(&boxes.truth, &candidates(boxes, found));
    report.add(set, format!("AP {name}"), figures.ap);
    report.add(set, format!("AP50 {name}"), figures.ap50);
}

/// COCO's format of results, with the classes as 0 to 79.
fn write_detections(args: &Args, set: &str, name: &str, boxes: &Boxed, found: &Found) -> Result<()> {
    let Some(folder) = &args.detections else { return Ok(()) };
    let result = |c: &Candidate| {
        let b = c.bounds;
        serde_json::json!({
            "image_id": c.image, "category_id": c.class, "score": c.score, "bbox": [b.x, b.y, b.width, b.height],
        })
    };
    let results: Vec<_> = candidates(boxes, found).iter().map(result).collect();
    write(&folder.join(format!("{set}-{name}.json")), &results)
}

fn candidates(boxes: &Boxed, found: &Found) -> Vec<Candidate> {
    let of_picture = |((image, _), found): (&(u64, PathBuf), &Vec<Detection>)| {
        let image = *image;
        let candidate = |d: &Detection| Candidate { image, class: d.class_index, score: d.score, bounds: d.bounds };
        found.iter().map(candidate).collect::<Vec<_>>()
    };
    boxes.pictures.iter().zip(found).flat_map(of_picture).collect()
}

/// Precision and recall at an overlap of one half, and F1, of what a threshold shows.
fn print_thresholds(boxes: &Boxed, found: &Found) {
    for step in 4..=14 {
        let threshold = step as f32 * 0.05;
        let mut shown = candidates(boxes, found);
        shown.retain(|c| c.score >= threshold);
        shown.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut free = boxes.truth.clone();
        let mut right = 0_usize;
        for candidate in &shown {
            let fits = |t: &bench::average_precision::Truth| {
                t.image == candidate.image && t.class == candidate.class && t.bounds.iou(&candidate.bounds) >= 0.5
            };
            if let Some(at) = free.iter().position(fits) {
                free.swap_remove(at);
                right += 1;
            }
        }
        let precision = right as f64 / shown.len().max(1) as f64;
        let recall = right as f64 / boxes.truth.len().max(1) as f64;
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-9);
        println!("    shown from {threshold:.2}: precision {precision:.3} recall {recall:.3} F1 {f1:.3}");
    }
}

fn tags(manifest: &Manifest, report: &mut Report, args: &Args) -> Result<()> {
    let engine = args.engine()?;
    let mut pictures = labelled(&shared().join("eval/imagenet500"))?;
    pictures.truncate(args.most());
    for spec in manifest.models.iter().filter(|m| m.task == ModelTask::Tags) {
        let model = Loaded::open(spec, &*engine)?;
        let mut answers = Vec::new();
        for picture in &pictures {
            let pixels = pixels(&picture.file)?;
            answers.push(Answer { logits: model.logits(&Levels::new(&pixels))?, label: picture.label });
        }
        let (first, five) = top_1_and_5(&answers);
        report.add("imagenet500", format!("top-1 {}", spec.name), first);
        report.add("imagenet500", format!("top-5 {}", spec.name), five);
        // Every other picture fits the temperature, the others tell how well it serves; neighbours are alike classes.
        let (fitted_on, told_on): (Vec<_>, Vec<_>) =
            answers.into_iter().enumerate().partition(|(index, _)| index % 2 == 0);
        let only = |half: Vec<(usize, Answer)>| half.into_iter().map(|(_, a)| a).collect::<Vec<_>>();
        let (fitted_on, told_on) = (only(fitted_on), only(told_on));
        let temperature = fit_temperature(&fitted_on);
        report.add("imagenet500/even", format!("temperature {}", spec.name), f64::from(temperature));
        report.add("imagenet500/odd", format!("ECE as it comes {}", spec.name), expected_error(&told_on, 1.0));
        report.add("imagenet500/odd", format!("ECE fitted {}", spec.name), expected_error(&told_on, temperature));
        if let OutputSpec::Softmax { temperature, .. } = &spec.output {
            report.add("imagenet500/odd", format!("ECE {}", spec.name), expected_error(&told_on, *temperature));
            let likelihood = negative_log_likelihood(&told_on, *temperature);
            report.add("imagenet500/odd", format!("NLL {}", spec.name), likelihood);
        }
    }
    Ok(())
}
