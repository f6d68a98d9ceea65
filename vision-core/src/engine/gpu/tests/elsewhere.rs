//! Everything that is no convolution: element-wise functions, reductions, pools, resizes, products.

use super::{assert_same, both, numbers};
use crate::engine::cpu::tests::{ACTIVATIONS, HALF, Random, SIZES, picture, scattered};
use crate::engine::plan::{
    Activation, BinaryFunction, CoordinateMode, Numbers, Op, Place, PoolKind, Reduction, ResizeKind, UnaryFunction,
    View, Weight, Window,
};

#[test]
fn numbers_are_copied_and_filled_wherever_they_lie() {
    let mut random = Random(0x9e37_79b9);
    for dims in SIZES {
        let (input, output) = (scattered(&mut random, 0, dims), scattered(&mut random, HALF, dims));
        let copy = Op::Copy { input, output: output.clone() };
        let [ours, expected] = both(&copy, &[], numbers(&mut random));
        assert_eq!(ours, expected);
        let [ours, expected] = both(&Op::Fill { value: -3.5, output }, &[], numbers(&mut random));
        assert_eq!(ours, expected);
    }
    // In fours: every second pixel of four channels, and a part of more channels.
    let pixels = |offset, strides| View { place: Place::Arena, offset, dims: vec![5, 7, 4], strides };
    for strides in [vec![8 * 7, 8, 1], vec![20 * 14, 20, 1]] {
        let copy = Op::Copy { input: pixels(8, strides), output: pixels(HALF + 4, vec![4 * 7, 4, 1]) };
        let [ours, expected] = both(&copy, &[], numbers(&mut random));
        assert_eq!(ours, expected);
    }
    // What a weight holds, repeated along an axis.
    let weights = [Weight { dims: vec![5], numbers: Numbers::F32(vec![1.0, 2.0, 3.0, 4.0, 5.0].into()) }];
    let input = View { place: Place::Weight(0), offset: 1, dims: vec![3, 4], strides: vec![0, 1] };
    let copy = Op::Copy { input, output: View::dense(Place::Arena, HALF + 1, &[3, 4]) };
    let [ours, expected] = both(&copy, &weights, numbers(&mut random));
    assert_eq!(ours, expected);
}

#[test]
fn functions_of_one_number_are_those_of_the_definition() {
    let functions = [
        UnaryFunction::Exp,
        UnaryFunction::Log,
        UnaryFunction::Sqrt,
        UnaryFunction::Reciprocal,
        UnaryFunction::Negate,
        UnaryFunction::Absolute,
        UnaryFunction::Erf,
        UnaryFunction::Square,
    ];
    let mut random = Random(0xdead_beef);
    for function in ACTIVATIONS.into_iter().map(UnaryFunction::Activation).chain(functions) {
        let is_of_positive = matches!(function, UnaryFunction::Log | UnaryFunction::Sqrt | UnaryFunction::Reciprocal);
        // Small, middling and large; of both signs where both have a result.
        let numbers = (0..HALF).map(|at| {
            let number = random.number() * [0.01, 1.0, 10.0, 60.0][at as usize % 4];
            if is_of_positive { number.abs() + 0.01 } else { number }
        });
        let numbers: Vec<f32> = numbers.collect();
        // Number by number, and in fours.
        for (start, dims) in [(3, [13, 61]), (4, [12, 60])] {
            let (input, output) = (View::dense(Place::Arena, start, &dims), View::dense(Place::Arena, HALF, &dims));
            assert_same(&Op::Unary { function, input, output }, &[], Vec::clone(&numbers));
        }
    }
}

#[test]
fn functions_of_two_numbers_repeat_what_is_repeated() {
    let functions = [
        BinaryFunction::Add,
        BinaryFunction::Subtract,
        BinaryFunction::Multiply,
        BinaryFunction::Divide,
        BinaryFunction::Minimum,
        BinaryFunction::Maximum,
        BinaryFunction::Power,
    ];
    let mut random = Random(0x0bad_cafe);
    for (round, function) in functions.into_iter().cycle().take(14).enumerate() {
        let dims = SIZES[round % SIZES.len()];
        let [mut a, mut b] = [0, 2048].map(|offset| scattered(&mut random, offset, dims));
        let repeated = if round % 2 == 0 { &mut a } else { &mut b };
        repeated.strides[round % dims.len()] = 0;
        let activation = if round % 3 == 0 { Activation::Relu } else { Activation::None };
        let output = scattered(&mut random, HALF, dims);
        // Away from zero, where a quotient is as large as its divisor is wrong.
        let numbers = numbers(&mut random).into_iter().map(|number| number.abs() + 0.25).collect();
        assert_same(&Op::Binary { function, activation, a, b, output }, &[], numbers);
    }
    // In fours: a row of channels for every pixel.
    let a = View::dense(Place::Arena, 0, &[6, 5, 12]);
    let b = View { strides: vec![0, 0, 1], ..View::dense(Place::Arena, 2048, &[6, 5, 12]) };
    let output = View::dense(Place::Arena, HALF, &[6, 5, 12]);
    let (function, activation) = (BinaryFunction::Multiply, Activation::HardSwish);
    assert_same(&Op::Binary { function, activation, a, b, output }, &[], numbers(&mut random));
}

