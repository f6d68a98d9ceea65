//! The ops of a plan: what each computes, over which views.
//!
//! Views of convolutions, pools and resizes have four axes in the order N, H, W, C, with the channels of a pixel side by side
//! (`strides[3] == 1`) and the rows of a picture without gaps between them (`strides[1] == W * strides[2]`). Other ops take any view.

use super::{Place, View};
pub use vision_kernels::{Activation, Order};

/// One step. New kinds go to the end: the place in this list is the number in the file.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Convolution with groups, fully connected layer (kernel and picture of one pixel by many), depthwise convolution
    /// (as many groups as channels).
    Conv(Convolution),
    /// The transposed convolution: `window.stride` spreads the input, `window.pad` cuts the output.
    ConvTranspose(Convolution),
    Pool {
        kind: PoolKind,
        window: Window,
        input: View,
        output: View,
    },
    Resize {
        kind: ResizeKind,
        coordinates: CoordinateMode,
        scale: [f32; 2],
        input: View,
        output: View,
    },
    /// Numbers from one view to another of the same size: what is left of transposes, slices, concatenations, broadcasts.
    Copy {
        input: View,
        output: View,
    },
    /// One number everywhere: the edge of padding.
    Fill {
        value: f32,
        output: View,
    },
    Unary {
        function: UnaryFunction,
        input: View,
        output: View,
    },
    /// Operands have the output's size; a stride of zero repeats them.
    Binary {
        function: BinaryFunction,
        activation: Activation,
        a: View,
        b: View,
        output: View,
    },
    /// The output has one number along each axis that is reduced.
    Reduce {
        reduction: Reduction,
        input: View,
        output: View,
    },
    Softmax {
        axis: u32,
        input: View,
        output: View,
    },
    /// Products of matrices: the last two axes of `a` (M, K) and `b` (K, N), for each place along the others.
    MatMul {
        a: View,
        b: View,
        output: View,
    },
    /// One direction of a recurrent layer, all its steps.
    Recurrence(Recurrence),
    /// Numbers along one axis in the other order.
    Reverse {
        axis: u32,
        input: View,
        output: View,
    },
    /// The place along an axis of the largest number, the first of several; of what is no number, if there is one. The output
    /// has one number along the axis.
    ArgMax {
        axis: u32,
        input: View,
        output: View,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Convolution {
    pub window: Window,
    pub groups: u32,
    /// Which weight: groups x (kernel rows x kernel columns x input channels of a group) x output channels of a group.
    pub weight: u32,
    /// One number per output channel.
    pub bias: Option<u32>,
    pub activation: Activation,
    pub order: Order,
    /// Added to the output, before the activation or after it.
    pub residual: Option<View>,
    pub input: View,
    pub output: View,
}

/// What a recurrent layer does with its state; what its input adds to the gates was computed before, for all steps at once.
///
/// Views have three axes (sequence, step, number), with the numbers of a step side by side. The first state is zero.
#[derive(Clone, Debug, PartialEq)]
pub struct Recurrence {
    pub cell: Cell,
    pub direction: Direction,
    /// Which weight: state by gates.
    pub weight: u32,
    /// What is added to the state's part in the last gate before the reset; [`Cell::GruResetLast`] alone has it.
    pub bias: Option<u32>,
    /// The input's part in all gates, biases included.
    pub input: View,
    /// The state after each step.
    pub output: View,
}

/// Gates and formulas as ONNX has them; `s` is the sigmoid, `*` goes number by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Gates i, o, f, c: `cell = s(f) * cell + s(i) * tanh(c)`, `state = s(o) * tanh(cell)`.
    Lstm,
    /// Gates z, r, h: `new = tanh(h + (s(r) * state) x weights)`, `state = (1 - s(z)) * new + s(z) * state`.
    Gru,
    /// The same with `new = tanh(h + s(r) * (state x weights + bias))`: ONNX's `linear_before_reset`.
    GruResetLast,
}

impl Cell {
    /// How many there are, each as wide as the state.
    pub fn gates(self) -> u32 {
        match self {
            Self::Lstm => 4,
            Self::Gru | Self::GruResetLast => 3,
        }
    }
}

/// Which step comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// A window that slides over the picture, its numbers for height then width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub kernel: [u32; 2],
    pub stride: [u32; 2],
    pub dilation: [u32; 2],
    /// At the top and the left; below and at the right as much as the output's size asks for.
    pub pad: [u32; 2],
}

