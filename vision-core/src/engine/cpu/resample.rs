//! Pools and resizes of a plan, made ready for the kernels: their geometry, and the tables that say which pixels are mixed.

use std::ops::Range;

use super::arena::{Readable, Span};
use super::kernels::{
    Isa, LinearAxis, NearestAxis, Padding, PoolShape, RowsMut, average_pool, max_pool, resize_bilinear, resize_nearest,
};
use super::picture::Picture;
use super::work::{Rows, Work};
use crate::engine::plan::{CoordinateMode, PoolKind, ResizeKind, ResizedAxis, View, Window};

pub(super) fn pools(
    isa: Isa,
    kind: PoolKind,
    window: &Window,
    input: &View,
    output: &View,
) -> Vec<(Span, Box<dyn Work>)> {
    let size = |number: u32| number as usize;
    pairs(input, output, |input, output| {
        let shape = PoolShape {
            in_h: input.height,
            in_w: input.width,
            channels: input.channels,
            out_h: output.height,
            out_w: output.width,
            kernel: window.kernel.map(size),
            stride: window.stride.map(size),
            dilation: window.dilation.map(size),
            pad_top: size(window.pad[0]),
            pad_left: size(window.pad[1]),
        };
        Box::new(Pool { isa, kind, shape, input, output })
    })
}

pub(super) fn resizes(
    isa: Isa,
    kind: ResizeKind,
    coordinates: CoordinateMode,
    scale: [f32; 2],
    [input, output]: [&View; 2],
) -> Vec<(Span, Box<dyn Work>)> {
    pairs(input, output, |input, output| {
        let axis = |len_in, len_out, scale| ResizedAxis { coordinates, len_in, len_out, scale };
        let axes = [axis(input.height, output.height, scale[0]), axis(input.width, output.width, scale[1])];
        let table = match kind {
            ResizeKind::Bilinear => Table::Linear(axes.map(|axis| LinearAxis::new(axis.len_in, axis.linear()))),
            _ => Table::Nearest(axes.map(|axis| NearestAxis::new(axis.len_in, axis.nearest(kind)))),
        };
        Box::new(Resize { isa, table, input, output })
    })
}

fn pairs(input: &View, output: &View, work: impl Fn(Picture, Picture) -> Box<dyn Work>) -> Vec<(Span, Box<dyn Work>)> {
    let pictures = Picture::each_of(input).into_iter().zip(Picture::each_of(output));
    pictures.map(|(input, output)| (output.span.clone(), work(input, output))).collect()
}

struct Pool {
    isa: Isa,
    kind: PoolKind,
    shape: PoolShape,
    input: Picture,
    output: Picture,
}

fn rows_of(output: &Picture) -> Rows {
    Rows { count: output.height, stride: output.width * output.ld, grain: 1 }
}

impl Work for Pool {
    fn rows(&self) -> Rows {
        rows_of(&self.output)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let (input, out) = (self.input.rows(readable), RowsMut { data: out, ld: self.output.ld });
        match self.kind {
            PoolKind::Max => max_pool(self.isa, &self.shape, rows, input, out),
            PoolKind::AverageAll => average_pool(self.isa, &self.shape, rows, Padding::Counts, input, out),
            PoolKind::AverageInside => average_pool(self.isa, &self.shape, rows, Padding::IsLeftOut, input, out),
        }
    }
}

enum Table {
    Nearest([NearestAxis; 2]),
    Linear([LinearAxis; 2]),
}

struct Resize {
    isa: Isa,
    table: Table,
    input: Picture,
    output: Picture,
}

impl Work for Resize {
    fn rows(&self) -> Rows {
        rows_of(&self.output)
    }

    fn run(&self, rows: Range<usize>, readable: &Readable, out: &mut [f32], _scratch: &mut [f32]) {
        let (input, out) = (self.input.rows(readable), RowsMut { data: out, ld: self.output.ld });
        let channels = self.output.channels;
        match &self.table {
            Table::Nearest([height, width]) => resize_nearest(self.isa, [height, width], channels, rows, input, out),
            Table::Linear([height, width]) => resize_bilinear(self.isa, [height, width], channels, rows, input, out),
        }
    }
}
