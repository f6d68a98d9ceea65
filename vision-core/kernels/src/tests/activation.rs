//! Activations against their mathematical definitions, and against each other.

use super::*;

const SPECIAL: [f32; 12] = [
    f32::NAN,
    f32::INFINITY,
    f32::NEG_INFINITY,
    0.0,
    -0.0,
    1e-40,
    -1e-40,
    f32::MIN_POSITIVE,
    f32::MAX,
    f32::MIN,
    88.5,
    -88.5,
];

/// From far below zero to far above, dense near it, in a number that no vector divides.
fn arguments() -> Vec<f32> {
    let spread = (-2000..=2000).map(|step| step as f32 * 0.05);
    let small = (0..150).flat_map(|power| [1.0, -1.0].map(|sign| sign * 0.8_f32.powi(power) * 1.37));
    spread.chain(small).chain(SPECIAL).collect()
}

/// The error function by its series and, for large arguments, its continued fraction.
fn erf(x: f64) -> f64 {
    if x.abs() < 3.0 {
        let mut term = x;
        let mut sum = x;
        for n in 1..100 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * 2.0 / std::f64::consts::PI.sqrt()
    } else {
        let mut fraction = 0.0;
        for n in (1..60).rev() {
            fraction = f64::from(n) / 2.0 / (x.abs() + fraction);
        }
        let complement = (-x * x).exp() / (std::f64::consts::PI.sqrt() * (x.abs() + fraction));
        (1.0 - complement).copysign(x)
    }
}

/// The truth, and what the result may differ by.
fn truth(activation: Activation, x: f64) -> (f64, f64) {
    let sigmoid = 1.0 / (1.0 + (-x).exp());
    let clip = |x: f64, low: f64, high: f64| x.max(low).min(high);
    let rounding = |y: f64| (y, 4e-7 * y.abs() + 2e-38);
    match activation {
        Activation::None => (x, 0.0),
        Activation::Relu => (x.max(0.0), 0.0),
        Activation::Relu6 => (clip(x, 0.0, 6.0), 0.0),
        Activation::Clip { low, high } => (clip(x, low.into(), high.into()), 0.0),
        Activation::LeakyRelu(slope) => rounding(if x < 0.0 { x * f64::from(slope) } else { x }),
        // The bracket is near zero at -3, so its rounding counts relatively to one.
        Activation::HardSwish => (x * clip(x / 6.0 + 0.5, 0.0, 1.0), 3e-7 * x.abs() + 2e-38),
        Activation::HardSigmoid { alpha, beta } => (clip(x * f64::from(alpha) + f64::from(beta), 0.0, 1.0), 3e-7),
        Activation::Sigmoid => rounding(sigmoid),
        Activation::Silu => (x * sigmoid, 4e-7 * (x * sigmoid).abs() + 2e-38 * x.abs() + 2e-38),
        Activation::Gelu => (x * 0.5 * (1.0 + erf(x / 2.0_f64.sqrt())), 3e-7 * x.abs() + 2e-38),
        Activation::Tanh => rounding(x.tanh()),
    }
}

#[cfg_attr(test, test)]
pub(super) fn activations_are_what_they_are_called() {
    for activation in ACTIVATIONS {
        for isa in Isa::all_here() {
            let mut got = arguments();
            activate(isa, activation, &mut got);
            for (x, got) in arguments().into_iter().zip(got) {
                let (expected, tolerance) = truth(activation, f64::from(x));
                let what = format!("{activation:?} of {x} on {isa:?}");
                if x.is_nan() {
                    assert!(got.is_nan(), "{what}");
                } else if x.is_finite() {
                    assert!((f64::from(got) - expected).abs() <= tolerance, "{got} is not {expected}: {what}");
                }
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn infinite_arguments() {
    let endless = f32::INFINITY;
    let table = [
        (Activation::None, -endless, endless),
        (Activation::Relu, 0.0, endless),
        (Activation::Relu6, 0.0, 6.0),
        (Activation::LeakyRelu(0.1), -endless, endless),
        // Zero times infinity.
        (Activation::HardSwish, f32::NAN, endless),
        (Activation::HardSigmoid { alpha: 0.2, beta: 0.5 }, 0.0, 1.0),
        (Activation::Sigmoid, 0.0, 1.0),
        (Activation::Silu, f32::NAN, endless),
        (Activation::Tanh, -1.0, 1.0),
    ];
    for (activation, below, above) in table {
        for isa in Isa::all_here() {
            let mut got = [-endless, endless];
            activate(isa, activation, &mut got);
            for (got, expected) in got.into_iter().zip([below, above]) {
                assert_close(got, expected, 4e-7, &format!("{activation:?} on {isa:?}"));
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn the_exponential_is_right_from_zero_to_infinity() {
    let arguments: Vec<f32> = (-11_000..=9_000).map(|step| step as f32 * 0.010_01).chain(SPECIAL).collect();
    for isa in Isa::all_here() {
        let mut got = arguments.clone();
        exp(isa, &mut got);
        for (x, got) in arguments.iter().zip(got) {
            let expected = f64::from(*x).exp();
            if x.is_nan() {
                assert!(got.is_nan());
            } else if expected > f64::from(f32::MAX) {
                assert_eq!(got, f32::INFINITY, "e^{x} on {isa:?}");
            } else {
                // The least number above zero is 1.4e-45.
                let tolerance = expected * 2e-7 + 1.5e-45;
                assert!((f64::from(got) - expected).abs() <= tolerance, "e^{x} on {isa:?}: {got}, not {expected}");
            }
        }
    }
}

#[cfg_attr(test, test)]
pub(super) fn the_parts_of_a_softmax_are_one() {
    for isa in Isa::all_here() {
        for len in [1, 2, 7, 8, 21, 1000] {
            let logits: Vec<f32> = Chance::new(len as u64).numbers(len * 3).iter().map(|x| x * 90.0).collect();
            let mut got = vec![f32::NAN; len * 3];
            softmax(isa, len, &logits, &mut got);
            for (row, logits) in got.chunks(len).zip(logits.chunks(len)) {
                let largest = logits.iter().copied().fold(f32::MIN, f32::max);
                let sum: f64 = logits.iter().map(|x| f64::from(x - largest).exp()).sum();
                for (got, x) in row.iter().zip(logits) {
                    let expected = f64::from(x - largest).exp() / sum;
                    assert!(
                        (f64::from(*got) - expected).abs() <= 2e-6 * expected + 1e-44,
                        "{isa:?}: {got}, {expected}"
                    );
                }
            }
        }
        softmax(isa, 0, &[], &mut []);
        for len in [1, 7, 16, 21, 100] {
            for (number, at) in [(f32::NAN, len - 1), (f32::NAN, 0), (f32::INFINITY, len / 2)] {
                let mut logits = vec![0.5; 2 * len];
                logits[at] = number;
                let mut got = vec![0.0; 2 * len];
                softmax(isa, len, &logits, &mut got);
                let (first, second) = got.split_at(len);
                assert!(
                    first.iter().all(|part| part.is_nan()) && !second.iter().any(|part| part.is_nan()),
                    "{isa:?}: {got:?}"
                );
            }
        }
    }
}
