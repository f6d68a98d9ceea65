//! What is no picture at all, or one of a kind that is refused by name.

use crate::error::ErrorCode::{BadFile, TooLarge, UnsupportedFormat};
use crate::limits::MAX_IMAGE_BYTES;

use super::{BadInput, noise, sound};

/// An ISO base media file that says no more than its brand.
fn base_media(brand: &[u8; 4]) -> Vec<u8> {
    [b"\0\0\0\x18ftyp".as_slice(), brand, b"\0\0\0\0mif1", brand, &noise(200, 9)].concat()
}

pub(super) fn cases() -> Vec<BadInput> {
    let unsupported: &[(&str, &[u8])] = &[
        ("one_byte.png", b"\x89"),
        ("zeros.jpg", &[0; 1_000]),
        ("ones.jpg", &[0xff; 1_000]),
        ("text.jpg", b"This is a shopping list: milk, bread, two dozen eggs.\n"),
        ("bmw.bmp", b"BMW makes motor cars and motor cycles in Munich."),
        ("page.png", b"<!DOCTYPE html><html><body><img src=cat.jpg></body></html>"),
        ("data.webp", b"{\"picture\": \"no\"}"),
        ("archive.png", b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml"),
        ("program.gif", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0"),
        (
            "vector.jpg",
            b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>",
        ),
        (
            "vector_with_prolog.png",
            b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg width=\"65535\" height=\"65535\"/>",
        ),
        (
            "vector_entities.svg",
            b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><svg>&b;</svg>",
        ),
        ("paper.jpg", b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF"),
        ("layers.psd", b"8BPS\0\x01\0\0\0\0\0\0\0\x03\0\0\0\x10\0\0\0\x10\0\x08\0\x03"),
        ("codestream.jxl", b"\xff\x0a\xfa\x1f\x01\x91\x08\x06\x01\0\x4b\x38"),
        ("container.jxl", b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl "),
        ("old.jp2", b"\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 \0\0\0\0jp2 "),
        ("film.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01webm"),
        ("film.avi", b"RIFF\x24\0\0\0AVI LIST\x10\0\0\0hdrlavih"),
        ("sound.webp", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"),
        ("print.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("large.tiff", b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0"),
        ("raw.cr2", b"II*\0\x10\0\0\0CR\x02\0\0\0\0\0"),
        ("raw.raf", b"FUJIFILMCCD-RAW 0201FF383501"),
        ("pointer.cur", b"\0\0\x02\0\x01\0\x01\x01\0\0\0\0\0\0\x04\0\0\0\x16\0\0\0\0\0\0\0"),
        ("light.exr", b"\x76\x2f\x31\x01\x02\0\0\0channels\0chlist\0"),
        ("light.hdr", b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n"),
        ("no_entries.ico", b"\0\0\x01\0\0\0"),
        ("wrong_magic.jpg", b"\xff\xd7\xff\xe0\0\x10JFIF\0\x01\x01"),
        ("wrong_magic.png", b"\x89PNX\r\n\x1a\n\0\0\0\x0dIHDR"),
        ("line_ends.png", b"\x89PNG\n\x1a\n\0\0\0\x0dIHDR"),
        ("wrong_magic.gif", b"GIF90a\x01\0\x01\0\0\0\0"),
        ("wrong_magic.webp", b"RIFF\x10\0\0\0WEBX"),
        ("wrong_magic.tiff", b"IM*\0\x08\0\0\0"),
    ];
    let mut cases: Vec<BadInput> =
        unsupported.iter().map(|&(name, bytes)| BadInput::refused(name, UnsupportedFormat, bytes)).collect();
    let brands: &[(&str, &[u8; 4])] = &[
        ("phone.heic", b"heic"),
        ("phone.jpg", b"mif1"),
        ("burst.heics", b"hevc"),
        ("small.avif", b"avif"),
        ("film.mp4", b"isom"),
        ("film.mov", b"qt  "),
        ("raw.cr3", b"crx "),
    ];
    cases.extend(brands.iter().map(|&(name, brand)| BadInput::refused(name, UnsupportedFormat, base_media(brand))));
    let mut random = noise(5_000, 77);
    random.splice(..2, *b"\x13\x37");
    cases.push(BadInput::refused("noise.jpg", UnsupportedFormat, random));
    cases.push(BadInput::refused("empty.jpg", BadFile, []));
    let mut too_large = sound::picture(8, 8, image::ImageFormat::Jpeg);
    too_large.resize(MAX_IMAGE_BYTES + 1, 0);
    cases.push(BadInput::refused("too_large.jpg", TooLarge, too_large));
    cases
}
