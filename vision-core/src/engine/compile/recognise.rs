//! Finds activations that a model spells out in single steps (a clip as maximum and minimum, `x * clip(x + 3, 0, 6) / 6`)
//! by what they compute: the steps between two nodes are evaluated at many places and compared with each known function.

use super::graph::{Graph, Kind, NodeId};
use crate::engine::plan::{Activation, BinaryFunction, UnaryFunction};

/// Steps that one activation is spelled out in, at the most.
const MOST_STEPS: usize = 12;
/// Of the larger of one and the value: constants such as 1/6 are rounded to f32 in the model.
const TOLERANCE: f64 = 1.0e-6;
/// Beyond where any activation bends: the largest number that a model can hold.
const FAR: f64 = f32::MAX as f64;

/// Replaces what it finds; what became needless is left to be removed as dead.
pub(super) fn recognise_activations(graph: &mut Graph) {
    powers(graph);
    // From the end, so that the whole of an activation is found before its parts.
    for id in (0..graph.nodes.len()).rev() {
        if !matches!(graph.nodes[id].kind, Kind::Unary(_) | Kind::Binary(_)) {
            continue;
        }
        let sources = element_wise_ancestors(graph, id);
        let found = sources.into_iter().find_map(|source| Some((source, known_function(graph, source, id)?)));
        match found {
            Some((source, Activation::None)) => graph.replace(id, source),
            Some((source, activation)) => {
                let node = &mut graph.nodes[id];
                node.kind = Kind::Unary(UnaryFunction::Activation(activation));
                node.inputs = vec![source];
            }
            None => {}
        }
    }
}

/// Squares and roots that are written as powers.
fn powers(graph: &mut Graph) {
    for id in 0..graph.nodes.len() {
        let node = &graph.nodes[id];
        let ([base, exponent], Kind::Binary(BinaryFunction::Power)) = (&node.inputs[..], &node.kind) else { continue };
        let function = match graph.scalar(*exponent) {
            Some(2.0) => UnaryFunction::Square,
            Some(0.5) => UnaryFunction::Sqrt,
            _ => continue,
        };
        if graph.nodes[*base].shape == node.shape {
            let base = *base;
            graph.nodes[id].kind = Kind::Unary(function);
            graph.nodes[id].inputs = vec![base];
        }
    }
}

