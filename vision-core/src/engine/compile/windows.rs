//! Convolutions and pools of tract's in the graph's terms.

use tract_onnx::prelude::TVec;
use tract_onnx::tract_core::model::TypedNode;
use tract_onnx::tract_core::ops::cnn::{self, Deconv, KernelFormat, MaxPool, PaddingSpec, PoolSpec, SumPool};
use tract_onnx::tract_core::ops::nn::DataFormat;

use super::graph::{Conv, Kind};
use super::import::Importer;
use super::{CompileError, unsupported};
use crate::engine::plan::{Activation, Order, PoolKind, Window};

/// Takes the node if it is a convolution, transposed or not.
pub(super) fn convolution(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    let refuse = || unsupported(&format!("this form of {} ({})", node.op.name(), node.name));
    let (spec, groups, format, transposed) = if let Some(op) = node.op_as::<cnn::Conv>() {
        if op.q_params.is_some() {
            return Err(refuse());
        }
        (&op.pool_spec, op.group, op.kernel_fmt, false)
    } else if let Some(op) = node.op_as::<Deconv>() {
        // What it adds below and at the right is in the output's size.
        (&op.pool_spec, op.group, op.kernel_format, true)
    } else {
        return Ok(false);
    };
    let input_shape = importer.shape(node.inputs[0])?;
    let large = if transposed { shape } else { &input_shape };
    let window = window(spec, large).ok_or_else(refuse)?;
    let (channels_in, channels_out) = (input_shape[1] as usize, shape[1] as usize);
    let kernel = importer.constant(node.inputs[1]).ok_or_else(refuse)?;
    let places = (window.kernel[0] * window.kernel[1]) as usize;
    let sizes = Sizes { groups, places, inputs: channels_in / groups, outputs: channels_out / groups };
    if format != KernelFormat::OIHW || kernel.len() != groups * places * sizes.inputs * sizes.outputs {
        return Err(refuse());
    }
    let bias = node.inputs.get(2).map(|bias| importer.constant(*bias).ok_or_else(refuse)).transpose()?;
    let bias = match bias.as_deref() {
        None => vec![0.0; channels_out],
        Some([number]) => vec![*number; channels_out],
        Some(numbers) => numbers.to_vec(),
    };
    let conv = Conv {
        window,
        groups: groups as u32,
        weights: by_place(&kernel, sizes),
        bias,
        activation: Activation::None,
        order: Order::ActivationLast,
        of_rows: false,
    };
    let input = importer.place(node.inputs[0])?;
    let kind = if transposed { Kind::ConvTranspose(conv) } else { Kind::Conv(conv) };
    importer.add(node, kind, vec![input], shape.to_vec());
    Ok(true)
}

/// Of one group.
#[derive(Clone, Copy)]
struct Sizes {
    groups: usize,
    places: usize,
    inputs: usize,
    outputs: usize,
}

/// From ONNX's order (groups x output channel x input channel x place; tract brings transposed kernels, which ONNX has the other
/// way round, into the same order) to groups x (place, input channel) x output channel.
fn by_place(kernel: &[f32], sizes: Sizes) -> Vec<f32> {
    let Sizes { groups, places, inputs, outputs } = sizes;
    let mut weights = Vec::with_capacity(kernel.len());
    for group in 0..groups {
        for place in 0..places {
            for input in 0..inputs {
                for output in 0..outputs {
                    weights.push(kernel[((group * outputs + output) * inputs + input) * places + place]);
                }
            }
        }
    }
    weights
}

/// Takes the node if it is a pool.
pub(super) fn pool(importer: &mut Importer, node: &TypedNode, shape: &[u32]) -> Result<bool, CompileError> {
    let (spec, kind) = if let Some(op) = node.op_as::<MaxPool>() {
        (&op.pool_spec, PoolKind::Max)
    } else if let Some(op) = node.op_as::<SumPool>().filter(|op| op.normalize) {
        (&op.pool_spec, if op.count_include_pad { PoolKind::AverageAll } else { PoolKind::AverageInside })
    } else {
        return Ok(false);
    };
    let refuse = || unsupported(&format!("this form of {} ({})", node.op.name(), node.name));
    let window = window(spec, &importer.shape(node.inputs[0])?).ok_or_else(refuse)?;
    // Where the last window reaches beyond the padding too, as `ceil_mode` lets it, what is beyond does not count.
    let kind = match (&spec.padding, kind) {
        (PaddingSpec::ExplicitOnnxPool(before, after, true), PoolKind::AverageAll) => {
            let is_zero = |pad: &usize| *pad == 0;
            if !before.iter().chain(after).all(is_zero) {
                return Err(refuse());
            }
            PoolKind::AverageInside
        }
        (_, kind) => kind,
    };
    let input = importer.place(node.inputs[0])?;
    importer.add(node, Kind::Pool { kind, window }, vec![input], shape.to_vec());
    Ok(true)
}

/// Over pictures of `shape` in NCHW.
fn window(spec: &PoolSpec, shape: &[u32]) -> Option<Window> {
    let [_, _, height, width] = shape else { return None };
    if spec.data_format != DataFormat::NCHW || spec.rank() != 2 {
        return None;
    }
    let two = |numbers: &[usize]| -> Option<[u32; 2]> {
        numbers.iter().map(|n| *n as u32).collect::<Vec<_>>().try_into().ok()
    };
    let padding = spec.computed_padding(&[*height as usize, *width as usize]);
    let pad: TVec<usize> = padding.iter().map(|axis| axis.pad_before).collect();
    Some(Window {
        kernel: two(&spec.kernel_shape)?,
        stride: two(&spec.strides())?,
        dilation: two(&spec.dilations())?,
        pad: two(&pad)?,
    })
}
