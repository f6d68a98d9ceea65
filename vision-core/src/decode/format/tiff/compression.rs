//! The compressions of TIFF: each unpacks one strip or tile into a buffer of exactly the size that it must have.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_IGNORE_ADLER32, TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};
use weezl::{BitOrder, LzwStatus};

use crate::error::AnalyzeError;

use super::super::super::raster::damaged;
use super::super::super::reader::Reader;
use super::rare;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Lzw,
    Deflate,
    PackBits,
    Jpeg,
}

impl Compression {
    pub(super) fn from_tag(value: u32) -> Result<Self, AnalyzeError> {
        Ok(match value {
            1 => Self::None,
            5 => Self::Lzw,
            7 => Self::Jpeg,
            8 | 32_946 => Self::Deflate,
            32_773 => Self::PackBits,
            2..=4 => return Err(rare("fax compression")),
            _ => return Err(rare("a compression that is not read here")),
        })
    }

    /// Fills `out` from the packed bytes. JPEG is unpacked elsewhere, it brings its own pixels.
    pub(super) fn unpack(self, packed: &[u8], out: &mut [u8]) -> Result<(), AnalyzeError> {
        let filled = match self {
            Self::None | Self::Jpeg => {
                let available = packed.get(..out.len().min(packed.len())).unwrap_or_default();
                if let Some(start) = out.get_mut(..available.len()) {
                    start.copy_from_slice(available);
                }
                available.len()
            }
            Self::Lzw => unpack_lzw(packed, out)?,
            Self::Deflate => unpack_deflate(packed, out)?,
            Self::PackBits => unpack_packbits(packed, out),
        };
        if filled < out.len() { Err(AnalyzeError::Truncated) } else { Ok(()) }
    }
}

fn unpack_lzw(packed: &[u8], out: &mut [u8]) -> Result<usize, AnalyzeError> {
    let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(BitOrder::Msb, 8);
    let (mut read, mut written) = (0, 0);
    loop {
        let (source, target) = (packed.get(read..).unwrap_or_default(), out.get_mut(written..).unwrap_or_default());
        if target.is_empty() {
            return Ok(written);
        }
        let step = decoder.decode_bytes(source, target);
        read += step.consumed_in;
        written += step.consumed_out;
        match step.status {
            Ok(LzwStatus::Ok) if step.consumed_in + step.consumed_out > 0 => {}
            Ok(LzwStatus::Ok | LzwStatus::NoProgress | LzwStatus::Done) => return Ok(written),
            Err(_) => return Err(damaged("its LZW data is not valid")),
        }
    }
}

fn unpack_deflate(packed: &[u8], out: &mut [u8]) -> Result<usize, AnalyzeError> {
    let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF | TINFL_FLAG_IGNORE_ADLER32;
    let (status, _, written) = decompress(&mut DecompressorOxide::default(), packed, out, 0, flags);
    match status {
        // More output than the strip can hold is let be.
        TINFLStatus::Done | TINFLStatus::HasMoreOutput => Ok(written),
        TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => Ok(written),
        _ => Err(damaged("its deflate data is not valid")),
    }
}

/// A count, then that many bytes or one byte to repeat (TIFF 6.0, section 9).
fn unpack_packbits(packed: &[u8], out: &mut [u8]) -> usize {
    let mut reader = Reader::new(packed);
    let mut written = 0;
    while let Some(count) = reader.u8() {
        let rest = out.get_mut(written..).unwrap_or_default();
        if rest.is_empty() {
            break;
        }
        let filled = match count {
            0..=127 => {
                let length = (usize::from(count) + 1).min(rest.len());
                let Some(literal) = reader.take(length) else { break };
                rest.iter_mut().zip(literal).for_each(|(to, from)| *to = *from);
                length
            }
            128 => 0,
            129..=255 => {
                let Some(byte) = reader.u8() else { break };
                let length = (257 - usize::from(count)).min(rest.len());
                rest.iter_mut().take(length).for_each(|to| *to = byte);
                length
            }
        };
        written += filled;
    }
    written
}
