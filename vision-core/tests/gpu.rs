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
use vision_core::engine::gpu::{Fault, GpuEngine, Software};
use vision_core::engine::race::{RaceEngine, Rule, Stewards, Times, WithoutGpu};
use vision_core::engine::{Engine, EngineError, Model, Precision, Ran, Tensor, Trouble};
use vision_core::manifest::ModelTask;
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
/// And in full precision, where a preparation by the GPU now and then rounds a pixel to the level beside it.
const WHOLE_TOLERANCE: f32 = 1e-3;

/// Loads whatever a model's task needs in half precision.
struct InHalf(RaceEngine);

impl Engine for InHalf {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn load(&self, bytes: &[u8], shape: [usize; 4], _: Precision) -> Result<Box<dyn Model>, EngineError> {
        self.0.load(bytes, shape, Precision::Fast)
    }
}

#[test]
fn numbers_of_half_precision_find_the_same() {
    let expected = analyze(&analyzer(Profile::Preview), &mut Listener::new());
    let gpu = gpu_of(Precision::Fast);
    // As it comes, and with objects too in half precision.
    let engines: [(Box<dyn Engine>, &str, f32); 2] =
        [(Box::new(on_gpu(&gpu)), "f32)", WHOLE_TOLERANCE), (Box::new(InHalf(on_gpu(&gpu))), "f16)", HALF_TOLERANCE)];
    for (engine, of_objects, tolerance) in engines {
        let report = analyze(&analyzer_on(engine), &mut Listener::new());
        assert_eq!(report.receipt.engine, "gpu");
        for model in &report.receipt.models {
            let is_of_objects = manifest().model(&model.name).expect("it is known").task == ModelTask::Objects;
            let reason = model.engine_reason.as_deref().unwrap_or_default();
            assert!(reason.ends_with(if is_of_objects { of_objects } else { "f16)" }), "{}: {reason}", model.name);
        }
        assert_same(&report, &expected);
        let others = |report: &Report| {
            let tags = report.tags.iter().map(|tag| tag.probability);
            tags.chain(report.faces.iter().map(|face| face.score)).collect::<Vec<f32>>()
        };
        let objects = |report: &Report| report.objects.iter().map(|object| object.score).collect::<Vec<f32>>();
        for (scores, tolerance) in [(others as fn(&Report) -> _, HALF_TOLERANCE), (objects, tolerance)] {
            for (got, wanted) in scores(&report).into_iter().zip(scores(&expected)) {
                assert!((got - wanted).abs() <= tolerance, "{got}, not {wanted}, with objects in ({of_objects}");
            }
        }
    }
}

/// Largest difference of an output run with others from the same alone, as a share of the output's largest magnitude: some sums
/// are shared by other numbers of threads.
const TOGETHER_TOLERANCE: f32 = 1e-5;

