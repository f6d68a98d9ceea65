//! What lies where on the device: one buffer of numbers that are worked on, one of numbers that only convolutions and resizes read.
//!
//! The first holds the plan's arena, then the weights that views read, then the inputs and outputs as dense tensors, so that
//! a kernel finds all of its operands in one buffer.

use std::collections::HashMap;

use crate::engine::EngineError;
use crate::engine::plan::{Place, Plan, View};

/// Numbers that a piece of a buffer begins at a multiple of: 16 bytes.
const ALIGNMENT: usize = 4;

pub(super) struct Layout<'a> {
    plan: &'a Plan,
    /// What follows the arena and is there from the beginning.
    pub constants: Vec<f32>,
    constant_at: HashMap<u32, u32>,
    pub weights: Vec<f32>,
    weight_at: HashMap<(u32, Packing), u32>,
}

/// How a weight lies in the buffer of weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Packing {
    /// As in the plan.
    AsIs,
    /// Rows (of each group the places of its window) and columns exchanged, so that neighbours among channels are neighbours.
    PlaceByPlace,
}

impl<'a> Layout<'a> {
    pub fn new(plan: &'a Plan) -> Self {
        let (constants, weights) = (Vec::new(), Vec::new());
        Self { plan, constants, constant_at: HashMap::new(), weights, weight_at: HashMap::new() }
    }

    /// Where the constants begin.
    pub fn constants_start(&self) -> usize {
        (self.plan.arena_len as usize).next_multiple_of(ALIGNMENT)
    }

    /// Where the constants end, once there are no more to come.
    pub fn constants_end(&self) -> usize {
        self.constants_start() + self.constants.len()
    }

    /// Where a view begins in the buffer that is worked on.
    pub fn start(&mut self, view: &View) -> Result<u32, EngineError> {
        let base = match view.place {
            Place::Arena => 0,
            Place::Weight(index) => self.constant(index)?,
        };
        base.checked_add(view.offset).ok_or_else(too_much)
    }

    /// A view of pictures as kernels take it: where the first one begins, from pixel to pixel, from picture to picture. The plan
    /// was checked: the view has four axes.
    pub fn pictures(&mut self, view: &View) -> Result<[u32; 4], EngineError> {
        Ok([self.start(view)?, view.strides[2], view.strides[0], 0])
    }

    /// Where a weight of the plan lies in the buffer of weights; it is brought there once.
    pub fn weight(&mut self, index: u32, packing: Packing) -> Result<u32, EngineError> {
        if let Some(at) = self.weight_at.get(&(index, packing)) {
            return Ok(*at);
        }
        let weight = &self.plan.weights[index as usize];
        let numbers = weight.unpacked();
        let at = match (packing, &weight.dims[..]) {
            (Packing::PlaceByPlace, [groups, places, 1]) => {
                let (groups, places) = (*groups as usize, *places as usize);
                let by_place = (0..places).flat_map(|place| (0..groups).map(move |group| group * places + place));
                self.table(by_place.map(|at| numbers[at]))?
            }
            _ => self.table(numbers.into_iter())?,
        };
        self.weight_at.insert((index, packing), at);
        Ok(at)
    }

    /// The bias of a convolution; zeros if it has none.
    pub fn bias(&mut self, bias: Option<u32>, channels: u32) -> Result<u32, EngineError> {
        match bias {
            Some(index) => self.weight(index, Packing::AsIs),
            None => self.table(std::iter::repeat_n(0.0, channels as usize)),
        }
    }

    /// Brings numbers to the buffer of weights and says where they begin.
    pub fn table(&mut self, numbers: impl Iterator<Item = f32>) -> Result<u32, EngineError> {
        self.weights.resize(self.weights.len().next_multiple_of(ALIGNMENT), 0.0);
        let at = u32::try_from(self.weights.len()).map_err(|_| too_much())?;
        self.weights.extend(numbers);
        Ok(at)
    }

    fn constant(&mut self, index: u32) -> Result<u32, EngineError> {
        if let Some(at) = self.constant_at.get(&index) {
            return Ok(*at);
        }
        let at = u32::try_from(self.constants_end()).map_err(|_| too_much())?;
        self.constants.extend(self.plan.weights[index as usize].unpacked());
        self.constant_at.insert(index, at);
        Ok(at)
    }
}

pub(super) fn too_much() -> EngineError {
    EngineError::Load { detail: "the plan holds more numbers than a GPU can address".to_owned() }
}
