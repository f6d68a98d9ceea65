//! Sound pictures with colour profiles of every kind that is read, uncompressed, so that mutations reach the profile itself.

use super::jpeg::{Sketch, adobe};
use super::metadata::profile_part;

/// A block's level by its column and row.
type Level = fn(u32, u32) -> u8;

/// One small picture for each kind, with a file name.
pub fn variants() -> Vec<(String, Vec<u8>)> {
    let slope: Level = |x, y| (60 + 9 * x + 7 * y) as u8;
    let picture = |levels: &[Level], transform: u8, profile: Vec<u8>| {
        let before = [adobe(transform), profile_part(1, 1, &profile)].concat();
        Sketch { before, ..Sketch::flat(24, 24, levels) }.write()
    };
    let of = |channels: usize, profile: Vec<u8>| picture(&[slope].repeat(channels), 0, profile);
    let lab = |space: &[u8; 4], table: Vec<u8>| profile(space, b"Lab ", &[(b"A2B0", table)]);
    [
        ("grey_gamma.jpg", of(1, profile(b"GRAY", b"XYZ ", &[(b"kTRC", gamma())]))),
        ("grey_table.jpg", of(1, lab(b"GRAY", mft2(1, 5)))),
        ("rgb_gamma.jpg", of(3, matrix(&gamma()))),
        ("rgb_formula.jpg", of(3, matrix(&formula()))),
        ("rgb_curve.jpg", of(3, matrix(&curve()))),
        ("rgb_table8.jpg", of(3, lab(b"RGB ", mft1(3, 3)))),
        ("rgb_table16.jpg", of(3, lab(b"RGB ", mft2(3, 3)))),
        ("rgb_parts.jpg", of(3, lab(b"RGB ", mab(3, 3)))),
        ("inks_table8.jpg", of(4, lab(b"CMYK", mft1(4, 2)))),
        ("inks_parts.jpg", of(4, lab(b"CMYK", mab(4, 2)))),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec()
}

/// A profile of version 2 for screens, its tags one behind the other.
fn profile(space: &[u8; 4], connection: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut bytes = vec![0; 128];
    bytes[8] = 2;
    for (at, word) in [(12, b"mntr"), (16, space), (20, connection), (36, b"acsp")] {
        bytes[at..at + 4].copy_from_slice(word);
    }
    bytes.extend((tags.len() as u32).to_be_bytes());
    let mut at = 132 + 12 * tags.len();
    for (name, tag) in tags {
        bytes.extend_from_slice(*name);
        bytes.extend([at as u32, tag.len() as u32].map(u32::to_be_bytes).concat());
        at += tag.len().next_multiple_of(4);
    }
    for (_, tag) in tags {
        bytes.extend(tag);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    }
    let size = bytes.len() as u32;
    bytes[..4].copy_from_slice(&size.to_be_bytes());
    bytes
}

/// Three curves that are the same, and sRGB's colours.
fn matrix(curve: &[u8]) -> Vec<u8> {
    let color = |xyz: [f32; 3]| [b"XYZ \0\0\0\0".as_slice(), &fixed(&xyz)].concat();
    let colors = [[0.436, 0.222, 0.014], [0.385, 0.717, 0.097], [0.143, 0.061, 0.714]].map(color);
    let [red, green, blue] = colors;
    let curve = || curve.to_vec();
    let tags: [(&[u8; 4], Vec<u8>); 6] =
        [(b"rTRC", curve()), (b"gTRC", curve()), (b"bTRC", curve()), (b"rXYZ", red), (b"gXYZ", green), (b"bXYZ", blue)];
    profile(b"RGB ", b"XYZ ", &tags)
}

/// `curv` of one number: a power of 2.2.
fn gamma() -> Vec<u8> {
    b"curv\0\0\0\0\0\0\0\x01\x02\x33".to_vec()
}

/// `curv` of five numbers.
fn curve() -> Vec<u8> {
    let levels = [0_u16, 3_000, 14_000, 35_000, 65_535];
    [b"curv\0\0\0\0\0\0\0\x05".as_slice(), levels.map(u16::to_be_bytes).as_flattened()].concat()
}

/// `para` of the fourth kind, as sRGB has it.
fn formula() -> Vec<u8> {
    [b"para\0\0\0\0\0\x03\0\0".as_slice(), &fixed(&[2.4, 0.948, 0.052, 0.077, 0.04])].concat()
}

/// What three tables begin with, a matrix that changes nothing included.
fn table(kind: &[u8; 4], channels: u8, side: u8) -> Vec<u8> {
    let identity = fixed(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    [kind.as_slice(), &[0, 0, 0, 0, channels, 3, side, 0], &identity].concat()
}

/// Nodes whose numbers follow from their places.
fn nodes(channels: u8, side: u8) -> impl Iterator<Item = u8> {
    let count = usize::from(side).pow(u32::from(channels)) * 3;
    (0..count).map(|at| (at * 37 % 251) as u8)
}

/// Curves of 256 bytes, and nodes of one.
fn mft1(channels: u8, side: u8) -> Vec<u8> {
    let mut tag = table(b"mft1", channels, side);
    (0..channels).for_each(|_| tag.extend(0..=255));
    tag.extend(nodes(channels, side));
    (0..3).for_each(|_| tag.extend(0..=255));
    tag
}

/// Curves of two numbers, and nodes of two bytes.
fn mft2(channels: u8, side: u8) -> Vec<u8> {
    let mut tag = table(b"mft2", channels, side);
    tag.extend([0, 2, 0, 2]);
    (0..channels).for_each(|_| tag.extend([0, 0, 255, 255]));
    nodes(channels, side).for_each(|node| tag.extend([node, 0]));
    (0..3).for_each(|_| tag.extend([0, 0, 255, 255]));
    tag
}

/// All parts there are: curves, nodes, curves, a matrix, curves.
fn mab(channels: u8, side: u8) -> Vec<u8> {
    const HEADER_BYTES: usize = 32;
    let curves = |count: u8| [gamma(), vec![0; 2]].concat().repeat(usize::from(count));
    let matrix = fixed(&[0.9, 0.1, 0.0, 0.0, 1.0, 0.0, 0.1, 0.0, 0.8, 0.0, 0.01, 0.0]);
    let mut table =
        [[side].repeat(usize::from(channels)), vec![0; 16 - usize::from(channels)], vec![1, 0, 0, 0]].concat();
    table.extend(nodes(channels, side));
    table.resize(table.len().next_multiple_of(4), 0);
    // In the order of their offsets in the header: last curves, matrix, middle curves, table, first curves.
    let parts = [curves(3), matrix, curves(3), table, curves(channels)];
    let mut tag = vec![b'm', b'A', b'B', b' ', 0, 0, 0, 0, channels, 3, 0, 0];
    let mut at = HEADER_BYTES;
    for part in &parts {
        tag.extend((at as u32).to_be_bytes());
        at += part.len();
    }
    tag.extend(parts.concat());
    tag
}

/// `s15Fixed16Number`s.
fn fixed(numbers: &[f32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| ((number * 65_536.0) as i32).to_be_bytes()).collect()
}
