//! Plans survive the way to bytes and back, and no bytes make reading one panic or take more than it may.

use proptest::prelude::{ProptestConfig, any, prop, proptest};

use super::checksum::xxh64;
use super::{
    Activation, BinaryFunction, Cell, Convolution, CoordinateMode, Direction, Limits, Numbers, Op, Order, Place, Plan,
    PlanError, PoolKind, Recurrence, Reduction, ResizeKind, UnaryFunction, View, Weight, Window,
};

fn view(offset: u32, dims: &[u32]) -> View {
    View::dense(Place::Arena, offset, dims)
}

/// One op of every kind, over buffers of 64 numbers.
pub(crate) fn every_op() -> Plan<'static> {
    let [a, b, c] = [0, 64, 128].map(|offset| view(offset, &[1, 4, 4, 4]));
    let window = Window { kernel: [3, 3], stride: [1, 1], dilation: [1, 1], pad: [1, 1] };
    let conv = Convolution {
        window,
        groups: 2,
        weight: 0,
        bias: Some(1),
        activation: Activation::Clip { low: -1.0, high: 2.5 },
        order: Order::ResidualLast,
        residual: Some(c.clone()),
        input: a.clone(),
        output: b.clone(),
    };
    let plain =
        Convolution { residual: None, bias: None, activation: Activation::HardSwish, weight: 2, ..conv.clone() };
    let scalar = View { place: Place::Weight(1), offset: 2, dims: vec![1, 4, 4, 4], strides: vec![0; 4] };
    let [input, output] = [a.clone(), b.clone()];
    let unary = UnaryFunction::Activation(Activation::LeakyRelu(0.1));
    let ops = vec![
        Op::Conv(conv),
        Op::ConvTranspose(plain),
        Op::Pool { kind: PoolKind::AverageInside, window, input: a.clone(), output: b.clone() },
        Op::Resize {
            kind: ResizeKind::Bilinear,
            coordinates: CoordinateMode::AlignCorners,
            scale: [1.0, 1.0],
            input: a.clone(),
            output: b.clone(),
        },
        Op::Copy { input: a.clone(), output: view(64, &[1, 4, 4, 4]) },
        Op::Fill { value: 0.5, output: c.clone() },
        Op::Unary { function: unary, input: a.clone(), output: b.clone() },
        Op::Binary {
            function: BinaryFunction::Power,
            activation: Activation::Relu,
            a: a.clone(),
            b: scalar,
            output: c,
        },
        Op::Reduce { reduction: Reduction::Mean, input: a.clone(), output: view(64, &[1, 1, 1, 4]) },
        Op::Softmax { axis: 3, input, output },
        Op::MatMul { a: view(0, &[8, 4]), b: view(64, &[4, 3]), output: view(128, &[8, 3]) },
        Op::Reverse { axis: 1, input: a.clone(), output: view(64, &[1, 4, 4, 4]) },
        Op::ArgMax { axis: 2, input: a.clone(), output: view(64, &[1, 4, 1, 4]) },
        Op::Recurrence(Recurrence {
            cell: Cell::GruResetLast,
            direction: Direction::Backward,
            weight: 3,
            bias: Some(4),
            input: view(0, &[2, 4, 6]),
            output: view(64, &[2, 4, 2]),
        }),
    ];
    Plan {
        arena_len: 192,
        inputs: vec![View { strides: vec![64, 1, 16, 4], ..a }],
        outputs: vec![b],
        weights: vec![
            Weight {
                dims: vec![2, 18, 2],
                numbers: Numbers::I8 { values: (0..72).map(|n| n - 36).collect(), scales: vec![0.5; 4] },
            },
            Weight { dims: vec![4], numbers: Numbers::F32(vec![0.0, 1.0, -2.0, f32::INFINITY].into()) },
            Weight { dims: vec![2, 18, 2], numbers: Numbers::F16((0..72).collect()) },
            Weight { dims: vec![2, 6], numbers: Numbers::F32((0..12).map(|n| n as f32 / 12.0).collect()) },
            Weight { dims: vec![2], numbers: Numbers::F32(vec![0.5, -0.5].into()) },
        ],
        names: (0..ops.len()).map(|n| format!("op {n}")).collect(),
        ops,
    }
}

/// The bytes with a checksum that fits, so that what lies behind it is reached.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some((head, checked)) = bytes.split_at_mut_checked(20) {
        head[12..].copy_from_slice(&xxh64(checked).to_le_bytes());
    }
    bytes
}

