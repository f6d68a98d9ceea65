//! PNM and PAM: headers and decoder (the man pages of Netpbm: pbm, pgm, ppm, pam).

use crate::error::AnalyzeError;

use super::super::header::{Decode, Header, Inspected, check_size};
use super::super::raster::{Raster, Samples, damaged, unsupported};
use super::super::reader::Reader;

#[derive(Clone, Copy, Debug)]
struct Layout {
    width: u32,
    height: u32,
    channels: u8,
    /// The largest value of a sample, 1 to 65 535.
    max: u16,
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    /// Decimal numbers.
    Text,
    /// Zeros and ones, with or without space between them; one is black.
    TextBits,
    /// One byte a sample, two (the higher first) where the largest value needs them.
    Binary,
    /// Eight pixels a byte, rows padded; one is black.
    Bits,
}

pub(super) fn inspect(bytes: &[u8]) -> Result<Inspected<'_>, AnalyzeError> {
    let mut reader = Reader::at(bytes, 2);
    let kind = bytes.get(1).copied().unwrap_or_default();
    let layout = if kind == b'7' { read_pam(&mut reader)? } else { read_header(&mut reader, kind)? };
    let samples = layout.samples()?;
    // Before anything is reckoned with the sides.
    check_size(layout.width, layout.height, 1)?;
    let data = reader.rest();
    let header = Header {
        width: layout.width,
        height: layout.height,
        frames: 1,
        pixel_format: layout.pixel_format(),
        has_alpha: layout.channels % 2 == 0,
        peak_bytes_per_px: samples.bytes_per_px() as u64 + 3,
        complete: data.len() as u64 >= layout.least_bytes(),
        ..Header::default()
    };
    Ok(Inspected { header, pixels: Box::new(move || decode(data, layout, samples)) })
}

impl Layout {
    fn samples(&self) -> Result<Samples, AnalyzeError> {
        Ok(match (self.channels, self.max > 255) {
            (1, false) => Samples::L8,
            (2, false) => Samples::La8,
            (3, false) => Samples::Rgb8,
            (4, false) => Samples::Rgba8,
            (1, true) => Samples::L16,
            (2, true) => Samples::La16,
            (3, true) => Samples::Rgb16,
            (4, true) => Samples::Rgba16,
            _ => return Err(unsupported("it has more than four channels")),
        })
    }

    fn pixel_format(&self) -> String {
        let name = match self.channels {
            1 => "l",
            2 => "la",
            3 => "rgb",
            _ => "rgba",
        };
        let bits = match self.max {
            1 => 1,
            2..=255 => 8,
            _ => 16,
        };
        format!("{name}{bits}")
    }

    /// The fewest bytes that can hold all samples.
    fn least_bytes(&self) -> u64 {
        let samples = u64::from(self.width) * u64::from(self.height) * u64::from(self.channels);
        match self.encoding {
            Encoding::Text => samples.saturating_mul(2).saturating_sub(1),
            Encoding::TextBits => samples,
            Encoding::Binary => samples * if self.max > 255 { 2 } else { 1 },
            Encoding::Bits => u64::from(self.width).div_ceil(8) * u64::from(self.height),
        }
    }
}

fn read_header(reader: &mut Reader, kind: u8) -> Result<Layout, AnalyzeError> {
    let width = number(reader)?;
    let height = number(reader)?;
    let (channels, encoding) = match kind {
        b'1' => (1, Encoding::TextBits),
        b'2' => (1, Encoding::Text),
        b'3' => (3, Encoding::Text),
        b'4' => (1, Encoding::Bits),
        b'5' => (1, Encoding::Binary),
        _ => (3, Encoding::Binary),
    };
    let max = if matches!(encoding, Encoding::TextBits | Encoding::Bits) { 1 } else { largest(number(reader)?)? };
    // One white-space character ends the header; the number before it is read with it.
    Ok(Layout { width, height, channels, max, encoding })
}

fn largest(value: u32) -> Result<u16, AnalyzeError> {
    u16::try_from(value).ok().filter(|&max| max > 0).ok_or_else(|| damaged("its largest value cannot be"))
}

