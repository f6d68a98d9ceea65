//! The kernels as they lie on disk, and the numbers by which they know activations, functions and kinds.

use super::device::Format;
use crate::engine::plan::{Activation, BinaryFunction, Cell, Convolution, Order, PoolKind, Reduction, UnaryFunction};

const EACH: &str = include_str!("kernels/each.wgsl");
const ACTIVATION: &str = include_str!("kernels/activation.wgsl");
const WALK: &str = include_str!("kernels/walk.wgsl");
const ONES: &str = include_str!("kernels/ones.wgsl");
const NAN: &str = include_str!("kernels/nan.wgsl");
const PICTURE: &str = include_str!("kernels/picture.wgsl");
const WINDOW: &str = include_str!("kernels/window.wgsl");
const FINISH: &str = include_str!("kernels/finish.wgsl");

/// A WGSL file each; its entry is `main`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kernel {
    /// Convolutions in large tiles, in small ones, and without any.
    Conv(Access),
    Deep(Access),
    Narrow(Access),
    Depthwise(Access),
    Transposed,
    Pool(Access),
    Resize,
    Copy(Access),
    Fill,
    Unary(Access),
    Binary(Access),
    Reduce,
    Softmax,
    ArgMax,
    MatMul,
    Recurrence,
    Columns,
    Rows,
    Bring,
    Fetch,
}

/// How a kernel reads and writes four numbers that follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Access {
    /// At once: where operands begin, and their pixels lie apart, by multiples of four.
    Fours,
    /// One by one: anywhere.
    Ones,
}

impl Access {
    fn source(self) -> &'static str {
        match self {
            Self::Fours => include_str!("kernels/fours.wgsl"),
            Self::Ones => ONES,
        }
    }

    /// A thread's part of a walk over views.
    fn walk(self) -> &'static str {
        match self {
            Self::Fours => include_str!("kernels/walk_fours.wgsl"),
            Self::Ones => include_str!("kernels/walk_ones.wgsl"),
        }
    }
}

/// Which buffers a kernel is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bindings {
    /// Of ops: what is worked on, weights, parameters by a dynamic offset, tables, inputs and outputs.
    Op,
    /// Of what prepares pictures: inputs and outputs, pixels, parameters, what pixels are mixed of, shortened rows.
    Picture,
}

impl Kernel {
    /// For messages of the driver.
    pub fn name(self) -> &'static str {
        match self {
            Self::Conv(_) => "conv",
            Self::Deep(_) => "deep",
            Self::Narrow(_) => "narrow",
            Self::Depthwise(_) => "depthwise",
            Self::Transposed => "transposed",
            Self::Pool(_) => "pool",
            Self::Resize => "resize",
            Self::Copy(_) => "copy",
            Self::Fill => "fill",
            Self::Unary(_) => "unary",
            Self::Binary(_) => "binary",
            Self::Reduce => "reduce",
            Self::Softmax => "softmax",
            Self::ArgMax => "argmax",
            Self::MatMul => "matmul",
            Self::Recurrence => "recurrence",
            Self::Columns => "columns",
            Self::Rows => "rows",
            Self::Bring => "bring",
            Self::Fetch => "fetch",
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
            Self::Conv(access) => {
                &[NAN, ACTIVATION, access.source(), FINISH, WINDOW, include_str!("kernels/conv.wgsl")]
            }
            Self::Deep(access) => {
                &[NAN, ACTIVATION, access.source(), FINISH, WINDOW, include_str!("kernels/deep.wgsl")]
            }
            Self::Narrow(access) => {
                &[NAN, ACTIVATION, access.source(), FINISH, WINDOW, include_str!("kernels/narrow.wgsl")]
            }
            Self::Depthwise(access) => {
                &[EACH, NAN, ACTIVATION, access.source(), FINISH, include_str!("kernels/depthwise.wgsl")]
            }
            Self::Transposed => &[EACH, NAN, ACTIVATION, include_str!("kernels/transposed.wgsl")],
            Self::Pool(access) => &[EACH, NAN, access.source(), include_str!("kernels/pool.wgsl")],
            Self::Resize => &[EACH, include_str!("kernels/resize.wgsl")],
            Self::Copy(access) => &[EACH, WALK, access.source(), include_str!("kernels/copy.wgsl"), access.walk()],
            Self::Fill => &[EACH, WALK, ONES, include_str!("kernels/fill.wgsl")],
            Self::Unary(access) => {
                &[EACH, WALK, access.source(), NAN, ACTIVATION, include_str!("kernels/unary.wgsl"), access.walk()]
            }
            Self::Binary(access) => {
                &[EACH, WALK, access.source(), NAN, ACTIVATION, include_str!("kernels/binary.wgsl"), access.walk()]
            }
            Self::Reduce => &[NAN, include_str!("kernels/reduce.wgsl")],
            Self::Softmax => &[include_str!("kernels/softmax.wgsl")],
            Self::ArgMax => &[NAN, include_str!("kernels/argmax.wgsl")],
            Self::MatMul => &[include_str!("kernels/matmul.wgsl")],
            Self::Recurrence => &[NAN, ACTIVATION, include_str!("kernels/recurrence.wgsl")],
            Self::Bring => &[EACH, WALK, ONES, include_str!("kernels/bring.wgsl")],
            Self::Fetch => &[EACH, WALK, ONES, include_str!("kernels/fetch.wgsl")],
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

/// `READING` of `window.wgsl`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Pixels,
    Windows,
    OneByOne,
}

pub(super) fn reading(reading: Reading) -> u32 {
    match reading {
        Reading::Pixels => 0,
        Reading::Windows => 1,
        Reading::OneByOne => 2,
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
