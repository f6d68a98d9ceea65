//! PNGs: chunks put together by hand, with right checksums unless the case is about them.

use image::{DynamicImage, ImageFormat};
use miniz_oxide::deflate::compress_to_vec_zlib;

use crate::error::ErrorCode::{BadFile, TooManyPixels};

use super::{BadInput, find, sound, truncated};

pub const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// CRC-32 as PNG has it (reflected, polynomial 0xedb88320).
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

/// A chunk with its length and checksum.
pub fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [kind.as_slice(), data].concat();
    [(data.len() as u32).to_be_bytes().as_slice(), &body, &crc(&body).to_be_bytes()].concat()
}

/// The header chunk: size, bits of a sample, kind of pixel.
pub fn header(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    let sides = [width.to_be_bytes(), height.to_be_bytes()].concat();
    chunk(b"IHDR", &[sides.as_slice(), &[depth, color, 0, 0, 0]].concat())
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    [SIGNATURE, &chunks.concat(), &chunk(b"IEND", &[])].concat()
}

/// Rows of zeros, packed; `row_bytes` without the filter byte.
fn zeros(rows: usize, row_bytes: usize) -> Vec<u8> {
    chunk(b"IDAT", &compress_to_vec_zlib(&vec![0; rows * (row_bytes + 1)], 9))
}

/// A sound picture with chunks put between its header and its data.
pub fn with_chunks(chunks: &[Vec<u8>]) -> Vec<u8> {
    let sound = sound::picture(32, 24, ImageFormat::Png);
    let (before, after) = sound.split_at(SIGNATURE.len() + 25);
    [before, &chunks.concat(), after].concat()
}

/// A packed profile under a name.
pub fn profile_chunk(profile: &[u8]) -> Vec<u8> {
    chunk(b"iCCP", &[b"a profile\0\0".as_slice(), &compress_to_vec_zlib(profile, 6)].concat())
}

/// Sound PNGs of the rarer kinds.
pub fn variants() -> Vec<(String, Vec<u8>)> {
    let picture = DynamicImage::ImageRgb8(sound::pattern(21, 17));
    let encode = |picture: DynamicImage| sound::encode(&picture, ImageFormat::Png);
    vec![
        ("grey16.png".into(), encode(picture.to_luma16().into())),
        ("rgba16.png".into(), encode(picture.to_rgba16().into())),
        ("grey_alpha.png".into(), encode(picture.to_luma_alpha8().into())),
        (
            "bits.png".into(),
            file(&[header(9, 3, 1, 0), chunk(b"IDAT", &compress_to_vec_zlib(&[0, 0xaa, 0x80].repeat(3), 6))]),
        ),
        ("palette.png".into(), palette(&[chunk(b"PLTE", b"\xff\0\0\0\xff\0\0\0\xff"), chunk(b"tRNS", b"\x80\xff")])),
    ]
}

/// Three pixels of a palette of three, with the given chunks before the data.
fn palette(chunks: &[Vec<u8>]) -> Vec<u8> {
    let data = chunk(b"IDAT", &compress_to_vec_zlib(&[0, 0, 1, 2], 6));
    file(&[header(3, 1, 8, 3), chunks.concat(), data])
}

