//! What makes a plan sound: every view lies inside of the arena or its weight, sizes agree, no op reads where it writes, and
//! the whole costs no more than the limits allow. Executors rely on it.

use std::ops::Range;

use super::cost::{own_numbers, steps, work};
use super::{
    Cell, Convolution, Limits, MOST_AXES, Numbers, Op, Place, Plan, PlanError, Recurrence, View, Weight, Window,
};
use crate::order;

/// Ops, and weights, at the most: many times what large models have.
pub(super) const MOST_PARTS: usize = 1 << 15;
/// Inputs, and outputs.
pub(super) const MOST_PORTS: usize = 1 << 8;
/// Steps that ops are run in, of all pictures of their batches; each takes a few hundred bytes.
const MOST_STEPS: u64 = 1 << 15;
/// Height, width and channels of what a window slides over or a resize changes, and what a window spans, at the most.
const MOST_SIDE: u32 = 1 << 14;
const MOST_REACH: u64 = 1 << 12;
/// Whole numbers up to this one are told apart by f32.
const MOST_PLACES: u32 = 1 << 24;

type Sound = Result<(), &'static str>;

pub(super) fn check(plan: &Plan, limits: &Limits) -> Result<(), PlanError> {
    if plan.ops.len() > MOST_PARTS || plan.weights.len() > MOST_PARTS || plan.names.len() != plan.ops.len() {
        return Err(PlanError::Meaningless { what: "its lists are too long, or ops and names differ in number" });
    }
    if plan.inputs.len() > MOST_PORTS || plan.outputs.len() > MOST_PORTS {
        return Err(PlanError::Meaningless { what: "more inputs or outputs than any model has" });
    }
    let whole = |what| PlanError::Meaningless { what };
    plan.weights.iter().try_for_each(is_weight).map_err(whole)?;
    let ports = || plan.inputs.iter().chain(&plan.outputs);
    ports().try_for_each(|port| is_inside(plan, port)).map_err(whole)?;
    plan.inputs.iter().try_for_each(is_writable).map_err(whole)?;
    // Outputs are copied out of their place, and may repeat what lies there.
    let port_numbers = ports().map(View::volume).fold(0, u64::saturating_add);
    is_within("bytes of memory for its inputs and outputs", bytes(port_numbers), limits.arena_bytes)?;
    for (at, op) in plan.ops.iter().enumerate() {
        is_op(plan, op).map_err(|what| PlanError::Unsound { op: at, what })?;
    }
    let all = |of_op: &dyn Fn(&Op) -> u64| plan.ops.iter().map(of_op).fold(0, u64::saturating_add);
    is_within("steps", all(&steps), MOST_STEPS)?;
    is_within("multiplications, or what takes as long", all(&work), limits.multiplications)?;
    let own = all(&|op| own_numbers(plan, op));
    is_within("bytes of memory for the weights and tables of its ops", bytes(own), limits.weight_bytes)
}

/// Of so many numbers.
fn bytes(numbers: u64) -> u64 {
    numbers.saturating_mul(size_of::<f32>() as u64)
}

fn is_within(what: &'static str, asked: u64, limit: u64) -> Result<(), PlanError> {
    if asked > limit { Err(PlanError::TooMuch { what, asked, limit }) } else { Ok(()) }
}

fn require(holds: bool, otherwise: &'static str) -> Sound {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn is_weight(weight: &Weight) -> Sound {
    require(weight.dims.len() <= MOST_AXES, "a weight with too many axes")?;
    let volume = weight.dims.iter().try_fold(1_u64, |product, dim| product.checked_mul(u64::from(*dim)));
    require(volume == Some(weight.len() as u64), "a weight's sizes do not make its length")?;
    if let Numbers::I8 { scales, .. } = &weight.numbers {
        let (groups, columns) = Weight::scale_axes(&weight.dims);
        require(
            groups.checked_mul(columns) == Some(scales.len()),
            "a weight has another number of scales than channels",
        )?;
    }
    Ok(())
}

/// Inside of its place, and every axis has something.
fn is_inside(plan: &Plan, view: &View) -> Sound {
    require(view.dims.len() == view.strides.len() && view.dims.len() <= MOST_AXES, "a view's axes disagree")?;
    require(!view.dims.contains(&0), "a view of nothing")?;
    let volume = view.dims.iter().try_fold(1_u64, |product, dim| product.checked_mul(u64::from(*dim)));
    require(volume.is_some_and(|volume| volume <= u64::from(u32::MAX)), "a view of too much")?;
    let len = match view.place {
        Place::Arena => u64::from(plan.arena_len),
        Place::Weight(index) => plan.weights.get(index as usize).ok_or("a weight that is not there")?.len() as u64,
    };
    // A span is at most eight products of two 32-bit numbers: no overflow.
    require(u64::from(view.offset) + view.span() <= len, "a view reaches beyond its place")
}

