//! Reads an ONNX file with tract and makes the graph out of what tract says.
//!
//! Taken from tract's typed graph before it is decluttered: there a convolution is still a convolution of NCHW pictures, while
//! decluttering turns those of one pixel into products with axes moved about. Shapes are known at that stage, and constants are
//! folded here as tract itself would evaluate them. Only strided slices, which are awkward in the typed graph, are decluttered,
//! each alone.

use std::collections::HashMap;
use std::sync::Arc;

use tract_onnx::pb::ModelProto;
use tract_onnx::prelude::{
    IntoArcTensor, IntoTValue, OutletId, TVec, Tensor as TractTensor, TractError, TractResult, TypedModel,
};
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::array::StridedSlice;
use tract_onnx::tract_core::ops::konst::Const;
use tract_onnx::tract_core::ops::source::TypedSource;

use super::super::tract;
use super::graph::{Graph, Kind, Node, NodeId};
use super::lower::lower;
use super::recurrent::{Layer, layers};
use super::resizes::{Resizing, resizings};
use super::{CompileError, unsupported};

/// Constants of up to so many numbers are folded: beyond any weight, and far from what memory holds.
const MOST_FOLDED: usize = 1 << 28;

/// The graph, with an input in the place of each node that it cannot express.
pub(super) struct Imported {
    pub graph: Graph,
    pub refused: Vec<Refusal>,
}

/// A node of tract's that the graph cannot express.
pub(super) struct Refusal {
    pub node: String,
    pub error: CompileError,
}

/// Plans cannot express the node.
pub(super) fn lacking(node: &TypedNode) -> CompileError {
    unsupported(&format!("{} ({})", node.op.name(), node.name))
}

pub(super) fn import(onnx: &ModelProto, input_shape: [usize; 4]) -> Result<Imported, CompileError> {
    let model = typed(onnx, input_shape).map_err(unreadable)?;
    let order = model.eval_order().map_err(unreadable)?;
    let (places, constants) = (HashMap::new(), HashMap::new());
    let (layers, resizings) = (layers(onnx), resizings(onnx));
    let mut importer = Importer { model: &model, nodes: Vec::new(), places, layers, resizings, constants };
    let mut refused = Vec::new();
    for id in order {
        let node = model.node(id);
        if let Err(error) = importer.take(node) {
            refused.push(Refusal { node: node.name.clone(), error });
            importer.leave_open(node)?;
        }
    }
    let outlets = model.output_outlets().map_err(unreadable)?.to_vec();
    let outputs = outlets.into_iter().map(|outlet| importer.place(outlet)).collect::<Result<_, _>>()?;
    Ok(Imported { graph: Graph { nodes: importer.nodes, outputs }, refused })
}

fn unreadable(error: TractError) -> CompileError {
    CompileError::Read { detail: format!("{error:#}") }
}

fn typed(onnx: &ModelProto, input_shape: [usize; 4]) -> TractResult<TypedModel> {
    let mut model = tract::typed(onnx, input_shape)?;
    loop {
        let awkward = |node: &&TypedNode| node.op_as::<StridedSlice>().is_some();
        let used = model.eval_order()?;
        let patch = used.into_iter().map(|id| model.node(id)).filter(awkward).find_map(|node| {
            // An op that cannot be made simpler is told as unsupported later, by its name.
            node.op.declutter(&model, node).ok().flatten()
        });
        match patch {
            Some(patch) => patch.apply(&mut model)?,
            None => return Ok(model),
        }
    }
}

pub(super) struct Importer<'a> {
    model: &'a TypedModel,
    nodes: Vec<Node>,
    /// Where the output of a node of tract's came to lie.
    places: HashMap<OutletId, NodeId>,
    /// Recurrent layers as the file says them.
    pub layers: HashMap<String, Layer>,
    /// Resizes likewise.
    pub resizings: HashMap<String, Option<Resizing>>,
    /// Values that do not depend on the input.
    constants: HashMap<OutletId, Arc<TractTensor>>,
}

