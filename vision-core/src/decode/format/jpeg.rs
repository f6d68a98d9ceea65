//! JPEG: the header and the way of its colours; decoding gets a stream rebuilt from the segments that matter (ITU-T T.81).
//!
//! The decoder never sees metadata, bytes between segments or what follows the end: each of them has broken decoders before.

mod frame;
mod planes;
mod segments;

use std::borrow::Cow;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::error::AnalyzeError;
use crate::limits::MAX_SIDE_PX;
use crate::order;

use self::frame::{Channels, Frame};
use self::segments::{Segment, Segments, marker};
use super::super::header::{Decode, Header, Icc, Inspected};
use super::super::raster::{Raster, Samples, damaged};

/// The most scans of one picture. Encoders write about ten; each costs a pass over all blocks, however short its data.
const MAX_SCANS: u32 = 100;
/// The most segments that are neither metadata nor scans: tables may be defined again before each scan.
const MAX_TABLES: u32 = 2_000;

const EXIF_START: &[u8] = b"Exif\0\0";
const XMP_START: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC_START: &[u8] = b"ICC_PROFILE\0";
const ADOBE_START: &[u8] = b"Adobe";

/// What a walk over all segments finds.
#[derive(Default)]
struct Findings<'a> {
    frame: Option<Frame>,
    scans: u32,
    /// A scan brings one channel alone.
    has_lone_scan: bool,
    tables: u32,
    has_huffman_tables: bool,
    complete: bool,
    is_jfif: bool,
    adobe_transform: Option<u8>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    icc_chunks: Vec<(u8, u8, &'a [u8])>,
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut found = Findings::default();
    for segment in Segments::new(bytes) {
        found.take(&segment?)?;
    }
    let Some(frame) = found.frame else {
        return Err(if found.complete { damaged("it has no frame header") } else { AnalyzeError::Truncated });
    };
    if found.scans == 0 && found.complete {
        return Err(damaged("it has no scan"));
    }
    let channels = frame.channels(found.is_jfif, found.adobe_transform)?;
    let header = Header {
        width: frame.width.into(),
        height: frame.height.into(),
        frames: 1,
        pixel_format: channels.pixel_format().into(),
        has_alpha: false,
        peak_bytes_per_px: frame.peak_bytes_per_px(channels),
        complete: found.complete && found.scans > 0,
        exif: found.exif.map(Cow::Borrowed),
        xmp: found.xmp,
        icc: join_icc(found.icc_chunks),
        animated: false,
    };
    let needs_tables = !found.has_huffman_tables;
    let has_planes = found.has_lone_scan && !frame.is_progressive && channels != Channels::Grey;
    let pixels = Box::new(move || {
        if has_planes {
            planes::decode(bytes, &frame, channels)
        } else {
            decode_stream(&rebuild(bytes, &frame, channels, needs_tables)?, &frame, channels)
        }
    });
    Ok(Inspected { header, pixels })
}

impl<'a> Findings<'a> {
    fn take(&mut self, segment: &Segment<'a>) -> Result<(), AnalyzeError> {
        match segment.marker {
            marker::EOI => self.complete = true,
            marker::SOS => {
                let frame = self.frame.as_ref().ok_or_else(|| damaged("a scan comes before the frame header"))?;
                frame.check_scan(segment.body)?;
                self.has_lone_scan |= segment.body.first() == Some(&1);
                self.scans += 1;
                if self.scans > MAX_SCANS {
                    return Err(damaged(format!("it has more than {MAX_SCANS} scans")));
                }
            }
            marker::DHT | marker::DQT | marker::DRI => {
                self.has_huffman_tables |= segment.marker == marker::DHT;
                self.tables += 1;
                if self.tables > MAX_TABLES {
                    return Err(damaged("it defines its tables too often"));
                }
            }
            marker::APP0 => self.is_jfif |= segment.body.starts_with(b"JFIF\0"),
            marker::APP1 => self.take_app1(segment.body),
            marker::APP2 => self.take_icc(segment.body),
            marker::APP14 => {
                if let Some(adobe) = segment.body.strip_prefix(ADOBE_START) {
                    // Version and two words of flags come before the transform.
                    self.adobe_transform = adobe.get(6).copied().or(self.adobe_transform);
                }
            }
            sof if frame::is_frame_header(sof) => {
                if self.frame.is_some() {
                    return Err(damaged("it has two frame headers"));
                }
                self.frame = Some(Frame::parse(sof, segment.body)?);
            }
            _ => {}
        }
        Ok(())
    }

