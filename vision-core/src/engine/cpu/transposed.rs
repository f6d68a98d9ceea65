//! The transposed convolution: each input pixel spreads over the window that it stands for.

use std::ops::Range;
use std::sync::Arc;

use super::arena::{Readable, Span};
use super::kernels::{self, Activation, Epilogue, Isa, PackedWeights, RowsMut, gemm};
use super::picture::Picture;
use super::work::{Rows, Work};
use crate::engine::plan::{Convolution, Plan, Window};

/// One piece of work for each picture of the batch.
pub(super) fn transposed(isa: Isa, plan: &Plan, op: &Convolution) -> Vec<(Span, Box<dyn Work>)> {
    let numbers = plan.weights[op.weight as usize].unpacked();
    let groups = op.groups as usize;
    let places = (op.window.kernel[0] * op.window.kernel[1]) as usize;
    let channels = op.output.dims.last().map_or(1, |channels| *channels as usize);
    let columns = channels / groups;
    let depth = numbers.len() / (groups * places * columns).max(1);
    // Group by group, and in each place by place of the window.
    let weights: Arc<Vec<PackedWeights>> = Arc::new(
        numbers.chunks(depth * columns).map(|matrix| PackedWeights::new(isa, depth, columns, matrix)).collect(),
    );
    let bias: Arc<[f32]> = match op.bias {
        Some(bias) => plan.weights[bias as usize].unpacked().into(),
        None => vec![0.0; channels].into(),
    };
    let pictures = Picture::each_of(&op.input).into_iter().zip(Picture::each_of(&op.output));
    let tiled = pictures.clone().all(|(input, output)| is_tiled(op, &input, &output));
    let rows = tiled.then(|| Arc::new(WindowRows::new(isa, op, &numbers, [depth, columns], &bias)));
    pictures
        .map(|(input, output)| {
            let written = output.span.clone();
            if let Some(rows) = &rows {
                let (rows, activation) = (Arc::clone(rows), op.activation);
                return (written, Box::new(Tiled { isa, rows, activation, input, output }) as Box<dyn Work>);
            }
            let (weights, bias) = (Arc::clone(&weights), Arc::clone(&bias));
            let activation = op.activation;
            let work = Transposed { isa, window: op.window, groups, weights, bias, activation, input, output };
            (written, Box::new(work) as Box<dyn Work>)
        })
        .collect()
}

/// Whether windows lie side by side in an output without gaps: then a row of them is a product that can be written in place.
fn is_tiled(op: &Convolution, input: &Picture, output: &Picture) -> bool {
    let Window { kernel, stride, dilation, pad } = op.window;
    let covers = |axis: usize, from: usize, to: usize| from * stride[axis] as usize == to;
    let side_by_side = kernel == stride && dilation == [1, 1] && pad == [0, 0];
    let whole = covers(0, input.height, output.height) && covers(1, input.width, output.width);
    op.groups == 1 && side_by_side && whole && output.ld == output.channels
}

/// For each row of the window, input channels to all pixels of that row at once.
struct WindowRows {
    weights: Vec<PackedWeights>,
    /// Repeated for each pixel.
    bias: Vec<f32>,
}

impl WindowRows {
    fn new(isa: Isa, op: &Convolution, numbers: &[f32], [depth, columns]: [usize; 2], bias: &[f32]) -> Self {
        let width = op.window.kernel[1] as usize;
        let of_row = |row: &[f32]| {
            let at = |place: usize, channel: usize| (place * depth + channel) * columns;
            let pixels = |channel| (0..width).flat_map(move |place| &row[at(place, channel)..][..columns]).copied();
            let matrix: Vec<f32> = (0..depth).flat_map(pixels).collect();
            PackedWeights::new(isa, depth, width * columns, &matrix)
        };
        let weights = numbers.chunks(width * depth * columns).map(of_row).collect();
        Self { weights, bias: bias.repeat(width) }
    }
}

struct Tiled {
    isa: Isa,
    rows: Arc<WindowRows>,
    activation: Activation,
    input: Picture,
    output: Picture,
}

