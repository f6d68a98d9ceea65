//! Ops over views of odd strides against what their words say, number by number.

mod bands;
pub(in crate::engine) mod recurrence;
mod special;

use std::num::NonZeroUsize;

use super::CpuEngine;
use super::kernels::Isa;
use crate::engine::plan::tests::every_op;
use crate::engine::plan::{
    Activation, BinaryFunction, Convolution, CoordinateMode, Limits, Numbers, Op, Order, Place, Plan, PoolKind,
    Reduction, ResizeKind, UnaryFunction, View, Weight, Window,
};
use crate::engine::{Model, Tensor};

/// Numbers of the arena that the inputs of a test take, and as many for its output.
pub(in crate::engine) const HALF: u32 = 4096;

/// Each that there is.
pub(in crate::engine) const ACTIVATIONS: [Activation; 11] = [
    Activation::None,
    Activation::Relu,
    Activation::Relu6,
    Activation::Clip { low: -0.25, high: 0.5 },
    Activation::LeakyRelu(0.1),
    Activation::HardSwish,
    Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    Activation::Sigmoid,
    Activation::Silu,
    Activation::Gelu,
    Activation::Tanh,
];

/// A small generator of numbers, the same everywhere (xorshift64*).
pub(in crate::engine) struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> f32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as f32 / (1_u32 << 23) as f32 - 1.0
    }

    pub fn below(&mut self, end: u32) -> u32 {
        ((self.number() + 1.0) / 2.0 * end as f32) as u32 % end
    }
}

/// A view of these sizes whose axes lie in a random order, with gaps.
pub(in crate::engine) fn scattered(random: &mut Random, offset: u32, dims: &[u32]) -> View {
    let mut order: Vec<usize> = (0..dims.len()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, random.below(at as u32 + 1) as usize);
    }
    let mut strides = vec![0; dims.len()];
    let mut next = 1;
    for axis in order {
        strides[axis] = next;
        next = next * dims[axis] + random.below(3);
    }
    View { place: Place::Arena, offset: offset + random.below(5), dims: dims.to_vec(), strides }
}

/// Each place of a view, by its index along each axis.
fn places(dims: &[u32]) -> Vec<Vec<u32>> {
    dims.iter().fold(vec![Vec::new()], |before, dim| {
        let with = |place: &Vec<u32>| (0..*dim).map(|at| [&place[..], &[at]].concat()).collect::<Vec<_>>();
        before.iter().flat_map(with).collect()
    })
}

fn at(view: &View, place: &[u32]) -> usize {
    let from_axes = place.iter().zip(&view.strides).zip(&view.dims);
    (view.offset + from_axes.map(|((at, stride), dim)| at.min(&(dim - 1)) * stride).sum::<u32>()) as usize
}

/// Runs one op on an arena of random numbers: the arena before, and the output.
fn run(random: &mut Random, op: Op, weights: Vec<Weight<'static>>) -> (Vec<f32>, Tensor) {
    let arena: Vec<f32> = (0..HALF).map(|_| random.number()).collect();
    let output = run_on(&arena, op, weights);
    (arena, output)
}

/// Runs one op on an arena, with every set of instructions that is here.
fn run_on(arena: &[f32], op: Op, weights: Vec<Weight<'static>>) -> Tensor {
    let whole = View::dense(Place::Arena, 0, &[1, 1, 1, HALF]);
    let output = op.output().clone();
    let ops = vec![op];
    let plan = Plan {
        arena_len: 2 * HALF,
        inputs: vec![whole],
        outputs: vec![output],
        weights,
        names: vec![String::new()],
        ops,
    };
    let inputs = [Tensor { shape: vec![1, 1, 1, HALF as usize], data: arena.to_vec() }];
    let mut outputs = Isa::all_here().map(|isa| {
        let model = CpuEngine::new(isa, NonZeroUsize::MIN).load_plan(&plan).expect("a sound plan");
        model.run(&inputs).expect("it runs").remove(0)
    });
    let first = outputs.next().expect("plain loops are everywhere");
    for other in outputs {
        assert_eq!(first.shape, other.shape);
        let same = |(a, b): (&f32, &f32)| a == b || (a - b).abs() <= 1e-4 || (a.is_nan() && b.is_nan());
        assert!(first.data.iter().zip(&other.data).all(same), "kernels disagree");
    }
    first
}

