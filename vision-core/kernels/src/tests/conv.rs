//! Convolutions that mix channels.

use super::*;

struct Convolution {
    shape: ConvShape,
    ld: usize,
    /// One matrix after another, one per group.
    weights: Vec<f32>,
}

impl Convolution {
    fn matrix(&self) -> [usize; 2] {
        let shape = &self.shape;
        [shape.kernel[0] * shape.kernel[1] * shape.in_c / shape.groups, shape.out_c / shape.groups]
    }

    fn packed(&self, isa: Isa, absolute: bool) -> Vec<PackedWeights> {
        let weights: Vec<f32> = self.weights.iter().map(|w| if absolute { w.abs() } else { *w }).collect();
        let [k, n] = self.matrix();
        weights.chunks(k * n).map(|weights| PackedWeights::new(isa, k, n, weights)).collect()
    }

    fn run_rows(
        &self,
        isa: Isa,
        rows: std::ops::Range<usize>,
        a: &[f32],
        w: &[PackedWeights],
        e: &Epilogue,
        out: RowsMut,
    ) {
        // Scratch is not clean: a kernel must not rely on it.
        let mut scratch = vec![f32::NAN; conv_scratch_len(isa, &self.shape)];
        conv(isa, &self.shape, rows, Rows { data: a, ld: self.ld }, w, e, &mut scratch, out);
    }
}

impl Case for Convolution {
    fn output(&self) -> [usize; 2] {
        [self.shape.out_h * self.shape.out_w, self.shape.out_c]
    }

    fn k(&self) -> usize {
        self.matrix()[0]
    }

    fn run(&self, isa: Isa, a: &[f32], absolute: bool, epilogue: &Epilogue, out: RowsMut) {
        self.run_rows(isa, 0..self.shape.out_h, a, &self.packed(isa, absolute), epilogue, out);
    }

    fn run_in_parts(&self, isa: Isa, a: &[f32], epilogue: &Epilogue, out: RowsMut) {
        let w = self.packed(isa, false);
        for y in 0..self.shape.out_h {
            let first = y * self.shape.out_w;
            let residual = epilogue.residual.map(|rows| Rows { data: &rows.data[first * rows.ld..], ..rows });
            let out = RowsMut { data: &mut out.data[first * out.ld..], ld: out.ld };
            self.run_rows(isa, y..y + 1, a, &w, &Epilogue { residual, ..*epilogue }, out);
        }
    }
}

/// A shape by chance; the output may stop short of the input's end or reach over it.
pub(super) fn shape(chance: &mut Chance, groups: usize, in_c: usize, out_c: usize) -> ConvShape {
    let kernel = [chance.within(1..=5), chance.one_of(&[1, 2, 3, 3, 3, 4, 5, 5, 7])];
    let stride = [chance.within(1..=3), chance.within(1..=3)];
    let dilation = chance.one_of(&[[1, 1], [1, 1], [2, 2], [1, 3]]);
    let [in_h, in_w] = [chance.within(1..=13), chance.within(1..=23)];
    let [pad_top, pad_left] = [chance.below(4), chance.below(4)];
    let most = |size: usize, pad: usize, axis: usize| {
        let padded = size + pad + 3;
        padded.saturating_sub((kernel[axis] - 1) * dilation[axis] + 1) / stride[axis] + 1
    };
    let (out_h, out_w) = (chance.within(1..=most(in_h, pad_top, 0)), chance.within(1..=most(in_w, pad_left, 1)));
    ConvShape { in_h, in_w, in_c, out_h, out_w, out_c, kernel, stride, dilation, pad_top, pad_left, groups }
}

fn check(shape: ConvShape, seed: u64) {
    let mut chance = Chance::new(seed);
    let ld = shape.in_c + chance.one_of(&[0, 0, 1, 5]);
    let a = chance.input(shape.in_h * shape.in_w * ld, seed.is_multiple_of(3));
    let mut case = Convolution { shape, ld, weights: Vec::new() };
    let [k, n] = case.matrix();
    case.weights = chance.numbers(k * n * shape.groups);
    check_case(&case, &a, &mut chance);
}

#[cfg_attr(test, test)]
pub(super) fn shapes_of_every_kind() {
    for seed in 0..300 {
        let mut chance = Chance::new(seed);
        let groups = chance.one_of(&[1, 1, 1, 2, 3]);
        let (in_c, out_c) = (groups * chance.within(1..=11), groups * chance.within(1..=29));
        check(shape(&mut chance, groups, in_c, out_c), seed);
    }
}

#[cfg_attr(test, test)]
pub(super) fn shapes_of_models() {
    let table = [
        // size, input channels, kernel, stride, output channels
        (64, 3, 3, 2, 16),
        (65, 3, 3, 2, 32),
        (40, 12, 3, 1, 16),
        (13, 64, 3, 1, 24),
        (20, 32, 1, 2, 40),
        (21, 8, 1, 1, 8),
        (300, 3, 3, 1, 8),
    ];
    for (seed, (size, in_c, kernel, stride, out_c)) in table.into_iter().enumerate() {
        let pad = kernel / 2;
        let out = (size + 2 * pad - kernel) / stride + 1;
        let shape = ConvShape {
            in_h: size.min(20),
            in_w: size,
            in_c,
            out_h: (size.min(20) + 2 * pad - kernel) / stride + 1,
            out_w: out,
            out_c,
            kernel: [kernel; 2],
            stride: [stride; 2],
            dilation: [1, 1],
            pad_top: pad,
            pad_left: pad,
            groups: 1,
        };
        check(shape, seed as u64);
        // Padding after the last pixel only, as TensorFlow has it.
        check(ConvShape { pad_top: 0, pad_left: 0, ..shape }, seed as u64);
    }
}

#[cfg_attr(test, test)]
pub(super) fn an_empty_output_is_no_error() {
    let shape = ConvShape { out_h: 0, ..shape(&mut Chance::new(1), 1, 2, 2) };
    check(shape, 0);
}
