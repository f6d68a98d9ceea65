//! Convolutions of a plan, made ready for the kernels: which kernel runs, with weights packed for it.

use std::ops::Range;
use std::sync::Arc;

use super::arena::{Readable, Span};
use super::bands::Lines;
use super::kernels::{
    self, ConvShape, DepthwiseWeights, Epilogue, Isa, PackedWeights, RowsMut, conv, conv_scratch_len, depthwise, gemm,
};
use super::picture::Picture;
use super::work::{Rows, Work};
use crate::engine::plan::{Convolution, Plan, Weight};

/// Pixels that a piece of a matrix product is a multiple of: tiles of the last pixels share them, so any number would do.
const GEMM_GRAIN: usize = 4;
/// Channels of a piece of a fully connected layer: whole panels of weights for every set of instructions.
const PIECE_CHANNELS: usize = 64;

/// One piece of work for each picture of the batch.
pub(super) fn convolutions(isa: Isa, threads: usize, plan: &Plan, op: &Convolution) -> Vec<(Span, Box<dyn Work>)> {
    let (inputs, outputs) = (Picture::each_of(&op.input), Picture::each_of(&op.output));
    let residuals: Vec<Option<Picture>> = match &op.residual {
        Some(view) => Picture::each_of(view).into_iter().map(Some).collect(),
        None => vec![None; inputs.len()],
    };
    let Some((first_in, first_out)) = inputs.first().zip(outputs.first()) else { return Vec::new() };
    let size = |number: u32| number as usize;
    let shape = ConvShape {
        in_h: first_in.height,
        in_w: first_in.width,
        in_c: first_in.channels,
        out_h: first_out.height,
        out_w: first_out.width,
        out_c: first_out.channels,
        kernel: op.window.kernel.map(size),
        stride: op.window.stride.map(size),
        dilation: op.window.dilation.map(size),
        pad_top: size(op.window.pad[0]),
        pad_left: size(op.window.pad[1]),
        groups: size(op.groups),
    };
    let kernel = Arc::new(Kernel::new(isa, threads, shape, &plan.weights[size(op.weight)]));
    let bias: Option<Arc<[f32]>> = op.bias.map(|bias| plan.weights[size(bias)].unpacked().into());
    let pictures = inputs.into_iter().zip(outputs).zip(residuals);
    pictures
        .map(|((input, output), residual)| {
            let written = output.span.clone();
            let (kernel, bias) = (Arc::clone(&kernel), bias.clone());
            let (activation, order) = (op.activation, op.order);
            let work = Conv { isa, shape, kernel, bias, activation, order, input, output, residual };
            (written, Box::new(work) as Box<dyn Work>)
        })
        .collect()
}

enum Kernel {
    /// One pixel to one pixel.
    Product(PackedWeights),
    /// One pixel to one pixel where there is but one: a matrix for each piece of its channels, which threads share.
    Connected(Vec<PackedWeights>),
    /// One matrix per group.
    General(Vec<PackedWeights>),
    /// One channel to one channel.
    Depthwise(DepthwiseWeights),
}

impl Kernel {
    fn new(isa: Isa, threads: usize, shape: ConvShape, weights: &Weight) -> Self {
        let (groups, columns) = (shape.groups, shape.out_c / shape.groups);
        let places = shape.kernel[0] * shape.kernel[1];
        let depth = places * (shape.in_c / groups);
        if groups > 1 && groups == shape.in_c && groups == shape.out_c {
            let weights: &[f32] = &weights.unpacked();
            let by_place = (0..places).flat_map(|place| (0..groups).map(move |group| weights[group * places + place]));
            return Self::Depthwise(DepthwiseWeights::new(places, groups, &by_place.collect::<Vec<_>>()));
        }
        let unpadded =
            shape.pad_top == 0 && shape.pad_left == 0 && (shape.in_h, shape.in_w) == (shape.out_h, shape.out_w);
        let is_product = groups == 1 && places == 1 && shape.stride == [1, 1] && unpadded;
        if threads > 1 && is_product && shape.out_h * shape.out_w == 1 && columns > PIECE_CHANNELS {
            return Self::Connected(pieces(isa, depth, columns, weights));
        }
        let matrix = |group: usize| {
            let read_row = |row, numbers: &mut [f32]| weights.read_row(group * depth + row, numbers);
            PackedWeights::from_rows(isa, depth, columns, read_row)
        };
        let mut packed: Vec<_> = (0..groups).map(matrix).collect();
        if is_product { Self::Product(packed.remove(0)) } else { Self::General(packed) }
    }
}

