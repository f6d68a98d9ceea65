//! A TIFF directory: entries of numbered tags, each with values of one type, inline or elsewhere in the file.

use crate::error::AnalyzeError;

use super::super::super::reader::{Reader, index};
use super::no_such;

pub(super) mod tag {
    pub(in super::super) const WIDTH: u16 = 256;
    pub(in super::super) const HEIGHT: u16 = 257;
    pub(in super::super) const BITS: u16 = 258;
    pub(in super::super) const COMPRESSION: u16 = 259;
    pub(in super::super) const PHOTOMETRIC: u16 = 262;
    pub(in super::super) const FILL_ORDER: u16 = 266;
    pub(in super::super) const STRIP_OFFSETS: u16 = 273;
    pub(in super::super) const SAMPLES: u16 = 277;
    pub(in super::super) const ROWS_PER_STRIP: u16 = 278;
    pub(in super::super) const STRIP_BYTES: u16 = 279;
    pub(in super::super) const PLANAR: u16 = 284;
    pub(in super::super) const PREDICTOR: u16 = 317;
    pub(in super::super) const COLOR_MAP: u16 = 320;
    pub(in super::super) const TILE_WIDTH: u16 = 322;
    pub(in super::super) const TILE_HEIGHT: u16 = 323;
    pub(in super::super) const TILE_OFFSETS: u16 = 324;
    pub(in super::super) const TILE_BYTES: u16 = 325;
    pub(in super::super) const EXTRA_SAMPLES: u16 = 338;
    pub(in super::super) const SAMPLE_FORMAT: u16 = 339;
    pub(in super::super) const JPEG_TABLES: u16 = 347;
    pub(in super::super) const XMP: u16 = 700;
    pub(in super::super) const ICC_PROFILE: u16 = 34_675;
    pub(in super::super) const DNG_VERSION: u16 = 50_706;
}

/// The most values of one tag that are read as numbers: a picture of 100 megapixels in tiles of 16 × 16 has 400 000.
const MAX_VALUES: u32 = 1_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Endian {
    Little,
    Big,
}

impl Endian {
    pub(super) fn u16(self, reader: &mut Reader) -> Option<u16> {
        match self {
            Self::Little => reader.u16_le(),
            Self::Big => reader.u16_be(),
        }
    }

    pub(super) fn u32(self, reader: &mut Reader) -> Option<u32> {
        match self {
            Self::Little => reader.u32_le(),
            Self::Big => reader.u32_be(),
        }
    }
}

struct Entry {
    tag: u16,
    kind: u16,
    count: u32,
    /// Where the values or, if they do not fit in four bytes, their place stands.
    at: usize,
}

pub(super) struct Directory<'a> {
    bytes: &'a [u8],
    pub(super) endian: Endian,
    pub(super) offset: u32,
    pub(super) next: u32,
    /// Where `next` stands.
    pub(super) next_at: usize,
    entries: Vec<Entry>,
}

impl<'a> Directory<'a> {
    pub(super) fn read(bytes: &'a [u8], endian: Endian, offset: u32) -> Result<Self, AnalyzeError> {
        if offset < 8 {
            return Err(no_such("a place of its first page"));
        }
        let mut reader = Reader::at(bytes, index(offset));
        let count = endian.u16(&mut reader).ok_or(AnalyzeError::Truncated)?;
        let mut entries = Vec::with_capacity(count.into());
        for _ in 0..count {
            let entry = (|| {
                let (tag, kind) = (endian.u16(&mut reader)?, endian.u16(&mut reader)?);
                let count = endian.u32(&mut reader)?;
                let at = reader.position();
                reader.take(4).map(|_| Entry { tag, kind, count, at })
            })();
            entries.push(entry.ok_or(AnalyzeError::Truncated)?);
        }
        // Some writers leave out the place of the next directory.
        let next_at = reader.position();
        let next = endian.u32(&mut reader).unwrap_or(0);
        Ok(Self { bytes, endian, offset, next, next_at, entries })
    }

    pub(super) fn has(&self, tag: u16) -> bool {
        self.entries.iter().any(|entry| entry.tag == tag)
    }

    /// The raw bytes of a tag's values.
    pub(super) fn bytes(&self, tag: u16) -> Result<Option<&'a [u8]>, AnalyzeError> {
        self.entries.iter().find(|entry| entry.tag == tag).map(|entry| self.values(entry)).transpose()
    }

    /// A tag's values as numbers; an absent tag has none.
    pub(super) fn numbers(&self, tag: u16) -> Result<Vec<u32>, AnalyzeError> {
        let Some(entry) = self.entries.iter().find(|entry| entry.tag == tag) else { return Ok(Vec::new()) };
        if entry.count > MAX_VALUES {
            return Err(no_such("a number of values"));
        }
        let mut reader = Reader::new(self.values(entry)?);
        let next: &mut dyn FnMut() -> Option<u32> = match entry.kind {
            1 => &mut || reader.u8().map(u32::from),
            3 => &mut || self.endian.u16(&mut reader).map(u32::from),
            4 | 13 => &mut || self.endian.u32(&mut reader),
            _ => return Err(no_such("a type of value")),
        };
        Ok(std::iter::from_fn(next).collect())
    }

    /// The one value of a tag, or `default` where the tag is absent.
    pub(super) fn number(&self, tag: u16, default: u32) -> Result<u32, AnalyzeError> {
        Ok(self.numbers(tag)?.first().copied().unwrap_or(default))
    }

    fn values(&self, entry: &Entry) -> Result<&'a [u8], AnalyzeError> {
        let unit = match entry.kind {
            1 | 2 | 6 | 7 => 1,
            3 | 8 => 2,
            4 | 9 | 11 | 13 => 4,
            5 | 10 | 12 => 8,
            _ => return Err(no_such("a type of value")),
        };
        let length = index(entry.count).checked_mul(unit).ok_or(AnalyzeError::Truncated)?;
        let mut place = Reader::at(self.bytes, entry.at);
        if length > 4 {
            let offset = self.endian.u32(&mut place).ok_or(AnalyzeError::Truncated)?;
            place = Reader::at(self.bytes, index(offset));
        }
        place.take(length).ok_or(AnalyzeError::Truncated)
    }
}

/// Where the directory at `offset` says that the next one is.
pub(super) fn next_of(bytes: &[u8], endian: Endian, offset: u32) -> Option<u32> {
    let mut reader = Reader::at(bytes, index(offset));
    let count = endian.u16(&mut reader)?;
    reader.take(usize::from(count) * 12)?;
    endian.u32(&mut reader)
}
