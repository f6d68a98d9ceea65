//! The picture that times are measured with: always the same 12 megapixels, made from one that may be shipped.

use std::path::Path;

use anyhow::{Context, Result};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};

const WIDTH: u32 = 4000;
const HEIGHT: u32 = 3000;
/// What cameras write.
const QUALITY: u8 = 92;
/// A sensor's noise in daylight, in levels of 256: without it an enlarged picture would be too easy to decode.
const NOISE: u32 = 9;

/// Enlarges a picture, adds noise, and encodes it.
pub fn twelve_megapixels(source: &Path) -> Result<Vec<u8>> {
    let small = image::open(source).with_context(|| source.display().to_string())?.into_rgb8();
    let mut large = resize(&small, WIDTH, HEIGHT, FilterType::CatmullRom);
    let mut state = 1_u32;
    for value in large.iter_mut() {
        // Marsaglia's xorshift: the same on every machine.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let noise = (state % NOISE) as i16 - (NOISE / 2) as i16;
        *value = (i16::from(*value) + noise).clamp(0, 255) as u8;
    }
    let mut encoded = Vec::new();
    JpegEncoder::new_with_quality(&mut encoded, QUALITY).encode_image(&large)?;
    Ok(encoded)
}
