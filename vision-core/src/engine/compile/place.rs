//! Where each value lies: in a buffer of its own, as another view of one that is there, or right inside of the concatenation
//! that reads it.
//!
//! Every buffer has an address of its own here; `memory` moves them together once the ops are known.

use super::graph::{AxisChange, Graph, Kind, Node, NodeId};
use super::strides::{dense, of_picture, order_for_merge, order_of, pull, push, usual_order};
use crate::engine::plan::Place;

/// Numbers somewhere: the axes are the node's, in the model's own order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub place: Place,
    pub offset: u32,
    pub strides: Vec<u32>,
}

/// Buffers one after the other, each with its length.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    /// Where each begins; the last number is where the next will.
    pub starts: Vec<u32>,
    pub end: u32,
    /// There were more numbers than 32 bits tell apart.
    pub overflown: bool,
}

impl Buffers {
    pub fn add(&mut self, shape: &[u32], order: &[usize]) -> Spot {
        let volume = shape.iter().try_fold(1_u32, |product, dim| product.checked_mul(*dim));
        let offset = self.end;
        match volume.and_then(|volume| offset.checked_add(volume)) {
            Some(end) => self.end = end,
            None => self.overflown = true,
        }
        self.starts.push(offset);
        Spot { place: Place::Arena, offset, strides: dense(shape, order) }
    }

    /// Which buffer an address of the arena lies in.
    pub fn at(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }
}

/// Strides of axes that lie in the model's own order.
fn row_by_row(shape: &[u32]) -> Vec<u32> {
    dense(shape, &(0..shape.len()).collect::<Vec<_>>())
}

/// How each value's axes lie when it has a buffer of its own, outermost first.
pub(super) fn orders(graph: &Graph) -> Vec<Vec<usize>> {
    let mut strides: Vec<Vec<u32>> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let like = |input: &NodeId| {
            let same = graph.nodes[*input].shape.len() == node.shape.len();
            same.then(|| dense(&node.shape, &order_of(&graph.nodes[*input].shape, &strides[*input])))
        };
        let own = match &node.kind {
            Kind::Conv(conv) if conv.of_rows => Some(row_by_row(&node.shape)),
            Kind::Input
            | Kind::Conv(_)
            | Kind::ConvTranspose(_)
            | Kind::Pool { .. }
            | Kind::Resize { .. }
            | Kind::Recurrence { .. } => None,
            Kind::Constant(_) | Kind::MatMul => Some(row_by_row(&node.shape)),
            Kind::Axes(change) => {
                let input = node.inputs[0];
                let shape = &graph.nodes[input].shape;
                push(change, shape, &strides[input]).or_else(|| {
                    let order = order_for_change(change, shape, &strides[input]);
                    push(change, shape, &dense(shape, &order))
                })
            }
            _ => {
                // Of the operands that are computed, the largest tells.
                let computed =
                    node.inputs.iter().filter(|input| !matches!(graph.nodes[**input].kind, Kind::Constant(_)));
                let volume =
                    |input: &&NodeId| graph.nodes[**input].shape.iter().map(|dim| u64::from(*dim)).product::<u64>();
                computed.rev().max_by_key(volume).and_then(like)
            }
        };
        strides.push(own.unwrap_or_else(|| dense(&node.shape, &usual_order(node.shape.len()))));
    }
    graph.nodes.iter().zip(&strides).map(|(node, strides)| order_of(&node.shape, strides)).collect()
}

/// The order of a copy after which the change is a view.
pub(super) fn order_for_change(change: &AxisChange, shape: &[u32], strides: &[u32]) -> Vec<usize> {
    match change {
        AxisChange::Reshape(at, from, _) => order_for_merge(shape, strides, *at, from.len()),
        _ => order_of(shape, strides),
    }
}

/// Spots of the values that are written right into a concatenation, and of those concatenations.
pub(super) fn concatenations(graph: &Graph, orders: &[Vec<usize>], buffers: &mut Buffers) -> Vec<Option<Spot>> {
    let mut placing = Placing { graph, spots: vec![None; graph.nodes.len()], writers: Vec::new() };
    for id in (0..graph.nodes.len()).rev() {
        let node = &graph.nodes[id];
        let Kind::Concat { axis } = node.kind else { continue };
        let whole = placing.spots[id].get_or_insert_with(|| buffers.add(&node.shape, &orders[id])).clone();
        let buffer = buffers.at(whole.offset);
        for (input, spot) in pieces(graph, id, axis, &whole) {
            placing.try_at(input, spot, buffer);
        }
    }
    placing.spots
}

/// Where each operand of a concatenation belongs.
pub(super) fn pieces(graph: &Graph, id: NodeId, axis: usize, whole: &Spot) -> Vec<(NodeId, Spot)> {
    let mut offset = whole.offset;
    let mut pieces = Vec::new();
    for input in &graph.nodes[id].inputs {
        pieces.push((*input, Spot { offset, ..whole.clone() }));
        offset += graph.nodes[*input].shape[axis] * whole.strides[axis];
    }
    pieces
}

