//! Sound pixels with broken metadata: EXIF that leads nowhere or in circles, colour profiles that cannot be.

use image::ImageFormat;

use super::jpeg::{Sketch, adobe, segment};
use super::tiff::{Entry, data_at, file as exif_block};
use super::{BadInput, noise, png, sound};

const BROKEN_EXIF: &[&str] = &["metadata_broken"];
const IGNORED_PROFILE: &[&str] = &["color_profile_ignored"];

/// A sound JPEG with segments after its start.
fn jpeg_with(segments: &[Vec<u8>]) -> Vec<u8> {
    let sound = sound::picture(32, 24, ImageFormat::Jpeg);
    let (start, rest) = sound.split_at(2);
    [start, &segments.concat(), rest].concat()
}

fn with_exif(block: &[u8]) -> Vec<u8> {
    jpeg_with(&[segment(0xe1, &[b"Exif\0\0".as_slice(), block].concat())])
}

fn with_profile(profile: &[u8]) -> Vec<u8> {
    jpeg_with(&[profile_part(1, 1, profile)])
}

pub(super) fn profile_part(number: u8, count: u8, data: &[u8]) -> Vec<u8> {
    segment(0xe2, &[b"ICC_PROFILE\0".as_slice(), &[number, count], data].concat())
}

/// The header of a profile for the given pixels, with a count of tags that is not true.
fn profile_header(space: &[u8; 4], claimed_bytes: u32, tags: u32) -> Vec<u8> {
    let mut profile = vec![0; 132];
    let mut put = |at: usize, bytes: &[u8]| {
        profile.splice(at..at + bytes.len(), bytes.iter().copied());
    };
    put(0, &claimed_bytes.to_be_bytes());
    put(8, &[4, 0x30, 0, 0]);
    put(12, b"mntr");
    put(16, space);
    put(20, b"XYZ ");
    put(36, b"acsp");
    put(128, &tags.to_be_bytes());
    profile
}

fn exif_cases() -> Vec<BadInput> {
    const ORIENTATION: u16 = 0x112;
    const EXIF: u16 = 0x8769;
    const GPS: u16 = 0x8825;
    let one = |entry: Entry, next: u32| exif_block(&[entry], next, &[]);
    let many: Vec<Entry> = (0..5_000).map(|tag| Entry(tag, 3, 1, 1)).collect();
    let chain: Vec<u8> = {
        // Each directory is empty and names the next one, six bytes on.
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        for at in 0..2_000_u32 {
            bytes.extend_from_slice(&[0, 0]);
            bytes.extend_from_slice(&(8 + 6 * (at + 1)).to_le_bytes());
        }
        bytes
    };
    let located = exif_block(
        &[Entry(GPS, 4, 1, data_at(1))],
        0,
        b"\x01\0\x02\0\x05\0\x03\0\0\0\x26\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    );
    vec![
        BadInput::read("exif_noise.jpg", BROKEN_EXIF, with_exif(&noise(500, 12))),
        BadInput::read("exif_empty.jpg", BROKEN_EXIF, with_exif(&[])),
        BadInput::read("exif_cut.jpg", BROKEN_EXIF, with_exif(b"II*\0\x08\0\0\0\x05\0\x12\x01")),
        BadInput::read("exif_far.jpg", BROKEN_EXIF, with_exif(b"MM\0*\xff\xff\xff\xf0")),
        BadInput::read("exif_next_is_itself.jpg", BROKEN_EXIF, with_exif(&one(Entry(ORIENTATION, 3, 1, 1), 8))),
        BadInput::read("exif_child_is_parent.jpg", BROKEN_EXIF, with_exif(&one(Entry(EXIF, 4, 1, 8), 0))),
        BadInput::read("exif_place_is_parent.jpg", BROKEN_EXIF, with_exif(&one(Entry(GPS, 4, 1, 8), 0))),
        BadInput::read("exif_chain.jpg", BROKEN_EXIF, with_exif(&chain)),
        BadInput::read("exif_4_billion_values.jpg", BROKEN_EXIF, with_exif(&one(Entry(0x10f, 2, u32::MAX, 8), 0))),
        BadInput::read(
            "exif_65535_entries.jpg",
            BROKEN_EXIF,
            with_exif(b"II*\0\x08\0\0\0\xff\xff\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"),
        ),
        BadInput::read("exif_many_entries.jpg", &[], with_exif(&exif_block(&many, 0, &[]))),
        BadInput::read("exif_orientation_99.jpg", &[], with_exif(&one(Entry(ORIENTATION, 3, 1, 99), 0))),
        BadInput::read("exif_orientation_text.jpg", &[], with_exif(&one(Entry(ORIENTATION, 2, 4, 0x0036_3636), 0))),
        BadInput::read("exif_location.jpg", &[], with_exif(&located)),
        BadInput::read("exif_noise.png", BROKEN_EXIF, png::with_chunks(&[png::chunk(b"eXIf", &noise(300, 13))])),
    ]
}

fn profile_cases() -> Vec<BadInput> {
    let inks = |profile: &[u8]| {
        let slope: fn(u32, u32) -> u8 = |x, y| (60 + 9 * x + 7 * y) as u8;
        let before = [adobe(0), profile_part(1, 1, profile)].concat();
        Sketch { before, ..Sketch::flat(24, 24, &[slope, slope, slope, slope]) }.write()
    };
    vec![
        BadInput::read("icc_noise.jpg", IGNORED_PROFILE, with_profile(&noise(3_000, 21))),
        BadInput::read("icc_empty.jpg", IGNORED_PROFILE, with_profile(&[])),
        BadInput::read("icc_4_gigabytes.jpg", IGNORED_PROFILE, with_profile(&profile_header(b"RGB ", u32::MAX, 9))),
        BadInput::read(
            "icc_4_billion_tags.jpg",
            IGNORED_PROFILE,
            with_profile(&profile_header(b"RGB ", 132, u32::MAX)),
        ),
        BadInput::read("icc_no_tags.jpg", IGNORED_PROFILE, with_profile(&profile_header(b"RGB ", 132, 0))),
        BadInput::read("icc_for_inks.jpg", IGNORED_PROFILE, with_profile(&profile_header(b"CMYK", 132, 0))),
        BadInput::read(
            "icc_part_missing.jpg",
            IGNORED_PROFILE,
            jpeg_with(&[profile_part(1, 3, b"abc"), profile_part(3, 3, b"def")]),
        ),
        BadInput::read("icc_part_0.jpg", IGNORED_PROFILE, jpeg_with(&[profile_part(0, 0, &noise(200, 2))])),
        BadInput::read(
            "icc_1000_parts.jpg",
            IGNORED_PROFILE,
            jpeg_with(&[profile_part(7, 255, &noise(900, 2)).repeat(1_000)]),
        ),
        BadInput::read("icc_inks_noise.jpg", IGNORED_PROFILE, inks(&noise(3_000, 22))),
        BadInput::read("icc_inks_for_screen.jpg", IGNORED_PROFILE, inks(&profile_header(b"RGB ", 132, 0))),
        BadInput::read("icc_noise.png", IGNORED_PROFILE, png::with_chunks(&[png::profile_chunk(&noise(2_000, 23))])),
    ]
}

pub(super) fn cases() -> Vec<BadInput> {
    [exif_cases(), profile_cases()].concat()
}