fn assert_close(what: &str, output: &Tensor, expected: impl Iterator<Item = f32>) {
    for (at, (got, wanted)) in output.data.iter().zip(expected).enumerate() {
        assert!((got - wanted).abs() <= 1e-4 * wanted.abs().max(1.0), "{what} at {at}: {got}, not {wanted}");
    }
}

/// What a function of two numbers gives.
type Expected = fn(f32, f32) -> f32;

/// Puts another number there, now and then.
fn maybe(random: &mut Random, number: &mut u32) {
    const NUMBERS: [u32; 14] = [0, 1, 1, 2, 2, 3, 4, 5, 8, 16, 64, 4095, 4096, u32::MAX];
    if random.below(8) == 0 {
        *number = NUMBERS[random.below(NUMBERS.len() as u32) as usize];
    }
}

fn spoil_view(random: &mut Random, view: &mut View) {
    view.dims.iter_mut().chain(&mut view.strides).for_each(|number| maybe(random, number));
    maybe(random, &mut view.offset);
}

/// Changes some of the numbers that an op is made of.
fn spoil(random: &mut Random, op: &mut Op) {
    let mut maybe = |number: &mut u32| maybe(random, number);
    if let Op::Conv(conv) | Op::ConvTranspose(conv) = op {
        let Window { kernel, stride, dilation, pad } = &mut conv.window;
        let numbers = kernel.iter_mut().chain(stride).chain(dilation).chain(pad);
        numbers.chain([&mut conv.groups, &mut conv.weight]).for_each(&mut maybe);
    }
    if let Op::Pool { window: Window { kernel, stride, dilation, pad }, .. } = op {
        kernel.iter_mut().chain(stride).chain(dilation).chain(pad).for_each(&mut maybe);
    }
    if let Op::Softmax { axis, .. } | Op::Reverse { axis, .. } | Op::ArgMax { axis, .. } = op {
        maybe(axis);
    }
    if let Op::Recurrence(recurrence) = op {
        maybe(&mut recurrence.weight);
    }
    op.views_mut().for_each(|view| spoil_view(random, view));
}

#[test]
fn whatever_passes_the_check_runs() {
    let limits = Limits { multiplications: 1 << 16, ..Limits::default() };
    let mut random = Random(0x7777_1234);
    let mut sound = 0;
    for round in 0..40_000_usize {
        let mut plan = every_op();
        let chosen = round % plan.ops.len();
        spoil(&mut random, &mut plan.ops[chosen]);
        spoil_view(&mut random, &mut plan.outputs[0]);
        plan.ops = vec![plan.ops.swap_remove(chosen)];
        plan.names.truncate(1);
        if plan.check(&limits).is_err() {
            continue;
        }
        sound += 1;
        for isa in Isa::all_here() {
            // Too much scratch is told as an error.
            let Ok(model) = CpuEngine::new(isa, NonZeroUsize::MIN).load_plan(&plan) else { continue };
            let dims: Vec<usize> = plan.inputs[0].dims.iter().map(|dim| *dim as usize).collect();
            let input = Tensor { data: vec![0.5; dims.iter().product()], shape: dims };
            assert!(model.run(&[input]).is_ok(), "{:?}", plan.ops);
        }
    }
    assert!(sound > 1_000, "only {sound} plans were sound");
}

pub(in crate::engine) const SIZES: [&[u32]; 8] =
    [&[1], &[7], &[2, 3], &[17, 5], &[3, 1, 4], &[2, 3, 5, 7], &[1, 2, 33, 4], &[2, 3, 2, 2, 5]];

