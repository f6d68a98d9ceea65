//! The ops of a plan from the graph, each value where `place` put it; what lies wrongly for an op is copied first.

use super::graph::{AxisChange, Conv, Graph, Kind, Node, NodeId};
use super::memory::packed;
use super::place::{
    Buffers, Spot, concatenations, for_kernels, is_sequence, order_for_change, orders, pieces, same_numbers,
};
use super::strides::{push, usual_order};
use super::{CompileError, unsupported};
use crate::engine::plan::{Activation, BinaryFunction, Convolution, Op, Place, Plan, Recurrence, View, Weight};

pub(super) fn emit(graph: &Graph) -> Result<Plan<'static>, CompileError> {
    let orders = orders(graph);
    let mut buffers = Buffers::default();
    let spots = concatenations(graph, &orders, &mut buffers);
    let mut emitter =
        Emitter { graph, orders, buffers, spots, ops: Vec::new(), names: Vec::new(), weights: Vec::new() };
    let mut inputs = Vec::new();
    for (id, node) in graph.nodes.iter().enumerate() {
        emitter.take(id, node)?;
        if let Kind::Input = node.kind {
            inputs.push(emitter.view(id)?);
        }
    }
    let outputs = graph.outputs.iter().map(|output| emitter.view(*output)).collect::<Result<_, _>>()?;
    if emitter.buffers.overflown {
        return Err(unsupported("more than 2^32 numbers"));
    }
    let Emitter { ops, names, weights, buffers, .. } = emitter;
    Ok(packed(Plan { arena_len: buffers.end, inputs, outputs, weights, ops, names }, &buffers))
}

struct Emitter<'a> {
    graph: &'a Graph,
    orders: Vec<Vec<usize>>,
    buffers: Buffers,
    spots: Vec<Option<Spot>>,
    ops: Vec<Op>,
    names: Vec<String>,
    weights: Vec<Weight<'static>>,
}

