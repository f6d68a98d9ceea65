//! Stages: what is known while the analysis goes on.

use vision_core::pipeline::Stage;

use super::{WireError, from_wire, required, to_wire};
use crate::v1;
use crate::v1::stage::Stage as Kind;

impl From<Stage> for v1::Stage {
    fn from(stage: Stage) -> Self {
        let kind = match stage {
            Stage::Image { image } => Kind::Image(image.into()),
            Stage::Measures { palette, quality } => {
                Kind::Measures(v1::Measures { palette: to_wire(palette), quality: quality.map(Into::into) })
            }
            Stage::Tags { tags } => Kind::Tags(v1::Tags { tags: to_wire(tags) }),
            Stage::Objects { objects } => Kind::Objects(v1::Objects { objects: to_wire(objects) }),
            Stage::Faces { faces } => Kind::Faces(v1::Faces { faces: to_wire(faces) }),
            Stage::Description { description } => Kind::Description(description.into()),
        };
        Self { stage: Some(kind) }
    }
}

impl TryFrom<v1::Stage> for Stage {
    type Error = WireError;
    fn try_from(stage: v1::Stage) -> Result<Self, WireError> {
        let v1::Stage { stage } = stage;
        Ok(match required(stage, "stage")? {
            Kind::Image(image) => Self::Image { image: image.try_into()? },
            Kind::Measures(v1::Measures { palette, quality }) => {
                Self::Measures { palette: from_wire(palette)?, quality: quality.map(TryInto::try_into).transpose()? }
            }
            Kind::Tags(v1::Tags { tags }) => Self::Tags { tags: from_wire(tags)? },
            Kind::Objects(v1::Objects { objects }) => Self::Objects { objects: from_wire(objects)? },
            Kind::Faces(v1::Faces { faces }) => Self::Faces { faces: from_wire(faces)? },
            Kind::Description(description) => Self::Description { description: description.try_into()? },
        })
    }
}