/// Nodes of the same shape that `id` is computed from by element-wise steps alone, farthest first.
fn element_wise_ancestors(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let mut found: Vec<NodeId> = Vec::new();
    let mut open = vec![id];
    while let Some(at) = open.pop() {
        let node = &graph.nodes[at];
        if !matches!(node.kind, Kind::Unary(_) | Kind::Binary(_)) || found.len() > 2 * MOST_STEPS {
            continue;
        }
        for input in &node.inputs {
            let same_shape = graph.nodes[*input].shape == graph.nodes[id].shape;
            if same_shape && !matches!(graph.nodes[*input].kind, Kind::Constant(_)) && !found.contains(input) {
                found.push(*input);
                open.push(*input);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The value of `id` where `source` is `x`; nothing if it depends on anything else.
fn value(graph: &Graph, source: NodeId, id: NodeId, x: f64, steps: usize) -> Option<f64> {
    if id == source {
        return Some(x);
    }
    if let Some(number) = graph.scalar(id) {
        return Some(f64::from(number));
    }
    let steps = steps.checked_sub(1)?;
    let node = &graph.nodes[id];
    let operand = |at: usize| value(graph, source, *node.inputs.get(at)?, x, steps);
    match &node.kind {
        Kind::Unary(function) => Some(unary(*function, operand(0)?)),
        Kind::Binary(function) => {
            let (a, b) = (operand(0)?, operand(1)?);
            Some(match function {
                BinaryFunction::Add => a + b,
                BinaryFunction::Subtract => a - b,
                BinaryFunction::Multiply => a * b,
                BinaryFunction::Divide => a / b,
                BinaryFunction::Minimum => a.min(b),
                BinaryFunction::Maximum => a.max(b),
                BinaryFunction::Power => a.powf(b),
            })
        }
        _ => None,
    }
}

fn known_function(graph: &Graph, source: NodeId, id: NodeId) -> Option<Activation> {
    let f = |x: f64| value(graph, source, id, x, MOST_STEPS);
    // Dense where activations bend, and a few far out; none at a bend itself.
    let places: Vec<f64> =
        (-60..=60).map(|n| f64::from(n) * 0.1501).chain([-FAR, -1.0e6, -90.3, -25.1, 25.1, 90.3, 1.0e6, FAR]).collect();
    let values: Vec<f64> = places.iter().map(|x| f(*x)).collect::<Option<_>>()?;
    let candidate = |activation: Activation| {
        let close = |(x, y): (&f64, &f64)| {
            let expected = activate(activation, *x);
            // No difference is small beside infinity.
            expected == *y || (expected.is_finite() && (expected - y).abs() <= TOLERANCE * expected.abs().max(1.0))
        };
        places.iter().zip(&values).all(close).then_some(activation)
    };
    let (low, high) = (f(-FAR)?, f(FAR)?);
    let bounds = [(low, -FAR, f32::NEG_INFINITY), (high, FAR, f32::INFINITY)];
    let [low, high] = bounds.map(|(bound, far, open)| if bound == far { open } else { bound as f32 });
    let clip = match (low, high) {
        (0.0, f32::INFINITY) => Activation::Relu,
        (0.0, 6.0) => Activation::Relu6,
        (low, high) => Activation::Clip { low, high },
    };
    const NEAR: f64 = 1.0 / 64.0;
    let beta = f(0.0)?;
    let hard_sigmoid =
        Activation::HardSigmoid { alpha: ((f(NEAR)? - f(-NEAR)?) / (2.0 * NEAR)) as f32, beta: beta as f32 };
    let leaky = Activation::LeakyRelu(-f(-1.0)? as f32);
    let fixed = [Activation::None, Activation::HardSwish, Activation::Sigmoid, Activation::Silu, Activation::Gelu];
    // A clip before what would be a clip too with the right numbers.
    fixed.into_iter().chain([Activation::Tanh, clip, leaky, hard_sigmoid]).find_map(candidate)
}

fn unary(function: UnaryFunction, x: f64) -> f64 {
    match function {
        UnaryFunction::Activation(activation) => activate(activation, x),
        UnaryFunction::Exp => x.exp(),
        UnaryFunction::Log => x.ln(),
        UnaryFunction::Sqrt => x.sqrt(),
        UnaryFunction::Reciprocal => 1.0 / x,
        UnaryFunction::Negate => -x,
        UnaryFunction::Absolute => x.abs(),
        UnaryFunction::Erf => erf(x),
        UnaryFunction::Square => x * x,
    }
}

fn activate(activation: Activation, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match activation {
        Activation::None => x,
        Activation::Relu => x.max(0.0),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::Clip { low, high } => x.max(f64::from(low)).min(f64::from(high)),
        Activation::LeakyRelu(slope) => x.max(0.0) + x.min(0.0) * f64::from(slope),
        Activation::HardSwish => x * (x / 6.0 + 0.5).clamp(0.0, 1.0),
        Activation::HardSigmoid { alpha, beta } => (f64::from(alpha) * x + f64::from(beta)).clamp(0.0, 1.0),
        Activation::Sigmoid => sigmoid(x),
        Activation::Silu => x * sigmoid(x),
        Activation::Gelu => x / 2.0 * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)),
        Activation::Tanh => x.tanh(),
    }
}

/// The series near zero, the continued fraction far from it (Abramowitz and Stegun, 7.1.5 and 7.1.14).
fn erf(x: f64) -> f64 {
    const SERIES_UNTIL: f64 = 2.5;
    const TERMS: u32 = 60;
    if x.abs() >= SERIES_UNTIL {
        let magnitude = x.abs();
        let fraction = (1..=TERMS).rev().fold(magnitude, |below, n| magnitude + f64::from(n) / 2.0 / below);
        let beyond = (-x * x).exp() / fraction * std::f64::consts::FRAC_2_SQRT_PI / 2.0;
        return (1.0 - beyond).copysign(x);
    }
    let mut power = x;
    let mut sum = x;
    for n in 1..TERMS {
        let n = f64::from(n);
        power *= -x * x / n;
        sum += power / (2.0 * n + 1.0);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

#[cfg(test)]
mod tests {
    use super::super::graph::Node;
    use super::*;

    /// Nodes from a short notation: the graph's input is node 0.
    fn graph(steps: Vec<(Kind, Vec<NodeId>)>) -> Graph {
        let shape = vec![1, 2, 3, 3];
        let mut nodes = vec![Node { name: "x".into(), kind: Kind::Input, inputs: vec![], shape: shape.clone() }];
        for (kind, inputs) in steps {
            let shape = if let Kind::Constant(_) = kind { vec![1; 4] } else { shape.clone() };
            nodes.push(Node { name: nodes.len().to_string(), kind, inputs, shape });
        }
        let outputs = vec![nodes.len() - 1];
        Graph { nodes, outputs }
    }

    fn number(value: f32) -> (Kind, Vec<NodeId>) {
        (Kind::Constant(vec![value]), vec![])
    }

    fn found(steps: Vec<(Kind, Vec<NodeId>)>) -> String {
        let mut graph = graph(steps);
        recognise_activations(&mut graph);
        let last = &graph.nodes[graph.outputs[0]];
        match &last.kind {
            Kind::Unary(UnaryFunction::Activation(activation)) if last.inputs == [0] => format!("{activation:?}"),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn erf_agrees_with_the_tables_on_both_sides_of_its_seam() {
        let cases = [(0.5, 0.520_499_877_8), (1.0, 0.842_700_792_9), (2.49, 0.999_570_712_1), (2.5, 0.999_593_048_0)];
        for (x, expected) in cases.into_iter().chain([(3.0, 0.999_977_909_5), (9.0, 1.0)]) {
            assert!((erf(x) - expected).abs() < 1e-9, "{x}: {}", erf(x));
            assert!((erf(-x) + expected).abs() < 1e-9, "-{x}: {}", erf(-x));
        }
    }

    #[test]
    fn spelled_out_activations_are_found() {
        use BinaryFunction::{Add, Divide, Maximum, Minimum, Multiply};
        let binary = |function, a, b| (Kind::Binary(function), vec![a, b]);
        let sigmoid = Kind::Unary(UnaryFunction::Activation(Activation::Sigmoid));
        let erf = Kind::Unary(UnaryFunction::Erf);
        assert_eq!(found(vec![number(0.0), binary(Maximum, 0, 1)]), "Relu");
        assert_eq!(found(vec![number(0.0), binary(Maximum, 1, 0), number(6.0), binary(Minimum, 2, 3)]), "Relu6");
        assert_eq!(found(vec![number(1.0), binary(Multiply, 1, 0)]), "Input", "times one is nothing");
        assert_eq!(found(vec![(sigmoid, vec![0]), binary(Multiply, 0, 1)]), "Silu");
        let hard_swish = vec![
            number(3.0),
            binary(Add, 0, 1),
            number(0.0),
            binary(Maximum, 2, 3),
            number(6.0),
            binary(Minimum, 4, 5),
            binary(Multiply, 0, 6),
            binary(Divide, 7, 5),
        ];
        assert_eq!(found(hard_swish), "HardSwish");
        let gelu = vec![
            number(std::f32::consts::SQRT_2),
            binary(Divide, 0, 1),
            (erf, vec![2]),
            number(1.0),
            binary(Add, 3, 4),
            binary(Multiply, 0, 5),
            number(0.5),
            binary(Multiply, 6, 7),
        ];
        assert_eq!(found(gelu), "Gelu");
        let hard_sigmoid = vec![
            number(0.2),
            binary(Multiply, 0, 1),
            number(0.5),
            binary(Add, 2, 3),
            number(1.0),
            binary(Minimum, 4, 5),
            number(0.0),
            binary(Maximum, 6, 7),
        ];
        assert_eq!(found(hard_sigmoid), "HardSigmoid { alpha: 0.2, beta: 0.5 }");
        assert_eq!(found(vec![number(3.0), binary(Add, 0, 1)]), "Binary(Add)");
        assert_eq!(found(vec![(Kind::Unary(UnaryFunction::Square), vec![0])]), "Unary(Square)");
        let clip = |low, high| vec![number(low), binary(Maximum, 0, 1), number(high), binary(Minimum, 2, 3)];
        assert_eq!(found(clip(-0.5, 0.25)), "Clip { low: -0.5, high: 0.25 }");
        assert_eq!(found(clip(-1.0e7, f32::INFINITY)), "Clip { low: -10000000.0, high: inf }");
        let leaky = vec![number(0.25), binary(Multiply, 0, 1), binary(Maximum, 0, 2)];
        assert_eq!(found(leaky), "LeakyRelu(0.25)");
    }
}
