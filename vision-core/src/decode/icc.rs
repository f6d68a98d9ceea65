//! Embedded colour profiles: what the numbers of a picture mean, and the way from them to sRGB (ICC.1:2022, versions 2 and 4).
//!
//! Read are the kinds that pictures carry: grey with a curve, three colours with curves and a matrix, and tables (`A2B`) for grey,
//! colours and inks. Everything is found through checked slices of the profile, so that memory and time are bounded by its size.

mod curve;
mod grid;
mod lut;
mod srgb;

use curve::Curve;
use grid::Grid;
use lut::Lut;

const HEADER_BYTES: usize = 128;
const TAG_BYTES: usize = 12;

/// Nodes on each axis of the table that stands for a profile with tables: for inks fewer, since there is an axis more.
const COLOR_NODES: usize = 33;
const INK_NODES: usize = 17;

/// What the channels of a picture are, by their profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Grey,
    Rgb,
    Cmyk,
}

/// What a profile's own numbers lead to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Connection {
    Xyz,
    Lab,
}

/// A profile whose header and table of contents can be read.
pub(super) struct Profile<'a> {
    bytes: &'a [u8],
}

/// The way from a profile's 8-bit numbers to 8-bit sRGB.
pub(super) enum Transform {
    Grey(Box<[[u8; 3]; 256]>),
    Matrix(Box<Shaper>),
    Colors(Grid<3>),
    Inks(Grid<4>),
}

/// Light of each channel's levels, and what part of sRGB's light it is.
pub(super) struct Shaper {
    light: [[f32; 256]; 3],
    matrix: [[f32; 3]; 3],
    levels: Vec<u8>,
}

impl<'a> Profile<'a> {
    /// None if the bytes are no profile.
    pub fn read(bytes: &'a [u8]) -> Option<Self> {
        let count = number(bytes, HEADER_BYTES)? as usize;
        let end = count.checked_mul(TAG_BYTES)?.checked_add(HEADER_BYTES + 4)?;
        (bytes.get(36..40)? == b"acsp" && end <= bytes.len()).then_some(Self { bytes })
    }

    /// None for pixels of a kind that pictures are not stored in.
    pub fn space(&self) -> Option<Space> {
        match self.bytes.get(16..20)? {
            b"GRAY" => Some(Space::Grey),
            b"RGB " => Some(Space::Rgb),
            b"CMYK" => Some(Space::Cmyk),
            _ => None,
        }
    }

    /// What the profile calls itself: in version 2 in plain letters, in version 4 in one of several languages.
    pub fn name(&self) -> Option<String> {
        let tag = self.tag(b"desc")?;
        match tag.get(..4)? {
            b"desc" => {
                let length = number(tag, 8)? as usize;
                let letters = tag.get(12..)?.get(..length)?.iter().take_while(|letter| **letter != 0);
                Some(letters.map(|letter| char::from(*letter)).collect())
            }
            b"mluc" => {
                let (length, from) = (number(tag, 20)? as usize, number(tag, 24)? as usize);
                let pairs = tag.get(from..)?.get(..length)?.as_chunks::<2>().0;
                Some(char::decode_utf16(pairs.iter().map(|pair| u16::from_be_bytes(*pair))).flatten().collect())
            }
            _ => None,
        }
    }

    /// The way to sRGB; none if the profile lacks a part of it.
    pub fn to_srgb(&self) -> Option<Transform> {
        let space = self.space()?;
        let connection = match self.bytes.get(20..24)? {
            b"XYZ " => Connection::Xyz,
            b"Lab " => Connection::Lab,
            _ => return None,
        };
        let lut = match self.table() {
            Some(tag) => Some(Lut::read(tag, space.channels())?),
            None => None,
        };
        match (space, lut) {
            (Space::Grey, Some(lut)) => Some(Transform::grey(|grey| srgb::of(lut.at([grey]), &lut, connection))),
            (Space::Grey, None) => {
                let curve = Curve::read(self.tag(b"kTRC")?)?.0;
                Some(Transform::grey(|grey| srgb::of_grey(curve.at(grey), connection)))
            }
            (Space::Rgb, Some(lut)) => {
                Some(Transform::Colors(Grid::new(COLOR_NODES, |color| srgb::of(lut.at(color), &lut, connection))))
            }
            (Space::Rgb, None) if connection == Connection::Xyz => self.shaper().map(Transform::Matrix),
            (Space::Cmyk, Some(lut)) => {
                Some(Transform::Inks(Grid::new(INK_NODES, |inks| srgb::of(lut.at(inks), &lut, connection))))
            }
            (Space::Rgb | Space::Cmyk, _) => None,
        }
    }

