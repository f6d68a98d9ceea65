//! Convolutions that go down a picture together, a band of lines at a time: each reads what the one before it has just written
//! while that is still in a second-level cache. Which ones is decided here for the memory plan and for the processor alike.

use std::ops::Range;

use super::{Convolution, Op, Plan};

/// How many may follow each other: what all of them read and write lies in memory at the same time.
pub(crate) const MOST: usize = 3;
/// Numbers of a picture between two of them from which on bands gain (4 MiB). A smaller one is read back fast enough from the
/// last cache, and bands of its lines cost more than they save.
const LARGE: u64 = 1 << 20;
/// Numbers of weights, which every band reads anew (64 KiB).
const MOST_WEIGHTS: usize = 16 * 1024;

/// Which ops, by their places in the plan: each range is two or more.
pub(crate) fn banded(plan: &Plan) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    while start < plan.ops.len() {
        let follow = plan.ops[start..].windows(2).take(MOST - 1).take_while(|pair| follows(plan, &pair[0], &pair[1]));
        let end = start + 1 + follow.count();
        if end - start > 1 {
            found.push(start..end);
        }
        start = end;
    }
    found
}

fn follows(plan: &Plan, first: &Op, second: &Op) -> bool {
    let (Op::Conv(first), Op::Conv(second)) = (first, second) else { return false };
    let is_light =
        |conv: &Convolution| plan.weights.get(conv.weight as usize).is_some_and(|weight| weight.len() <= MOST_WEIGHTS);
    first.output == second.input && first.output.volume() >= LARGE && is_light(first) && is_light(second)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::banded;
    use crate::engine::plan::tests::pointwise;
    use crate::engine::plan::{Activation, Convolution, Numbers, Op, Place, Plan, View, Weight, Window};

    /// Lines and columns of the picture between the first two, from which on they go down together.
    pub(crate) const SIDE: u32 = 256;

    /// Any window, then one for each channel, then a product; both windows keep as many lines as their stride leaves. Buffers of input
    /// and outputs follow each other.
    pub(crate) fn three(input: [u32; 2], windows: [Window; 2], activation: Activation) -> Plan<'static> {
        const CHANNELS: [u32; 4] = [4, 16, 16, 8];
        let mut size = input;
        let mut offset = 0;
        let mut buffer = |[height, width]: [u32; 2], channels: u32| {
            let view = View::dense(Place::Arena, offset, &[1, height, width, channels]);
            offset += height * width * channels;
            view
        };
        let mut views = vec![buffer(size, CHANNELS[0])];
        for (window, channels) in windows.iter().zip(&CHANNELS[1..]) {
            size = [0, 1].map(|axis| size[axis].div_ceil(window.stride[axis]));
            views.push(buffer(size, *channels));
        }
        views.push(buffer(size, CHANNELS[3]));
        let taps = windows.map(|window| window.kernel[0] * window.kernel[1]);
        let weight = |dims: [u32; 3]| {
            let numbers = (0..dims.iter().product()).map(|at: u32| (at * 37 % 101) as f32 / 101.0 - 0.5);
            Weight { dims: dims.to_vec(), numbers: Numbers::F32(numbers.collect::<Vec<_>>().into()) }
        };
        let weights = vec![
            weight([1, taps[0] * CHANNELS[0], CHANNELS[1]]),
            weight([CHANNELS[1], taps[1], 1]),
            weight([1, CHANNELS[2], CHANNELS[3]]),
        ];
        let plain = |at: usize| pointwise(views[at].clone(), views[at + 1].clone());
        let ops = vec![
            Op::Conv(Convolution { window: windows[0], activation, ..plain(0) }),
            Op::Conv(Convolution { window: windows[1], groups: CHANNELS[1], weight: 1, ..plain(1) }),
            Op::Conv(Convolution { weight: 2, activation, ..plain(2) }),
        ];
        let names = vec![String::new(); ops.len()];
        Plan { arena_len: offset, inputs: vec![views[0].clone()], outputs: vec![views[3].clone()], weights, names, ops }
    }

    /// A square window that leaves a picture its size, at a stride of one.
    pub(crate) fn window(size: u32, stride: u32, dilation: u32) -> Window {
        let pad = (size - 1) * dilation / 2;
        Window { kernel: [size; 2], stride: [stride; 2], dilation: [dilation; 2], pad: [pad; 2] }
    }

    #[test]
    fn convolutions_over_large_pictures_go_down_together() {
        let same = [window(3, 1, 1), window(3, 1, 1)];
        let plan = |side: u32, windows| three([side; 2], windows, Activation::Relu);
        let first = |plan: &Plan| banded(plan).into_iter().next();
        assert_eq!(first(&plan(SIDE, same)), Some(0..3));
        assert_eq!(first(&plan(SIDE - 1, same)), None);
        // After a stride the picture is small.
        assert_eq!(first(&plan(SIDE, [window(3, 1, 1), window(3, 2, 1)])), Some(0..2));
        let mut heavy = plan(SIDE, same);
        heavy.weights[2] = Weight { dims: vec![1, 1 << 15, 1], numbers: Numbers::F32(vec![0.0; 1 << 15].into()) };
        assert_eq!(first(&heavy), Some(0..2));
    }
}
