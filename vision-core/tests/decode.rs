//! Decoding means what it should: orientation, colours, depths, profiles and facts, on pictures made here.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use moxcms::ColorProfile;
use proptest::prelude::*;
use vision_core::bad_input::jpeg::{Channel, Sketch, adobe, segment};
use vision_core::bad_input::tiff::{Entry, data_at, file as tiff};
use vision_core::bad_input::{png, sound};
use vision_core::decode::{Decoded, decode};
use vision_core::{AnalyzeError, ErrorCode};

fn read(bytes: &[u8]) -> Decoded {
    decode(bytes).unwrap_or_else(|error| panic!("it does not decode: {error}"))
}

/// Encodes 8-bit RGB with an EXIF block and a profile.
fn encode(picture: &RgbImage, format: ImageFormat, exif: Option<Vec<u8>>, icc: Option<Vec<u8>>) -> Vec<u8> {
    fn write(mut encoder: impl ImageEncoder, picture: &RgbImage, exif: Option<Vec<u8>>, icc: Option<Vec<u8>>) {
        if let Some(exif) = exif {
            encoder.set_exif_metadata(exif).expect("a format that holds EXIF");
        }
        if let Some(icc) = icc {
            encoder.set_icc_profile(icc).expect("a format that holds profiles");
        }
        encoder
            .write_image(picture, picture.width(), picture.height(), ExtendedColorType::Rgb8)
            .expect("a picture that can be written");
    }
    let mut bytes = Vec::new();
    match format {
        ImageFormat::Jpeg => write(JpegEncoder::new_with_quality(&mut bytes, 100), picture, exif, icc),
        ImageFormat::Png => write(PngEncoder::new(&mut bytes), picture, exif, icc),
        ImageFormat::WebP => write(WebPEncoder::new_lossless(&mut bytes), picture, exif, icc),
        _ => unreachable!("no test asks for {format:?}"),
    }
    bytes
}

fn exif(entries: &[Entry], data: &[u8]) -> Vec<u8> {
    tiff(entries, 0, data)
}

/// Where a pixel of the upright picture is stored, by the EXIF specification's table of orientations.
fn stored_at(orientation: u16, x: u32, y: u32, (width, height): (u32, u32)) -> (u32, u32) {
    match orientation {
        2 => (width - 1 - x, y),
        3 => (width - 1 - x, height - 1 - y),
        4 => (x, height - 1 - y),
        5 => (y, x),
        6 => (y, height - 1 - x),
        7 => (width - 1 - y, height - 1 - x),
        8 => (width - 1 - y, x),
        _ => (x, y),
    }
}

