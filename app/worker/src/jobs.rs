//! Reading pictures, one job at a time: at once with what needs no model, and fully when the models are there.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::Arc;

use vision_core::ErrorCode;
use vision_core::engine::cpu::CpuEngine;
use vision_core::manifest::{Manifest, ModelSpec};
use vision_core::pipeline::{Analyzer, Host, Options};
use vision_core::report::{Profile, Warning};
use vision_core::stage::{Stage, Task};
use vision_worker::protocol::FromWorker;

use super::executor::Executor;
use super::scope::{self, StopFlag};
use super::turns::turn;

/// What is read at once while the models are on their way.
const WITHOUT_MODELS: [Task; 3] = [Task::Colors, Task::Quality, Task::Description];

struct Job {
    number: u32,
    tasks: Vec<Task>,
    bytes: Vec<u8>,
    stop: Option<StopFlag>,
}

#[derive(Default)]
struct Reader {
    analyzer: Option<Analyzer>,
    executor: Option<Rc<Executor>>,
    settled: bool,
    /// For the first report that is not provisional.
    warning: Option<Warning>,
    waiting: VecDeque<Job>,
}

thread_local! {
    static READER: RefCell<Reader> = RefCell::default();
}

/// Takes a job. While models are on their way it is read without them first, and again when they have come.
pub async fn take(number: u32, tasks: Vec<Task>, bytes: Vec<u8>, stop: Option<StopFlag>) {
    let _turn = turn().await;
    let job = Job { number, tasks, bytes, stop };
    if READER.with_borrow(|reader| reader.settled) {
        read(&job, &job.tasks, false).await;
        return;
    }
    // The page has one job at a time: what waited has been given up.
    READER.with_borrow_mut(|reader| reader.waiting.clear());
    let tasks: Vec<Task> = WITHOUT_MODELS.into_iter().filter(|t| job.tasks.contains(t)).collect();
    if read(&job, &tasks, true).await {
        READER.with_borrow_mut(|reader| reader.waiting.push_back(job));
    }
}

/// Uses this list of models from now on; none of them is loaded yet.
pub async fn begin(manifest: Arc<Manifest>) {
    let _turn = turn().await;
    let executor = Rc::new(Executor::open().await);
    READER.with_borrow_mut(|reader| {
        reader.warning = executor.warning();
        reader.executor = Some(executor);
        reader.analyzer = Some(Analyzer::new(manifest, Box::new(CpuEngine::default())));
    });
}

/// Makes a model ready to run.
pub async fn load(spec: &ModelSpec, bytes: &[u8]) -> Result<(), String> {
    let Some(executor) = READER.with_borrow(|reader| reader.executor.clone()) else {
        return Err("there is no list of models".into());
    };
    executor.ready(spec).await;
    let _turn = turn().await;
    let model = executor.load(spec, bytes).await.map_err(|e| e.to_string())?;
    READER.with_borrow_mut(|reader| {
        if let Some(analyzer) = &mut reader.analyzer {
            analyzer.insert(&spec.name, model);
        }
    });
    Ok(())
}

/// No more models will come: what waits is read with those that are there.
pub async fn models_settled() {
    let _turn = turn().await;
    READER.with_borrow_mut(|reader| reader.settled = true);
    while let Some(job) = READER.with_borrow_mut(|reader| reader.waiting.pop_front()) {
        read(&job, &job.tasks, false).await;
    }
}

/// Reads a picture and tells the page; gives whether it could be read. Whoever calls it has the turn.
async fn read(job: &Job, tasks: &[Task], provisional: bool) -> bool {
    // It is put back below: nobody else looks for it meanwhile.
    let kept = READER.with_borrow_mut(|reader| reader.analyzer.take());
    let alone;
    let analyzer = match &kept {
        Some(analyzer) => analyzer,
        None => {
            alone = Analyzer::new(Arc::new(Manifest::without_models()), Box::new(CpuEngine::default()));
            &alone
        }
    };
    let options = Options { tasks: tasks.iter().copied().collect(), profile: Profile::Preview, ..Options::default() };
    let mut host = PageHost { job: job.number, stop: job.stop.clone(), quiet: provisional };
    let result = analyzer.start(&job.bytes, &options, &mut host).await;
    READER.with_borrow_mut(|reader| reader.analyzer = kept);
    match result {
        Ok(mut report) => {
            if !provisional {
                report.warnings.extend(READER.with_borrow_mut(|reader| reader.warning.take()));
            }
            let report = serde_json::to_string(&report).unwrap_or_default();
            scope::tell(&FromWorker::Report { job: job.number, report, provisional });
            true
        }
        Err(error) => {
            let code: ErrorCode = error.code();
            scope::tell(&FromWorker::Failed { job: job.number, code, message: error.to_string() });
            false
        }
    }
}

/// Tells the page of each stage and looks whether it wants the job to stop.
struct PageHost {
    job: u32,
    stop: Option<StopFlag>,
    /// Of a first reading without models, only what models do not change is told.
    quiet: bool,
}

impl Host for PageHost {
    fn now_ms(&self) -> f64 {
        scope::now_ms()
    }

    fn stage(&mut self, stage: &Stage) -> ControlFlow<()> {
        let told = !self.quiet || matches!(stage, Stage::Image { .. } | Stage::Measures { .. });
        if told {
            let stage = serde_json::to_string(stage).unwrap_or_default();
            scope::tell(&FromWorker::Stage { job: self.job, stage });
        }
        if self.cancelled() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn cancelled(&self) -> bool {
        self.stop.as_ref().is_some_and(|s| s.stops(self.job))
    }
}