pub(super) fn cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Png);
    let (data, end) = (find(&sound, b"IDAT"), find(&sound, b"IEND"));
    let mut cases = truncated(
        "png",
        "png",
        &sound,
        &[
            ("after_signature", 8),
            ("in_header", 20),
            ("after_header", 33),
            ("in_data", (data + end) / 2),
            ("before_end", end - 4),
            ("in_end", sound.len() - 1),
        ],
    );
    let flipped = |at: usize| {
        let mut bytes = sound.clone();
        if let Some(byte) = bytes.get_mut(at) {
            *byte ^= 0x55;
        }
        bytes
    };
    let bomb =
        |kind: &[u8; 4], name: &[u8]| chunk(kind, &[name, &compress_to_vec_zlib(&vec![b'A'; 60_000_000], 9)].concat());
    let animation = |frames: u32| chunk(b"acTL", &[frames.to_be_bytes(), [0; 4]].concat());
    let dot = zeros(1, 3);
    cases.extend([
        BadInput::refused("png_65535.png", TooManyPixels, file(&[header(65_535, 65_535, 8, 6), dot.clone()])),
        BadInput::refused(
            "png_longest.png",
            TooManyPixels,
            file(&[header(0x7fff_ffff, 0x7fff_ffff, 16, 6), dot.clone()]),
        ),
        BadInput::refused("png_too_long.png", TooManyPixels, file(&[header(70_000, 1, 8, 0), zeros(1, 70_000)])),
        BadInput::refused("png_bomb.png", TooManyPixels, file(&[header(20_000, 20_000, 1, 0), zeros(20_000, 2_500)])),
        BadInput::refused(
            "png_header_only_large.png",
            TooManyPixels,
            [SIGNATURE, &header(50_000, 50_000, 8, 2)].concat(),
        ),
        BadInput::refused("png_no_width.png", BadFile, file(&[header(0, 10, 8, 2), dot.clone()])),
        BadInput::refused("png_no_pixels_of_this_kind.png", BadFile, file(&[header(1, 1, 3, 5), dot.clone()])),
        BadInput::refused("png_header_later.png", BadFile, file(&[dot.clone(), header(1, 1, 8, 2)])),
        BadInput::refused("png_no_data.png", BadFile, file(&[header(1, 1, 8, 2)])),
        BadInput::refused("png_no_palette.png", BadFile, palette(&[])),
        BadInput::refused("png_short_header.png", BadFile, file(&[chunk(b"IHDR", &[0; 5])])),
        BadInput::refused("png_header_checksum.png", BadFile, flipped(30)),
        BadInput::refused("png_data_checksum.png", BadFile, flipped(end - 6)),
        BadInput::refused("png_no_zlib.png", BadFile, file(&[header(1, 1, 8, 2), chunk(b"IDAT", b"not packed")])),
        BadInput::refused("png_data_runs_out.png", BadFile, file(&[header(40, 40, 8, 2), zeros(20, 120)])),
        BadInput::refused(
            "png_filter_9.png",
            BadFile,
            file(&[header(1, 1, 8, 2), chunk(b"IDAT", &compress_to_vec_zlib(&[9, 1, 2, 3], 6))]),
        ),
        BadInput::refused(
            "png_endless_chunk.png",
            BadFile,
            [SIGNATURE, &header(1, 1, 8, 2), b"\xff\xff\xff\xffIDAT"].concat(),
        ),
        BadInput::read("png_16_megapixels_in_little.png", &[], file(&[header(4_000, 4_000, 1, 0), zeros(4_000, 500)])),
        BadInput::read("png_text_bomb.png", &[], with_chunks(&[bomb(b"zTXt", b"Comment\0\0")])),
        BadInput::read("png_profile_bomb.png", &["color_profile_ignored"], with_chunks(&[bomb(b"iCCP", b"bomb\0\0")])),
        BadInput::read(
            "png_profile_not_packed.png",
            &["color_profile_ignored"],
            with_chunks(&[chunk(b"iCCP", b"bad\0\0zzz")]),
        ),
        BadInput::read("png_animated_4_billion.png", &["animation_first_frame"], with_chunks(&[animation(u32::MAX)])),
        BadInput::read("png_no_frames.png", &[], with_chunks(&[animation(0)])),
        BadInput::read("png_palette_too_short.png", &[], palette(&[chunk(b"PLTE", b"\xff\0\0")])),
        BadInput::read("png_and_html.png", &[], [sound.as_slice(), b"<html><script>alert(1)</script>"].concat()),
        BadInput::read(
            "png_script_inside.png",
            &[],
            with_chunks(&[chunk(b"tEXt", b"Comment\0<?php system('id'); ?>")]),
        ),
        BadInput::read("png_many_chunks.png", &[], with_chunks(&[chunk(b"tEXt", b"a\0b").repeat(50_000)])),
        BadInput::read("png_named.jpg", &[], sound.clone()),
        BadInput::read("png_1x1.png", &[], sound::picture(1, 1, ImageFormat::Png)),
        BadInput::read("png_65535x1.png", &[], file(&[header(65_535, 1, 8, 0), zeros(1, 65_535)])),
        BadInput::read("png_1x65535.png", &[], file(&[header(1, 65_535, 8, 0), zeros(65_535, 1)])),
    ]);
    cases
}