impl Importer<'_> {
    fn take(&mut self, node: &TypedNode) -> Result<(), CompileError> {
        let outlet = OutletId::new(node.id, 0);
        if let Some(constant) = node.op_as::<Const>() {
            self.constants.insert(outlet, Arc::clone(constant.val()));
            return Ok(());
        }
        if node.op_as::<TypedSource>().is_some() {
            let shape = self.shape(outlet)?;
            self.add(node, Kind::Input, Vec::new(), shape);
            return Ok(());
        }
        if self.fold(node) {
            return Ok(());
        }
        match node.op.name().as_ref() {
            "Identity" | "Cast" => {
                let source = self.place(node.inputs[0])?;
                self.places.insert(outlet, source);
                Ok(())
            }
            _ => lower(self, node),
        }
    }

    /// Puts inputs in the place of what the node gives.
    fn leave_open(&mut self, node: &TypedNode) -> Result<(), CompileError> {
        for slot in 0..node.outputs.len() {
            let outlet = OutletId::new(node.id, slot);
            let shape = self.shape(outlet)?;
            let place = self.add_step(&node.name, Kind::Input, Vec::new(), shape);
            self.places.insert(outlet, place);
        }
        Ok(())
    }

    /// Evaluates a node whose operands are all known.
    fn fold(&mut self, node: &TypedNode) -> bool {
        let operands: Option<TVec<_>> =
            node.inputs.iter().map(|input| Some(Arc::clone(self.constants.get(input)?).into_tvalue())).collect();
        let Some(operands) = operands.filter(|operands| !operands.is_empty()) else { return false };
        let Ok(Some(values)) = node.op.eval_out_of_plan(operands) else { return false };
        for (slot, value) in values.into_iter().enumerate() {
            if value.len() > MOST_FOLDED {
                return false;
            }
            self.constants.insert(OutletId::new(node.id, slot), value.into_arc_tensor());
        }
        true
    }

    pub fn shape(&self, outlet: OutletId) -> Result<Vec<u32>, CompileError> {
        let fact = self.model.outlet_fact(outlet).map_err(unreadable)?;
        let dims = fact.shape.as_concrete().ok_or_else(|| unsupported("a size that depends on the input's content"))?;
        dims.iter().map(|dim| u32::try_from(*dim).map_err(|_| unsupported("a size beyond 32 bits"))).collect()
    }

    /// The numbers of an operand that is known.
    pub fn constant(&self, outlet: OutletId) -> Option<Vec<f32>> {
        let tensor = self.constants.get(&outlet)?.cast_to::<f32>().ok()?;
        Some(tensor.try_as_plain_ram().ok()?.as_slice::<f32>().ok()?.to_vec())
    }

    /// Where an operand lies in the graph; constants come in when they are first asked for.
    pub fn place(&mut self, outlet: OutletId) -> Result<NodeId, CompileError> {
        if let Some(place) = self.places.get(&outlet) {
            return Ok(*place);
        }
        let name = self.model.node(outlet.node).name.clone();
        let numbers = self.constant(outlet).ok_or_else(|| unsupported(&format!("the operand {name}")))?;
        let shape = self.constants.get(&outlet).map(|tensor| tensor.shape().iter().map(|dim| *dim as u32).collect());
        self.nodes.push(Node {
            name,
            kind: Kind::Constant(numbers),
            inputs: Vec::new(),
            shape: shape.unwrap_or_default(),
        });
        self.places.insert(outlet, self.nodes.len() - 1);
        Ok(self.nodes.len() - 1)
    }

    /// Adds a node of the graph that stands for the first output of one of tract's.
    pub fn add(&mut self, node: &TypedNode, kind: Kind, inputs: Vec<NodeId>, shape: Vec<u32>) -> NodeId {
        let place = self.add_step(&node.name, kind, inputs, shape);
        self.set(OutletId::new(node.id, 0), place);
        place
    }

    /// Says where an output of a node of tract's lies.
    pub fn set(&mut self, outlet: OutletId, place: NodeId) {
        self.places.insert(outlet, place);
    }

    /// Adds a node that only others of the same op read.
    pub fn add_step(&mut self, name: &str, kind: Kind, inputs: Vec<NodeId>, shape: Vec<u32>) -> NodeId {
        self.nodes.push(Node { name: name.to_owned(), kind, inputs, shape });
        self.nodes.len() - 1
    }
}