/// In the arena, and no number is there twice.
fn is_writable(view: &View) -> Sound {
    require(view.place == Place::Arena, "writes to a weight")?;
    let mut axes: Vec<(u64, u64)> = view
        .strides
        .iter()
        .zip(&view.dims)
        .filter(|(_, dim)| **dim > 1)
        .map(|(s, d)| (u64::from(*s), u64::from(*d)))
        .collect();
    order::sort(&mut axes);
    let mut covered = 0;
    for (stride, dim) in axes {
        require(stride > covered, "writes a number twice")?;
        covered += stride * (dim - 1);
    }
    Ok(())
}

fn range(view: &View) -> Range<u64> {
    let start = u64::from(view.offset);
    start..start + view.span()
}

fn is_op(plan: &Plan, op: &Op) -> Sound {
    let output = op.output();
    is_inside(plan, output)?;
    is_writable(output)?;
    for input in op.inputs() {
        is_inside(plan, input)?;
        let (read, written) = (range(input), range(output));
        let apart = input.place != Place::Arena || read.end <= written.start || written.end <= read.start;
        require(apart, "reads where it writes")?;
    }
    match op {
        Op::Conv(conv) => is_convolution(plan, conv, &conv.input, &conv.output, [&conv.input, &conv.output]),
        Op::ConvTranspose(conv) => {
            require(conv.residual.is_none(), "a transposed convolution with a residual, which no kernel adds")?;
            is_convolution(plan, conv, &conv.output, &conv.input, [&conv.input, &conv.output])
        }
        Op::Pool { window, input, output, .. } => {
            require(is_picture(input) && is_picture(output), "a pool of what is no picture")?;
            require(input.dims[0] == output.dims[0] && input.dims[3] == output.dims[3], "a pool changes other sizes")?;
            is_window(window, input, output)
        }
        Op::Resize { input, output, scale, .. } => {
            require(is_picture(input) && is_picture(output), "a resize of what is no picture")?;
            require(
                input.dims[0] == output.dims[0] && input.dims[3] == output.dims[3],
                "a resize changes other sizes",
            )?;
            require(scale.iter().all(|s| s.is_finite() && *s > 0.0), "a resize by no scale")?;
            are_usual_sides(input, output)
        }
        Op::Copy { input, output } | Op::Unary { input, output, .. } => {
            require(input.dims == output.dims, "sizes differ")
        }
        Op::Binary { a, b, output, .. } => require(a.dims == output.dims && b.dims == output.dims, "sizes differ"),
        Op::Fill { .. } => Ok(()),
        Op::Reduce { input, output, .. } => {
            let fits = |(i, o): (&u32, &u32)| o == i || *o == 1;
            let fit = input.dims.len() == output.dims.len() && input.dims.iter().zip(&output.dims).all(fits);
            require(fit, "a reduction to another size")
        }
        Op::Softmax { axis, input, output } => {
            require(input.dims == output.dims && (*axis as usize) < input.dims.len(), "a softmax of another size")
        }
        Op::Reverse { axis, input, output } => {
            require(input.dims == output.dims && (*axis as usize) < input.dims.len(), "a reversal to another size")
        }
        Op::ArgMax { axis, input, output } => {
            let mut one = input.dims.clone();
            let dim = one.get_mut(*axis as usize).ok_or("an axis that is not there")?;
            require(*dim <= MOST_PLACES, "places that are no exact numbers")?;
            *dim = 1;
            require(output.dims == one, "an argmax of another size")
        }
        Op::MatMul { a, b, output } => is_product(a, b, output),
        Op::Recurrence(recurrence) => is_recurrence(plan, recurrence),
    }
}

fn is_product(a: &View, b: &View, output: &View) -> Sound {
    let ([batch_a @ .., m, k], [batch_b @ .., k_b, n]) = (&a.dims[..], &b.dims[..]) else {
        return Err("a product of what is no matrix");
    };
    let [batch @ .., m_out, n_out] = &output.dims[..] else { return Err("a product that is no matrix") };
    require(batch_a == batch && batch_b == batch && m == m_out && n == n_out && k == k_b, "sizes of a product differ")
}

