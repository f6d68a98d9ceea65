//! The stages of an analysis and the tasks that can be asked for: what the doors and the page speak of while a picture is being read.

use serde::{Deserialize, Serialize};

use crate::error::AnalyzeError;
use crate::report::{Description, Face, ImageFacts, Object, Quality, Swatch, Tag};

/// What can be asked for. Text form: `tags`, `objects`, `faces`, `colors`, `quality`, `description`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Tags,
    Objects,
    Faces,
    Colors,
    Quality,
    Description,
}

impl Task {
    pub const ALL: [Self; 6] = [Self::Tags, Self::Objects, Self::Faces, Self::Colors, Self::Quality, Self::Description];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Objects => "objects",
            Self::Faces => "faces",
            Self::Colors => "colors",
            Self::Quality => "quality",
            Self::Description => "description",
        }
    }
}

impl std::str::FromStr for Task {
    type Err = AnalyzeError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|t| t.as_str() == text).ok_or_else(|| AnalyzeError::BadOption {
            detail: format!(
                "there is no task `{text}`; the tasks are tags, objects, faces, colors, quality, description"
            ),
        })
    }
}

/// A stage that has just finished, with what it found. The order: image, colours and quality, tags, objects, faces, description.
/// Later stages may change the standing of what earlier ones found; the report is what counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    Image { image: ImageFacts },
    Measures { palette: Vec<Swatch>, quality: Option<Quality> },
    Tags { tags: Vec<Tag> },
    Objects { objects: Vec<Object> },
    Faces { faces: Vec<Face> },
    Description { description: Description },
}
