//! Convolutions of a plan as dispatches: which kernel, which tile.

use super::dispatch::{Constants, Dispatch, spread, word};
use super::kernels::{self, Access, Kernel, Reading};
use super::layout::{ALIGNMENT, Layout, Packing, too_much};
use crate::engine::EngineError;
use crate::engine::plan::{Convolution, Op, View};

/// Channels that are read and written at once.
pub(super) const FOUR: u32 = ALIGNMENT as u32;
/// Pixels and channels of a large tile, and of a small one.
const LARGE: [u64; 2] = [128, 64];
const SMALL: [u64; 2] = [32, 32];
/// A large tile is done in so much of the time that small ones take for as many pixels and channels.
const GAIN: f64 = 0.7;
/// Pixels and channels of a workgroup without tiles, and up to how many channels it does without them.
const UNTILED: [u64; 2] = [256, 8];
const NARROW: u64 = 32;

pub(super) fn convolution(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    match is_depthwise(conv) {
        true => depthwise(layout, conv),
        false => general(layout, conv),
    }
}

/// How the kernel of a convolution wants its weights.
pub(super) struct Packings {
    pub weight: Packing,
    pub bias: Packing,
}

pub(super) fn packing(op: &Op) -> Packings {
    match op {
        Op::Conv(conv) if is_depthwise(conv) => {
            Packings { weight: Packing::PlaceByPlace, bias: Packing::Rows(conv.groups) }
        }
        Op::Conv(conv) => {
            let rows = Packing::Rows(conv.output.dims[3] / conv.groups.max(1));
            Packings { weight: rows, bias: rows }
        }
        _ => Packings { weight: Packing::AsIs, bias: Packing::AsIs },
    }
}

/// Whether each channel has a window of its own.
fn is_depthwise(conv: &Convolution) -> bool {
    conv.groups > 1 && conv.groups == conv.input.dims[3] && conv.groups == conv.output.dims[3]
}

fn general(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    let ([count, in_h, in_w, in_c], [_, out_h, out_w, out_c]) = (sizes(&conv.input), sizes(&conv.output));
    let (in_c, out_c) = (in_c / conv.groups, out_c / conv.groups);
    let window = conv.window;
    let pixels = out_h.checked_mul(out_w).ok_or_else(too_much)?;
    let rows = u64::from(count) * u64::from(pixels);
    // As many rows as the weight has, which the plan was checked for.
    let depth = window.kernel[0] * window.kernel[1] * in_c;
    let (activation, [alpha, beta]) = kernels::activation(conv.activation);
    let mut params = vec![in_h, in_w, out_w, pixels, in_c, out_c, depth, window.kernel[1]];
    params.extend(window.stride.into_iter().chain(window.dilation).chain(window.pad));
    let packing = Packing::Rows(out_c);
    params.extend([word(alpha), word(beta), u32::try_from(rows).map_err(|_| too_much())?]);
    params.extend([layout.weight(conv.weight, packing)?, layout.bias(conv.bias, packing)?, 0]);
    let operands = operands(layout, conv)?;
    params.extend(operands);
    let is_pointwise =
        window.kernel == [1, 1] && window.stride == [1, 1] && window.pad == [0, 0] && (in_h, in_w) == (out_h, out_w);
    let reading = match in_c % FOUR {
        0 if is_pointwise => Reading::Pixels,
        0 => Reading::Windows,
        _ => Reading::OneByOne,
    };
    // What is read one by one may lie anywhere.
    let in_fours = if reading == Reading::OneByOne { &operands[4..] } else { &operands };
    let access = access(in_fours, out_c);
    let constants: Constants =
        vec![("ACTIVATION", activation), ("RESIDUAL", kernels::residual(conv)), ("READING", kernels::reading(reading))];
    let out_c = u64::from(out_c);
    let shape = shape(layout.busy(), rows, out_c, u64::from(conv.groups));
    let (kernel, [tile_rows, tile_channels]) = match shape {
        Shape::Large => (Kernel::Conv(access), LARGE),
        Shape::Small => (Kernel::Deep(access), SMALL),
        Shape::Untiled => (Kernel::Narrow(access), UNTILED),
    };
    let [of_rows, of_channels] = [rows.div_ceil(tile_rows), out_c.div_ceil(tile_channels)];
    let groups = match shape {
        // Workgroups that see the same pixels are done one after the other.
        Shape::Untiled => [of_channels, of_rows, u64::from(conv.groups)],
        Shape::Large | Shape::Small => [of_rows, of_channels, u64::from(conv.groups)],
    };
    Dispatch::new(kernel, constants, params, groups)
}

