//! Every op on a GPU against the processor's plain loops, on shapes that fit no tile.
//!
//! A software adapter will do: what is tested is the kernels, not the card.

mod convolutions;
mod elsewhere;
mod lost;
mod special;

use std::num::NonZeroUsize;
use std::sync::OnceLock;

use super::{GpuEngine, Software};
use crate::engine::cpu::CpuEngine;
use crate::engine::cpu::kernels::Isa;
use crate::engine::cpu::tests::{HALF, Random};
use crate::engine::plan::{Op, Place, Plan, View, Weight};
use crate::engine::{Model, Tensor};

/// Largest difference, of the larger of one and the number: sums of a few hundred products in another order, and functions
/// that WGSL promises to a few units of rounding (`exp`: 3 + 2 |x|, division: 2.5).
const TOLERANCE: f32 = 1e-4;

/// One device for all tests, as a program has.
fn engine() -> &'static GpuEngine {
    static ENGINE: OnceLock<GpuEngine> = OnceLock::new();
    ENGINE.get_or_init(open)
}

fn open() -> GpuEngine {
    GpuEngine::open_now(Software::Allowed).unwrap_or_else(|error| {
        panic!("{error}; `apt-get install mesa-vulkan-drivers` brings one that is software, which is enough for tests")
    })
}

/// A plan of one op over numbers that are its input.
fn plan(op: Op, weights: Vec<Weight>) -> Plan {
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
    let ours = pollster::block_on(engine().load_plan(&plan)).expect("the GPU takes it");
    let expected = CpuEngine::new(Isa::Portable, NonZeroUsize::MIN).load_plan(&plan).expect("a sound plan");
    [&ours as &dyn Model, &expected].map(|model| model.run(&inputs).expect("it runs").remove(0))
}

fn numbers(random: &mut Random) -> Vec<f32> {
    (0..HALF).map(|_| random.number()).collect()
}

#[track_caller]
fn assert_same(op: &Op, weights: &[Weight], numbers: Vec<f32>) {
    let [ours, expected] = both(op, weights, numbers);
    assert_eq!(ours.shape, expected.shape);
    for (at, (got, wanted)) in ours.data.iter().zip(&expected.data).enumerate() {
        let is_close = (got - wanted).abs() <= TOLERANCE * wanted.abs().max(1.0) || got == wanted;
        assert!(is_close, "{at} of {}: {got}, not {wanted}: {op:?}", ours.data.len());
    }
}
