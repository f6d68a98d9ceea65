//! Draws what follows a convolution into it: scales and shifts per channel into weights and bias, activation, residual. What then
//! is left of activations goes into the element-wise op of two operands that it follows.

use super::graph::{Conv, Graph, Kind, NodeId};
use crate::engine::plan::{Activation, BinaryFunction, Order, Reduction, UnaryFunction};

/// Fuses until nothing is left to fuse. Needs activations to be recognised before.
pub(super) fn fuse(graph: &mut Graph) {
    means(graph);
    let mut readers = graph.readers();
    for id in 0..graph.nodes.len() {
        // A convolution moves into the node that follows it, so one walk forward meets it again there.
        if let Some((conv, kind, inputs)) = fused(graph, &readers, id) {
            graph.nodes[id].kind = kind;
            graph.nodes[id].inputs = inputs;
            // Its old place is read by nobody now.
            graph.nodes[conv].inputs.clear();
            graph.nodes[conv].kind = Kind::Constant(Vec::new());
            readers = graph.readers();
        }
    }
    activations_of_binaries(graph, &readers);
}

/// An activation that is all that reads an element-wise op of two operands.
fn activations_of_binaries(graph: &mut Graph, readers: &[Vec<Option<NodeId>>]) {
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let (Kind::Unary(UnaryFunction::Activation(activation)), [input]) = (&node.kind, &node.inputs[..]) else {
            continue;
        };
        let Kind::Binary(function) = graph.nodes[*input].kind else { continue };
        if readers[*input] == [Some(id)] {
            let (kind, inputs) = (Kind::BinaryThen(function, *activation), graph.nodes[*input].inputs.clone());
            graph.nodes[id].kind = kind;
            graph.nodes[id].inputs = inputs;
        }
    }
}

/// A sum that is divided by how many it sums is a mean.
fn means(graph: &mut Graph) {
    let readers = graph.readers();
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let [sum, by] = node.inputs[..] else { continue };
        if !matches!(graph.nodes[sum].kind, Kind::Reduce(Reduction::Sum)) || readers[sum].len() != 1 {
            continue;
        }
        let source = graph.nodes[sum].inputs.clone();
        let volume = |id: NodeId| graph.nodes[id].shape.iter().map(|dim| f64::from(*dim)).product::<f64>();
        let count = volume(source[0]) / volume(sum);
        let is_mean = match (&node.kind, graph.scalar(by)) {
            (Kind::Binary(BinaryFunction::Divide), Some(by)) => f64::from(by) == count,
            (Kind::Binary(BinaryFunction::Multiply), Some(by)) => (f64::from(by) * count - 1.0).abs() < 1e-6,
            _ => false,
        };
        if is_mean {
            graph.nodes[id].kind = Kind::Reduce(Reduction::Mean);
            graph.nodes[id].inputs = source;
        }
    }
}

/// What node `id` becomes if it can swallow the convolution that it reads: the convolution's place, kind and inputs.
fn fused(graph: &Graph, readers: &[Vec<Option<NodeId>>], id: NodeId) -> Option<(NodeId, Kind, Vec<NodeId>)> {
    let node = &graph.nodes[id];
    let read_here_alone = |input: NodeId| readers[input] == [Some(id)];
    match (&node.kind, &node.inputs[..]) {
        (Kind::Unary(UnaryFunction::Activation(activation)), [input]) if read_here_alone(*input) => {
            let (conv, rebuild) = conv_of(graph, *input)?;
            let open = conv.activation == Activation::None && conv.order == Order::ActivationLast;
            let conv = Conv { activation: *activation, ..conv.clone() };
            open.then(|| (*input, rebuild(conv), graph.nodes[*input].inputs.clone()))
        }
        (Kind::Binary(function), [a, b]) => {
            // The later one, so that its output has the shorter life; and the other one if that cannot be.
            let (first, second) = if a > b { (*a, *b) } else { (*b, *a) };
            [(first, second), (second, first)].into_iter().find_map(|(input, other)| {
                if !read_here_alone(input) || graph.nodes[input].shape != node.shape {
                    return None;
                }
                let (conv, rebuild) = conv_of(graph, input)?;
                let mut inputs = graph.nodes[input].inputs.clone();
                if let Kind::Constant(_) = graph.nodes[other].kind {
                    let conv_first = input == *a;
                    let conv = scaled(graph, conv, inputs.len(), *function, other, conv_first)?;
                    return Some((input, rebuild(conv), inputs));
                }
                let addable = matches!(graph.nodes[input].kind, Kind::Conv(_)) && inputs.len() == 1 && other < id;
                if *function != BinaryFunction::Add || !addable || graph.nodes[other].shape != node.shape {
                    return None;
                }
                let order =
                    if conv.activation == Activation::None { Order::ActivationLast } else { Order::ResidualLast };
                inputs.push(other);
                Some((input, rebuild(Conv { order, ..conv.clone() }), inputs))
            })
        }
        _ => None,
    }
}

/// Makes the node's kind again out of the changed convolution.
type Rebuild = fn(Conv) -> Kind;

fn conv_of(graph: &Graph, id: NodeId) -> Option<(&Conv, Rebuild)> {
    match &graph.nodes[id].kind {
        Kind::Conv(conv) => Some((conv, Kind::Conv)),
        Kind::ConvTranspose(conv) => Some((conv, Kind::ConvTranspose)),
        _ => None,
    }
}

/// The convolution times or plus a constant of one number per channel.
fn scaled(
    graph: &Graph,
    conv: &Conv,
    inputs: usize,
    function: BinaryFunction,
    constant: NodeId,
    conv_first: bool,
) -> Option<Conv> {
    if conv.activation != Activation::None || inputs != 1 {
        return None;
    }
    let channels = conv.bias.len();
    let numbers = per_channel(graph, constant, channels, conv.of_rows)?;
    let mut conv = conv.clone();
    let groups = conv.groups as usize;
    let per_group = channels / groups;
    let rows = conv.weights.len() / channels;
    let mut times = |factor: &dyn Fn(usize) -> f32| {
        for (at, weight) in conv.weights.iter_mut().enumerate() {
            *weight *= factor(at / (rows * per_group) * per_group + at % per_group);
        }
        conv.bias.iter_mut().enumerate().for_each(|(channel, bias)| *bias *= factor(channel));
    };
    match (function, conv_first) {
        (BinaryFunction::Multiply, _) => times(&|channel| numbers[channel]),
        (BinaryFunction::Divide, true) => times(&|channel| 1.0 / numbers[channel]),
        (BinaryFunction::Add, _) | (BinaryFunction::Subtract, true) => {
            let sign = if function == BinaryFunction::Add { 1.0 } else { -1.0 };
            conv.bias.iter_mut().zip(&numbers).for_each(|(bias, number)| *bias += sign * number);
        }
        _ => return None,
    }
    Some(conv)
}

/// The constant as one number per channel, if it is no more than that.
fn per_channel(graph: &Graph, constant: NodeId, channels: usize, of_rows: bool) -> Option<Vec<f32>> {
    if let Some(number) = graph.scalar(constant) {
        return Some(vec![number; channels]);
    }
    let Kind::Constant(numbers) = &graph.nodes[constant].kind else { return None };
    let shape = &graph.nodes[constant].shape;
    let channel_axis = if of_rows { shape.len().checked_sub(1)? } else { 1 };
    let others_are_one = shape.iter().enumerate().all(|(axis, dim)| axis == channel_axis || *dim == 1);
    (others_are_one && numbers.len() == channels).then(|| numbers.clone())
}
