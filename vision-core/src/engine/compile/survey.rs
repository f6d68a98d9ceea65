//! Which ops a model has, and which of them plans can express: all of what is lacking at once, where compiling stops at the first.

use std::collections::BTreeMap;

use tract_onnx::pb::ModelProto;

use super::import::Refusal;
use super::{CompileError, finish, import, onnx};
use crate::engine::plan::Plan;

/// What the file's ops become.
#[derive(Clone, Debug)]
pub struct Survey {
    /// By ONNX's names, in alphabetical order.
    pub ops: Vec<OpUse>,
    /// Why there is no plan, if no single op is to blame.
    pub refused: Option<CompileError>,
}

/// One kind of op in one model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpUse {
    pub op: String,
    pub count: u32,
    /// Whether tract knows the op.
    pub tract: bool,
    /// Whether a GPU runs what the op becomes in the plan.
    pub gpu: bool,
    /// Why plans cannot express it, one reason for each node that is refused.
    pub refused: Vec<CompileError>,
}

impl Survey {
    /// Whether the model compiles.
    pub fn compiles(&self) -> bool {
        self.refused.is_none() && self.ops.iter().all(|op| op.refused.is_empty())
    }
}

/// Looks through a model with one size of its input (N, C, H, W).
///
/// # Errors
/// When the file is no ONNX, or tract cannot work out its shapes.
pub fn survey(bytes: &[u8], input_shape: [usize; 4]) -> Result<Survey, CompileError> {
    let model = onnx::read(bytes)?;
    let mut ops = used(&model);
    let imported = match import::import(&model, input_shape) {
        Ok(imported) => imported,
        // No op is known to be expressed where none could be looked at.
        Err(error) => {
            for used in ops.values_mut() {
                used.gpu = false;
                used.refused.push(error.clone());
            }
            return Ok(Survey { ops: ops.into_values().collect(), refused: Some(error) });
        }
    };
    let nothing_refused = imported.refused.is_empty();
    for Refusal { node, error } in imported.refused {
        let op = op_of(&model, &node).unwrap_or(&node);
        let unknown = || OpUse { op: op.to_owned(), count: 0, tract: true, gpu: false, refused: Vec::new() };
        let used = ops.entry(op.to_owned()).or_insert_with(unknown);
        used.gpu = false;
        used.refused.push(error);
    }
    let mut refused = None;
    if nothing_refused {
        match finish(imported.graph) {
            Ok(plan) => on_processor_alone(&plan, |node| {
                if let Some(used) = op_of(&model, node).and_then(|op| ops.get_mut(op)) {
                    used.gpu = false;
                }
            }),
            Err(error) => refused = Some(error),
        }
    }
    Ok(Survey { ops: ops.into_values().collect(), refused })
}

/// Tells the nodes of which a plan has ops that no GPU runs.
#[cfg(feature = "gpu")]
fn on_processor_alone(plan: &Plan, mut tell: impl FnMut(&str)) {
    match crate::engine::gpu::refused_ops(plan) {
        Ok(ops) => ops.into_iter().filter_map(|op| plan.names.get(op)).for_each(|node| tell(node)),
        // Too large for any.
        Err(_) => plan.names.iter().for_each(|node| tell(node)),
    }
}

/// A program without the GPU's engine knows of none.
#[cfg(not(feature = "gpu"))]
fn on_processor_alone(plan: &Plan, mut tell: impl FnMut(&str)) {
    plan.names.iter().for_each(|node| tell(node));
}

fn used(model: &ModelProto) -> BTreeMap<String, OpUse> {
    let known = tract_onnx::onnx().op_register.0;
    let mut ops: BTreeMap<String, OpUse> = BTreeMap::new();
    for (_, node) in onnx::named_nodes(model) {
        let op = || OpUse {
            op: node.op_type.clone(),
            count: 0,
            tract: known.contains_key(&node.op_type),
            gpu: true,
            refused: Vec::new(),
        };
        ops.entry(node.op_type.clone()).or_insert_with(op).count += 1;
    }
    ops
}

/// The op that a node of tract's was made from: tract names the steps of one after it.
fn op_of<'a>(model: &'a ModelProto, name: &str) -> Option<&'a str> {
    let made_from = |own: &str| name == own || name.strip_prefix(own).is_some_and(|rest| rest.starts_with('.'));
    let candidates = onnx::named_nodes(model).filter(|(own, _)| !own.is_empty() && made_from(own));
    candidates.max_by_key(|(own, _)| own.len()).map(|(_, node)| node.op_type.as_str())
}