/// How a convolution is shared out among workgroups.
#[derive(Clone, Copy)]
enum Shape {
    Large,
    Small,
    Untiled,
}

/// How it is probably done first, on a device that so many workgroups keep busy: fewer are made small, so that there are more. `rows`:
/// pixels of all output pictures; `out_c`: of each group.
fn shape(busy: u64, rows: u64, out_c: u64, groups: u64) -> Shape {
    let tiles = |[height, width]: [u64; 2]| rows.div_ceil(height) * out_c.div_ceil(width) * groups;
    if out_c <= NARROW && tiles(UNTILED) >= busy {
        return Shape::Untiled;
    }
    let padded = |[height, width]: [u64; 2]| (tiles([height, width]) * height * width) as f64;
    match tiles(LARGE) >= busy && padded(LARGE) * GAIN <= padded(SMALL) {
        true => Shape::Large,
        false => Shape::Small,
    }
}

fn depthwise(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    let ([_, in_h, in_w, _], [pictures, out_h, out_w, channels]) = (sizes(&conv.input), sizes(&conv.output));
    let window = conv.window;
    let (activation, [alpha, beta]) = kernels::activation(conv.activation);
    let fours = [channels, out_w].map(|len| len.div_ceil(FOUR));
    let threads = [pictures, out_h].into_iter().chain(fours).map(u64::from).product::<u64>();
    let mut params = vec![in_h, in_w, out_h, out_w, channels, u32::try_from(threads).map_err(|_| too_much())?];
    params.extend(window.kernel.into_iter().chain(window.stride).chain(window.dilation).chain(window.pad));
    params.extend([word(alpha), word(beta)]);
    params.push(layout.weight(conv.weight, Packing::PlaceByPlace)?);
    params.push(layout.bias(conv.bias, Packing::Rows(channels))?);
    params.extend(fours);
    let operands = operands(layout, conv)?;
    params.extend(operands);
    let constants = vec![("ACTIVATION", activation), ("RESIDUAL", kernels::residual(conv))];
    let kernel = Kernel::Depthwise(access(&operands, channels));
    Dispatch::new(kernel, constants, params, spread(threads.div_ceil(64)))
}

/// How four channels can be read and written at once, of operands whose groups have so many output channels.
pub(super) fn access(operands: &[u32], out_c: u32) -> Access {
    let fits = operands.iter().chain([&out_c]).all(|number| number % FOUR == 0);
    if fits { Access::Fours } else { Access::Ones }
}

pub(super) fn transposed(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    if conv.residual.is_some() {
        return Err(EngineError::Load { detail: "the GPU adds nothing to a transposed convolution".to_owned() });
    }
    let ([_, in_h, in_w, in_c], [_, out_h, out_w, out_c]) = (sizes(&conv.input), sizes(&conv.output));
    let window = conv.window;
    let (activation, [alpha, beta]) = kernels::activation(conv.activation);
    let count = conv.output.volume();
    let mut params = vec![in_h, in_w, out_h, out_w, in_c / conv.groups, out_c / conv.groups, out_c, count as u32];
    params.extend(window.kernel.into_iter().chain(window.stride).chain(window.dilation).chain(window.pad));
    params.extend([word(alpha), word(beta)]);
    params.push(layout.weight(conv.weight, Packing::AsIs)?);
    params.push(layout.bias(conv.bias, Packing::AsIs)?);
    params.extend(layout.pictures(&conv.input)?.into_iter().chain(layout.pictures(&conv.output)?));
    Dispatch::new(Kernel::Transposed, vec![("ACTIVATION", activation)], params, spread(count.div_ceil(64)))
}

/// Input, output and residual; without a residual the last means nothing.
fn operands(layout: &Layout, conv: &Convolution) -> Result<[u32; 12], EngineError> {
    let mut operands = [0; 12];
    let views = [Some(&conv.input), Some(&conv.output), conv.residual.as_ref()];
    for (words, view) in operands.as_chunks_mut::<4>().0.iter_mut().zip(views) {
        if let Some(view) = view {
            *words = layout.pictures(view)?;
        }
    }
    Ok(operands)
}

/// Of a view of pictures, which has four axes: the plan was checked.
pub(super) fn sizes(view: &View) -> [u32; 4] {
    [view.dims[0], view.dims[1], view.dims[2], view.dims[3]]
}
