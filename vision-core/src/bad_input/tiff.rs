//! TIFFs: directories put together by hand, in either byte order.

use image::{DynamicImage, ImageFormat};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::error::ErrorCode::{BadFile, TooManyPixels, TruncatedImage, UnsupportedFormat};

use super::{BadInput, noise, sound, truncated};

/// The type of a directory's value: 3 is 16 bits, 4 is 32 bits, others as in the specification.
pub type Kind = u16;

/// One entry: tag, type, count and the four bytes of its value or place.
#[derive(Clone, Copy)]
pub struct Entry(pub u16, pub Kind, pub u32, pub u32);

/// A directory at place 8, then `data` (which begins where [`data_at`] says).
pub fn file(entries: &[Entry], next: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"II*\0\x08\0\0\0".to_vec();
    bytes.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for &Entry(tag, kind, count, value) in entries {
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&next.to_le_bytes());
    bytes.extend_from_slice(data);
    bytes
}

/// Where the data of [`file`] begins, for a number of entries.
pub fn data_at(entries: usize) -> u32 {
    8 + 2 + 12 * entries as u32 + 4
}

const ENTRIES: usize = 9;

/// A grey picture in one strip, with the given compression.
fn grey(width: u32, height: u32, compression: u32, strip: &[u8]) -> [Entry; ENTRIES] {
    [
        Entry(256, 4, 1, width),
        Entry(257, 4, 1, height),
        Entry(258, 3, 1, 8),
        Entry(259, 3, 1, compression),
        Entry(262, 3, 1, 1),
        Entry(273, 4, 1, data_at(ENTRIES)),
        Entry(277, 3, 1, 1),
        Entry(278, 4, 1, height),
        Entry(279, 4, 1, strip.len() as u32),
    ]
}

fn grey_file(width: u32, height: u32, compression: u32, strip: &[u8]) -> Vec<u8> {
    file(&grey(width, height, compression, strip), 0, strip)
}

/// The grey file with one entry put in the place of the one with its tag.
fn changed(change: Entry) -> Vec<u8> {
    let strip = noise(16, 8);
    let mut entries = grey(4, 4, 1, &strip);
    for entry in entries.iter_mut().filter(|entry| entry.0 == change.0) {
        *entry = change;
    }
    file(&entries, 0, &strip)
}

/// The grey file with one entry more, in place of the samples' count (which is 1 if absent).
fn added(entry: Entry) -> Vec<u8> {
    let strip = noise(16, 8);
    let mut entries = grey(4, 4, 1, &strip).to_vec();
    entries.retain(|entry| entry.0 != 277);
    entries.push(entry);
    file(&entries, 0, &strip)
}

/// Sound TIFFs of the rarer kinds.
pub fn variants() -> Vec<(String, Vec<u8>)> {
    let picture = DynamicImage::ImageRgb8(sound::pattern(21, 17));
    let encode = |picture: DynamicImage| sound::encode(&picture, ImageFormat::Tiff);
    let jpeg = super::jpeg::Sketch::flat(16, 16, &[|x, y| (90 + 20 * x + 30 * y) as u8]).write();
    vec![
        ("grey16.tiff".into(), encode(picture.to_luma16().into())),
        ("rgba8.tiff".into(), encode(picture.to_rgba8().into())),
        ("rgba16.tiff".into(), encode(picture.to_rgba16().into())),
        ("deflate.tiff".into(), grey_file(16, 16, 8, &compress_to_vec_zlib(&noise(256, 3), 6))),
        ("packbits.tiff".into(), grey_file(16, 16, 32_773, &[0x81, 7, 0x81, 200])),
        ("lzw.tiff".into(), grey_file(16, 16, 5, &lzw(&noise(256, 5)))),
        ("jpeg.tiff".into(), grey_file(16, 16, 7, &jpeg)),
    ]
}

fn lzw(bytes: &[u8]) -> Vec<u8> {
    weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8).encode(bytes).unwrap_or_default()
}

