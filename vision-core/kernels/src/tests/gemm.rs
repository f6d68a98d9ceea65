//! Matrix products.

use super::*;

struct Product {
    m: usize,
    k: usize,
    n: usize,
    ld: usize,
    weights: Vec<f32>,
}

impl Product {
    fn packed(&self, isa: Isa, absolute: bool) -> PackedWeights {
        let weights: Vec<f32> = self.weights.iter().map(|w| if absolute { w.abs() } else { *w }).collect();
        PackedWeights::new(isa, self.k, self.n, &weights)
    }
}

impl Case for Product {
    fn output(&self) -> [usize; 2] {
        [self.m, self.n]
    }

    fn k(&self) -> usize {
        self.k
    }

    fn run(&self, isa: Isa, a: &[f32], absolute: bool, epilogue: &Epilogue, out: RowsMut) {
        gemm(isa, self.m, Rows { data: a, ld: self.ld }, self.packed(isa, absolute).matrix(), epilogue, out);
    }

    fn run_in_parts(&self, isa: Isa, a: &[f32], epilogue: &Epilogue, out: RowsMut) {
        let w = self.packed(isa, false);
        for first in (0..self.m).step_by(7) {
            let residual = epilogue.residual.map(|rows| Rows { data: &rows.data[first * rows.ld..], ..rows });
            let (a, data) = (Rows { data: &a[first * self.ld..], ld: self.ld }, &mut out.data[first * out.ld..]);
            let epilogue = Epilogue { residual, ..*epilogue };
            gemm(isa, 7.min(self.m - first), a, w.matrix(), &epilogue, RowsMut { data, ld: out.ld });
        }
    }
}

fn check(m: usize, k: usize, n: usize, seed: u64) {
    let mut chance = Chance::new(seed);
    let ld = k + chance.below(3);
    let a = chance.input(m * ld, seed.is_multiple_of(3));
    let weights = chance.numbers(k * n);
    check_case(&Product { m, k, n, ld, weights }, &a, &mut chance);
}

#[cfg_attr(test, test)]
pub(super) fn every_height_and_width_of_tile() {
    for m in 1..=26 {
        for n in 1..=50 {
            check(m, 1 + (m * n) % 11, n, (m * 100 + n) as u64);
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn shapes_of_every_kind() {
    for seed in 0..200 {
        let mut chance = Chance::new(seed);
        check(chance.within(0..=70), chance.within(0..=70), chance.within(0..=70), seed);
    }
}

#[cfg_attr(test, test)]
pub(super) fn several_blocks_of_pixels_and_long_sums() {
    for (m, k, n) in
        [(500, 16, 24), (401, 96, 40), (1, 1280, 1001), (49, 1153, 17), (97, 640, 33), (0, 3, 3), (3, 0, 3)]
    {
        for seed in 0..4 {
            check(m, k, n, seed);
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn matrices_are_packed_alike_from_rows_and_columns() {
    for seed in 0..60 {
        let mut chance = Chance::new(seed);
        let [k, n] = [chance.within(0..=40), chance.within(0..=60)];
        let rows = chance.numbers(k * n);
        let columns: Vec<f32> = (0..k * n).map(|at| rows[at % k * n + at / k]).collect();
        for isa in Isa::all_here() {
            let weights = PackedWeights::new(isa, k, n, &rows);
            // Nothing of what was there before stays.
            let mut room = vec![f32::NAN; PackedMatrix::room(isa, k, n)];
            for (numbers, steps) in [(&rows, [n, 1]), (&columns, [1, k])] {
                let packed = PackedMatrix::pack(isa, [k, n], numbers, steps, &mut room);
                assert_eq!(packed.numbers(), weights.matrix().numbers(), "{k} x {n} in steps of {steps:?} for {isa:?}");
            }
        }
    }
}

#[test]
#[should_panic(expected = "too few numbers to read")]
fn a_short_slice_is_refused() {
    let w = PackedWeights::new(Isa::best(), 4, 4, &[0.0; 16]);
    gemm(
        Isa::best(),
        3,
        Rows { data: &[0.0; 11], ld: 4 },
        w.matrix(),
        &Epilogue::NONE,
        RowsMut { data: &mut [0.0; 12], ld: 4 },
    );
}

#[test]
#[should_panic(expected = "too little room to write")]
fn a_short_output_is_refused() {
    let w = PackedWeights::new(Isa::best(), 4, 4, &[0.0; 16]);
    gemm(
        Isa::best(),
        3,
        Rows { data: &[0.0; 12], ld: 4 },
        w.matrix(),
        &Epilogue::NONE,
        RowsMut { data: &mut [0.0; 11], ld: 4 },
    );
}
