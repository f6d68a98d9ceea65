//! Facts of the file, colours and measures.

use vision_core::report::{Camera, ColorName, ImageFacts, PictureKind, Quality, Swatch};

use super::WireError;
use crate::v1;

impl From<ImageFacts> for v1::ImageFacts {
    fn from(facts: ImageFacts) -> Self {
        let ImageFacts {
            format,
            width,
            height,
            stored_width,
            stored_height,
            bytes,
            orientation,
            frames,
            pixel_format,
            has_alpha,
            color_profile,
            camera,
            has_location,
        } = facts;
        Self {
            format,
            width,
            height,
            stored_width,
            stored_height,
            bytes,
            orientation: u32::from(orientation),
            frames,
            pixel_format,
            has_alpha,
            color_profile,
            camera: camera.map(Into::into),
            has_location,
        }
    }
}

impl TryFrom<v1::ImageFacts> for ImageFacts {
    type Error = WireError;
    fn try_from(facts: v1::ImageFacts) -> Result<Self, WireError> {
        let v1::ImageFacts {
            format,
            width,
            height,
            stored_width,
            stored_height,
            bytes,
            orientation,
            frames,
            pixel_format,
            has_alpha,
            color_profile,
            camera,
            has_location,
        } = facts;
        Ok(Self {
            format,
            width,
            height,
            stored_width,
            stored_height,
            bytes,
            orientation: u8::try_from(orientation)
                .map_err(|_| WireError::TooLarge { field: "orientation", value: orientation.into() })?,
            frames,
            pixel_format,
            has_alpha,
            color_profile,
            camera: camera.map(Into::into),
            has_location,
        })
    }
}

impl From<Camera> for v1::Camera {
    fn from(camera: Camera) -> Self {
        let Camera { make, model, lens, taken_at, exposure_seconds, f_number, iso, focal_length_mm, software } = camera;
        Self { make, model, lens, taken_at, exposure_seconds, f_number, iso, focal_length_mm, software }
    }
}

impl From<v1::Camera> for Camera {
    fn from(camera: v1::Camera) -> Self {
        let v1::Camera { make, model, lens, taken_at, exposure_seconds, f_number, iso, focal_length_mm, software } =
            camera;
        Self { make, model, lens, taken_at, exposure_seconds, f_number, iso, focal_length_mm, software }
    }
}

impl From<Swatch> for v1::Swatch {
    fn from(swatch: Swatch) -> Self {
        let Swatch { id, hex, name, share } = swatch;
        Self { id, hex, name, share }
    }
}

impl TryFrom<v1::Swatch> for Swatch {
    type Error = WireError;
    fn try_from(swatch: v1::Swatch) -> Result<Self, WireError> {
        let v1::Swatch { id, hex, name, share } = swatch;
        Ok(Self { id, hex, name, share })
    }
}

impl From<ColorName> for v1::ColorName {
    fn from(color: ColorName) -> Self {
        let ColorName { hex, name } = color;
        Self { hex, name }
    }
}

impl From<v1::ColorName> for ColorName {
    fn from(color: v1::ColorName) -> Self {
        let v1::ColorName { hex, name } = color;
        Self { hex, name }
    }
}

impl From<Quality> for v1::Quality {
    fn from(quality: Quality) -> Self {
        let Quality {
            kind,
            kind_confidence,
            brightness,
            contrast,
            sharpness,
            noise,
            colorfulness,
            shadows_clipped,
            highlights_clipped,
            light,
            sharpness_word,
            perceptual_hash,
            bright_points,
        } = quality;
        Self {
            kind: v1::PictureKind::from(kind).into(),
            kind_confidence,
            brightness,
            contrast,
            sharpness,
            noise,
            colorfulness,
            shadows_clipped,
            highlights_clipped,
            light,
            sharpness_word,
            perceptual_hash,
            bright_points,
        }
    }
}

impl TryFrom<v1::Quality> for Quality {
    type Error = WireError;
    fn try_from(quality: v1::Quality) -> Result<Self, WireError> {
        let v1::Quality {
            kind,
            kind_confidence,
            brightness,
            contrast,
            sharpness,
            noise,
            colorfulness,
            shadows_clipped,
            highlights_clipped,
            light,
            sharpness_word,
            perceptual_hash,
            bright_points,
        } = quality;
        Ok(Self {
            kind: kind_from_wire(kind)?,
            kind_confidence,
            brightness,
            contrast,
            sharpness,
            noise,
            colorfulness,
            shadows_clipped,
            highlights_clipped,
            light,
            sharpness_word,
            perceptual_hash,
            bright_points,
        })
    }
}

impl From<PictureKind> for v1::PictureKind {
    fn from(kind: PictureKind) -> Self {
        match kind {
            PictureKind::Photo => Self::Photo,
            PictureKind::Drawing => Self::Drawing,
            PictureKind::Screenshot => Self::Screenshot,
            PictureKind::Document => Self::Document,
        }
    }
}

fn kind_from_wire(value: i32) -> Result<PictureKind, WireError> {
    match v1::PictureKind::try_from(value) {
        Ok(v1::PictureKind::Photo) => Ok(PictureKind::Photo),
        Ok(v1::PictureKind::Drawing) => Ok(PictureKind::Drawing),
        Ok(v1::PictureKind::Screenshot) => Ok(PictureKind::Screenshot),
        Ok(v1::PictureKind::Document) => Ok(PictureKind::Document),
        Ok(v1::PictureKind::Unspecified) | Err(_) => Err(WireError::UnknownValue { field: "kind", value }),
    }
}
