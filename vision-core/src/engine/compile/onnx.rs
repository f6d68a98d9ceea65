//! What an ONNX file says itself, before tract makes a model of it: the size of its input, its ops by name.

use std::io::Cursor;

use tract_onnx::pb::tensor_shape_proto::dimension::Value as Dimension;
use tract_onnx::pb::type_proto::Value as TypeValue;
use tract_onnx::pb::{AttributeProto, GraphProto, ModelProto, NodeProto};
use tract_onnx::prelude::Framework;

use super::CompileError;

pub(super) fn read(onnx: &[u8]) -> Result<ModelProto, CompileError> {
    let read = tract_onnx::onnx().proto_model_for_read(&mut Cursor::new(onnx));
    read.map_err(|e| CompileError::Read { detail: format!("{e:#}") })
}

/// Axes of the model's first input as its file says them; nothing where it leaves one open.
pub fn declared_input(onnx: &[u8]) -> Result<Vec<Option<usize>>, CompileError> {
    let model = read(onnx)?;
    let said = || {
        let graph = model.graph.as_ref()?;
        let is_weight = |name: &str| graph.initializer.iter().any(|weight| weight.name == name);
        let input = graph.input.iter().find(|input| !is_weight(&input.name))?;
        let TypeValue::TensorType(tensor) = input.r#type.as_ref()?.value.as_ref()?;
        let dims = &tensor.shape.as_ref()?.dim;
        let size = |dimension: &Option<Dimension>| match dimension {
            Some(Dimension::DimValue(size)) => usize::try_from(*size).ok().filter(|size| *size > 0),
            Some(Dimension::DimParam(_)) | None => None,
        };
        Some(dims.iter().map(|dim| size(&dim.value)).collect())
    };
    said().ok_or_else(|| CompileError::Read { detail: "it has no input, or one of no known number of axes".to_owned() })
}

/// An attribute of a node, if the file says it.
pub(super) fn attribute<'a>(node: &'a NodeProto, name: &str) -> Option<&'a AttributeProto> {
    node.attribute.iter().find(|attribute| attribute.name == name)
}

/// The nodes of the model, each with the name that tract gives it.
pub(super) fn named_nodes(model: &ModelProto) -> impl Iterator<Item = (&str, &NodeProto)> {
    let nodes = model.graph.as_ref().map_or(&[][..], |graph: &GraphProto| &graph.node);
    nodes.iter().map(|node| {
        let first_output = node.output.first().map_or("", String::as_str);
        (if node.name.is_empty() { first_output } else { &node.name }, node)
    })
}