    fn take_app1(&mut self, body: &'a [u8]) {
        if let Some(exif) = body.strip_prefix(EXIF_START) {
            self.exif.get_or_insert(exif);
        } else if let Some(xmp) = body.strip_prefix(XMP_START) {
            self.xmp.get_or_insert(xmp);
        }
    }

    fn take_icc(&mut self, body: &'a [u8]) {
        if let Some([number, count, data @ ..]) = body.strip_prefix(ICC_START) {
            // 255 chunks are the most that the numbering allows.
            if self.icc_chunks.len() <= 255 {
                self.icc_chunks.push((*number, *count, data));
            }
        }
    }
}

/// Decodes a JPEG that is a part of another picture: its tables may stand elsewhere, its size must be `size`.
pub(super) fn decode_part(
    tables: Option<&[u8]>,
    data: &[u8],
    size: (u32, u32),
    is_rgb: bool,
) -> Result<Decode, AnalyzeError> {
    // Both are whole streams: the tables' end mark and the data's start mark fall away where they meet.
    let tables = tables.and_then(|tables| tables.strip_suffix(&[0xff, marker::EOI])).unwrap_or_default();
    let mut stream = tables.to_vec();
    let data = if stream.is_empty() { data } else { data.get(2..).unwrap_or_default() };
    stream.extend_from_slice(data);
    if is_rgb && stream.len() > 2 {
        // Without this mark three channels are taken for luma and chroma.
        let mut mark = vec![0xff, marker::APP14, 0, 14];
        mark.extend_from_slice(b"Adobe\0\x64\0\0\0\0\0");
        stream.splice(2..2, mark);
    }
    let inspected = inspect(&stream)?;
    inspected.header.check()?;
    if (inspected.header.width, inspected.header.height) != size {
        return Err(damaged("a JPEG in it has another size than its place"));
    }
    (inspected.pixels)()
}

/// The profile from its chunks, which are numbered from 1 (ICC.1, annex B.4).
fn join_icc(mut chunks: Vec<(u8, u8, &[u8])>) -> Option<Icc<'_>> {
    let &(_, count, _) = chunks.first()?;
    order::sort_by(&mut chunks, |(a, ..), (b, ..)| a.cmp(b));
    let in_order =
        chunks.iter().zip(1_u8..).all(|(&(number, total, _), expected)| number == expected && total == count);
    if !in_order || chunks.len() != usize::from(count) {
        return Some(Icc::Broken("its parts do not fit together"));
    }
    match chunks.as_slice() {
        [(_, _, only)] => Some(Icc::Bytes(Cow::Borrowed(only))),
        parts => Some(Icc::Bytes(Cow::Owned(parts.iter().flat_map(|&(.., data)| data).copied().collect()))),
    }
}

/// The picture again with nothing but its frame, tables and scans, and with one marker that says how its colours are stored.
fn rebuild(bytes: &[u8], frame: &Frame, channels: Channels, needs_tables: bool) -> Result<Vec<u8>, AnalyzeError> {
    let mut stream = Vec::with_capacity(bytes.len() + 64);
    stream.extend_from_slice(&[0xff, marker::SOI]);
    if let Some(transform) = channels.adobe_transform() {
        stream.extend_from_slice(&[0xff, marker::APP14, 0, 14]);
        stream.extend_from_slice(ADOBE_START);
        stream.extend_from_slice(&[0, 100, 0, 0, 0, 0, transform]);
    }
    if needs_tables {
        // A frame of a motion JPEG leaves the standard Huffman tables out; this marker tells the decoder so.
        stream.extend_from_slice(&[0xff, marker::APP0, 0, 8]);
        stream.extend_from_slice(b"AVI1\0\0");
    }
    for segment in Segments::new(bytes) {
        let segment = segment?;
        match segment.marker {
            marker::DHT | marker::DQT | marker::DRI => push_segment(&mut stream, segment.marker, segment.body),
            marker::SOS => {
                push_segment(&mut stream, segment.marker, segment.body);
                stream.extend_from_slice(segment.scan);
            }
            sof if frame::is_frame_header(sof) => push_segment(&mut stream, sof, &frame.encoded()),
            _ => {}
        }
    }
    stream.extend_from_slice(&[0xff, marker::EOI]);
    Ok(stream)
}

