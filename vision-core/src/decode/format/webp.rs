//! WebP: the RIFF container and the sizes it and its first frame name (RFC 9649).

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::webp::WebPDecoder;

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Icc, Inspected, check_size, frames};
use super::super::raster::{Raster, damaged, from_image_error};
use super::super::reader::{Reader, index};

/// The decoded picture and the decoder's own planes, then the converted picture.
const PEAK_BYTES_PER_PX: u64 = 4 + 4;
const RIFF_HEADER_BYTES: usize = 12;

struct Chunks<'a> {
    reader: Reader<'a>,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Chunk<'a>;

    fn next(&mut self) -> Option<Chunk<'a>> {
        let kind = self.reader.array()?;
        let length = index(self.reader.u32_le()?);
        let available = self.reader.rest();
        let data = self.reader.take(length);
        let whole = data.is_some();
        // Chunks are padded to even lengths; the last one's padding is often missing.
        if length % 2 == 1 {
            self.reader.take(1);
        }
        if !whole {
            self.reader.take(available.len());
        }
        Some(Chunk { kind, data: data.unwrap_or(available), whole })
    }
}

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    whole: bool,
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let riff_bytes = index(Reader::at(bytes, 4).u32_le().ok_or(AnalyzeError::Truncated)?).saturating_add(8);
    let inside = bytes.get(..riff_bytes.min(bytes.len())).unwrap_or_default();
    let mut header = Header {
        frames: 1,
        peak_bytes_per_px: PEAK_BYTES_PER_PX,
        // An odd last chunk may lack its padding though the container counts it.
        complete: riff_bytes <= bytes.len() + 1,
        ..Header::default()
    };
    let mut animation_frames = 0_u32;
    let mut has_picture = false;
    for chunk in (Chunks { reader: Reader::at(inside, RIFF_HEADER_BYTES) }) {
        header.complete &= chunk.whole;
        match &chunk.kind {
            b"VP8X" => read_canvas(chunk.data, &mut header)?,
            b"VP8 " | b"VP8L" if !has_picture => {
                has_picture = true;
                take_picture(&chunk, &mut header)?;
            }
            b"ANMF" => {
                if !has_picture {
                    has_picture = true;
                    check_first_frame(chunk.data, &header)?;
                }
                animation_frames = animation_frames.saturating_add(1);
            }
            b"EXIF" => header.exif = Some(Cow::Borrowed(chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data))),
            b"XMP " => header.xmp = Some(chunk.data),
            b"ICCP" => header.icc = Some(Icc::Bytes(Cow::Borrowed(chunk.data))),
            _ => {}
        }
    }
    if header.width == 0 || !has_picture {
        return Err(if header.complete && riff_bytes > RIFF_HEADER_BYTES {
            damaged("it has no image data")
        } else {
            AnalyzeError::Truncated
        });
    }
    header.frames = frames(animation_frames);
    header.animated = animation_frames > 1;
    let size = (header.width, header.height);
    Ok(Inspected { header, pixels: Box::new(move || decode(bytes, size)) })
}

/// The extended header: flags, then the canvas, each side less one in 24 bits.
fn read_canvas(data: &[u8], header: &mut Header) -> Result<(), AnalyzeError> {
    let mut reader = Reader::new(data);
    let (Some([flags, ..]), Some(width), Some(height)) = (reader.array::<4>(), reader.u24_le(), reader.u24_le()) else {
        return Err(AnalyzeError::Truncated);
    };
    header.width = width + 1;
    header.height = height + 1;
    header.has_alpha = flags & 0x10 != 0;
    header.pixel_format = if header.has_alpha { "rgba8" } else { "rgb8" }.into();
    check_size(header.width, header.height, header.peak_bytes_per_px)
}

/// A still picture: it names its size itself, which must be the canvas's where there is one.
fn take_picture(chunk: &Chunk, header: &mut Header) -> Result<(), AnalyzeError> {
    let (width, height, has_alpha) = picture_size(chunk.kind, chunk.data)?;
    check_size(width, height, header.peak_bytes_per_px)?;
    if header.width == 0 {
        (header.width, header.height, header.has_alpha) = (width, height, has_alpha);
        header.pixel_format = if has_alpha { "rgba8" } else { "rgb8" }.into();
    } else if (header.width, header.height) != (width, height) {
        return Err(damaged("its headers disagree about its size"));
    }
    Ok(())
}

/// The first frame of an animation must lie within the canvas, and its picture must have the frame's size.
fn check_first_frame(data: &[u8], header: &Header) -> Result<(), AnalyzeError> {
    let mut reader = Reader::new(data);
    let (Some(x), Some(y), Some(width), Some(height), Some(_duration_and_flags)) =
        (reader.u24_le(), reader.u24_le(), reader.u24_le(), reader.u24_le(), reader.u32_le())
    else {
        return Err(AnalyzeError::Truncated);
    };
    let (width, height) = (width + 1, height + 1);
    if x * 2 + width > header.width || y * 2 + height > header.height {
        return Err(damaged("its first frame lies outside of it"));
    }
    let picture = (Chunks { reader: Reader::at(data, reader.position()) })
        .find(|chunk| matches!(&chunk.kind, b"VP8 " | b"VP8L"))
        .ok_or_else(|| damaged("its first frame has no image data"))?;
    let (picture_width, picture_height, _) = picture_size(picture.kind, picture.data)?;
    if (picture_width, picture_height) != (width, height) {
        return Err(damaged("its headers disagree about its size"));
    }
    Ok(())
}

/// Width, height and alpha of a lossy or lossless bit stream.
fn picture_size(kind: [u8; 4], data: &[u8]) -> Result<(u32, u32, bool), AnalyzeError> {
    let mut reader = Reader::new(data);
    if &kind == b"VP8L" {
        let (Some(signature), Some(bits)) = (reader.u8(), reader.u32_le()) else { return Err(AnalyzeError::Truncated) };
        if signature != 0x2f || bits >> 29 != 0 {
            return Err(damaged("its image data does not begin as it should"));
        }
        return Ok(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1, bits >> 28 & 1 == 1));
    }
    let (Some([tag, _, _]), Some(start), Some(width), Some(height)) =
        (reader.array::<3>(), reader.array::<3>(), reader.u16_le(), reader.u16_le())
    else {
        return Err(AnalyzeError::Truncated);
    };
    if tag & 1 != 0 || start != [0x9d, 0x01, 0x2a] {
        return Err(damaged("its image data does not begin as it should"));
    }
    // The two upper bits ask for scaling, which nobody does.
    Ok((u32::from(width & 0x3fff), u32::from(height & 0x3fff), false))
}

fn decode(bytes: &[u8], size: (u32, u32)) -> Result<Decode, AnalyzeError> {
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|error| from_image_error(&error))?;
    Raster::from_decoder(decoder, size).map(Decode::from)
}