/// The columns of a matrix in pieces.
fn pieces(isa: Isa, depth: usize, columns: usize, weights: &Weight) -> Vec<PackedWeights> {
    let numbers = weights.unpacked();
    let piece = |first: usize| {
        let len = PIECE_CHANNELS.min(columns - first);
        let read_row = |row: usize, piece: &mut [f32]| piece.copy_from_slice(&numbers[row * columns + first..][..len]);
        PackedWeights::from_rows(isa, depth, len, read_row)
    };
    (0..columns).step_by(PIECE_CHANNELS).map(piece).collect()
}

struct Conv {
    isa: Isa,
    shape: ConvShape,
    kernel: Arc<Kernel>,
    bias: Option<Arc<[f32]>>,
    activation: kernels::Activation,
    order: kernels::Order,
    input: Picture,
    output: Picture,
    residual: Option<Picture>,
}

impl Work for Conv {
    fn rows(&self) -> Rows {
        match &*self.kernel {
            Kernel::Product(_) => {
                Rows { count: self.output.height * self.output.width, stride: self.output.ld, grain: GEMM_GRAIN }
            }
            Kernel::Connected(pieces) => Rows { count: pieces.len(), stride: PIECE_CHANNELS, grain: 1 },
            _ => Rows { count: self.output.height, stride: self.output.width * self.output.ld, grain: 1 },
        }
    }

    fn lines(&self) -> Option<Lines> {
        let rows = match &*self.kernel {
            Kernel::Product(_) => self.output.width,
            Kernel::Connected(_) => return None,
            Kernel::General(_) | Kernel::Depthwise(_) => 1,
        };
        let ConvShape { in_h, in_w, in_c, out_h, out_w, out_c, kernel, stride, dilation, pad_top, .. } = self.shape;
        let numbers = (in_h * in_w * in_c).div_ceil(out_h.max(1)) + out_w * out_c;
        let reach = kernel[0].saturating_sub(1).saturating_mul(dilation[0]).saturating_add(1);
        Some(Lines { count: out_h, input_count: in_h, rows, numbers, reach, stride: stride[0], pad: pad_top })
    }

    fn scratch_len(&self) -> usize {
        match &*self.kernel {
            Kernel::General(_) => conv_scratch_len(self.isa, &self.shape),
            _ => 0,
        }
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]) {
        if let Kernel::Connected(pieces) = &*self.kernel {
            return self.run_pieces(pieces, rows, readable, out);
        }
        let pixels_a_row = if let Kernel::Product(_) = &*self.kernel { 1 } else { self.output.width };
        let residual = self.residual.as_ref().map(|picture| {
            let all = picture.rows(readable);
            kernels::Rows { data: &all.data[rows.start * pixels_a_row * all.ld..], ld: all.ld }
        });
        let (bias, activation, order) = (self.bias.as_deref(), self.activation, self.order);
        let epilogue = Epilogue { bias, residual, activation, order };
        let input = self.input.rows(readable);
        let out = RowsMut { data: out, ld: self.output.ld };
        match &*self.kernel {
            Kernel::Product(weights) => {
                let data = &input.data[rows.start * input.ld..];
                gemm(self.isa, rows.len(), kernels::Rows { data, ld: input.ld }, weights.matrix(), &epilogue, out);
            }
            // Run above.
            Kernel::Connected(_) => {}
            Kernel::General(weights) => conv(self.isa, &self.shape, rows, input, weights, &epilogue, scratch, out),
            Kernel::Depthwise(weights) => depthwise(self.isa, &self.shape, rows, input, weights, &epilogue, out),
        }
    }
}

impl Conv {
    /// Some pieces of a fully connected layer; `out` begins at the first of them.
    fn run_pieces(&self, weights: &[PackedWeights], pieces: Range<usize>, readable: &Readable, out: &mut [f32]) {
        let input = self.input.rows(readable);
        let residual = self.residual.as_ref().map(|picture| picture.rows(readable));
        let (activation, order) = (self.activation, self.order);
        for (piece, data) in pieces.zip(out.chunks_mut(PIECE_CHANNELS)) {
            let (weights, first) = (weights[piece].matrix(), piece * PIECE_CHANNELS);
            let bias = self.bias.as_deref().map(|bias| &bias[first..first + weights.n()]);
            let residual = residual.map(|rows| kernels::Rows { data: &rows.data[first..], ..rows });
            let epilogue = Epilogue { bias, residual, activation, order };
            gemm(self.isa, 1, input, weights, &epilogue, RowsMut { data, ld: PIECE_CHANNELS });
        }
    }
}