#[test]
fn numbers_are_copied_and_changed_wherever_they_lie() {
    let mut random = Random(0x9e37_79b9);
    for (round, dims) in SIZES.iter().cycle().take(64).enumerate() {
        let [input, other] = [0, 2048].map(|offset| scattered(&mut random, offset, dims));
        let output = scattered(&mut random, HALF, dims);
        let (arena, copied) = run(&mut random, Op::Copy { input: input.clone(), output: output.clone() }, Vec::new());
        assert_close("copy", &copied, places(dims).iter().map(|place| arena[at(&input, place)]));

        let axis = round % dims.len();
        let op = Op::Reverse { axis: axis as u32, input: input.clone(), output: output.clone() };
        let (arena, reversed) = run(&mut random, op, Vec::new());
        let mirrored = places(dims).into_iter().map(|mut place| {
            place[axis] = dims[axis] - 1 - place[axis];
            arena[at(&input, &place)]
        });
        assert_close("reverse", &reversed, mirrored);

        let function = UnaryFunction::Square;
        let op = Op::Unary { function, input: input.clone(), output: output.clone() };
        let (arena, squares) = run(&mut random, op, Vec::new());
        assert_close("square", &squares, places(dims).iter().map(|place| arena[at(&input, place)].powi(2)));

        // Repeated along an axis, as a number per channel or per pixel is.
        let mut other = other;
        other.strides[round % dims.len()] = 0;
        let functions: [(BinaryFunction, Expected); 4] = [
            (BinaryFunction::Subtract, |a, b| a - b),
            (BinaryFunction::Multiply, |a, b| a * b),
            (BinaryFunction::Maximum, f32::max),
            (BinaryFunction::Add, |a, b| a + b),
        ];
        for (function, expected) in functions {
            for swapped in [false, true] {
                let (a, b) = if swapped { (&other, &input) } else { (&input, &other) };
                let op = Op::Binary {
                    function,
                    activation: Activation::None,
                    a: a.clone(),
                    b: b.clone(),
                    output: output.clone(),
                };
                let (arena, result) = run(&mut random, op, Vec::new());
                let wanted = places(dims).into_iter().map(|place| expected(arena[at(a, &place)], arena[at(b, &place)]));
                assert_close("binary", &result, wanted);
            }
        }
    }
}

#[test]
fn axes_are_reduced_and_normalised_wherever_they_lie() {
    let mut random = Random(0x51ed_270b);
    for (round, dims) in SIZES.iter().cycle().take(48).enumerate() {
        let input = scattered(&mut random, 0, dims);
        let reduced = |axis: usize| (round >> axis) & 1 == 0;
        let kept: Vec<u32> = dims.iter().enumerate().map(|(axis, dim)| if reduced(axis) { 1 } else { *dim }).collect();
        let output = scattered(&mut random, HALF, &kept);
        let count = (dims.iter().product::<u32>() / kept.iter().product::<u32>()) as f32;
        for reduction in [Reduction::Sum, Reduction::Mean, Reduction::Maximum, Reduction::Minimum] {
            let op = Op::Reduce { reduction, input: input.clone(), output: output.clone() };
            let (arena, result) = run(&mut random, op, Vec::new());
            let expected = places(&kept).into_iter().map(|kept_place| {
                let of_this = |place: &&Vec<u32>| {
                    place.iter().zip(&kept_place).enumerate().all(|(axis, (a, b))| reduced(axis) || a == b)
                };
                let all = places(dims);
                let numbers = all.iter().filter(of_this).map(|place| arena[at(&input, place)]);
                match reduction {
                    Reduction::Sum => numbers.sum(),
                    Reduction::Mean => numbers.sum::<f32>() / count,
                    Reduction::Maximum => numbers.fold(f32::NEG_INFINITY, f32::max),
                    Reduction::Minimum => numbers.fold(f32::INFINITY, f32::min),
                }
            });
            assert_close("reduce", &result, expected);
        }
        let axis = round % dims.len();
        let output = scattered(&mut random, HALF, dims);
        let op = Op::Softmax { axis: axis as u32, input: input.clone(), output };
        let (arena, result) = run(&mut random, op, Vec::new());
        let expected = places(dims).into_iter().map(|mut place| {
            let own = arena[at(&input, &place)].exp();
            let along = (0..dims[axis]).map(|step| {
                place[axis] = step;
                arena[at(&input, &place)].exp()
            });
            own / along.sum::<f32>()
        });
        assert_close("softmax", &result, expected);
        let output = scattered(&mut random, HALF, &kept_without(dims, axis));
        let op = Op::ArgMax { axis: axis as u32, input: input.clone(), output };
        let (arena, result) = run(&mut random, op, Vec::new());
        let expected = places(&kept_without(dims, axis)).into_iter().map(|mut place| {
            let number = |step: u32| {
                place[axis] = step;
                arena[at(&input, &place)]
            };
            let row: Vec<f32> = (0..dims[axis]).map(number).collect();
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            row.iter().position(|number| *number == largest).expect("it is one of them") as f32
        });
        assert_close("argmax", &result, expected);
    }
}

