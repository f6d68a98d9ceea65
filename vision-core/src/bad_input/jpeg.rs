//! JPEGs: a tiny writer (flat blocks only) for the variants that no encoder here writes, and what goes wrong with them.

use image::ImageFormat;

use crate::error::ErrorCode::{BadFile, TooManyPixels, UnsupportedFormat};

use super::{BadInput, find, noise, sound, truncated};

/// One channel: its name, its sampling factors and the level of each of its blocks, by column and row.
pub struct Channel {
    pub id: u8,
    pub sampling: (u8, u8),
    pub level: Box<dyn Fn(u32, u32) -> u8>,
}

impl Channel {
    pub fn new(id: u8, sampling: (u8, u8), level: impl Fn(u32, u32) -> u8 + 'static) -> Self {
        Self { id, sampling, level: Box::new(level) }
    }
}

/// What the writer is to write.
pub struct Sketch {
    pub width: u16,
    pub height: u16,
    pub channels: Vec<Channel>,
    pub is_progressive: bool,
    /// All channels in one scan; otherwise a scan for each.
    pub is_interleaved: bool,
    /// Segments between the start mark and the tables, whole with their marks.
    pub before: Vec<u8>,
}

/// A segment with its mark and length.
pub fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xff, marker], (body.len() as u16 + 2).to_be_bytes().as_slice(), body].concat()
}

/// Adobe's mark with its colour transform.
pub fn adobe(transform: u8) -> Vec<u8> {
    segment(0xee, &[b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat())
}

impl Sketch {
    pub fn new(width: u16, height: u16, channels: Vec<Channel>) -> Self {
        Self { width, height, channels, is_progressive: false, is_interleaved: true, before: Vec::new() }
    }

    /// Channels of full resolution, each flat.
    pub fn flat(width: u16, height: u16, levels: &[fn(u32, u32) -> u8]) -> Self {
        let channel = |(id, &level): (u8, &fn(u32, u32) -> u8)| Channel::new(id, (1, 1), level);
        Self::new(width, height, (1..).zip(levels).map(channel).collect())
    }

    pub fn write(&self) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8];
        bytes.extend_from_slice(&self.before);
        // With steps of one a level is kept exactly.
        bytes.extend(segment(0xdb, &[[0].as_slice(), &[1; 64]].concat()));
        let mut frame = vec![8];
        frame.extend_from_slice(&self.height.to_be_bytes());
        frame.extend_from_slice(&self.width.to_be_bytes());
        frame.push(self.channels.len() as u8);
        for channel in &self.channels {
            frame.extend_from_slice(&[channel.id, channel.sampling.0 << 4 | channel.sampling.1, 0]);
        }
        bytes.extend(segment(if self.is_progressive { 0xc2 } else { 0xc0 }, &frame));
        // Twelve categories of differences, all in codes of four bits (0000 to 1011).
        let dc: Vec<u8> =
            [0].into_iter().chain([0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).chain(0..12).collect();
        bytes.extend(segment(0xc4, &dc));
        // The only code there is, 0, ends a block.
        let ac: Vec<u8> = [0x10, 1].into_iter().chain([0; 15]).chain([0]).collect();
        bytes.extend(segment(0xc4, &ac));
        if self.is_interleaved {
            self.write_scan(&self.channels.iter().collect::<Vec<_>>(), &mut bytes);
        } else {
            for channel in &self.channels {
                self.write_scan(&[channel], &mut bytes);
            }
        }
        bytes.extend_from_slice(&[0xff, 0xd9]);
        bytes
    }

    fn write_scan(&self, channels: &[&Channel], bytes: &mut Vec<u8>) {
        let mut header = vec![channels.len() as u8];
        for channel in channels {
            header.extend_from_slice(&[channel.id, 0]);
        }
        header.extend_from_slice(if self.is_progressive { &[0, 0, 0] } else { &[0, 63, 0] });
        bytes.extend(segment(0xda, &header));
        let most = |side: fn(&Channel) -> u8| u32::from(self.channels.iter().map(side).max().unwrap_or(1));
        let (most_across, most_down) = (most(|c| c.sampling.0), most(|c| c.sampling.1));
        let mut bits = Bits::default();
        let mut before = vec![0_i32; channels.len()];
        let (width, height) = (u32::from(self.width), u32::from(self.height));
        let mut block = |bits: &mut Bits, place: usize, channel: &Channel, x: u32, y: u32| {
            let dc = (i32::from((channel.level)(x, y)) - 128) * 8;
            let difference = dc - std::mem::replace(before.get_mut(place).unwrap_or(&mut 0), dc);
            bits.push_difference(difference);
            if !self.is_progressive {
                bits.push(0, 1);
            }
        };
        if let [channel] = channels {
            let across = (width * u32::from(channel.sampling.0)).div_ceil(most_across).div_ceil(8);
            let down = (height * u32::from(channel.sampling.1)).div_ceil(most_down).div_ceil(8);
            for (x, y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
                block(&mut bits, 0, channel, x, y);
            }
        } else {
            let (across, down) = (width.div_ceil(8 * most_across), height.div_ceil(8 * most_down));
            for (unit_x, unit_y) in (0..down).flat_map(|y| (0..across).map(move |x| (x, y))) {
                for (place, channel) in channels.iter().enumerate() {
                    let (h, v) = (u32::from(channel.sampling.0), u32::from(channel.sampling.1));
                    for (x, y) in (0..v).flat_map(|y| (0..h).map(move |x| (x, y))) {
                        block(&mut bits, place, channel, unit_x * h + x, unit_y * v + y);
                    }
                }
            }
        }
        bytes.extend(bits.finish());
    }
}

