//! Bytes to upright pixels, with limits checked before anything is allocated.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageReader, Limits, RgbImage};

use crate::error::AnalyzeError;
use crate::limits::{MAX_DECODE_BYTES, MAX_IMAGE_BYTES, MAX_PIXELS, MAX_SIDE_PX};
use crate::report::{ImageFacts, Warning};

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
    let format = image::guess_format(bytes).map_err(|_| AnalyzeError::UnsupportedFormat { hint: String::new() })?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (stored_width, stored_height) = decoder.dimensions();
    if u64::from(stored_width) * u64::from(stored_height) > MAX_PIXELS {
        return Err(AnalyzeError::TooManyPixels {
            width: stored_width.into(),
            height: stored_height.into(),
            limit: MAX_PIXELS,
        });
    }
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let color = decoder.color_type();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    picture.apply_orientation(orientation);
    let pixels = over_white(picture);
    let facts = ImageFacts {
        format: format!("{format:?}").to_lowercase(),
        width: pixels.width(),
        height: pixels.height(),
        stored_width,
        stored_height,
        bytes: bytes.len() as u64,
        orientation: orientation.to_exif(),
        frames: 1,
        pixel_format: format!("{color:?}").to_lowercase(),
        has_alpha: color.has_alpha(),
        ..ImageFacts::default()
    };
    Ok(Decoded { pixels, facts, warnings: Vec::new() })
}

fn damaged(error: image::ImageError) -> AnalyzeError {
    AnalyzeError::Damaged { detail: error.to_string() }
}

/// Lays transparent parts over white, as a page would show them.
fn over_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let rgba = picture.into_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u32::from);
        let lay = |level: u32| ((level * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
        image::Rgb([lay(red), lay(green), lay(blue)])
    })
}