/// These sizes with one along an axis.
fn kept_without(dims: &[u32], axis: usize) -> Vec<u32> {
    let mut dims = dims.to_vec();
    dims[axis] = 1;
    dims
}

/// A picture (N, H, W, C) with gaps between pixels.
pub(in crate::engine) fn picture(random: &mut Random, offset: u32, dims: [u32; 4]) -> View {
    let [_, height, width, channels] = dims;
    let pixel = channels + random.below(4);
    let strides = vec![height * width * pixel, width * pixel, pixel, 1];
    View { place: Place::Arena, offset, dims: dims.to_vec(), strides }
}

#[test]
fn transposed_convolutions_spread_their_windows() {
    let mut random = Random(0x1234_5678);
    // Input height and width, channels in and out, kernel, stride, padding, groups.
    let cases = [
        ([3, 4], [5, 6], 2, 2, 0, 1),
        ([3, 4], [5, 1], 2, 2, 0, 1),
        ([4, 3], [4, 6], 3, 2, 1, 1),
        ([5, 2], [6, 4], 3, 1, 0, 2),
        ([1, 1], [1, 1], 4, 4, 0, 1),
        ([2, 6], [3, 3], 4, 2, 1, 1),
    ];
    for ([height, width], [channels, out_channels], kernel, stride, pad, groups) in cases {
        for dense in [true, false] {
            let side = |side: u32| (side - 1) * stride + kernel - 2 * pad;
            let out = [2, side(height), side(width), out_channels];
            let input = picture(&mut random, 3, [2, height, width, channels]);
            let output = match dense {
                true => View::dense(Place::Arena, HALF, &out),
                false => picture(&mut random, HALF, out),
            };
            let (of_group, out_of_group) = (channels / groups, out_channels / groups);
            let dims = vec![groups, kernel * kernel * of_group, out_of_group];
            let numbers: Vec<f32> = (0..dims.iter().product::<u32>()).map(|_| random.number()).collect();
            let bias: Vec<f32> = (0..out_channels).map(|_| random.number()).collect();
            let weights = vec![
                Weight { dims, numbers: Numbers::F32(numbers.clone().into()) },
                Weight { dims: vec![out_channels], numbers: Numbers::F32(bias.clone().into()) },
            ];
            let window = Window { kernel: [kernel; 2], stride: [stride; 2], dilation: [1; 2], pad: [pad; 2] };
            let op = Op::ConvTranspose(Convolution {
                window,
                groups,
                weight: 0,
                bias: Some(1),
                activation: Activation::LeakyRelu(0.25),
                order: Order::ActivationLast,
                residual: None,
                input: input.clone(),
                output,
            });
            let (arena, result) = run(&mut random, op, weights);
            let mut expected: Vec<f32> = places(&out).iter().map(|place| bias[place[3] as usize]).collect();
            for place in places(&[2, height, width, channels]) {
                let [n, y, x, c] = place[..] else { unreachable!("four axes") };
                let group = c / of_group;
                for tap in places(&[kernel, kernel, out_of_group]) {
                    let [ky, kx, o] = tap[..] else { unreachable!("three axes") };
                    let (Some(to_y), Some(to_x)) =
                        ((y * stride + ky).checked_sub(pad), (x * stride + kx).checked_sub(pad))
                    else {
                        continue;
                    };
                    if to_y < out[1] && to_x < out[2] {
                        let row = (group * kernel * kernel + ky * kernel + kx) * of_group + c % of_group;
                        let to = ((n * out[1] + to_y) * out[2] + to_x) * out_channels + group * out_of_group + o;
                        expected[to as usize] += arena[at(&input, &place)] * numbers[(row * out_of_group + o) as usize];
                    }
                }
            }
            let expected = expected.into_iter().map(|x| if x < 0.0 { 0.25 * x } else { x });
            assert_close("transposed", &result, expected);
        }
    }
}

