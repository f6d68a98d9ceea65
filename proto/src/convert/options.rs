//! What a caller asks for.

use std::collections::BTreeSet;

use vision_core::pipeline::{Options, Task};

use super::WireError;
use super::report::profile_from_wire;
use crate::v1;

impl From<Options> for v1::AnalyzeOptions {
    fn from(options: Options) -> Self {
        let Options { tasks, profile, language } = options;
        Self {
            tasks: tasks.into_iter().map(|task| v1::Task::from(task).into()).collect(),
            profile: v1::Profile::from(profile).into(),
            language,
        }
    }
}

/// What is left open becomes the default.
impl TryFrom<v1::AnalyzeOptions> for Options {
    type Error = WireError;
    fn try_from(options: v1::AnalyzeOptions) -> Result<Self, WireError> {
        let v1::AnalyzeOptions { tasks, profile, language } = options;
        let default = Self::default();
        let tasks = tasks.into_iter().map(task_from_wire).collect::<Result<BTreeSet<_>, _>>()?;
        Ok(Self {
            tasks: if tasks.is_empty() { default.tasks } else { tasks },
            profile: profile_from_wire(profile)?.unwrap_or(default.profile),
            language: if language.is_empty() { default.language } else { language },
        })
    }
}

impl From<Task> for v1::Task {
    fn from(task: Task) -> Self {
        match task {
            Task::Tags => Self::Tags,
            Task::Objects => Self::Objects,
            Task::Faces => Self::Faces,
            Task::Colors => Self::Colors,
            Task::Quality => Self::Quality,
            Task::Description => Self::Description,
        }
    }
}

fn task_from_wire(value: i32) -> Result<Task, WireError> {
    match v1::Task::try_from(value) {
        Ok(v1::Task::Tags) => Ok(Task::Tags),
        Ok(v1::Task::Objects) => Ok(Task::Objects),
        Ok(v1::Task::Faces) => Ok(Task::Faces),
        Ok(v1::Task::Colors) => Ok(Task::Colors),
        Ok(v1::Task::Quality) => Ok(Task::Quality),
        Ok(v1::Task::Description) => Ok(Task::Description),
        Ok(v1::Task::Unspecified) | Err(_) => Err(WireError::UnknownValue { field: "tasks", value }),
    }
}
