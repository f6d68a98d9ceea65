//! An analysis for a visitor: admitted, read, stored; what fails is not counted, and who leaves stops the work.

use std::time::Instant;

use futures::StreamExt as _;
use serde::Serialize;
use tokio::sync::mpsc;
use tracing::Instrument as _;
use uuid::Uuid;
use vision_core::Report;
use vision_core::pipeline::Options;
use vision_core::report::Warning;
use vision_core::stage::Stage;

use super::admission::Admission;
use super::history::findable;
use super::statistics::counted;
use super::visitor::{Identity, Quota};
use super::{Caller, Moment, Service, ServiceError};
use crate::store::analyses::StoredAnalysis;
use crate::vision::{Asker, Event, Events, Job, Picture};

/// What a visitor asks for.
#[derive(Debug)]
pub struct Asked {
    pub admission: Admission,
    pub picture: Picture,
    pub options: Options,
    pub keep: Keep,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// The report; the picture is forgotten.
    #[default]
    Report,
    ReportAndPicture,
}

/// A report that has been stored, under the name it can be fetched by.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Analysis {
    pub id: Uuid,
    pub created_at: Moment,
    /// The name that its owner gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether the picture was kept, as its owner asked.
    pub picture_kept: bool,
    #[serde(flatten)]
    pub report: Report,
}

/// What is heard while an analysis goes on; `Done` is the last.
#[derive(Clone, Debug)]
pub enum Update {
    Stage(Box<Stage>),
    Done(Box<Analysis>),
}

/// An analysis that has begun. Dropping it stops the work, and then it does not count.
pub struct Begun {
    /// What is left after this one; none is counted of somebody who is logged in.
    pub quota: Option<Quota>,
    pub updates: mpsc::Receiver<Result<Update, ServiceError>>,
}

impl Begun {
    /// Waits for the end.
    ///
    /// # Errors
    /// Why there is no report.
    pub async fn finish(mut self) -> Result<Analysis, ServiceError> {
        while let Some(update) = self.updates.recv().await {
            if let Update::Done(analysis) = update? {
                return Ok(*analysis);
            }
        }
        Err(ServiceError::Cancelled)
    }
}

/// The warning of a report whose picture should have been kept.
const PICTURE_NOT_KEPT: &str = "picture_not_kept";

/// More updates than an analysis has.
const UPDATES: usize = 32;

impl Service {
    /// Begins an analysis for somebody who was admitted.
    ///
    /// # Errors
    /// [`ServiceError::Overloaded`] when all places are taken; what is wrong with the picture comes as an update.
    pub async fn analyze(&self, asked: Asked) -> Result<Begun, ServiceError> {
        // A door may be dropped at any moment; a task of its own is not, so what came of it is always counted.
        tokio::spawn(self.clone().begin(asked).in_current_span()).await.map_err(ServiceError::internal)?
    }

    async fn begin(self, asked: Asked) -> Result<Begun, ServiceError> {
        let Asked { admission, picture, options, keep } = asked;
        let to_keep = match keep {
            Keep::Report => None,
            Keep::ReportAndPicture => Some(picture.bytes().clone()),
        };
        let deadline = Instant::now() + self.rules.analysis_timeout;
        let job = Job { picture, options, deadline, asker: asker(admission.caller()) };
        let quota = admission.quota();
        let (updates, received) = mpsc::channel(UPDATES);
        let work = Work { service: self, admission, to_keep, updates };
        match work.service.vision.analyze(job).await {
            Ok(events) => {
                tokio::spawn(work.drive(events).in_current_span());
                Ok(Begun { quota, updates: received })
            }
            Err(error) => {
                count(&Err(&error));
                work.release(&error).await;
                Err(error)
            }
        }
    }
}

/// The part of an analysis that runs whether or not somebody waits.
struct Work {
    service: Service,
    admission: Admission,
    to_keep: Option<bytes::Bytes>,
    updates: mpsc::Sender<Result<Update, ServiceError>>,
}

impl Work {
    async fn drive(mut self, mut events: Events) {
        let outcome = tokio::select! {
            outcome = self.follow(&mut events) => outcome,
            () = self.updates.closed() => Err(ServiceError::Cancelled),
        };
        drop(events);
        let outcome = match outcome {
            Ok(report) => self.settle(report).await,
            Err(error) => Err(error),
        };
        count(&outcome.as_ref().map(|_| ()));
        let updates = self.updates.clone();
        if let Err(error) = &outcome {
            self.release(error).await;
        }
        let _ = updates.send(outcome.map(|analysis| Update::Done(Box::new(analysis)))).await;
    }

