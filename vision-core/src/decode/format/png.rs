//! PNG: the chunks; decoding gets only those that make the picture (PNG specification, third edition).
//!
//! Text, profiles and other compressed side chunks never reach the decoder: its limits do not cover them everywhere.

use std::borrow::Cow;
use std::io::Cursor;

use image::codecs::png::PngDecoder;

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Icc, Inspected, frames};
use super::super::raster::{Raster, damaged, from_image_error, limits};
use super::super::reader::{Reader, index};

const SIGNATURE_BYTES: usize = 8;
/// The largest length a chunk may name (section 5.3).
const MAX_CHUNK_BYTES: u32 = 0x7fff_ffff;
/// Profiles of printers with large tables reach about 3 MB.
const MAX_PROFILE_BYTES: usize = 4_000_000;

struct Chunk<'a> {
    kind: [u8; 4],
    data: &'a [u8],
    /// With length, kind and checksum.
    whole: &'a [u8],
}

/// The chunks up to the last one that is whole; `Err` at a length that no chunk may have.
struct Chunks<'a> {
    reader: Reader<'a>,
}

impl<'a> Chunks<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { reader: Reader::at(bytes, SIGNATURE_BYTES) }
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, AnalyzeError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.reader.rest();
        let length = self.reader.u32_be()?;
        if length > MAX_CHUNK_BYTES {
            return Some(Err(damaged("a chunk has a length that cannot be")));
        }
        let kind = self.reader.array()?;
        let data = self.reader.take(index(length))?;
        self.reader.take(4)?;
        let whole = from.get(..from.len() - self.reader.rest().len()).unwrap_or_default();
        Some(Ok(Chunk { kind, data, whole }))
    }
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut header: Option<Header> = None;
    let mut has_data = false;
    for chunk in Chunks::new(bytes) {
        let chunk = chunk?;
        let Some(header) = header.as_mut() else {
            if &chunk.kind != b"IHDR" {
                return Err(damaged("it does not begin with its header"));
            }
            header = Some(read_ihdr(chunk.data)?);
            continue;
        };
        match &chunk.kind {
            b"IDAT" => has_data = true,
            b"IEND" => {
                header.complete = true;
                break;
            }
            b"tRNS" => header.has_alpha = true,
            b"eXIf" => header.exif = Some(Cow::Borrowed(chunk.data.strip_prefix(b"Exif\0\0").unwrap_or(chunk.data))),
            b"iCCP" => header.icc = Some(profile(chunk.data)),
            b"iTXt" if chunk.data.starts_with(b"XML:com.adobe.xmp\0") => header.xmp = Some(chunk.data),
            b"acTL" if !has_data => {
                let count = Reader::new(chunk.data).u32_be().unwrap_or(1);
                header.frames = frames(count);
                header.animated = count > 1;
            }
            _ => {}
        }
    }
    let header = header.ok_or(AnalyzeError::Truncated)?;
    if header.complete && !has_data {
        return Err(damaged("it has no image data"));
    }
    let size = (header.width, header.height);
    Ok(Inspected { header, pixels: Box::new(move || decode(bytes, size)) })
}

fn read_ihdr(data: &[u8]) -> Result<Header<'static>, AnalyzeError> {
    let mut reader = Reader::new(data);
    let (Some(width), Some(height), Some([depth, color, compression, filter, interlace]), true) =
        (reader.u32_be(), reader.u32_be(), reader.array(), data.len() == 13)
    else {
        return Err(damaged("its header has a wrong length"));
    };
    if (compression, filter) != (0, 0) || interlace > 1 {
        return Err(damaged("its header names a method that does not exist"));
    }
    let (pixel_format, decoded_bytes, has_alpha) = match (color, depth) {
        (0, 1 | 2 | 4 | 8) => (format!("l{depth}"), 2, false),
        (0, 16) => ("l16".into(), 4, false),
        (2, 8) => ("rgb8".into(), 4, false),
        (2, 16) => ("rgb16".into(), 8, false),
        (3, 1 | 2 | 4 | 8) => ("indexed".into(), 4, false),
        (4, 8) => ("la8".into(), 2, true),
        (4, 16) => ("la16".into(), 4, true),
        (6, 8) => ("rgba8".into(), 4, true),
        (6, 16) => ("rgba16".into(), 8, true),
        _ => return Err(damaged("its header names a kind of pixel that does not exist")),
    };
    Ok(Header {
        width,
        height,
        frames: 1,
        pixel_format,
        has_alpha,
        peak_bytes_per_px: decoded_bytes + 3,
        ..Header::default()
    })
}

/// Unpacks a profile: a name, a zero, the method 0, then zlib data. The unpacked size is bounded.
fn profile(data: &[u8]) -> Icc<'static> {
    let packed = data.iter().position(|&byte| byte == 0).and_then(|end| data.get(end + 2..)).unwrap_or_default();
    match miniz_oxide::inflate::decompress_to_vec_zlib_with_limit(packed, MAX_PROFILE_BYTES) {
        Ok(profile) => Icc::Bytes(Cow::Owned(profile)),
        Err(_) => Icc::Broken("it cannot be unpacked"),
    }
}

fn decode(bytes: &[u8], size: (u32, u32)) -> Result<Decode, AnalyzeError> {
    let mut stream = Vec::with_capacity(bytes.len());
    stream.extend_from_slice(bytes.get(..SIGNATURE_BYTES).unwrap_or_default());
    for chunk in Chunks::new(bytes) {
        let chunk = chunk?;
        if matches!(&chunk.kind, b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND") {
            stream.extend_from_slice(chunk.whole);
        }
        if &chunk.kind == b"IEND" {
            break;
        }
    }
    // Of the same kind as icons are read from: a decoder for each kind of reader would be twice the code.
    let stream = Cursor::new(stream.as_slice());
    let decoder = PngDecoder::with_limits(stream, limits()).map_err(|error| from_image_error(&error))?;
    Raster::from_decoder(decoder, size).map(Decode::from)
}
