//! From a plan to the dispatches that run it for one picture or several, before any device is asked for anything.

use std::ops::Range;

use super::convolve::{convolution, transposed};
use super::dispatch::Dispatch;
use super::elementwise::{binary, bring, copy, fetch, fill, unary};
use super::layout::{ALIGNMENT, Contents, Layout, too_much};
use super::recurrence::{recurrence, reversal};
use super::reduce::{arg_max, product, reduction, softmax};
use super::resample::{pool, resize};
use crate::engine::EngineError;
use crate::engine::plan::{MOST_AXES, Op, Place, Plan, View};

/// A plan as a device runs it. Each picture has `apart` numbers in the arena. Inputs and outputs lie elsewhere, as dense tensors:
/// first the inputs of all pictures, then their outputs.
pub(super) struct Program {
    ops: Vec<Op>,
    layout: Layout,
    apart: u32,
    pub inputs: Ports,
    pub outputs: Ports,
}

/// What comes in or goes out.
pub(super) struct Ports {
    pub each: Vec<Port>,
    /// Numbers of one picture.
    len: u32,
}

/// Where an input or output lies in the arena, and as a dense tensor among those of a picture.
pub(super) struct Port {
    view: View,
    pub shape: Vec<usize>,
    pub range: Range<usize>,
}

impl Program {
    /// The plan was checked. `busy`: workgroups that keep the device busy.
    ///
    /// # Errors
    /// If the plan asks for what no GPU can do.
    pub fn new(plan: &Plan, busy: u64) -> Result<(Self, Contents), EngineError> {
        let (layout, contents) = Layout::of(plan, busy)?;
        let (inputs, outputs) = (Ports::new(&plan.inputs)?, Ports::new(&plan.outputs)?);
        let apart = plan.arena_len.checked_next_multiple_of(ALIGNMENT as u32).ok_or_else(too_much)?;
        Ok((Self { ops: plan.ops.clone(), layout, apart, inputs, outputs }, contents))
    }

    /// What runs so many pictures at once: first what brings the inputs, then the plan's ops, then what fetches the outputs.
    ///
    /// # Errors
    /// If there is an op that is too large for its kernel, or that none does for more than one picture; or too many pictures.
    pub fn dispatches(&self, pictures: u32) -> Result<Vec<Dispatch>, EngineError> {
        for numbers in [self.numbers(pictures), self.tensors(pictures)] {
            u32::try_from(numbers).map_err(|_| too_much())?;
        }
        let bring = |port: &Port| {
            let tensor = self.inputs.tensor(port, pictures, 0)?;
            bring(&self.layout, &tensor, &several(&port.view, pictures, self.apart)?)
        };
        let outputs_at = self.outputs_start(pictures) as u32;
        let fetch = |port: &Port| {
            let tensor = self.outputs.tensor(port, pictures, outputs_at)?;
            fetch(&self.layout, &several(&port.view, pictures, self.apart)?, &tensor)
        };
        let together = |op: &Op| self.dispatch(&repeated(op, pictures, self.apart)?);
        let (inputs, outputs) = (self.inputs.each.iter().map(bring), self.outputs.each.iter().map(fetch));
        inputs.chain(self.ops.iter().map(together)).chain(outputs).collect()
    }

    /// Of the buffer that is worked on.
    pub fn numbers(&self, pictures: u32) -> usize {
        self.layout.first() as usize + pictures as usize * self.apart as usize
    }

    /// Numbers of the inputs and outputs of so many pictures.
    pub fn tensors(&self, pictures: u32) -> usize {
        self.outputs_start(pictures) + pictures as usize * self.outputs_len()
    }

    /// Where an input of a picture begins among inputs and outputs.
    pub fn input_start(&self, picture: u32, input: &Port) -> usize {
        picture as usize * self.inputs.len as usize + input.range.start
    }

    /// Where the outputs of so many pictures begin among inputs and outputs.
    pub fn outputs_start(&self, pictures: u32) -> usize {
        pictures as usize * self.inputs.len as usize
    }

    /// Numbers of all outputs of a picture.
    pub fn outputs_len(&self) -> usize {
        self.outputs.len as usize
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
    let (program, _) = Program::new(plan, 1)?;
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

impl Ports {
    /// Dense tensors of the views' sizes, one behind the other.
    fn new(views: &[View]) -> Result<Self, EngineError> {
        let mut next = 0_usize;
        let mut each = Vec::with_capacity(views.len());
        for view in views {
            let len = usize::try_from(view.volume()).map_err(|_| too_much())?;
            let end = next.checked_add(len).ok_or_else(too_much)?;
            let shape = view.dims.iter().map(|dim| *dim as usize).collect();
            each.push(Port { view: view.clone(), shape, range: next..end });
            next = end.checked_next_multiple_of(ALIGNMENT).ok_or_else(too_much)?;
        }
        Ok(Self { each, len: u32::try_from(next).map_err(|_| too_much())? })
    }

    /// Where a port lies among the tensors of so many pictures that begin at `start`.
    fn tensor(&self, port: &Port, pictures: u32, start: u32) -> Result<View, EngineError> {
        let offset = u32::try_from(port.range.start).ok().and_then(|at| at.checked_add(start)).ok_or_else(too_much)?;
        several(&View::dense(Place::Arena, offset, &port.view.dims), pictures, self.len)
    }
}

/// A view of one picture for several, whose numbers lie so far apart.
fn several(view: &View, pictures: u32, apart: u32) -> Result<View, EngineError> {
    let mut view = view.clone();
    if pictures > 1 {
        if view.dims.len() == MOST_AXES {
            return Err(EngineError::Load { detail: "an input or output of one picture at a time".to_owned() });
        }
        // A weight is the same for all.
        let step = if view.place == Place::Arena { apart } else { 0 };
        view.dims.insert(0, pictures);
        view.strides.insert(0, step);
    }
    Ok(view)
}
