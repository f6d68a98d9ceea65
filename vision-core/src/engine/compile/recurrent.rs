//! Recurrent layers: tract spells them out as a loop over steps; here each direction is one product of the whole sequence with
//! its weights, and one op for what depends on the step before.
//!
//! What a layer computes is read from the ONNX node itself, since tract heeds neither a `direction` of `reverse` nor other
//! activations than the usual ones; sizes and weights are tract's.

use std::collections::HashMap;

use tract_onnx::pb::{AttributeProto, ModelProto, NodeProto};
use tract_onnx::prelude::OutletId;
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::gru_seq::GruSeq;
use tract_onnx::tract_core::ops::scan::Scan;

use super::graph::{Conv, Kind};
use super::import::Importer;
use super::{CompileError, onnx, unsupported};
use crate::engine::plan::{Activation, Cell, Direction, Order, Window};

/// A layer as its ONNX node says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layer {
    cell: Cell,
    is_reverse: bool,
    has_bias: bool,
    /// What plans cannot express of it.
    refused: Option<&'static str>,
}

/// By the name that tract gives the node.
pub(super) fn layers(model: &ModelProto) -> HashMap<String, Layer> {
    onnx::named_nodes(model).filter_map(|(name, node)| Some((name.to_owned(), layer(node)?))).collect()
}

fn layer(node: &NodeProto) -> Option<Layer> {
    let attribute = |name: &str| onnx::attribute(node, name);
    let number = |name: &str| attribute(name).map_or(0, |attribute| attribute.i);
    let (cell, activations) = match node.op_type.as_str() {
        "LSTM" => (Cell::Lstm, &["sigmoid", "tanh", "tanh"][..]),
        "GRU" if number("linear_before_reset") != 0 => (Cell::GruResetLast, &["sigmoid", "tanh"][..]),
        "GRU" => (Cell::Gru, &["sigmoid", "tanh"][..]),
        _ => return None,
    };
    let has_input = |at: usize| node.input.get(at).is_some_and(|name| !name.is_empty());
    let is_usual = |attribute: &AttributeProto| {
        let names = attribute.strings.iter().map(|name| String::from_utf8_lossy(name).to_lowercase());
        names.zip(activations.iter().cycle()).all(|(name, usual)| name == *usual)
    };
    let refused = if !attribute("activations").is_none_or(is_usual) {
        Some("other activations than sigmoid and tanh")
    } else if attribute("clip").is_some() {
        Some("a clip")
    } else if number("input_forget") != 0 {
        Some("coupled gates")
    } else if has_input(4) {
        Some("lengths of its sequences")
    } else if has_input(7) {
        Some("peepholes")
    } else {
        None
    };
    let is_reverse = attribute("direction").is_some_and(|attribute| attribute.s == b"reverse");
    Some(Layer { cell, is_reverse, has_bias: has_input(3), refused })
}

/// Takes the node if it is one direction of a recurrent layer.
pub(super) fn recurrent(importer: &mut Importer, node: &TypedNode) -> Result<bool, CompileError> {
    let Some([whole, last]) = outputs(node) else { return Ok(false) };
    let (name, is_back) = match node.name.strip_suffix(".back") {
        Some(name) => (name, true),
        None => (node.name.as_str(), false),
    };
    let Some(layer) = importer.layers.get(name).cloned() else { return Ok(false) };
    let refuse = |what: &str| unsupported(&format!("{} with {what} ({})", node.op.name(), node.name));
    if let Some(what) = layer.refused {
        return Err(refuse(what));
    }
    // Tract's order: sequence (batch first), weights of the input, weights of the state, bias if any, first states.
    let [input, weights, state_weights, others @ ..] = &node.inputs[..] else { return Err(refuse("operands missing")) };
    let (bias, first_states) = match others.split_first() {
        Some((bias, states)) if layer.has_bias => (Some(*bias), states),
        _ => (None, others),
    };
    let is_zero = |outlet: &OutletId| importer.constant(*outlet).is_some_and(|n| n.iter().all(|n| *n == 0.0));
    if !first_states.iter().all(is_zero) {
        return Err(refuse("a first state"));
    }
    let known = |outlet: OutletId| importer.constant(outlet).ok_or_else(|| refuse("weights that are computed"));
    let (weights, state_weights) = (known(*weights)?, known(*state_weights)?);
    let [count, steps @ (1..), inputs] = importer.shape(*input)?[..] else { return Err(refuse("no sequence")) };
    let gates = layer.cell.gates() as usize;
    let hidden = (state_weights.len() / gates).isqrt();
    let all = hidden * gates;
    let bias = bias.map(known).transpose()?.unwrap_or_else(|| vec![0.0; 2 * all]);
    let sizes = [weights.len(), state_weights.len(), bias.len()];
    if sizes != [all * inputs as usize, all * hidden, 2 * all] || hidden == 0 {
        return Err(refuse("weights of another size"));
    }
    let (of_input, of_state) = bias.split_at(all);
    let (added, kept) = match layer.cell {
        // The reset gate scales what the state's last gate adds up to, its bias among it.
        Cell::GruResetLast => of_state.split_at(2 * hidden),
        Cell::Lstm | Cell::Gru => (of_state, &[][..]),
    };
    let summed: Vec<f32> =
        of_input.iter().zip(added.iter().chain(std::iter::repeat(&0.0))).map(|(a, b)| a + b).collect();

    let sequence = importer.place(*input)?;
    let conv = Conv {
        window: Window { kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pad: [0, 0] },
        groups: 1,
        weights: transposed(&weights, inputs as usize),
        bias: summed,
        activation: Activation::None,
        order: Order::ActivationLast,
        of_rows: true,
    };
    let product = importer.add_step(&node.name, Kind::Conv(conv), vec![sequence], vec![count, steps, all as u32]);
    let direction = if is_back || layer.is_reverse { Direction::Backward } else { Direction::Forward };
    let kind = Kind::Recurrence {
        cell: layer.cell,
        direction,
        weights: transposed(&state_weights, hidden),
        bias: kept.to_vec(),
    };
    let states = importer.add_step(&node.name, kind, vec![product], vec![count, steps, hidden as u32]);
    if let Some(slot) = whole {
        importer.set(OutletId::new(node.id, slot), states);
    }
    if let Some(slot) = last {
        let start = if direction == Direction::Forward { steps - 1 } else { 0 };
        let slice = Kind::Slice { axis: 1, start, step: 1 };
        let slice = importer.add_step(&node.name, slice, vec![states], vec![count, 1, hidden as u32]);
        importer.set(OutletId::new(node.id, slot), slice);
    }
    Ok(true)
}

/// Where a loop of tract's gives the states of all steps, and that of the last.
fn outputs(node: &TypedNode) -> Option<[Option<usize>; 2]> {
    if node.op_as::<GruSeq>().is_some() {
        return Some([Some(0), Some(1)]);
    }
    let states = node.op_as::<Scan>()?.output_mapping.first()?;
    Some([states.scan.map(|(slot, _)| slot), states.last_value_slot])
}

/// From rows of `columns` numbers to as many rows.
fn transposed(numbers: &[f32], columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| numbers.iter().skip(column).step_by(columns).copied()).collect()
}
