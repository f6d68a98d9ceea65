//! Whole pictures on a GPU: what is found there, and what becomes of a picture whose device goes away.

#[path = "support/analysis.rs"]
mod analysis;
mod support;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use analysis::{Listener, analyzer};
use support::{manifest, model_bytes, picture};
use vision_core::Report;
use vision_core::engine::cpu::CpuEngine;
use vision_core::engine::gpu::{GpuEngine, Precision, Software};
use vision_core::engine::race::{RaceEngine, Rule, Stewards, Times};
use vision_core::engine::{Engine, EngineError, Tensor};
use vision_core::pipeline::{Analyzer, Host, Options, Stage};
use vision_core::report::Profile;

fn gpu() -> GpuEngine {
    gpu_of(Precision::Full)
}

fn gpu_of(precision: Precision) -> GpuEngine {
    GpuEngine::open_now(Software::Allowed, precision).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    })
}

fn analyzer_on(engine: Box<dyn Engine>) -> Analyzer {
    let manifest = Arc::new(manifest());
    let mut analyzer = Analyzer::new(Arc::clone(&manifest), engine);
    for spec in manifest.of_profile(Profile::Preview) {
        analyzer.load(&spec.name, &model_bytes(&spec.file)).expect("the model loads");
    }
    analyzer
}

fn analyze(analyzer: &Analyzer, host: &mut dyn Host) -> Report {
    let options = Options { profile: Profile::Preview, ..Options::default() };
    analyzer.analyze(&picture("astronaut.png"), &options, host).expect("a picture")
}

/// What was found is the same: words to the letter, boxes within a pixel.
#[track_caller]
fn assert_same(report: &Report, expected: &Report) {
    let tags = |report: &Report| report.tags.iter().map(|tag| (tag.label.clone(), tag.standing)).collect::<Vec<_>>();
    assert_eq!(tags(report), tags(expected));
    assert_eq!(report.description.text, expected.description.text);
    assert_eq!(report.faces.len(), expected.faces.len());
    assert_eq!(report.objects.len(), expected.objects.len());
    for (object, expected) in report.objects.iter().zip(&expected.objects) {
        let sides = |bounds: &vision_core::report::Rect| [bounds.x, bounds.y, bounds.right(), bounds.bottom()];
        let near = sides(&object.bounds).iter().zip(sides(&expected.bounds)).all(|(a, b)| (a - b).abs() <= 1.0);
        assert!(near && object.label == expected.label, "{object:?}, not {expected:?}");
    }
}

/// Largest difference of a score or a probability in half precision.
const HALF_TOLERANCE: f32 = 2e-2;

#[test]
fn numbers_of_half_precision_find_the_same() {
    let gpu = gpu_of(Precision::Fast);
    assert_eq!(gpu.adapter().format, "f16", "{}", gpu.adapter());
    let expected = analyze(&analyzer(Profile::Preview), &mut Listener::new());
    let on_gpu = analyzer_on(Box::new(RaceEngine::new(CpuEngine::default(), gpu, Rule::Gpu)));
    let report = analyze(&on_gpu, &mut Listener::new());
    assert_eq!(report.receipt.engine, "gpu");
    assert_same(&report, &expected);
    let scores = |report: &Report| {
        let tags = report.tags.iter().map(|tag| tag.probability);
        let objects = report.objects.iter().map(|object| object.score);
        tags.chain(objects).chain(report.faces.iter().map(|face| face.score)).collect::<Vec<f32>>()
    };
    for (got, wanted) in scores(&report).into_iter().zip(scores(&expected)) {
        assert!((got - wanted).abs() <= HALF_TOLERANCE, "{got}, not {wanted}");
    }
}

/// Largest difference of an output run with others from the same alone, of the larger of one and the number: some sums are
/// shared by other numbers of threads.
const TOGETHER_TOLERANCE: f32 = 1e-4;