impl Window {
    /// Rows (axis 0) or columns (axis 1) from its first to its last, gaps and all.
    pub fn reach(&self, axis: usize) -> u64 {
        let [kernel, dilation] = [self.kernel[axis], self.dilation[axis]].map(u64::from);
        kernel.saturating_sub(1).saturating_mul(dilation).saturating_add(1)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolKind {
    Max,
    /// Divides by the places of the window that lie inside of the picture.
    AverageInside,
    /// Divides by all places of the window.
    AverageAll,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResizeKind {
    /// Rounds half down (ONNX `round_prefer_floor`).
    NearestRound,
    /// Rounds down (ONNX `floor`).
    NearestFloor,
    Bilinear,
    /// Rounds half up (ONNX `round_prefer_ceil`).
    NearestRoundUp,
    /// Rounds up (ONNX `ceil`).
    NearestCeil,
}

/// Where an output pixel lies in the input, after ONNX `coordinate_transformation_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoordinateMode {
    HalfPixel,
    PytorchHalfPixel,
    AlignCorners,
    Asymmetric,
    HalfPixelSymmetric,
    TfHalfPixelForNn,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum UnaryFunction {
    Activation(Activation),
    Exp,
    Log,
    Sqrt,
    Reciprocal,
    Negate,
    Absolute,
    Erf,
    Square,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryFunction {
    Add,
    Subtract,
    Multiply,
    Divide,
    Minimum,
    Maximum,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    Sum,
    Mean,
    Minimum,
    Maximum,
}

impl Op {
    pub fn output(&self) -> &View {
        match self {
            Self::Conv(conv) | Self::ConvTranspose(conv) => &conv.output,
            Self::Recurrence(recurrence) => &recurrence.output,
            Self::Pool { output, .. }
            | Self::Resize { output, .. }
            | Self::Copy { output, .. }
            | Self::Fill { output, .. }
            | Self::Unary { output, .. }
            | Self::Binary { output, .. }
            | Self::Reduce { output, .. }
            | Self::Softmax { output, .. }
            | Self::Reverse { output, .. }
            | Self::ArgMax { output, .. }
            | Self::MatMul { output, .. } => output,
        }
    }

    /// What it reads, weights of convolutions aside.
    pub fn inputs(&self) -> impl Iterator<Item = &View> {
        let [first, second] = match self {
            Self::Conv(conv) | Self::ConvTranspose(conv) => [Some(&conv.input), conv.residual.as_ref()],
            Self::Recurrence(recurrence) => [Some(&recurrence.input), None],
            Self::Pool { input, .. }
            | Self::Resize { input, .. }
            | Self::Copy { input, .. }
            | Self::Unary { input, .. }
            | Self::Reduce { input, .. }
            | Self::Softmax { input, .. }
            | Self::Reverse { input, .. }
            | Self::ArgMax { input, .. } => [Some(input), None],
            Self::Binary { a, b, .. } | Self::MatMul { a, b, .. } => [Some(a), Some(b)],
            Self::Fill { .. } => [None, None],
        };
        first.into_iter().chain(second)
    }

    /// Which weights it uses, whether as views or as a convolution's own.
    pub fn weights(&self) -> impl Iterator<Item = u32> {
        let own = match self {
            Self::Conv(conv) | Self::ConvTranspose(conv) => [Some(conv.weight), conv.bias],
            Self::Recurrence(recurrence) => [Some(recurrence.weight), recurrence.bias],
            _ => [None, None],
        };
        let seen = self.inputs().filter_map(|view| match view.place {
            Place::Weight(weight) => Some(weight),
            Place::Arena => None,
        });
        own.into_iter().flatten().chain(seen)
    }

    /// All that it reads or writes, weights of convolutions aside.
    pub fn views_mut(&mut self) -> impl Iterator<Item = &mut View> {
        let views = match self {
            Self::Conv(conv) | Self::ConvTranspose(conv) => {
                [Some(&mut conv.output), Some(&mut conv.input), conv.residual.as_mut()]
            }
            Self::Recurrence(recurrence) => [Some(&mut recurrence.output), Some(&mut recurrence.input), None],
            Self::Pool { input, output, .. }
            | Self::Resize { input, output, .. }
            | Self::Copy { input, output }
            | Self::Unary { input, output, .. }
            | Self::Reduce { input, output, .. }
            | Self::Softmax { input, output, .. }
            | Self::Reverse { input, output, .. }
            | Self::ArgMax { input, output, .. } => [Some(output), Some(input), None],
            Self::Binary { a, b, output, .. } | Self::MatMul { a, b, output } => [Some(output), Some(a), Some(b)],
            Self::Fill { output, .. } => [Some(output), None, None],
        };
        views.into_iter().flatten()
    }

    /// For the tables.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Conv(conv) if conv.groups > 1 && conv.groups == conv.output.dims.last().copied().unwrap_or(0) => {
                "depthwise"
            }
            Self::Conv(conv) if conv.window.kernel == [1, 1] => "conv 1x1",
            Self::Conv(_) => "conv",
            Self::ConvTranspose(_) => "conv transpose",
            Self::Pool { .. } => "pool",
            Self::Resize { .. } => "resize",
            Self::Copy { .. } => "copy",
            Self::Fill { .. } => "fill",
            Self::Unary { .. } => "unary",
            Self::Binary { .. } => "binary",
            Self::Reduce { .. } => "reduce",
            Self::Softmax { .. } => "softmax",
            Self::MatMul { .. } => "matmul",
            Self::Reverse { .. } => "reverse",
            Self::ArgMax { .. } => "argmax",
            Self::Recurrence(Recurrence { cell: Cell::Lstm, .. }) => "lstm",
            Self::Recurrence(_) => "gru",
        }
    }

    /// Multiplications with a weight, or what comes nearest: reads of a window, numbers written.
    pub fn multiplications(&self) -> u64 {
        let window = |w: &Window| u64::from(w.kernel[0]).saturating_mul(u64::from(w.kernel[1]));
        let channels = |view: &View| u64::from(view.dims.last().copied().unwrap_or(1));
        let groups = |conv: &Convolution| u64::from(conv.groups.max(1));
        match self {
            Self::Conv(conv) => {
                let per_output = window(&conv.window).saturating_mul(channels(&conv.input)) / groups(conv);
                conv.output.volume().saturating_mul(per_output)
            }
            Self::ConvTranspose(conv) => {
                let per_input = window(&conv.window).saturating_mul(channels(&conv.output)) / groups(conv);
                conv.input.volume().saturating_mul(per_input)
            }
            Self::Pool { window: w, output, .. } => output.volume().saturating_mul(window(w)),
            Self::Reduce { input, .. } | Self::ArgMax { input, .. } => input.volume(),
            Self::MatMul { a, output, .. } => output.volume().saturating_mul(channels(a)),
            Self::Recurrence(recurrence) => recurrence.output.volume().saturating_mul(channels(&recurrence.input)),
            _ => self.output().volume(),
        }
    }
}
