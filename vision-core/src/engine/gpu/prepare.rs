//! From a plan to the dispatches that run it, before any device is asked for anything.

use super::convolve::{convolution, transposed};
use super::dispatch::Dispatch;
use super::elementwise::{binary, copy, fill, unary};
use super::layout::{Layout, too_much};
use super::reduce::{product, reduction, softmax};
use super::resample::{pool, resize};
use crate::engine::EngineError;
use crate::engine::plan::{Op, Place, Plan, View};

/// A plan as a device runs it. Numbers of the buffer that is worked on: the arena, `constants` from `constants_start` on, the
/// inputs from `inputs_start` on, the outputs from `outputs_start` on.
#[derive(Debug)]
pub(super) struct Prepared {
    pub dispatches: Vec<Dispatch>,
    pub constants: Vec<f32>,
    pub constants_start: usize,
    pub inputs_start: usize,
    pub outputs_start: usize,
    /// Of the buffer that is worked on.
    pub numbers: usize,
    pub weights: Vec<f32>,
}

/// The plan was checked.
///
/// # Errors
/// If the plan asks for what no GPU can do.
pub(super) fn prepare(plan: &Plan) -> Result<Prepared, EngineError> {
    let mut layout = Layout::new(plan);
    let ops = plan.ops.iter().map(|op| dispatch(&mut layout, op)).collect::<Result<Vec<_>, _>>()?;
    let outputs_are = |layout: &mut Layout| plan.outputs.iter().try_for_each(|view| layout.start(view).map(drop));
    // Only then is it known where the constants end.
    outputs_are(&mut layout)?;
    let inputs_start = layout.constants_end().next_multiple_of(4);
    let (inputs, outputs_start) = tensors(&plan.inputs, inputs_start)?;
    let (outputs, numbers) = tensors(&plan.outputs, outputs_start)?;
    let mut dispatches = Vec::with_capacity(inputs.len() + ops.len() + outputs.len());
    for (view, tensor) in plan.inputs.iter().zip(&inputs) {
        dispatches.push(copy(&mut layout, tensor, view)?);
    }
    dispatches.extend(ops);
    for (view, tensor) in plan.outputs.iter().zip(&outputs) {
        dispatches.push(copy(&mut layout, view, tensor)?);
    }
    let constants_start = layout.constants_start();
    let Layout { constants, weights, .. } = layout;
    Ok(Prepared { dispatches, constants, constants_start, inputs_start, outputs_start, numbers, weights })
}

fn dispatch(layout: &mut Layout, op: &Op) -> Result<Dispatch, EngineError> {
    match op {
        Op::Conv(conv) => convolution(layout, conv),
        Op::ConvTranspose(conv) => transposed(layout, conv),
        Op::Pool { kind, window, input, output } => pool(layout, *kind, window, [input, output]),
        Op::Resize { kind, coordinates, scale, input, output } => {
            resize(layout, *kind, *coordinates, *scale, [input, output])
        }
        Op::Copy { input, output } => copy(layout, input, output),
        Op::Fill { value, output } => fill(layout, *value, output),
        Op::Unary { function, input, output } => unary(layout, *function, input, output),
        Op::Binary { function, activation, a, b, output } => binary(layout, *function, *activation, [a, b], output),
        Op::Reduce { reduction: kind, input, output } => reduction(layout, *kind, input, output),
        Op::Softmax { axis, input, output } => softmax(layout, *axis as usize, input, output),
        Op::MatMul { a, b, output } => product(layout, a, b, output),
        // Step after step, each of a few numbers: the processor is faster, and readers of text run there.
        Op::Recurrence(_) | Op::Reverse { .. } => {
            Err(EngineError::Load { detail: format!("no kernel for a GPU: {}", op.kind()) })
        }
    }
}

/// Dense tensors of the views' sizes, one behind the other, and where they end.
fn tensors(views: &[View], start: usize) -> Result<(Vec<View>, usize), EngineError> {
    let mut next = start;
    let mut tensors = Vec::with_capacity(views.len());
    for view in views {
        let offset = u32::try_from(next).map_err(|_| too_much())?;
        tensors.push(View::dense(Place::Arena, offset, &view.dims));
        next = usize::try_from(view.volume()).ok().and_then(|len| next.checked_add(len)).ok_or_else(too_much)?;
    }
    if u32::try_from(next).is_err() {
        return Err(too_much());
    }
    Ok((tensors, next))
}