#[test]
fn powers_of_negative_numbers_have_their_signs() {
    let bases = [-2.0, -2.0, -2.0, 0.0, 0.0, 3.0, -1.5, 1.0];
    let exponents = [2.0, 3.0, -1.0, 0.0, 2.0, -2.0, 0.0, 7.5];
    let mut numbers = vec![0.0; HALF as usize];
    numbers[..8].copy_from_slice(&bases);
    numbers[8..16].copy_from_slice(&exponents);
    let op = Op::Binary {
        function: BinaryFunction::Power,
        activation: Activation::None,
        a: View::dense(Place::Arena, 0, &[8]),
        b: View::dense(Place::Arena, 8, &[8]),
        output: View::dense(Place::Arena, HALF, &[8]),
    };
    assert_same(&op, &[], numbers);
}

#[test]
fn axes_are_reduced_and_normalised_wherever_they_lie() {
    let mut random = Random(0x51ed_270b);
    let larger: [&[u32]; 4] = [&[1, 9, 11, 13], &[3, 701], &[401, 3], &[2, 300, 2]];
    for (round, dims) in SIZES.iter().chain(&larger).enumerate() {
        let input = match round % 2 {
            0 => scattered(&mut random, 0, dims),
            _ => View::dense(Place::Arena, 1, dims),
        };
        for reduction in [Reduction::Sum, Reduction::Mean, Reduction::Maximum, Reduction::Minimum] {
            let kept: Vec<u32> = dims.iter().map(|dim| if random.below(2) == 0 { 1 } else { *dim }).collect();
            let output = scattered(&mut random, HALF, &kept);
            assert_same(&Op::Reduce { reduction, input: input.clone(), output }, &[], numbers(&mut random));
        }
        let axis = random.below(dims.len() as u32);
        let output = scattered(&mut random, HALF, dims);
        let large = numbers(&mut random).into_iter().map(|number| 100.0 * number).collect();
        assert_same(&Op::Softmax { axis, input: input.clone(), output }, &[], large);
        let mut one = dims.to_vec();
        one[axis as usize] = 1;
        let output = scattered(&mut random, HALF, &one);
        // Few different numbers, so that several are the largest.
        let coarse = numbers(&mut random).into_iter().map(|number| (5.0 * number).round()).collect();
        assert_same(&Op::ArgMax { axis, input, output }, &[], coarse);
    }
}

#[test]
fn pools_and_resizes_find_their_pixels() {
    let mut random = Random(0xabcd_ef01);
    let window = Window { kernel: [3, 2], stride: [2, 1], dilation: [1, 2], pad: [1, 1] };
    let input = picture(&mut random, 1, [2, 7, 6, 5]);
    // Channels number by number, and in fours.
    let fours = View::dense(Place::Arena, 4, &[2, 7, 6, 12]);
    for kind in [PoolKind::Max, PoolKind::AverageInside, PoolKind::AverageAll] {
        let output = picture(&mut random, HALF, [2, 4, 6, 5]);
        for (input, output) in [(&input, output), (&fours, View::dense(Place::Arena, HALF, &[2, 4, 6, 12]))] {
            let op = Op::Pool { kind, window, input: input.clone(), output };
            assert_same(&op, &[], numbers(&mut random));
        }
    }
    let modes = [
        CoordinateMode::HalfPixel,
        CoordinateMode::PytorchHalfPixel,
        CoordinateMode::AlignCorners,
        CoordinateMode::Asymmetric,
    ];
    for kind in [ResizeKind::NearestRound, ResizeKind::NearestFloor, ResizeKind::Bilinear] {
        for coordinates in modes {
            for [height, width] in [[14, 12], [3, 13], [1, 1]] {
                let output = picture(&mut random, HALF, [2, height, width, 5]);
                let scale = [height as f32 / 7.0, width as f32 / 6.0];
                let op = Op::Resize { kind, coordinates, scale, input: input.clone(), output };
                assert_same(&op, &[], numbers(&mut random));
            }
        }
    }
}

#[test]
fn products_of_matrices_walk_any_strides() {
    let mut random = Random(0x7f4a_7c15);
    for (round, [m, k, n]) in [[5, 4, 6], [3, 19, 17], [1, 1, 1], [18, 33, 2]].into_iter().cycle().take(8).enumerate() {
        let mut views = [(0, [2, 1, m, k]), (2048, [2, 1, k, n]), (HALF, [2, 1, m, n])]
            .map(|(offset, dims)| View::dense(Place::Arena, offset, &dims));
        if round >= 4 {
            views = views.map(|view| scattered(&mut random, view.offset, &view.dims));
        }
        let [a, b, output] = views;
        assert_same(&Op::MatMul { a, b, output }, &[], numbers(&mut random));
    }
}
