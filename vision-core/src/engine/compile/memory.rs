//! One arena for all buffers: those whose lives do not meet may lie in the same place.

use super::place::Buffers;
use crate::engine::plan::bands::banded;
use crate::engine::plan::{Place, Plan, View};

/// Numbers in a line of the cache: every buffer begins at one.
const LINE: u32 = 16;

/// The first and the last op that touch a buffer, counted from one; inputs are there before, outputs stay until after.
#[derive(Clone, Copy, Debug)]
struct Life {
    first: usize,
    last: usize,
}

/// The plan with its buffers moved together: the largest first, each at the lowest place that is free during its life.
pub(super) fn packed<'a>(mut plan: Plan<'a>, buffers: &Buffers) -> Plan<'a> {
    let lives = lives(&plan, buffers);
    let len = |buffer: usize| buffers.starts.get(buffer + 1).copied().unwrap_or(buffers.end) - buffers.starts[buffer];
    let mut order: Vec<usize> = (0..buffers.starts.len()).filter(|buffer| lives[*buffer].is_some()).collect();
    order.sort_by_key(|buffer| std::cmp::Reverse(len(*buffer)));
    let mut placed: Vec<(usize, u32)> = Vec::new();
    let mut moved = vec![0; buffers.starts.len()];
    let mut end = 0;
    for buffer in order {
        let Some(life) = lives[buffer] else { continue };
        let size = len(buffer).next_multiple_of(LINE);
        let mut taken: Vec<(u32, u32)> = placed
            .iter()
            .filter(|(other, _)| {
                lives[*other].is_some_and(|other| other.first <= life.last && life.first <= other.last)
            })
            .map(|(other, at)| (*at, at + len(*other).next_multiple_of(LINE)))
            .collect();
        taken.sort_unstable();
        let mut at = 0;
        for (start, stop) in taken {
            if at + size <= start {
                break;
            }
            at = at.max(stop);
        }
        placed.push((buffer, at));
        moved[buffer] = at;
        end = end.max(at + size);
    }
    let relocate = |view: &mut View| {
        if view.place == Place::Arena {
            let buffer = buffers.at(view.offset);
            view.offset = view.offset - buffers.starts[buffer] + moved[buffer];
        }
    };
    plan.inputs.iter_mut().chain(&mut plan.outputs).for_each(relocate);
    plan.ops.iter_mut().flat_map(|op| op.views_mut()).for_each(relocate);
    plan.arena_len = end;
    plan
}

fn lives(plan: &Plan, buffers: &Buffers) -> Vec<Option<Life>> {
    let mut lives: Vec<Option<Life>> = vec![None; buffers.starts.len()];
    let mut touch = |view: &View, at: usize| {
        if view.place == Place::Arena {
            let life = lives[buffers.at(view.offset)].get_or_insert(Life { first: at, last: at });
            (life.first, life.last) = (life.first.min(at), life.last.max(at));
        }
    };
    plan.inputs.iter().for_each(|view| touch(view, 0));
    for (at, op) in plan.ops.iter().enumerate() {
        op.inputs().chain([op.output()]).for_each(|view| touch(view, at + 1));
    }
    // Those that go down a picture together run at the same time.
    for ops in banded(plan) {
        let views = plan.ops[ops.clone()].iter().flat_map(|op| op.inputs().chain([op.output()]));
        views.for_each(|view| [ops.start + 1, ops.end].into_iter().for_each(|at| touch(view, at)));
    }
    plan.outputs.iter().for_each(|view| touch(view, plan.ops.len() + 1));
    lives
}

#[cfg(test)]
mod tests {
    use super::{Buffers, packed};
    use crate::engine::plan::Activation;
    use crate::engine::plan::bands::tests::{SIDE, three, window};

    #[test]
    fn what_goes_down_together_lies_apart() {
        let windows = [window(3, 1, 1), window(3, 1, 1)];
        for (side, is_shared) in [(SIDE, false), (SIDE - 1, true)] {
            let plan = three([side; 2], windows, Activation::Relu);
            let views = [&plan.inputs[0], plan.ops[0].output(), plan.ops[1].output(), &plan.outputs[0]];
            let starts = views.map(|view| view.offset).to_vec();
            let buffers = Buffers { starts, end: plan.arena_len, overflown: false };
            let apart = plan.arena_len;
            let plan = packed(plan, &buffers);
            assert_eq!(plan.arena_len < apart, is_shared, "{side}: {} of {apart}", plan.arena_len);
        }
    }
}
