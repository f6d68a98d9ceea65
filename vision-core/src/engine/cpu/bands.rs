//! Steps that go down a picture together (`plan::bands`): in which order their rows are computed. What a row is does not depend on it.

use std::ops::Range;

use super::arena::Span;
use super::work::Step;
use crate::engine::plan::bands::{MOST, banded};
use crate::engine::plan::{Op, Plan};

/// Numbers that all steps read and write in one band (320 KiB): what a second-level cache holds beside weights.
const BAND: usize = 80 * 1024;

/// How a step goes down a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lines {
    /// Of its output.
    pub count: usize,
    /// Of its input.
    pub input_count: usize,
    /// Rows of its work in a line.
    pub rows: usize,
    /// Numbers that it reads and writes for a line.
    pub numbers: usize,
    /// Lines of input that its window covers, from line to line of output, and above the first.
    pub reach: usize,
    pub stride: usize,
    pub pad: usize,
}

impl Lines {
    /// Lines of the input that its first so many lines look at; all, where they are all.
    fn needs(&self, lines: usize) -> usize {
        match lines {
            0 => 0,
            _ if lines >= self.count => self.input_count,
            _ => {
                let last = (lines - 1).saturating_mul(self.stride).saturating_add(self.reach);
                last.saturating_sub(self.pad).min(self.input_count)
            }
        }
    }
}

/// One step, or several that run band by band.
pub(super) struct Group {
    steps: Range<usize>,
    /// Of each step, where there are several: at most [`MOST`].
    lines: Vec<Lines>,
    /// Lines of the last step in a band.
    band: usize,
}

/// All steps of a plan, in their order. Threads that shared bands would wait for each other after each: with two of them nothing was
/// gained, so bands are for one.
pub(super) fn groups(plan: &Plan, steps: &[Step], threads: usize) -> Vec<Group> {
    let single = |steps: Range<usize>| steps.map(|at| Group { steps: at..at + 1, lines: Vec::new(), band: 0 });
    let mut groups: Vec<Group> = Vec::with_capacity(steps.len());
    let mut next = 0;
    let banded = if threads == 1 { banded(plan) } else { Vec::new() };
    for ops in banded {
        let first = steps.partition_point(|step| step.op < ops.start);
        let Some(group) = together(&plan.ops[ops.clone()], ops.start, steps, first) else { continue };
        groups.extend(single(next..first));
        next = group.steps.end;
        groups.push(group);
    }
    groups.extend(single(next..steps.len()));
    groups
}

/// The ops, of which the first is the plan's `op`, as a group that begins with the step `first`, if they can run so.
fn together(ops: &[Op], op: usize, steps: &[Step], first: usize) -> Option<Group> {
    let range = first..first + ops.len();
    let steps = steps.get(range.clone())?;
    let lines: Vec<Lines> = steps.iter().map(|step| step.work.lines()).collect::<Option<_>>()?;
    // A batch has a step for each of its pictures.
    let one_each = steps.iter().zip(op..).all(|(step, op)| step.op == op);
    let fit = lines.windows(2).all(|pair| pair[0].count == pair[1].input_count);
    let count = lines.last()?.count;
    let numbers = lines.iter().fold(0_usize, |sum, of| sum.saturating_add(of.numbers.saturating_mul(of.count)));
    // Some kernels take two lines at once.
    let band = (BAND / numbers.div_ceil(count.max(1)).max(1)).next_multiple_of(2).max(2);
    let is_possible = one_each && fit && lines.len() <= MOST && band < count && apart(ops, steps);
    is_possible.then_some(Group { steps: range, lines, band })
}

/// Nothing is written where another of them reads or writes, but for the picture that one hands on to the next. The memory plan of
/// a compiler that knows of bands sees to it; a plan may be older, or anybody's.
fn apart(ops: &[Op], steps: &[Step]) -> bool {
    let all = || steps.iter().enumerate();
    all().all(|(writer, Step { written, .. })| {
        all().zip(ops).filter(|((other, _), _)| *other != writer).all(|((other, step), op)| {
            let handed_on = usize::from(other == writer + 1);
            let reads_apart = op.inputs().skip(handed_on).all(|view| !Span::of(view).meets(written));
            reads_apart && !step.written.meets(written)
        })
    })
}

impl Group {
    /// Calls `run` with each step and rows of it, until all of all are done.
    pub fn run(&self, steps: &[Step], mut run: impl FnMut(&Step, Range<usize>)) {
        let steps = &steps[self.steps.clone()];
        let Some((last, before)) = self.lines.split_last() else {
            return steps.iter().for_each(|step| run(step, 0..step.work.rows().count));
        };
        let (mut done, mut wanted) = ([0; MOST], [0; MOST]);
        let end = before.len();
        while done[end] < last.count {
            wanted[end] = (done[end] + self.band).min(last.count);
            for at in (0..end).rev() {
                wanted[at] = self.lines[at + 1].needs(wanted[at + 1]).max(done[at]);
            }
            for (at, (step, lines)) in steps.iter().zip(&self.lines).enumerate() {
                if wanted[at] > done[at] {
                    run(step, done[at] * lines.rows..wanted[at] * lines.rows);
                }
            }
            done = wanted;
        }
    }

    /// Has steps that ran band by band run one after another; whether there were any.
    #[cfg(test)]
    pub fn one_by_one(&mut self) -> bool {
        let several = !self.lines.is_empty();
        self.lines.clear();
        several
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn lines_need_what_their_window_covers() {
        let lines = Lines { count: 8, input_count: 16, rows: 1, numbers: 1, reach: 3, stride: 2, pad: 1 };
        assert_eq!([0, 1, 2, 7, 8].map(|count| lines.needs(count)), [0, 2, 4, 14, 16]);
        // More padding than window: the first lines look at nothing.
        let padded = Lines { pad: 4, ..lines };
        assert_eq!([1, 2].map(|count| padded.needs(count)), [0, 1]);
    }
}
