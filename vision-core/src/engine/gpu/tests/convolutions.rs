//! Convolutions of every kind: each tile, groups, strides, dilation, padding, what follows the sum.

use super::{assert_same, numbers};
use crate::engine::cpu::tests::{HALF, Random, picture};
use crate::engine::plan::{Activation, Convolution, Numbers, Op, Order, Place, View, Weight, Window};

/// Pictures, height, width, channels in and out, groups.
type Sizes = [u32; 6];

const ONE: Window = Window { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0] };

fn window(kernel: [u32; 2], stride: [u32; 2], dilation: [u32; 2], pad: [u32; 2]) -> Window {
    Window { kernel, stride, dilation, pad }
}

/// The output's side with so much padding below and at the right.
fn side(window: &Window, axis: usize, input: u32, after: u32) -> u32 {
    let reach = window.reach(axis) as u32;
    (input + window.pad[axis] + after - reach) / window.stride[axis] + 1
}

/// Where views begin and how far their pixels lie apart.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    Anywhere,
    /// Without gaps and by fours of numbers, if their channels are: kernels that read four at once take those.
    InFours,
}

fn operands(
    random: &mut Random,
    sizes: Sizes,
    window: Window,
    out: [u32; 2],
    lie: Lie,
) -> (Convolution, Vec<Weight<'static>>) {
    let [count, height, width, in_c, out_c, groups] = sizes;
    let (input, output) = ([count, height, width, in_c], [count, out[0], out[1], out_c]);
    let [input, output] = match lie {
        Lie::Anywhere => {
            let start = random.below(7);
            [picture(random, start, input), picture(random, HALF, output)]
        }
        Lie::InFours => [View::dense(Place::Arena, 8, &input), View::dense(Place::Arena, HALF, &output)],
    };
    let dims = vec![groups, window.kernel[0] * window.kernel[1] * in_c / groups, out_c / groups];
    let mut row = |len: u32| Numbers::F32((0..len).map(|_| random.number()).collect());
    let weights =
        vec![Weight { numbers: row(dims.iter().product()), dims }, Weight { numbers: row(out_c), dims: vec![out_c] }];
    let conv = Convolution {
        window,
        groups,
        weight: 0,
        bias: Some(1),
        activation: Activation::None,
        order: Order::ActivationLast,
        residual: None,
        input,
        output,
    };
    (conv, weights)
}

/// A view of the output's size in the part of the arena that is full of numbers.
fn residual(random: &mut Random, output: &View, lie: Lie) -> View {
    match lie {
        Lie::Anywhere => picture(random, 3, [output.dims[0], output.dims[1], output.dims[2], output.dims[3]]),
        Lie::InFours => View::dense(Place::Arena, 4, &output.dims),
    }
}

#[test]
fn convolutions_sum_what_their_windows_see() {
    let three = window([3, 3], [1, 1], [1, 1], [1, 1]);
    let cases: [(Sizes, Window, [u32; 2]); 25] = [
        ([1, 1, 1, 1, 1, 1], ONE, [0, 0]),
        ([1, 1, 1, 67, 131, 1], ONE, [0, 0]),
        ([2, 1, 3, 5, 7, 1], ONE, [0, 0]),
        ([1, 11, 13, 17, 19, 1], ONE, [0, 0]),
        ([1, 11, 7, 16, 33, 1], ONE, [0, 0]),
        ([1, 9, 7, 5, 37, 1], window([1, 1], [2, 2], [1, 1], [0, 0]), [0, 0]),
        ([1, 13, 11, 3, 5, 1], window([3, 3], [2, 2], [1, 1], [1, 1]), [1, 1]),
        // More padding below and at the right than above.
        ([2, 8, 8, 3, 17, 1], window([3, 3], [2, 2], [1, 1], [0, 0]), [1, 1]),
        ([1, 7, 9, 4, 6, 1], window([3, 5], [1, 2], [2, 1], [2, 2]), [2, 2]),
        ([1, 5, 5, 2, 3, 1], window([5, 5], [1, 1], [1, 1], [4, 4]), [4, 4]),
        ([1, 6, 7, 6, 4, 2], window([3, 3], [1, 1], [1, 1], [1, 1]), [1, 1]),
        ([2, 5, 3, 9, 9, 3], ONE, [0, 0]),
        // Each channel becomes two.
        ([1, 7, 5, 5, 10, 5], window([3, 3], [1, 1], [1, 1], [1, 1]), [1, 1]),
        ([1, 2, 3, 37, 41, 1], window([2, 3], [1, 1], [1, 1], [0, 1]), [0, 1]),
        // Channels in fours, few and many of them, with small depths and large ones.
        ([1, 3, 3, 4, 4, 1], ONE, [0, 0]),
        ([2, 6, 11, 8, 12, 1], ONE, [0, 0]),
        ([1, 17, 16, 8, 8, 1], three, [1, 1]),
        ([1, 13, 11, 3, 8, 1], window([3, 3], [2, 2], [1, 1], [1, 1]), [1, 1]),
        ([1, 10, 9, 40, 40, 1], ONE, [0, 0]),
        ([1, 9, 11, 20, 36, 1], window([3, 3], [1, 1], [2, 1], [2, 1]), [2, 1]),
        ([1, 10, 10, 3, 40, 1], three, [1, 1]),
        ([1, 5, 5, 64, 40, 1], three, [1, 1]),
        ([2, 1, 1, 200, 68, 1], ONE, [0, 0]),
        ([1, 6, 7, 8, 16, 2], three, [1, 1]),
        ([1, 5, 4, 16, 80, 2], window([1, 1], [2, 2], [1, 1], [0, 0]), [1, 1]),
    ];
    let mut random = Random(0x1357_9bdf);
    for (sizes, window, after) in cases {
        let out = [side(&window, 0, sizes[1], after[0]), side(&window, 1, sizes[2], after[1])];
        for lie in [Lie::Anywhere, Lie::InFours] {
            let (conv, weights) = operands(&mut random, sizes, window, out, lie);
            assert_same(&Op::Conv(conv), &weights, numbers(&mut random));
        }
    }
}