#[test]
fn a_plan_survives_the_way_to_bytes_and_back() {
    let plan = every_op();
    let bytes = plan.to_bytes();
    assert!(Plan::is_plan(&bytes));
    assert_eq!(Plan::from_bytes(&bytes, &Limits::default()), Ok(plan));
}

#[test]
fn bytes_that_are_no_plan_are_told_apart() {
    let bytes = every_op().to_bytes();
    let read = |bytes: &[u8]| Plan::from_bytes(bytes, &Limits::default()).expect_err("it is no sound plan");
    assert_eq!(read(b""), PlanError::NotAPlan);
    assert_eq!(read(b"\x08\x07\x12\x07pytorch"), PlanError::NotAPlan);
    let mut of_tomorrow = bytes.clone();
    of_tomorrow[8] = 9;
    assert_eq!(read(&of_tomorrow), PlanError::Version { found: 9, known: 2 });
    let mut damaged = bytes.clone();
    damaged[100] ^= 1;
    assert_eq!(read(&damaged), PlanError::Checksum);
    let mut longer = bytes.clone();
    longer.push(0);
    assert_eq!(read(&sealed(longer)), PlanError::Length);
    assert_eq!(read(&sealed(bytes[..bytes.len() - 1].to_vec())), PlanError::Length);
}

#[test]
fn what_a_plan_may_cost_is_limited() {
    let bytes = every_op().to_bytes();
    let limits = Limits::default();
    let tight = [
        Limits { arena_bytes: 191 * 4, ..limits },
        Limits { weight_bytes: 161 * 4, ..limits },
        Limits { multiplications: 100, ..limits },
    ];
    for limits in tight {
        assert!(matches!(Plan::from_bytes(&bytes, &limits), Err(PlanError::TooMuch { .. })), "{limits:?}");
    }
    assert!(Plan::from_bytes(&bytes, &Limits { arena_bytes: 192 * 4, ..limits }).is_ok());
}

#[test]
fn what_no_multiplication_shows_is_limited_too() {
    type Grow = fn(&mut Plan);
    let cases: [(&str, Grow); 7] = [
        ("one number that an output repeats more often than memory has places", |plan| {
            plan.outputs = vec![View { strides: vec![0, 0], ..view(0, &[1 << 16, 1 << 15]) }];
        }),
        ("many outputs of the whole arena", |plan| {
            plan.arena_len = 1 << 20;
            plan.outputs = vec![view(0, &[1 << 20]); 100];
        }),
        ("tables of resizes", |plan| {
            let [input, output] = [view(0, &[1024, 1, 1, 1]), view(1 << 10, &[1024, 1 << 14, 1, 1])];
            let (kind, coordinates) = (ResizeKind::Bilinear, CoordinateMode::HalfPixel);
            plan.arena_len = 1 << 25;
            plan.ops = vec![Op::Resize { kind, coordinates, scale: [1.0; 2], input, output }];
        }),
        ("a window of two rows far apart, of which each row of output copies all between", |plan| {
            let window = Window { kernel: [2, 1], stride: [1, 4096], dilation: [4095, 1], pad: [4095, 0] };
            let [input, output] = [view(0, &[1, 4096, 16384, 1]), view(1 << 26, &[1, 4096, 5, 1])];
            plan.arena_len = (1 << 26) + (1 << 15);
            plan.weights = vec![Weight { dims: vec![1, 2, 1], numbers: Numbers::F32(vec![1.0, 1.0].into()) }];
            plan.ops = vec![Op::Conv(Convolution { window, ..pointwise(input, output) })];
        }),
        ("one weight that many ops pack for themselves", |plan| {
            let (width, count) = (1 << 13, 9);
            let values = vec![0; 1 << 23].into();
            let scales = vec![1.0; 1 << 10];
            plan.weights = vec![Weight { dims: vec![1, width, 1 << 10], numbers: Numbers::I8 { values, scales } }];
            let [input, output] = [view(0, &[1, 1, 1, width]), view(width, &[1, 1, 1, 1 << 10])];
            plan.arena_len = width + (1 << 10);
            plan.ops = vec![Op::Conv(pointwise(input, output)); count];
        }),
        ("more pictures than steps are taken", |plan| {
            let [input, output] = [view(0, &[1 << 18, 1, 1, 1]), view(1 << 18, &[1 << 18, 1, 1, 1])];
            plan.arena_len = 1 << 19;
            plan.weights = vec![Weight { dims: vec![1, 1, 1], numbers: Numbers::F32(vec![1.0].into()) }];
            plan.ops = vec![Op::Conv(pointwise(input, output))];
        }),
        ("numbers that are only written, op after op", |plan| {
            plan.arena_len = 1 << 26;
            plan.ops = vec![Op::Fill { value: 0.0, output: view(0, &[1 << 26]) }; 1 << 10];
        }),
    ];
    for (what, grow) in cases {
        let mut plan = Plan { inputs: vec![], outputs: vec![], ..every_op() };
        grow(&mut plan);
        plan.names = vec![String::new(); plan.ops.len()];
        assert!(
            matches!(plan.check(&Limits::default()), Err(PlanError::TooMuch { .. })),
            "{what}: {:?}",
            plan.check(&Limits::default())
        );
    }
}

