//! Which format the bytes are, from the bytes alone; what is recognised but not read is refused by name, with advice.

use crate::error::AnalyzeError;

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
    Ico,
    Qoi,
    Pnm,
}

impl Format {
    /// The name in the report.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
            Self::Gif => "gif",
            Self::Bmp => "bmp",
            Self::Tiff => "tiff",
            Self::Ico => "ico",
            Self::Qoi => "qoi",
            Self::Pnm => "pnm",
        }
    }
}

const SAVE_AS: &str = "save or export it as JPEG, PNG or WebP and try again";
const PHONE: &str =
    "share it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible) or convert it, and try again";
const EXPORT_RAW: &str = "export it as JPEG from the camera's software or a raw converter and try again";
const STILL: &str = "take a still from it (a screenshot will do) and try that";
const DOCUMENT: &str = "export the page or the drawing as PNG or JPEG and try again";

/// Finds the format of the bytes.
pub(super) fn sniff(bytes: &[u8]) -> Result<Format, AnalyzeError> {
    if let Some(format) = readable(bytes) {
        return Ok(format);
    }
    match refused(bytes) {
        Some((name, advice)) => Err(AnalyzeError::RefusedFormat { name, advice }),
        None => Err(AnalyzeError::UnsupportedFormat { hint: hint(bytes).into() }),
    }
}

fn readable(bytes: &[u8]) -> Option<Format> {
    match bytes {
        [0xff, 0xd8, 0xff, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        [b'B', b'M', rest @ ..] if is_bmp(rest) => Some(Format::Bmp),
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] if bytes.get(8..10) != Some(b"CR") => Some(Format::Tiff),
        [0, 0, 1, 0, count, high, ..] if (*count, *high) != (0, 0) => Some(Format::Ico),
        [b'q', b'o', b'i', b'f', ..] => Some(Format::Qoi),
        [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..] => Some(Format::Pnm),
        _ => None,
    }
}

/// "BM" alone begins many texts; the size of the second header tells a picture from them.
fn is_bmp(after_magic: &[u8]) -> bool {
    let size = after_magic.get(12..16).and_then(|size| size.try_into().ok()).map(u32::from_le_bytes);
    match size {
        Some(size) => matches!(size, 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124),
        // Broken off inside its first header: then the two reserved words that are there must be zero.
        None => after_magic.get(4..).is_some_and(|reserved| reserved.iter().take(4).all(|&byte| byte == 0)),
    }
}

fn refused(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some(brand) = bytes.get(4..12).and_then(|start| start.strip_prefix(b"ftyp")) {
        return Some(base_media(brand));
    }
    if let [b'R', b'I', b'F', b'F', _, _, _, _, b'A', b'V', b'I', b' ', ..] = bytes {
        return Some(("AVI video", STILL));
    }
    const MAGICS: &[(&[u8], &str, &str)] = &[
        (&[0xff, 0x0a], "JPEG XL", SAVE_AS),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL", SAVE_AS),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000", SAVE_AS),
        (&[0xff, 0x4f, 0xff, 0x51], "JPEG 2000", SAVE_AS),
        (b"8BPS", "Photoshop", SAVE_AS),
        (b"%PDF-", "PDF", DOCUMENT),
        (b"%!PS", "PostScript", DOCUMENT),
        (b"\xc5\xd0\xd3\xc6", "PostScript", DOCUMENT),
        (b"gimp xcf", "GIMP", SAVE_AS),
        (b"\x76\x2f\x31\x01", "OpenEXR", SAVE_AS),
        (b"#?RADIANCE", "Radiance HDR", SAVE_AS),
        (b"#?RGBE", "Radiance HDR", SAVE_AS),
        (b"DDS ", "DirectDraw surface", SAVE_AS),
        (b"farbfeld", "farbfeld", SAVE_AS),
        (b"icns", "Apple icon", SAVE_AS),
        (b"\0\0\x02\0", "cursor", SAVE_AS),
        (b"II+\0", "BigTIFF", SAVE_AS),
        (b"MM\0+", "BigTIFF", SAVE_AS),
        (b"FUJIFILMCCD-RAW", "camera raw", EXPORT_RAW),
        (b"IIRO", "camera raw", EXPORT_RAW),
        (b"IIRS", "camera raw", EXPORT_RAW),
        (b"MMOR", "camera raw", EXPORT_RAW),
        (b"IIU\0", "camera raw", EXPORT_RAW),
        (b"II\x2a\0", "camera raw", EXPORT_RAW),
        (b"MM\0\x2a", "camera raw", EXPORT_RAW),
        (b"\x1a\x45\xdf\xa3", "Matroska or WebM video", STILL),
        (b"\0\0\x01\xba", "MPEG video", STILL),
        (b"\0\0\x01\xb3", "MPEG video", STILL),
        (b"FLV\x01", "Flash video", STILL),
        (b"\xd7\xcd\xc6\x9a", "Windows metafile", DOCUMENT),
    ];
    let found = MAGICS.iter().find(|(magic, ..)| bytes.starts_with(magic)).map(|&(_, name, advice)| (name, advice));
    found.or_else(|| is_svg(bytes).then_some(("SVG", DOCUMENT)))
}

/// The major brand of an ISO base media file: HEIC, AVIF, a raw or a video.
fn base_media(brand: &[u8]) -> (&'static str, &'static str) {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => ("HEIC", PHONE),
        b"avif" | b"avis" => ("AVIF", SAVE_AS),
        b"crx " => ("camera raw", EXPORT_RAW),
        b"qt  " => ("QuickTime video", STILL),
        _ => ("MP4 video", STILL),
    }
}

/// How far into a text its first element may stand.
const TEXT_PROBE_BYTES: usize = 4096;

fn is_svg(bytes: &[u8]) -> bool {
    let start = text_start(bytes);
    let first_element = start.iter().enumerate().find_map(|(at, &byte)| {
        let next = start.get(at + 1)?;
        (byte == b'<' && !matches!(next, b'?' | b'!')).then(|| start.get(at + 1..).unwrap_or_default())
    });
    start.starts_with(b"<")
        && first_element.is_some_and(|name| name.starts_with(b"svg") || name.starts_with(b"svg:svg"))
}

/// The first bytes without a byte-order mark and white space.
fn text_start(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.get(..TEXT_PROBE_BYTES.min(bytes.len())).unwrap_or_default().trim_ascii_start()
}

/// What the bytes look like, for people who took the wrong one.
fn hint(bytes: &[u8]) -> &'static str {
    let start = text_start(bytes);
    let lower: Vec<u8> = start.iter().take(15).map(u8::to_ascii_lowercase).collect();
    if lower.starts_with(b"<!doctype html") || lower.starts_with(b"<html") {
        return ": it is a web page; save the picture itself and try again";
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\x1f\x8b") {
        return ": it is an archive or an office document; take the picture out of it and try again";
    }
    if bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"MZ") {
        return ": it is a program";
    }
    let is_text = |byte: &u8| *byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r');
    if !start.is_empty() && start.iter().all(is_text) && std::str::from_utf8(bytes).is_ok() {
        return ": it is text";
    }
    ": JPEG, PNG, WebP, GIF, BMP, TIFF, ICO, QOI and PNM are"
}
