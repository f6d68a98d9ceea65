//! GIF: the blocks up to the trailer, the frames counted without decoding them (GIF89a specification).

use std::io::Cursor;

use image::codecs::gif::GifDecoder;

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Inspected, check_size, frames};
use super::super::raster::{Raster, damaged, from_image_error};
use super::super::reader::Reader;

/// The canvas and the frame in RGBA, the frame's indices, then the converted picture.
const PEAK_BYTES_PER_PX: u64 = 4 + 4 + 1;

const EXTENSION: u8 = 0x21;
const GRAPHIC_CONTROL: u8 = 0xf9;
const IMAGE: u8 = 0x2c;
const TRAILER: u8 = 0x3b;

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut reader = Reader::at(bytes, 6);
    let (Some(width), Some(height), Some([flags, _background, _aspect])) =
        (reader.u16_le(), reader.u16_le(), reader.array())
    else {
        return Err(AnalyzeError::Truncated);
    };
    let mut header = Header {
        width: width.into(),
        height: height.into(),
        pixel_format: "indexed".into(),
        peak_bytes_per_px: PEAK_BYTES_PER_PX,
        ..Header::default()
    };
    check_size(header.width, header.height, header.peak_bytes_per_px)?;
    let mut blocks = Blocks { reader, frames: 0, first_is_transparent: false };
    header.complete = match blocks.skip_table(flags) {
        Some(()) => blocks.walk(&mut header)?,
        None => false,
    };
    if header.complete && blocks.frames == 0 {
        return Err(damaged("it has no frame"));
    }
    header.frames = frames(blocks.frames);
    header.animated = blocks.frames > 1;
    header.has_alpha |= blocks.first_is_transparent;
    let size = (header.width, header.height);
    Ok(Inspected { header, pixels: Box::new(move || decode(bytes, size)) })
}

struct Blocks<'a> {
    reader: Reader<'a>,
    frames: u32,
    first_is_transparent: bool,
}

impl Blocks<'_> {
    /// Goes through all blocks; whether the trailer was reached.
    fn walk(&mut self, header: &mut Header) -> Result<bool, AnalyzeError> {
        loop {
            match self.reader.u8() {
                Some(EXTENSION) => {
                    if self.skip_extension().is_none() {
                        return Ok(false);
                    }
                }
                Some(IMAGE) => {
                    if self.skip_image(header)?.is_none() {
                        return Ok(false);
                    }
                }
                Some(TRAILER) => return Ok(true),
                Some(_) => return Err(damaged("it has a block of a kind that does not exist")),
                None => return Ok(false),
            }
        }
    }

    fn skip_extension(&mut self) -> Option<()> {
        if self.reader.u8()? == GRAPHIC_CONTROL && self.frames == 0 {
            self.first_is_transparent = self.reader.rest().get(1).is_some_and(|flags| flags & 1 == 1);
        }
        self.skip_sub_blocks()
    }

    fn skip_image(&mut self, header: &mut Header) -> Result<Option<()>, AnalyzeError> {
        let (Some(left), Some(top), Some(width), Some(height), Some(flags)) =
            (self.reader.u16_le(), self.reader.u16_le(), self.reader.u16_le(), self.reader.u16_le(), self.reader.u8())
        else {
            return Ok(None);
        };
        if self.frames == 0 {
            check_size(width.into(), height.into(), PEAK_BYTES_PER_PX)?;
            // What the first frame leaves free of the canvas is transparent.
            let covers =
                (left, top) == (0, 0) && u32::from(width) >= header.width && u32::from(height) >= header.height;
            header.has_alpha |= !covers;
        }
        self.frames = self.frames.saturating_add(1);
        let skipped = self.skip_table(flags).and_then(|()| self.reader.u8()).and_then(|_| self.skip_sub_blocks());
        Ok(skipped)
    }

    /// A table of 2 to 256 colours, where the flags say that there is one.
    fn skip_table(&mut self, flags: u8) -> Option<()> {
        if flags & 0x80 != 0 {
            self.reader.take(3 << ((flags & 7) + 1))?;
        }
        Some(())
    }

    fn skip_sub_blocks(&mut self) -> Option<()> {
        loop {
            match self.reader.u8()? {
                0 => return Some(()),
                length => self.reader.take(length.into())?,
            };
        }
    }
}

fn decode(bytes: &[u8], size: (u32, u32)) -> Result<Decode, AnalyzeError> {
    let decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|error| from_image_error(&error))?;
    Raster::from_decoder(decoder, size).map(Decode::from)
}
