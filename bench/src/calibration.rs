//! Whether a classifier means what it says: the temperature that makes it so, and how far it is off.
//!
//! Guo, Pleiss, Sun, Weinberger: "On calibration of modern neural networks", 2017.

use vision_core::tasks::classify::softmax;

/// The answer of a classifier and the class that is right.
pub struct Answer {
    pub logits: Vec<f32>,
    pub label: usize,
}

/// The temperature under which the right classes are the most likely, by golden section search over its logarithm.
pub fn fit_temperature(answers: &[Answer]) -> f32 {
    const GOLDEN: f64 = 0.618_033_988_75;
    let loss = |log: f64| negative_log_likelihood(answers, log.exp() as f32);
    let (mut low, mut high) = (0.1_f64.ln(), 10.0_f64.ln());
    for _ in 0..40 {
        let (left, right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    ((low + high) / 2.0).exp() as f32
}

/// Mean of minus the logarithm of what the right class was given.
pub fn negative_log_likelihood(answers: &[Answer], temperature: f32) -> f64 {
    let sum: f64 = answers.iter().map(|a| -f64::from(given(a, temperature).max(1e-12)).ln()).sum();
    sum / answers.len().max(1) as f64
}

fn given(answer: &Answer, temperature: f32) -> f32 {
    softmax(&answer.logits, temperature).get(answer.label).copied().unwrap_or(0.0)
}

/// Expected calibration error: over fifteen bins of certainty, how far certainty and success lie apart.
pub fn expected_error(answers: &[Answer], temperature: f32) -> f64 {
    const BINS: usize = 15;
    let mut bins = [(0.0_f64, 0.0_f64); BINS];
    for answer in answers {
        let probabilities = softmax(&answer.logits, temperature);
        let Some((best, certainty)) = probabilities.iter().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b)) else {
            continue;
        };
        let bin = ((certainty * BINS as f32) as usize).min(BINS - 1);
        bins[bin].0 += f64::from(*certainty);
        bins[bin].1 += f64::from(u8::from(best == answer.label));
    }
    bins.iter().map(|(certainty, right)| (certainty - right).abs()).sum::<f64>() / answers.len().max(1) as f64
}

/// Shares of answers whose right class comes first, and among the first five.
pub fn top_1_and_5(answers: &[Answer]) -> (f64, f64) {
    let rank = |a: &Answer| {
        let right = a.logits.get(a.label).copied().unwrap_or(f32::NEG_INFINITY);
        a.logits.iter().filter(|l| **l > right).count()
    };
    let share =
        |within: usize| answers.iter().filter(|a| rank(a) < within).count() as f64 / answers.len().max(1) as f64;
    (share(1), share(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of ten answers with the same certainty, `right` are right.
    fn answers(margin: f32, right: usize) -> Vec<Answer> {
        (0..10).map(|i| Answer { logits: vec![margin, 0.0], label: usize::from(i >= right) }).collect()
    }

    #[test]
    fn the_temperature_brings_certainty_to_success() {
        let overconfident = answers(6.0, 8);
        let temperature = fit_temperature(&overconfident);
        // sigmoid(6 / t) = .8 where 6 / t = ln 4.
        assert!((f64::from(temperature) - 6.0 / 4.0_f64.ln()).abs() < 0.01, "{temperature}");
        assert!(expected_error(&overconfident, 1.0) > 0.19);
        assert!(expected_error(&overconfident, temperature) < 0.01);
    }

    #[test]
    fn ranks_are_counted() {
        let answer = |label| Answer { logits: vec![5.0, 4.0, 3.0, 2.0, 1.0, 0.0], label };
        let (first, five) = top_1_and_5(&[answer(0), answer(4), answer(5), answer(0)]);
        assert_eq!((first, five), (0.5, 0.75));
    }
}