fn assert_near(got: &RgbImage, expected: impl Fn(u32, u32) -> Rgb<u8>, tolerance: u8, what: &str) {
    for (x, y, pixel) in got.enumerate_pixels() {
        let expected = expected(x, y);
        let apart = pixel.0.iter().zip(expected.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        assert!(apart <= tolerance, "{what}: {pixel:?} at ({x}, {y}), expected {expected:?}");
    }
}

#[test]
fn every_orientation_is_applied_in_every_format_that_has_one() {
    let stored = sound::pattern(24, 16);
    for orientation in 0..=9_u16 {
        let block = exif(&[Entry(0x112, 3, 1, orientation.into())], &[]);
        let strip = stored.as_raw().clone();
        let page = [
            Entry(256, 4, 1, 24),
            Entry(257, 4, 1, 16),
            Entry(258, 3, 1, 8),
            Entry(262, 3, 1, 2),
            Entry(273, 4, 1, data_at(8)),
            Entry(274, 3, 1, orientation.into()),
            Entry(277, 3, 1, 3),
            Entry(279, 4, 1, strip.len() as u32),
        ];
        let files = [
            ("jpeg", 40, encode(&stored, ImageFormat::Jpeg, Some(block.clone()), None)),
            ("png", 0, encode(&stored, ImageFormat::Png, Some(block.clone()), None)),
            ("webp", 0, encode(&stored, ImageFormat::WebP, Some(block), None)),
            ("tiff", 0, exif(&page, &strip)),
        ];
        for (format, tolerance, bytes) in files {
            let decoded = read(&bytes);
            let what = format!("{format}, orientation {orientation}");
            assert_eq!(decoded.warnings, [], "{what}");
            let facts = decoded.facts;
            assert_eq!((facts.format.as_str(), facts.stored_width, facts.stored_height), (format, 24, 16), "{what}");
            let turned = (5..=8).contains(&orientation);
            assert_eq!((facts.width, facts.height), if turned { (16, 24) } else { (24, 16) }, "{what}");
            assert_eq!(u16::from(facts.orientation), if (1..=8).contains(&orientation) { orientation } else { 1 });
            let expected = |x, y| {
                let (x, y) = stored_at(orientation, x, y, (24, 16));
                *stored.get_pixel(x, y)
            };
            assert_near(&decoded.pixels, expected, tolerance, &what);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A picture that every format can hold exactly comes out the same from all of them.
    #[test]
    fn lossless_formats_agree(width in 1_u32..40, height in 1_u32..40, seed in any::<u32>()) {
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let mixed = (x * 7_919 + y * 104_729 + 1).wrapping_mul(seed | 1);
            Rgb([mixed as u8, (mixed >> 8) as u8, (mixed >> 16) as u8])
        });
        let rgb = DynamicImage::ImageRgb8(picture.clone());
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Bmp, ImageFormat::Tiff, ImageFormat::Qoi, ImageFormat::Pnm] {
            let decoded = read(&sound::encode(&rgb, format));
            prop_assert_eq!(&decoded.pixels, &picture, "{:?}", format);
            prop_assert!(!decoded.facts.has_alpha, "{:?}", format);
        }
    }

    /// 16 bits are rounded to 8, whatever the format and the channels.
    #[test]
    fn sixteen_bits_are_rounded(values in proptest::collection::vec(any::<u16>(), 12)) {
        let wide = image::ImageBuffer::<Rgb<u16>, _>::from_raw(2, 2, values.clone()).expect("four pixels");
        let narrow: Vec<u8> = values.iter().map(|&value| (f64::from(value) / 257.0).round() as u8).collect();
        for format in [ImageFormat::Png, ImageFormat::Tiff, ImageFormat::Pnm] {
            let decoded = read(&sound::encode(&wide.clone().into(), format));
            prop_assert_eq!(decoded.pixels.as_raw(), &narrow, "{:?}", format);
            prop_assert_eq!(decoded.facts.pixel_format.as_str(), "rgb16");
        }
    }

    /// Alpha is laid over white, in 8 bits and in 16.
    #[test]
    fn alpha_is_laid_over_white(pixel in any::<[u8; 4]>()) {
        let picture = DynamicImage::ImageRgba8(RgbaImage::from_pixel(3, 2, Rgba(pixel)));
        let [red, green, blue, alpha] = pixel.map(f64::from);
        let over = |light: f64| (light * alpha / 255.0 + 255.0 - alpha).round() as u8;
        let expected = Rgb([over(red), over(green), over(blue)]);
        for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Qoi, ImageFormat::Ico] {
            let decoded = read(&sound::encode(&picture, format));
            assert_near(&decoded.pixels, |_, _| expected, 1, &format!("{format:?}"));
            prop_assert!(decoded.facts.has_alpha, "{:?}", format);
        }
        let wide = sound::encode(&DynamicImage::ImageRgba16(picture.to_rgba16()), ImageFormat::Png);
        assert_near(&read(&wide).pixels, |_, _| expected, 1, "16 bits");
    }

    /// Grey means three equal channels.
    #[test]
    fn grey_is_spread(level in any::<u8>()) {
        let picture = DynamicImage::ImageLuma8(image::GrayImage::from_pixel(5, 4, image::Luma([level])));
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Tiff, ImageFormat::Pnm, ImageFormat::Bmp] {
            let decoded = read(&sound::encode(&picture, format));
            assert_near(&decoded.pixels, |_, _| Rgb([level; 3]), 1, &format!("{format:?}"));
        }
    }
}

/// Every sampling that is accepted gives the right colours, in each process and scan order.
#[test]
fn jpeg_samplings_decode_to_their_colours() {
    for (across, down) in [1, 2, 4].into_iter().flat_map(|h| [1, 2, 4].map(|v| (h, v))) {
        for (is_progressive, is_interleaved) in [(false, true), (false, false), (true, true), (true, false)] {
            for (width, height) in [(1, 1), (8, 8), (15, 17), (37, 29), (130, 70)] {
                let luma = |x, y| (60 + 9 * (x % 8) + 13 * (y % 5)) as u8;
                let channels = vec![
                    Channel::new(1, (across, down), luma),
                    Channel::new(2, (1, 1), |_, _| 100),
                    Channel::new(3, (1, 1), |_, _| 160),
                ];
                let sketch = Sketch { is_progressive, is_interleaved, ..Sketch::new(width, height, channels) };
                let what = format!(
                    "{across}x{down}, {width}x{height}, progressive {is_progressive}, one scan {is_interleaved}"
                );
                let decoded = read(&sketch.write());
                assert_eq!(decoded.warnings, [], "{what}");
                let expected = |x: u32, y: u32| {
                    let (y, cb, cr) = (f32::from(luma(x / 8, y / 8)), -28.0_f32, 32.0_f32);
                    let rgb = [y + 1.402 * cr, y - 0.344_136 * cb - 0.714_136 * cr, y + 1.772 * cb];
                    Rgb(rgb.map(|light| light.round().clamp(0.0, 255.0) as u8))
                };
                assert_near(&decoded.pixels, expected, 2, &what);
            }
        }
    }
}

