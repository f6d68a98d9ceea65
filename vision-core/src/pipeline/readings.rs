//! The runs of models on one picture: those that other threads do begin before it is measured, so that they are done meanwhile.

use std::collections::BTreeMap;
use std::task::{Context, Poll, Waker};

use super::asked::Asked;
use super::models::Chosen;
use super::run::Run;
use crate::engine::{EngineError, Ran, Running};
use crate::error::AnalyzeError;
use crate::preprocess::{Levels, Placement};

/// A picture that models read, and what has begun on it ahead of its turn.
pub(super) struct Readings<'p> {
    pub picture: &'p Levels<'p>,
    begun: BTreeMap<&'p str, Begun<'p>>,
}

/// A model at work on a prepared picture.
pub(super) struct Begun<'p> {
    pub placement: Placement,
    from_ms: f64,
    run: Progress<'p>,
}

enum Progress<'p> {
    Running(Running<'p>),
    Done(Outcome),
}

/// What a run gave, and how long it took.
pub(super) struct Outcome {
    pub ran: Result<Ran, EngineError>,
    pub ms: f64,
}

impl<'p> Readings<'p> {
    pub fn of(picture: &'p Levels<'p>) -> Self {
        Self { picture, begun: BTreeMap::new() }
    }

    /// Hands the picture to the models that run elsewhere.
    pub fn begin_elsewhere<'a: 'p>(&mut self, run: &mut Run<'a>, asked: &Asked<'_>) -> Result<(), AnalyzeError> {
        self.begin(run, asked, |chosen| chosen.model.runs_elsewhere())
    }

    /// Runs the models of this thread, if it would only wait for the others otherwise.
    pub fn run_meanwhile<'a: 'p>(&mut self, run: &mut Run<'a>, asked: &Asked<'_>) -> Result<(), AnalyzeError> {
        match self.begun.is_empty() {
            true => Ok(()),
            false => self.begin(run, asked, |chosen| !chosen.model.runs_elsewhere()),
        }
    }

    fn begin<'a: 'p>(
        &mut self,
        run: &mut Run<'a>,
        asked: &Asked<'_>,
        is_meant: impl Fn(&Chosen<'a>) -> bool,
    ) -> Result<(), AnalyzeError> {
        for chosen in run.first_models(asked).into_iter().filter(is_meant) {
            run.go_on()?;
            let mut begun = run.begin(chosen, self.picture);
            begun.set_going(run);
            self.begun.insert(&chosen.spec.name, begun);
        }
        Ok(())
    }

    /// The run of a model that has begun.
    pub fn take(&mut self, model_name: &str) -> Option<Begun<'p>> {
        self.begun.remove(model_name)
    }
}

impl<'p> Begun<'p> {
    pub fn new(placement: Placement, from_ms: f64, running: Running<'p>) -> Self {
        Self { placement, from_ms, run: Progress::Running(running) }
    }

    /// A run does nothing before it is asked for the first time; whoever wants its answer asks again.
    fn set_going(&mut self, run: &Run<'_>) {
        if let Progress::Running(running) = &mut self.run
            && let Poll::Ready(ran) = running.as_mut().poll(&mut Context::from_waker(Waker::noop()))
        {
            self.run = Progress::Done(Outcome::new(ran, run.now_ms() - self.from_ms));
        }
    }

    /// Waits for what the model gives.
    pub async fn outcome(self, run: &Run<'_>) -> Outcome {
        match self.run {
            Progress::Running(running) => {
                let ran = running.await;
                Outcome::new(ran, run.now_ms() - self.from_ms)
            }
            Progress::Done(outcome) => outcome,
        }
    }
}

impl Outcome {
    /// Seen from here, a run elsewhere lasts until somebody asks for it.
    fn new(ran: Result<Ran, EngineError>, seen_ms: f64) -> Self {
        let own_ms = ran.as_ref().ok().and_then(|ran| ran.took_ms);
        Self { ran, ms: own_ms.unwrap_or(seen_ms) }
    }
}
