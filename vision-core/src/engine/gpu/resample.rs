//! Pools and resizes of a plan as dispatches.

use super::convolve::{FOUR, access, sizes};
use super::dispatch::{Dispatch, spread};
use super::kernels::{self, Kernel};
use super::layout::{Layout, too_much};
use crate::engine::EngineError;
use crate::engine::plan::{CoordinateMode, PoolKind, ResizeKind, ResizedAxis, View, Window};

pub(super) fn pool(
    layout: &Layout,
    kind: PoolKind,
    window: &Window,
    [input, output]: [&View; 2],
) -> Result<Dispatch, EngineError> {
    let ([_, in_h, in_w, channels], [_, out_h, out_w, _]) = (sizes(input), sizes(output));
    let fours = channels.div_ceil(FOUR);
    let threads = output.volume() / u64::from(channels.max(1)) * u64::from(fours);
    let mut params = vec![in_h, in_w, out_h, out_w, channels, u32::try_from(threads).map_err(|_| too_much())?];
    params.extend(window.kernel.into_iter().chain(window.stride).chain(window.dilation).chain(window.pad));
    params.extend([f32::NEG_INFINITY.to_bits(), fours]);
    let operands = [layout.pictures(input)?, layout.pictures(output)?].concat();
    let kernel = Kernel::Pool(access(&operands, channels));
    params.extend(operands);
    Dispatch::new(kernel, vec![("KIND", kernels::pool(kind))], params, spread(threads.div_ceil(64)))
}

pub(super) fn resize(
    layout: &Layout,
    kind: ResizeKind,
    coordinates: CoordinateMode,
    scale: [f32; 2],
    [input, output]: [&View; 2],
) -> Result<Dispatch, EngineError> {
    let ([_, _, in_w, channels], [_, out_h, out_w, _]) = (sizes(input), sizes(output));
    let [rows, columns] = resized(coordinates, scale, [input, output]);
    let tables = [layout.table(&(rows, kind))?, layout.table(&(columns, kind))?];
    let count = output.volume();
    let mut params = vec![in_w, out_h, out_w, channels, count as u32, tables[0], tables[1], 0];
    params.extend(layout.pictures(input)?.into_iter().chain(layout.pictures(output)?));
    let is_bilinear = u32::from(kind == ResizeKind::Bilinear);
    Dispatch::new(Kernel::Resize, vec![("BILINEAR", is_bilinear)], params, spread(count.div_ceil(64)))
}

/// Both axes of a resize, rows first.
pub(super) fn resized(coordinates: CoordinateMode, scale: [f32; 2], [input, output]: [&View; 2]) -> [ResizedAxis; 2] {
    let axis = |at: usize| {
        let (len_in, len_out) = (input.dims[at + 1] as usize, output.dims[at + 1] as usize);
        ResizedAxis { coordinates, len_in, len_out, scale: scale[at] }
    };
    [axis(0), axis(1)]
}
