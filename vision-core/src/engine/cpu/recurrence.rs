//! Recurrent layers in one direction, step after step; the sequences of a batch are independent of each other.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::kernels::{self, Epilogue, Isa, PackedWeights, RowsMut, activate, gemm};
use super::work::{Rows, Work};
use crate::engine::plan::{Activation, Cell, Direction, Plan, Recurrence, View};

/// Sequences that a piece is a multiple of: a tile of the product.
const GRAIN: usize = 6;

pub(super) fn recurrence(isa: Isa, plan: &Plan, op: &Recurrence) -> (Span, Box<dyn Work>) {
    let [count, steps, hidden] = sizes(&op.output);
    let gates = op.cell.gates() as usize * hidden;
    let weights = plan.weights[op.weight as usize].unpacked();
    let columns = |range: Range<usize>| {
        let part: Vec<f32> = weights.chunks(gates).flat_map(|row| &row[range.clone()]).copied().collect();
        PackedWeights::new(isa, hidden, range.len(), &part)
    };
    let weights = match op.cell {
        Cell::Lstm | Cell::GruResetLast => vec![columns(0..gates)],
        Cell::Gru => vec![columns(0..2 * hidden), columns(2 * hidden..gates)],
    };
    let mut bias = vec![0.0; gates];
    if let Some(last) = op.bias {
        bias[2 * hidden..].copy_from_slice(&plan.weights[last as usize].unpacked());
    }
    let work = Recurrent {
        isa,
        cell: op.cell,
        direction: op.direction,
        weights,
        bias,
        count,
        steps,
        hidden,
        input: Strided::new(&op.input),
        output: Strided::new(&op.output),
    };
    (work.output.span.clone(), Box::new(work))
}

fn sizes(view: &View) -> [usize; 3] {
    std::array::from_fn(|axis| view.dims.get(axis).map_or(1, |dim| *dim as usize))
}

/// Sequences of steps of numbers side by side.
struct Strided {
    span: Span,
    /// From sequence to sequence.
    apart: usize,
    /// From step to step.
    step: usize,
}

impl Strided {
    fn new(view: &View) -> Self {
        let stride = |axis: usize| view.strides.get(axis).map_or(0, |stride| *stride as usize);
        Self { span: Span::of(view), apart: stride(0), step: stride(1) }
    }
}

struct Recurrent {
    isa: Isa,
    cell: Cell,
    direction: Direction,
    /// Of the state: all gates, or the last one apart.
    weights: Vec<PackedWeights>,
    /// Of the product with the state.
    bias: Vec<f32>,
    count: usize,
    steps: usize,
    hidden: usize,
    input: Strided,
    output: Strided,
}

/// What a piece of the work keeps from step to step, for each of its sequences.
struct Memory<'a> {
    gates: &'a mut [f32],
    state: &'a mut [f32],
    /// What an LSTM remembers beside its state.
    cell: &'a mut [f32],
    scratch: &'a mut [f32],
}

impl Work for Recurrent {
    fn rows(&self) -> Rows {
        // Sequences can be told apart where none begins before the one before it ends.
        let reach = (self.steps - 1) * self.output.step + self.hidden;
        match self.output.apart >= reach {
            true => Rows { count: self.count, stride: self.output.apart, grain: GRAIN },
            false => Rows::ONE,
        }
    }

    fn scratch_len(&self) -> usize {
        self.count * self.hidden * (self.cell.gates() as usize + 3)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]) {
        let hidden = self.hidden;
        let (first, count) = match self.rows() {
            Rows::ONE => (0, self.count),
            _ => (rows.start, rows.len()),
        };
        let (gates, rest) = scratch.split_at_mut(count * hidden * self.cell.gates() as usize);
        let (state, rest) = rest.split_at_mut(count * hidden);
        let (cell, rest) = rest.split_at_mut(count * hidden);
        state.fill(0.0);
        cell.fill(0.0);
        let mut memory = Memory { gates, state, cell, scratch: &mut rest[..count * hidden] };
        let input = &readable.get(&self.input.span)[first * self.input.apart..];
        for step in 0..self.steps {
            let at = match self.direction {
                Direction::Forward => step,
                Direction::Backward => self.steps - 1 - step,
            };
            let data = &input[at * self.input.step..];
            let input = kernels::Rows { data, ld: self.input.apart.max(hidden * self.cell.gates() as usize) };
            match self.cell {
                Cell::Lstm => self.lstm(count, input, &mut memory),
                Cell::Gru => self.gru(count, input, &mut memory),
                Cell::GruResetLast => self.gru_reset_last(count, input, &mut memory),
            }
            for (row, state) in memory.state.chunks_exact(hidden).enumerate() {
                out[row * self.output.apart + at * self.output.step..][..hidden].copy_from_slice(state);
            }
        }
    }
}

