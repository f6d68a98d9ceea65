//! What each op of tract's becomes in the graph.

use tract_onnx::prelude::{OutletId, TDim};
use tract_onnx::tract_core::internal::AxisOp;
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::Downsample;
use tract_onnx::tract_core::ops::array::{MultiBroadcastTo, Slice, TypedConcat};
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::nn::{LeakyRelu, Reduce, Reducer, Softmax, SoftmaxKind};

use super::graph::{AxisChange, Conv, Kind, NodeId};
use super::import::{Importer, lacking};
use super::pieces::{gather, pad};
use super::recurrent::recurrent;
use super::resizes::resize;
use super::windows::{convolution, pool};
use super::{CompileError, unsupported};
use crate::engine::plan::{Activation, BinaryFunction, Order, Reduction, UnaryFunction, Window};

type Lowered = Result<(), CompileError>;

pub(super) fn lower(importer: &mut Importer, node: &TypedNode) -> Lowered {
    let outlet = OutletId::new(node.id, 0);
    let shape = importer.shape(outlet)?;
    if convolution(importer, node, &shape)? || pool(importer, node, &shape)? || recurrent(importer, node)? {
        return Ok(());
    }
    if resize(importer, node, &shape)? || gather(importer, node, &shape)? || pad(importer, node, &shape)? {
        return Ok(());
    }
    if let Some(op) = node.op_as::<EinSum>() {
        return product(importer, node, op, shape);
    }
    if in_steps(importer, node, &shape)? {
        return Ok(());
    }
    let refuse = || lacking(node);
    let kind = if let Some(op) = node.op_as::<ElementWiseOp>() {
        Kind::Unary(unary(op).ok_or_else(refuse)?)
    } else if let Some(op) = node.op_as::<TypedBinOp>() {
        Kind::Binary(binary(op.0.name()).ok_or_else(refuse)?)
    } else if let Some(op) = node.op_as::<AxisOp>() {
        Kind::Axes(axes(op).ok_or_else(refuse)?)
    } else if let Some(op) = node.op_as::<TypedConcat>() {
        Kind::Concat { axis: op.axis }
    } else if let Some(op) = node.op_as::<Slice>() {
        Kind::Slice { axis: op.axis, start: size(&op.start).ok_or_else(refuse)?, step: 1 }
    } else if let Some(op) = node.op_as::<Downsample>() {
        return downsample(importer, node, op, shape);
    } else if let Some(op) = node.op_as::<Reduce>() {
        match (&op.reducer, &op.axes[..]) {
            (Reducer::ArgMax(false), [axis]) => Kind::ArgMax { axis: *axis },
            (Reducer::ArgMin(false), [axis]) => {
                let (source, whole) = (importer.place(node.inputs[0])?, importer.shape(node.inputs[0])?);
                let negative = Kind::Unary(UnaryFunction::Negate);
                let negative = importer.add_step(&node.name, negative, vec![source], whole);
                importer.add(node, Kind::ArgMax { axis: *axis }, vec![negative], shape);
                return Ok(());
            }
            (reducer, _) => Kind::Reduce(reduction(reducer).ok_or_else(refuse)?),
        }
    } else if let Some(op) = node.op_as::<Softmax>() {
        match (&op.axes[..], op.kind) {
            ([axis], SoftmaxKind::Softmax) => Kind::Softmax { axis: *axis },
            _ => return Err(refuse()),
        }
    } else if node.op_as::<MultiBroadcastTo>().is_some() {
        Kind::Broadcast
    } else {
        return Err(refuse());
    };
    let inputs = node.inputs.iter().map(|input| importer.place(*input)).collect::<Result<_, _>>()?;
    importer.add(node, kind, inputs, shape);
    Ok(())
}

/// Every so many numbers along an axis; backwards, they are turned round first.
fn downsample(importer: &mut Importer, node: &TypedNode, op: &Downsample, shape: Vec<u32>) -> Lowered {
    let refuse = || lacking(node);
    let mut input = importer.place(node.inputs[0])?;
    let step = u32::try_from(op.stride.unsigned_abs()).map_err(|_| refuse())?;
    let start = u32::try_from(op.modulo).map_err(|_| refuse())?;
    if op.stride < 0 {
        let whole = importer.shape(node.inputs[0])?;
        input = importer.add_step(&node.name, Kind::Reverse { axis: op.axis }, vec![input], whole);
    }
    importer.add(node, Kind::Slice { axis: op.axis, start, step }, vec![input], shape);
    Ok(())
}

/// Takes the node if it is a function that plans have only in steps.
fn in_steps(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    use BinaryFunction::{Add, Multiply};
    let Some(op) = node.op_as::<ElementWiseOp>() else { return Ok(false) };
    let x = importer.place(node.inputs[0])?;
    let mut steps = Steps { importer, name: &node.name, shape };
    let last = match op.0.name().as_ref() {
        "Rsqrt" => {
            let root = steps.unary(UnaryFunction::Sqrt, x);
            steps.unary(UnaryFunction::Reciprocal, root)
        }
        // x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
        "GeluApproximate" => {
            let square = steps.unary(UnaryFunction::Square, x);
            let bent = steps.with_number(Multiply, square, 0.044_715);
            let bent = steps.with_number(Add, bent, 1.0);
            let bent = steps.binary(Multiply, bent, x);
            let bent = steps.with_number(Multiply, bent, (2.0 / std::f32::consts::PI).sqrt());
            let part = steps.unary(UnaryFunction::Activation(Activation::Tanh), bent);
            let part = steps.with_number(Add, part, 1.0);
            let part = steps.with_number(Multiply, part, 0.5);
            steps.binary(Multiply, part, x)
        }
        _ => return Ok(false),
    };
    importer.set(OutletId::new(node.id, 0), last);
    Ok(true)
}

