//! Facts that need no model: colours, light, sharpness, noise, what kind of picture it is, its perceptual hash.
//!
//! Everything here is made of integer and basic floating-point operations, which round alike on every platform, so that
//! the browser and the server name the same colour for the same pixels. A large picture is averaged down once
//! ([`scale::Views`]); only what lives in single pixels (noise, clipping, flat areas) is sampled at full size.

use image::RgbImage;

use crate::report::{ColorName, ImageFacts, PictureKind, Quality, Rect, Swatch};

mod hash;
mod kind;
mod light;
pub mod names;
mod noise;
pub mod oklab;
mod palette;
mod points;
mod region;
mod scale;
mod sharpness;

pub mod layout;

/// What the pixels alone tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    pub palette: Vec<Swatch>,
    pub quality: Quality,
}

/// Measures an upright sRGB picture. A picture without pixels gives the default.
pub fn measure(pixels: &RgbImage, facts: &ImageFacts) -> Measures {
    if pixels.width() == 0 || pixels.height() == 0 {
        return Measures::default();
    }
    let views = scale::Views::of(pixels);
    let noise = noise::estimate(pixels);
    let (kind, kind_confidence) = kind::classify(&kind::Features::of(pixels, &views, facts));
    let tones = light::Tones::of(&views.thumbnail);
    let (shadows_clipped, highlights_clipped) = light::clipped(pixels);
    let sharpness = sharpness::estimate(&views.work_luma, noise);
    let quality = Quality {
        kind,
        kind_confidence: round4(kind_confidence),
        brightness: round4(tones.mean),
        contrast: round4(tones.deviation),
        sharpness: round4(sharpness.unwrap_or(0.0)),
        noise: round4(noise),
        colorfulness: round4(light::colorfulness(&views.thumbnail)),
        shadows_clipped: round4(shadows_clipped),
        highlights_clipped: round4(highlights_clipped),
        light: match kind {
            PictureKind::Photo => tones.in_words(highlights_clipped).into(),
            _ => tones.ground_in_words().into(),
        },
        sharpness_word: sharpness::in_words(sharpness).into(),
        perceptual_hash: hash::perceptual(&views.work_luma),
        bright_points: points::count(&views.work_luma),
    };
    Measures { palette: palette::palette(&views.thumbnail), quality }
}

/// The colour of the thing in a box, if its region really has one and its surroundings another; `None` for a mixture.
pub fn region_color(pixels: &RgbImage, bounds: Rect) -> Option<ColorName> {
    region::color(pixels, bounds, region::Part::Middle)
}

/// The colour of what a standing or sitting person in the box wears on the upper body, if it really has one.
pub fn garment_color(pixels: &RgbImage, person: Rect) -> Option<ColorName> {
    region::color(pixels, person, region::Part::Torso)
}

/// Four decimals: what a reader needs, and far coarser than any platform's rounding.
fn round4(value: f32) -> f32 {
    (value * 10_000.0).round() / 10_000.0
}
