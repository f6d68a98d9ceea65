//! The kernels as they lie on disk, and the numbers by which they know activations, functions and kinds.

use super::device::Format;
use crate::engine::plan::{Activation, BinaryFunction, Cell, Convolution, Order, PoolKind, Reduction, UnaryFunction};

const ACTIVATION: &str = include_str!("kernels/activation.wgsl");
const WALK: &str = include_str!("kernels/walk.wgsl");
const NAN: &str = include_str!("kernels/nan.wgsl");
const PICTURE: &str = include_str!("kernels/picture.wgsl");

/// A WGSL file each; its entry is `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    Conv,
    Depthwise,
    Transposed,
    Pool,
    Resize,
    Copy,
    Fill,
    Unary,
    Binary,
    Reduce,
    Softmax,
    ArgMax,
    MatMul,
    Recurrence,
    Columns,
    Rows,
}

/// Which buffers a kernel is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bindings {
    /// Of ops: what is worked on, weights, parameters by a dynamic offset, tables.
    Op,
    /// Of what prepares pictures: what is worked on, pixels, parameters, what pixels are mixed of, shortened rows.
    Picture,
}

impl Kernel {
    /// For messages of the driver.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conv => "conv",
            Self::Depthwise => "depthwise",
            Self::Transposed => "transposed",
            Self::Pool => "pool",
            Self::Resize => "resize",
            Self::Copy => "copy",
            Self::Fill => "fill",
            Self::Unary => "unary",
            Self::Binary => "binary",
            Self::Reduce => "reduce",
            Self::Softmax => "softmax",
            Self::ArgMax => "argmax",
            Self::MatMul => "matmul",
            Self::Recurrence => "recurrence",
            Self::Columns => "columns",
            Self::Rows => "rows",
        }
    }

    pub fn bindings(self) -> Bindings {
        match self {
            Self::Columns | Self::Rows => Bindings::Picture,
            _ => Bindings::Op,
        }
    }

    /// The file, and before it what numbers are and the files that it says it goes with.
    pub fn source(self, format: Format) -> String {
        let numbers = match format {
            Format::F32 => include_str!("kernels/f32.wgsl"),
            Format::F16 => include_str!("kernels/f16.wgsl"),
        };
        let files: &[&str] = match self {
            Self::Conv => &[ACTIVATION, include_str!("kernels/conv.wgsl")],
            Self::Depthwise => &[ACTIVATION, include_str!("kernels/depthwise.wgsl")],
            Self::Transposed => &[ACTIVATION, include_str!("kernels/transposed.wgsl")],
            Self::Pool => &[NAN, include_str!("kernels/pool.wgsl")],
            Self::Resize => &[include_str!("kernels/resize.wgsl")],
            Self::Copy => &[WALK, include_str!("kernels/copy.wgsl")],
            Self::Fill => &[WALK, include_str!("kernels/fill.wgsl")],
            Self::Unary => &[WALK, ACTIVATION, include_str!("kernels/unary.wgsl")],
            Self::Binary => &[WALK, NAN, ACTIVATION, include_str!("kernels/binary.wgsl")],
            Self::Reduce => &[NAN, include_str!("kernels/reduce.wgsl")],
            Self::Softmax => &[include_str!("kernels/softmax.wgsl")],
            Self::ArgMax => &[NAN, include_str!("kernels/argmax.wgsl")],
            Self::MatMul => &[include_str!("kernels/matmul.wgsl")],
            Self::Recurrence => &[ACTIVATION, include_str!("kernels/recurrence.wgsl")],
            Self::Columns => &[PICTURE, include_str!("kernels/columns.wgsl")],
            Self::Rows => &[PICTURE, include_str!("kernels/rows.wgsl")],
        };
        [&[numbers][..], files].concat().concat()
    }
}

/// An activation as `activation.wgsl` knows it: the constant `ACTIVATION`, then the parameters `alpha` and `beta`.
pub(super) fn activation(activation: Activation) -> (u32, [f32; 2]) {
    match activation {
        Activation::None => (0, [0.0; 2]),
        Activation::Relu => (1, [0.0; 2]),
        Activation::Relu6 => (2, [0.0, 6.0]),
        Activation::Clip { low, high } => (2, [low, high]),
        Activation::LeakyRelu(slope) => (3, [slope, 0.0]),
        Activation::HardSwish => (4, [0.0; 2]),
        Activation::HardSigmoid { alpha, beta } => (5, [alpha, beta]),
        Activation::Sigmoid => (6, [0.0; 2]),
        Activation::Silu => (7, [0.0; 2]),
        Activation::Gelu => (8, [0.0; 2]),
        Activation::Tanh => (9, [0.0; 2]),
    }
}

/// `FUNCTION` of `unary.wgsl`; zero is an activation.
pub(super) fn unary(function: UnaryFunction) -> u32 {
    match function {
        UnaryFunction::Activation(_) => 0,
        UnaryFunction::Exp => 1,
        UnaryFunction::Log => 2,
        UnaryFunction::Sqrt => 3,
        UnaryFunction::Reciprocal => 4,
        UnaryFunction::Negate => 5,
        UnaryFunction::Absolute => 6,
        UnaryFunction::Erf => 7,
        UnaryFunction::Square => 8,
    }
}

/// `FUNCTION` of `binary.wgsl`.
pub(super) fn binary(function: BinaryFunction) -> u32 {
    match function {
        BinaryFunction::Add => 0,
        BinaryFunction::Subtract => 1,
        BinaryFunction::Multiply => 2,
        BinaryFunction::Divide => 3,
        BinaryFunction::Minimum => 4,
        BinaryFunction::Maximum => 5,
        BinaryFunction::Power => 6,
    }
}

/// `KIND` of `reduce.wgsl`, and what the reduction begins with. A mean is a sum that is shared out.
pub(super) fn reduction(reduction: Reduction) -> (u32, f32) {
    match reduction {
        Reduction::Sum | Reduction::Mean => (0, 0.0),
        Reduction::Minimum => (1, f32::INFINITY),
        Reduction::Maximum => (2, f32::NEG_INFINITY),
    }
}

/// `CELL` of `recurrence.wgsl`.
pub(super) fn cell(cell: Cell) -> u32 {
    match cell {
        Cell::Lstm => 0,
        Cell::Gru => 1,
        Cell::GruResetLast => 2,
    }
}

/// `KIND` of `pool.wgsl`.
pub(super) fn pool(kind: PoolKind) -> u32 {
    match kind {
        PoolKind::Max => 0,
        PoolKind::AverageInside => 1,
        PoolKind::AverageAll => 2,
    }
}

/// `RESIDUAL` of the convolutions.
pub(super) fn residual(conv: &Convolution) -> u32 {
    match (&conv.residual, conv.order) {
        (None, _) => 0,
        (Some(_), Order::ActivationLast) => 1,
        (Some(_), Order::ResidualLast) => 2,
    }
}
