//! Every kernel on every set of instructions that runs here against the definition, on shapes made by chance from a seed.
//!
//! Sums may differ, since they are rounded once or twice per product: each of K steps adds at most one unit of rounding,
//! 2^-24, of the sum of absolute values to either result. Twice that is allowed, times two for the slope of an activation
//! (at most 1.5, hard-swish). Element-wise kernels without a polynomial, pools and resizes must agree bit for bit.

mod activation;
mod conv;
mod depthwise;
mod elementwise;
mod gemm;
mod pool;

use super::*;

/// By their names, for a program that runs them where there is no test runner; what is to panic is left out.
pub const ALL: [(&str, fn()); 21] = [
    ("activation::activations_are_what_they_are_called", activation::activations_are_what_they_are_called),
    ("activation::infinite_arguments", activation::infinite_arguments),
    (
        "activation::the_exponential_is_right_from_zero_to_infinity",
        activation::the_exponential_is_right_from_zero_to_infinity,
    ),
    ("activation::the_parts_of_a_softmax_are_one", activation::the_parts_of_a_softmax_are_one),
    ("conv::shapes_of_every_kind", conv::shapes_of_every_kind),
    ("conv::shapes_of_models", conv::shapes_of_models),
    ("conv::an_empty_output_is_no_error", conv::an_empty_output_is_no_error),
    ("depthwise::shapes_of_every_kind", depthwise::shapes_of_every_kind),
    ("depthwise::shapes_of_models", depthwise::shapes_of_models),
    ("elementwise::two_operands_of_every_kind", elementwise::two_operands_of_every_kind),
    ("elementwise::operations_are_what_they_are_called", elementwise::operations_are_what_they_are_called),
    ("elementwise::resizing_repeats_or_mixes", elementwise::resizing_repeats_or_mixes),
    (
        "elementwise::the_middle_of_four_pixels_is_their_average",
        elementwise::the_middle_of_four_pixels_is_their_average,
    ),
    ("elementwise::copies_are_the_same_and_leave_the_rest", elementwise::copies_are_the_same_and_leave_the_rest),
    ("gemm::every_height_and_width_of_tile", gemm::every_height_and_width_of_tile),
    ("gemm::shapes_of_every_kind", gemm::shapes_of_every_kind),
    ("gemm::several_blocks_of_pixels_and_long_sums", gemm::several_blocks_of_pixels_and_long_sums),
    ("gemm::matrices_are_packed_alike_from_rows_and_columns", gemm::matrices_are_packed_alike_from_rows_and_columns),
    ("pool::pools_of_every_kind", pool::pools_of_every_kind),
    ("pool::the_largest_number_and_the_average_of_a_corner", pool::the_largest_number_and_the_average_of_a_corner),
    ("pool::averages_of_whole_pictures", pool::averages_of_whole_pictures),
];

#[test]
fn the_list_holds_every_test() {
    let files = [
        ("activation", include_str!("tests/activation.rs")),
        ("conv", include_str!("tests/conv.rs")),
        ("depthwise", include_str!("tests/depthwise.rs")),
        ("elementwise", include_str!("tests/elementwise.rs")),
        ("gemm", include_str!("tests/gemm.rs")),
        ("pool", include_str!("tests/pool.rs")),
    ];
    assert_eq!(include_str!("tests.rs").lines().filter(|line| line.starts_with("mod ")).count(), files.len());
    let mut expected = Vec::new();
    for (module, text) in files {
        for test in text.split("#[cfg_attr(test, test)]").skip(1) {
            let name = test.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).expect("a function").0;
            expected.push(format!("{module}::{name}"));
        }
        assert_eq!(
            text.matches("#[test]").count(),
            text.matches("#[should_panic").count(),
            "{module}: all others are listed"
        );
    }
    assert_eq!(ALL.map(|(name, _)| name.to_owned()).to_vec(), expected);
}

/// Numbers by chance that are the same at every run (xorshift, G. Marsaglia).
struct Chance(u64);

impl Chance {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn within(&mut self, range: std::ops::RangeInclusive<usize>) -> usize {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// -1 to 1.
    fn number(&mut self) -> f32 {
        (self.next() % (1 << 24)) as f32 / (1 << 23) as f32 - 1.0
    }

    fn numbers(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.number()).collect()
    }

    /// Among them, if `special`, a few infinite ones and ones that are no numbers.
    fn input(&mut self, count: usize, special: bool) -> Vec<f32> {
        let mut numbers = self.numbers(count);
        if special && count > 0 {
            for _ in 0..=count / 200 {
                let at = self.below(count);
                numbers[at] = self.one_of(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]);
            }
        }
        numbers
    }

    fn activation(&mut self) -> Activation {
        self.one_of(&ACTIVATIONS)
    }
}