    async fn follow(&self, events: &mut Events) -> Result<Report, ServiceError> {
        while let Some(event) = events.next().await {
            match event? {
                // A reader who is slow misses a stage and still gets the report.
                Event::Stage(stage) if self.updates.capacity() > 1 => {
                    let _ = self.updates.try_send(Ok(Update::Stage(stage)));
                }
                Event::Stage(_) => {}
                Event::Report(report) => return Ok(*report),
            }
        }
        Err(ServiceError::Cancelled)
    }

    async fn settle(&mut self, mut report: Report) -> Result<Analysis, ServiceError> {
        let mut picture_bytes =
            self.to_keep.as_ref().map_or(0, |picture| i64::try_from(picture.len()).unwrap_or(i64::MAX));
        if !self.has_room(picture_bytes).await? {
            (self.to_keep, picture_bytes) = (None, 0);
            let message = "the picture is not kept: your files and kept pictures leave no room for it".into();
            report.warnings.push(Warning { code: PICTURE_NOT_KEPT.into(), message });
        }
        let analysis = Analysis {
            id: Uuid::now_v7(),
            created_at: Moment::now(),
            title: None,
            picture_kept: self.to_keep.is_some(),
            report,
        };
        if let Some(picture) = &self.to_keep {
            let name = analysis.id.to_string();
            self.service.store.pictures.write(&name, picture).await.map_err(ServiceError::internal)?;
        }
        let stored = StoredAnalysis {
            id: analysis.id,
            created_at_ms: analysis.created_at.0,
            title: None,
            report: serde_json::to_string(&analysis.report).map_err(ServiceError::internal)?,
            picture_bytes,
        };
        let found = findable(&analysis.report);
        let settled = match self.admission.hold() {
            Some(hold) => self.service.store.settle(hold, &stored, &found).await,
            None => {
                let counted = counted(&analysis.report, self.day(analysis.created_at).await);
                let owner = self.admission.caller().owner();
                self.service.store.insert_counted(owner, &stored, &found, &counted).await
            }
        };
        if let Err(error) = settled {
            // Without its row nobody could ever delete the picture.
            let _ = self.service.store.pictures.remove(&analysis.id.to_string()).await;
            return Err(error.into());
        }
        self.admission.settled();
        Ok(analysis)
    }

    /// Whether the owner may keep so much more. Several pictures that end at once may together go beyond it; the next one then has
    /// no room.
    async fn has_room(&self, bytes: i64) -> Result<bool, ServiceError> {
        if bytes == 0 {
            return Ok(true);
        }
        let limit = i64::try_from(self.service.live.now().await?.account_storage_bytes()).unwrap_or(i64::MAX);
        let kept = self.service.store.bytes_kept(self.admission.caller().owner()).await?;
        Ok(kept.saturating_add(bytes) <= limit)
    }

    /// The day that it is where the owner lives; that of UTC, if that cannot be told now: the analysis counts in any case.
    async fn day(&self, at: Moment) -> i64 {
        let utc = at.day_in("UTC");
        let caller = self.admission.caller();
        match &caller.person {
            Some(person) => self.service.day_of(&caller.origin, person, at).await.unwrap_or(utc),
            None => utc,
        }
    }

    /// The hold is given back, and the failure of somebody who is logged in counts among their own.
    async fn release(self, error: &ServiceError) {
        let caller = self.admission.caller();
        let counted = match &caller.person {
            Some(_) => {
                let day = self.day(Moment::now()).await;
                self.service.store.count_failure(caller.owner(), day, error.code().as_str()).await
            }
            None => Ok(()),
        };
        if let Err(error) = counted {
            tracing::error!(error.cause = %error, "a failed analysis could not be counted");
        }
        self.admission.release().await;
    }
}

/// Pupils of one school take turns with each other; who comes without a cookie is all of their network.
fn asker(caller: &Caller) -> Asker {
    match (&caller.person, caller.identity) {
        (Some(person), _) => Asker::new(&person.account.to_string()),
        (None, Identity::Known { visitor, .. }) => Asker::new(&visitor.to_string()),
        (None, Identity::New { .. }) => Asker::new(&caller.origin.network),
    }
}

fn count(outcome: &Result<(), &ServiceError>) {
    let label = match outcome {
        Ok(()) => "done",
        Err(error) => error.code().as_str(),
    };
    metrics::counter!("iia_analyses_total", "outcome" => label).increment(1);
}