pub(super) fn cases() -> Vec<BadInput> {
    let sound = grey_file(16, 16, 1, &noise(256, 2));
    let mut cases = truncated(
        "tiff",
        "tiff",
        &sound,
        &[
            ("in_header", 6),
            ("after_header", 8),
            ("in_directory", 40),
            ("before_data", data_at(ENTRIES) as usize),
            ("in_data", sound.len() - 100),
            ("before_end", sound.len() - 1),
        ],
    );
    let large_zeros = compress_to_vec_zlib(&vec![0; 20_000_000], 9);
    let tiles = |side: u32| {
        let entries = [
            Entry(256, 4, 1, 4),
            Entry(257, 4, 1, 4),
            Entry(258, 3, 1, 8),
            Entry(262, 3, 1, 1),
            Entry(322, 4, 1, side),
            Entry(323, 4, 1, side),
            Entry(324, 4, 1, data_at(8)),
            Entry(325, 4, 1, 256),
        ];
        file(&entries, 0, &noise(256, 6))
    };
    cases.extend([
        BadInput::refused("tiff_65535.tiff", TooManyPixels, grey_file(65_535, 65_535, 1, &[0; 100])),
        BadInput::refused("tiff_4_billion.tiff", TooManyPixels, grey_file(u32::MAX, u32::MAX, 1, &[0; 100])),
        BadInput::refused("tiff_bomb.tiff", TooManyPixels, grey_file(20_000, 20_000, 8, &large_zeros)),
        BadInput::refused("tiff_no_width.tiff", BadFile, grey_file(0, 4, 1, &[0; 16])),
        BadInput::refused("tiff_no_entries.tiff", BadFile, file(&[], 0, &[0; 100])),
        BadInput::refused("tiff_directory_at_0.tiff", BadFile, b"II*\0\0\0\0\0".to_vec()),
        BadInput::refused("tiff_directory_far.tiff", TruncatedImage, b"MM\0*\x7f\xff\xff\xff".to_vec()),
        BadInput::refused("tiff_strip_far.tiff", TruncatedImage, changed(Entry(273, 4, 1, 0x7fff_ff00))),
        BadInput::refused("tiff_strip_wraps.tiff", TruncatedImage, changed(Entry(279, 4, 1, u32::MAX))),
        BadInput::refused("tiff_values_wrap.tiff", TruncatedImage, changed(Entry(273, 4, 900_000, 0xffff_ff00))),
        BadInput::refused("tiff_too_many_values.tiff", BadFile, changed(Entry(273, 4, u32::MAX, 8))),
        BadInput::refused("tiff_no_such_type.tiff", BadFile, changed(Entry(273, 99, 1, 8))),
        BadInput::refused("tiff_strip_missing.tiff", BadFile, changed(Entry(278, 4, 1, 1))),
        BadInput::refused("tiff_no_rows.tiff", BadFile, changed(Entry(278, 4, 1, 0))),
        BadInput::refused("tiff_7_bits.tiff", UnsupportedFormat, changed(Entry(258, 3, 1, 7))),
        BadInput::refused("tiff_fax.tiff", UnsupportedFormat, changed(Entry(259, 3, 1, 4))),
        BadInput::refused("tiff_lab.tiff", UnsupportedFormat, changed(Entry(262, 3, 1, 8))),
        BadInput::refused("tiff_no_channels.tiff", BadFile, changed(Entry(277, 3, 1, 0))),
        BadInput::refused("tiff_65535_channels.tiff", BadFile, changed(Entry(277, 3, 1, 65_535))),
        BadInput::refused("tiff_floating.tiff", UnsupportedFormat, added(Entry(339, 3, 1, 3))),
        BadInput::refused("tiff_raw.dng", UnsupportedFormat, added(Entry(50_706, 1, 4, 0x0401))),
        BadInput::refused("tiff_huge_tiles.tiff", BadFile, tiles(65_520)),
        BadInput::refused("tiff_deflate_noise.tiff", BadFile, grey_file(64, 64, 8, &noise(300, 1))),
        BadInput::refused("tiff_lzw_noise.tiff", BadFile, grey_file(64, 64, 5, &[0xff; 300])),
        BadInput::refused("tiff_packbits_runs_out.tiff", TruncatedImage, grey_file(64, 64, 32_773, &[0x81, 7])),
        BadInput::refused("tiff_jpeg_noise.tiff", TruncatedImage, grey_file(16, 16, 7, &noise(200, 4))),
        BadInput::read("tiff_bomb_in_strip.tiff", &[], grey_file(100, 100, 8, &large_zeros)),
        BadInput::read("tiff_next_is_itself.tiff", &[], file(&grey(4, 4, 1, &[0; 16]), 8, &[0; 16])),
        BadInput::read(
            "tiff_next_is_nowhere.tiff",
            &["animation_first_frame"],
            file(&grey(4, 4, 1, &[0; 16]), 40, &[0; 16]),
        ),
        BadInput::read("tiff_exif_is_itself.tiff", &["metadata_broken"], added(Entry(34_665, 4, 1, 8))),
        BadInput::read("tiff_1x1.tiff", &[], grey_file(1, 1, 1, &[77])),
        BadInput::read("tiff_small_tiles.tiff", &[], tiles(16)),
        BadInput::read("tiff_named.bmp", &[], sound),
    ]);
    cases
}
