//! The messages between the page and the vision worker: JSON text, the picture's bytes beside it as a transferred buffer.
//!
//! The worker speaks first ([`FromWorker::Ready`]): what is sent before is lost. It takes one job at a time; the queue is
//! the page's. A transferred buffer is gone for the sender.

use serde::{Deserialize, Serialize};
use vision_core::ErrorCode;
use vision_core::report::Report;
use vision_core::stage::{Stage, Task};

/// Raised when a message changes its meaning; page and worker of different versions do not talk.
pub const PROTOCOL_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToWorker {
    /// Get the models: from the browser's cache, else from the server.
    Prepare,
    /// Read the picture in the buffer that comes with this message.
    Analyze { job: u32, tasks: Vec<Task> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FromWorker {
    /// The worker hears from now on.
    Ready { protocol: u32, core_version: String, engine: String },
    /// How far the models are; sent a few times per second at most.
    Models { progress: ModelsProgress },
    /// A stage of the job has just finished.
    Stage { job: u32, stage: Stage },
    /// The job is done. `provisional`: read before the models were there, so it comes again with them.
    Report { job: u32, report: Box<Report>, provisional: bool },
    /// The picture cannot be read.
    Failed { job: u32, code: ErrorCode, message: String },
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
            FromWorker::Ready { protocol: PROTOCOL_VERSION, core_version: "0.1.0".into(), engine: "tract".into() },
            FromWorker::Failed { job: 7, code: ErrorCode::TruncatedImage, message: "it breaks off".into() },
            FromWorker::Stage { job: 7, stage: Stage::Measures { palette: Vec::new(), quality: None } },
        ];
        for message in messages {
            let text = serde_json::to_string(&message).unwrap();
            assert_eq!(serde_json::from_str::<FromWorker>(&text).unwrap(), message, "{text}");
        }
        let text = serde_json::to_string(&ToWorker::Analyze { job: 1, tasks: vec![Task::Tags] }).unwrap();
        assert_eq!(text, r#"{"kind":"analyze","job":1,"tasks":["tags"]}"#);
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