#[test]
fn several_pictures_at_once_give_what_each_gives_alone() {
    let (manifest, gpu) = (manifest(), gpu());
    for spec in manifest.of_profile(Profile::Preview) {
        let model = gpu.load(&model_bytes(&spec.file), spec.input.shape()).expect("the model loads");
        let input = |seed: usize| {
            let shape = spec.input.shape().to_vec();
            let numbers = (0..shape.iter().product()).map(|at: usize| ((at * 7919 + seed * 104_729) % 256) as f32);
            vec![Tensor { data: numbers.collect(), shape }]
        };
        let mut batch: Vec<Vec<Tensor>> = (0..5).map(input).collect();
        // Wrong ones are their own trouble.
        batch[3][0].data.pop();
        let together = model.run_batch(&batch.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert_eq!(together.len(), batch.len());
        for (at, (answer, inputs)) in together.into_iter().zip(&batch).enumerate() {
            if at == 3 {
                assert!(matches!(answer, Err(EngineError::Run { .. })), "{answer:?}");
                continue;
            }
            let alone = model.run(inputs).expect("it runs");
            for (got, wanted) in answer.expect("it runs").outputs.iter().zip(&alone) {
                assert_eq!(got.shape, wanted.shape);
                let close = |(a, b): (&f32, &f32)| (a - b).abs() <= TOGETHER_TOLERANCE * b.abs().max(1.0);
                assert!(got.data.iter().zip(&wanted.data).all(close), "{}: picture {at}", spec.name);
            }
        }
    }
}

/// Takes the device away once the first model has found something.
struct Saboteur {
    gpu: GpuEngine,
    listener: Listener,
}

impl Host for Saboteur {
    fn now_ms(&self) -> f64 {
        self.listener.now_ms()
    }

    fn stage(&mut self, stage: &Stage) -> ControlFlow<()> {
        if matches!(stage, Stage::Tags { .. }) {
            self.gpu.destroy_device();
        }
        self.listener.stage(stage)
    }
}

#[test]
fn a_picture_is_read_as_the_processor_reads_it_even_when_the_device_goes_away() {
    let expected = analyze(&analyzer(Profile::Preview), &mut Listener::new());
    let gpu = gpu();
    let analyzer = analyzer_on(Box::new(RaceEngine::new(CpuEngine::default(), gpu.clone(), Rule::Gpu)));

    let whole = analyze(&analyzer, &mut Listener::new());
    assert_same(&whole, &expected);
    assert_eq!(whole.receipt.engine, "gpu");
    assert!(whole.receipt.models.iter().all(|model| model.engine == "gpu" && model.engine_reason.is_some()));
    assert!(whole.warnings.is_empty(), "{:?}", whole.warnings);

    let interrupted = analyze(&analyzer, &mut Saboteur { gpu, listener: Listener::new() });
    assert_same(&interrupted, &expected);
    assert_eq!(interrupted.receipt.engine, "gpu, cpu");
    let codes: Vec<&str> = interrupted.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["gpu_failed"]);

    let later = analyze(&analyzer, &mut Listener::new());
    assert_same(&later, &expected);
    assert_eq!(later.receipt.engine, "cpu");
    assert!(later.warnings.is_empty(), "{:?}", later.warnings);
}

/// A clock, and a memory that tests look into.
#[derive(Clone)]
struct Memory {
    began: Instant,
    times: Arc<Mutex<BTreeMap<String, Times>>>,
}

impl Stewards for Memory {
    fn now_ms(&self) -> f64 {
        self.began.elapsed().as_secs_f64() * 1000.0
    }

    fn recall(&self, race: &str) -> Option<Times> {
        self.times.lock().expect("no panic").get(race).copied()
    }

    fn remember(&self, race: &str, times: Times) {
        self.times.lock().expect("no panic").insert(race.into(), times);
    }
}

#[test]
fn races_are_run_once_and_their_winner_runs_the_model() {
    let memory = Memory { began: Instant::now(), times: Arc::default() };
    let gpu = gpu();
    let bytes = model_bytes("yunet_n_320_320.onnx");
    let input = [Tensor { shape: vec![1, 3, 320, 320], data: vec![100.0; 3 * 320 * 320] }];
    let ran_by = || {
        let engine = RaceEngine::new(CpuEngine::default(), gpu.clone(), Rule::Race(Box::new(memory.clone())));
        let model = engine.load(&bytes, [1, 3, 320, 320]).expect("it loads");
        pollster::block_on(model.start(&input)).expect("it runs").ran_by.expect("there was a choice")
    };
    let winner = ran_by();
    let timed = memory.times.lock().expect("no panic").clone();
    let (race, times) = timed.first_key_value().expect("it was timed");
    assert!(times.cpu_ms > 0.0 && times.gpu_ms > 0.0, "{times:?}");
    assert_eq!(winner.engine, if times.gpu_ms < times.cpu_ms { "gpu" } else { "cpu" });
    // What is remembered decides, whatever a new race would say.
    for (times, winner) in [((9.0, 1.0), "gpu"), ((1.0, 9.0), "cpu")] {
        memory.remember(race, Times { cpu_ms: times.0, gpu_ms: times.1 });
        let ran = ran_by();
        assert_eq!(ran.engine, winner);
        assert!(ran.reason.contains("9.0 ms") && ran.reason.contains("1.0 ms"), "{}", ran.reason);
    }
    assert_eq!(memory.times.lock().expect("no panic").len(), 1, "one race for one card and one model");
}
