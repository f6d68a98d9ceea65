//! The report as a whole, its sentences and its receipt.

use vision_core::report::{Clause, Description, ModelUsed, Profile, Receipt, Report, Timing, Warning};

use super::{WireError, from_wire, required, to_wire};
use crate::v1;

impl From<Report> for v1::Report {
    fn from(report: Report) -> Self {
        let Report {
            schema_version,
            image,
            tags,
            objects,
            faces,
            palette,
            quality,
            description,
            receipt,
            timings,
            warnings,
        } = report;
        Self {
            schema_version,
            image: Some(image.into()),
            tags: to_wire(tags),
            objects: to_wire(objects),
            faces: to_wire(faces),
            palette: to_wire(palette),
            quality: quality.map(Into::into),
            description: Some(description.into()),
            receipt: Some(receipt.into()),
            timings: to_wire(timings),
            warnings: to_wire(warnings),
        }
    }
}

impl TryFrom<v1::Report> for Report {
    type Error = WireError;
    fn try_from(report: v1::Report) -> Result<Self, WireError> {
        let v1::Report {
            schema_version,
            image,
            tags,
            objects,
            faces,
            palette,
            quality,
            description,
            receipt,
            timings,
            warnings,
        } = report;
        Ok(Self {
            schema_version,
            image: required(image, "image")?.try_into()?,
            tags: from_wire(tags)?,
            objects: from_wire(objects)?,
            faces: from_wire(faces)?,
            palette: from_wire(palette)?,
            quality: quality.map(TryInto::try_into).transpose()?,
            description: required(description, "description")?.try_into()?,
            receipt: required(receipt, "receipt")?.try_into()?,
            timings: from_wire(timings)?,
            warnings: from_wire(warnings)?,
        })
    }
}

impl From<Description> for v1::Description {
    fn from(description: Description) -> Self {
        let Description { language, text, main, remarks, clauses } = description;
        Self { language, text, main, remarks, clauses: to_wire(clauses) }
    }
}

impl TryFrom<v1::Description> for Description {
    type Error = WireError;
    fn try_from(description: v1::Description) -> Result<Self, WireError> {
        let v1::Description { language, text, main, remarks, clauses } = description;
        Ok(Self { language, text, main, remarks, clauses: from_wire(clauses)? })
    }
}

impl From<Clause> for v1::Clause {
    fn from(clause: Clause) -> Self {
        let Clause { id, text, start, end, findings, certainty } = clause;
        Self { id, text, start, end, findings, certainty }
    }
}

impl TryFrom<v1::Clause> for Clause {
    type Error = WireError;
    fn try_from(clause: v1::Clause) -> Result<Self, WireError> {
        let v1::Clause { id, text, start, end, findings, certainty } = clause;
        Ok(Self { id, text, start, end, findings, certainty })
    }
}

impl From<Receipt> for v1::Receipt {
    fn from(receipt: Receipt) -> Self {
        let Receipt { image_sha256, core_version, engine, platform, profile, models } = receipt;
        Self {
            image_sha256,
            core_version,
            engine,
            platform,
            profile: v1::Profile::from(profile).into(),
            models: to_wire(models),
        }
    }
}

impl TryFrom<v1::Receipt> for Receipt {
    type Error = WireError;
    fn try_from(receipt: v1::Receipt) -> Result<Self, WireError> {
        let v1::Receipt { image_sha256, core_version, engine, platform, profile, models } = receipt;
        Ok(Self {
            image_sha256,
            core_version,
            engine,
            platform,
            profile: profile_from_wire(profile)?.ok_or(WireError::Missing { field: "profile" })?,
            models: from_wire(models)?,
        })
    }
}

impl From<ModelUsed> for v1::ModelUsed {
    fn from(model: ModelUsed) -> Self {
        let ModelUsed { name, version, sha256, engine, engine_reason } = model;
        Self { name, version, sha256, engine, engine_reason }
    }
}

impl TryFrom<v1::ModelUsed> for ModelUsed {
    type Error = WireError;
    fn try_from(model: v1::ModelUsed) -> Result<Self, WireError> {
        let v1::ModelUsed { name, version, sha256, engine, engine_reason } = model;
        Ok(Self { name, version, sha256, engine, engine_reason })
    }
}

impl From<Timing> for v1::Timing {
    fn from(timing: Timing) -> Self {
        let Timing { stage, ms } = timing;
        Self { stage, ms }
    }
}

impl TryFrom<v1::Timing> for Timing {
    type Error = WireError;
    fn try_from(timing: v1::Timing) -> Result<Self, WireError> {
        let v1::Timing { stage, ms } = timing;
        Ok(Self { stage, ms })
    }
}

impl From<Warning> for v1::Warning {
    fn from(warning: Warning) -> Self {
        let Warning { code, message } = warning;
        Self { code, message }
    }
}

impl TryFrom<v1::Warning> for Warning {
    type Error = WireError;
    fn try_from(warning: v1::Warning) -> Result<Self, WireError> {
        let v1::Warning { code, message } = warning;
        Ok(Self { code, message })
    }
}

impl From<Profile> for v1::Profile {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Preview => Self::Preview,
            Profile::Authority => Self::Authority,
        }
    }
}

/// `None` for a profile that was left open.
pub(super) fn profile_from_wire(value: i32) -> Result<Option<Profile>, WireError> {
    match v1::Profile::try_from(value) {
        Ok(v1::Profile::Unspecified) => Ok(None),
        Ok(v1::Profile::Preview) => Ok(Some(Profile::Preview)),
        Ok(v1::Profile::Authority) => Ok(Some(Profile::Authority)),
        Err(_) => Err(WireError::UnknownValue { field: "profile", value }),
    }
}
