//! QOI: header and decoder (the specification is one page: qoiformat.org, version 1.0).

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Inspected};
use super::super::raster::{Raster, Samples, damaged};
use super::super::reader::Reader;

const HEADER_BYTES: usize = 14;
const END: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 1];

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut reader = Reader::at(bytes, 4);
    let (Some(width), Some(height), Some([channels, colorspace])) = (reader.u32_be(), reader.u32_be(), reader.array())
    else {
        return Err(AnalyzeError::Truncated);
    };
    if !matches!(channels, 3 | 4) || colorspace > 1 {
        return Err(damaged("its header names a kind of pixel that does not exist"));
    }
    let header = Header {
        width,
        height,
        frames: 1,
        pixel_format: if channels == 4 { "rgba8" } else { "rgb8" }.into(),
        has_alpha: channels == 4,
        peak_bytes_per_px: 4 + 3,
        // Whether the pixels and the end mark are all there shows in decoding, which stops where they end.
        complete: true,
        ..Header::default()
    };
    Ok(Inspected { header, pixels: Box::new(move || decode(bytes, width, height)) })
}

fn decode(bytes: &[u8], width: u32, height: u32) -> Result<Decode, AnalyzeError> {
    let mut raster = Raster::new(width, height, Samples::Rgba8)?;
    let mut reader = Reader::at(bytes, HEADER_BYTES);
    let mut seen = [[0_u8; 4]; 64];
    let mut pixel = [0, 0, 0, 255];
    let mut run = 0_u8;
    for target in raster.data.chunks_exact_mut(4) {
        if run > 0 {
            run -= 1;
        } else {
            (pixel, run) = next(&mut reader, pixel, &seen).ok_or(AnalyzeError::Truncated)?;
            if let Some(place) = seen.get_mut(hash(pixel)) {
                *place = pixel;
            }
        }
        target.copy_from_slice(&pixel);
    }
    if reader.rest().starts_with(END) { Ok(raster.into()) } else { Err(end_missing(reader.rest())) }
}

/// The next pixel and how often it repeats after this.
fn next(reader: &mut Reader, [r, g, b, a]: [u8; 4], seen: &[[u8; 4]; 64]) -> Option<([u8; 4], u8)> {
    let tag = reader.u8()?;
    let low = tag & 63;
    let pixel = match (tag, tag >> 6) {
        (0xfe, _) => {
            let [r, g, b] = reader.array()?;
            [r, g, b, a]
        }
        (0xff, _) => reader.array()?,
        (_, 0) => *seen.get(usize::from(low))?,
        (_, 1) => {
            let step = |bits: u8| (bits & 3).wrapping_sub(2);
            [r.wrapping_add(step(low >> 4)), g.wrapping_add(step(low >> 2)), b.wrapping_add(step(low)), a]
        }
        (_, 2) => {
            let green = low.wrapping_sub(32);
            let second = reader.u8()?;
            let red = green.wrapping_add(second >> 4).wrapping_sub(8);
            let blue = green.wrapping_add(second & 15).wrapping_sub(8);
            [r.wrapping_add(red), g.wrapping_add(green), b.wrapping_add(blue), a]
        }
        _ => return Some(([r, g, b, a], low)),
    };
    Some((pixel, 0))
}

fn hash([r, g, b, a]: [u8; 4]) -> usize {
    let [r, g, b, a] = [r, g, b, a].map(usize::from);
    (r * 3 + g * 5 + b * 7 + a * 11) % 64
}

/// All pixels are there; the end mark is cut off, or something else stands in its place.
fn end_missing(rest: &[u8]) -> AnalyzeError {
    if END.starts_with(rest) { AnalyzeError::Truncated } else { damaged("it does not end where its pixels do") }
}
