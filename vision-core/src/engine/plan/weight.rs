//! Weights as they lie in a plan: f32, f16, or 8-bit integers with a scale per output channel, and how they become f32.

use std::borrow::Cow;

/// A matrix or a row of numbers that the model learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Weight<'a> {
    /// Row-major; the last axis is the one that scales belong to, together with the first (groups) where there are three.
    pub dims: Vec<u32>,
    pub numbers: Numbers<'a>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Numbers<'a> {
    F32(Cow<'a, [f32]>),
    /// Bits of IEEE 754 half precision.
    F16(Cow<'a, [u16]>),
    /// `value * scale`; one scale for each place along the first and the last axis (`scales[first * last_len + last]`).
    I8 {
        values: Cow<'a, [i8]>,
        scales: Vec<f32>,
    },
}

impl Weight<'_> {
    pub fn len(&self) -> usize {
        match &self.numbers {
            Numbers::F32(numbers) => numbers.len(),
            Numbers::F16(bits) => bits.len(),
            Numbers::I8 { values, .. } => values.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// As they lie in the file.
    pub fn stored_bytes(&self) -> usize {
        match &self.numbers {
            Numbers::F32(numbers) => size_of_val::<[f32]>(numbers),
            Numbers::F16(bits) => size_of_val::<[u16]>(bits),
            Numbers::I8 { values, scales } => values.len() + size_of_val(scales.as_slice()),
        }
    }

    /// First axis (1 unless there are three) and last axis: what scales are told apart by.
    pub(super) fn scale_axes(dims: &[u32]) -> (usize, usize) {
        match dims {
            [groups, _, columns] => (*groups as usize, *columns as usize),
            [.., columns] => (1, *columns as usize),
            [] => (1, 1),
        }
    }

    pub fn unpacked(&self) -> Vec<f32> {
        if let Numbers::F32(numbers) = &self.numbers {
            return numbers.to_vec();
        }
        let columns = self.dims.last().map_or(1, |columns| *columns as usize).max(1);
        let mut numbers = vec![0.0; self.len()];
        for (row, numbers) in numbers.chunks_exact_mut(columns).enumerate() {
            self.read_row(row, numbers);
        }
        numbers
    }

    /// Row `row` of the last axis, counted through all other axes.
    ///
    /// A function of its own, called often: a browser runs new code slowly until it has compiled it well, and moves to what it
    /// compiled with the next call.
    ///
    /// # Panics
    /// If there is no such row, or the last axis is of another length than `numbers`.
    #[inline(never)]
    pub fn read_row(&self, row: usize, numbers: &mut [f32]) {
        let range = row * numbers.len()..(row + 1) * numbers.len();
        match &self.numbers {
            Numbers::F32(row) => numbers.copy_from_slice(&row[range]),
            Numbers::F16(row) => {
                numbers.iter_mut().zip(&row[range]).for_each(|(number, bits)| *number = f32_from_f16(*bits));
            }
            Numbers::I8 { values, scales } => {
                let (groups, columns) = Self::scale_axes(&self.dims);
                let group = row * columns / (values.len() / groups.max(1)).max(1);
                let row = values[range].iter().zip(&scales[group * columns..][..columns]);
                for (number, (value, scale)) in numbers.iter_mut().zip(row) {
                    *number = f32::from(*value) * scale;
                }
            }
        }
    }
}

impl Weight<'static> {
    /// The smallest form that loses nothing: f32 rounding of `integer * scale` is not counted as a loss.
    pub fn smallest(dims: Vec<u32>, numbers: Vec<f32>) -> Self {
        // A short row (a bias) saves nothing worth the trouble.
        const WORTH_IT: usize = 64;
        if numbers.len() >= WORTH_IT {
            if let Some(numbers) = as_i8(&dims, &numbers) {
                return Self { dims, numbers };
            }
            let halves: Vec<u16> = numbers.iter().map(|number| f16_from_f32(*number)).collect();
            if halves.iter().zip(&numbers).all(|(half, number)| f32_from_f16(*half) == *number) {
                return Self { dims, numbers: Numbers::F16(halves.into()) };
            }
        }
        Self { dims, numbers: Numbers::F32(numbers.into()) }
    }
}

/// Eight-bit integers, if each channel's numbers are multiples of a 127th of its largest one.
fn as_i8(dims: &[u32], numbers: &[f32]) -> Option<Numbers<'static>> {
    const LARGEST: f32 = 127.0;
    /// What rounding `integer * scale` and the scale itself to f32 may cost, of the largest number.
    const ROUNDING: f32 = 4.0e-7;
    let (groups, columns) = Weight::scale_axes(dims);
    let per_group = numbers.len() / groups.max(1);
    // Two rows or fewer are "multiples" by accident.
    if columns == 0 || per_group / columns <= 2 {
        return None;
    }
    let mut scales = vec![0.0_f32; groups * columns];
    let mut values = vec![0_i8; numbers.len()];
    for group in 0..groups {
        let source = &numbers[group * per_group..(group + 1) * per_group];
        for column in 0..columns {
            let largest = source.iter().skip(column).step_by(columns).fold(0.0_f32, |most, n| most.max(n.abs()));
            let scale = largest / LARGEST;
            scales[group * columns + column] = scale;
            for (row, number) in source.iter().skip(column).step_by(columns).enumerate() {
                let value = if scale > 0.0 { (number / scale).round() } else { 0.0 };
                let lost = (value * scale - number).abs();
                if lost > ROUNDING * largest || lost.is_nan() {
                    return None;
                }
                values[group * per_group + row * columns + column] = value as i8;
            }
        }
    }
    Some(Numbers::I8 { values: values.into(), scales })
}

/// Without a branch, so that many are converted at once: the bits moved to where f32 has them are a number that is too small
/// by the difference of the two exponents' biases.
pub(crate) fn f32_from_f16(bits: u16) -> f32 {
    const MAGNITUDE: u16 = 0x7fff;
    const INFINITE: u32 = 0x7f80_0000;
    /// 2^112.
    const BIAS: f32 = f32::from_bits(0x7780_0000);
    let sign = u32::from(bits & !MAGNITUDE) << 16;
    let magnitude = (f32::from_bits(u32::from(bits & MAGNITUDE) << 13) * BIAS).to_bits();
    let endless = if bits & 0x7c00 == 0x7c00 { INFINITE } else { 0 };
    f32::from_bits(sign | magnitude | endless)
}

/// Rounds to nearest, ties to even.
pub(crate) fn f16_from_f32(number: f32) -> u16 {
    let bits = number.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude >= 0x7f80_0000 {
        return sign | 0x7c00 | if magnitude > 0x7f80_0000 { 0x0200 } else { 0 };
    }
    // 65520, from where the nearest half is infinity.
    if magnitude >= 0x477f_f000 {
        return sign | 0x7c00;
    }
    // 2^-14, the smallest normal half; below it halves are multiples of 2^-24.
    if magnitude < 0x3880_0000 {
        let units = f32::from_bits(magnitude) * 16_777_216.0;
        return sign | units.round_ties_even() as u16;
    }
    let rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    sign | ((rounded - (112 << 23)) >> 13) as u16
}

#[cfg(test)]
mod tests {
    use super::{Numbers, Weight, f16_from_f32, f32_from_f16};

    #[test]
    fn every_half_survives_the_way_there_and_back() {
        for bits in 0..=u16::MAX {
            let number = f32_from_f16(bits);
            if number.is_nan() {
                assert!(f32_from_f16(f16_from_f32(number)).is_nan());
            } else {
                assert_eq!(f16_from_f32(number), bits, "{number}");
            }
        }
    }

    #[test]
    fn halves_round_to_even_and_overflow_to_infinity() {
        let cases = [
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65504.0, 0x7bff),
            (65519.9, 0x7bff),
            (65520.0, 0x7c00),
            (1.0 + 1.0 / 2048.0, 0x3c00),
            (1.0 + 3.0 / 2048.0, 0x3c02),
            (f32::MIN_POSITIVE, 0),
        ];
        for (number, bits) in cases {
            assert_eq!(f16_from_f32(number), bits, "{number}");
        }
    }

    #[test]
    fn the_smallest_form_is_found_and_gives_the_numbers_back() {
        let integers: Vec<f32> =
            (0..96).map(|n| (n * 37 % 255 - 127) as f32 * if n % 2 == 0 { 0.013 } else { 0.4 }).collect();
        let mut integers = integers;
        (integers[0], integers[1]) = (127.0 * 0.013, -127.0 * 0.4);
        let halves: Vec<f32> = (0..96).map(|n| 1.0 + n as f32 / 1024.0).collect();
        let full: Vec<f32> = (0..96).map(|n| 1.0 / (n + 3) as f32).collect();
        for (numbers, kind) in [(integers, 1), (halves, 2), (full, 4)] {
            let weight = Weight::smallest(vec![1, 48, 2], numbers.clone());
            let bytes = match weight.numbers {
                Numbers::F32(_) => 4,
                Numbers::F16(_) => 2,
                Numbers::I8 { .. } => 1,
            };
            assert_eq!(bytes, kind);
            for (a, b) in weight.unpacked().iter().zip(&numbers) {
                assert!((a - b).abs() <= 1e-6 * b.abs(), "{a} {b}");
            }
        }
    }
}
