//! Recurrent layers and reversals.

use super::{assert_same, both, numbers, open, plan};
use crate::engine::cpu::tests::recurrence::sequences;
use crate::engine::cpu::tests::{HALF, Random, SIZES, scattered};
use crate::engine::plan::{Cell, Direction, Numbers, Op, Recurrence, View, Weight};
use crate::engine::{EngineError, Precision};

/// One direction of a layer over so many sequences of steps, with a state of so many numbers.
pub(super) fn layer(
    random: &mut Random,
    (cell, direction): (Cell, Direction),
    [count, steps, hidden]: [u32; 3],
    steps_first: [bool; 2],
) -> (Op, Vec<Weight<'static>>) {
    let gates = cell.gates() * hidden;
    let input = sequences(random, 3, [count, steps, gates], steps_first[0]);
    let output = sequences(random, HALF, [count, steps, hidden], steps_first[1]);
    // As large a sum as layers have, whatever the state's size.
    let scale = 2.0 / (hidden as f32).sqrt();
    let mut row = |len: u32| Numbers::F32((0..len).map(|_| random.number() * scale).collect());
    let weights = vec![
        Weight { dims: vec![hidden, gates], numbers: row(hidden * gates) },
        Weight { dims: vec![hidden], numbers: row(hidden) },
    ];
    let bias = (cell == Cell::GruResetLast).then_some(1);
    (Op::Recurrence(Recurrence { cell, direction, weight: 0, bias, input, output }), weights)
}

#[test]
fn states_follow_each_other_in_both_directions() {
    let mut random = Random(0x0bad_cafe);
    // The last has more numbers than a workgroup has threads.
    let sizes = [[1, 1, 1], [1, 7, 5], [3, 4, 8], [7, 2, 17], [13, 3, 6], [1, 3, 300]];
    for (round, sizes) in sizes.into_iter().enumerate() {
        for cell in [Cell::Lstm, Cell::Gru, Cell::GruResetLast] {
            for direction in [Direction::Forward, Direction::Backward] {
                let steps_first = [round % 2 == 0, round % 3 == 0];
                let (op, weights) = layer(&mut random, (cell, direction), sizes, steps_first);
                assert_same(&op, &weights, numbers(&mut random));
            }
        }
    }
}

#[test]
fn a_state_that_no_workgroup_has_room_for_is_refused() {
    let random = &mut Random(0x0dd_ba11);
    let (op, weights) = layer(random, (Cell::Gru, Direction::Forward), [1, 1, 1025], [false; 2]);
    let Err(error) = pollster::block_on(open().load_plan(&plan(op, weights), Precision::Fast)) else {
        panic!("there is no room")
    };
    assert!(matches!(&error, EngineError::Load { detail } if detail.contains("1025 numbers")), "{error}");
}

#[test]
fn axes_are_reversed_wherever_they_lie() {
    let mut random = Random(0x9e37_79b9);
    for dims in SIZES {
        let output = scattered(&mut random, HALF, dims);
        for axis in 0..dims.len() as u32 {
            let input = scattered(&mut random, 0, dims);
            let reverse = Op::Reverse { axis, input, output: output.clone() };
            let [ours, expected] = both(&reverse, &[], numbers(&mut random));
            assert_eq!(ours, expected);
            assert_same(&reverse, &[], numbers(&mut random));
        }
    }
    // What is repeated is the same from either end.
    let input = View { strides: vec![0, 1], ..scattered(&mut random, 0, &[3, 4]) };
    let output = scattered(&mut random, HALF, &[3, 4]);
    let [ours, expected] = both(&Op::Reverse { axis: 0, input, output }, &[], numbers(&mut random));
    assert_eq!(ours, expected);
}
