//! Decoded samples to 8-bit sRGB without alpha: colour profiles where they change what is seen, inks, 16 bits, grey.
//!
//! Profiles are applied to the colours first; then transparent parts are laid over white, as a page would show them.

use image::RgbImage;

use crate::error::AnalyzeError;

use super::header::Icc;
use super::icc::{Profile, Space, Transform};
use super::raster::{Raster, Samples, too_much_memory};

/// A profile that moves no probe colour by more than this, in 8-bit levels, is as good as sRGB and costs nothing.
const INVISIBLE_LEVELS: u8 = 3;

/// A picture in sRGB and what is to be told of its profile.
pub(super) struct Converted {
    pub(super) pixels: RgbImage,
    /// The profile's own name.
    pub(super) profile_name: Option<String>,
    /// Why a profile was not applied.
    pub(super) ignored: Option<String>,
}

/// How the colours of a picture are stored, without its alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channels {
    Grey,
    Rgb,
    InvertedCmyk,
}

impl Channels {
    fn of(samples: Samples) -> Self {
        match samples {
            Samples::L8 | Samples::La8 | Samples::L16 | Samples::La16 => Self::Grey,
            Samples::Rgb8 | Samples::Rgba8 | Samples::Rgb16 | Samples::Rgba16 => Self::Rgb,
            Samples::InvertedCmyk8 => Self::InvertedCmyk,
        }
    }

    fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::InvertedCmyk => 4,
        }
    }

    fn space(self) -> Space {
        match self {
            Self::Grey => Space::Grey,
            Self::Rgb => Space::Rgb,
            Self::InvertedCmyk => Space::Cmyk,
        }
    }
}

/// Converts a raster, with its embedded profile if there is one.
pub(super) fn to_srgb(raster: Raster, icc: Option<&Icc>) -> Result<Converted, AnalyzeError> {
    let channels = Channels::of(raster.samples);
    let mut profile_name = None;
    let (transform, ignored) = match icc {
        None => (None, None),
        Some(Icc::Broken(why)) => (None, Some((*why).to_owned())),
        Some(Icc::Bytes(bytes)) => match Profile::read(bytes) {
            None => (None, Some("it is damaged".to_owned())),
            Some(profile) => {
                profile_name = name(&profile);
                match transform(&profile, channels) {
                    Ok(transform) => (transform, None),
                    Err(why) => (None, Some(why.to_owned())),
                }
            }
        },
    };
    let pixels = convert(raster, channels, transform.as_ref())?;
    Ok(Converted { pixels, profile_name, ignored })
}

