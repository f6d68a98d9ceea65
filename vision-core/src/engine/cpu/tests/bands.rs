//! In which order lines are computed changes no number.

use std::num::NonZeroUsize;

use super::Random;
use crate::engine::cpu::CpuEngine;
use crate::engine::cpu::kernels::Isa;
use crate::engine::plan::bands::tests::{SIDE, three, window};
use crate::engine::plan::{Activation, Op, Plan};
use crate::engine::{Model, Tensor};

/// The outputs band by band, which have to be those op by op, on each set of instructions; and how many groups of ops ran
/// so.
#[track_caller]
fn run(plan: &Plan, what: &str) -> (Vec<Tensor>, usize) {
    let mut random = Random(0x00ba_4d5e);
    let shape: Vec<usize> = plan.inputs[0].dims.iter().map(|dim| *dim as usize).collect();
    let data = (0..shape.iter().product()).map(|_| random.number()).collect();
    let inputs = [Tensor { shape, data }];
    let mut last = None;
    for isa in Isa::all_here() {
        let mut model = CpuEngine::new(isa, NonZeroUsize::MIN).load_plan(plan).expect("a sound plan");
        let outputs = model.run(&inputs).expect("it runs");
        let together = model.one_by_one();
        let expected = model.run(&inputs).expect("it runs");
        assert!(outputs == expected, "{what}, {isa:?}");
        last = Some((outputs, together));
    }
    last.expect("plain loops are everywhere")
}

#[test]
fn bands_change_no_number() {
    let sizes = [[SIDE, SIDE], [SIDE + 5, SIDE + 3]];
    let pairs = [
        [window(3, 1, 1), window(3, 1, 1)],
        [window(1, 1, 1), window(5, 2, 1)],
        [window(3, 1, 2), window(3, 1, 2)],
        [window(5, 1, 1), window(3, 2, 1)],
    ];
    for windows in pairs {
        for size in sizes {
            let what = format!("{size:?} {windows:?}");
            let (outputs, together) = run(&three(size, windows, Activation::Relu6), &what);
            assert_eq!(together, 1, "{what}: none went down together");
            assert!(outputs[0].data.iter().any(|number| *number > 0.0), "{what}: all are zero");
        }
    }
    // The first of a network.
    let (_, together) =
        run(&three([2 * SIDE; 2], [window(3, 2, 1), window(3, 1, 1)], Activation::HardSwish), "a stride first");
    assert_eq!(together, 1);
}

#[test]
fn what_would_be_written_over_runs_one_by_one() {
    let plan = || three([SIDE; 2], [window(3, 1, 1), window(3, 1, 1)], Activation::Relu);
    let (expected, together) = run(&plan(), "apart");
    assert_eq!(together, 1);

    // The last output where the first input was, and more, as memory plans without bands have it.
    let mut over = plan();
    let Op::Conv(last) = &mut over.ops[2] else { panic!("it is a convolution") };
    last.output.offset = over.inputs[0].offset;
    over.outputs[0].offset = over.inputs[0].offset;
    let (outputs, together) = run(&over, "over");
    assert_eq!(together, 0);
    assert!(outputs == expected);

    // The last adds what the first wrote.
    let mut adds = plan();
    let mut residual = adds.ops[0].output().clone();
    residual.dims[3] = adds.outputs[0].dims[3];
    let Op::Conv(last) = &mut adds.ops[2] else { panic!("it is a convolution") };
    last.residual = Some(residual);
    let (_, together) = run(&adds, "adds");
    assert_eq!(together, 0);
}
