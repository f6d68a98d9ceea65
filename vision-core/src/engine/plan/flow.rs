//! Who reads what whom wrote: the graph behind a plan's list of ops, found again by following each number of the arena.

use super::{Op, Place, Plan, View};

/// Where numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The input of this number.
    Input(usize),
    /// The op of this number.
    Op(usize),
}

/// Of each op and of each output of the model, whose numbers it reads, each source once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    pub ops: Vec<Vec<Source>>,
    pub outputs: Vec<Vec<Source>>,
}

impl Plan<'_> {
    /// Takes about as long as copying each op's operands; weights are no sources. The plan must have passed its check.
    pub fn flow(&self) -> Flow {
        // Of each number of the arena: nobody, an input, an op.
        let mut writers = vec![0_u32; self.arena_len as usize];
        let inputs = self.inputs.len();
        let tell = |writers: &[u32], views: &mut dyn Iterator<Item = &View>| {
            let mut found = Vec::new();
            for view in views.filter(|view| view.place == Place::Arena) {
                let mut last = 0;
                each_offset(view, |at| {
                    let writer = writers.get(at).copied().unwrap_or(0);
                    if writer != last && writer != 0 {
                        found.push(writer);
                        last = writer;
                    }
                });
            }
            found.sort_unstable();
            found.dedup();
            let source = |writer: u32| match (writer as usize - 1).checked_sub(inputs) {
                Some(op) => Source::Op(op),
                None => Source::Input(writer as usize - 1),
            };
            found.into_iter().map(source).collect::<Vec<_>>()
        };
        let write = |writers: &mut [u32], view: &View, writer: usize| {
            each_offset(view, |at| {
                if let Some(number) = writers.get_mut(at) {
                    *number = writer as u32 + 1;
                }
            });
        };
        self.inputs.iter().enumerate().for_each(|(at, view)| write(&mut writers, view, at));
        let mut ops = Vec::with_capacity(self.ops.len());
        for (at, op) in self.ops.iter().enumerate() {
            ops.push(tell(&writers, &mut Op::inputs(op)));
            write(&mut writers, op.output(), inputs + at);
        }
        let outputs = self.outputs.iter().map(|view| tell(&writers, &mut std::iter::once(view))).collect();
        Flow { ops, outputs }
    }
}

fn each_offset(view: &View, mut visit: impl FnMut(usize)) {
    let axes: Vec<(u32, u32)> = view.dims.iter().copied().zip(view.strides.iter().copied()).collect();
    walk(view.offset as usize, &axes, &mut visit);
}

fn walk(at: usize, axes: &[(u32, u32)], visit: &mut impl FnMut(usize)) {
    match axes {
        [] => visit(at),
        [(dim, stride), inner @ ..] => {
            (0..*dim as usize).for_each(|place| walk(at + place * *stride as usize, inner, visit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Activation, BinaryFunction, UnaryFunction};
    use super::*;

    #[test]
    fn interleaved_halves_and_reused_places_are_told_apart() {
        let view = |offset, dims: &[u32]| View::dense(Place::Arena, offset, dims);
        let half = |offset| View { strides: vec![2], ..view(offset, &[4]) };
        let relu = |input, output| Op::Unary { function: UnaryFunction::Activation(Activation::Relu), input, output };
        let sum =
            |a, b, output| Op::Binary { function: BinaryFunction::Add, activation: Activation::None, a, b, output };
        let ops = vec![
            relu(view(0, &[4]), half(8)),
            relu(view(0, &[4]), half(9)),
            relu(view(8, &[8]), view(16, &[8])),
            // Where the input was.
            relu(half(9), view(0, &[4])),
            sum(view(0, &[4]), half(16), view(4, &[4])),
        ];
        let names = vec![String::new(); ops.len()];
        let plan = Plan {
            arena_len: 24,
            inputs: vec![view(0, &[4])],
            outputs: vec![view(0, &[8])],
            weights: vec![],
            ops,
            names,
        };
        let flow = plan.flow();
        let (input, by) = (Source::Input(0), Source::Op);
        assert_eq!(flow.ops, [vec![input], vec![input], vec![by(0), by(1)], vec![by(1)], vec![by(2), by(3)]]);
        assert_eq!(flow.outputs, [[by(3), by(4)]]);
    }
}
