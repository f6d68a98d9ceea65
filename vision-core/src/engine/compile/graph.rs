//! The graph that a model is lowered through: one output per node, shapes known, nodes in an order that can be run.

use crate::engine::plan::{
    Activation, BinaryFunction, Cell, CoordinateMode, Direction, Order, PoolKind, Reduction, ResizeKind, UnaryFunction,
    Window,
};

/// A node and its output.
pub(super) type NodeId = usize;

#[derive(Debug)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    pub outputs: Vec<NodeId>,
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub name: String,
    pub kind: Kind,
    pub inputs: Vec<NodeId>,
    /// Axes in the model's own order: N, C, H, W for pictures.
    pub shape: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Input,
    Constant(Vec<f32>),
    /// Of pictures (N, C, H, W); or, with one place and two axes or more, of rows: a fully connected layer. The second
    /// input, if there is one, is the residual.
    Conv(Conv),
    ConvTranspose(Conv),
    Pool {
        kind: PoolKind,
        window: Window,
    },
    Resize {
        kind: ResizeKind,
        coordinates: CoordinateMode,
        scale: [f32; 2],
    },
    Axes(AxisChange),
    /// Every `step`th from `start` on along one axis.
    Slice {
        axis: usize,
        start: u32,
        step: u32,
    },
    Concat {
        axis: usize,
    },
    /// Along one axis from the last to the first.
    Reverse {
        axis: usize,
    },
    /// Numbers before each axis's first; how many follow its last is what the shape leaves.
    Pad {
        before: Vec<u32>,
        value: f32,
    },
    /// Repeats along axes of one.
    Broadcast,
    Unary(UnaryFunction),
    Binary(BinaryFunction),
    /// One that an activation follows; `fuse` makes them.
    BinaryThen(BinaryFunction, Activation),
    Reduce(Reduction),
    Softmax {
        axis: usize,
    },
    /// The place of the largest along an axis, of which one number is left.
    ArgMax {
        axis: usize,
    },
    /// The last two axes of both.
    MatMul,
    /// One direction of a recurrent layer over sequences (sequence, step, number), its input multiplied before.
    Recurrence {
        cell: Cell,
        direction: Direction,
        /// State by gates.
        weights: Vec<f32>,
        /// Of the last gate, or none.
        bias: Vec<f32>,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Conv {
    pub window: Window,
    pub groups: u32,
    /// Groups x (kernel rows x kernel columns x input channels of a group) x output channels of a group.
    pub weights: Vec<f32>,
    /// One number per output channel.
    pub bias: Vec<f32>,
    pub activation: Activation,
    pub order: Order,
    /// Whether its operands are rows rather than pictures.
    pub of_rows: bool,
}

/// The same numbers under other axes, as in tract.
#[derive(Clone, Debug)]
pub(super) enum AxisChange {
    Add(usize),
    Remove(usize),
    Move(usize, usize),
    /// From this axis on, so many axes become the others.
    Reshape(usize, Vec<u32>, Vec<u32>),
}

impl Graph {
    /// Of each node, who reads it; an output of the model counts as one reader that is no node.
    pub fn readers(&self) -> Vec<Vec<Option<NodeId>>> {
        let mut readers = vec![Vec::new(); self.nodes.len()];
        for (id, node) in self.nodes.iter().enumerate() {
            node.inputs.iter().for_each(|input| readers[*input].push(Some(id)));
        }
        self.outputs.iter().for_each(|output| readers[*output].push(None));
        readers
    }

    /// The number, if the node is a constant with the same number everywhere.
    pub fn scalar(&self, id: NodeId) -> Option<f32> {
        let Kind::Constant(numbers) = &self.nodes[id].kind else { return None };
        let (first, rest) = numbers.split_first()?;
        rest.iter().all(|number| number == first).then_some(*first)
    }

    /// Everything that reads `old` reads `new` instead.
    pub fn replace(&mut self, old: NodeId, new: NodeId) {
        let operands = self.nodes.iter_mut().flat_map(|node| node.inputs.iter_mut());
        operands.chain(&mut self.outputs).filter(|id| **id == old).for_each(|id| *id = new);
    }

    /// Removes what no output needs, inputs of the model aside.
    pub fn without_dead_nodes(self) -> Self {
        let mut needed = vec![false; self.nodes.len()];
        self.outputs.iter().for_each(|output| needed[*output] = true);
        for (id, node) in self.nodes.iter().enumerate().rev() {
            if needed[id] {
                node.inputs.iter().for_each(|input| needed[*input] = true);
            }
        }
        let mut places = vec![0; self.nodes.len()];
        let mut nodes = Vec::new();
        for (id, mut node) in self.nodes.into_iter().enumerate() {
            if needed[id] || matches!(node.kind, Kind::Input) {
                node.inputs.iter_mut().for_each(|input| *input = places[*input]);
                places[id] = nodes.len();
                nodes.push(node);
            }
        }
        let outputs = self.outputs.into_iter().map(|output| places[output]).collect();
        Self { nodes, outputs }
    }
}
