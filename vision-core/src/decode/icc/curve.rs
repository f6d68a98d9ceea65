//! Curves of one channel: a power, a formula or a table.

use super::{fixed, number};

/// Numbers of 0 to 1, stored in one byte each or in two.
#[derive(Clone, Copy, Debug)]
pub struct Samples<'a> {
    pub bytes: &'a [u8],
    pub is_wide: bool,
}

impl<'a> Samples<'a> {
    pub fn len(&self) -> usize {
        self.bytes.len() / if self.is_wide { 2 } else { 1 }
    }

    /// Zero where there is none.
    pub fn get(&self, at: usize) -> f32 {
        let value = match self.is_wide {
            true => self
                .bytes
                .get(at * 2..)
                .and_then(|rest| rest.first_chunk())
                .map(|two| f32::from(u16::from_be_bytes(*two)) / 65_535.0),
            false => self.bytes.get(at).map(|byte| f32::from(*byte) / 255.0),
        };
        value.unwrap_or(0.0)
    }

    /// The first so many, and the bytes behind them.
    pub fn split(self, count: usize) -> Option<(Self, &'a [u8])> {
        let bytes = count.checked_mul(if self.is_wide { 2 } else { 1 })?;
        let (these, rest) = self.bytes.split_at_checked(bytes)?;
        Some((Self { bytes: these, ..self }, rest))
    }
}

#[derive(Clone, Debug)]
pub enum Curve<'a> {
    Same,
    /// At least two numbers, evenly spread.
    Table(Samples<'a>),
    /// `(a x + b) ^ gamma + e` from `d` on, `c x + f` before.
    Formula {
        gamma: f32,
        a: f32,
        b: f32,
        c: f32,
        d: f32,
        e: f32,
        f: f32,
    },
}

impl<'a> Curve<'a> {
    /// Reads a `curv` or `para`, and says how many bytes it takes.
    pub fn read(tag: &'a [u8]) -> Option<(Self, usize)> {
        match tag.get(..4)? {
            b"curv" => {
                let count = number(tag, 8)? as usize;
                let (samples, _) = Samples { bytes: tag.get(12..)?, is_wide: true }.split(count)?;
                let curve = match samples.bytes {
                    [] => Self::Same,
                    // One number is a power in 256ths.
                    &[whole, part] => Self::power(f32::from(whole) + f32::from(part) / 256.0),
                    _ => Self::Table(samples),
                };
                Some((curve, 12 + count * 2))
            }
            b"para" => {
                let kind = u16::from_be_bytes(*tag.get(8..)?.first_chunk()?);
                let count = [1, 3, 4, 5, 7].get(usize::from(kind)).copied()?;
                let mut p = [0.0; 7];
                for (at, value) in p.iter_mut().enumerate().take(count) {
                    *value = fixed(tag, 12 + 4 * at)?;
                }
                Some((Self::formula(kind, p), 12 + 4 * count))
            }
            _ => None,
        }
    }

    fn power(gamma: f32) -> Self {
        Self::Formula { gamma, a: 1.0, b: 0.0, c: 0.0, d: 0.0, e: 0.0, f: 0.0 }
    }

    /// The five formulas are one with parts left out (ICC.1:2022, table 68).
    fn formula(kind: u16, [gamma, a, b, c, d, e, f]: [f32; 7]) -> Self {
        match kind {
            0 => Self::power(gamma),
            1 => Self::Formula { gamma, a, b, c: 0.0, d: -b / a, e: 0.0, f: 0.0 },
            2 => Self::Formula { gamma, a, b, c: 0.0, d: -b / a, e: c, f: c },
            3 => Self::Formula { gamma, a, b, c, d, e: 0.0, f: 0.0 },
            _ => Self::Formula { gamma, a, b, c, d, e, f },
        }
    }

    /// What a number of 0 to 1 becomes, held to the same. A formula may lead to what is no number, which ends as black.
    pub fn at(&self, x: f32) -> f32 {
        let y = match self {
            Self::Same => x,
            Self::Table(samples) => {
                let place = x.clamp(0.0, 1.0) * (samples.len() - 1) as f32;
                let (before, part) = (place as usize, place.fract());
                let from = samples.get(before);
                if part > 0.0 { from + (samples.get(before + 1) - from) * part } else { from }
            }
            Self::Formula { gamma, a, b, c, d, e, f } if x >= *d => (a * x + b).powf(*gamma) + e,
            Self::Formula { c, f, .. } => c * x + f,
        };
        y.clamp(0.0, 1.0)
    }
}