const ACTIVATIONS: [Activation; 11] = [
    Activation::None,
    Activation::Relu,
    Activation::Relu6,
    Activation::Clip { low: -0.25, high: 0.5 },
    Activation::LeakyRelu(0.1),
    Activation::HardSwish,
    Activation::HardSigmoid { alpha: 0.2, beta: 0.5 },
    Activation::Sigmoid,
    Activation::Silu,
    Activation::Gelu,
    Activation::Tanh,
];

/// A kernel with an epilogue, ready to run on any set of instructions.
trait Case {
    /// Pixels and channels of the output.
    fn output(&self) -> [usize; 2];
    /// Products in a sum.
    fn k(&self) -> usize;
    fn run(&self, isa: Isa, a: &[f32], absolute: bool, epilogue: &Epilogue, out: RowsMut);
    /// Runs again in parts; what it writes must be the same to the bit.
    fn run_in_parts(&self, isa: Isa, a: &[f32], epilogue: &Epilogue, out: RowsMut);
}

/// What lies between rows of output before a kernel runs, and must lie there after it.
const UNTOUCHED: f32 = 12345.0;

/// Runs a case with some epilogue on everything that is here.
fn check_case(case: &impl Case, a: &[f32], chance: &mut Chance) {
    let [pixels, channels] = case.output();
    let bias = chance.numbers(channels);
    let (ld, residual_ld) = (channels + chance.below(3), channels + chance.below(3));
    let residual = chance.numbers(pixels * residual_ld);
    let epilogue = Epilogue {
        bias: chance.one_of(&[None, Some(&bias[..])]),
        residual: chance.one_of(&[None, Some(Rows { data: &residual, ld: residual_ld })]),
        activation: chance.activation(),
        order: chance.one_of(&[Order::ActivationLast, Order::ResidualLast]),
    };
    let run = |isa: Isa| {
        let mut out = vec![UNTOUCHED; pixels * ld];
        case.run(isa, a, false, &epilogue, RowsMut { data: &mut out, ld });
        out
    };
    let expected = run(Isa::Portable);
    let magnitude = magnitude(case, a, &epilogue, ld);
    for isa in Isa::all_here() {
        let got = run(isa);
        for (at, (got, expected)) in got.iter().zip(&expected).enumerate() {
            let what = format!("{isa:?}, {epilogue:?}: number {at}, ld {ld}", epilogue = epilogue.activation);
            if at % ld >= channels {
                assert_eq!(*got, UNTOUCHED, "{what}");
                continue;
            }
            let rounding = 4.0 * (case.k() + 4) as f32 * f32::EPSILON / 2.0 * magnitude[at];
            assert_close(*got, *expected, rounding + POLYNOMIAL * (1.0 + expected.abs()), &what);
        }
        let mut parts = vec![UNTOUCHED; pixels * ld];
        case.run_in_parts(isa, a, &epilogue, RowsMut { data: &mut parts, ld });
        assert!(same_bits(&parts, &got), "{isa:?}: other results in parts");
    }
}

/// What activations by polynomial may differ by between sets of instructions: each is within half of it of the truth.
const POLYNOMIAL: f32 = 6e-7;

/// The sum of absolute values of everything that is added up for an output.
fn magnitude(case: &impl Case, a: &[f32], epilogue: &Epilogue, ld: usize) -> Vec<f32> {
    let absolute = |numbers: &[f32]| -> Vec<f32> { numbers.iter().map(|number| number.abs()).collect() };
    let bias = epilogue.bias.map(absolute);
    let residual = epilogue.residual.map(|rows| (absolute(rows.data), rows.ld));
    let epilogue = Epilogue {
        bias: bias.as_deref(),
        residual: residual.as_ref().map(|(data, ld)| Rows { data, ld: *ld }),
        ..Epilogue::NONE
    };
    let mut out = vec![0.0; case.output()[0] * ld];
    case.run(Isa::Portable, &absolute(a), true, &epilogue, RowsMut { data: &mut out, ld });
    out
}

#[track_caller]
fn assert_close(got: f32, expected: f32, tolerance: f32, what: &str) {
    if expected.is_nan() || expected.is_infinite() {
        assert!(got == expected || (got.is_nan() && expected.is_nan()), "{got} is not {expected}: {what}");
    } else {
        let is_close = (got - expected).abs() <= tolerance;
        assert!(is_close, "{got} is not within {tolerance} of {expected}: {what}");
    }
}

/// Of numbers that are none, any is as good as another.
fn same_bits(left: &[f32], right: &[f32]) -> bool {
    let same = |(left, right): (&f32, &f32)| left.to_bits() == right.to_bits() || (left.is_nan() && right.is_nan());
    left.len() == right.len() && left.iter().zip(right).all(same)
}
