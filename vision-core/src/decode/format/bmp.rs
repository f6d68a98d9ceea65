//! BMP: the two headers, and whether the rows they promise are there.

use std::io::Cursor;

use image::codecs::bmp::BmpDecoder;

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Inspected, check_size};
use super::super::raster::{Raster, damaged, from_image_error, unsupported};
use super::super::reader::{Reader, index};

const FILE_HEADER_BYTES: usize = 14;
const CORE_HEADER_BYTES: u32 = 12;
/// The decoded picture, at most with alpha, then the converted one.
const PEAK_BYTES_PER_PX: u64 = 4 + 3;

/// The second header, as far as it is needed here.
pub(super) struct Dib {
    pub(super) width: u32,
    /// Rows, whatever their order.
    pub(super) height: u32,
    pub(super) bits: u16,
    compression: u32,
}

impl Dib {
    /// Reads the second header, which begins at `offset`.
    pub(super) fn read(bytes: &[u8], offset: usize) -> Result<Self, AnalyzeError> {
        let mut reader = Reader::at(bytes, offset);
        let size = reader.u32_le().ok_or(AnalyzeError::Truncated)?;
        let dib = if size == CORE_HEADER_BYTES {
            let (Some(width), Some(height), Some(_planes), Some(bits)) =
                (reader.u16_le(), reader.u16_le(), reader.u16_le(), reader.u16_le())
            else {
                return Err(AnalyzeError::Truncated);
            };
            Self { width: width.into(), height: height.into(), bits, compression: 0 }
        } else {
            let (Some(width), Some(height), Some(_planes), Some(bits)) =
                (reader.u32_le(), reader.u32_le(), reader.u16_le(), reader.u16_le())
            else {
                return Err(AnalyzeError::Truncated);
            };
            let compression = if size > 16 { reader.u32_le().ok_or(AnalyzeError::Truncated)? } else { 0 };
            if width > i32::MAX as u32 {
                return Err(damaged("its width is negative"));
            }
            // A negative height means rows from top to bottom.
            Self { width, height: (height as i32).unsigned_abs(), bits, compression }
        };
        if !matches!(dib.bits, 1 | 2 | 4 | 8 | 16 | 24 | 32) {
            return Err(damaged("it names a number of bits that does not exist"));
        }
        Ok(dib)
    }

    /// Bytes of all rows where they are not compressed; each is padded to four bytes.
    fn row_bytes(&self) -> Option<u64> {
        let is_plain = matches!(self.compression, 0 | 3 | 6);
        is_plain.then(|| (u64::from(self.width) * u64::from(self.bits)).div_ceil(32) * 4 * u64::from(self.height))
    }

    /// Whether run-length coded rows reach their end mark or the last row; other codings are not looked into.
    fn runs_are_whole(&self, mut reader: Reader) -> bool {
        let is_narrow = match self.compression {
            1 => false,
            2 => true,
            _ => return !reader.rest().is_empty(),
        };
        let mut rows = 0;
        while rows < self.height {
            let step = match reader.array() {
                Some([0, 0]) => {
                    rows += 1;
                    Some(())
                }
                Some([0, 1]) => return true,
                Some([0, 2]) => reader.take(2).map(|_| ()),
                Some([0, count]) => {
                    let bytes = if is_narrow { count.div_ceil(2) } else { count };
                    reader.take(usize::from(bytes).next_multiple_of(2)).map(|_| ())
                }
                Some(_) => Some(()),
                None => None,
            };
            if step.is_none() {
                return false;
            }
        }
        true
    }

    pub(super) fn pixel_format(&self) -> &'static str {
        match self.bits {
            1..=8 => "indexed",
            32 => "rgba8",
            _ => "rgb8",
        }
    }
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let data_at = Reader::at(bytes, 10).u32_le().ok_or(AnalyzeError::Truncated)?;
    let dib = Dib::read(bytes, FILE_HEADER_BYTES)?;
    // Before anything is reckoned with the sides.
    check_size(dib.width, dib.height, PEAK_BYTES_PER_PX)?;
    if dib.compression > 6 {
        return Err(unsupported("it is a BMP for printers"));
    }
    let header = Header {
        width: dib.width,
        height: dib.height,
        frames: 1,
        pixel_format: dib.pixel_format().into(),
        has_alpha: false,
        peak_bytes_per_px: PEAK_BYTES_PER_PX,
        complete: match dib.row_bytes() {
            Some(rows) => u64::from(data_at) + rows <= bytes.len() as u64,
            None => dib.runs_are_whole(Reader::at(bytes, index(data_at))),
        },
        ..Header::default()
    };
    let size = (header.width, header.height);
    Ok(Inspected { header, pixels: Box::new(move || decode(bytes, size)) })
}

fn decode(bytes: &[u8], size: (u32, u32)) -> Result<Decode, AnalyzeError> {
    let decoder = BmpDecoder::new(Cursor::new(bytes)).map_err(|error| from_image_error(&error))?;
    Raster::from_decoder(decoder, size).map(Decode::from)
}
