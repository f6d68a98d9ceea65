//! One page of a TIFF: how its samples lie in strips or tiles, and how they become pixels.

use crate::error::AnalyzeError;
use crate::limits::{MAX_PIXELS, MAX_SIDE_PX};

use super::super::super::header::{Decode, check_size};
use super::super::super::raster::{Raster, Samples, damaged};
use super::super::super::reader::index;
use super::super::jpeg;
use super::compression::Compression;
use super::directory::{Directory, Endian, tag};
use super::{no_such, rare};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Colors {
    Grey {
        inverted: bool,
    },
    Rgb,
    Palette,
    Cmyk,
    /// Luma and chroma, read only where JPEG packs them.
    Ycc,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alpha {
    None,
    /// The colours are already multiplied by it.
    Associated,
    Straight,
}

pub(super) struct Page<'a> {
    pub(super) width: u32,
    pub(super) height: u32,
    endian: Endian,
    colors: Colors,
    alpha: Alpha,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    bits: u32,
    /// Samples of a pixel, those included that are not used.
    channels: u32,
    is_planar: bool,
    has_predictor: bool,
    compression: Compression,
    chunk_width: u32,
    chunk_height: u32,
    is_tiled: bool,
    /// Offset and length of each strip or tile, plane after plane.
    chunks: Vec<(u32, u32)>,
    palette: Vec<[u8; 3]>,
    jpeg_tables: Option<&'a [u8]>,
}

impl<'a> Page<'a> {
    pub(super) fn read(directory: &Directory<'a>) -> Result<Self, AnalyzeError> {
        let (width, height) = (directory.number(tag::WIDTH, 0)?, directory.number(tag::HEIGHT, 0)?);
        // Before anything is reckoned with them.
        check_size(width, height, 1)?;
        let channels = directory.number(tag::SAMPLES, 1)?;
        let bits = directory.numbers(tag::BITS)?;
        let bits_of_first = bits.first().copied().unwrap_or(1);
        if bits.iter().any(|&other| other != bits_of_first) || !matches!(bits_of_first, 1 | 2 | 4 | 8 | 16) {
            return Err(rare("samples of an unusual width"));
        }
        if directory.numbers(tag::SAMPLE_FORMAT)?.iter().any(|&format| !matches!(format, 1 | 4)) {
            return Err(rare("samples that are not whole numbers"));
        }
        if directory.number(tag::FILL_ORDER, 1)? != 1 {
            return Err(rare("its bits in reverse order"));
        }
        let colors = match directory.number(tag::PHOTOMETRIC, 1)? {
            0 => Colors::Grey { inverted: true },
            1 => Colors::Grey { inverted: false },
            2 => Colors::Rgb,
            3 => Colors::Palette,
            5 => Colors::Cmyk,
            6 => Colors::Ycc,
            _ => return Err(rare("an unusual colour space")),
        };
        if channels < colors.channels() || channels > 16 {
            return Err(no_such("a number of channels"));
        }
        let alpha = match directory.numbers(tag::EXTRA_SAMPLES)?.first() {
            Some(1) if channels > colors.channels() => Alpha::Associated,
            Some(2) if channels > colors.channels() => Alpha::Straight,
            // Some writers leave out what their fourth channel is.
            None if channels == colors.channels() + 1 => Alpha::Straight,
            _ => Alpha::None,
        };
        let predictor = directory.number(tag::PREDICTOR, 1)?;
        if predictor > 2 || (predictor == 2 && bits_of_first < 8) {
            return Err(rare("an unusual predictor"));
        }
        let is_tiled = directory.has(tag::TILE_WIDTH);
        let mut page = Self {
            width,
            height,
            endian: directory.endian,
            colors,
            alpha,
            bits: bits_of_first,
            channels,
            is_planar: directory.number(tag::PLANAR, 1)? == 2 && channels > 1,
            has_predictor: predictor == 2,
            compression: Compression::from_tag(directory.number(tag::COMPRESSION, 1)?)?,
            chunk_width: width,
            chunk_height: directory.number(tag::ROWS_PER_STRIP, height)?.min(height),
            is_tiled,
            chunks: Vec::new(),
            palette: palette(&directory.numbers(tag::COLOR_MAP)?),
            jpeg_tables: directory.bytes(tag::JPEG_TABLES)?,
        };
        let (offsets, lengths) = if is_tiled {
            page.chunk_width = directory.number(tag::TILE_WIDTH, 0)?;
            page.chunk_height = directory.number(tag::TILE_HEIGHT, 0)?;
            (directory.numbers(tag::TILE_OFFSETS)?, directory.numbers(tag::TILE_BYTES)?)
        } else {
            (directory.numbers(tag::STRIP_OFFSETS)?, directory.numbers(tag::STRIP_BYTES)?)
        };
        page.chunks = offsets.into_iter().zip(lengths).collect();
        page.check()?;
        Ok(page)
    }