impl Work for Tiled {
    fn rows(&self) -> Rows {
        Rows { count: self.output.height, stride: self.output.width * self.output.ld, grain: 1 }
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let input = self.input.rows(readable);
        let epilogue = Epilogue { bias: Some(&self.rows.bias), activation: self.activation, ..Epilogue::NONE };
        let window = self.rows.weights.len();
        for (row, out) in rows.zip(out.chunks_mut(self.rows().stride)) {
            let data = &input.data[row / window * self.input.width * input.ld..];
            let weights = self.rows.weights[row % window].matrix();
            let out = RowsMut { data: out, ld: self.rows.bias.len() };
            gemm(self.isa, self.input.width, kernels::Rows { data, ld: input.ld }, weights, &epilogue, out);
        }
    }
}

struct Transposed {
    isa: Isa,
    window: Window,
    groups: usize,
    weights: Arc<Vec<PackedWeights>>,
    bias: Arc<[f32]>,
    activation: Activation,
    input: Picture,
    output: Picture,
}

impl Work for Transposed {
    fn rows(&self) -> Rows {
        Rows { count: self.output.height, stride: self.output.width * self.output.ld, grain: 1 }
    }

    /// The products of one row of input.
    fn scratch_len(&self) -> usize {
        self.input.width * self.output.channels / self.groups
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], scratch: &mut [f32]) {
        let input = self.input.rows(readable);
        let (width, channels, ld) = (self.output.width, self.output.channels, self.output.ld);
        for row in rows.clone() {
            let row_out = &mut out[(row - rows.start) * width * ld..];
            for x in 0..width {
                row_out[x * ld..][..channels].copy_from_slice(&self.bias);
            }
            for ky in 0..self.window.kernel[0] as usize {
                let Some(from) = self.source(row, ky) else { continue };
                let line = &input.data[from * self.input.width * input.ld..];
                self.add_row(kernels::Rows { data: line, ld: input.ld }, ky, row_out, scratch);
            }
            for x in 0..width {
                kernels::activate(self.isa, self.activation, &mut row_out[x * ld..][..channels]);
            }
        }
    }
}

impl Transposed {
    /// The input row that reaches this output row through row `ky` of the window.
    fn source(&self, row: usize, ky: usize) -> Option<usize> {
        let (stride, dilation) = (self.window.stride[0] as usize, self.window.dilation[0] as usize);
        let place = (row + self.window.pad[0] as usize).checked_sub(ky * dilation)?;
        (place.is_multiple_of(stride) && place / stride < self.input.height).then_some(place / stride)
    }

    fn add_row(&self, line: kernels::Rows, ky: usize, row_out: &mut [f32], scratch: &mut [f32]) {
        let [_, kernel_w] = self.window.kernel.map(|n| n as usize);
        let [stride, dilation, pad] =
            [self.window.stride[1], self.window.dilation[1], self.window.pad[1]].map(|n| n as usize);
        let places = self.weights.len() / self.groups;
        let (columns, depth) = (self.output.channels / self.groups, self.input.channels / self.groups);
        for group in 0..self.groups {
            let data = &line.data[group * depth..];
            for kx in 0..kernel_w {
                let weights = self.weights[group * places + ky * kernel_w + kx].matrix();
                let products = RowsMut { data: &mut *scratch, ld: columns };
                gemm(
                    self.isa,
                    self.input.width,
                    kernels::Rows { data, ld: line.ld },
                    weights,
                    &Epilogue::NONE,
                    products,
                );
                for (x, product) in scratch.chunks_exact(columns).take(self.input.width).enumerate() {
                    let Some(at) = (x * stride + kx * dilation).checked_sub(pad).filter(|at| *at < self.output.width)
                    else {
                        continue;
                    };
                    let out = &mut row_out[at * self.output.ld + group * columns..][..columns];
                    out.iter_mut().zip(product).for_each(|(out, product)| *out += product);
                }
            }
        }
    }
}
