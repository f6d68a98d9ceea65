//! What is told of a model: its line in the manifest, and whether it is loaded.

use vision_core::manifest::ModelTask;
use vision_core::report::Profile;

use super::WireError;
use super::report::profile_from_wire;
use crate::v1;

/// One model as callers of the service see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    pub name: String,
    pub version: String,
    pub task: ModelTask,
    pub profiles: Vec<Profile>,
    pub bytes: u64,
    pub sha256: String,
    pub licence: String,
    pub origin: String,
    pub loaded: bool,
}

impl From<ModelInfo> for v1::ModelInfo {
    fn from(model: ModelInfo) -> Self {
        let ModelInfo { name, version, task, profiles, bytes, sha256, licence, origin, loaded } = model;
        Self {
            name,
            version,
            task: task_name(task).into(),
            profiles: profiles.into_iter().map(|profile| v1::Profile::from(profile).into()).collect(),
            bytes,
            sha256,
            licence,
            origin,
            loaded,
        }
    }
}

impl TryFrom<v1::ModelInfo> for ModelInfo {
    type Error = WireError;
    fn try_from(model: v1::ModelInfo) -> Result<Self, WireError> {
        let v1::ModelInfo { name, version, task, profiles, bytes, sha256, licence, origin, loaded } = model;
        let profiles = profiles.into_iter().map(profile_from_wire).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            name,
            version,
            task: task_from_name(&task)?,
            profiles: profiles.into_iter().flatten().collect(),
            bytes,
            sha256,
            licence,
            origin,
            loaded,
        })
    }
}

fn task_name(task: ModelTask) -> &'static str {
    match task {
        ModelTask::Tags => "tags",
        ModelTask::Objects => "objects",
        ModelTask::Faces => "faces",
    }
}

fn task_from_name(name: &str) -> Result<ModelTask, WireError> {
    [ModelTask::Tags, ModelTask::Objects, ModelTask::Faces]
        .into_iter()
        .find(|&task| task_name(task) == name)
        .ok_or(WireError::Missing { field: "task" })
}
