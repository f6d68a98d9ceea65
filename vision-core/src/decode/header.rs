//! What a picture says of itself before any pixel is decoded, and whether that is within the limits.

use std::borrow::Cow;

use crate::error::AnalyzeError;
use crate::limits::{MAX_DECODE_BYTES, MAX_FRAMES_COUNTED, MAX_PIXELS, MAX_SIDE_PX};

use super::raster::{Raster, damaged};

/// Facts found by walking the file's structure, without decoding.
#[derive(Clone, Debug, Default)]
pub(super) struct Header<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) frames: u32,
    pub(super) pixel_format: String,
    pub(super) has_alpha: bool,
    /// The most memory that decoding takes at one time, in bytes for each pixel, the converted picture included.
    pub(super) peak_bytes_per_px: u64,
    /// The structure reaches its own end; otherwise a part of the file is missing.
    pub(super) complete: bool,
    /// The EXIF block, from its byte-order mark on.
    pub(super) exif: Option<Cow<'a, [u8]>>,
    pub(super) xmp: Option<&'a [u8]>,
    pub(super) icc: Option<Icc<'a>>,
    /// The frames are shown one after the other; otherwise they are pages or sizes.
    pub(super) animated: bool,
}

/// An embedded colour profile.
#[derive(Clone, Debug)]
pub(super) enum Icc<'a> {
    Bytes(Cow<'a, [u8]>),
    /// It is there but cannot be read, for this reason.
    Broken(&'static str),
}

/// A header and the way to the pixels behind it.
pub(super) struct Inspected<'a> {
    pub(super) header: Header<'a>,
    pub(super) pixels: Pixels<'a>,
}

/// Decodes the first frame; called only after the header has passed [`Header::check`].
pub(super) type Pixels<'a> = Box<dyn FnOnce() -> Result<Decode, AnalyzeError> + 'a>;

/// Decoded pixels, and whether every part of their data made sense.
pub(super) struct Decode {
    pub(super) raster: Raster,
    /// A part could not be decoded; it is grey or left out.
    pub(super) partial: bool,
}

impl From<Raster> for Decode {
    fn from(raster: Raster) -> Self {
        Self { raster, partial: false }
    }
}

impl Header<'_> {
    /// Refuses what is larger than the limits, then what is not all there.
    pub(super) fn check(&self) -> Result<(), AnalyzeError> {
        check_size(self.width, self.height, self.peak_bytes_per_px)?;
        if self.complete { Ok(()) } else { Err(AnalyzeError::Truncated) }
    }
}

/// Refuses sides that are zero or too long, and areas that are too large to decode.
pub(super) fn check_size(width: u32, height: u32, peak_bytes_per_px: u64) -> Result<(), AnalyzeError> {
    if width == 0 || height == 0 {
        return Err(damaged("it says that it has no pixels"));
    }
    let pixels = u64::from(width) * u64::from(height);
    let limit = MAX_PIXELS.min(MAX_DECODE_BYTES / peak_bytes_per_px.max(1));
    if pixels > limit || width > MAX_SIDE_PX || height > MAX_SIDE_PX {
        return Err(AnalyzeError::TooManyPixels { width: width.into(), height: height.into(), limit });
    }
    Ok(())
}

/// A number of frames as it is told: at least one, at most [`MAX_FRAMES_COUNTED`].
pub(super) fn frames(counted: u32) -> u32 {
    counted.clamp(1, MAX_FRAMES_COUNTED)
}
