//! What lies where on the device: decided once for a plan, before anything is dispatched.
//!
//! One buffer holds what is worked on: first the weights that views read, then the plan's arena for each picture, one after the
//! other. So a kernel finds all of its operands in one buffer, and the same place of another picture is always so many numbers
//! further on. Weights of convolutions lie in a buffer of their own, tables of resizes, which are places, in a third, and inputs and
//! outputs, as they come and go, in a fourth.

use std::collections::HashMap;

use super::convolve::packing;
use super::resample::resized;
use crate::engine::EngineError;
use crate::engine::plan::{Op, Place, Plan, ResizeKind, ResizedAxis, View};

/// Numbers that a piece of a buffer begins at a multiple of: devices copy multiples of four bytes, in f16 two numbers.
pub(super) const ALIGNMENT: usize = 4;

pub(super) struct Layout {
    constant_at: HashMap<u32, u32>,
    weight_at: HashMap<(u32, Packing), u32>,
    /// As many zeros as the widest convolution without a bias has channels.
    zeros: u32,
    table_at: Vec<(Table, u32)>,
    /// Where the first picture's numbers begin.
    first: u32,
    busy: u64,
}

/// What the buffers hold from the beginning.
#[derive(Default)]
pub(super) struct Contents {
    /// The beginning of the buffer that is worked on.
    pub constants: Vec<f32>,
    pub weights: Vec<f32>,
    pub tables: Vec<f32>,
}

/// How a weight lies in the buffer of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Packing {
    /// As in the plan.
    AsIs,
    /// Rows of so many numbers, filled up to fours.
    Rows(u32),
    /// Rows (of each group the places of its window) and columns exchanged, so that neighbours among channels are neighbours; rows
    /// are filled up to fours.
    PlaceByPlace,
}

/// One axis of a resize.
pub(super) type Table = (ResizedAxis, ResizeKind);

impl Layout {
    /// The plan was checked. `busy`: workgroups that keep the device busy.
    pub fn of(plan: &Plan, busy: u64) -> Result<(Self, Contents), EngineError> {
        let (constant_at, weight_at, table_at) = Default::default();
        let mut layout = Self { constant_at, weight_at, zeros: 0, table_at, first: 0, busy };
        let mut contents = Contents::default();
        let read = plan.ops.iter().flat_map(Op::inputs).chain(&plan.outputs);
        for view in read {
            layout.bring_constant(plan, view, &mut contents.constants)?;
        }
        contents.constants.resize(contents.constants.len().next_multiple_of(ALIGNMENT), 0.0);
        layout.first = place(contents.constants.len())?;
        let mut without_bias = 0;
        for op in &plan.ops {
            match op {
                Op::Conv(conv) | Op::ConvTranspose(conv) => {
                    let packing = packing(op);
                    layout.bring_weight(plan, conv.weight, packing.weight, &mut contents.weights)?;
                    match conv.bias {
                        Some(bias) => layout.bring_weight(plan, bias, packing.bias, &mut contents.weights)?,
                        // Rows of a channel each are filled up the most.
                        None => without_bias = without_bias.max(conv.output.dims[3] as usize * ALIGNMENT),
                    }
                }
                Op::Recurrence(recurrence) => {
                    for weight in [Some(recurrence.weight), recurrence.bias].into_iter().flatten() {
                        layout.bring_weight(plan, weight, Packing::AsIs, &mut contents.weights)?;
                    }
                }
                Op::Resize { kind, coordinates, scale, input, output } => {
                    for axis in resized(*coordinates, *scale, [input, output]) {
                        layout.bring_table((axis, *kind), &mut contents.tables)?;
                    }
                }
                _ => {}
            }
        }
        layout.zeros = bring(&mut contents.weights, std::iter::repeat_n(0.0, without_bias))?;
        Ok((layout, contents))
    }

    /// Workgroups that keep the device busy.
    pub fn busy(&self) -> u64 {
        self.busy
    }

    /// Where the first picture's numbers begin.
    pub fn first(&self) -> u32 {
        self.first
    }

    /// Where a view begins in the buffer that is worked on.
    pub fn start(&self, view: &View) -> Result<u32, EngineError> {
        let base = match view.place {
            Place::Arena => Some(&self.first),
            Place::Weight(index) => self.constant_at.get(&index),
        };
        base.and_then(|base| base.checked_add(view.offset)).ok_or_else(too_much)
    }