/// Bits, the highest first, with a zero stuffed after each byte of ones.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        for bit in (0..count).rev() {
            self.pending = self.pending << 1 | (value >> bit & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.pending as u8);
                if self.pending == 0xff {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    fn push_difference(&mut self, difference: i32) {
        let category = 32 - difference.unsigned_abs().leading_zeros();
        self.push(category, 4);
        let value = if difference < 0 { difference - 1 } else { difference };
        self.push(value as u32, category);
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.push(1, 1);
        }
        self.bytes
    }
}

const GREY: fn(u32, u32) -> u8 = |_, _| 128;
const SLOPE: fn(u32, u32) -> u8 = |x, y| (40 + 24 * (x % 8) + 3 * (y % 8)) as u8;

/// Sound JPEGs of the rarer kinds.
pub fn variants() -> Vec<(String, Vec<u8>)> {
    let subsampled = || {
        let full = Channel::new(1, (2, 2), SLOPE);
        Sketch::new(37, 29, vec![full, Channel::new(2, (1, 1), GREY), Channel::new(3, (1, 1), SLOPE)])
    };
    vec![
        ("grey.jpg".into(), Sketch::flat(20, 20, &[SLOPE]).write()),
        ("subsampled.jpg".into(), subsampled().write()),
        ("progressive.jpg".into(), Sketch { is_progressive: true, ..subsampled() }.write()),
        ("scans.jpg".into(), Sketch { is_interleaved: false, ..Sketch::flat(20, 12, &[SLOPE, GREY, GREY]) }.write()),
        ("cmyk.jpg".into(), Sketch { before: adobe(0), ..Sketch::flat(17, 9, &[SLOPE, GREY, SLOPE, GREY]) }.write()),
        ("ycck.jpg".into(), Sketch { before: adobe(2), ..Sketch::flat(17, 9, &[SLOPE, GREY, GREY, SLOPE]) }.write()),
    ]
}

/// The bytes with those from `at` on replaced.
fn patched(mut bytes: Vec<u8>, at: usize, patch: &[u8]) -> Vec<u8> {
    bytes.splice(at..(at + patch.len()).min(bytes.len()), patch.iter().copied());
    bytes
}