impl Emitter<'_> {
    fn take(&mut self, id: NodeId, node: &Node) -> Result<(), CompileError> {
        match &node.kind {
            Kind::Input => drop(self.output_spot(id)),
            Kind::Constant(numbers) => {
                let weight = self.weight(&node.shape, numbers.clone());
                let order: Vec<usize> = (0..node.shape.len()).collect();
                let strides = super::strides::dense(&node.shape, &order);
                self.spots[id] = Some(Spot { place: Place::Weight(weight), offset: 0, strides });
            }
            Kind::Axes(change) => self.take_axes(id, node, change)?,
            Kind::Slice { axis, start, step } => {
                let mut spot = self.spot(node.inputs[0])?;
                spot.offset += start * spot.strides[*axis];
                spot.strides[*axis] *= step;
                self.spots[id] = Some(spot);
            }
            Kind::Broadcast => {
                let (input, shape) = (self.spot(node.inputs[0])?, &self.graph.nodes[node.inputs[0]].shape);
                let spot = repeated(&input, shape, &node.shape).ok_or_else(|| unsupported("a broadcast"))?;
                self.spots[id] = Some(spot);
            }
            Kind::Concat { axis } => {
                let whole = self.output_spot(id);
                for (input, piece) in pieces(self.graph, id, *axis, &whole) {
                    let (shape, there) = (&self.graph.nodes[input].shape, self.spot(input)?);
                    let lies_there = there.place == piece.place && there.offset == piece.offset;
                    if !(lies_there && same_numbers(shape, &there.strides, &piece.strides)) {
                        self.copy(node, shape, &there, &piece);
                    }
                }
            }
            Kind::Pad { before, value } => {
                let whole = self.output_spot(id);
                let (input, shape) = (self.spot(node.inputs[0])?, &self.graph.nodes[node.inputs[0]].shape);
                self.push(node, Op::Fill { value: *value, output: view(&node.shape, &whole) });
                let offset = before.iter().zip(&whole.strides).map(|(before, stride)| before * stride).sum::<u32>();
                let inside = Spot { offset: whole.offset + offset, ..whole };
                self.copy(node, shape, &input, &inside);
            }
            Kind::Conv(conv) => self.take_conv(id, node, conv, Op::Conv)?,
            Kind::ConvTranspose(conv) => self.take_conv(id, node, conv, Op::ConvTranspose)?,
            Kind::Pool { kind, window } => {
                let (input, output) = self.pictures(id, node)?;
                self.push(node, Op::Pool { kind: *kind, window: *window, input, output });
            }
            Kind::Resize { kind, coordinates, scale } => {
                let (input, output) = self.pictures(id, node)?;
                let (kind, coordinates, scale) = (*kind, *coordinates, *scale);
                self.push(node, Op::Resize { kind, coordinates, scale, input, output });
            }
            Kind::Unary(function) => {
                let (input, output) = self.one_to_one(id, node)?;
                self.push(node, Op::Unary { function: *function, input, output });
            }
            Kind::Reduce(reduction) => {
                let (input, output) = self.one_to_one(id, node)?;
                self.push(node, Op::Reduce { reduction: *reduction, input, output });
            }
            Kind::Reverse { axis } => {
                let (input, output) = self.one_to_one(id, node)?;
                self.push(node, Op::Reverse { axis: *axis as u32, input, output });
            }
            Kind::Softmax { axis } => {
                let (input, output) = self.one_to_one(id, node)?;
                self.push(node, Op::Softmax { axis: *axis as u32, input, output });
            }
            Kind::ArgMax { axis } => {
                let (input, output) = self.one_to_one(id, node)?;
                self.push(node, Op::ArgMax { axis: *axis as u32, input, output });
            }
            Kind::Recurrence { cell, direction, weights, bias } => {
                let (whole, input) = (self.output_spot(id), node.inputs[0]);
                let (mut spot, shape) = (self.apart(node, input, &whole)?, &self.graph.nodes[input].shape);
                if !is_sequence(shape, &spot.strides) {
                    let dense = self.buffers.add(shape, &usual_order(shape.len()));
                    self.copy(node, shape, &spot, &dense);
                    spot = dense;
                }
                let [.., gates] = shape[..] else { return Err(unsupported("a recurrence over no sequence")) };
                let weight = self.weight(&[gates / cell.gates(), gates], weights.clone());
                let bias = (!bias.is_empty()).then(|| self.weight(&[bias.len() as u32], bias.clone()));
                let (cell, direction) = (*cell, *direction);
                let (input, output) = (view(shape, &spot), view(&node.shape, &whole));
                self.push(node, Op::Recurrence(Recurrence { cell, direction, weight, bias, input, output }));
            }
            Kind::Binary(function) => self.take_binary(id, node, *function, Activation::None)?,
            Kind::BinaryThen(function, activation) => self.take_binary(id, node, *function, *activation)?,
            Kind::MatMul => {
                let whole = self.output_spot(id);
                let mut operands = Vec::new();
                for input in &node.inputs {
                    let spot = self.apart(node, *input, &whole)?;
                    operands.push(view(&self.graph.nodes[*input].shape, &spot));
                }
                let [a, b] = operands.try_into().map_err(|_| unsupported("a product of other than two"))?;
                self.push(node, Op::MatMul { a, b, output: view(&node.shape, &whole) });
            }
        }
        Ok(())
    }

    fn take_axes(&mut self, id: NodeId, node: &Node, change: &AxisChange) -> Result<(), CompileError> {
        let (spot, shape) = (self.spot(node.inputs[0])?, &self.graph.nodes[node.inputs[0]].shape);
        let spot = match push(change, shape, &spot.strides) {
            Some(strides) => Spot { strides, ..spot },
            None => {
                let copy = self.buffers.add(shape, &order_for_change(change, shape, &spot.strides));
                self.copy(node, shape, &spot, &copy);
                let strides = push(change, shape, &copy.strides).ok_or_else(|| unsupported("a reshape"))?;
                Spot { strides, ..copy }
            }
        };
        self.spots[id] = Some(spot);
        Ok(())
    }

    fn take_conv(
        &mut self,
        id: NodeId,
        node: &Node,
        conv: &Conv,
        op: fn(Convolution) -> Op,
    ) -> Result<(), CompileError> {
        let (input, output) = self.pictures(id, node)?;
        let residual = match node.inputs.get(1) {
            Some(residual) => Some(self.picture(node, *residual, &output)?),
            None => None,
        };
        let channels = conv.bias.len();
        let per_group = channels as u32 / conv.groups;
        let dims = [conv.groups, (conv.weights.len() / channels) as u32, per_group];
        let weight = self.weight(&dims, conv.weights.clone());
        let has_bias = conv.bias.iter().any(|bias| *bias != 0.0);
        let bias = has_bias.then(|| self.weight(&[channels as u32], conv.bias.clone()));
        let Conv { window, groups, activation, order, .. } = *conv;
        self.push(node, op(Convolution { window, groups, weight, bias, activation, order, residual, input, output }));
        Ok(())
    }

    fn take_binary(
        &mut self,
        id: NodeId,
        node: &Node,
        function: BinaryFunction,
        activation: Activation,
    ) -> Result<(), CompileError> {
        let whole = self.output_spot(id);
        let mut operands = Vec::new();
        for input in &node.inputs {
            let spot = self.apart(node, *input, &whole)?;
            let repeated = repeated(&spot, &self.graph.nodes[*input].shape, &node.shape);
            operands.push(view(&node.shape, &repeated.ok_or_else(|| unsupported("operands of other sizes"))?));
        }
        let [a, b] = operands.try_into().map_err(|_| unsupported("an op of other than two operands"))?;
        let output = view(&node.shape, &whole);
        self.push(node, Op::Binary { function, activation, a, b, output });
        Ok(())
    }

    /// Input and output of a kernel for pictures.
    fn pictures(&mut self, id: NodeId, node: &Node) -> Result<(View, View), CompileError> {
        let whole = self.output_spot(id);
        let output = for_kernels(node, &node.shape, &whole.strides).map(|sizes| kernel_view(&whole, sizes));
        let output = output.ok_or_else(|| unsupported("an output that no kernel writes"))?;
        let input = self.picture(node, node.inputs[0], &output)?;
        Ok((input, output))
    }

    /// An operand as the kernels for pictures take it, away from what is written.
    fn picture(&mut self, node: &Node, id: NodeId, output: &View) -> Result<View, CompileError> {
        let shape = &self.graph.nodes[id].shape;
        let spot = self.apart(node, id, &Spot { place: output.place, offset: output.offset, strides: Vec::new() })?;
        if let Some(sizes) = for_kernels(node, shape, &spot.strides) {
            return Ok(kernel_view(&spot, sizes));
        }
        let order = match &node.kind {
            Kind::Conv(conv) if conv.of_rows => (0..shape.len()).collect(),
            _ => usual_order(shape.len()),
        };
        let copy = self.buffers.add(shape, &order);
        self.copy(node, shape, &spot, &copy);
        let sizes = for_kernels(node, shape, &copy.strides).ok_or_else(|| unsupported("an operand of no picture"))?;
        Ok(kernel_view(&copy, sizes))
    }

    fn one_to_one(&mut self, id: NodeId, node: &Node) -> Result<(View, View), CompileError> {
        let whole = self.output_spot(id);
        let input = self.apart(node, node.inputs[0], &whole)?;
        Ok((view(&self.graph.nodes[node.inputs[0]].shape, &input), view(&node.shape, &whole)))
    }

    /// The operand, copied away first if it lies in the buffer that will be written.
    fn apart(&mut self, node: &Node, id: NodeId, written: &Spot) -> Result<Spot, CompileError> {
        let spot = self.spot(id)?;
        let same = spot.place == Place::Arena && self.buffers.at(spot.offset) == self.buffers.at(written.offset);
        if !same {
            return Ok(spot);
        }
        let shape = &self.graph.nodes[id].shape;
        let copy = self.buffers.add(shape, &super::strides::order_of(shape, &spot.strides));
        self.copy(node, shape, &spot, &copy);
        Ok(copy)
    }

    /// From one place to another; within one buffer by way of a third, as an op may not read what it writes.
    fn copy(&mut self, node: &Node, shape: &[u32], from: &Spot, to: &Spot) {
        let mut from = from.clone();
        if from.place == Place::Arena && self.buffers.at(from.offset) == self.buffers.at(to.offset) {
            let away = self.buffers.add(shape, &super::strides::order_of(shape, &from.strides));
            self.push(node, Op::Copy { input: view(shape, &from), output: view(shape, &away) });
            from = away;
        }
        self.push(node, Op::Copy { input: view(shape, &from), output: view(shape, to) });
    }

    fn push(&mut self, node: &Node, op: Op) {
        self.ops.push(op);
        self.names.push(node.name.clone());
    }

    fn weight(&mut self, dims: &[u32], numbers: Vec<f32>) -> u32 {
        let weight = Weight::smallest(dims.to_vec(), numbers);
        let known = if weight.len() < 8 { self.weights.iter().position(|other| *other == weight) } else { None };
        let at = known.unwrap_or_else(|| {
            self.weights.push(weight);
            self.weights.len() - 1
        });
        at as u32
    }

    /// Where the node's output goes: where `place` put it, or into a buffer of its own.
    fn output_spot(&mut self, id: NodeId) -> Spot {
        let (buffers, shape, order) = (&mut self.buffers, &self.graph.nodes[id].shape, &self.orders[id]);
        self.spots[id].get_or_insert_with(|| buffers.add(shape, order)).clone()
    }

    fn spot(&self, id: NodeId) -> Result<Spot, CompileError> {
        self.spots[id].clone().ok_or_else(|| unsupported("a value that is read before it is there"))
    }

    fn view(&self, id: NodeId) -> Result<View, CompileError> {
        Ok(view(&self.graph.nodes[id].shape, &self.spot(id)?))
    }
}

fn view(shape: &[u32], spot: &Spot) -> View {
    View { place: spot.place, offset: spot.offset, dims: shape.to_vec(), strides: spot.strides.clone() }
}

fn kernel_view(spot: &Spot, (dims, strides): ([u32; 4], [u32; 4])) -> View {
    View { place: spot.place, offset: spot.offset, dims: dims.to_vec(), strides: strides.to_vec() }
}

/// Axes of one repeated to the size of `to`; missing axes are outermost.
fn repeated(spot: &Spot, shape: &[u32], to: &[u32]) -> Option<Spot> {
    let missing = to.len().checked_sub(shape.len())?;
    let mut strides = vec![0; missing];
    for ((dim, stride), wanted) in shape.iter().zip(&spot.strides).zip(&to[missing..]) {
        match (dim, wanted) {
            (dim, wanted) if dim == wanted => strides.push(*stride),
            (1, _) => strides.push(0),
            _ => return None,
        }
    }
    Some(Spot { strides, ..spot.clone() })
}