    fn check(&self) -> Result<(), AnalyzeError> {
        if self.chunk_width == 0 || self.chunk_height == 0 {
            return Err(no_such("strips or tiles"));
        }
        // A tile reaches over the edge, but not by more than a side of the picture or of a usual tile.
        const USUAL_TILE_PX: u32 = 4_096;
        let most = |side: u32| side.clamp(USUAL_TILE_PX, MAX_SIDE_PX + 16);
        let area = u64::from(self.chunk_width) * u64::from(self.chunk_height);
        if self.chunk_width > most(self.width + 15) || self.chunk_height > most(self.height + 15) || area > MAX_PIXELS {
            return Err(no_such("a size of its tiles"));
        }
        if (self.chunks.len() as u64) < u64::from(self.chunks_per_plane()) * u64::from(self.planes()) {
            return Err(damaged("some of its strips or tiles are missing"));
        }
        if self.colors == Colors::Palette && (self.bits > 8 || self.palette.len() != 1 << self.bits) {
            return Err(damaged("its palette does not fit its pixels"));
        }
        if self.compression == Compression::Jpeg {
            let is_read = matches!(self.colors, Colors::Grey { inverted: false } | Colors::Rgb | Colors::Ycc);
            if !is_read || self.is_planar || self.bits != 8 || self.channels != self.colors.channels() {
                return Err(rare("an unusual kind of JPEG in it"));
            }
        } else if self.colors == Colors::Ycc {
            return Err(rare("an unusual colour space"));
        }
        Ok(())
    }

    fn planes(&self) -> u32 {
        if self.is_planar { self.channels } else { 1 }
    }

    fn chunks_across(&self) -> u32 {
        self.width.div_ceil(self.chunk_width)
    }

    fn chunks_per_plane(&self) -> u32 {
        self.chunks_across() * self.height.div_ceil(self.chunk_height)
    }

    /// Where the last byte of the strips or tiles that are needed ends.
    pub(super) fn chunks_end(&self) -> u64 {
        let needed = index(self.chunks_per_plane() * self.planes());
        let ends = self.chunks.iter().take(needed).map(|&(offset, length)| u64::from(offset) + u64::from(length));
        ends.max().unwrap_or(0)
    }

    pub(super) fn has_alpha(&self) -> bool {
        self.alpha != Alpha::None && self.colors != Colors::Cmyk && self.colors != Colors::Palette
    }

    pub(super) fn pixel_format(&self) -> String {
        let alpha = if self.has_alpha() { "a" } else { "" };
        match self.colors {
            Colors::Grey { .. } => format!("l{alpha}{}", self.bits),
            Colors::Rgb | Colors::Ycc => format!("rgb{alpha}{}", self.bits),
            Colors::Palette => "indexed".into(),
            Colors::Cmyk => format!("cmyk{}", self.bits),
        }
    }

    pub(super) fn samples(&self) -> Samples {
        match (self.colors, self.has_alpha(), self.bits > 8) {
            (Colors::Grey { .. }, false, false) => Samples::L8,
            (Colors::Grey { .. }, true, false) => Samples::La8,
            (Colors::Grey { .. }, false, true) => Samples::L16,
            (Colors::Grey { .. }, true, true) => Samples::La16,
            (Colors::Rgb | Colors::Ycc, false, false) | (Colors::Palette, ..) => Samples::Rgb8,
            (Colors::Rgb | Colors::Ycc, true, false) => Samples::Rgba8,
            (Colors::Rgb | Colors::Ycc, false, true) => Samples::Rgb16,
            (Colors::Rgb | Colors::Ycc, true, true) => Samples::Rgba16,
            (Colors::Cmyk, ..) => Samples::InvertedCmyk8,
        }
    }

