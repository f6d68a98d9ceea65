//! Bytes to upright pixels, with limits checked before anything is allocated.
//!
//! The order is the contract: size of the file, format (from the bytes alone), structure, limits of the header,
//! completeness, pixels, colours, orientation. The same verdict comes out wherever this runs.

mod color;
mod format;
mod header;
mod icc;
mod metadata;
mod raster;
mod reader;
mod sniff;

use image::metadata::Orientation;
use image::{RgbImage, imageops};

use crate::error::AnalyzeError;
use crate::limits::MAX_IMAGE_BYTES;
use crate::report::{ImageFacts, Warning};

use self::header::{Decode, Header, Inspected};

/// An upright picture in sRGB, alpha laid over white, and the facts of its file.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Upright, sRGB, 8 bits; transparent parts are laid over white.
    pub pixels: RgbImage,
    pub facts: ImageFacts,
    pub warnings: Vec<Warning>,
}

/// Decodes the first frame of a picture.
///
/// # Errors
/// Every way in which bytes can fail to be a picture, see [`AnalyzeError`].
pub fn decode(bytes: &[u8]) -> Result<Decoded, AnalyzeError> {
    if bytes.is_empty() {
        return Err(AnalyzeError::Empty);
    }
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(AnalyzeError::TooLarge { bytes: bytes.len() as u64, limit: MAX_IMAGE_BYTES as u64 });
    }
    let format = sniff::sniff(bytes)?;
    let Inspected { mut header, pixels } = format::inspect(format, bytes)?;
    header.check()?;
    let Decode { raster, partial } = pixels()?;
    let color::Converted { pixels, profile_name, ignored } = color::to_srgb(raster, header.icc.as_ref())?;
    let metadata = metadata::read(&mut header);
    let pixels = upright(pixels, metadata.orientation);
    let mut warnings = Vec::new();
    if partial {
        warnings
            .push(warning("partial_image", "a part of the picture could not be decoded and may be missing or grey"));
    }
    if let Some(why) = ignored {
        warnings.push(warning("color_profile_ignored", &format!("the colour profile was not applied: {why}")));
    }
    if metadata.broken {
        warnings.push(warning("metadata_broken", "a part of what the camera wrote could not be read"));
    }
    warnings.extend(first_frame_warning(&header));
    let facts = ImageFacts {
        format: format.as_str().into(),
        width: pixels.width(),
        height: pixels.height(),
        stored_width: header.width,
        stored_height: header.height,
        bytes: bytes.len() as u64,
        orientation: metadata.orientation.to_exif(),
        frames: header.frames,
        pixel_format: header.pixel_format,
        has_alpha: header.has_alpha,
        color_profile: profile_name,
        camera: metadata.camera,
        has_location: metadata.has_location,
    };
    Ok(Decoded { pixels, facts, warnings })
}

/// Which format a file is of, from its bytes alone; its header keeps the limits, its pixels are not decoded.
///
/// # Errors
/// Every way in which a header can fail to be a picture's, see [`AnalyzeError`].
pub fn format_of(bytes: &[u8]) -> Result<&'static str, AnalyzeError> {
    if bytes.is_empty() {
        return Err(AnalyzeError::Empty);
    }
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(AnalyzeError::TooLarge { bytes: bytes.len() as u64, limit: MAX_IMAGE_BYTES as u64 });
    }
    let format = sniff::sniff(bytes)?;
    format::inspect(format, bytes)?.header.check()?;
    Ok(format.as_str())
}

/// Not by way of the image crate's picture of any kind of pixel, which would bring code for each kind.
fn upright(pixels: RgbImage, orientation: Orientation) -> RgbImage {
    let mut pixels = match orientation {
        Orientation::Rotate90 | Orientation::Rotate90FlipH => imageops::rotate90(&pixels),
        Orientation::Rotate270 | Orientation::Rotate270FlipH => imageops::rotate270(&pixels),
        _ => pixels,
    };
    match orientation {
        Orientation::NoTransforms | Orientation::Rotate90 | Orientation::Rotate270 => {}
        Orientation::Rotate180 => imageops::rotate180_in_place(&mut pixels),
        Orientation::FlipVertical => imageops::flip_vertical_in_place(&mut pixels),
        Orientation::FlipHorizontal | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => {
            imageops::flip_horizontal_in_place(&mut pixels);
        }
    }
    pixels
}

fn first_frame_warning(header: &Header) -> Option<Warning> {
    if header.frames <= 1 {
        return None;
    }
    let count = header.frames;
    let message = if header.animated {
        format!("the picture moves: the first of its {count} frames is described")
    } else {
        format!("the file holds {count} pictures: one of them is described")
    };
    Some(warning("animation_first_frame", &message))
}

fn warning(code: &str, message: &str) -> Warning {
    Warning { code: code.into(), message: message.into() }
}