struct Placing<'a> {
    graph: &'a Graph,
    spots: Vec<Option<Spot>>,
    /// Buffers, and the nodes that write right into them.
    writers: Vec<(usize, NodeId)>,
}

impl Placing<'_> {
    /// Lets the value be written right there, if its op can and nothing else was decided about it.
    fn try_at(&mut self, id: NodeId, spot: Spot, buffer: usize) {
        if self.spots[id].is_some() {
            return;
        }
        let node = &self.graph.nodes[id];
        match &node.kind {
            Kind::Axes(change) => {
                let input = node.inputs[0];
                let Some(strides) = pull(change, &node.shape, &spot.strides) else { return };
                // Only if the view that results is the one that is wanted.
                let shape = &self.graph.nodes[input].shape;
                let back = push(change, shape, &strides);
                if back.is_some_and(|back| same_numbers(&node.shape, &back, &spot.strides)) {
                    self.try_at(input, Spot { strides, ..spot }, buffer);
                }
            }
            // Others' numbers, seen from here.
            Kind::Input | Kind::Constant(_) | Kind::Slice { .. } => {}
            Kind::Conv(_) | Kind::ConvTranspose(_) | Kind::Pool { .. } | Kind::Resize { .. } => {
                if for_kernels(node, &node.shape, &spot.strides).is_some() {
                    self.claim(id, spot, buffer);
                }
            }
            Kind::Recurrence { .. } => {
                if is_sequence(&node.shape, &spot.strides) {
                    self.claim(id, spot, buffer);
                }
            }
            _ => self.claim(id, spot, buffer),
        }
    }

    /// No op may read the buffer that it writes: it would have to be copied first. A concatenation is no op; its operands
    /// are tried one by one.
    fn claim(&mut self, id: NodeId, spot: Spot, buffer: usize) {
        if !matches!(self.graph.nodes[id].kind, Kind::Concat { .. }) {
            let clashes = |writer: NodeId| self.reads(id).contains(&writer) || self.reads(writer).contains(&id);
            if self.writers.iter().any(|(at, writer)| *at == buffer && clashes(*writer)) {
                return;
            }
            self.writers.push((buffer, id));
        }
        self.spots[id] = Some(spot);
    }

    /// The nodes whose numbers the op reads, seen through views.
    fn reads(&self, id: NodeId) -> Vec<NodeId> {
        let owner = |mut id: NodeId| {
            while let Kind::Axes(_) | Kind::Slice { .. } = self.graph.nodes[id].kind {
                id = self.graph.nodes[id].inputs[0];
            }
            id
        };
        self.graph.nodes[id].inputs.iter().map(|input| owner(*input)).collect()
    }
}

/// Whether two sets of strides mean the same: along axes of one they do not matter.
pub(super) fn same_numbers(shape: &[u32], a: &[u32], b: &[u32]) -> bool {
    shape.iter().zip(a.iter().zip(b)).all(|(dim, (a, b))| *dim == 1 || a == b)
}

/// Sizes and strides in the order N, H, W, C of an operand or the output of a node that kernels for pictures compute.
pub(super) fn for_kernels(node: &Node, shape: &[u32], strides: &[u32]) -> Option<([u32; 4], [u32; 4])> {
    match &node.kind {
        Kind::Conv(conv) if conv.of_rows => rows(shape, strides),
        _ => picture(shape, strides),
    }
}

/// Whether recurrences read and write it as it lies.
pub(super) fn is_sequence(shape: &[u32], strides: &[u32]) -> bool {
    let ([count, _, numbers], [apart, _, number]) = (shape, strides) else { return false };
    *number == 1 && (*count == 1 || apart >= numbers)
}

fn picture(shape: &[u32], strides: &[u32]) -> Option<([u32; 4], [u32; 4])> {
    match (shape, strides) {
        ([n, c, h, w], [sn, sc, sh, sw]) => {
            let dims = [*n, *h, *w, *c];
            Some((dims, of_picture(dims, [*sn, *sh, *sw, *sc])?))
        }
        _ => None,
    }
}

/// Of rows: one picture of one row, all axes but the last being its pixels.
fn rows(shape: &[u32], strides: &[u32]) -> Option<([u32; 4], [u32; 4])> {
    let ((channels, others), (channel, steps)) = (shape.split_last()?, strides.split_last()?);
    let mut count = 1_u32;
    let mut step: Option<u32> = None;
    for (dim, stride) in others.iter().zip(steps).rev().filter(|(dim, _)| **dim != 1) {
        match step {
            None => step = Some(*stride),
            Some(step) if *stride != step.checked_mul(count)? => return None,
            Some(_) => {}
        }
        count = count.checked_mul(*dim)?;
    }
    let dims = [1, 1, count, *channels];
    Some((dims, of_picture(dims, [0, 0, step.unwrap_or(*channels), *channel])?))
}
