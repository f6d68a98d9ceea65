//! The kernels over numbers of half precision, where the adapter has them; sums are f32 all the same.

use std::sync::OnceLock;

use super::recurrence::layer;
use super::{assert_same_on, numbers, plan};
use crate::engine::cpu::tests::{HALF, Random, picture, scattered};
use crate::engine::gpu::{Fault, GpuEngine, Software};
use crate::engine::plan::{
    Activation, BinaryFunction, Cell, Convolution, CoordinateMode, Direction, Numbers, Op, Order, Place, PoolKind,
    Reduction, ResizeKind, UnaryFunction, View, Weight, Window,
};
use crate::engine::{EngineError, Model, Precision, Tensor};

/// Operands and results are rounded to eleven bits; a sum adds up what its operands lost.
const TOLERANCE: f32 = 1e-2;

fn engine() -> &'static GpuEngine {
    static ENGINE: OnceLock<GpuEngine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let engine = GpuEngine::open_now(Software::Allowed, Precision::Fast).expect("there is an adapter");
        assert_eq!(engine.adapter(Precision::Fast).format, "f16", "{}", engine.adapter(Precision::Fast));
        engine
    })
}

#[track_caller]
fn assert_near(op: &Op, weights: &[Weight], random: &mut Random) {
    assert_same_on(engine(), op, weights, numbers(random), TOLERANCE);
}

#[test]
fn convolutions() {
    let mut random = Random(0x0ddb_a110);
    let window = Window { kernel: [3, 3], stride: [2, 1], dilation: [1, 1], pad: [1, 1] };
    for (in_c, out_c, groups) in [(5, 19, 1), (12, 12, 12), (8, 6, 2)] {
        let input = picture(&mut random, 3, [1, 13, 9, in_c]);
        let output = picture(&mut random, HALF, [1, 7, 9, out_c]);
        let dims = vec![groups, 9 * in_c / groups, out_c / groups];
        let mut row = |len: u32| Numbers::F32((0..len).map(|_| random.number() * 0.2).collect());
        let weights =
            [Weight { numbers: row(dims.iter().product()), dims }, Weight { numbers: row(out_c), dims: vec![out_c] }];
        let conv = Convolution {
            window,
            groups,
            weight: 0,
            bias: Some(1),
            activation: Activation::Silu,
            order: Order::ActivationLast,
            residual: None,
            input,
            output,
        };
        assert_near(&Op::Conv(conv.clone()), &weights, &mut random);
        if groups == 1 {
            let (input, output) = (conv.output.clone(), conv.input.clone());
            let input = View { offset: 1, ..input };
            let output = View { offset: HALF, ..output };
            let dims = vec![1, 9 * out_c, in_c];
            let numbers = Numbers::F32((0..dims.iter().product()).map(|_| random.number() * 0.2).collect());
            let back = Convolution { bias: None, input, output, ..conv };
            assert_near(&Op::ConvTranspose(back), &[Weight { dims, numbers }], &mut random);
        }
    }
}

