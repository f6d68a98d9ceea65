//! The whole way of real pictures through real models.

#[path = "support/analysis.rs"]
mod analysis;
mod support;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::task::Poll;

use analysis::{Listener, analyzer};
use support::{manifest, model_bytes, picture};
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::{Engine, EngineError, Model, Precision, Ran, Running, Tensor, Trouble};
use vision_core::error::AnalyzeError;
use vision_core::pipeline::{Analyzer, Host, Options, Stage, Task};
use vision_core::report::{Profile, Report, Standing};

static AUTHORITY: LazyLock<Analyzer> = LazyLock::new(|| analyzer(Profile::Authority));
static PREVIEW: LazyLock<Analyzer> = LazyLock::new(|| analyzer(Profile::Preview));

fn options(profile: Profile, tasks: &[Task]) -> Options {
    Options { profile, tasks: tasks.iter().copied().collect::<BTreeSet<_>>(), ..Options::default() }
}

fn analyze(profile: Profile, name: &str) -> Report {
    let analyzer = if profile == Profile::Preview { &PREVIEW } else { &AUTHORITY };
    let options = Options { profile, ..Options::default() };
    analyzer.analyze(&picture(name), &options, &mut Listener::new()).expect("the picture is analysed")
}

/// Labels of the objects that may be spoken of, most certain first.
fn accepted(report: &Report) -> Vec<&str> {
    report.objects.iter().filter(|o| o.standing == Standing::Accepted).map(|o| o.label.as_str()).collect()
}

fn summary(report: &Report) -> String {
    let tags: Vec<String> = report.tags.iter().map(|t| format!("{} {:.2}", t.label, t.probability)).collect();
    let objects: Vec<String> =
        report.objects.iter().map(|o| format!("{} {:.2} {:?} {}", o.label, o.score, o.standing, o.position)).collect();
    let faces: Vec<String> = report.faces.iter().map(|f| format!("{:.2} {:?}", f.score, f.standing)).collect();
    format!("  tags {tags:?}\n  objects {objects:?}\n  faces {faces:?}\n  {}", report.description.text)
}

/// Prints what is found on every picture at hand: `cargo test -p vision-core --test pipeline every -- --nocapture`.
#[test]
fn every_picture_is_read_by_every_model_and_every_box_lies_on_it() {
    let folder = support::shared().join("images");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("the pictures are at hand")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".json"))
        .collect();
    names.sort();
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        for profile in [Profile::Authority, Profile::Preview] {
            let report = analyze(profile, &name);
            println!("{name} {profile:?}\n{}", summary(&report));
            assert!(report.warnings.iter().all(|w| !w.code.starts_with("model")), "{name}: {:?}", report.warnings);
            assert_eq!(report.receipt.models.len(), manifest().of_profile(profile).count());
            let (width, height) = (report.image.width as f32 + 0.05, report.image.height as f32 + 0.05);
            for b in report.objects.iter().map(|o| o.bounds).chain(report.faces.iter().map(|f| f.bounds)) {
                assert!(b.x >= 0.0 && b.y >= 0.0 && b.right() <= width && b.bottom() <= height, "{name}: {b:?}");
                assert!(b.width > 0.0 && b.height > 0.0, "{name}: {b:?}");
            }
        }
    }
}

#[test]
fn what_the_pictures_show_is_found() {
    let cases: [(&str, &[&str], usize); 8] = [
        ("astronaut.png", &["person"], 1),
        ("beach_horses.jpg", &["horse", "horse", "person", "person"], 0),
        ("bear.jpg", &["bear"], 0),
        ("cat_chelsea.png", &["cat"], 0),
        ("dogs_pets.jpg", &["dog", "dog"], 0),
        ("hubble.jpg", &[], 0),
        ("screenshot_why_rust.png", &[], 0),
        ("shapes.png", &[], 0),
    ];
    for profile in [Profile::Authority, Profile::Preview] {
        for (name, expected, faces) in cases {
            let report = analyze(profile, name);
            let mut found = accepted(&report);
            found.sort_unstable();
            assert_eq!(found, expected, "{name} {profile:?}");
            let counted = report.faces.iter().filter(|f| f.standing == Standing::Accepted).count();
            assert_eq!(counted, faces, "{name} {profile:?}: {:?}", report.faces);
        }
    }
}

