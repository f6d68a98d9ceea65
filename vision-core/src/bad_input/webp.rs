//! WebPs: containers put together by hand.

use image::ImageFormat;

use crate::error::ErrorCode::{BadFile, TooManyPixels, TruncatedImage};

use super::{BadInput, noise, sound, truncated};

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if data.len() % 2 == 1 { &[0] } else { &[] };
    [kind.as_slice(), &(data.len() as u32).to_le_bytes(), data, padding].concat()
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    [b"RIFF".as_slice(), &(body.len() as u32 + 4).to_le_bytes(), b"WEBP", &body].concat()
}

fn u24(value: u32) -> [u8; 3] {
    let [a, b, c, _] = value.to_le_bytes();
    [a, b, c]
}

/// The extended header.
fn canvas(flags: u8, width: u32, height: u32) -> Vec<u8> {
    chunk(b"VP8X", &[[flags, 0, 0, 0].as_slice(), &u24(width - 1), &u24(height - 1)].concat())
}

/// The data chunk of a sound lossless picture.
fn lossless(width: u32, height: u32) -> Vec<u8> {
    sound::picture(width, height, ImageFormat::WebP).split_off(12)
}

/// A frame of an animation at the canvas's corner.
fn frame(width: u32, height: u32, picture: &[u8]) -> Vec<u8> {
    let sides = [u24(0), u24(0), u24(width - 1), u24(height - 1), u24(100)].concat();
    chunk(b"ANMF", &[sides.as_slice(), &[0], picture].concat())
}

pub(super) fn cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::WebP);
    let mut cases = truncated(
        "webp",
        "webp",
        &sound,
        &[
            ("after_header", 12),
            ("in_chunk_header", 18),
            ("in_size", 22),
            ("in_data", sound.len() / 2),
            ("before_end", sound.len() - 2),
        ],
    );
    let animation = || chunk(b"ANIM", &[0; 6]);
    let lossy = sound::LOSSY_WEBP;
    let huge_lossless = chunk(b"VP8L", &[[0x2f, 0xff, 0xff, 0xff, 0x0f].as_slice(), &noise(60, 3)].concat());
    cases.extend([
        BadInput::refused("webp_cut_lossy.webp", TruncatedImage, lossy.get(..lossy.len() - 8).unwrap_or_default()),
        BadInput::refused("webp_16384_lossless.webp", TooManyPixels, file(std::slice::from_ref(&huge_lossless))),
        BadInput::refused(
            "webp_16383_lossy.webp",
            TooManyPixels,
            file(&[chunk(b"VP8 ", b"\x30\x01\0\x9d\x01\x2a\xff\x3f\xff\x3f\0\0")]),
        ),
        BadInput::refused(
            "webp_canvas_16_million.webp",
            TooManyPixels,
            file(&[canvas(0, 1 << 24, 1 << 24), lossless(4, 4)]),
        ),
        BadInput::refused(
            "webp_animated_bomb.webp",
            TooManyPixels,
            file(&[canvas(2, 16_384, 16_384), animation(), frame(4, 4, &lossless(4, 4)).repeat(1_000)]),
        ),
        BadInput::refused("webp_small_canvas.webp", TooManyPixels, file(&[canvas(0, 4, 4), huge_lossless])),
        BadInput::refused("webp_other_canvas.webp", BadFile, file(&[canvas(0, 5, 5), lossless(4, 4)])),
        BadInput::refused("webp_no_picture.webp", BadFile, file(&[canvas(0, 4, 4), chunk(b"JUNK", b"abcd")])),
        BadInput::refused("webp_wrong_signature.webp", BadFile, file(&[chunk(b"VP8L", &[0x2e, 0, 0, 0, 0, 0, 0, 0])])),
        BadInput::refused(
            "webp_noise.webp",
            BadFile,
            file(&[chunk(b"VP8L", &[[0x2f, 3, 0xc0, 0, 0].as_slice(), &noise(90, 4)].concat())]),
        ),
        BadInput::refused(
            "webp_no_key_frame.webp",
            BadFile,
            file(&[chunk(b"VP8 ", b"\x31\x01\0\x9d\x01\x2a\x04\0\x04\0\0\0")]),
        ),
        BadInput::refused(
            "webp_frame_outside.webp",
            BadFile,
            file(&[canvas(2, 4, 4), animation(), frame(9, 9, &lossless(9, 9))]),
        ),
        BadInput::refused(
            "webp_frame_of_nothing.webp",
            BadFile,
            file(&[canvas(2, 4, 4), animation(), frame(4, 4, &chunk(b"JUNK", b"ab"))]),
        ),
        BadInput::refused("webp_size_0.webp", TruncatedImage, b"RIFF\0\0\0\0WEBP".to_vec()),
        BadInput::read(
            "webp_frames.webp",
            &["animation_first_frame"],
            file(&[canvas(2, 4, 4), animation(), frame(4, 4, &lossless(4, 4)).repeat(2_000)]),
        ),
        BadInput::read("webp_1x1_lossy.webp", &[], lossy),
        BadInput::read("webp_1x1.webp", &[], sound::picture(1, 1, ImageFormat::WebP)),
        BadInput::read("webp_and_more.webp", &[], [sound.as_slice(), b"%PDF-1.4"].concat()),
        BadInput::read("webp_named.gif", &[], sound),
    ]);
    cases
}
