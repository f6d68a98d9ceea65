//! Recurrent layers against their formulas, step by step.

use super::{HALF, Random, assert_close, at, places, run};
use crate::engine::plan::{Cell, Direction, Numbers, Op, Place, Recurrence, View, Weight};

/// Sequences of steps of numbers side by side, with gaps; steps outermost if `steps_first`.
pub(in crate::engine) fn sequences(random: &mut Random, offset: u32, dims: [u32; 3], steps_first: bool) -> View {
    let [count, steps, numbers] = dims;
    let numbers = numbers + random.below(3);
    let strides = if steps_first { vec![numbers, count * numbers, 1] } else { vec![steps * numbers, numbers, 1] };
    View { place: Place::Arena, offset, dims: dims.to_vec(), strides }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// The state after one step, and what an LSTM remembers.
fn step(cell: Cell, gates: &[f32], weights: &[f32], bias: &[f32], state: &[f32], memory: &mut [f32]) -> Vec<f32> {
    let hidden = state.len();
    let row = cell.gates() as usize * hidden;
    let of_state = |gate: usize, at: usize, factor: &dyn Fn(usize) -> f32| {
        (0..hidden).map(|k| factor(k) * state[k] * weights[k * row + gate * hidden + at]).sum::<f32>()
    };
    let plain = |gate: usize, at: usize| gates[gate * hidden + at] + of_state(gate, at, &|_| 1.0);
    let next = |at: usize, memory: &mut f32| match cell {
        Cell::Lstm => {
            *memory = sigmoid(plain(2, at)) * *memory + sigmoid(plain(0, at)) * plain(3, at).tanh();
            sigmoid(plain(1, at)) * memory.tanh()
        }
        Cell::Gru | Cell::GruResetLast => {
            let of_new = match cell {
                Cell::Gru => of_state(2, at, &|k| sigmoid(plain(1, k))),
                _ => sigmoid(plain(1, at)) * (of_state(2, at, &|_| 1.0) + bias[at]),
            };
            let (update, new) = (sigmoid(plain(0, at)), (gates[2 * hidden + at] + of_new).tanh());
            (1.0 - update) * new + update * state[at]
        }
    };
    memory.iter_mut().enumerate().map(|(at, memory)| next(at, memory)).collect()
}

#[test]
fn states_follow_their_formulas_in_both_directions() {
    let mut random = Random(0x0bad_cafe);
    let sizes = [[1, 1, 1], [1, 7, 5], [3, 4, 8], [7, 2, 17], [13, 3, 6]];
    for (round, [count, steps, hidden]) in sizes.into_iter().cycle().take(20).enumerate() {
        for cell in [Cell::Lstm, Cell::Gru, Cell::GruResetLast] {
            for direction in [Direction::Forward, Direction::Backward] {
                let gates = cell.gates() * hidden;
                let input = sequences(&mut random, 3, [count, steps, gates], round % 2 == 0);
                let output = sequences(&mut random, HALF, [count, steps, hidden], round % 3 == 0);
                let numbers: Vec<f32> = (0..hidden * gates).map(|_| random.number()).collect();
                let last: Vec<f32> = (0..hidden).map(|_| random.number()).collect();
                let weights = vec![
                    Weight { dims: vec![hidden, gates], numbers: Numbers::F32(numbers.clone().into()) },
                    Weight { dims: vec![hidden], numbers: Numbers::F32(last.clone().into()) },
                ];
                let bias = (cell == Cell::GruResetLast).then_some(1);
                let op = Op::Recurrence(Recurrence { cell, direction, weight: 0, bias, input: input.clone(), output });
                let (arena, result) = run(&mut random, op, weights);
                let mut expected = vec![0.0; (count * steps * hidden) as usize];
                for sequence in 0..count {
                    let (mut state, mut memory) = (vec![0.0; hidden as usize], vec![0.0; hidden as usize]);
                    for turn in 0..steps {
                        let turn = if direction == Direction::Forward { turn } else { steps - 1 - turn };
                        let gates: Vec<f32> =
                            (0..gates).map(|gate| arena[at(&input, &[sequence, turn, gate])]).collect();
                        state = step(cell, &gates, &numbers, &last, &state, &mut memory);
                        let first = ((sequence * steps + turn) * hidden) as usize;
                        expected[first..first + hidden as usize].copy_from_slice(&state);
                    }
                }
                assert_eq!(
                    places(&result.shape.iter().map(|dim| *dim as u32).collect::<Vec<_>>()).len(),
                    expected.len()
                );
                assert_close(&format!("{cell:?} {direction:?}"), &result, expected.into_iter());
            }
        }
    }
}