impl Recurrent {
    /// `out = numbers x weights + what is to be added`
    fn multiply(&self, at: usize, count: usize, numbers: &[f32], added: &Epilogue, out: &mut [f32]) {
        let numbers = kernels::Rows { data: numbers, ld: self.hidden };
        let out = RowsMut { data: out, ld: self.hidden * self.cell.gates() as usize };
        gemm(self.isa, count, numbers, self.weights[at].matrix(), added, out);
    }

    /// Gates in ONNX's order: input, output, forget, and what is new.
    fn lstm(&self, count: usize, input: kernels::Rows, memory: &mut Memory) {
        let (isa, hidden) = (self.isa, self.hidden);
        let Memory { gates, state, cell, scratch } = memory;
        self.multiply(0, count, state, &Epilogue { residual: Some(input), ..Epilogue::NONE }, gates);
        for (gates, cell) in gates.chunks_exact_mut(4 * hidden).zip(cell.chunks_exact_mut(hidden)) {
            let (open, new) = gates.split_at_mut(3 * hidden);
            activate(isa, Activation::Sigmoid, open);
            activate(isa, Activation::Tanh, new);
            let (input, forget) = (&open[..hidden], &open[2 * hidden..]);
            for (((cell, input), forget), new) in cell.iter_mut().zip(input).zip(forget).zip(new) {
                *cell = forget * *cell + input * *new;
            }
        }
        scratch.copy_from_slice(cell);
        activate(isa, Activation::Tanh, scratch);
        let states = state.chunks_exact_mut(hidden).zip(scratch.chunks_exact(hidden));
        for (gates, (state, shown)) in gates.chunks_exact(4 * hidden).zip(states) {
            for ((state, shown), output) in state.iter_mut().zip(shown).zip(&gates[hidden..]) {
                *state = output * shown;
            }
        }
    }

    /// Gates in ONNX's order: update, reset, and what is new, which sees the state after the reset.
    fn gru(&self, count: usize, input: kernels::Rows, memory: &mut Memory) {
        let hidden = self.hidden;
        let Memory { gates, state, scratch, .. } = memory;
        self.multiply(0, count, state, &Epilogue { residual: Some(input), ..Epilogue::NONE }, gates);
        let states = state.chunks_exact(hidden).zip(scratch.chunks_exact_mut(hidden));
        for (gates, (state, scratch)) in gates.chunks_exact_mut(3 * hidden).zip(states) {
            activate(self.isa, Activation::Sigmoid, &mut gates[..2 * hidden]);
            for ((scratch, state), reset) in scratch.iter_mut().zip(state).zip(&gates[hidden..]) {
                *scratch = reset * state;
            }
        }
        let of_new = kernels::Rows { data: &input.data[2 * hidden..], ld: input.ld };
        let added = Epilogue { residual: Some(of_new), ..Epilogue::NONE };
        self.multiply(1, count, scratch, &added, &mut gates[2 * hidden..]);
        self.update(gates, state);
    }

    /// As [`Self::gru`], with the reset after the product with the state.
    fn gru_reset_last(&self, count: usize, input: kernels::Rows, memory: &mut Memory) {
        let hidden = self.hidden;
        let Memory { gates, state, .. } = memory;
        self.multiply(0, count, state, &Epilogue { bias: Some(&self.bias), ..Epilogue::NONE }, gates);
        for (row, gates) in gates.chunks_exact_mut(3 * hidden).enumerate() {
            let input = &input.data[row * input.ld..][..3 * hidden];
            let (open, new) = gates.split_at_mut(2 * hidden);
            open.iter_mut().zip(input).for_each(|(gate, input)| *gate += input);
            activate(self.isa, Activation::Sigmoid, open);
            for ((new, reset), input) in new.iter_mut().zip(&open[hidden..]).zip(&input[2 * hidden..]) {
                *new = input + reset * *new;
            }
        }
        self.update(gates, state);
    }

    /// The state moves towards what is new by as much as the update gate is closed.
    fn update(&self, gates: &mut [f32], state: &mut [f32]) {
        let hidden = self.hidden;
        for (gates, state) in gates.chunks_exact_mut(3 * hidden).zip(state.chunks_exact_mut(hidden)) {
            let (open, new) = gates.split_at_mut(2 * hidden);
            activate(self.isa, Activation::Tanh, new);
            for ((state, new), update) in state.iter_mut().zip(new).zip(open) {
                *state = *new + *update * (*state - *new);
            }
        }
    }
}
