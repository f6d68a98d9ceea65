//! Convolutions of a plan as dispatches: which kernel, which tile.

use super::dispatch::{Constants, Dispatch, spread, word};
use super::kernels::{self, Kernel};
use super::layout::{Layout, Packing};
use crate::engine::EngineError;
use crate::engine::plan::{Convolution, Op, View};

/// Tiles from which on a device is busy with large ones; fewer are made smaller, so that there are more. Hundreds of workgroups
/// run at once on large devices, tens on small ones.
const ENOUGH_TILES: u64 = 256;

pub(super) fn convolution(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    match is_depthwise(conv) {
        true => depthwise(layout, conv),
        false => general(layout, conv),
    }
}

/// How the kernel of a convolution wants its weight.
pub(super) fn packing(op: &Op) -> Packing {
    match op {
        Op::Conv(conv) if is_depthwise(conv) => Packing::PlaceByPlace,
        _ => Packing::AsIs,
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
    let pixels = u64::from(out_h) * u64::from(out_w);
    let is_pointwise =
        window.kernel == [1, 1] && window.stride == [1, 1] && window.pad == [0, 0] && (in_h, in_w) == (out_h, out_w);
    let depth = window.kernel[0] * window.kernel[1] * in_c;
    let (activation, [alpha, beta]) = kernels::activation(conv.activation);
    let mut params = vec![in_h, in_w, out_w, pixels as u32, in_c, out_c, depth, window.kernel[1]];
    params.extend(window.stride.into_iter().chain(window.dilation).chain(window.pad));
    params.extend([word(alpha), word(beta), conv.groups]);
    params.push(layout.weight(conv.weight, Packing::AsIs)?);
    params.extend([layout.bias(conv.bias)?, 0]);
    params.extend(operands(layout, conv)?);
    let each = u64::from(count) * u64::from(conv.groups);
    let tile = tile(pixels, u64::from(out_c), each);
    let constants: Constants = vec![
        ("ACTIVATION", activation),
        ("RESIDUAL", kernels::residual(conv)),
        ("POINTWISE", u32::from(is_pointwise)),
        ("TILE_PIXELS", tile[0] as u32),
        ("TILE_CHANNELS", tile[1] as u32),
    ];
    let groups = [pixels.div_ceil(tile[0]), u64::from(out_c).div_ceil(tile[1]), each];
    Dispatch::new(Kernel::Conv, constants, params, groups)
}

/// Pixels and channels that a workgroup computes; each of its threads four by four of them.
fn tile(pixels: u64, channels: u64, each: u64) -> [u64; 2] {
    const LARGE: [u64; 2] = [64, 64];
    let tiles = |[height, width]: [u64; 2]| pixels.div_ceil(height) * channels.div_ceil(width) * each;
    match (pixels, channels) {
        // A fully connected layer.
        (..=4, _) => [4, 128],
        (_, ..=16) => [64, 16],
        _ if tiles(LARGE) >= ENOUGH_TILES => LARGE,
        _ => [32, 32],
    }
}

fn depthwise(layout: &Layout, conv: &Convolution) -> Result<Dispatch, EngineError> {
    let ([_, in_h, in_w, _], [_, out_h, out_w, channels]) = (sizes(&conv.input), sizes(&conv.output));
    let window = conv.window;
    let (activation, [alpha, beta]) = kernels::activation(conv.activation);
    let count = conv.output.volume();
    let mut params = vec![in_h, in_w, out_h, out_w, channels, count as u32];
    params.extend(window.kernel.into_iter().chain(window.stride).chain(window.dilation).chain(window.pad));
    params.extend([word(alpha), word(beta)]);
    params.push(layout.weight(conv.weight, Packing::PlaceByPlace)?);
    params.extend([layout.bias(conv.bias)?, 0, 0]);
    params.extend(operands(layout, conv)?);
    let constants = vec![("ACTIVATION", activation), ("RESIDUAL", kernels::residual(conv))];
    Dispatch::new(Kernel::Depthwise, constants, params, spread(count.div_ceil(64)))
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
    params.push(layout.bias(conv.bias)?);
    params.extend(layout.pictures(&conv.input)?.into_iter().chain(layout.pictures(&conv.output)?));
    Dispatch::new(Kernel::Transposed, vec![("ACTIVATION", activation)], params, spread(count.div_ceil(64)))
}

/// Input, output and residual; without a residual the last means nothing.
fn operands(layout: &Layout, conv: &Convolution) -> Result<Vec<u32>, EngineError> {
    let mut operands = [layout.pictures(&conv.input)?, layout.pictures(&conv.output)?].concat();
    operands.extend(match &conv.residual {
        Some(view) => layout.pictures(view)?,
        None => [0; 4],
    });
    Ok(operands)
}

/// Of a view of pictures, which has four axes: the plan was checked.
pub(super) fn sizes(view: &View) -> [u32; 4] {
    [view.dims[0], view.dims[1], view.dims[2], view.dims[3]]
}
