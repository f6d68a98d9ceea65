//! Pixels as a decoder hands them over, before colours are converted and alpha is laid over white.

use image::{ColorType, ImageDecoder, ImageError, Limits};

use crate::error::AnalyzeError;
use crate::limits::{MAX_DECODE_BYTES, MAX_SIDE_PX};

/// How the samples of a [`Raster`] lie. 16-bit samples are in the machine's own byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Samples {
    L8,
    La8,
    Rgb8,
    Rgba8,
    L16,
    La16,
    Rgb16,
    Rgba16,
    /// Adobe's way: 0 is full ink, 255 is none.
    InvertedCmyk8,
}

impl Samples {
    pub(super) fn bytes_per_px(self) -> usize {
        match self {
            Self::L8 => 1,
            Self::La8 | Self::L16 => 2,
            Self::Rgb8 => 3,
            Self::Rgba8 | Self::La16 | Self::InvertedCmyk8 => 4,
            Self::Rgb16 => 6,
            Self::Rgba16 => 8,
        }
    }
}

/// One decoded frame, rows from top to bottom without padding.
pub(super) struct Raster {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: Samples,
    pub(super) data: Vec<u8>,
}

impl Raster {
    /// Zeroed pixels. The sides must have passed [`super::header::Header::check`].
    pub(super) fn new(width: u32, height: u32, samples: Samples) -> Result<Self, AnalyzeError> {
        let bytes = u64::from(width) * u64::from(height) * samples.bytes_per_px() as u64;
        let bytes = usize::try_from(bytes).ok().filter(|_| bytes <= MAX_DECODE_BYTES).ok_or_else(too_much_memory)?;
        Ok(Self { width, height, samples, data: vec![0; bytes] })
    }

    /// Runs a decoder of the image crate, with the limits set that some of its constructors forget.
    pub(super) fn from_decoder(mut decoder: impl ImageDecoder, expected: (u32, u32)) -> Result<Self, AnalyzeError> {
        decoder.set_limits(limits()).map_err(|error| from_image_error(&error))?;
        let (width, height) = decoder.dimensions();
        if (width, height) != expected {
            return Err(AnalyzeError::Damaged { detail: "its headers disagree about its size".into() });
        }
        let samples = match decoder.color_type() {
            ColorType::L8 => Samples::L8,
            ColorType::La8 => Samples::La8,
            ColorType::Rgb8 => Samples::Rgb8,
            ColorType::Rgba8 => Samples::Rgba8,
            ColorType::L16 => Samples::L16,
            ColorType::La16 => Samples::La16,
            ColorType::Rgb16 => Samples::Rgb16,
            ColorType::Rgba16 => Samples::Rgba16,
            _ => return Err(unsupported("its pixels are stored as floating-point numbers")),
        };
        let mut raster = Self::new(width, height, samples)?;
        decoder.read_image(&mut raster.data).map_err(|error| from_image_error(&error))?;
        Ok(raster)
    }
}

/// The limits as the image crate takes them.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE_PX);
    limits.max_image_height = Some(MAX_SIDE_PX);
    limits.max_alloc = Some(MAX_DECODE_BYTES);
    limits
}

pub(super) fn damaged(detail: impl Into<String>) -> AnalyzeError {
    AnalyzeError::Damaged { detail: detail.into() }
}

pub(super) fn unsupported(why: &str) -> AnalyzeError {
    AnalyzeError::UnsupportedFormat { hint: format!(" ({why})") }
}

pub(super) fn too_much_memory() -> AnalyzeError {
    damaged("decoding it would take more memory than is allowed")
}

/// The verdict on a decoder's failure: data that ran out is a truncated picture, whatever the decoder calls it.
pub(super) fn from_image_error(error: &ImageError) -> AnalyzeError {
    if ran_out(error) {
        return AnalyzeError::Truncated;
    }
    match error {
        ImageError::Unsupported(_) => unsupported("it uses a rare variant of its format"),
        ImageError::Limits(_) => too_much_memory(),
        ImageError::Decoding(_) | ImageError::Encoding(_) | ImageError::Parameter(_) | ImageError::IoError(_) => {
            damaged(format!("its data is not valid ({error})"))
        }
    }
}

fn ran_out(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let io = match error.downcast_ref::<ImageError>() {
            Some(ImageError::IoError(io)) => Some(io),
            _ => error.downcast_ref::<std::io::Error>(),
        };
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof) {
            return true;
        }
        cause = error.source();
    }
    false
}