#[test]
fn inks_become_the_light_that_they_leave() {
    // As Adobe stores them: 255 is no ink.
    let cases: [([u8; 4], [u8; 3]); 6] = [
        ([255, 255, 255, 255], [255, 255, 255]),
        ([255, 0, 0, 255], [255, 0, 0]),
        ([0, 255, 0, 255], [0, 255, 0]),
        ([0, 0, 255, 128], [0, 0, 128]),
        ([255, 255, 255, 0], [0, 0, 0]),
        ([200, 100, 50, 255], [200, 100, 50]),
    ];
    for (inks, light) in cases {
        for mark in [None, Some(0)] {
            let decoded = read(&flat_jpeg(inks, mark));
            assert_eq!(decoded.facts.pixel_format, "cmyk8");
            assert_near(&decoded.pixels, |_, _| Rgb(light), 1, &format!("{inks:?}, mark {mark:?}"));
        }
        // The same inks as luma and chroma of their complement.
        let [red, green, blue] = [inks[0], inks[1], inks[2]].map(|ink| 255.0 - f32::from(ink));
        let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
        let chroma = |light: f32, weight: f32| (128.0 + (light - luma) / weight).round().clamp(0.0, 255.0) as u8;
        let ycck = [luma.round() as u8, chroma(blue, 1.772), chroma(red, 1.402), inks[3]];
        let decoded = read(&flat_jpeg(ycck, Some(2)));
        assert_near(&decoded.pixels, |_, _| Rgb(light), 3, &format!("{inks:?} as YCCK"));
    }
}

fn flat_jpeg(levels: [u8; 4], mark: Option<u8>) -> Vec<u8> {
    let channels = (1..).zip(levels).map(|(id, level)| Channel::new(id, (1, 1), move |_, _| level)).collect();
    Sketch { before: mark.map(adobe).unwrap_or_default(), ..Sketch::new(8, 8, channels) }.write()
}

#[test]
fn rgb_jpegs_are_not_taken_for_luma_and_chroma() {
    let mut sketch = Sketch::flat(8, 8, &[|_, _| 200, |_, _| 100, |_, _| 50]);
    sketch.before = adobe(0);
    assert_near(&read(&sketch.write()).pixels, |_, _| Rgb([200, 100, 50]), 1, "Adobe's mark");
    sketch.before = Vec::new();
    for (channel, name) in sketch.channels.iter_mut().zip(*b"RGB") {
        channel.id = name;
    }
    assert_near(&read(&sketch.write()).pixels, |_, _| Rgb([200, 100, 50]), 1, "channels named R, G and B");
}

/// Display P3 to sRGB by the definition of both (CSS Color 4), 8 bits.
fn p3_to_srgb(color: [u8; 3]) -> Rgb<u8> {
    let linear = color.map(|c| {
        let c = f64::from(c) / 255.0;
        if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    });
    const MATRIX: [[f64; 3]; 3] =
        [[1.224_940, -0.224_940, 0.0], [-0.042_057, 1.042_057, 0.0], [-0.019_638, -0.078_636, 1.098_273]];
    Rgb(MATRIX.map(|row| {
        let c = row.iter().zip(linear).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0);
        let c = if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
        (c * 255.0).round() as u8
    }))
}