/// Steps that one op becomes, all of its size.
struct Steps<'a, 'b> {
    importer: &'a mut Importer<'b>,
    name: &'a str,
    shape: &'a [u32],
}

impl Steps<'_, '_> {
    fn unary(&mut self, function: UnaryFunction, x: NodeId) -> NodeId {
        self.importer.add_step(self.name, Kind::Unary(function), vec![x], self.shape.to_vec())
    }

    fn binary(&mut self, function: BinaryFunction, a: NodeId, b: NodeId) -> NodeId {
        self.importer.add_step(self.name, Kind::Binary(function), vec![a, b], self.shape.to_vec())
    }

    fn with_number(&mut self, function: BinaryFunction, x: NodeId, number: f32) -> NodeId {
        let ones = vec![1; self.shape.len()];
        let number = self.importer.add_step(self.name, Kind::Constant(vec![number]), Vec::new(), ones);
        self.binary(function, x, number)
    }
}

fn size(dim: &TDim) -> Option<u32> {
    u32::try_from(dim.to_i64().ok()?).ok()
}

fn unary(op: &ElementWiseOp) -> Option<UnaryFunction> {
    if let Some(leaky) = op.0.downcast_ref::<LeakyRelu>() {
        return Some(UnaryFunction::Activation(Activation::LeakyRelu(leaky.alpha)));
    }
    Some(match op.0.name().as_ref() {
        "Sigmoid" => UnaryFunction::Activation(Activation::Sigmoid),
        "HardSwish" => UnaryFunction::Activation(Activation::HardSwish),
        "Silu" => UnaryFunction::Activation(Activation::Silu),
        "GeluExact" => UnaryFunction::Activation(Activation::Gelu),
        "Tanh" => UnaryFunction::Activation(Activation::Tanh),
        "Exp" => UnaryFunction::Exp,
        "Ln" => UnaryFunction::Log,
        "Sqrt" => UnaryFunction::Sqrt,
        "Recip" => UnaryFunction::Reciprocal,
        "Neg" => UnaryFunction::Negate,
        "Abs" => UnaryFunction::Absolute,
        "Erf" => UnaryFunction::Erf,
        "Square" => UnaryFunction::Square,
        _ => return None,
    })
}

fn binary(name: &str) -> Option<BinaryFunction> {
    Some(match name {
        "Add" => BinaryFunction::Add,
        "Sub" => BinaryFunction::Subtract,
        "Mul" => BinaryFunction::Multiply,
        "Div" => BinaryFunction::Divide,
        "Min" => BinaryFunction::Minimum,
        "Max" => BinaryFunction::Maximum,
        "Pow" => BinaryFunction::Power,
        _ => return None,
    })
}

fn axes(op: &AxisOp) -> Option<AxisChange> {
    Some(match op {
        AxisOp::Add(at) => AxisChange::Add(*at),
        AxisOp::Rm(at) => AxisChange::Remove(*at),
        AxisOp::Move(from, to) => AxisChange::Move(*from, *to),
        AxisOp::Reshape(at, from, to) => {
            let sizes = |dims: &[TDim]| dims.iter().map(size).collect::<Option<Vec<u32>>>();
            AxisChange::Reshape(*at, sizes(from)?, sizes(to)?)
        }
    })
}

fn reduction(reducer: &Reducer) -> Option<Reduction> {
    Some(match reducer {
        Reducer::Sum => Reduction::Sum,
        Reducer::Min => Reduction::Minimum,
        Reducer::Max => Reduction::Maximum,
        _ => return None,
    })
}

/// A product of matrices; one with weights is a fully connected layer.
fn product(importer: &mut Importer, node: &TypedNode, op: &EinSum, shape: Vec<u32>) -> Lowered {
    let formula = op.axes.to_string();
    let refuse = || unsupported(&format!("the product {formula} ({})", node.name));
    let [a, b] = node.inputs[..] else { return Err(refuse()) };
    let (operands, result) = formula.split_once("->").ok_or_else(refuse)?;
    let (left, right) = operands.split_once(',').ok_or_else(refuse)?;
    let batch = left.strip_suffix("mk").ok_or_else(refuse)?;
    if result.strip_suffix("mn") != Some(batch) {
        return Err(refuse());
    }
    let input = importer.place(a)?;
    match (importer.constant(b), right) {
        (Some(weights), "kn" | "nk") => {
            let sizes = importer.shape(b)?;
            let [first, second] = sizes[..] else { return Err(refuse()) };
            let (k, n) = if right == "kn" { (first, second) } else { (second, first) };
            let (rows, columns) = (k as usize, n as usize);
            let by_row = |at: usize| weights[at % columns * rows + at / columns];
            let weights = if right == "kn" { weights } else { (0..rows * columns).map(by_row).collect() };
            let window = Window { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0] };
            let conv = Conv {
                window,
                groups: 1,
                weights,
                bias: vec![0.0; columns],
                activation: Activation::None,
                order: Order::ActivationLast,
                of_rows: true,
            };
            importer.add(node, Kind::Conv(conv), vec![input], shape);
        }
        (_, right) if right.strip_suffix("kn") == Some(batch) => {
            let second = importer.place(b)?;
            importer.add(node, Kind::MatMul, vec![input, second], shape);
        }
        _ => return Err(refuse()),
    }
    Ok(())
}
