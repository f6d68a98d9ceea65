//! Pools and resizes of a plan as dispatches.

use super::convolve::sizes;
use super::dispatch::{Dispatch, spread};
use super::kernels::{self, Kernel};
use super::layout::Layout;
use crate::engine::EngineError;
use crate::engine::plan::{CoordinateMode, PoolKind, ResizeKind, ResizedAxis, View, Window};

pub(super) fn pool(
    layout: &mut Layout,
    kind: PoolKind,
    window: &Window,
    [input, output]: [&View; 2],
) -> Result<Dispatch, EngineError> {
    let ([_, in_h, in_w, channels], [_, out_h, out_w, _]) = (sizes(input), sizes(output));
    let count = output.volume();
    let mut params = vec![in_h, in_w, out_h, out_w, channels, count as u32];
    params.extend(window.kernel.into_iter().chain(window.stride).chain(window.dilation).chain(window.pad));
    params.extend([f32::NEG_INFINITY.to_bits(), 0]);
    params.extend(layout.pictures(input)?.into_iter().chain(layout.pictures(output)?));
    Dispatch::new(Kernel::Pool, vec![("KIND", kernels::pool(kind))], params, spread(count.div_ceil(64)))
}

pub(super) fn resize(
    layout: &mut Layout,
    kind: ResizeKind,
    coordinates: CoordinateMode,
    scale: [f32; 2],
    [input, output]: [&View; 2],
) -> Result<Dispatch, EngineError> {
    let ([_, in_h, in_w, channels], [_, out_h, out_w, _]) = (sizes(input), sizes(output));
    let axis = |len_in: u32, len_out: u32, scale| {
        let (len_in, len_out) = (len_in as usize, len_out as usize);
        ResizedAxis { coordinates, len_in, len_out, scale }
    };
    let mut tables = [0; 2];
    for (table, axis) in tables.iter_mut().zip([axis(in_h, out_h, scale[0]), axis(in_w, out_w, scale[1])]) {
        // Places are small enough to be floats without a loss.
        *table = match kind {
            ResizeKind::Bilinear => {
                let mixed = axis.linear().into_iter();
                layout.table(mixed.flat_map(|(first, second, part)| [first as f32, second as f32, part]))?
            }
            ResizeKind::NearestRound | ResizeKind::NearestFloor => {
                layout.table(axis.nearest(kind).into_iter().map(|place| place as f32))?
            }
        };
    }
    let count = output.volume();
    let mut params = vec![in_w, out_h, out_w, channels, count as u32, tables[0], tables[1], 0];
    params.extend(layout.pictures(input)?.into_iter().chain(layout.pictures(output)?));
    let is_bilinear = u32::from(kind == ResizeKind::Bilinear);
    Dispatch::new(Kernel::Resize, vec![("BILINEAR", is_bilinear)], params, spread(count.div_ceil(64)))
}