#[test]
fn several_pictures_at_once_give_what_each_gives_alone() {
    let (manifest, gpu) = (manifest(), gpu());
    for spec in manifest.of_profile(Profile::Preview) {
        let model = gpu.load(&model_bytes(&spec.file), spec.input.shape(), Precision::Fast).expect("the model loads");
        let input = |seed: usize| {
            let shape = spec.input.shape().to_vec();
            let numbers = (0..shape.iter().product()).map(|at: usize| (at * 7919 + seed * 104_729) % 256);
            let numbers = numbers.map(|level| level as f32 / 64.0 - 2.0);
            vec![Tensor { data: numbers.collect(), shape }]
        };
        let mut batch: Vec<Vec<Tensor>> = (0..4).map(input).collect();
        // Wrong ones are their own trouble.
        batch[2][0].data.pop();
        let together = model.run_batch(&batch.iter().map(Vec::as_slice).collect::<Vec<_>>());
        assert_eq!(together.len(), batch.len());
        for (at, (answer, inputs)) in together.into_iter().zip(&batch).enumerate() {
            if at == 2 {
                assert!(matches!(answer, Err(EngineError::Run { .. })), "{answer:?}");
                continue;
            }
            let alone = model.run(inputs).expect("it runs");
            for (got, wanted) in answer.expect("it runs").outputs.iter().zip(&alone) {
                assert_eq!(got.shape, wanted.shape);
                let largest = wanted.data.iter().fold(f32::MIN_POSITIVE, |most, number| most.max(number.abs()));
                let worst = got.data.iter().zip(&wanted.data).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) / largest;
                assert!(worst <= TOGETHER_TOLERANCE, "{}: picture {at}: {worst} of {largest}", spec.name);
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
            self.gpu.suffer(Fault::Gone);
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
        let model = engine.load(&bytes, [1, 3, 320, 320], Precision::Fast).expect("it loads");
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
    // Where that is the processor, the GPU is not even asked.
    gpu.suffer(Fault::Gone);
    let ran = ran_by();
    assert!(ran.engine == "cpu" && ran.reason.contains("the faster here"), "{}", ran.reason);
    assert_eq!(memory.times.lock().expect("no panic").len(), 1, "one race for one card and one model");
}

const FACES: &str = "yunet_n_320_320.onnx";

fn load_faces(engine: &dyn Engine) -> Box<dyn Model> {
    engine.load(&model_bytes(FACES), [1, 3, 320, 320], Precision::Fast).expect("it loads")
}

fn on_gpu(gpu: &GpuEngine) -> RaceEngine {
    RaceEngine::new(CpuEngine::default(), gpu.clone(), Rule::Gpu)
}

fn face_input(level: f32) -> Vec<Tensor> {
    vec![Tensor { shape: vec![1, 3, 320, 320], data: vec![level; 3 * 320 * 320] }]
}

fn start(model: &dyn Model, inputs: &[Tensor]) -> Ran {
    pollster::block_on(model.start(inputs)).expect("it runs")
}

/// Who ran it, why, and whether the report is to warn.
fn told(ran: &Ran) -> (&str, &str, Option<&str>) {
    let ran_by = ran.ran_by.as_ref().expect("there was a choice");
    let trouble = ran.trouble.as_ref().map(|trouble| match trouble {
        Trouble::Gpu(why) | Trouble::NoGpu(why) | Trouble::Worker(why) => why.as_str(),
    });
    (ran_by.engine, &ran_by.reason, trouble)
}

#[test]
fn what_a_gpu_refuses_at_load_the_processor_runs_with_one_warning() {
    let reference = load_faces(&CpuEngine::default()).run(&face_input(90.0)).expect("it runs");
    for (fault, why) in [
        (Fault::Modules, "the GPU refused it"),
        (Fault::Pipelines, "the GPU refused it"),
        (Fault::Memory(100_000), "the GPU refused it: out of memory"),
        (Fault::Gone, "the GPU failed"),
    ] {
        let gpu = gpu();
        gpu.suffer(fault);
        let engine = on_gpu(&gpu);
        let (first, second) = (load_faces(&engine), load_faces(&engine));
        let ran = start(&*first, &face_input(90.0));
        let (engine, reason, trouble) = told(&ran);
        assert!(engine == "cpu" && reason.starts_with(why), "{fault:?}: {reason}");
        assert_eq!(trouble, Some(reason), "{fault:?}");
        assert_eq!(ran.outputs, reference, "{fault:?}");
        // In a later report, and in those of other models that were refused too, the receipt says it.
        for model in [first, second] {
            let again = start(&*model, &face_input(90.0));
            assert_eq!(told(&again), ("cpu", reason, None), "{fault:?}");
            // Several pictures are the processor's as well.
            let (inputs, others) = (face_input(90.0), face_input(10.0));
            let together: Vec<_> = model.run_batch(&[&inputs, &others]).into_iter().map(Result::unwrap).collect();
            assert_eq!(together[0].outputs, reference, "{fault:?}");
            assert!(together.iter().all(|ran| told(ran) == ("cpu", reason, None)), "{fault:?}");
        }
    }
}

#[test]
fn a_report_has_one_warning_however_many_models_were_refused() {
    let gpu = gpu();
    gpu.suffer(Fault::Modules);
    let analyzer = analyzer_on(Box::new(on_gpu(&gpu)));
    let expected = analyze(&self::analyzer(Profile::Preview), &mut Listener::new());
    for warnings in [vec!["gpu_failed"], vec![]] {
        let report = analyze(&analyzer, &mut Listener::new());
        assert_same(&report, &expected);
        let codes: Vec<&str> = report.warnings.iter().map(|warning| warning.code.as_str()).collect();
        assert_eq!(codes, warnings);
        assert_eq!(report.receipt.engine, "cpu");
        let reasons = report.receipt.models.iter().map(|model| model.engine_reason.clone().unwrap_or_default());
        assert!(
            reasons.clone().all(|reason| reason.starts_with("the GPU refused it")),
            "{:?}",
            reasons.collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_run_without_room_is_the_processors_alone_and_the_next_is_the_gpus_again() {
    let gpu = gpu();
    let model = load_faces(&on_gpu(&gpu));
    // Loaded, but the buffer for answers comes with the first run.
    gpu.suffer(Fault::Memory(0));
    for _ in 0..2 {
        let ran = start(&*model, &face_input(90.0));
        let (engine, reason, trouble) = told(&ran);
        assert!(engine == "cpu" && reason.contains("out of memory") && trouble == Some(reason), "{ran:?}");
    }
    let (inputs, others) = (face_input(90.0), face_input(10.0));
    for ran in model.run_batch(&[&inputs, &others]) {
        assert_eq!(told(&ran.expect("it runs")).0, "cpu");
    }
    gpu.mend();
    let ran = start(&*model, &face_input(90.0));
    assert_eq!((told(&ran).0, told(&ran).2), ("gpu", None));
}

#[test]
fn batches_run_on_the_gpu_and_go_on_on_the_processor_when_it_is_lost() {
    let gpu = gpu();
    let model = load_faces(&on_gpu(&gpu));
    assert!(model.prepares());
    let inputs: Vec<Vec<Tensor>> = [90.0, 10.0, 200.0].map(face_input).into();
    let mut wrong = face_input(1.0);
    wrong[0].data.pop();
    let batch = [&*inputs[0], &*wrong, &*inputs[1], &*inputs[2]];
    let reference = load_faces(&CpuEngine::default());
    let assert_right = |answers: Vec<Result<Ran, EngineError>>| -> Vec<Ran> {
        assert_eq!(answers.len(), batch.len());
        assert!(matches!(answers[1], Err(EngineError::Run { .. })), "a wrong input is its own trouble");
        let ran: Vec<Ran> = answers.into_iter().flatten().collect();
        for (ran, inputs) in ran.iter().zip(&inputs) {
            for (got, wanted) in ran.outputs.iter().zip(reference.run(inputs).expect("it runs")) {
                let near = |(a, b): (&f32, &f32)| (a - b).abs() <= 1e-3 * b.abs().max(1.0);
                assert!(got.data.iter().zip(&wanted.data).all(near));
            }
        }
        ran
    };
    let ran = assert_right(model.run_batch(&batch));
    assert!(ran.iter().all(|ran| told(ran).0 == "gpu" && ran.trouble.is_none()), "{ran:?}");

    gpu.suffer(Fault::Gone);
    let ran = assert_right(model.run_batch(&batch));
    assert!(ran.iter().all(|ran| told(ran).0 == "cpu"));
    assert_eq!(ran.iter().filter(|ran| ran.trouble.is_some()).count(), 1, "it is told once");
    assert!(!model.prepares());
    let sent = gpu.usage().bytes_sent;
    let ran = assert_right(model.run_batch(&batch));
    assert!(ran.iter().all(|ran| told(ran).0 == "cpu" && ran.trouble.is_none()));
    assert_eq!(gpu.usage().bytes_sent, sent, "nothing is asked of a GPU that has failed");
}

#[test]
fn without_a_gpu_the_receipt_says_why_and_a_warning_where_one_was_asked_for() {
    let none = EngineError::NoGpu { detail: "no adapter".into() };
    let broken = EngineError::Refused { detail: "limits".into() };
    for (found, is_asked_for, warns) in
        [(&none, false, false), (&none, true, true), (&broken, false, true), (&broken, true, true)]
    {
        let engine = WithoutGpu::new(CpuEngine::default(), found);
        let engine = if is_asked_for { engine.asked_for() } else { engine };
        assert_eq!(engine.name(), "cpu");
        let model = load_faces(&engine);
        let reason = found.to_string();
        for warns in [warns, false] {
            let ran = start(&*model, &face_input(1.0));
            assert_eq!(told(&ran), ("cpu", reason.as_str(), warns.then_some(reason.as_str())));
        }
    }
}