#[test]
fn the_brown_bear_is_the_first_tag_and_the_colors_are_asked_of_the_pixels() {
    let report = analyze(Profile::Authority, "bear.jpg");
    let first = report.tags.first().expect("a tag");
    assert_eq!((first.label.as_str(), first.standing), ("brown bear", Standing::Accepted));
    assert!(first.probability > 0.8 && report.tags.iter().all(|t| t.parents.contains(&"animal".to_string())));
    assert_eq!(report.receipt.platform, "native");
    assert_eq!(report.receipt.engine, "cpu");
    assert_eq!(report.receipt.image_sha256.len(), 64);
    let stages: Vec<&str> = report.timings.iter().map(|t| t.stage.as_str()).collect();
    for stage in ["decode", "measure", "prepare:picodet-s-416", "run:picodet-s-416", "describe", "total"] {
        assert!(stages.contains(&stage), "{stages:?}");
    }
}

#[test]
fn the_same_picture_gives_the_same_report() {
    let plain = |mut report: Report| {
        report.timings.clear();
        report
    };
    let (first, second) = (analyze(Profile::Preview, "fruit.jpg"), analyze(Profile::Preview, "fruit.jpg"));
    assert_eq!(plain(first), plain(second));
}

#[test]
fn only_what_was_asked_for_is_told_and_run() {
    let bytes = picture("bear.jpg");
    let models = |report: &Report| report.receipt.models.iter().map(|m| m.name.clone()).collect::<Vec<_>>();
    let told = |asked: &[Task]| {
        let mut host = Listener::new();
        let report = PREVIEW.analyze(&bytes, &options(Profile::Preview, asked), &mut host).expect("it is analysed");
        (report, host.stages)
    };

    let (report, stages) = told(&[Task::Colors]);
    assert!(models(&report).is_empty() && report.tags.is_empty() && report.quality.is_none());
    assert!(!report.palette.is_empty() && report.description.text.is_empty());
    assert!(matches!(stages.as_slice(), [Stage::Image { .. }, Stage::Measures { quality: None, .. }]), "{stages:?}");

    let (report, stages) = told(&[Task::Tags]);
    assert_eq!(models(&report), ["efficientnet-lite0-w8"]);
    assert!(report.palette.is_empty() && report.quality.is_none() && report.objects.is_empty());
    assert!(matches!(stages.as_slice(), [Stage::Image { .. }, Stage::Tags { .. }]), "{stages:?}");

    let (report, stages) = told(&[Task::Faces]);
    assert!(report.objects.is_empty(), "they were only needed to judge the faces");
    assert_eq!(report.faces.first().map(|f| f.standing), Some(Standing::Doubted), "a bear has no face");
    assert!(matches!(stages.as_slice(), [Stage::Image { .. }, Stage::Faces { .. }]), "{stages:?}");

    let (report, stages) = told(&[Task::Description]);
    assert!(matches!(stages.as_slice(), [Stage::Image { .. }, Stage::Description { .. }]), "{stages:?}");
    assert!(report.description.text.contains("bear"), "{}", report.description.text);
    let held: BTreeSet<&str> = report
        .tags
        .iter()
        .map(|t| t.id.as_str())
        .chain(report.objects.iter().map(|o| o.id.as_str()))
        .chain(report.faces.iter().map(|f| f.id.as_str()))
        .chain(report.palette.iter().map(|c| c.id.as_str()))
        .chain(report.quality.iter().map(|_| "quality"))
        .chain(["image"])
        .collect();
    let cited: BTreeSet<&str> =
        report.description.clauses.iter().flat_map(|c| &c.findings).map(String::as_str).collect();
    assert!(cited.is_subset(&held), "every clause finds its evidence in the report: {cited:?} {held:?}");
}

#[test]
fn the_stages_come_in_their_order_and_the_host_may_give_up_after_each() {
    let bytes = picture("cat_chelsea.png");
    let everything = options(Profile::Preview, &Task::ALL);
    let mut host = Listener::new();
    PREVIEW.analyze(&bytes, &everything, &mut host).expect("it is analysed");
    let names = host.stages.iter().map(|s| match s {
        Stage::Image { .. } => "image",
        Stage::Measures { .. } => "measures",
        Stage::Tags { .. } => "tags",
        Stage::Objects { .. } => "objects",
        Stage::Faces { .. } => "faces",
        Stage::Description { .. } => "description",
    });
    assert_eq!(names.collect::<Vec<_>>(), ["image", "measures", "tags", "objects", "faces", "description"]);
    for after in 1..=6 {
        let mut host = Listener { give_up_after: after, ..Listener::new() };
        assert_eq!(PREVIEW.analyze(&bytes, &everything, &mut host), Err(AnalyzeError::Cancelled));
        assert_eq!(host.stages.len(), after);
    }
}

