//! What the camera wrote: facts of the picture's making, its orientation, and whether a place is among it (never which).

use std::borrow::Cow;

use exif::{Exif, In, Reader, Tag, Value};
use image::metadata::Orientation;

use crate::report::Camera;

use super::header::Header;

/// The longest text that is told; camera names are far shorter.
const MAX_TEXT_CHARS: usize = 120;

pub(super) struct Metadata {
    pub(super) orientation: Orientation,
    pub(super) camera: Option<Camera>,
    pub(super) has_location: bool,
    /// A part could not be read.
    pub(super) broken: bool,
}

/// Reads what a header's blocks say. Broken ones cost their facts, never the picture.
pub(super) fn read(header: &mut Header) -> Metadata {
    let parsed = header.exif.take().map(parse);
    let broken = matches!(parsed, Some((_, true)));
    let exif = parsed.and_then(|(exif, _)| exif);
    Metadata {
        orientation: exif.as_ref().and_then(orientation).unwrap_or(Orientation::NoTransforms),
        camera: exif.as_ref().map(camera).filter(|camera| *camera != Camera::default()),
        has_location: exif.as_ref().is_some_and(has_location) || header.xmp.is_some_and(mentions_location),
        broken,
    }
}

/// As much as can be parsed, and whether something could not.
fn parse(block: Cow<[u8]>) -> (Option<Exif>, bool) {
    match Reader::new().continue_on_error(true).read_raw(block.into_owned()) {
        Ok(exif) => (Some(exif), false),
        Err(exif::Error::PartialResult(partial)) => (Some(partial.into_inner().0), true),
        Err(_) => (None, true),
    }
}

fn orientation(exif: &Exif) -> Option<Orientation> {
    let value = exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

fn camera(exif: &Exif) -> Camera {
    let positive = |value: f64| (value.is_finite() && value > 0.0).then_some(value as f32);
    let number = |tag| rational(exif, tag).and_then(positive);
    Camera {
        make: text(exif, Tag::Make),
        model: text(exif, Tag::Model),
        lens: text(exif, Tag::LensModel),
        taken_at: text(exif, Tag::DateTimeOriginal)
            .or_else(|| text(exif, Tag::DateTime))
            .and_then(|time| iso_time(&time)),
        exposure_seconds: number(Tag::ExposureTime),
        f_number: number(Tag::FNumber),
        iso: exif
            .get_field(Tag::PhotographicSensitivity, In::PRIMARY)
            .and_then(|field| field.value.get_uint(0))
            .filter(|&iso| iso > 0),
        focal_length_mm: number(Tag::FocalLength),
        software: text(exif, Tag::Software),
    }
}

/// A text without what cannot be shown; blank ones count as absent.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let line = String::from_utf8_lossy(lines.first()?);
    let shown: String = line.chars().filter(|c| !c.is_control() && *c != '\u{fffd}').take(MAX_TEXT_CHARS).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

fn rational(exif: &Exif, tag: Tag) -> Option<f64> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Rational(values) => values.first().map(exif::Rational::to_f64),
        Value::SRational(values) => values.first().map(exif::SRational::to_f64),
        _ => None,
    }
}

/// `2026:11:24 10:15:00` as `2026-11-24T10:15:00`; what is no time of day of any date is left out.
fn iso_time(exif_time: &str) -> Option<String> {
    let (date, time) = exif_time.split_once(' ')?;
    let numbers = |text: &str| text.split(':').map(|part| part.trim().parse::<u32>().ok()).collect::<Option<Vec<_>>>();
    let (date, time) = (numbers(date)?, numbers(time)?);
    let (&[year, month, day], &[hour, minute, second]) = (date.as_slice(), time.as_slice()) else { return None };
    let is_real = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    is_real.then(|| format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
}

fn has_location(exif: &Exif) -> bool {
    [Tag::GPSLatitude, Tag::GPSLongitude, Tag::GPSDestLatitude, Tag::GPSDestLongitude]
        .into_iter()
        .any(|tag| exif.fields().any(|field| field.tag == tag))
}

fn mentions_location(xmp: &[u8]) -> bool {
    const NEEDLE: &[u8] = b"exif:GPSL";
    xmp.windows(NEEDLE.len()).any(|window| window == NEEDLE)
}
