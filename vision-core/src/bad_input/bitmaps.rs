//! BMP, ICO, QOI and PNM: formats with little structure, and what is wrong with it.

use image::ImageFormat;

use crate::error::ErrorCode::{BadFile, TooManyPixels, TruncatedImage, UnsupportedFormat};

use super::{BadInput, png, sound, truncated};

/// Both headers of a BMP and what follows them.
fn bmp(width: i32, height: i32, bits: u16, compression: u32, rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"BM".to_vec();
    bytes.extend_from_slice(&(54 + rest.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&54_u32.to_le_bytes());
    bytes.extend_from_slice(&40_u32.to_le_bytes());
    bytes.extend_from_slice(&width.to_le_bytes());
    bytes.extend_from_slice(&height.to_le_bytes());
    bytes.extend_from_slice(&1_u16.to_le_bytes());
    bytes.extend_from_slice(&bits.to_le_bytes());
    bytes.extend_from_slice(&compression.to_le_bytes());
    bytes.extend_from_slice(&[0; 20]);
    bytes.extend_from_slice(rest);
    bytes
}

fn qoi(width: u32, height: u32, channels: u8, rest: &[u8]) -> Vec<u8> {
    [b"qoif".as_slice(), &width.to_be_bytes(), &height.to_be_bytes(), &[channels, 0], rest].concat()
}

/// A directory of one entry, then the picture.
fn ico(offset: u32, length: u32, picture: &[u8]) -> Vec<u8> {
    [b"\0\0\x01\0\x01\0\x10\x10\0\0\x01\0\x20\0".as_slice(), &length.to_le_bytes(), &offset.to_le_bytes(), picture]
        .concat()
}

fn bmp_cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Bmp);
    let mut cases = truncated(
        "bmp",
        "bmp",
        &sound,
        &[
            ("in_header", 8),
            ("after_header", 14),
            ("in_second_header", 24),
            ("before_rows", 54),
            ("in_rows", 900),
            ("before_end", sound.len() - 1),
        ],
    );
    cases.extend([
        BadInput::refused("bmp_65535.bmp", TooManyPixels, bmp(65_535, 65_535, 24, 0, &[0; 30])),
        BadInput::refused("bmp_upside_down_most.bmp", TooManyPixels, bmp(i32::MAX, i32::MIN, 24, 0, &[0; 30])),
        BadInput::refused("bmp_negative_width.bmp", BadFile, bmp(-4, 4, 24, 0, &[0; 48])),
        BadInput::refused("bmp_no_height.bmp", BadFile, bmp(4, 0, 24, 0, &[0; 48])),
        BadInput::refused("bmp_3_bits.bmp", BadFile, bmp(4, 4, 3, 0, &[0; 48])),
        BadInput::refused("bmp_jpeg_inside.bmp", UnsupportedFormat, bmp(4, 4, 24, 4, &[0; 48])),
        BadInput::refused("bmp_printer.bmp", UnsupportedFormat, bmp(4, 4, 24, 11, &[0; 48])),
        BadInput::refused("bmp_run_out.bmp", TruncatedImage, {
            let mut runs = bmp(90, 90, 8, 1, &[[0; 1_024].as_slice(), &[5, 1]].concat());
            runs.splice(10..14, (54 + 1_024_u32).to_le_bytes());
            runs
        }),
        BadInput::read("bmp_upside_down.bmp", &[], bmp(4, -4, 24, 0, &[9; 48])),
        BadInput::read("bmp_1x1.bmp", &[], bmp(1, 1, 24, 0, &[1, 2, 3, 0])),
        BadInput::read("bmp_named.tiff", &[], sound),
    ]);
    cases
}