fn is_recurrence(plan: &Plan, recurrence: &Recurrence) -> Sound {
    let Recurrence { cell, weight, bias, input, output, .. } = recurrence;
    let ([count, steps, gates], [count_out, steps_out, hidden]) = (&input.dims[..], &output.dims[..]) else {
        return Err("a recurrence over what is no sequence");
    };
    let fit =
        count == count_out && steps == steps_out && u64::from(*gates) == u64::from(*hidden) * u64::from(cell.gates());
    require(fit && *hidden <= MOST_SIDE, "sizes of a recurrence differ")?;
    require(is_sequence(input) && is_sequence(output), "steps whose numbers are not side by side")?;
    let weight = plan.weights.get(*weight as usize).ok_or("a weight that is not there")?;
    require(weight.dims == [*hidden, *gates], "a weight of another size")?;
    let bias = bias.map(|bias| plan.weights.get(bias as usize).ok_or("a bias that is not there")).transpose()?;
    let wanted = (*cell == Cell::GruResetLast).then_some(*hidden as usize);
    require(bias.map(Weight::len) == wanted, "a bias of another size")
}

/// Numbers of a step side by side, sequences apart.
fn is_sequence(view: &View) -> bool {
    let ([count, _, numbers], [apart, _, number]) = (&view.dims[..], &view.strides[..]) else { return false };
    *number == 1 && (*count == 1 || apart >= numbers)
}

/// Four axes, channels side by side, rows without gaps between them.
fn is_picture(view: &View) -> bool {
    let ([_, _, width, channels], [_, row, pixel, channel]) = (&view.dims[..], &view.strides[..]) else { return false };
    let rows_follow = u64::from(*row) == u64::from(*width) * u64::from(*pixel);
    *channel == 1 && pixel >= channels && rows_follow
}

/// Height, width and channels of both.
fn are_usual_sides(a: &View, b: &View) -> Sound {
    require(a.dims[1..].iter().chain(&b.dims[1..]).all(|side| *side <= MOST_SIDE), "a picture beyond any model")
}

/// `large` is the picture that the window slides over, `small` has a pixel for each of its places.
fn is_window(window: &Window, large: &View, small: &View) -> Sound {
    are_usual_sides(large, small)?;
    for axis in 0..2 {
        let [kernel, stride, dilation, pad] =
            [window.kernel[axis], window.stride[axis], window.dilation[axis], window.pad[axis]].map(u64::from);
        require(kernel > 0 && stride > 0 && dilation > 0, "a window of nothing")?;
        let reach = window.reach(axis);
        // Of a window of one, which has no gaps, too: kernels are told of it.
        let is_usual = reach <= MOST_REACH && stride <= MOST_REACH && dilation <= MOST_REACH && pad < MOST_REACH;
        require(is_usual, "a window beyond any model")?;
        let [large, small] = [large, small].map(|view| u64::from(view.dims[axis + 1]));
        // The last place still touches the picture or its padding.
        require((small - 1) * stride <= large + pad, "a window leaves its picture")?;
    }
    Ok(())
}

fn is_convolution(plan: &Plan, conv: &Convolution, large: &View, small: &View, [input, output]: [&View; 2]) -> Sound {
    require(is_picture(input) && is_picture(output), "a convolution of what is no picture")?;
    require(input.dims[0] == output.dims[0], "a convolution changes the batch")?;
    let groups = conv.groups;
    let (channels_in, channels_out) = (input.dims[3], output.dims[3]);
    // A product of one pixel by many (a fully connected layer) may be as wide as it likes.
    let Window { kernel, stride, pad, .. } = conv.window;
    let pixel_by_pixel = kernel == [1, 1] && stride == [1, 1] && pad == [0, 0] && input.dims[1..3] == output.dims[1..3];
    if !(pixel_by_pixel && groups == 1) {
        is_window(&conv.window, large, small)?;
    }
    require(groups > 0 && channels_in % groups == 0 && channels_out % groups == 0, "groups that divide no channels")?;
    let places = u64::from(conv.window.kernel[0]) * u64::from(conv.window.kernel[1]);
    let weight = plan.weights.get(conv.weight as usize).ok_or("a weight that is not there")?;
    let expected = [u64::from(groups), places * u64::from(channels_in / groups), u64::from(channels_out / groups)];
    require(weight.dims.iter().map(|dim| u64::from(*dim)).eq(expected), "a weight of another size")?;
    if let Some(bias) = conv.bias {
        let bias = plan.weights.get(bias as usize).ok_or("a bias that is not there")?;
        require(bias.len() as u64 == u64::from(channels_out), "a bias of another size")?;
    }
    if let Some(residual) = &conv.residual {
        require(residual.dims == output.dims && is_picture(residual), "a residual of another size")?;
    }
    Ok(())
}