/// The next decimal number and the one character after it; comments run from `#` to the end of the line.
fn number(reader: &mut Reader) -> Result<u32, AnalyzeError> {
    let mut digit = reader.u8().ok_or(AnalyzeError::Truncated)?;
    while digit.is_ascii_whitespace() || digit == b'#' {
        if digit == b'#' {
            while !matches!(reader.u8().ok_or(AnalyzeError::Truncated)?, b'\n' | b'\r') {}
        }
        digit = reader.u8().ok_or(AnalyzeError::Truncated)?;
    }
    let mut value = 0_u32;
    loop {
        if !digit.is_ascii_digit() {
            return Err(damaged("there is something else where a number should be"));
        }
        value = value.saturating_mul(10).saturating_add(u32::from(digit - b'0'));
        match reader.u8() {
            Some(next) if next.is_ascii_whitespace() => return Ok(value),
            Some(next) => digit = next,
            None => return Ok(value),
        }
    }
}

/// Lines of a word and its value up to `ENDHDR`.
fn read_pam(reader: &mut Reader) -> Result<Layout, AnalyzeError> {
    let (mut width, mut height, mut depth, mut max) = (None, None, None, None);
    reader.take(1);
    loop {
        let rest = reader.rest();
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or(AnalyzeError::Truncated)?;
        let line = rest.get(..end).unwrap_or_default();
        reader.take(end + 1);
        let line = std::str::from_utf8(line).map_err(|_| damaged("its header is not text"))?.trim();
        let (word, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let value = value.trim().parse::<u32>().ok();
        match word {
            "ENDHDR" => break,
            "WIDTH" => width = value,
            "HEIGHT" => height = value,
            "DEPTH" => depth = value,
            "MAXVAL" => max = value,
            _ => {}
        }
    }
    let (Some(width), Some(height), Some(depth), Some(max)) = (width, height, depth, max) else {
        return Err(damaged("its header does not say all that it must"));
    };
    let channels = u8::try_from(depth).ok().filter(|&depth| depth > 0).unwrap_or(u8::MAX);
    Ok(Layout { width, height, channels, max: largest(max)?, encoding: Encoding::Binary })
}

fn decode(data: &[u8], layout: Layout, samples: Samples) -> Result<Decode, AnalyzeError> {
    let mut raster = Raster::new(layout.width, layout.height, samples)?;
    let mut reader = Reader::new(data);
    match layout.encoding {
        Encoding::Bits => read_bits(&mut reader, &mut raster)?,
        Encoding::TextBits => {
            for target in &mut raster.data {
                *target = if text_bit(&mut reader)? { 0 } else { 255 };
            }
        }
        Encoding::Text => store(&mut raster, layout.max, || number(&mut reader))?,
        Encoding::Binary if layout.max > 255 => {
            store(&mut raster, layout.max, || reader.u16_be().map(u32::from).ok_or(AnalyzeError::Truncated))?;
        }
        Encoding::Binary => {
            store(&mut raster, layout.max, || reader.u8().map(u32::from).ok_or(AnalyzeError::Truncated))?;
        }
    }
    Ok(raster.into())
}

/// Fills the raster with samples, stretched from the largest value to 255 or 65 535.
fn store(
    raster: &mut Raster,
    max: u16,
    mut next: impl FnMut() -> Result<u32, AnalyzeError>,
) -> Result<(), AnalyzeError> {
    let max = u32::from(max);
    let wide = max > 255;
    let full = if wide { 65_535 } else { 255 };
    for target in raster.data.chunks_exact_mut(if wide { 2 } else { 1 }) {
        let value = next()?.min(max);
        // At most 65 535 × 65 535 + 32 767, which 32 bits hold.
        let stretched = (value * full + max / 2) / max;
        match target {
            [narrow] => *narrow = stretched as u8,
            pair => pair.copy_from_slice(&(stretched as u16).to_ne_bytes()),
        }
    }
    Ok(())
}

fn text_bit(reader: &mut Reader) -> Result<bool, AnalyzeError> {
    loop {
        match reader.u8().ok_or(AnalyzeError::Truncated)? {
            b'0' => return Ok(false),
            b'1' => return Ok(true),
            b'#' => while !matches!(reader.u8().ok_or(AnalyzeError::Truncated)?, b'\n' | b'\r') {},
            space if space.is_ascii_whitespace() => {}
            _ => return Err(damaged("there is something else where a number should be")),
        }
    }
}

fn read_bits(reader: &mut Reader, raster: &mut Raster) -> Result<(), AnalyzeError> {
    let width = raster.width as usize;
    for row in raster.data.chunks_exact_mut(width) {
        let bits = reader.take(width.div_ceil(8)).ok_or(AnalyzeError::Truncated)?;
        for (pixels, byte) in row.chunks_mut(8).zip(bits) {
            for (bit, pixel) in pixels.iter_mut().enumerate() {
                *pixel = if byte << bit & 0x80 != 0 { 0 } else { 255 };
            }
        }
    }
    Ok(())
}
