//! From a plan to the steps that run it, and from the plan's words to the kernels'.

use super::convolve::convolutions;
use super::elementwise::{binary, copy, fill, unary};
use super::kernels::{self, Isa};
use super::product::product;
use super::reduce::{reduction, softmax};
use super::resample::{pools, resizes};
use super::transposed::transposed;
use super::work::Step;
use crate::engine::plan::{Activation, Op, Order, Place, Plan};

/// The plan was checked.
pub(super) fn steps(isa: Isa, plan: &Plan) -> Vec<Step> {
    let mut steps = Vec::with_capacity(plan.ops.len());
    for (at, op) in plan.ops.iter().enumerate() {
        let works = match op {
            Op::Conv(conv) => convolutions(isa, plan, conv),
            Op::ConvTranspose(conv) => transposed(isa, plan, conv),
            Op::Pool { kind, window, input, output } => pools(isa, *kind, window, input, output),
            Op::Resize { kind, coordinates, scale, input, output } => {
                resizes(isa, *kind, *coordinates, *scale, [input, output])
            }
            Op::Copy { input, output } => vec![copy(input, output)],
            Op::Fill { value, output } => vec![fill(*value, output)],
            Op::Unary { function, input, output } => vec![unary(isa, *function, input, output)],
            Op::Binary { function, activation, a, b, output } => {
                vec![binary(isa, *function, *activation, [a, b], output)]
            }
            Op::Reduce { reduction: kind, input, output } => vec![reduction(isa, *kind, input, output)],
            Op::Softmax { axis, input, output } => vec![softmax(isa, *axis as usize, input, output)],
            Op::MatMul { a, b, output } => vec![product(a, b, output)],
        };
        let multiplications = op.multiplications() / works.len().max(1) as u64;
        steps.extend(works.into_iter().map(|(written, work)| Step { op: at, multiplications, written, work }));
    }
    steps
}

/// Weights that views read, unpacked; nothing in the places of those that only convolutions use.
pub(super) fn constants(plan: &Plan) -> Vec<Vec<f32>> {
    let mut constants = vec![Vec::new(); plan.weights.len()];
    let views = plan.ops.iter().flat_map(Op::inputs).chain(&plan.outputs);
    for view in views {
        if let Place::Weight(index) = view.place
            && let Some((constant, weight)) = constants.get_mut(index as usize).zip(plan.weights.get(index as usize))
            && constant.is_empty()
        {
            *constant = weight.unpacked();
        }
    }
    constants
}

impl From<Activation> for kernels::Activation {
    fn from(activation: Activation) -> Self {
        match activation {
            Activation::None => Self::None,
            Activation::Relu => Self::Relu,
            Activation::Relu6 => Self::Relu6,
            Activation::Clip { low, high } => Self::Clip { low, high },
            Activation::LeakyRelu(slope) => Self::LeakyRelu(slope),
            Activation::HardSwish => Self::HardSwish,
            Activation::HardSigmoid { alpha, beta } => Self::HardSigmoid { alpha, beta },
            Activation::Sigmoid => Self::Sigmoid,
            Activation::Silu => Self::Silu,
            Activation::Gelu => Self::Gelu,
            Activation::Tanh => Self::Tanh,
        }
    }
}

impl From<Order> for kernels::Order {
    fn from(order: Order) -> Self {
        match order {
            Order::ActivationLast => Self::ActivationLast,
            Order::ResidualLast => Self::ResidualLast,
        }
    }
}