#[test]
fn everything_else() {
    let mut random = Random(0xba5e_ba11);
    let dims = [3, 5, 7];
    let (a, output) = (scattered(&mut random, 0, &dims), scattered(&mut random, HALF, &dims));
    // Of an odd length, and beside another.
    let weights = [Weight { dims: vec![7], numbers: Numbers::F32(vec![0.5, -1.0, 2.0, 0.25, 3.0, -4.0, 1.5].into()) }];
    let repeated = View { place: Place::Weight(0), offset: 0, dims: dims.to_vec(), strides: vec![0, 0, 1] };
    let add = |b: View| Op::Binary {
        function: BinaryFunction::Add,
        activation: Activation::Relu,
        a: a.clone(),
        b,
        output: output.clone(),
    };
    assert_near(&add(repeated), &weights, &mut random);
    let unary = |function| Op::Unary { function, input: a.clone(), output: output.clone() };
    assert_near(&unary(UnaryFunction::Activation(Activation::HardSwish)), &[], &mut random);
    assert_near(&Op::Copy { input: a.clone(), output: output.clone() }, &[], &mut random);
    assert_near(&Op::Fill { value: -3.5, output: output.clone() }, &[], &mut random);
    assert_near(&Op::Softmax { axis: 1, input: a.clone(), output: output.clone() }, &[], &mut random);
    for reduction in [Reduction::Mean, Reduction::Maximum] {
        let output = scattered(&mut random, HALF, &[3, 1, 7]);
        assert_near(&Op::Reduce { reduction, input: a.clone(), output }, &[], &mut random);
    }
    let (m, k, n) = (9, 20, 6);
    let b = View::dense(Place::Arena, m * k, &[k, n]);
    let (a, output) = (View::dense(Place::Arena, 0, &[m, k]), View::dense(Place::Arena, HALF, &[m, n]));
    assert_near(&Op::MatMul { a, b, output }, &[], &mut random);
    let (input, output) = (picture(&mut random, 0, [1, 9, 8, 3]), picture(&mut random, HALF, [1, 18, 12, 3]));
    for kind in [ResizeKind::Bilinear, ResizeKind::NearestFloor] {
        let (scale, coordinates) = ([2.0, 1.5], CoordinateMode::HalfPixel);
        let (input, output) = (input.clone(), output.clone());
        assert_near(&Op::Resize { kind, coordinates, scale, input, output }, &[], &mut random);
    }
    let window = Window { kernel: [3, 2], stride: [2, 2], dilation: [1, 1], pad: [1, 0] };
    let output = picture(&mut random, HALF, [1, 5, 4, 3]);
    for kind in [PoolKind::Max, PoolKind::AverageInside] {
        assert_near(&Op::Pool { kind, window, input: input.clone(), output: output.clone() }, &[], &mut random);
    }
}

#[test]
fn recurrent_layers() {
    let mut random = Random(0x7ea_cafe);
    for cell in [Cell::Lstm, Cell::Gru, Cell::GruResetLast] {
        let (op, weights) = layer(&mut random, (cell, Direction::Backward), [3, 7, 17], [true, false]);
        assert_near(&op, &weights, &mut random);
    }
}

#[test]
fn a_number_that_half_precision_does_not_hold_is_an_error_and_no_result() {
    let view = |offset| View::dense(Place::Arena, offset, &[8]);
    let op = Op::Unary { function: UnaryFunction::Square, input: view(0), output: view(HALF) };
    let model = pollster::block_on(engine().load_plan(&plan(op, vec![]), Precision::Fast)).expect("the GPU takes it");
    let run = |number: f32| {
        let data = vec![number; HALF as usize];
        model.run(&[Tensor { shape: vec![1, 1, 1, HALF as usize], data }])
    };
    assert_eq!(run(16.0).expect("it runs")[0].data, [256.0; 8]);
    let error = run(300.0).expect_err("90,000 is beyond");
    assert!(matches!(error, EngineError::Device { .. }), "{error}");
    assert!(run(16.0).is_ok(), "the device is as it was");
}

#[test]
fn plans_of_either_precision_share_a_device_and_its_end() {
    let engine = GpuEngine::open_now(Software::Allowed, Precision::Fast).expect("there is an adapter");
    let view = |offset| View::dense(Place::Arena, offset, &[8]);
    let copy = plan(Op::Copy { input: view(0), output: view(HALF) }, vec![]);
    let input = [Tensor { shape: vec![1, 1, 1, HALF as usize], data: vec![0.1; HALF as usize] }];
    let mut held = engine.usage().bytes;
    let models =
        [(Precision::Fast, "f16", 0.099_975_586), (Precision::Full, "f32", 0.1)].map(|(precision, format, copied)| {
            assert_eq!(engine.adapter(precision).format, format);
            let model = pollster::block_on(engine.load_plan(&copy, precision)).expect("the GPU takes it");
            assert_eq!(model.run(&input).expect("it runs")[0].data, [copied; 8], "{format}");
            let before = std::mem::replace(&mut held, engine.usage().bytes);
            assert!(held >= before + model.bytes(), "{format}: {before} bytes and {}, not {held}", model.bytes());
            model
        });
    engine.suffer(Fault::Gone);
    for model in models {
        let error = model.run(&input).expect_err("there is no device");
        assert!(matches!(error, EngineError::Device { .. }), "{error}");
    }
    // Who asks for full precision everywhere gets it.
    let full = GpuEngine::open_now(Software::Allowed, Precision::Full).expect("there is an adapter");
    assert_eq!([Precision::Fast, Precision::Full].map(|precision| full.adapter(precision).format), ["f32"; 2]);
}
