//! The segments of a JPEG stream, one after the other, each scan with its entropy-coded data.

use crate::error::AnalyzeError;

use super::super::super::raster::damaged;
use super::super::super::reader::Reader;

pub(super) mod marker {
    pub(in super::super) const SOI: u8 = 0xd8;
    pub(in super::super) const EOI: u8 = 0xd9;
    pub(in super::super) const SOS: u8 = 0xda;
    pub(in super::super) const DQT: u8 = 0xdb;
    pub(in super::super) const DHT: u8 = 0xc4;
    pub(in super::super) const DRI: u8 = 0xdd;
    pub(in super::super) const APP0: u8 = 0xe0;
    pub(in super::super) const APP1: u8 = 0xe1;
    pub(in super::super) const APP2: u8 = 0xe2;
    pub(in super::super) const APP14: u8 = 0xee;
    pub(super) const TEM: u8 = 0x01;
    pub(super) const RST0: u8 = 0xd0;
    pub(super) const RST7: u8 = 0xd7;
}

pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    /// What follows the length.
    pub(super) body: &'a [u8],
    /// Entropy-coded data after a scan header, restart markers included; empty for all others.
    pub(super) scan: &'a [u8],
}

/// Ends after the end marker, or where the data breaks off (then the end marker never came).
pub(super) struct Segments<'a> {
    reader: Reader<'a>,
    ended: bool,
}

impl<'a> Segments<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { reader: Reader::at(bytes, 2), ended: false }
    }

    /// The next marker, over fill bytes and over what does not belong between segments.
    fn next_marker(&mut self) -> Option<u8> {
        loop {
            while self.reader.u8()? != 0xff {}
            let mut code = self.reader.u8()?;
            while code == 0xff {
                code = self.reader.u8()?;
            }
            let stands_alone =
                matches!(code, 0 | marker::TEM | marker::SOI) || (marker::RST0..=marker::RST7).contains(&code);
            if !stands_alone {
                return Some(code);
            }
        }
    }

    fn next_segment(&mut self) -> Option<Result<Segment<'a>, AnalyzeError>> {
        let marker = self.next_marker()?;
        if marker == marker::EOI {
            self.ended = true;
            return Some(Ok(Segment { marker, body: &[], scan: &[] }));
        }
        let length = usize::from(self.reader.u16_be()?);
        let Some(body_length) = length.checked_sub(2) else {
            return Some(Err(damaged("a segment is shorter than its own length")));
        };
        let body = self.reader.take(body_length)?;
        let scan = if marker == marker::SOS { self.entropy_coded() } else { &[] };
        Some(Ok(Segment { marker, body, scan }))
    }

    /// Everything up to the next marker that is neither a stuffed byte nor a restart.
    fn entropy_coded(&mut self) -> &'a [u8] {
        let data = self.reader.rest();
        let mut end = 0;
        let length = loop {
            let Some(found) = data.get(end..).and_then(|rest| rest.iter().position(|&byte| byte == 0xff)) else {
                break data.len();
            };
            let at = end + found;
            match data.get(at + 1) {
                Some(0 | marker::RST0..=marker::RST7) => end = at + 2,
                Some(0xff) => end = at + 1,
                Some(_) => break at,
                None => break data.len(),
            }
        };
        self.reader.take(length).unwrap_or_default()
    }
}

impl<'a> Iterator for Segments<'a> {
    type Item = Result<Segment<'a>, AnalyzeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let segment = self.next_segment();
        self.ended |= !matches!(segment, Some(Ok(_)));
        segment
    }
}