#[test]
fn without_models_the_measures_remain_and_every_missing_model_is_told_once() {
    let analyzer = Analyzer::new(Arc::new(manifest()), Box::new(CpuEngine::default()));
    let report = analyzer
        .analyze(&picture("coffee.png"), &Options::default(), &mut Listener::new())
        .expect("no model is needed");
    assert!(report.palette.len() >= 3 && report.quality.is_some() && !report.description.text.is_empty());
    let missing: Vec<&str> = report.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(missing.len(), manifest().of_profile(Profile::Authority).count(), "{missing:?}");
    assert!(missing.iter().all(|m| m.contains("iia models fetch")), "{missing:?}");
    assert!(report.warnings.iter().all(|w| w.code == "model_missing"));
}

#[test]
fn a_fallback_stands_in_and_says_so() {
    let mut analyzer = Analyzer::new(Arc::new(manifest()), Box::new(CpuEngine::default()));
    analyzer.load("mobilenet-v2-w8", &model_bytes("mobilenet_v2_imagenet.w8.onnx")).expect("it loads");
    assert_eq!(analyzer.loaded(), ["mobilenet-v2-w8"]);
    let report = analyzer
        .analyze(&picture("bear.jpg"), &options(Profile::Preview, &[Task::Tags]), &mut Listener::new())
        .expect("it is analysed");
    assert_eq!(report.receipt.models.first().map(|m| m.name.as_str()), Some("mobilenet-v2-w8"));
    assert_eq!(report.tags.first().map(|t| t.label.as_str()), Some("brown bear"));
    let [warning] = report.warnings.as_slice() else { panic!("{:?}", report.warnings) };
    assert!(warning.message.contains("`mobilenet-v2-w8` stands in"), "{warning:?}");
}

/// An engine whose models fail, or answer in a shape that nobody expects.
struct Broken(Option<Tensor>);

impl Engine for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
    fn load(&self, _: &[u8], _: [usize; 4], _: Precision) -> Result<Box<dyn Model>, EngineError> {
        Ok(Box::new(Self(self.0.clone())))
    }
}

impl Model for Broken {
    fn run(&self, _: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.0.clone().map(|t| vec![t]).ok_or_else(|| EngineError::Run { detail: "it always fails".into() })
    }
}

#[test]
fn a_model_that_fails_costs_its_findings_only() {
    for answer in [None, Some(Tensor { shape: vec![2], data: vec![0.0, 1.0] })] {
        let manifest = Arc::new(manifest());
        let mut analyzer = Analyzer::new(Arc::clone(&manifest), Box::new(Broken(answer)));
        for spec in manifest.of_profile(Profile::Authority) {
            analyzer.load(&spec.name, &[]).expect("it claims to load");
        }
        let report = analyzer
            .analyze(&picture("coffee.png"), &Options::default(), &mut Listener::new())
            .expect("the measures remain");
        let codes: Vec<&str> = report.warnings.iter().map(|w| w.code.as_str()).collect();
        assert_eq!(codes, vec!["model_failed"; manifest.of_profile(Profile::Authority).count()]);
        assert!(report.receipt.models.is_empty() && !report.palette.is_empty());
    }
}

/// A model that another thread runs: asked for the first time it begins, and it answers later.
struct Elsewhere {
    model: Box<dyn Model>,
    begun: Arc<AtomicUsize>,
    trouble: Option<Trouble>,
}

impl Model for Elsewhere {
    fn run(&self, inputs: &[Tensor]) -> Result<Vec<Tensor>, EngineError> {
        self.model.run(inputs)
    }

    fn runs_elsewhere(&self) -> bool {
        true
    }

