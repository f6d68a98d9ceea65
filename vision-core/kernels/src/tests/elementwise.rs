//! Work on two operands, and resizing: the same to the bit.

use super::*;

const OPS: [BinaryOp; 8] = [
    BinaryOp::Add,
    BinaryOp::Sub,
    BinaryOp::SubFrom,
    BinaryOp::Mul,
    BinaryOp::Div,
    BinaryOp::DivInto,
    BinaryOp::Max,
    BinaryOp::Min,
];

#[cfg_attr(test, test)]
pub(super) fn two_operands_of_every_kind() {
    for seed in 0..400 {
        let mut chance = Chance::new(seed);
        let (pixels, channels) = (chance.below(9), chance.below(40));
        let lds = [0; 3].map(|_| channels + chance.one_of(&[0, 0, 3]));
        let (a, b) = (chance.input(pixels * lds[0], true), chance.input(pixels * lds[1] + channels + pixels, true));
        let op = chance.one_of(&OPS);
        let operand = chance.one_of(&[
            Operand::Rows(Rows { data: &b, ld: lds[1] }),
            Operand::Channels(&b),
            Operand::Pixels(&b),
            Operand::Scalar(0.3),
        ]);
        let run = |isa: Isa| {
            let mut out = vec![UNTOUCHED; pixels * lds[2]];
            let (a, out_rows) = (Rows { data: &a, ld: lds[0] }, RowsMut { data: &mut out, ld: lds[2] });
            binary(isa, op, [pixels, channels], a, operand, out_rows);
            out
        };
        for isa in Isa::all_here() {
            assert!(same_bits(&run(isa), &run(Isa::Portable)), "{isa:?}, {op:?}, {pixels} x {channels}");
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn operations_are_what_they_are_called() {
    let expected = [8.0, 4.0, -4.0, 12.0, 3.0, 1.0 / 3.0, 6.0, 2.0];
    for isa in Isa::all_here() {
        for (op, expected) in OPS.into_iter().zip(expected) {
            let (a, mut out) = ([6.0; 9], [0.0; 9]);
            let out_rows = RowsMut { data: &mut out, ld: 9 };
            binary(isa, op, [1, 9], Rows { data: &a, ld: 9 }, Operand::Scalar(2.0), out_rows);
            assert_eq!(out, [expected; 9], "{op:?} on {isa:?}");
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn resizing_repeats_or_mixes() {
    for seed in 0..60 {
        let mut chance = Chance::new(seed);
        let [in_h, in_w, out_h, out_w] = [0; 4].map(|_| chance.within(1..=9));
        let channels = chance.within(1..=40);
        let (a_ld, ld) = (channels + chance.below(3), channels + chance.below(3));
        let data = chance.input(in_h * in_w * a_ld, seed.is_multiple_of(3));
        let a = Rows { data: &data, ld: a_ld };

        let mut places = |len: usize, of: usize| (0..len).map(|_| chance.below(of)).collect::<Vec<usize>>();
        let (rows, columns) = (places(out_h, in_h), places(out_w, in_w));
        let (lower_rows, right_columns) = (places(out_h, in_h), places(out_w, in_w));
        let axes = [NearestAxis::new(in_h, rows.clone()), NearestAxis::new(in_w, columns.clone())];
        for isa in Isa::all_here() {
            let mut out = vec![UNTOUCHED; out_h * out_w * ld];
            resize_nearest(isa, [&axes[0], &axes[1]], channels, 0..out_h, a, RowsMut { data: &mut out, ld });
            for (at, got) in out.iter().enumerate() {
                let (y, x, c) = (at / ld / out_w, at / ld % out_w, at % ld);
                let expected = if c < channels { data[(rows[y] * in_w + columns[x]) * a_ld + c] } else { UNTOUCHED };
                assert!(same_bits(&[*got], &[expected]), "{isa:?}");
            }
        }

        let mut linear = |in_len: usize, first: Vec<usize>, second: Vec<usize>| {
            let parts = first.into_iter().zip(second).map(|(first, second)| (first, second, chance.number().abs()));
            LinearAxis::new(in_len, parts.collect())
        };
        let axes = [linear(in_h, rows, lower_rows), linear(in_w, columns, right_columns)];
        let run = |isa: Isa, at_once: usize| {
            let mut out = vec![UNTOUCHED; out_h * out_w * ld];
            for first in (0..out_h).step_by(at_once) {
                let out = RowsMut { data: &mut out[first * out_w * ld..], ld };
                resize_bilinear(isa, [&axes[0], &axes[1]], channels, first..out_h.min(first + at_once), a, out);
            }
            out
        };
        for isa in Isa::all_here() {
            assert!(same_bits(&run(isa, 1), &run(Isa::Portable, out_h)), "{isa:?}");
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn the_middle_of_four_pixels_is_their_average() {
    let axis = LinearAxis::new(2, vec![(0, 1, 0.5)]);
    for isa in Isa::all_here() {
        let mut out = [0.0];
        let a = Rows { data: &[1.0, 2.0, 3.0, 6.0], ld: 1 };
        resize_bilinear(isa, [&axis, &axis], 1, 0..1, a, RowsMut { data: &mut out, ld: 1 });
        assert_eq!(out, [3.0]);
    }
}

#[cfg_attr(test, test)]
pub(super) fn copies_are_the_same_and_leave_the_rest() {
    for seed in 0..200 {
        let mut chance = Chance::new(seed);
        let (pixels, channels) = (chance.below(5), chance.below(80));
        let (a_ld, ld) = (channels + chance.one_of(&[0, 0, 3]), channels + chance.one_of(&[0, 0, 3]));
        let a = chance.input(pixels * a_ld, true);
        for isa in Isa::all_here() {
            let mut out = vec![UNTOUCHED; pixels * ld];
            copy(isa, [pixels, channels], Rows { data: &a, ld: a_ld }, RowsMut { data: &mut out, ld });
            for (at, got) in out.iter().enumerate() {
                let expected = if at % ld < channels { a[at / ld * a_ld + at % ld] } else { UNTOUCHED };
                assert!(same_bits(&[*got], &[expected]), "{isa:?}");
            }
        }
    }
}
