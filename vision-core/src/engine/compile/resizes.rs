//! Resizes in the graph's terms. How a pixel is found is read from the ONNX node itself, since tract's own ops know some of the
//! ways alone; sizes are tract's.

use std::collections::HashMap;

use tract_onnx::pb::{ModelProto, NodeProto};
use tract_onnx::tract_core::model::TypedNode;

use super::graph::Kind;
use super::import::Importer;
use super::{CompileError, onnx, unsupported};
use crate::engine::plan::{CoordinateMode, ResizeKind};

/// A resize as its ONNX node says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resizing {
    kind: ResizeKind,
    coordinates: CoordinateMode,
    /// Which of its operands are factors for all axes, if they are given and not sizes.
    factors: Option<usize>,
}

/// By the name that tract gives the node; nothing where plans cannot express one.
pub(super) fn resizings(model: &ModelProto) -> HashMap<String, Option<Resizing>> {
    let nodes = onnx::named_nodes(model).filter(|(_, node)| node.op_type == "Resize");
    nodes.map(|(name, node)| (name.to_owned(), resizing(node))).collect()
}

fn resizing(node: &NodeProto) -> Option<Resizing> {
    let attribute = |name: &str| onnx::attribute(node, name);
    let word = |name: &str, usual: &'static str| {
        attribute(name).map_or(usual.into(), |attribute| String::from_utf8_lossy(&attribute.s).into_owned())
    };
    let is_old = node.input.len() == 2;
    let (coordinates, nearest) = if is_old {
        // Of the first form of the op: the only way there was.
        ("asymmetric".to_owned(), "floor".to_owned())
    } else {
        (word("coordinate_transformation_mode", "half_pixel"), word("nearest_mode", "round_prefer_floor"))
    };
    let coordinates = match coordinates.as_str() {
        "half_pixel" => CoordinateMode::HalfPixel,
        "pytorch_half_pixel" => CoordinateMode::PytorchHalfPixel,
        "align_corners" => CoordinateMode::AlignCorners,
        "asymmetric" => CoordinateMode::Asymmetric,
        "half_pixel_symmetric" => CoordinateMode::HalfPixelSymmetric,
        "tf_half_pixel_for_nn" => CoordinateMode::TfHalfPixelForNn,
        _ => return None,
    };
    let kind = match (word("mode", "nearest").as_str(), nearest.as_str()) {
        ("linear" | "bilinear", _) => ResizeKind::Bilinear,
        ("nearest", "floor") => ResizeKind::NearestFloor,
        ("nearest", "ceil") => ResizeKind::NearestCeil,
        ("nearest", "round_prefer_floor") => ResizeKind::NearestRound,
        ("nearest", "round_prefer_ceil") => ResizeKind::NearestRoundUp,
        _ => return None,
    };
    let is_on = |name: &str| attribute(name).is_some_and(|attribute| attribute.i != 0);
    let keeps_aspect = word("keep_aspect_ratio_policy", "stretch") != "stretch";
    if is_on("antialias") || keeps_aspect || attribute("axes").is_some() {
        return None;
    }
    let at = if is_old { 1 } else { 2 };
    let factors = node.input.get(at).filter(|name| !name.is_empty()).map(|_| at);
    // Tract leaves out operands that are not given.
    let left_out = node.input.iter().take(at).filter(|name| name.is_empty()).count();
    Some(Resizing { kind, coordinates, factors: factors.map(|at| at - left_out) })
}

/// Takes the node if it resizes pictures.
pub(super) fn resize(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    if node.op.name() != "Resize" {
        return Ok(false);
    }
    let refuse = || unsupported(&format!("this form of Resize ({})", node.name));
    let input = importer.shape(node.inputs[0])?;
    let ([n, c, height, width], [out_n, out_c, out_height, out_width]) = (&input[..], shape) else {
        return Err(refuse());
    };
    if (n, c) != (out_n, out_c) {
        return Err(refuse());
    }
    let said = importer.resizings.get(&node.name).cloned().flatten().ok_or_else(refuse)?;
    let factors = said.factors.and_then(|at| importer.constant(*node.inputs.get(at)?));
    let scale = match factors.as_deref() {
        Some([_, _, height, width]) => [*height, *width],
        _ => [*out_height as f32 / *height as f32, *out_width as f32 / *width as f32],
    };
    let kind = Kind::Resize { kind: said.kind, coordinates: said.coordinates, scale };
    let source = importer.place(node.inputs[0])?;
    importer.add(node, kind, vec![source], shape.to_vec());
    Ok(true)
}
