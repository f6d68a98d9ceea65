//! Numbers that are none, and infinite ones. WGSL lets a device assume that there are none; what is tested here holds on the
//! adapters that the tests run on (Mesa's lavapipe), and says which kernels at least do nothing to lose them.

use super::{both, numbers};
use crate::engine::cpu::tests::{HALF, Random, picture};
use crate::engine::plan::{
    Activation, BinaryFunction, Convolution, Numbers, Op, Order, Place, PoolKind, Reduction, UnaryFunction, View,
    Weight, Window,
};

const SPECIAL: [f32; 3] = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY];

fn with_special(random: &mut Random) -> Vec<f32> {
    let mut numbers = numbers(random);
    for at in 0..HALF as usize / 97 {
        numbers[at * 97 + random.below(97) as usize] = SPECIAL[at % 3];
    }
    numbers
}

#[track_caller]
fn assert_carried(op: &Op, weights: &[Weight]) {
    let mut random = Random(0x600d_f00d);
    let [ours, expected] = both(op, weights, with_special(&mut random));
    for (got, wanted) in ours.data.iter().zip(&expected.data) {
        let same = got == wanted || (got.is_nan() && wanted.is_nan()) || (got - wanted).abs() <= 1e-4;
        assert!(same, "{got}, not {wanted}: {op:?}");
    }
}

#[test]
fn what_is_no_number_reaches_every_output_that_it_takes_part_in() {
    let dense = |offset: u32| View::dense(Place::Arena, offset, &[40, 50]);
    let (a, b, output) = (dense(0), dense(2000), dense(HALF));
    assert_carried(&Op::Copy { input: a.clone(), output: output.clone() }, &[]);
    for activation in [Activation::Relu, Activation::Relu6, Activation::LeakyRelu(0.5)] {
        let function = UnaryFunction::Activation(activation);
        assert_carried(&Op::Unary { function, input: a.clone(), output: output.clone() }, &[]);
    }
    for function in [BinaryFunction::Add, BinaryFunction::Maximum, BinaryFunction::Minimum] {
        let (a, b, output) = (a.clone(), b.clone(), output.clone());
        assert_carried(&Op::Binary { function, activation: Activation::None, a, b, output }, &[]);
    }
    let tanh = UnaryFunction::Activation(Activation::Tanh);
    assert_carried(&Op::Unary { function: tanh, input: a.clone(), output: output.clone() }, &[]);
    for axis in [0, 1] {
        assert_carried(&Op::Softmax { axis, input: a.clone(), output: output.clone() }, &[]);
    }
    for reduction in [Reduction::Sum, Reduction::Maximum, Reduction::Minimum] {
        let output = View::dense(Place::Arena, HALF, &[40, 1]);
        assert_carried(&Op::Reduce { reduction, input: a.clone(), output }, &[]);
    }
    let mut random = Random(0x5eed);
    let window = Window { kernel: [3, 3], stride: [2, 2], dilation: [1, 1], pad: [1, 1] };
    let (input, output) = (picture(&mut random, 0, [1, 15, 17, 4]), picture(&mut random, HALF, [1, 8, 9, 4]));
    let pool = Op::Pool { kind: PoolKind::Max, window, input: input.clone(), output: output.clone() };
    assert_carried(&pool, &[]);
    let weights = [Weight { dims: vec![1, 36, 4], numbers: Numbers::F32((0..144).map(|_| random.number()).collect()) }];
    let conv = Convolution {
        window,
        groups: 1,
        weight: 0,
        bias: None,
        activation: Activation::Relu,
        order: Order::ActivationLast,
        residual: None,
        input,
        output,
    };
    assert_carried(&Op::Conv(conv), &weights);
}
