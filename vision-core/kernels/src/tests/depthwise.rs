//! Depthwise convolutions.

use super::*;

struct Depthwise {
    shape: ConvShape,
    ld: usize,
    weights: Vec<f32>,
}

impl Depthwise {
    fn packed(&self, absolute: bool) -> DepthwiseWeights {
        let weights: Vec<f32> = self.weights.iter().map(|w| if absolute { w.abs() } else { *w }).collect();
        DepthwiseWeights::new(self.k(), self.shape.in_c, &weights)
    }
}

impl Case for Depthwise {
    fn output(&self) -> [usize; 2] {
        [self.shape.out_h * self.shape.out_w, self.shape.out_c]
    }

    fn k(&self) -> usize {
        self.shape.kernel[0] * self.shape.kernel[1]
    }

    fn run(&self, isa: Isa, a: &[f32], absolute: bool, epilogue: &Epilogue, out: RowsMut) {
        let a = Rows { data: a, ld: self.ld };
        depthwise(isa, &self.shape, 0..self.shape.out_h, a, &self.packed(absolute), epilogue, out);
    }

    fn run_in_parts(&self, isa: Isa, a: &[f32], epilogue: &Epilogue, out: RowsMut) {
        let w = self.packed(false);
        for y in 0..self.shape.out_h {
            let first = y * self.shape.out_w;
            let residual = epilogue.residual.map(|rows| Rows { data: &rows.data[first * rows.ld..], ..rows });
            let out = RowsMut { data: &mut out.data[first * out.ld..], ld: out.ld };
            let a = Rows { data: a, ld: self.ld };
            depthwise(isa, &self.shape, y..y + 1, a, &w, &Epilogue { residual, ..*epilogue }, out);
        }
    }
}

fn check(shape: ConvShape, seed: u64) {
    let mut chance = Chance::new(seed);
    let ld = shape.in_c + chance.one_of(&[0, 0, 1, 5]);
    let a = chance.input(shape.in_h * shape.in_w * ld, seed.is_multiple_of(3));
    let weights = chance.numbers(shape.kernel[0] * shape.kernel[1] * shape.in_c);
    check_case(&Depthwise { shape, ld, weights }, &a, &mut chance);
}

#[cfg_attr(test, test)]
pub(super) fn shapes_of_every_kind() {
    for seed in 0..600 {
        let mut chance = Chance::new(seed);
        let channels = chance.within(1..=70);
        check(conv::shape(&mut chance, channels, channels, channels), seed);
    }
}

#[cfg_attr(test, test)]
pub(super) fn shapes_of_models() {
    for (seed, (kernel, stride, dilation)) in
        [(3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (3, 1, 4), (7, 1, 1)].into_iter().enumerate()
    {
        for channels in [3, 16, 24, 58, 144, 600] {
            let pad = kernel / 2 * dilation;
            let out = |size: usize| (size + 2 * pad - (kernel - 1) * dilation - 1) / stride + 1;
            let shape = ConvShape {
                in_h: 9,
                in_w: 31,
                in_c: channels,
                out_h: out(9),
                out_w: out(31),
                out_c: channels,
                kernel: [kernel; 2],
                stride: [stride; 2],
                dilation: [dilation; 2],
                pad_top: pad,
                pad_left: pad,
                groups: channels,
            };
            check(shape, seed as u64);
        }
    }
}