#[test]
fn resizes_find_their_pixels_as_onnx_says() {
    // From ONNX's own examples of Resize: a row of four resized to other lengths.
    let cases: [(ResizeKind, CoordinateMode, u32, f32, &[f32]); 5] = [
        (ResizeKind::Bilinear, CoordinateMode::HalfPixel, 8, 2.0, &[1.0, 1.25, 1.75, 2.25, 2.75, 3.25, 3.75, 4.0]),
        (ResizeKind::Bilinear, CoordinateMode::AlignCorners, 7, 1.75, &[1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0]),
        (ResizeKind::Bilinear, CoordinateMode::Asymmetric, 8, 2.0, &[1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.0]),
        (ResizeKind::NearestFloor, CoordinateMode::Asymmetric, 8, 2.0, &[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0]),
        (ResizeKind::NearestRound, CoordinateMode::HalfPixel, 2, 0.5, &[1.0, 3.0]),
    ];
    for (kind, coordinates, len, scale, expected) in cases {
        let (input, output) =
            (View::dense(Place::Arena, 0, &[1, 1, 4, 1]), View::dense(Place::Arena, 16, &[1, 1, len, 1]));
        let op = Op::Resize { kind, coordinates, scale: [1.0, scale], input: input.clone(), output: output.clone() };
        let plan = Plan {
            arena_len: 32,
            inputs: vec![input],
            outputs: vec![output],
            weights: Vec::new(),
            ops: vec![op],
            names: vec![String::new()],
        };
        let model = CpuEngine::default().load_plan(&plan).expect("a sound plan");
        let row = Tensor { shape: vec![1, 1, 4, 1], data: vec![1.0, 2.0, 3.0, 4.0] };
        assert_eq!(model.run(&[row]).expect("it runs")[0].data, expected, "{kind:?} {coordinates:?}");
    }
}

#[test]
fn products_do_not_depend_on_the_number_of_threads() {
    let mut random = Random(0x0bad_cafe);
    for [batch, m, k, n] in [[1, 70, 40, 50], [3, 33, 24, 48], [5, 50, 30, 40]] {
        let a = View::dense(Place::Arena, 0, &[batch, m, k]);
        let b = View::dense(Place::Arena, batch * m * k, &[batch, k, n]);
        let output = View::dense(Place::Arena, b.offset + batch * k * n, &[batch, m, n]);
        let tensors = [&a, &b].map(|view| Tensor {
            shape: view.dims.iter().map(|dim| *dim as usize).collect(),
            data: (0..view.volume()).map(|_| random.number()).collect(),
        });
        let plan = Plan {
            arena_len: output.offset + batch * m * n,
            inputs: vec![a.clone(), b.clone()],
            outputs: vec![output.clone()],
            weights: Vec::new(),
            ops: vec![Op::MatMul { a, b, output }],
            names: vec![String::new()],
        };
        let run = |threads| {
            let engine = CpuEngine::new(Isa::best(), NonZeroUsize::new(threads).expect("it is not zero"));
            engine.load_plan(&plan).expect("a sound plan").run(&tensors).expect("it runs")
        };
        let alone = run(1);
        for threads in [2, 3, 5] {
            assert!(run(threads) == alone, "{batch} of {m} x {k} x {n} with {threads} threads");
        }
    }
}