fn push_segment(stream: &mut Vec<u8>, marker: u8, body: &[u8]) {
    // A body was read behind a 16-bit length, which counts itself.
    let length = u16::try_from(body.len() + 2).unwrap_or(u16::MAX);
    stream.extend_from_slice(&[0xff, marker]);
    stream.extend_from_slice(&length.to_be_bytes());
    stream.extend_from_slice(body);
}

/// Decodes strictly; where that fails, again with what can be had, which is then told.
fn decode_stream(stream: &[u8], frame: &Frame, channels: Channels) -> Result<Decode, AnalyzeError> {
    match decode_once(stream, frame, channels, Mode::Strict) {
        Ok(raster) => Ok(raster.into()),
        Err(_) => decode_once(stream, frame, channels, Mode::Lenient).map(|raster| Decode { raster, partial: true }),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Strict,
    Lenient,
}

fn decode_once(stream: &[u8], frame: &Frame, channels: Channels, mode: Mode) -> Result<Raster, AnalyzeError> {
    let (samples, out) = match channels {
        Channels::Grey => (Samples::L8, ColorSpace::Luma),
        Channels::Ycc | Channels::Rgb => (Samples::Rgb8, ColorSpace::RGB),
        Channels::Cmyk => (Samples::InvertedCmyk8, ColorSpace::CMYK),
        Channels::Ycck => (Samples::InvertedCmyk8, ColorSpace::YCCK),
    };
    let options = DecoderOptions::default()
        .set_strict_mode(mode == Mode::Strict)
        .set_max_width(MAX_SIDE_PX as usize)
        .set_max_height(MAX_SIDE_PX as usize)
        .jpeg_set_max_scans(MAX_SCANS as usize + 1)
        .jpeg_set_out_colorspace(out);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(stream), options);
    decoder.decode_headers().map_err(|error| failed(&error))?;
    let expected = (usize::from(frame.width), usize::from(frame.height));
    let mut raster = Raster::new(frame.width.into(), frame.height.into(), samples)?;
    if decoder.dimensions() != Some(expected) || decoder.output_buffer_size() != Some(raster.data.len()) {
        return Err(damaged("its headers disagree about its size"));
    }
    decoder.decode_into(&mut raster.data).map_err(|error| failed(&error))?;
    if channels == Channels::Ycck {
        ycck_to_inverted_cmyk(&mut raster.data);
    }
    Ok(raster)
}

fn failed(error: &zune_jpeg::errors::DecodeErrors) -> AnalyzeError {
    damaged(format!("its data is not valid ({error:?})"))
}

/// Turns the first three of four channels from luma and chroma to the ink they stand for.
fn ycck_to_inverted_cmyk(data: &mut [u8]) {
    for pixel in data.chunks_exact_mut(4) {
        if let [y, cb, cr, _] = pixel {
            // What comes out as red is the complement of cyan; stored upside down, as Adobe does, that is 255 less it.
            [*y, *cb, *cr] = ycc_to_light(*y, *cb, *cr).map(|light| 255 - light);
        }
    }
}

/// Luma and chroma to red, green and blue (BT.601, full range, as JFIF has it).
fn ycc_to_light(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let (luma, blue, red) = (f32::from(y), f32::from(cb) - 128.0, f32::from(cr) - 128.0);
    let lights = [luma + 1.402 * red, luma - 0.344_136 * blue - 0.714_136 * red, luma + 1.772 * blue];
    lights.map(|light| light.round().clamp(0.0, 255.0) as u8)
}