    fn start<'a>(&'a self, inputs: &'a [Tensor]) -> Running<'a> {
        Box::pin(async move {
            self.begun.fetch_add(1, Ordering::Relaxed);
            let mut is_asked_again = false;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut is_asked_again, true) { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            let outputs = self.model.run(inputs)?;
            Ok(Ran { took_ms: Some(4321.0), trouble: self.trouble.clone(), ..Ran::from(outputs) })
        })
    }
}

/// Remembers how many models had begun when the measures were told.
struct Watcher {
    listener: Listener,
    begun: Arc<AtomicUsize>,
    begun_before_measures: usize,
}

impl Host for Watcher {
    fn now_ms(&self) -> f64 {
        self.listener.now_ms()
    }

    fn stage(&mut self, stage: &Stage) -> ControlFlow<()> {
        if matches!(stage, Stage::Measures { .. }) {
            self.begun_before_measures = self.begun.load(Ordering::Relaxed);
        }
        self.listener.stage(stage)
    }
}

/// A report of models of which some run elsewhere, with what was heard of it.
fn partly_elsewhere(
    names: &[&str],
    trouble: Option<Trouble>,
    give_up_after: usize,
) -> (Result<Report, AnalyzeError>, Watcher) {
    let manifest = Arc::new(manifest());
    let begun = Arc::new(AtomicUsize::new(0));
    let mut analyzer = Analyzer::new(Arc::clone(&manifest), Box::new(CpuEngine::default()));
    for spec in manifest.of_profile(Profile::Preview) {
        let mut model = analyzer.prepare(&spec.name, &model_bytes(&spec.file)).expect("the model loads");
        if names.contains(&spec.name.as_str()) {
            model = Box::new(Elsewhere { model, begun: Arc::clone(&begun), trouble: trouble.clone() });
        }
        analyzer.insert(&spec.name, model);
    }
    let listener = Listener { give_up_after, ..Listener::new() };
    let mut watcher = Watcher { listener, begun, begun_before_measures: 0 };
    let result = analyzer.analyze(&picture("beach_horses.jpg"), &options(Profile::Preview, &Task::ALL), &mut watcher);
    (result, watcher)
}

const TAGS: &str = "efficientnet-lite0-w8";
const OBJECTS: &str = "picodet-s-416-w16";
const FACES: &str = "yunet-320";

#[test]
fn models_that_run_elsewhere_begin_before_the_measures_and_change_nothing() {
    let here = analyze(Profile::Preview, "beach_horses.jpg");
    for elsewhere in [&[TAGS, OBJECTS, FACES][..], &[OBJECTS], &[TAGS, OBJECTS], &[FACES]] {
        let (report, watcher) = partly_elsewhere(elsewhere, None, usize::MAX);
        let mut report = report.expect("it is analysed");
        assert_eq!(watcher.begun_before_measures, elsewhere.len());
        for name in elsewhere {
            let runs: Vec<f32> =
                report.timings.iter().filter(|t| t.stage == format!("run:{name}")).map(|t| t.ms).collect();
            assert_eq!(runs, [4321.0], "the time that it says it took, once");
        }
        report.timings.clone_from(&here.timings);
        assert_eq!(report, here, "{elsewhere:?}");
    }
}

#[test]
fn the_host_may_give_up_while_models_run_elsewhere() {
    for after in 1..=6 {
        let (result, watcher) = partly_elsewhere(&[TAGS, OBJECTS], None, after);
        assert_eq!((result, watcher.listener.stages.len()), (Err(AnalyzeError::Cancelled), after));
    }
}

#[test]
fn a_worker_that_failed_is_told_once() {
    let trouble = Trouble::Worker("it ended".into());
    let (report, _) = partly_elsewhere(&[TAGS, OBJECTS], Some(trouble), usize::MAX);
    let warnings: Vec<_> = report.expect("it is analysed").warnings.into_iter().map(|w| (w.code, w.message)).collect();
    let message = "the first worker went on with this picture: it ended";
    assert_eq!(warnings, [("worker_failed".to_string(), message.to_string())]);
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let mut analyzer = Analyzer::new(Arc::new(manifest()), Box::new(CpuEngine::default()));
    for bytes in [&b""[..], b"not a model", &[0xff; 64]] {
        assert!(matches!(analyzer.load("yunet-320", bytes), Err(EngineError::Load { .. })));
    }
    assert!(matches!(analyzer.load("no-such-model", &[]), Err(EngineError::Load { .. })));
    assert!(analyzer.loaded().is_empty());
}
