//! Ops that are made of pieces along an axis: slices that are looked up, edges that are repeated or mirrored.

use tract_onnx::prelude::OutletId;
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::array::{Gather, Pad, PadMode};

use super::CompileError;
use super::graph::{AxisChange, Kind, NodeId};
use super::import::{Importer, lacking};

/// Places that are looked up one by one, at the most.
const MOST_PIECES: usize = 64;

/// Takes the node if it looks up places along an axis that are known: one, as paddle and torch write `x[i]`, or a list.
pub(super) fn gather(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    let Some(op) = node.op_as::<Gather>() else { return Ok(false) };
    let refuse = || lacking(node);
    let (axis, whole) = (op.axis, importer.shape(node.inputs[0])?);
    let len = *whole.get(axis).ok_or_else(refuse)?;
    let index_axes = importer.shape(node.inputs[1])?.len();
    let places = importer.constant(node.inputs[1]).filter(|places| places.len() <= MOST_PIECES).ok_or_else(refuse)?;
    let mut pieces: Vec<NodeId> = Vec::new();
    let source = importer.place(node.inputs[0])?;
    for place in places {
        // From the end, if negative.
        let start = if place < 0.0 { place + len as f32 } else { place };
        if !(0.0..len as f32).contains(&start) {
            return Err(refuse());
        }
        let slice = Kind::Slice { axis, start: start as u32, step: 1 };
        pieces.push(importer.add_step(&node.name, slice, vec![source], with(&whole, axis, 1)));
    }
    match (index_axes, &pieces[..]) {
        (0, [piece]) => drop(importer.add(node, Kind::Axes(AxisChange::Remove(axis)), vec![*piece], shape.to_vec())),
        (1, [piece]) => importer.set(OutletId::new(node.id, 0), *piece),
        (1, [_, _, ..]) => drop(importer.add(node, Kind::Concat { axis }, pieces, shape.to_vec())),
        _ => return Err(refuse()),
    }
    Ok(true)
}

/// Takes the node if it pads: with a number, the number at the edge, or what the edge mirrors.
pub(super) fn pad(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    let Some(op) = node.op_as::<Pad>() else { return Ok(false) };
    let refuse = || lacking(node);
    let input = importer.place(node.inputs[0])?;
    if let PadMode::Constant(value) = &op.mode {
        let value = value.cast_to_scalar::<f32>().map_err(|_| refuse())?;
        let before = op.pads.iter().map(|(before, _)| *before as u32).collect();
        importer.add(node, Kind::Pad { before, value }, vec![input], shape.to_vec());
        return Ok(true);
    }
    let mut whole = importer.shape(node.inputs[0])?;
    let mut padded = input;
    for (axis, (before, after)) in op.pads.iter().map(|(before, after)| (*before as u32, *after as u32)).enumerate() {
        let len = whole[axis];
        let mut pieces = Vec::new();
        for (count, is_before) in [(before, true), (after, false)] {
            if !is_before {
                pieces.push(padded);
            }
            if count == 0 {
                continue;
            }
            let mut step = |kind, input, len| importer.add_step(&node.name, kind, vec![input], with(&whole, axis, len));
            let piece = match op.mode {
                PadMode::Edge => {
                    let start = if is_before { 0 } else { len - 1 };
                    let edge = step(Kind::Slice { axis, start, step: 1 }, padded, 1);
                    step(Kind::Broadcast, edge, count)
                }
                // Without the edge itself.
                PadMode::Reflect if count < len => {
                    let start = if is_before { 1 } else { len - 1 - count };
                    let beside = step(Kind::Slice { axis, start, step: 1 }, padded, count);
                    step(Kind::Reverse { axis }, beside, count)
                }
                _ => return Err(refuse()),
            };
            pieces.push(piece);
        }
        if pieces.len() > 1 {
            whole[axis] = len + before + after;
            padded = importer.add_step(&node.name, Kind::Concat { axis }, pieces, whole.clone());
        }
    }
    importer.set(OutletId::new(node.id, 0), padded);
    Ok(true)
}

/// These sizes with another along an axis.
fn with(sizes: &[u32], axis: usize, len: u32) -> Vec<u32> {
    let mut sizes = sizes.to_vec();
    sizes[axis] = len;
    sizes
}