fn ico_cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Ico);
    let png_1x1 = sound::picture(1, 1, ImageFormat::Png);
    let huge = [png::SIGNATURE, &png::header(60_000, 60_000, 8, 6)].concat();
    let bitmap = |width, height: i32| bmp(width, height * 2, 32, 0, &[0xff; 16 * 16 * 4 + 64]).split_off(14);
    let nested = ico(22, 100, &ico(22, 50, &[0; 100]));
    let mut cases = truncated(
        "ico",
        "ico",
        &sound,
        &[
            ("in_directory", 15),
            ("after_directory", 22),
            ("in_picture", sound.len() / 2),
            ("before_end", sound.len() - 1),
        ],
    );
    cases.extend([
        BadInput::refused(
            "ico_65535_entries.ico",
            TruncatedImage,
            b"\0\0\x01\0\xff\xff\x10\x10\0\0\x01\0\x20\0".to_vec(),
        ),
        BadInput::refused("ico_in_directory.ico", BadFile, ico(4, 30, &[0; 60])),
        BadInput::refused("ico_far.ico", TruncatedImage, ico(u32::MAX - 4, 30, &[0; 60])),
        BadInput::refused("ico_nested.ico", BadFile, nested),
        BadInput::refused("ico_huge_png.ico", TooManyPixels, ico(22, huge.len() as u32, &huge)),
        BadInput::refused("ico_huge_bitmap.ico", TooManyPixels, {
            let bitmap = bitmap(30_000, 30_000);
            ico(22, bitmap.len() as u32, &bitmap)
        }),
        BadInput::read("ico_png_1x1.ico", &[], ico(22, png_1x1.len() as u32, &png_1x1)),
        BadInput::read("ico_bitmap.ico", &[], {
            let bitmap = bitmap(16, 16);
            ico(22, bitmap.len() as u32, &bitmap)
        }),
    ]);
    cases
}

fn qoi_cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Qoi);
    let end = [0, 0, 0, 0, 0, 0, 0, 1];
    let mut cases = truncated(
        "qoi",
        "qoi",
        &sound,
        &[("in_header", 10), ("after_header", 14), ("in_data", sound.len() / 2), ("in_end", sound.len() - 3)],
    );
    cases.extend([
        BadInput::refused("qoi_65535.qoi", TooManyPixels, qoi(65_535, 65_535, 4, &end)),
        BadInput::refused("qoi_9_channels.qoi", BadFile, qoi(4, 4, 9, &end)),
        BadInput::refused("qoi_no_pixels.qoi", BadFile, qoi(0, 0, 4, &end)),
        BadInput::refused("qoi_other_end.qoi", BadFile, qoi(1, 1, 3, &[0xc0, 9, 9, 9, 9, 9, 9, 9, 9])),
        BadInput::read("qoi_1x1.qoi", &[], qoi(1, 1, 3, &[&[0xfe, 1, 2, 3], end.as_slice()].concat())),
        BadInput::read("qoi_runs.qoi", &[], qoi(620, 1_000, 4, &[vec![0xfd; 10_000], end.to_vec()].concat())),
    ]);
    cases
}

fn pnm_cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Pnm);
    let mut cases = truncated(
        "pnm",
        "ppm",
        &sound,
        &[
            ("after_kind", 3),
            ("in_header", 6),
            ("before_data", sound.len() - 3_600),
            ("in_data", 2_000),
            ("before_end", sound.len() - 1),
        ],
    );
    cases.extend([
        BadInput::refused("pnm_cut_text.ppm", TruncatedImage, b"P3 3 3 255 1 2 3 4 5 6 7".to_vec()),
        BadInput::refused("pnm_cut_pam.pam", TruncatedImage, b"P7\nWIDTH 4\nHEIGHT 4\nDEPTH 3\n".to_vec()),
        BadInput::refused("pnm_65535.ppm", TooManyPixels, b"P6 65535 65535 255\nabc".to_vec()),
        BadInput::refused(
            "pnm_many_digits.pgm",
            TooManyPixels,
            b"P5 99999999999999999999 99999999999999999999 255\nabc".to_vec(),
        ),
        BadInput::refused("pnm_no_largest.pgm", BadFile, b"P5 1 1 0\na".to_vec()),
        BadInput::refused("pnm_largest_70000.pgm", BadFile, b"P5 1 1 70000\nab".to_vec()),
        BadInput::refused("pnm_words.pgm", BadFile, b"P2 2 2 255\none two three four".to_vec()),
        BadInput::refused("pnm_negative.pgm", BadFile, b"P5 -4 4 255\naaaaaaaaaaaaaaaa".to_vec()),
        BadInput::refused(
            "pnm_9_channels.pam",
            UnsupportedFormat,
            b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 9\nMAXVAL 255\nENDHDR\n123456789".to_vec(),
        ),
        BadInput::refused("pnm_no_depth.pam", BadFile, b"P7\nWIDTH 1\nHEIGHT 1\nENDHDR\n1".to_vec()),
        BadInput::read("pnm_1x1.pgm", &[], b"P5 1 1 255\n\x80".to_vec()),
        BadInput::read("pnm_too_large_sample.pgm", &[], b"P2 2 1 9 99999999999 3".to_vec()),
    ]);
    cases
}

pub(super) fn cases() -> Vec<BadInput> {
    [bmp_cases(), ico_cases(), qoi_cases(), pnm_cases()].concat()
}