/// The way from a profile to sRGB; `None` if nobody would see it.
fn transform(profile: &Profile<'_>, channels: Channels) -> Result<Option<Transform>, &'static str> {
    if profile.space() != Some(channels.space()) {
        return Err("it is made for pixels of another kind");
    }
    let transform = profile.to_srgb().ok_or("it cannot be applied")?;
    Ok(changes_colors(&transform, channels).then_some(transform))
}

/// Whether a transform moves any colour of a grid visibly. Inks always have to be converted.
fn changes_colors(transform: &Transform, channels: Channels) -> bool {
    const LEVELS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    let probes: Vec<[u8; 3]> = match channels {
        Channels::InvertedCmyk => return true,
        Channels::Grey => (0..=255).map(|level| [level; 3]).collect(),
        Channels::Rgb => LEVELS
            .iter()
            .flat_map(|&red| LEVELS.iter().flat_map(move |&green| LEVELS.iter().map(move |&blue| [red, green, blue])))
            .collect(),
    };
    let source: Vec<u8> = probes.iter().flat_map(|probe| probe.iter().take(channels.count())).copied().collect();
    let mut target = vec![0; probes.len() * 3];
    transform.convert(&source, &mut target);
    probes.iter().flatten().zip(&target).any(|(from, to)| from.abs_diff(*to) > INVISIBLE_LEVELS)
}

fn name(profile: &Profile<'_>) -> Option<String> {
    let text = profile.name()?;
    let shown: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

fn convert(raster: Raster, channels: Channels, transform: Option<&Transform>) -> Result<RgbImage, AnalyzeError> {
    let Raster { width, height, samples, data } = raster;
    if samples == Samples::Rgb8 && transform.is_none() {
        return RgbImage::from_raw(width, height, data).ok_or_else(too_much_memory);
    }
    let mut pixels = RgbImage::new(width, height);
    let row_bytes = width as usize * samples.bytes_per_px();
    let mut colors = Vec::new();
    let mut alphas = Vec::new();
    for (source, target) in data.chunks_exact(row_bytes).zip(pixels.chunks_exact_mut(width as usize * 3)) {
        split_row(source, samples, &mut colors, &mut alphas);
        match transform {
            Some(transform) => {
                if channels == Channels::InvertedCmyk {
                    colors.iter_mut().for_each(|ink| *ink = 255 - *ink);
                }
                transform.convert(&colors, target);
            }
            None => spread_row(&colors, channels, target),
        }
        if !alphas.is_empty() {
            lay_over_white(target, &alphas);
        }
    }
    Ok(pixels)
}

/// Takes a row apart into 8-bit colours and alphas; pictures without alpha leave the latter empty.
fn split_row(source: &[u8], samples: Samples, colors: &mut Vec<u8>, alphas: &mut Vec<u8>) {
    colors.clear();
    alphas.clear();
    let is_wide = matches!(samples, Samples::L16 | Samples::La16 | Samples::Rgb16 | Samples::Rgba16);
    let has_alpha = matches!(samples, Samples::La8 | Samples::Rgba8 | Samples::La16 | Samples::Rgba16);
    let count = Channels::of(samples).count();
    for pixel in source.chunks_exact(samples.bytes_per_px()) {
        if is_wide {
            let mut values = pixel.chunks_exact(2).map(|pair| {
                let value = pair.first_chunk::<2>().map_or(0, |pair| u16::from_ne_bytes(*pair));
                // 65 535 is 257 × 255: the nearest of 256 levels.
                ((u32::from(value) + 128) / 257) as u8
            });
            colors.extend(values.by_ref().take(count));
            alphas.extend(values);
        } else {
            let (color, alpha) = pixel.split_at(count.min(pixel.len()));
            colors.extend_from_slice(color);
            if has_alpha {
                alphas.extend_from_slice(alpha);
            }
        }
    }
}

/// Grey to three equal channels, inks to the light that they leave (without a profile there is no better answer).
fn spread_row(colors: &[u8], channels: Channels, target: &mut [u8]) {
    match channels {
        Channels::Rgb => target.copy_from_slice(colors),
        Channels::Grey => {
            for (pixel, &grey) in target.chunks_exact_mut(3).zip(colors) {
                pixel.fill(grey);
            }
        }
        Channels::InvertedCmyk => {
            for (pixel, inks) in target.chunks_exact_mut(3).zip(colors.chunks_exact(4)) {
                if let [inks @ .., black] = inks {
                    for (light, &ink) in pixel.iter_mut().zip(inks) {
                        *light = scale(ink, *black);
                    }
                }
            }
        }
    }
}

/// `a × b` of two shares of 255, rounded.
fn scale(a: u8, b: u8) -> u8 {
    ((u32::from(a) * u32::from(b) + 127) / 255) as u8
}

fn lay_over_white(row: &mut [u8], alphas: &[u8]) {
    for (pixel, &alpha) in row.chunks_exact_mut(3).zip(alphas) {
        for light in pixel {
            let (light_part, white_part) = (u32::from(*light) * u32::from(alpha), 255 * (255 - u32::from(alpha)));
            *light = ((light_part + white_part + 127) / 255) as u8;
        }
    }
}
