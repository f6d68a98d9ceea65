//! The plan: what an executor does for one model and one input size, as a flat list of fused ops over one arena of numbers.
//!
//! A plan knows nothing of ONNX. Every operand is a [`View`]: a place in the arena (or a weight), with a size and a stride per
//! axis. Reshapes, transposes, slices and concatenations are mostly nothing but other views of the same numbers. Where two
//! buffers lie in the arena was decided when the plan was made; an executor only follows.
//!
//! [`Plan::to_bytes`] and [`Plan::from_bytes`] are the file format, described in `format`; what makes a plan sound is said in
//! `check`, and a plan that was read has passed it.

pub(crate) mod bands;
mod check;
pub mod checksum;
mod cost;
mod flow;
mod format;
mod ops;
mod places;
#[cfg(test)]
pub(crate) mod tests;
mod weight;

pub use flow::{Flow, Source};
pub use ops::{
    Activation, BinaryFunction, Cell, Convolution, CoordinateMode, Direction, Op, Order, PoolKind, Recurrence,
    Reduction, ResizeKind, UnaryFunction, Window,
};
pub use places::ResizedAxis;
#[cfg(feature = "gpu")]
pub(in crate::engine) use weight::f16_from_f32;
pub use weight::{Numbers, Weight};

/// Axes of a view, at the most.
pub const MOST_AXES: usize = 8;

/// One model at one input size. What was read from bytes may hold on to them: weights are not copied.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan<'a> {
    /// Numbers (f32) that the ops share; the most memory that running takes beside the weights and an op's scratch.
    pub arena_len: u32,
    /// Axes in the model's own order (N, C, H, W for a picture); the strides say how the arena holds them.
    pub inputs: Vec<View>,
    /// In the model's own order, axes too.
    pub outputs: Vec<View>,
    pub weights: Vec<Weight<'a>>,
    pub ops: Vec<Op>,
    /// Of each op, the name of the node that it was made from: for tables and messages.
    pub names: Vec<String>,
}

/// Numbers in the arena or of a weight: index `i` along axis `a` moves by `i * strides[a]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub place: Place,
    /// Of the first number, in numbers.
    pub offset: u32,
    pub dims: Vec<u32>,
    /// Zero repeats the same numbers along an axis, which only a view that is read may do.
    pub strides: Vec<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Arena,
    Weight(u32),
}

impl Plan<'_> {
    /// Whether it can be run within the limits; a plan that was read has passed this.
    pub fn check(&self, limits: &Limits) -> Result<(), PlanError> {
        check::check(self, limits)
    }
}

impl View {
    /// Row after row without gaps.
    pub fn dense(place: Place, offset: u32, dims: &[u32]) -> Self {
        let mut strides = vec![0; dims.len()];
        let mut next = 1_u32;
        for (stride, dim) in strides.iter_mut().zip(dims).rev() {
            *stride = next;
            next = next.saturating_mul(*dim);
        }
        Self { place, offset, dims: dims.to_vec(), strides }
    }

    /// How many numbers it tells apart.
    pub fn volume(&self) -> u64 {
        self.dims.iter().map(|dim| u64::from(*dim)).product()
    }

    /// From the first number to just after the last, gaps included.
    pub fn span(&self) -> u64 {
        let reach = |(dim, stride): (&u32, &u32)| u64::from(dim.saturating_sub(1)) * u64::from(*stride);
        if self.dims.contains(&0) { 0 } else { 1 + self.dims.iter().zip(&self.strides).map(reach).sum::<u64>() }
    }
}

/// What reading a plan may cost; a plan that says more is refused before anything is allocated for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub arena_bytes: u64,
    /// Of the weights once they are unpacked to f32, and again of all that ops pack for themselves.
    pub weight_bytes: u64,
    /// Multiplications of one run, and what takes as long as some: a small file must not keep a core busy for an hour.
    pub multiplications: u64,
}

impl Default for Limits {
    fn default() -> Self {
        // Several times what the largest models of this project take (37 MB for a segmenter at 513 pixels, 21 MB of weights for a
        // reader of text).
        Self { arena_bytes: 1 << 28, weight_bytes: 1 << 28, multiplications: 1 << 38 }
    }
}

/// Why bytes are not a plan that can be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("these bytes are no plan")]
    NotAPlan,
    #[error("the plan is of format {found}; format {known} is read here")]
    Version { found: u32, known: u32 },
    #[error("the plan's bytes are damaged: the checksum differs")]
    Checksum,
    #[error("the plan ends before its content does, or goes on after it")]
    Length,
    #[error("the plan holds a number that means nothing: {what}")]
    Meaningless { what: &'static str },
    #[error("the plan asks for {asked} {what}; at most {limit} are allowed")]
    TooMuch { what: &'static str, asked: u64, limit: u64 },
    #[error("op {op} of the plan is not sound: {what}")]
    Unsound { op: usize, what: &'static str },
}