    pub(super) fn decode(&self, bytes: &[u8]) -> Result<Decode, AnalyzeError> {
        let mut raster = Raster::new(self.width, self.height, self.samples())?;
        let mut partial = false;
        let mut unpacked = Vec::new();
        let mut row = Vec::new();
        for plane in 0..self.planes() {
            for chunk in 0..self.chunks_per_plane() {
                let place = index(plane * self.chunks_per_plane() + chunk);
                let &(offset, length) = self.chunks.get(place).ok_or_else(|| damaged("a strip is missing"))?;
                let start = index(offset);
                let packed = bytes.get(start..start.saturating_add(index(length))).ok_or(AnalyzeError::Truncated)?;
                let x = chunk % self.chunks_across() * self.chunk_width;
                let y = chunk / self.chunks_across() * self.chunk_height;
                let rows = if self.is_tiled { self.chunk_height } else { self.chunk_height.min(self.height - y) };
                if self.compression == Compression::Jpeg {
                    partial |= self.unpack_jpeg(packed, rows, &mut unpacked)?;
                } else {
                    unpacked.clear();
                    unpacked.resize(self.row_bytes() * index(rows), 0);
                    self.compression.unpack(packed, &mut unpacked)?;
                }
                for (line, packed_row) in (y..self.height).zip(unpacked.chunks_exact(self.row_bytes())) {
                    self.read_row(packed_row, &mut row);
                    self.store_row(&row, plane, (x, line), &mut raster);
                }
            }
        }
        if self.alpha == Alpha::Associated && self.has_alpha() {
            separate_alpha(&mut raster);
        }
        Ok(Decode { raster, partial })
    }

    fn samples_in_row(&self) -> usize {
        let channels = if self.is_planar { 1 } else { self.channels };
        index(self.chunk_width) * index(channels)
    }

    fn row_bytes(&self) -> usize {
        (self.samples_in_row() * index(self.bits)).div_ceil(8)
    }

    /// Whether a part of the JPEG was lost.
    fn unpack_jpeg(&self, packed: &[u8], rows: u32, unpacked: &mut Vec<u8>) -> Result<bool, AnalyzeError> {
        let is_rgb = self.colors == Colors::Rgb;
        let decode = jpeg::decode_part(self.jpeg_tables, packed, (self.chunk_width, rows), is_rgb)?;
        if decode.raster.samples != self.samples() {
            return Err(damaged("a JPEG in it has other channels than the picture"));
        }
        *unpacked = decode.raster.data;
        Ok(decode.partial)
    }

    /// The samples of one row as numbers, with the predictor undone.
    fn read_row(&self, packed: &[u8], row: &mut Vec<u16>) {
        row.clear();
        match self.bits {
            16 if self.endian == Endian::Big => {
                row.extend(
                    packed.chunks_exact(2).map(|pair| pair.iter().fold(0, |value, &byte| value << 8 | u16::from(byte))),
                );
            }
            16 => {
                row.extend(
                    packed
                        .chunks_exact(2)
                        .map(|pair| pair.iter().rev().fold(0, |value, &byte| value << 8 | u16::from(byte))),
                );
            }
            8 => row.extend(packed.iter().map(|&byte| u16::from(byte))),
            bits => {
                let mask = (1_u16 << bits) - 1;
                let in_byte = move |byte: u8| (1..=8 / bits).map(move |at| u16::from(byte) >> (8 - at * bits) & mask);
                row.extend(packed.iter().flat_map(|&byte| in_byte(byte)).take(self.samples_in_row()));
            }
        }
        if self.has_predictor {
            let stride = if self.is_planar { 1 } else { index(self.channels) };
            let mask = if self.bits == 8 { 0xff } else { 0xffff };
            for at in stride..row.len() {
                let before = row.get(at - stride).copied().unwrap_or(0);
                if let Some(sample) = row.get_mut(at) {
                    *sample = sample.wrapping_add(before) & mask;
                }
            }
        }
    }

