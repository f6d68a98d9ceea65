//! The tables of a profile (`mft1`, `mft2`, `mAB `): curves, a table over all channels, curves again, with a matrix between.

use super::curve::{Curve, Samples};
use super::grid::{Between, shares};
use super::{fixed, number};

/// From the numbers of a picture to three that stand for a colour, each of 0 to 1.
pub struct Lut<'a> {
    first: Vec<Curve<'a>>,
    table: Option<Table<'a>>,
    middle: Vec<Curve<'a>>,
    matrix: Option<[[f32; 4]; 3]>,
    last: Vec<Curve<'a>>,
    /// Whether 16-bit Lab is stored as version 2 had it: 100 and 127 are not the largest numbers.
    pub is_old_lab: bool,
}

struct Table<'a> {
    /// Nodes on each axis; the last one goes fastest.
    sides: Vec<usize>,
    values: Samples<'a>,
}

const OUTPUTS: usize = 3;

impl<'a> Lut<'a> {
    /// None unless it is whole and takes so many channels.
    pub fn read(tag: &'a [u8], channels: usize) -> Option<Self> {
        if usize::from(*tag.get(8)?) != channels || usize::from(*tag.get(9)?) != OUTPUTS {
            return None;
        }
        match tag.get(..4)? {
            b"mft1" => Self::old(tag.get(48..)?, channels, usize::from(*tag.get(10)?), [256, 256], false),
            b"mft2" => {
                let entries = |at: usize| Some(usize::from(u16::from_be_bytes(*tag.get(at..)?.first_chunk()?)));
                let counts = [entries(48)?, entries(50)?];
                Self::old(tag.get(52..)?, channels, usize::from(*tag.get(10)?), counts, true)
            }
            b"mAB " => Self::new(tag, channels),
            _ => None,
        }
    }

    fn old(bytes: &'a [u8], channels: usize, side: usize, counts: [usize; 2], is_wide: bool) -> Option<Self> {
        let [first_count, last_count] = counts;
        if side == 0 || first_count < 2 || last_count < 2 {
            return None;
        }
        let mut rest = bytes;
        let mut take = |count: usize| {
            let (these, behind) = Samples { bytes: rest, is_wide }.split(count)?;
            rest = behind;
            Some(these)
        };
        let mut first = Vec::new();
        for _ in 0..channels {
            first.push(Curve::Table(take(first_count)?));
        }
        let values = take(side.checked_pow(channels as u32)?.checked_mul(OUTPUTS)?)?;
        let mut last = Vec::new();
        for _ in 0..OUTPUTS {
            last.push(Curve::Table(take(last_count)?));
        }
        let table = Some(Table { sides: vec![side; channels], values });
        Some(Self { first, table, middle: Vec::new(), matrix: None, last, is_old_lab: is_wide })
    }

    /// Each part but the last curves may be left out.
    fn new(tag: &'a [u8], channels: usize) -> Option<Self> {
        let part = |at: usize| match number(tag, at)? as usize {
            0 => Some(None),
            from => tag.get(from..).map(Some),
        };
        let curves = |at: usize, count: usize| match part(at)? {
            None => Some(Vec::new()),
            Some(mut bytes) => {
                let mut curves = Vec::new();
                for _ in 0..count {
                    let (curve, length) = Curve::read(bytes)?;
                    curves.push(curve);
                    // The next one begins at a multiple of four; behind the last one nothing has to lie.
                    bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
                }
                Some(curves)
            }
        };
        let matrix = match part(16)? {
            None => None,
            Some(bytes) => {
                let mut matrix = [[0.0; 4]; 3];
                for (y, row) in matrix.iter_mut().enumerate() {
                    let [weights @ .., offset] = row;
                    for (x, weight) in weights.iter_mut().enumerate() {
                        *weight = fixed(bytes, 4 * (3 * y + x))?;
                    }
                    *offset = fixed(bytes, 4 * (9 + y))?;
                }
                Some(matrix)
            }
        };
        let table = match part(24)? {
            // Without one, as many numbers come out as go in.
            None if channels == OUTPUTS => None,
            None => return None,
            Some(bytes) => Some(Table::read(bytes, channels)?),
        };
        let (first, middle, last) = (curves(28, channels)?, curves(20, OUTPUTS)?, curves(12, OUTPUTS)?);
        Some(Self { first, table, middle, matrix, last, is_old_lab: false })
    }

    /// What the numbers of a pixel lead to.
    pub fn at<const N: usize>(&self, mut color: [f32; N]) -> [f32; OUTPUTS] {
        through(&self.first, &mut color);
        let mut out = match &self.table {
            Some(table) => table.at(color),
            None => std::array::from_fn(|at| color.get(at).copied().unwrap_or(0.0)),
        };
        through(&self.middle, &mut out);
        if let Some(matrix) = &self.matrix {
            let [x, y, z] = out;
            out = matrix.map(|[a, b, c, offset]| a * x + b * y + c * z + offset);
        }
        through(&self.last, &mut out);
        out
    }
}

fn through(curves: &[Curve<'_>], values: &mut [f32]) {
    values.iter_mut().zip(curves).for_each(|(value, curve)| *value = curve.at(*value));
}

impl<'a> Table<'a> {
    fn read(bytes: &'a [u8], channels: usize) -> Option<Self> {
        let sides: Vec<usize> = bytes.get(..channels)?.iter().map(|side| usize::from(*side)).collect();
        let is_wide = match bytes.get(16)? {
            1 => false,
            2 => true,
            _ => return None,
        };
        let nodes = sides.iter().try_fold(OUTPUTS, |product, side| product.checked_mul(*side))?;
        let (values, _) = Samples { bytes: bytes.get(20..)?, is_wide }.split(nodes)?;
        (nodes > 0).then_some(Self { sides, values })
    }

    fn at<const N: usize>(&self, color: [f32; N]) -> [f32; OUTPUTS] {
        let mut axes = [Between::default(); N];
        let (mut first, mut step) = (0, 1);
        for ((axis, value), side) in axes.iter_mut().zip(color).zip(&self.sides).rev() {
            let place = value.clamp(0.0, 1.0) * (side - 1) as f32;
            let before = (place as usize).min(side.saturating_sub(2));
            *axis = Between { part: place - before as f32, step: if *side > 1 { step } else { 0 } };
            first += before * step;
            step *= side;
        }
        let mut sum = [0.0; OUTPUTS];
        shares(first, axes, |node, share| {
            let values = (0..).map(|at| self.values.get(node * OUTPUTS + at));
            sum.iter_mut().zip(values).for_each(|(sum, value)| *sum += share * value);
        });
        sum
    }
}
