//! Recurrent layers and the reversals that some of them need as dispatches.

use super::dispatch::{Dispatch, spread};
use super::elementwise::{axes, copy};
use super::kernels::{self, Kernel};
use super::layout::{Layout, Packing};
use crate::engine::EngineError;
use crate::engine::cpu::loops::Loops;
use crate::engine::plan::{Direction, Recurrence, View};

/// Numbers of a state that `recurrence.wgsl` has room for: `MOST` there.
const MOST_HIDDEN: u32 = 1024;

/// The last two axes are steps and the numbers of one, the others those of sequences.
pub(super) fn recurrence(layout: &Layout, op: &Recurrence) -> Result<Dispatch, EngineError> {
    let (input, output) = (&op.input, &op.output);
    let outer = output.dims.len() - 2;
    let (steps, hidden) = (output.dims[outer], output.dims[outer + 1]);
    if hidden > MOST_HIDDEN {
        return Err(EngineError::Load { detail: format!("a GPU has no room for the {hidden} numbers of a state") });
    }
    let of_sequences = |view: &View| {
        let mut view = view.clone();
        view.dims.truncate(outer);
        view.strides.truncate(outer);
        view
    };
    let [of_output, of_input] = [output, input].map(of_sequences);
    let sequences = Loops::new(&of_output.dims, [&of_output, &of_input], 0);
    let count = of_output.volume();
    let mut params = vec![count as u32, steps, hidden, sequences.axes().len() as u32];
    let (mut start, mut step) = (Vec::new(), Vec::new());
    for view in [output, input] {
        let forward = view.strides[outer];
        let (first, next) = match op.direction {
            Direction::Forward => (0, forward),
            Direction::Backward => ((steps - 1) * forward, forward.wrapping_neg()),
        };
        start.push(layout.start(view)? + first);
        step.push(next);
    }
    params.extend(start.into_iter().chain(step));
    params.push(layout.weight(op.weight, Packing::AsIs)?);
    params.push(layout.bias(op.bias, Packing::AsIs)?);
    params.extend([0, 0]);
    params.extend(axes(&sequences));
    Dispatch::new(Kernel::Recurrence, vec![("CELL", kernels::cell(op.cell))], params, spread(count))
}

/// A copy that goes backwards along one axis of its input: on a device places wrap around.
pub(super) fn reversal(layout: &Layout, axis: usize, input: &View, output: &View) -> Result<Dispatch, EngineError> {
    let mut input = input.clone();
    let stride = &mut input.strides[axis];
    input.offset += (input.dims[axis] - 1) * *stride;
    *stride = stride.wrapping_neg();
    copy(layout, &input, output)
}