    fn shaper(&self) -> Option<Box<Shaper>> {
        let mut shaper = Shaper { light: [[0.0; 256]; 3], matrix: [[0.0; 3]; 3], levels: srgb::levels() };
        let tags = [(b"rTRC", b"rXYZ"), (b"gTRC", b"gXYZ"), (b"bTRC", b"bXYZ")];
        for (channel, (curve, color)) in tags.into_iter().enumerate() {
            let curve = Curve::read(self.tag(curve)?)?.0;
            for (level, light) in shaper.light[channel].iter_mut().enumerate() {
                *light = curve.at(level as f32 / 255.0);
            }
            let color = self.tag(color)?;
            let xyz = [fixed(color, 8)?, fixed(color, 12)?, fixed(color, 16)?];
            for (row, light) in shaper.matrix.iter_mut().zip(srgb::light(xyz)) {
                row[channel] = light;
            }
        }
        Some(Box::new(shaper))
    }

    /// The tables for the intent that the profile names, else those that stand for every intent.
    fn table(&self) -> Option<&'a [u8]> {
        let of_intent = match number(self.bytes, 64) {
            Some(1 | 3) => b"A2B1",
            Some(2) => b"A2B2",
            _ => b"A2B0",
        };
        self.tag(of_intent).or_else(|| self.tag(b"A2B0"))
    }

    fn tag(&self, name: &[u8; 4]) -> Option<&'a [u8]> {
        let contents = self.bytes.get(HEADER_BYTES + 4..)?.as_chunks::<TAG_BYTES>().0;
        let entry = contents.iter().take(number(self.bytes, HEADER_BYTES)? as usize).find(|e| e.starts_with(name))?;
        self.bytes.get(number(entry, 4)? as usize..)?.get(..number(entry, 8)? as usize)
    }
}

impl Space {
    fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

impl Transform {
    fn grey(color: impl Fn(f32) -> [f32; 3]) -> Self {
        Self::Grey(Box::new(std::array::from_fn(|level| color(level as f32 / 255.0).map(grid::level))))
    }

    /// Converts pixels of as many numbers as the profile has channels to pixels of three.
    pub fn convert(&self, colors: &[u8], target: &mut [u8]) {
        let target = target.as_chunks_mut::<3>().0;
        match self {
            Self::Grey(table) => {
                target.iter_mut().zip(colors).for_each(|(pixel, grey)| *pixel = table[usize::from(*grey)]);
            }
            Self::Matrix(shaper) => {
                let colors = colors.as_chunks::<3>().0;
                target.iter_mut().zip(colors).for_each(|(pixel, color)| *pixel = shaper.convert(*color));
            }
            Self::Colors(grid) => grid.convert(colors.as_chunks().0, target),
            Self::Inks(grid) => grid.convert(colors.as_chunks().0, target),
        }
    }
}

impl Shaper {
    fn convert(&self, color: [u8; 3]) -> [u8; 3] {
        let [red, green, blue] = [0, 1, 2].map(|channel: usize| self.light[channel][usize::from(color[channel])]);
        let last = (self.levels.len() - 1) as f32;
        self.matrix.map(|[r, g, b]| {
            let light = (r * red + g * green + b * blue).clamp(0.0, 1.0);
            self.levels[(light * last + 0.5) as usize]
        })
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|four| u32::from_be_bytes(*four))
}

/// `s15Fixed16Number`.
fn fixed(bytes: &[u8], at: usize) -> Option<f32> {
    number(bytes, at).map(|bits| bits.cast_signed() as f32 / 65_536.0)
}

#[cfg(test)]
mod tests;
