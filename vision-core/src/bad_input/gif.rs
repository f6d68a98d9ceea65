//! GIFs: blocks put together by hand.

use image::ImageFormat;

use crate::error::ErrorCode::{BadFile, TooManyPixels};

use super::{BadInput, find, sound, truncated};

/// Signature and screen, with a palette of black and white.
fn screen(width: u16, height: u16) -> Vec<u8> {
    [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), b"\x80\0\0\0\0\0\xff\xff\xff"].concat()
}

/// A frame of one white pixel at a place, though its size may say more.
fn frame(left: u16, top: u16, width: u16, height: u16) -> Vec<u8> {
    let sides = [left, top, width, height].map(u16::to_le_bytes).concat();
    // Code size 2: clear, 1, end in codes of three bits.
    [b"\x2c".as_slice(), &sides, b"\0\x02\x02\x4c\x01\0"].concat()
}

fn file(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat().as_slice(), b"\x3b"].concat()
}

pub(super) fn cases() -> Vec<BadInput> {
    let sound = sound::picture(40, 30, ImageFormat::Gif);
    let image = find(&sound, &[0x2c, 0, 0, 0, 0, 40, 0]);
    let mut cases = truncated(
        "gif",
        "gif",
        &sound,
        &[
            ("after_signature", 6),
            ("in_screen", 9),
            ("after_screen", 13),
            ("in_frame_header", image + 5),
            ("in_palette", image + 40),
            ("in_data", sound.len() - 60),
            ("before_end", sound.len() - 1),
        ],
    );
    let tiny = frame(0, 0, 1, 1);
    cases.extend([
        BadInput::refused("gif_65535.gif", TooManyPixels, file(&[screen(65_535, 65_535), tiny.clone()])),
        BadInput::refused("gif_frame_65535.gif", TooManyPixels, file(&[screen(1, 1), frame(0, 0, 65_535, 65_535)])),
        BadInput::refused("gif_no_screen.gif", BadFile, file(&[screen(0, 0), tiny.clone()])),
        BadInput::refused("gif_no_frame.gif", BadFile, file(&[screen(1, 1)])),
        BadInput::refused("gif_frame_of_nothing.gif", BadFile, file(&[screen(1, 1), frame(0, 0, 0, 0)])),
        BadInput::refused("gif_no_such_block.gif", BadFile, file(&[screen(1, 1), vec![0x99], tiny.clone()])),
        BadInput::refused(
            "gif_code_size.gif",
            BadFile,
            file(&[screen(1, 1), b"\x2c\0\0\0\0\x01\0\x01\0\0\x63\x02\x4c\x01\0".to_vec()]),
        ),
        BadInput::refused("gif_data_runs_out.gif", BadFile, file(&[screen(9, 9), frame(0, 0, 9, 9)])),
        BadInput::refused("gif_and_script.gif", TooManyPixels, b"GIF89a/*\xff\xff\0\0\0,*/=1;alert(1);".to_vec()),
        BadInput::read("gif_outside.gif", &[], file(&[screen(4, 4), frame(100, 100, 1, 1)])),
        BadInput::read("gif_larger_than_screen.gif", &[], file(&[screen(1, 1), frame(0, 0, 1, 1)])),
        BadInput::read(
            "gif_5000_frames.gif",
            &["animation_first_frame"],
            file(&[screen(1_000, 1_000), tiny.repeat(5_000)]),
        ),
        BadInput::read(
            "gif_100000_frames.gif",
            &["animation_first_frame"],
            file(&[screen(2_000, 2_000), tiny.repeat(100_000)]),
        ),
        BadInput::read(
            "gif_comments.gif",
            &[],
            file(&[screen(1, 1), b"\x21\xfe\x01a\0".repeat(100_000), tiny.clone()]),
        ),
        BadInput::read("gif_1x1.gif", &[], file(&[screen(1, 1), tiny])),
        BadInput::read("gif_named.png", &[], sound),
    ]);
    cases
}