pub(super) fn cases() -> Vec<BadInput> {
    let sound = sound::picture(64, 48, ImageFormat::Jpeg);
    let at = |marker: u8| find(&sound, &[0xff, marker]);
    let (tables, frame, codes, scan) = (at(0xdb), at(0xc0), at(0xc4), at(0xda));
    let mut cases = truncated(
        "jpeg",
        "jpg",
        &sound,
        &[
            ("after_start", 3),
            ("in_app0", 9),
            ("in_tables", tables + 20),
            ("in_frame", frame + 7),
            ("in_codes", codes + 12),
            ("in_scan_header", scan + 5),
            ("before_data", scan + 14),
            ("in_data", scan + 60),
            ("before_end", sound.len() - 2),
            ("in_end", sound.len() - 1),
        ],
    );
    let size = |width: u16, height: u16| [height.to_be_bytes(), width.to_be_bytes()].concat();
    let start = |rest: &[u8]| [&[0xff, 0xd8], rest].concat();
    let plain = Sketch::flat(16, 16, &[SLOPE, GREY, GREY]).write();
    let plain_scan = plain.get(find(&plain, &[0xff, 0xda])..plain.len() - 2).unwrap_or_default().to_vec();
    let before_end =
        |middle: Vec<u8>| [plain.get(..plain.len() - 2).unwrap_or_default(), &middle, &[0xff, 0xd9]].concat();
    let noise_without_marks: Vec<u8> = noise(40, 5).iter().map(|byte| byte & 0x7f).collect();
    let sampled = |h, v| {
        let channel = |id, sampling| Channel::new(id, sampling, GREY);
        Sketch::new(16, 16, vec![channel(1, (1, 1)), channel(2, (h, v)), channel(3, (1, 1))]).write()
    };
    cases.extend([
        BadInput::refused("jpeg_65535.jpg", TooManyPixels, patched(sound.clone(), frame + 5, &size(65_535, 65_535))),
        BadInput::refused(
            "jpeg_progressive_65500.jpg",
            TooManyPixels,
            Sketch { is_progressive: true, ..Sketch::flat(8, 8, &[GREY, GREY, GREY]) }.write_with_size(65_500, 65_500),
        ),
        BadInput::refused("jpeg_no_width.jpg", BadFile, patched(sound.clone(), frame + 7, &[0, 0])),
        BadInput::refused("jpeg_height_later.jpg", BadFile, patched(sound.clone(), frame + 5, &[0, 0])),
        BadInput::refused("jpeg_12_bit.jpg", UnsupportedFormat, patched(sound.clone(), frame + 4, &[12])),
        BadInput::refused("jpeg_lossless.jpg", UnsupportedFormat, patched(sound.clone(), frame + 1, &[0xc3])),
        BadInput::refused("jpeg_hierarchical.jpg", UnsupportedFormat, patched(sound.clone(), frame + 1, &[0xc5])),
        BadInput::refused("jpeg_arithmetic.jpg", UnsupportedFormat, patched(sound.clone(), frame + 1, &[0xc9])),
        BadInput::refused("jpeg_only_ends.jpg", BadFile, start(b"\xff\xe0\0\x02\xff\xd9")),
        BadInput::refused("jpeg_scan_first.jpg", BadFile, start(&[plain_scan.as_slice(), b"\xff\xd9"].concat())),
        BadInput::refused("jpeg_two_frames.jpg", BadFile, before_end(segment(0xc0, b"\x08\0\x10\0\x10\x01\x01\x11\0"))),
        BadInput::refused("jpeg_two_channels.jpg", BadFile, Sketch::flat(8, 8, &[GREY, GREY]).write()),
        BadInput::refused("jpeg_five_channels.jpg", BadFile, Sketch::flat(8, 8, &[GREY; 5]).write()),
        BadInput::refused("jpeg_no_tables.jpg", BadFile, without(&plain, 0xdb)),
        BadInput::refused("jpeg_short_segment.jpg", BadFile, start(b"\xff\xe0\0\x01\xff\xd9")),
        BadInput::refused(
            "jpeg_table_15.jpg",
            BadFile,
            patched(plain.clone(), find(&plain, &[0xff, 0xda]) + 6, &[0xff]),
        ),
        BadInput::refused("jpeg_odd_sampling.jpg", UnsupportedFormat, sampled(3, 1)),
        BadInput::refused("jpeg_no_sampling.jpg", UnsupportedFormat, sampled(0, 0)),
        BadInput::refused("jpeg_more_colour_than_light.jpg", UnsupportedFormat, sampled(2, 2)),
        BadInput::refused("jpeg_scans.jpg", BadFile, before_end(plain_scan.repeat(5_000))),
        BadInput::refused("jpeg_tables.jpg", BadFile, before_end(segment(0xdd, &[0, 4]).repeat(60_000))),
        BadInput::read(
            "jpeg_comments.jpg",
            &[],
            start(&[segment(0xfe, b"hello").repeat(50_000).as_slice(), plain.get(2..).unwrap_or_default()].concat()),
        ),
        BadInput::read(
            "jpeg_data_missing.jpg",
            &[],
            [sound.get(..scan + 60).unwrap_or_default(), &[0xff, 0xd9]].concat(),
        ),
        BadInput::read("jpeg_and_zip.jpg", &[], [sound.as_slice(), b"PK\x03\x04\x14\0\0\0\x08\0evil.sh"].concat()),
        BadInput::read("jpeg_and_jpeg.jpg", &[], [sound.as_slice(), &sound].concat()),
        BadInput::read(
            "jpeg_with_pdf_inside.jpg",
            &[],
            start(&[segment(0xfe, b"%PDF-1.4 <html><script>"), sound.get(2..).unwrap_or_default().to_vec()].concat()),
        ),
        BadInput::read("jpeg_named.png", &[], sound.clone()),
        BadInput::read("jpeg_1x1.jpg", &[], sound::picture(1, 1, ImageFormat::Jpeg)),
        BadInput::read("jpeg_thin.jpg", &[], Sketch::flat(1, 5_000, &[SLOPE]).write()),
        BadInput::read("jpeg_cmyk_no_profile.jpg", &[], Sketch::flat(16, 16, &[SLOPE, GREY, SLOPE, GREY]).write()),
        BadInput::read(
            "jpeg_ycck.jpg",
            &[],
            Sketch { before: adobe(2), ..Sketch::flat(16, 16, &[SLOPE, GREY, GREY, SLOPE]) }.write(),
        ),
        BadInput::read(
            "jpeg_bytes_between.jpg",
            &[],
            start(&[&segment(0xfe, b"a comment"), &noise_without_marks, plain.get(2..).unwrap_or_default()].concat()),
        ),
    ]);
    cases
}

impl Sketch {
    /// Written as it is, but with another size in its frame header.
    fn write_with_size(&self, width: u16, height: u16) -> Vec<u8> {
        let bytes = self.write();
        let frame = find(&bytes, &[0xff, if self.is_progressive { 0xc2 } else { 0xc0 }]);
        patched(bytes, frame + 5, &[height.to_be_bytes(), width.to_be_bytes()].concat())
    }
}

/// The bytes without the first segment of a kind.
fn without(bytes: &[u8], marker: u8) -> Vec<u8> {
    let at = find(bytes, &[0xff, marker]);
    let length = bytes.get(at + 2..at + 4).and_then(|two| two.try_into().ok()).map_or(0, u16::from_be_bytes);
    let mut rest = bytes.to_vec();
    rest.drain(at..(at + 2 + usize::from(length)).min(bytes.len()));
    rest
}