    /// Puts the samples of a row, which begins at (x, y), in their places.
    fn store_row(&self, row: &[u16], plane: u32, (x, y): (u32, u32), raster: &mut Raster) {
        let bytes_per_px = self.samples().bytes_per_px();
        let start = (index(y) * index(self.width) + index(x)) * bytes_per_px;
        let count = index(self.width - x).min(index(self.chunk_width));
        let Some(target) = raster.data.get_mut(start..start + count * bytes_per_px) else { return };
        let step = if self.is_planar { 1 } else { index(self.channels) };
        let bytes_per_sample = if self.bits > 8 && self.colors != Colors::Cmyk { 2 } else { 1 };
        for (pixel, samples) in target.chunks_exact_mut(bytes_per_px).zip(row.chunks_exact(step)) {
            if let (Colors::Palette, [index, ..]) = (self.colors, samples) {
                let color = self.palette.get(usize::from(*index)).copied().unwrap_or_default();
                pixel.copy_from_slice(&color);
                continue;
            }
            let slots = pixel.chunks_exact_mut(bytes_per_sample).skip(if self.is_planar { index(plane) } else { 0 });
            for (slot, &sample) in slots.zip(samples) {
                match slot {
                    [byte] => *byte = self.to_byte(sample),
                    pair => {
                        let inverted = self.colors == Colors::Grey { inverted: true };
                        pair.copy_from_slice(&(if inverted { !sample } else { sample }).to_ne_bytes());
                    }
                }
            }
        }
    }

    fn to_byte(&self, sample: u16) -> u8 {
        let byte = match self.bits {
            1 => (sample * 255) as u8,
            2 => (sample * 85) as u8,
            4 => (sample * 17) as u8,
            8 => sample as u8,
            _ => (sample >> 8) as u8,
        };
        // Ink is stored the other way round than in Adobe's JPEGs.
        let inverted = matches!(self.colors, Colors::Grey { inverted: true } | Colors::Cmyk);
        if inverted { !byte } else { byte }
    }
}

impl Colors {
    fn channels(self) -> u32 {
        match self {
            Self::Grey { .. } | Self::Palette => 1,
            Self::Rgb | Self::Ycc => 3,
            Self::Cmyk => 4,
        }
    }
}

/// The colours of a map: all reds, all greens, all blues, 16 bits each.
fn palette(map: &[u32]) -> Vec<[u8; 3]> {
    // Some writers fill it with 8-bit values.
    let shift = if map.iter().all(|&value| value < 256) { 0 } else { 8 };
    let colors = map.len() / 3;
    let channel = |place: usize| map.iter().skip(place * colors).map(move |&value| (value >> shift) as u8);
    let (mut greens, mut blues) = (channel(1), channel(2));
    channel(0).take(colors).filter_map(|red| Some([red, greens.next()?, blues.next()?])).collect()
}

/// Divides the colours by the alpha that they were multiplied with.
fn separate_alpha(raster: &mut Raster) {
    match raster.samples {
        Samples::La8 | Samples::Rgba8 => {
            for pixel in raster.data.chunks_exact_mut(raster.samples.bytes_per_px()) {
                if let [colors @ .., alpha] = pixel {
                    let alpha = u32::from(*alpha).max(1);
                    colors.iter_mut().for_each(|color| *color = (u32::from(*color) * 255 / alpha).min(255) as u8);
                }
            }
        }
        Samples::La16 | Samples::Rgba16 => {
            for pixel in raster.data.chunks_exact_mut(raster.samples.bytes_per_px()) {
                let Some((colors, alpha)) = pixel.split_last_chunk_mut::<2>() else { continue };
                let alpha = u32::from(u16::from_ne_bytes(*alpha)).max(1);
                for color in colors.chunks_exact_mut(2) {
                    let value = color.first_chunk::<2>().map_or(0, |pair| u32::from(u16::from_ne_bytes(*pair)));
                    color.copy_from_slice(&((value * 65_535 / alpha).min(65_535) as u16).to_ne_bytes());
                }
            }
        }
        _ => {}
    }
}
