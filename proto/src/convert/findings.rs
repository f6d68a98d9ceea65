//! Tags, objects and faces.

use vision_core::report::{Face, Object, Point, Rect, SeenBy, Standing, Tag};

use super::{WireError, from_wire, required, to_wire};
use crate::v1;

impl From<Tag> for v1::Tag {
    fn from(tag: Tag) -> Self {
        let Tag { id, label, wordnet_id, parents, probability, standing, reason } = tag;
        Self { id, label, wordnet_id, parents, probability, standing: v1::Standing::from(standing).into(), reason }
    }
}

impl TryFrom<v1::Tag> for Tag {
    type Error = WireError;
    fn try_from(tag: v1::Tag) -> Result<Self, WireError> {
        let v1::Tag { id, label, wordnet_id, parents, probability, standing, reason } = tag;
        Ok(Self { id, label, wordnet_id, parents, probability, standing: standing_from_wire(standing)?, reason })
    }
}

impl From<Object> for v1::Object {
    fn from(object: Object) -> Self {
        let Object { id, label, class_index, wordnet_id, score, bounds, position, color, seen_by, standing, reason } =
            object;
        Self {
            id,
            label,
            class_index,
            wordnet_id,
            score,
            r#box: Some(bounds.into()),
            position,
            color: color.map(Into::into),
            seen_by: to_wire(seen_by),
            standing: v1::Standing::from(standing).into(),
            reason,
        }
    }
}

impl TryFrom<v1::Object> for Object {
    type Error = WireError;
    fn try_from(object: v1::Object) -> Result<Self, WireError> {
        let v1::Object { id, label, class_index, wordnet_id, score, r#box, position, color, seen_by, standing, reason } =
            object;
        Ok(Self {
            id,
            label,
            class_index,
            wordnet_id,
            score,
            bounds: required(r#box, "box")?.into(),
            position,
            color: color.map(Into::into),
            seen_by: from_wire(seen_by)?,
            standing: standing_from_wire(standing)?,
            reason,
        })
    }
}

impl From<SeenBy> for v1::SeenBy {
    fn from(seen: SeenBy) -> Self {
        let SeenBy { model, score } = seen;
        Self { model, score }
    }
}

impl TryFrom<v1::SeenBy> for SeenBy {
    type Error = WireError;
    fn try_from(seen: v1::SeenBy) -> Result<Self, WireError> {
        let v1::SeenBy { model, score } = seen;
        Ok(Self { model, score })
    }
}

impl From<Face> for v1::Face {
    fn from(face: Face) -> Self {
        let Face { id, score, bounds, landmarks, person, standing, reason } = face;
        Self {
            id,
            score,
            r#box: Some(bounds.into()),
            landmarks: landmarks.into_iter().map(Into::into).collect(),
            person,
            standing: v1::Standing::from(standing).into(),
            reason,
        }
    }
}

impl TryFrom<v1::Face> for Face {
    type Error = WireError;
    fn try_from(face: v1::Face) -> Result<Self, WireError> {
        let v1::Face { id, score, r#box, landmarks, person, standing, reason } = face;
        let points: Vec<Point> = landmarks.into_iter().map(Into::into).collect();
        let landmarks = <[Point; 5]>::try_from(points).map_err(|points| WireError::WrongCount {
            field: "landmarks",
            found: points.len(),
            wanted: 5,
        })?;
        Ok(Self {
            id,
            score,
            bounds: required(r#box, "box")?.into(),
            landmarks,
            person,
            standing: standing_from_wire(standing)?,
            reason,
        })
    }
}

impl From<Rect> for v1::Rect {
    fn from(rect: Rect) -> Self {
        let Rect { x, y, width, height } = rect;
        Self { x, y, width, height }
    }
}

impl From<v1::Rect> for Rect {
    fn from(rect: v1::Rect) -> Self {
        let v1::Rect { x, y, width, height } = rect;
        Self { x, y, width, height }
    }
}

impl From<Point> for v1::Point {
    fn from(point: Point) -> Self {
        let Point { x, y } = point;
        Self { x, y }
    }
}

impl From<v1::Point> for Point {
    fn from(point: v1::Point) -> Self {
        let v1::Point { x, y } = point;
        Self { x, y }
    }
}

impl From<Standing> for v1::Standing {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Accepted => Self::Accepted,
            Standing::Unsure => Self::Unsure,
            Standing::Doubted => Self::Doubted,
        }
    }
}

fn standing_from_wire(value: i32) -> Result<Standing, WireError> {
    match v1::Standing::try_from(value) {
        Ok(v1::Standing::Accepted) => Ok(Standing::Accepted),
        Ok(v1::Standing::Unsure) => Ok(Standing::Unsure),
        Ok(v1::Standing::Doubted) => Ok(Standing::Doubted),
        Ok(v1::Standing::Unspecified) | Err(_) => Err(WireError::UnknownValue { field: "standing", value }),
    }
}