#[test]
fn pools_and_products_compute_what_they_say() {
    let mut random = Random(0xabcd_ef01);
    // Sizes beyond and below what one sum takes at once, with and without packing; scattered as they come, row by row, and by columns.
    let sizes = [[5, 4, 6], [3, 11, 7], [1, 1, 1], [4, 19, 3], [9, 7, 33], [17, 20, 16]];
    for (round, [m, k, n]) in sizes.into_iter().cycle().take(4 * sizes.len()).enumerate() {
        let mut views = [(0, [2, 3, m, k]), (2048, [2, 3, k, n]), (HALF, [2, 3, m, n])]
            .map(|(offset, dims)| View::dense(Place::Arena, offset, &dims));
        match round / sizes.len() {
            // There is no room for large ones to be scattered.
            0 if k * n < 100 => views = views.map(|view| scattered(&mut random, view.offset, &view.dims)),
            0 | 1 => {}
            2 => views[1].strides = vec![3 * k * n, k * n, 1, k],
            // The first by columns, one second for all; rows with gaps.
            _ => {
                views[0].strides = vec![3 * m * k, m * k, 1, m];
                views[1].strides[0] = 0;
                views[2].strides = vec![3 * m * (n + 1), m * (n + 1), n + 1, 1];
            }
        }
        let [a, b, output] = views;
        let (arena, result) = run(&mut random, Op::MatMul { a: a.clone(), b: b.clone(), output }, Vec::new());
        let expected = places(&[2, 3, m, n]).into_iter().map(|place| {
            let [x, y, row, column] = place[..] else { unreachable!("four axes") };
            (0..k).map(|k| arena[at(&a, &[x, y, row, k])] * arena[at(&b, &[x, y, k, column])]).sum()
        });
        assert_close("product", &result, expected);
    }

    let window = Window { kernel: [3, 2], stride: [2, 1], dilation: [1, 2], pad: [1, 1] };
    let input = picture(&mut random, 1, [2, 7, 6, 5]);
    for kind in [PoolKind::Max, PoolKind::AverageInside, PoolKind::AverageAll] {
        let output = picture(&mut random, HALF, [2, 4, 6, 5]);
        let op = Op::Pool { kind, window, input: input.clone(), output };
        let (arena, result) = run(&mut random, op, Vec::new());
        let expected = places(&[2, 4, 6, 5]).into_iter().map(|place| {
            let [n, y, x, c] = place[..] else { unreachable!("four axes") };
            let inside = places(&[3, 2]).into_iter().filter_map(|tap| {
                let (y, x) = ((2 * y + tap[0]).checked_sub(1)?, (x + 2 * tap[1]).checked_sub(1)?);
                (y < 7 && x < 6).then(|| arena[at(&input, &[n, y, x, c])])
            });
            let inside: Vec<f32> = inside.collect();
            match kind {
                PoolKind::Max => inside.into_iter().fold(f32::NEG_INFINITY, f32::max),
                PoolKind::AverageInside => inside.iter().sum::<f32>() / inside.len() as f32,
                PoolKind::AverageAll => inside.iter().sum::<f32>() / 6.0,
            }
        });
        assert_close("pool", &result, expected);
    }
}