/// A product of each pixel with the first weight.
pub(crate) fn pointwise(input: View, output: View) -> Convolution {
    Convolution {
        window: Window { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0] },
        groups: 1,
        weight: 0,
        bias: None,
        activation: Activation::None,
        order: Order::ActivationLast,
        residual: None,
        input,
        output,
    }
}

#[test]
fn unsound_plans_are_refused() {
    type Spoil = fn(&mut Plan);
    let cases: [(&str, Spoil); 15] = [
        ("more outputs than any model has", |plan| plan.outputs = vec![view(0, &[1]); 257]),
        ("a resize to more rows than any picture has", |plan| {
            plan.arena_len = 1 << 20;
            let (kind, coordinates) = (ResizeKind::NearestFloor, CoordinateMode::Asymmetric);
            let [input, output] = [view(0, &[1, 1, 1, 1]), view(64, &[1, (1 << 14) + 1, 1, 1])];
            plan.ops[3] = Op::Resize { kind, coordinates, scale: [1.0; 2], input, output };
        }),
        ("reaches beyond the arena", |plan| plan.arena_len = 191),
        ("an input beyond the arena", |plan| plan.inputs[0].strides[1] = u32::MAX),
        ("reads where it writes", |plan| plan.ops[4] = Op::Copy { input: view(0, &[4, 4]), output: view(8, &[4, 4]) }),
        ("writes a number twice", |plan| {
            let twice = View { strides: vec![4, 2], ..view(64, &[4, 4]) };
            plan.ops[4] = Op::Copy { input: view(0, &[4, 4]), output: twice };
        }),
        ("writes to a weight", |plan| {
            plan.ops[5] = Op::Fill { value: 1.0, output: View::dense(Place::Weight(1), 0, &[4]) };
        }),
        ("another size", |plan| plan.ops[4] = Op::Copy { input: view(0, &[4, 4]), output: view(64, &[4, 5]) }),
        ("a weight of another size", |plan| plan.weights[0].dims = vec![1, 36, 2]),
        ("no such weight", |plan| drop(plan.weights.pop())),
        ("gates of another size", |plan| plan.weights[3].dims = vec![3, 4]),
        ("a view of nothing", |plan| plan.outputs[0].dims[0] = 0),
        ("a residual that no kernel adds", |plan| {
            let Op::ConvTranspose(conv) = &mut plan.ops[1] else { panic!("the second op is a transposed convolution") };
            conv.residual = Some(view(128, &[1, 4, 4, 4]));
        }),
        ("gaps beyond any model in a window that has none", |plan| {
            let Op::Pool { window, .. } = &mut plan.ops[2] else { panic!("the third op is a pool") };
            *window = Window { kernel: [1, 1], stride: [1, 1], dilation: [1 << 15, 1], pad: [0, 0] };
        }),
        ("names missing", |plan| drop(plan.names.pop())),
    ];
    for (what, spoil) in cases {
        let mut plan = every_op();
        spoil(&mut plan);
        assert!(Plan::from_bytes(&plan.to_bytes(), &Limits::default()).is_err(), "{what}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_a_plan_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..4), 1..6),
        cut in prop::option::weighted(0.1, any::<prop::sample::Index>()),
    ) {
        let mut bytes = every_op().to_bytes();
        for (place, value, how) in changes {
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = value,
                1 => bytes[at] ^= 1 << (value % 8),
                2 => bytes[at] = [0, 1, 0x7f, 0xff][usize::from(value % 4)],
                _ => bytes.insert(at, value),
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(plan) = Plan::from_bytes(&sealed(bytes), &Limits::default()) {
            assert!(plan.arena_len <= 1 << 27);
        }
    }
}
