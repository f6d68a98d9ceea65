//! One module per format: each walks the file's structure (`inspect`) and decodes the first frame from what it found sound.

mod bmp;
mod gif;
mod ico;
mod jpeg;
mod png;
mod pnm;
mod qoi;
mod tiff;
mod webp;

use crate::error::AnalyzeError;

use super::header::Inspected;
use super::sniff::Format;

/// Walks the structure of a picture of a known format.
pub(super) fn inspect(format: Format, bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    match format {
        Format::Jpeg => jpeg::inspect(bytes),
        Format::Png => png::inspect(bytes),
        Format::WebP => webp::inspect(bytes),
        Format::Gif => gif::inspect(bytes),
        Format::Bmp => bmp::inspect(bytes),
        Format::Tiff => tiff::inspect(bytes),
        Format::Ico => ico::inspect(bytes),
        Format::Qoi => qoi::inspect(bytes),
        Format::Pnm => pnm::inspect(bytes),
    }
}
