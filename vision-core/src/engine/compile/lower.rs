//! What each op of tract's becomes in the graph.

use tract_onnx::prelude::{OutletId, TDim};
use tract_onnx::tract_core::internal::AxisOp;
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::Downsample;
use tract_onnx::tract_core::ops::array::{Gather, MultiBroadcastTo, Pad, PadMode, Slice, TypedConcat};
use tract_onnx::tract_core::ops::binary::TypedBinOp;
use tract_onnx::tract_core::ops::einsum::EinSum;
use tract_onnx::tract_core::ops::element_wise::ElementWiseOp;
use tract_onnx::tract_core::ops::nn::resize::{CoordTransformer, Interpolator, Nearest, NearestUpsample, Resize};
use tract_onnx::tract_core::ops::nn::{LeakyRelu, Reduce, Reducer, Softmax, SoftmaxKind};

use super::graph::{AxisChange, Conv, Kind};
use super::import::Importer;
use super::recurrent::recurrent;
use super::windows::{convolution, pool};
use super::{CompileError, unsupported};
use crate::engine::plan::{
    Activation, BinaryFunction, CoordinateMode, Order, Reduction, ResizeKind, UnaryFunction, Window,
};

type Lowered = Result<(), CompileError>;

pub(super) fn lower(importer: &mut Importer, node: &TypedNode) -> Lowered {
    let outlet = OutletId::new(node.id, 0);
    let shape = importer.shape(outlet)?;
    if convolution(importer, node, &shape)? || pool(importer, node, &shape)? || recurrent(importer, node)? {
        return Ok(());
    }
    if let Some(op) = node.op_as::<EinSum>() {
        return product(importer, node, op, shape);
    }
    let refuse = || unsupported(&format!("{} ({})", node.op.name(), node.name));
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
    } else if let Some(op) = node.op_as::<Downsample>().filter(|op| op.stride == -1 && op.modulo == 0) {
        Kind::Reverse { axis: op.axis }
    } else if let Some(op) = node.op_as::<Downsample>() {
        let step = u32::try_from(op.stride).map_err(|_| refuse())?;
        Kind::Slice { axis: op.axis, start: u32::try_from(op.modulo).map_err(|_| refuse())?, step }
    } else if let Some(op) = node.op_as::<Reduce>() {
        Kind::Reduce(reduction(&op.reducer).ok_or_else(refuse)?)
    } else if let Some(op) = node.op_as::<Softmax>() {
        match (&op.axes[..], op.kind) {
            ([axis], SoftmaxKind::Softmax) => Kind::Softmax { axis: *axis },
            _ => return Err(refuse()),
        }
    } else if let Some(op) = node.op_as::<Pad>() {
        let PadMode::Constant(value) = &op.mode else { return Err(refuse()) };
        let value = value.cast_to_scalar::<f32>().map_err(|_| refuse())?;
        Kind::Pad { before: op.pads.iter().map(|(before, _)| *before as u32).collect(), value }
    } else if node.op_as::<MultiBroadcastTo>().is_some() {
        Kind::Broadcast
    } else if let Some(kind) = resize(importer, node, &shape) {
        kind
    } else if let Some(op) = node.op_as::<Gather>() {
        return gather(importer, node, op, shape).ok_or_else(refuse)?;
    } else {
        return Err(refuse());
    };
    let operands = match kind {
        // What follows are sizes.
        Kind::Resize { .. } => &node.inputs[..1],
        _ => &node.inputs[..],
    };
    let inputs = operands.iter().map(|input| importer.place(*input)).collect::<Result<_, _>>()?;
    importer.add(node, kind, inputs, shape);
    Ok(())
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

/// One place along an axis, as paddle and torch write `x[i]`; more than one is not used by any model here.
fn gather(importer: &mut Importer, node: &TypedNode, op: &Gather, shape: Vec<u32>) -> Option<Lowered> {
    let [index] = importer.constant(*node.inputs.get(1)?)?[..] else { return None };
    let source = importer.place(node.inputs[0]).ok()?;
    let mut one = importer.shape(node.inputs[0]).ok()?;
    let len = *one.get(op.axis)?;
    let start = if index < 0.0 { index + len as f32 } else { index };
    one[op.axis] = 1;
    let slice = Kind::Slice { axis: op.axis, start: start as u32, step: 1 };
    let index_axes = importer.shape(node.inputs[1]).ok()?.len();
    match index_axes {
        0 => {
            let slice = importer.add_step(&node.name, slice, vec![source], one);
            importer.add(node, Kind::Axes(AxisChange::Remove(op.axis)), vec![slice], shape);
        }
        1 => {
            importer.add(node, slice, vec![source], shape);
        }
        _ => return None,
    }
    Some(Ok(()))
}

fn resize(importer: &Importer, node: &TypedNode, shape: &[u32]) -> Option<Kind> {
    let input = importer.shape(*node.inputs.first()?).ok()?;
    let ([n, c, height, width], [out_n, out_c, out_height, out_width]) = (&input[..], shape) else { return None };
    if (n, c) != (out_n, out_c) {
        return None;
    }
    if node.op_as::<NearestUpsample>().is_some() {
        let scale = [out_height / height, out_width / width].map(|scale| scale as f32);
        return Some(Kind::Resize { kind: ResizeKind::NearestFloor, coordinates: CoordinateMode::Asymmetric, scale });
    }
    let op = node.op_as::<Resize>()?;
    let coordinates = match op.coord_transformer {
        CoordTransformer::HalfPixel => CoordinateMode::HalfPixel,
        CoordTransformer::PytorchHalfPixel => CoordinateMode::PytorchHalfPixel,
        CoordTransformer::AlignCorners => CoordinateMode::AlignCorners,
        CoordTransformer::Asymmetric => CoordinateMode::Asymmetric,
        CoordTransformer::HalfPixelSymmetric | CoordTransformer::TfHalfPixelForNn => return None,
    };
    let kind = match (&op.interpolator, &op.nearest) {
        (Interpolator::Linear, _) => ResizeKind::Bilinear,
        (Interpolator::Nearest, Nearest::Floor) => ResizeKind::NearestFloor,
        (Interpolator::Nearest, Nearest::RoundPreferCeil) | (Interpolator::Cubic, _) => return None,
    };
    let told =
        op.optional_scales_input.and_then(|at| importer.constant(*node.inputs.get(at)?)).filter(|s| s.len() == 4);
    let scale = match told.as_deref() {
        Some([_, _, height, width]) => [*height, *width],
        _ => [*out_height as f32 / *height as f32, *out_width as f32 / *width as f32],
    };
    Some(Kind::Resize { kind, coordinates, scale })
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
