//! From a plan to the dispatches that run it for one picture or several, before any device is asked for anything.

use std::ops::Range;

use super::convolve::{convolution, transposed};
use super::dispatch::Dispatch;
use super::elementwise::{binary, copy, fill, unary};
use super::layout::{ALIGNMENT, Contents, Layout, too_much};
use super::recurrence::{recurrence, reversal};
use super::reduce::{arg_max, product, reduction, softmax};
use super::resample::{pool, resize};
use crate::engine::EngineError;
use crate::engine::plan::{MOST_AXES, Op, Place, Plan, View};

/// A plan as a device runs it. Each picture has `apart` numbers: the arena, then inputs and outputs as dense tensors.
pub(super) struct Program {
    ops: Vec<Op>,
    layout: Layout,
    apart: u32,
    pub inputs: Vec<Port>,
    pub outputs: Vec<Port>,
    /// All outputs together, within a picture's numbers.
    outputs_at: Range<usize>,
}

/// Where an input or output lies as a dense tensor, within a picture's numbers.
pub(super) struct Port {
    pub shape: Vec<usize>,
    pub range: Range<usize>,
}

impl Program {
    /// The plan was checked.
    ///
    /// # Errors
    /// If the plan asks for what no GPU can do.
    pub fn new(plan: &Plan) -> Result<(Self, Contents), EngineError> {
        let (layout, contents) = Layout::of(plan)?;
        let (inputs, outputs_start) = tensors(&plan.inputs, plan.arena_len as usize)?;
        let (outputs, end) = tensors(&plan.outputs, outputs_start)?;
        let copy = |(input, output): (&View, &View)| Op::Copy { input: input.clone(), output: output.clone() };
        let mut ops: Vec<Op> = inputs.iter().zip(&plan.inputs).map(copy).collect();
        ops.extend(plan.ops.iter().cloned());
        ops.extend(plan.outputs.iter().zip(&outputs).map(copy));
        let apart = u32::try_from(end).map_err(|_| too_much())?;
        let ports = |views: &[View]| views.iter().map(port).collect();
        let (inputs, outputs) = (ports(&inputs), ports(&outputs));
        let program = Self { ops, layout, apart, inputs, outputs, outputs_at: outputs_start..end };
        Ok((program, contents))
    }

    /// What runs so many pictures at once.
    ///
    /// # Errors
    /// If there is an op that is too large for its kernel, or that none does for more than one picture; or too many pictures.
    pub fn dispatches(&self, pictures: u32) -> Result<Vec<Dispatch>, EngineError> {
        u32::try_from(self.numbers(pictures)).map_err(|_| too_much())?;
        let together = |op: &Op| self.dispatch(&repeated(op, pictures, self.apart)?);
        self.ops.iter().map(together).collect()
    }

    /// Of the buffer that is worked on.
    pub fn numbers(&self, pictures: u32) -> usize {
        self.picture(pictures)
    }

    /// Where a picture's numbers begin.
    fn picture(&self, picture: u32) -> usize {
        self.layout.first() as usize + picture as usize * self.apart as usize
    }

    /// Where an input of a picture begins in the buffer that is worked on.
    pub fn input_start(&self, picture: u32, input: &Port) -> usize {
        self.picture(picture) + input.range.start
    }

    /// Where the outputs of a picture begin in the buffer that is worked on.
    pub fn outputs_start(&self, picture: u32) -> usize {
        self.picture(picture) + self.outputs_at.start
    }

    /// Numbers of all outputs of a picture.
    pub fn outputs_len(&self) -> usize {
        self.outputs_at.len()
    }

    /// An output among the numbers of all outputs of a picture.
    pub fn among_outputs(&self, output: &Port) -> Range<usize> {
        output.range.start - self.outputs_at.start..output.range.end - self.outputs_at.start
    }

    fn dispatch(&self, op: &Op) -> Result<Dispatch, EngineError> {
        let layout = &self.layout;
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
            Op::ArgMax { axis, input, output } => arg_max(layout, *axis as usize, input, output),
            Op::MatMul { a, b, output } => product(layout, a, b, output),
            Op::Recurrence(op) => recurrence(layout, op),
            Op::Reverse { axis, input, output } => reversal(layout, *axis as usize, input, output),
        }
    }
}

/// Ops of a plan that no GPU runs, by their places in the plan.
pub(super) fn refused(plan: &Plan) -> Result<Vec<usize>, EngineError> {
    let (program, _) = Program::new(plan)?;
    let is_refused = |(at, op)| program.dispatch(op).is_err().then_some(at);
    Ok(plan.ops.iter().enumerate().filter_map(is_refused).collect())
}

/// The op for several pictures whose numbers lie so far apart, as one op.
fn repeated(op: &Op, pictures: u32, apart: u32) -> Result<Op, EngineError> {
    let mut op = op.clone();
    if pictures == 1 {
        return Ok(op);
    }
    let alone = |op: &Op| EngineError::Load { detail: format!("a {} of one picture at a time", op.kind()) };
    let of_pictures = matches!(op, Op::Conv(_) | Op::ConvTranspose(_) | Op::Pool { .. } | Op::Resize { .. });
    let fits = |view: &mut View| if of_pictures { view.dims[0] == 1 } else { view.dims.len() < MOST_AXES };
    if !op.views_mut().all(fits) {
        return Err(alone(&op));
    }
    for view in op.views_mut() {
        // A weight is the same for all.
        let step = if view.place == Place::Arena { apart } else { 0 };
        match of_pictures {
            true => (view.dims[0], view.strides[0]) = (pictures, step),
            false => {
                view.dims.insert(0, pictures);
                view.strides.insert(0, step);
            }
        }
    }
    if let Op::Softmax { axis, .. } | Op::Reverse { axis, .. } | Op::ArgMax { axis, .. } = &mut op {
        *axis += 1;
    }
    Ok(op)
}

/// Dense tensors of the views' sizes, one behind the other, and where they end.
fn tensors(views: &[View], start: usize) -> Result<(Vec<View>, usize), EngineError> {
    let mut next = start.next_multiple_of(ALIGNMENT);
    let mut tensors = Vec::with_capacity(views.len());
    for view in views {
        let offset = u32::try_from(next).map_err(|_| too_much())?;
        tensors.push(View::dense(Place::Arena, offset, &view.dims));
        let end = usize::try_from(view.volume()).ok().and_then(|len| next.checked_add(len)).ok_or_else(too_much)?;
        next = end.checked_next_multiple_of(ALIGNMENT).ok_or_else(too_much)?;
    }
    Ok((tensors, next))
}

fn port(tensor: &View) -> Port {
    let start = tensor.offset as usize;
    let shape = tensor.dims.iter().map(|dim| *dim as usize).collect();
    Port { shape, range: start..start + tensor.volume() as usize }
}
