//! Pools and averages: the same to the bit.

use super::*;

#[cfg_attr(test, test)]
pub(super) fn pools_of_every_kind() {
    for seed in 0..300 {
        let mut chance = Chance::new(seed);
        let channels = chance.within(1..=70);
        let conv = conv::shape(&mut chance, channels, channels, channels);
        let shape = PoolShape {
            in_h: conv.in_h,
            in_w: conv.in_w,
            channels,
            out_h: conv.out_h,
            out_w: conv.out_w,
            kernel: conv.kernel,
            stride: conv.stride,
            dilation: conv.dilation,
            pad_top: conv.pad_top,
            pad_left: conv.pad_left,
        };
        let (a_ld, ld) = (channels + chance.below(3), channels + chance.below(3));
        let data = chance.input(shape.in_h * shape.in_w * a_ld, seed.is_multiple_of(3));
        let a = Rows { data: &data, ld: a_ld };
        let padding = chance.one_of(&[Padding::Counts, Padding::IsLeftOut]);
        let run = |isa: Isa, average: bool, at_once: usize| {
            let mut out = vec![UNTOUCHED; shape.out_h * shape.out_w * ld];
            for first in (0..shape.out_h).step_by(at_once) {
                let rows = first..shape.out_h.min(first + at_once);
                let out = RowsMut { data: &mut out[first * shape.out_w * ld..], ld };
                if average {
                    average_pool(isa, &shape, rows, padding, a, out);
                } else {
                    max_pool(isa, &shape, rows, a, out);
                }
            }
            out
        };
        for isa in Isa::all_here() {
            for average in [false, true] {
                let (got, expected) = (run(isa, average, 1), run(Isa::Portable, average, shape.out_h));
                assert!(same_bits(&got, &expected), "{isa:?}, {shape:?}");
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn the_largest_number_and_the_average_of_a_corner() {
    let shape = PoolShape {
        in_h: 2,
        in_w: 2,
        channels: 1,
        out_h: 1,
        out_w: 1,
        kernel: [3, 3],
        stride: [1, 1],
        dilation: [1, 1],
        pad_top: 1,
        pad_left: 1,
    };
    let a = Rows { data: &[-1.0, -2.0, -3.0, -6.0], ld: 1 };
    for isa in Isa::all_here() {
        let mut out = [0.0];
        max_pool(isa, &shape, 0..1, a, RowsMut { data: &mut out, ld: 1 });
        assert_eq!(out, [-1.0]);
        average_pool(isa, &shape, 0..1, Padding::IsLeftOut, a, RowsMut { data: &mut out, ld: 1 });
        assert_eq!(out, [-3.0]);
        average_pool(isa, &shape, 0..1, Padding::Counts, a, RowsMut { data: &mut out, ld: 1 });
        assert_eq!(out, [-12.0 / 9.0]);
    }
}

#[cfg_attr(test, test)]
pub(super) fn averages_of_whole_pictures() {
    for (seed, pixels) in [0, 1, 2, 63, 64, 65, 200].into_iter().enumerate() {
        for channels in [0, 1, 3, 8, 31, 32, 33, 100] {
            let mut chance = Chance::new(seed as u64);
            let ld = channels + chance.below(3);
            let data = chance.input(pixels * ld, seed.is_multiple_of(3));
            let run = |isa: Isa| {
                let mut out = vec![UNTOUCHED; channels];
                global_average(isa, pixels, Rows { data: &data, ld }, &mut out);
                out
            };
            for isa in Isa::all_here() {
                assert!(same_bits(&run(isa), &run(Isa::Portable)), "{isa:?}, {pixels} x {channels}");
            }
        }
    }
}
