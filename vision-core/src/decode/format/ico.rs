//! ICO: the directory; the largest picture in it is the one that is read.

use std::io::Cursor;

use image::codecs::ico::IcoDecoder;

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Inspected, frames};
use super::super::raster::{Raster, damaged, from_image_error};
use super::super::reader::{Reader, index};
use super::{bmp::Dib, png};

const PNG_START: &[u8] = b"\x89PNG\r\n\x1a\n";
/// The decoded picture with alpha, then the converted one.
const PEAK_BYTES_PER_PX: u64 = 4 + 3;

/// One line of the directory.
struct Entry {
    side_px: (u16, u16),
    bits: u16,
    length: u32,
    offset: u32,
}

impl Entry {
    fn read(reader: &mut Reader) -> Option<Self> {
        let [width, height, _colors, _reserved] = reader.array()?;
        let (_planes, bits) = (reader.u16_le()?, reader.u16_le()?);
        let (length, offset) = (reader.u32_le()?, reader.u32_le()?);
        // A zero stands for 256.
        let side = |byte: u8| if byte == 0 { 256 } else { u16::from(byte) };
        Some(Self { side_px: (side(width), side(height)), bits, length, offset })
    }

    fn rank(&self) -> (u32, u16) {
        (u32::from(self.side_px.0) * u32::from(self.side_px.1), self.bits)
    }
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut reader = Reader::at(bytes, 4);
    let count = reader.u16_le().ok_or(AnalyzeError::Truncated)?;
    let mut best: Option<Entry> = None;
    for _ in 0..count {
        let entry = Entry::read(&mut reader).ok_or(AnalyzeError::Truncated)?;
        if best.as_ref().is_none_or(|best| entry.rank() > best.rank()) {
            best = Some(entry);
        }
    }
    let entry = best.ok_or_else(|| damaged("it has no picture"))?;
    let (offset, length) = (index(entry.offset), index(entry.length));
    if offset < reader.position() {
        return Err(damaged("its picture lies inside its directory"));
    }
    let end = offset.saturating_add(length);
    let data = bytes.get(offset..end.min(bytes.len())).ok_or(AnalyzeError::Truncated)?;
    let mut inspected = if data.starts_with(PNG_START) { png::inspect(data)? } else { bitmap(data, &entry)? };
    inspected.header.complete &= end <= bytes.len();
    inspected.header.frames = frames(count.into());
    inspected.header.animated = false;
    Ok(inspected)
}

/// A bitmap without its first header; its height counts the mask of transparency again.
fn bitmap<'a>(data: &'a [u8], entry: &Entry) -> Result<Inspected<'a>, AnalyzeError> {
    let dib = Dib::read(data, 0)?;
    let header = Header {
        width: dib.width,
        height: dib.height / 2,
        pixel_format: dib.pixel_format().into(),
        has_alpha: true,
        peak_bytes_per_px: PEAK_BYTES_PER_PX,
        complete: true,
        ..Header::default()
    };
    let size = (header.width, header.height);
    // The decoder holds the directory against the bitmap, so it gets one that says the same.
    let side = |px: u32| if px >= 256 { 0 } else { px as u8 };
    let mut icon = vec![0, 0, 1, 0, 1, 0, side(size.0), side(size.1), 0, 0, 1, 0];
    icon.extend_from_slice(&entry.bits.to_le_bytes());
    icon.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    icon.extend_from_slice(&22_u32.to_le_bytes());
    let pixels = move || -> Result<Decode, AnalyzeError> {
        icon.extend_from_slice(data);
        let decoder = IcoDecoder::new(Cursor::new(icon.as_slice())).map_err(|error| from_image_error(&error))?;
        Raster::from_decoder(decoder, size).map(Decode::from)
    };
    Ok(Inspected { header, pixels: Box::new(pixels) })
}