    /// A view of pictures as kernels take it: where the first one begins, from pixel to pixel, from picture to picture. The plan
    /// was checked: the view has four axes.
    pub fn pictures(&self, view: &View) -> Result<[u32; 4], EngineError> {
        Ok([self.start(view)?, view.strides[2], view.strides[0], 0])
    }

    /// Where a weight of a convolution or a recurrent layer lies.
    pub fn weight(&self, index: u32, packing: Packing) -> Result<u32, EngineError> {
        self.weight_at.get(&(index, packing)).copied().ok_or_else(too_much)
    }

    /// Where its bias lies; zeros if a convolution has none.
    pub fn bias(&self, bias: Option<u32>, packing: Packing) -> Result<u32, EngineError> {
        bias.map_or(Ok(self.zeros), |index| self.weight(index, packing))
    }

    /// Where a table lies in the buffer of tables.
    pub fn table(&self, table: &Table) -> Result<u32, EngineError> {
        self.table_at.iter().find(|(known, _)| known == table).map(|(_, at)| *at).ok_or_else(too_much)
    }

    fn bring_constant(&mut self, plan: &Plan, view: &View, constants: &mut Vec<f32>) -> Result<(), EngineError> {
        if let Place::Weight(index) = view.place
            && !self.constant_at.contains_key(&index)
        {
            let at = bring(constants, plan.weights[index as usize].unpacked().into_iter())?;
            self.constant_at.insert(index, at);
        }
        Ok(())
    }

    fn bring_weight(
        &mut self,
        plan: &Plan,
        index: u32,
        packing: Packing,
        weights: &mut Vec<f32>,
    ) -> Result<(), EngineError> {
        if self.weight_at.contains_key(&(index, packing)) {
            return Ok(());
        }
        let weight = &plan.weights[index as usize];
        let numbers = weight.unpacked();
        let at = match (packing, &weight.dims[..]) {
            (Packing::PlaceByPlace, [groups, places, 1]) => {
                let (groups, places) = (*groups as usize, *places as usize);
                let by_place = (0..places).flat_map(|place| (0..groups).map(move |group| group * places + place));
                let by_place: Vec<f32> = by_place.map(|at| numbers[at]).collect();
                bring(weights, filled_up(&by_place, groups))?
            }
            (Packing::Rows(row), _) => bring(weights, filled_up(&numbers, row as usize))?,
            _ => bring(weights, numbers.into_iter())?,
        };
        self.weight_at.insert((index, packing), at);
        Ok(())
    }

    fn bring_table(&mut self, table: Table, tables: &mut Vec<f32>) -> Result<(), EngineError> {
        if self.table(&table).is_ok() {
            return Ok(());
        }
        let (axis, kind) = &table;
        // Places are floats without a loss: a picture has 2^14 rows and columns at the most.
        let at = match kind {
            ResizeKind::Bilinear => {
                let mixed = axis.linear().into_iter();
                bring(tables, mixed.flat_map(|(first, second, part)| [first as f32, second as f32, part]))?
            }
            _ => bring(tables, axis.nearest(*kind).into_iter().map(|place| place as f32))?,
        };
        self.table_at.push((table, at));
        Ok(())
    }
}

/// Rows of so many numbers, each with zeros at its end until it is one of fours.
fn filled_up(numbers: &[f32], row: usize) -> impl Iterator<Item = f32> {
    let zeros = row.next_multiple_of(ALIGNMENT) - row;
    numbers.chunks(row.max(1)).flat_map(move |row| row.iter().copied().chain(std::iter::repeat_n(0.0, zeros)))
}

/// Appends numbers and says where they begin.
fn bring(to: &mut Vec<f32>, numbers: impl Iterator<Item = f32>) -> Result<u32, EngineError> {
    to.resize(to.len().next_multiple_of(ALIGNMENT), 0.0);
    let at = place(to.len())?;
    to.extend(numbers);
    Ok(at)
}

fn place(at: usize) -> Result<u32, EngineError> {
    u32::try_from(at).map_err(|_| too_much())
}

pub(super) fn too_much() -> EngineError {
    EngineError::Load { detail: "the plan holds more numbers than a GPU can address".to_owned() }
}
