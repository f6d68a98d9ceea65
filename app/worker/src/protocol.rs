//! The messages between the page and the vision worker: JSON text, the picture's bytes beside it as a transferred buffer.
//!
//! The worker speaks first ([`FromWorker::Ready`]): what is sent before is lost. It takes one job at a time; the queue is
//! the page's. A transferred buffer is gone for the sender.

use serde::{Deserialize, Serialize};
use vision_core::ErrorCode;
use vision_core::report::{Description, Face, ImageFacts, Object, Quality, Swatch, Tag};
use vision_core::stage::{Stage, Task};

/// Raised when a message changes its meaning; page and worker of different versions do not talk.
pub const PROTOCOL_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToWorker {
    /// Get the models: from the browser's cache, else from the server.
    Prepare,
    /// Read the picture in the buffer that comes with this message.
    Analyze { job: u32, tasks: Vec<Task> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromWorker {
    /// The worker hears from now on.
    Ready { protocol: u32, core_version: String, engine: String },
    /// How far the models are; sent a few times per second at most.
    Models { progress: ModelsProgress },
    /// A stage of the job has just finished: JSON text that [`StageParts`] reads.
    Stage { job: u32, stage: String },
    /// The job is done. `provisional`: read before the models were there, so it comes again with them.
    /// The report is JSON text, so that the page can hand it on as it is and needs no code to write reports.
    Report { job: u32, report: String, provisional: bool },
    /// The picture cannot be read.
    Failed { job: u32, code: ErrorCode, message: String },
}

/// A [`Stage`] as its JSON lies there. Reading it into this flat form takes the page much less code than reading the
/// enum, which must first be read into a form that can be anything.
#[derive(Debug, Default, Deserialize)]
pub struct StageParts {
    stage: String,
    image: Option<ImageFacts>,
    palette: Option<Vec<Swatch>>,
    quality: Option<Quality>,
    tags: Option<Vec<Tag>>,
    objects: Option<Vec<Object>>,
    faces: Option<Vec<Face>>,
    description: Option<Description>,
}

impl StageParts {
    /// Reads a stage; none if it is not one of those known here.
    pub fn read(json: &str) -> Option<Stage> {
        let parts: Self = serde_json::from_str(json).ok()?;
        match parts.stage.as_str() {
            "image" => Some(Stage::Image { image: parts.image? }),
            "measures" => Some(Stage::Measures { palette: parts.palette?, quality: parts.quality }),
            "tags" => Some(Stage::Tags { tags: parts.tags? }),
            "objects" => Some(Stage::Objects { objects: parts.objects? }),
            "faces" => Some(Stage::Faces { faces: parts.faces? }),
            "description" => Some(Stage::Description { description: parts.description? }),
            _ => None,
        }
    }
}

/// How far the models are, each and together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ModelsProgress {
    pub models: Vec<ModelProgress>,
    /// Nothing more will come: each model is ready or has failed.
    pub settled: bool,
    /// Why there is no list of models at all, a plain sentence.
    pub problem: Option<String>,
}

impl ModelsProgress {
    /// Bytes that are here, and bytes in all.
    pub fn bytes(&self) -> (u64, u64) {
        self.models.iter().fold((0, 0), |(here, all), m| (here + m.bytes_here, all + m.bytes))
    }

    /// Whether anything has come over the network (rather than from the browser's cache).
    pub fn downloading(&self) -> bool {
        self.models.iter().any(|m| m.state == ModelState::Fetching)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelProgress {
    pub name: String,
    pub bytes: u64,
    pub bytes_here: u64,
    pub state: ModelState,
    /// Whether the bytes lay in the browser's cache.
    pub from_cache: bool,
    /// Why it failed, a plain sentence.
    pub problem: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    #[default]
    Waiting,
    Fetching,
    /// The engine makes it ready to run.
    Preparing,
    Ready,
    Failed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_way() {
        let messages = [
            FromWorker::Ready { protocol: PROTOCOL_VERSION, core_version: "0.1.0".into(), engine: "cpu".into() },
            FromWorker::Failed { job: 7, code: ErrorCode::TruncatedImage, message: "it breaks off".into() },
            FromWorker::Stage { job: 7, stage: "{}".into() },
        ];
        for message in messages {
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<FromWorker>(&text).unwrap(), message, "{text}");
        }
        let text = serde_json::to_string(&ToWorker::Analyze { job: 1, tasks: vec![Task::Tags] }).unwrap();
        assert_eq!(text, r#"{"analyze":{"job":1,"tasks":["tags"]}}"#);
    }

    #[test]
    fn every_stage_is_read_back_from_its_json() {
        let stages = [
            Stage::Image { image: ImageFacts::default() },
            Stage::Measures { palette: Vec::new(), quality: None },
            Stage::Measures { palette: Vec::new(), quality: Some(Quality::default()) },
            Stage::Tags { tags: Vec::new() },
            Stage::Objects { objects: Vec::new() },
            Stage::Faces { faces: Vec::new() },
            Stage::Description { description: Description::default() },
        ];
        for stage in stages {
            let json = serde_json::to_string(&stage).unwrap();
            assert_eq!(StageParts::read(&json), Some(stage), "{json}");
        }
    }

    #[test]
    fn progress_adds_up() {
        let model = |here, state| ModelProgress {
            name: String::new(),
            bytes: 10,
            bytes_here: here,
            state,
            from_cache: false,
            problem: None,
        };
        let progress = ModelsProgress {
            models: vec![model(10, ModelState::Ready), model(3, ModelState::Fetching)],
            settled: false,
            problem: None,
        };
        assert_eq!(progress.bytes(), (13, 20));
        assert!(progress.downloading());
    }
}