#[test]
fn depthwise_convolutions_keep_channels_apart() {
    let cases: [(Sizes, Window, [u32; 2]); 7] = [
        ([1, 1, 1, 2, 2, 2], window([3, 3], [1, 1], [1, 1], [1, 1]), [1, 1]),
        ([2, 7, 5, 13, 13, 13], window([3, 3], [1, 1], [1, 1], [1, 1]), [1, 1]),
        ([1, 11, 9, 8, 8, 8], window([5, 5], [2, 2], [1, 1], [1, 1]), [2, 2]),
        ([1, 9, 10, 7, 7, 7], window([3, 3], [1, 2], [3, 2], [3, 2]), [3, 2]),
        ([1, 6, 6, 67, 67, 67], window([1, 1], [1, 1], [1, 1], [0, 0]), [0, 0]),
        ([2, 7, 9, 12, 12, 12], window([3, 5], [1, 1], [1, 1], [1, 2]), [1, 2]),
        ([1, 5, 7, 64, 64, 64], window([3, 3], [2, 2], [1, 1], [1, 1]), [1, 1]),
    ];
    let mut random = Random(0x2468_ace1);
    for (sizes, window, after) in cases {
        let out = [side(&window, 0, sizes[1], after[0]), side(&window, 1, sizes[2], after[1])];
        for lie in [Lie::Anywhere, Lie::InFours] {
            let (conv, weights) = operands(&mut random, sizes, window, out, lie);
            assert_same(&Op::Conv(conv), &weights, numbers(&mut random));
        }
    }
}

#[test]
fn what_follows_a_sum_comes_in_its_order() {
    let mut random = Random(0x0f1e_2d3c);
    let three = window([3, 3], [1, 1], [1, 1], [1, 1]);
    // Every kernel, with channels in fours and not.
    let cases = [
        ([2, 5, 7, 6, 11, 1], ONE, Lie::Anywhere),
        ([2, 5, 7, 8, 12, 1], ONE, Lie::InFours),
        ([1, 5, 3, 6, 37, 1], ONE, Lie::Anywhere),
        ([1, 5, 3, 8, 40, 1], ONE, Lie::InFours),
        ([1, 10, 9, 8, 40, 1], ONE, Lie::InFours),
        ([1, 6, 5, 9, 9, 9], three, Lie::Anywhere),
        ([1, 6, 5, 8, 8, 8], three, Lie::InFours),
    ];
    for (sizes, window, lie) in cases {
        for (activation, order, with_residual, with_bias) in [
            (Activation::Silu, Order::ActivationLast, true, true),
            (Activation::Silu, Order::ResidualLast, true, true),
            (Activation::Relu6, Order::ActivationLast, false, false),
            (Activation::LeakyRelu(0.1), Order::ResidualLast, true, false),
        ] {
            let (mut conv, weights) = operands(&mut random, sizes, window, [sizes[1], sizes[2]], lie);
            (conv.activation, conv.order) = (activation, order);
            conv.residual = with_residual.then(|| residual(&mut random, &conv.output, lie));
            conv.bias = conv.bias.filter(|_| with_bias);
            assert_same(&Op::Conv(conv), &weights, numbers(&mut random));
        }
    }
}

#[test]
fn transposed_convolutions_spread_their_windows() {
    // Input height and width, channels in and out, kernel, stride, padding, groups.
    let cases = [
        ([3, 4], [5, 6], 2, 2, 0, 1),
        ([4, 3], [4, 6], 3, 2, 1, 1),
        ([5, 2], [6, 4], 3, 1, 0, 2),
        ([1, 1], [1, 1], 4, 4, 0, 1),
        ([2, 6], [3, 3], 4, 2, 1, 1),
    ];
    let mut random = Random(0x1234_5678);
    for ([height, width], [in_c, out_c], kernel, stride, pad, groups) in cases {
        let out = [height, width].map(|side| (side - 1) * stride + kernel - 2 * pad);
        let window = window([kernel; 2], [stride; 2], [1, 1], [pad; 2]);
        let (mut conv, weights) =
            operands(&mut random, [2, height, width, in_c, out_c, groups], window, out, Lie::Anywhere);
        conv.activation = Activation::LeakyRelu(0.25);
        assert_same(&Op::ConvTranspose(conv), &weights, numbers(&mut random));
    }
}