#[test]
fn profiles_are_applied_where_they_are_seen() {
    let stored = RgbImage::from_fn(16, 16, |x, y| Rgb([(x * 17) as u8, (y * 17) as u8, 90]));
    let p3 = ColorProfile::new_display_p3().encode().expect("a profile");
    let srgb = ColorProfile::new_srgb().encode().expect("a profile");
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Jpeg] {
        let tolerance = if format == ImageFormat::Jpeg { 8 } else { 2 };
        let decoded = read(&encode(&stored, format, None, Some(p3.clone())));
        assert_eq!(decoded.warnings, [], "{format:?}");
        assert_eq!(decoded.facts.color_profile.as_deref(), Some("Display P3"));
        let plain = read(&encode(&stored, format, None, None)).pixels;
        assert_near(&decoded.pixels, |x, y| p3_to_srgb(plain.get_pixel(x, y).0), tolerance, &format!("{format:?}"));
        // One that says what is meant anyway changes nothing at all.
        assert_eq!(read(&encode(&stored, format, None, Some(srgb.clone()))).pixels, plain, "{format:?}");
    }
    let grey =
        png::with_chunks(&[png::profile_chunk(&ColorProfile::new_gray_with_gamma(1.0).encode().expect("a profile"))]);
    let codes: Vec<String> = read(&grey).warnings.into_iter().map(|warning| warning.code).collect();
    assert_eq!(codes, ["color_profile_ignored"], "a grey profile on colours");
}

#[test]
fn the_camera_speaks_and_the_place_is_only_told_of() {
    let at = data_at(9);
    let text = |tag, text: &str, place: u32| Entry(tag, 2, text.len() as u32, place);
    let mut data = Vec::new();
    let mut put = |bytes: &[u8]| {
        let place = at + data.len() as u32;
        data.extend_from_slice(bytes);
        place
    };
    let make = put(b"Maker Inc.\0");
    let model = put(b"Model\x07 7\0\0");
    let time = put(b"2026:11:24 10:15:00\0");
    let exposure = put(&[1_u32.to_le_bytes(), 250_u32.to_le_bytes()].concat());
    let aperture = put(&[28_u32.to_le_bytes(), 10_u32.to_le_bytes()].concat());
    let length = put(&[50_u32.to_le_bytes(), 0_u32.to_le_bytes()].concat());
    let details = put(&[]);
    // A directory of its own: five entries.
    let child = [
        Entry(0x829a, 5, 1, exposure),
        Entry(0x829d, 5, 1, aperture),
        Entry(0x8827, 3, 1, 400),
        text(0x9003, "2026:11:24 10:15:00\0", time),
        Entry(0x920a, 5, 1, length),
    ];
    put(&tiff(&child, 0, &[])[8..]);
    let place = put(&tiff(&[Entry(2, 5, 3, make)], 0, &[])[8..]);
    let block = exif(
        &[
            text(0x10f, "Maker Inc.\0", make),
            text(0x110, "Model\x07 7\0\0", model),
            Entry(0x112, 3, 1, 1),
            Entry(0x131, 2, 4, 0),
            text(0x132, "2026:11:24 10:15:00\0", time),
            Entry(0x8769, 4, 1, details),
            Entry(0x8825, 4, 1, place),
            Entry(0x213, 3, 1, 1),
            Entry(0x128, 3, 1, 2),
        ],
        &data,
    );
    let decoded = read(&encode(&sound::pattern(8, 8), ImageFormat::Jpeg, Some(block), None));
    let camera = decoded.facts.camera.expect("a camera");
    assert_eq!(camera.make.as_deref(), Some("Maker Inc."));
    assert_eq!(camera.model.as_deref(), Some("Model 7"));
    assert_eq!(camera.taken_at.as_deref(), Some("2026-11-24T10:15:00"));
    assert_eq!(camera.exposure_seconds, Some(0.004));
    assert_eq!(camera.f_number, Some(2.8));
    assert_eq!(camera.iso, Some(400));
    assert_eq!(camera.focal_length_mm, None, "a length over zero is none");
    assert_eq!(camera.software, None, "four zeros are no name");
    assert!(decoded.facts.has_location);
    let without = read(&encode(&sound::pattern(8, 8), ImageFormat::Jpeg, None, None)).facts;
    assert!(!without.has_location && without.camera.is_none());
    let xmp = segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<rdf:Description exif:GPSLatitude=\"1\"/>");
    let jpeg = sound::picture(8, 8, ImageFormat::Jpeg);
    assert!(read(&[&jpeg[..2], &xmp, &jpeg[2..]].concat()).facts.has_location, "in XMP");
}

