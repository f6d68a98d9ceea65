//! Small sound pictures in every format that is read: what the malformed ones are made of.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A colourful picture with edges and slopes.
pub fn pattern(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let on_disc = (i64::from(x) - i64::from(width) / 2).pow(2) + (i64::from(y) - i64::from(height) / 2).pow(2)
            < i64::from(width.min(height) / 3).pow(2);
        if on_disc {
            Rgb([220, 60, 40])
        } else {
            Rgb([(x * 255 / width.max(1)) as u8, (y * 255 / height.max(1)) as u8, 140])
        }
    })
}

/// `picture` encoded by the image crate.
pub fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let written = picture.write_to(&mut bytes, format);
    debug_assert!(written.is_ok(), "{format:?} cannot hold the picture: {written:?}");
    bytes.into_inner()
}

/// The pattern in one format.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let rgb = DynamicImage::ImageRgb8(pattern(width, height));
    match format {
        // The encoder wants an alpha channel.
        ImageFormat::Ico => encode(&rgb.into_rgba8().into(), format),
        _ => encode(&rgb, format),
    }
}

/// A lossy WebP of one white pixel (the image crate writes lossless ones only).
pub const LOSSY_WEBP: &[u8] = &[
    0x52, 0x49, 0x46, 0x46, 0x22, 0, 0, 0, 0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38, 0x20, 0x16, 0, 0, 0, 0x30, 0x01,
    0, 0x9d, 0x01, 0x2a, 0x01, 0, 0x01, 0, 0x0e, 0xc0, 0xfe, 0x25, 0xa4, 0, 0x03, 0x70, 0, 0, 0, 0,
];

/// One small picture in each format and main variant, with a file name.
pub fn all() -> Vec<(String, Vec<u8>)> {
    let formats = [
        ("jpg", ImageFormat::Jpeg),
        ("png", ImageFormat::Png),
        ("webp", ImageFormat::WebP),
        ("gif", ImageFormat::Gif),
        ("bmp", ImageFormat::Bmp),
        ("tiff", ImageFormat::Tiff),
        ("ico", ImageFormat::Ico),
        ("qoi", ImageFormat::Qoi),
        ("ppm", ImageFormat::Pnm),
    ];
    let mut pictures: Vec<(String, Vec<u8>)> =
        formats.into_iter().map(|(ending, format)| (format!("pattern.{ending}"), picture(40, 30, format))).collect();
    pictures.extend(super::jpeg::variants());
    pictures.extend(super::png::variants());
    pictures.extend(super::tiff::variants());
    pictures.extend(super::profiles::variants());
    pictures.push(("lossy.webp".into(), LOSSY_WEBP.to_vec()));
    pictures.push(("text.ppm".into(), b"P3 2 2 9 # two by two\n0 0 0 9 9 9 1 2 3 4 5 6\n".to_vec()));
    pictures.push(("bits.pbm".into(), b"P4 9 2\n\xaa\x80\x55\x00".to_vec()));
    pictures.push((
        "alpha.pam".into(),
        b"P7\nWIDTH 1\nHEIGHT 2\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n\xff\0\0\x80\0\xff\0\xff".to_vec(),
    ));
    pictures
}
