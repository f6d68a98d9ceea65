//! Every op on a GPU against the processor's plain loops, on shapes that fit no tile.
//!
//! A software adapter will do: what is tested is the kernels, not the card.

mod convolutions;
mod elsewhere;
mod halves;
mod lost;
mod pictures;
mod recurrence;
mod special;
mod usage;

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use super::{GpuEngine, Software};
use crate::engine::cpu::CpuEngine;
use crate::engine::cpu::kernels::Isa;
use crate::engine::cpu::tests::{HALF, Random};
use crate::engine::plan::{Op, Place, Plan, View, Weight};
use crate::engine::{Model, Precision, Tensor};

/// Largest difference, of the larger of one and the number: sums of a few hundred products in another order, and functions
/// that WGSL promises to a few units of rounding (`exp`: 3 + 2 |x|, division: 2.5).
const TOLERANCE: f32 = 1e-4;

/// One device for all tests, as a program has.
fn engine() -> &'static GpuEngine {
    static ENGINE: OnceLock<GpuEngine> = OnceLock::new();
    ENGINE.get_or_init(open)
}

fn open() -> GpuEngine {
    GpuEngine::open_now(Software::Allowed, Precision::Full).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    })
}

/// A plan of one op over numbers that are its input.
fn plan(op: Op, weights: Vec<Weight<'_>>) -> Plan<'_> {
    Plan {
        arena_len: 2 * HALF,
        inputs: vec![View::dense(Place::Arena, 0, &[1, 1, 1, HALF])],
        outputs: vec![op.output().clone()],
        weights,
        ops: vec![op],
        names: vec![String::new()],
    }
}

/// What the op makes of the numbers: here, and by the definition.
fn both(op: &Op, weights: &[Weight], numbers: Vec<f32>) -> [Tensor; 2] {
    let plan = plan(op.clone(), weights.to_vec());
    let inputs = [Tensor { shape: vec![1, 1, 1, HALF as usize], data: numbers }];
    let ours = pollster::block_on(engine().load_plan(&plan, Precision::Fast)).expect("the GPU takes it");
    let expected = CpuEngine::new(Isa::Portable, NonZeroUsize::MIN).load_plan(&plan).expect("a sound plan");
    [&ours as &dyn Model, &expected].map(|model| model.run(&inputs).expect("it runs").remove(0))
}

fn numbers(random: &mut Random) -> Vec<f32> {
    (0..HALF).map(|_| random.number()).collect()
}

/// As many pictures as tests run at once: no power of two.
const TOGETHER: usize = 3;

#[track_caller]
fn assert_same(op: &Op, weights: &[Weight], numbers: Vec<f32>) {
    assert_same_on(engine(), op, weights, numbers, TOLERANCE);
}

/// One picture, and several at once, each with numbers of its own.
#[track_caller]
fn assert_same_on(gpu: &GpuEngine, op: &Op, weights: &[Weight], numbers: Vec<f32>, tolerance: f32) {
    let plan = plan(op.clone(), weights.to_vec());
    let batch: Vec<Vec<Tensor>> = (0..TOGETHER)
        .map(|picture| {
            let mut data = numbers.clone();
            data.rotate_left(picture * 11);
            vec![Tensor { shape: vec![1, 1, 1, HALF as usize], data }]
        })
        .collect();
    let ours = pollster::block_on(gpu.load_plan(&plan, Precision::Fast)).expect("the GPU takes it");
    let definition = CpuEngine::new(Isa::Portable, NonZeroUsize::MIN).load_plan(&plan).expect("a sound plan");
    let alone = ours.run(&batch[0]);
    let together = ours.run_batch(&batch.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let together = together.into_iter().map(|ran| ran.map(|ran| ran.outputs));
    assert_eq!(together.len(), TOGETHER);
    for (answer, inputs) in [alone].into_iter().chain(together).zip([&batch[0]].into_iter().chain(&batch)) {
        let got = answer.expect("it runs").remove(0);
        let wanted = definition.run(inputs).expect("it runs").remove(0);
        assert_eq!(got.shape, wanted.shape);
        for (at, (got, wanted)) in got.data.iter().zip(&wanted.data).enumerate() {
            let is_close = (got - wanted).abs() <= tolerance * wanted.abs().max(1.0) || got == wanted;
            assert!(is_close, "{at}: {got}, not {wanted}: {op:?}");
        }
    }
}
