//! Walking over views of one size together: axes ordered by where the first view lies, and merged where every view goes on
//! without a step, so that what is left is few loops with long rows.

use crate::engine::plan::{MOST_AXES, View};
use crate::order;

/// Axes, outermost first. The strides are those of the views, in the order given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Loops<const N: usize> {
    axes: [Axis<N>; MOST_AXES],
    len: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Axis<const N: usize> {
    pub len: usize,
    pub strides: [usize; N],
}

impl<const N: usize> Axis<N> {
    const ONE: Self = Self { len: 1, strides: [0; N] };
}

impl<const N: usize> Loops<N> {
    /// `order` says which view's strides decide the order of the axes.
    pub fn new(dims: &[u32], views: [&View; N], order: usize) -> Self {
        let mut axes: Vec<Axis<N>> = dims
            .iter()
            .enumerate()
            .filter(|(_, dim)| **dim != 1)
            .map(|(at, dim)| Axis { len: *dim as usize, strides: views.map(|view| view.strides[at] as usize) })
            .collect();
        // Stable, so that axes which the deciding view repeats keep their order.
        order::sort_by(&mut axes, |a, b| b.strides[order].cmp(&a.strides[order]));
        let mut merged: Vec<Axis<N>> = Vec::new();
        for axis in axes {
            match merged.last_mut() {
                Some(outer) if (0..N).all(|n| outer.strides[n] == axis.strides[n] * axis.len) => {
                    *outer = Axis { len: outer.len * axis.len, strides: axis.strides };
                }
                _ => merged.push(axis),
            }
        }
        let mut all = [Axis::ONE; MOST_AXES];
        all[..merged.len()].copy_from_slice(&merged);
        // There is always a loop to split, if only over one thing.
        Self { axes: all, len: merged.len().max(1) }
    }

    /// All loops, outermost first.
    #[cfg(feature = "gpu")]
    pub fn axes(&self) -> &[Axis<N>] {
        &self.axes[..self.len]
    }

    /// The outermost loop: what work is split by.
    pub fn outer(&self) -> Axis<N> {
        self.axes[0]
    }

    /// The same with only so many places of the outermost loop.
    pub fn shortened(mut self, places: usize) -> Self {
        self.axes[0].len = places;
        self
    }

    /// The two innermost loops; the last is the innermost.
    pub fn inner(&self) -> [Axis<N>; 2] {
        match self.len {
            1 => [Axis::ONE, self.axes[0]],
            len => [self.axes[len - 2], self.axes[len - 1]],
        }
    }

    /// Whether the two innermost loops are all there is.
    pub fn is_flat(&self) -> bool {
        self.len <= 2
    }

    /// Calls `work` with the offsets of each place of all loops but the two innermost.
    pub fn each(&self, mut work: impl FnMut([usize; N])) {
        let outer = &self.axes[..self.len.saturating_sub(2)];
        let mut place = [0; MOST_AXES];
        let mut offsets = [0; N];
        loop {
            work(offsets);
            let mut at = outer.len();
            loop {
                let Some(next) = at.checked_sub(1) else { return };
                at = next;
                place[at] += 1;
                (0..N).for_each(|n| offsets[n] += outer[at].strides[n]);
                if place[at] < outer[at].len {
                    break;
                }
                (0..N).for_each(|n| offsets[n] -= outer[at].strides[n] * outer[at].len);
                place[at] = 0;
            }
        }
    }
}

impl Loops<2> {
    /// With the two views exchanged; the order of the axes stays.
    pub fn swapped(mut self) -> Self {
        self.axes.iter_mut().for_each(|axis| axis.strides.reverse());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::{Axis, Loops};
    use crate::engine::plan::{Place, View};

    #[test]
    fn dense_views_are_one_loop() {
        let view = View::dense(Place::Arena, 0, &[2, 3, 4, 5]);
        let loops = Loops::new(&view.dims, [&view, &view], 0);
        assert_eq!(loops.inner(), [Axis::ONE, Axis { len: 120, strides: [1, 1] }]);
        assert_eq!(loops.outer().len, 120);
    }

    #[test]
    fn a_transpose_keeps_the_order_of_what_is_written() {
        let output = View::dense(Place::Arena, 0, &[1, 3, 4, 5]);
        let input = View { strides: vec![60, 1, 15, 3], ..output.clone() };
        let loops = Loops::new(&output.dims, [&output, &input], 0);
        assert_eq!(loops.inner(), [Axis { len: 3, strides: [20, 1] }, Axis { len: 20, strides: [1, 3] }]);
    }

    #[test]
    fn every_place_is_visited_once() {
        let view = View { strides: vec![100, 40, 9, 2], ..View::dense(Place::Arena, 0, &[2, 2, 3, 4]) };
        let loops = Loops::new(&view.dims, [&view], 0);
        let mut seen = Vec::new();
        loops.each(|[at]| seen.push(at));
        assert_eq!(seen, [0, 40, 100, 140]);
    }
}