#[test]
fn refused_formats_are_named_with_advice() {
    let cases: [(&[u8], &str, &str); 6] = [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC", "JPEG"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1avif", "AVIF", "PNG"),
        (b"<svg xmlns='x'/>", "SVG", "PNG"),
        (b"%PDF-1.4", "PDF", "PNG"),
        (b"\xff\x0a\x00\x00", "JPEG XL", "JPEG"),
        (b"\x1a\x45\xdf\xa3webm", "video", "still"),
    ];
    for (bytes, name, advice) in cases {
        let error = decode(bytes).expect_err("a refusal");
        assert_eq!(error.code(), ErrorCode::UnsupportedFormat);
        let message = error.to_string();
        assert!(message.contains(name) && message.contains(advice), "{message}");
    }
    let text = decode(b"Dear diary").expect_err("a refusal");
    assert!(
        matches!(text, AnalyzeError::UnsupportedFormat { .. }) && text.to_string().ends_with("it is text"),
        "{text}"
    );
}

#[test]
fn facts_tell_the_format_the_depth_and_the_frames() {
    let expected = [
        ("pattern.jpg", "jpeg", "rgb8", 1),
        ("pattern.png", "png", "rgb8", 1),
        ("pattern.webp", "webp", "rgb8", 1),
        ("pattern.gif", "gif", "indexed", 1),
        ("pattern.bmp", "bmp", "rgb8", 1),
        ("pattern.tiff", "tiff", "rgb8", 1),
        ("pattern.qoi", "qoi", "rgb8", 1),
        ("pattern.ppm", "pnm", "rgb8", 1),
        ("grey.jpg", "jpeg", "l8", 1),
        ("cmyk.jpg", "jpeg", "cmyk8", 1),
        ("grey16.png", "png", "l16", 1),
        ("rgba16.png", "png", "rgba16", 1),
        ("bits.png", "png", "l1", 1),
        ("palette.png", "png", "indexed", 1),
        ("grey16.tiff", "tiff", "l16", 1),
        ("bits.pbm", "pnm", "l1", 1),
        ("alpha.pam", "pnm", "rgba8", 1),
    ];
    let pictures = sound::all();
    for (name, format, pixels, frames) in expected {
        let (_, bytes) = pictures.iter().find(|(other, _)| other == name).expect("a sound picture of this name");
        let facts = read(bytes).facts;
        let got = (facts.format.as_str(), facts.pixel_format.as_str(), facts.frames, facts.bytes);
        assert_eq!(got, (format, pixels, frames, bytes.len() as u64), "{name}");
    }
}

#[test]
fn small_pictures_of_the_rarer_kinds_have_the_right_pixels() {
    let pictures = sound::all();
    let pixels = |name: &str| {
        let (_, bytes) = pictures.iter().find(|(other, _)| other == name).expect("a sound picture of this name");
        read(bytes).pixels.into_raw()
    };
    // Nine values: 0, 9 of 9, 1 to 6 of 9.
    assert_eq!(pixels("text.ppm"), [0, 0, 0, 255, 255, 255, 28, 57, 85, 113, 142, 170]);
    // One is black; the ninth pixel of a row is in its second byte.
    let bits = [0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255, 0, 255].map(|level| [level; 3]);
    assert_eq!(pixels("bits.pbm"), bits.concat());
    assert_eq!(pixels("alpha.pam"), [255, 127, 127, 0, 255, 0]);
    // Half of red over white, green, blue.
    assert_eq!(pixels("palette.png"), [255, 127, 127, 0, 255, 0, 0, 0, 255]);
    let jpeg = pixels("jpeg.tiff");
    assert_eq!((jpeg[0], jpeg[8 * 3], jpeg[8 * 16 * 3]), (90, 110, 120));
    assert_eq!(pixels("packbits.tiff")[..3], [7; 3]);
    assert_eq!(pixels("packbits.tiff")[255 * 3..], [200; 3]);
}

#[test]
fn profiles_of_every_kind_are_applied() {
    let names = [
        "grey_gamma.jpg",
        "grey_table.jpg",
        "rgb_gamma.jpg",
        "rgb_formula.jpg",
        "rgb_curve.jpg",
        "rgb_table8.jpg",
        "rgb_table16.jpg",
        "rgb_parts.jpg",
        "inks_table8.jpg",
        "inks_parts.jpg",
    ];
    let pictures = sound::all();
    for name in names {
        let (_, bytes) = pictures.iter().find(|(other, _)| other == name).expect("a sound picture of this name");
        let decoded = read(bytes);
        let warnings: Vec<&str> = decoded.warnings.iter().map(|warning| warning.code.as_str()).collect();
        assert!(warnings.is_empty(), "{name}: {warnings:?}");
        assert_eq!(decoded.pixels.dimensions(), (24, 24), "{name}");
    }
}
