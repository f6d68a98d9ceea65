//! How sharp a picture looks at the size in which it is seen: by the steepness of its clearest edges.
//!
//! Along each row and column every rise and fall of enough height is an edge; its steepness is the largest single step as
//! a share of the whole rise (after Marziliano, Dufaux, Winkler, Ebrahimi, "A no-reference perceptual blur metric", 2002).
//! A step blurred with a Gaussian of deviation σ pixels has a steepness of about 0.4/σ. The steepest fifth of the edges
//! decides: what is in focus may be a small part of a good photo.

use super::scale::Luma;

/// The least height of an edge, in levels.
const LEAST_RISE: i32 = 28;
/// An edge rises above the noise by this factor.
const RISE_OVER_NOISE: f32 = 7.0;
/// Fewer edges than this tell nothing.
const LEAST_EDGES: u32 = 60;
/// The share of edges that are steeper than the one that decides.
const DECIDING_SHARE: f32 = 0.2;
/// Steepness that counts as sharpness 0 and 1; set on photos blurred by known amounts (see the tests).
const BLURRED: f32 = 0.1;
const CRISP: f32 = 0.6;
const STEPS: usize = 100;

/// 0 blurred to 1 crisp; `None` where there are no edges to judge by.
pub fn estimate(work: &Luma, noise: f32) -> Option<f32> {
    let least_rise = LEAST_RISE.max((noise * RISE_OVER_NOISE) as i32);
    let mut edges = [0_u32; STEPS + 1];
    for y in 0..work.height {
        scan(work.row(y).iter().copied(), least_rise, &mut edges);
    }
    for x in 0..work.width {
        scan(work.data.iter().copied().skip(x).step_by(work.width), least_rise, &mut edges);
    }
    let total: u32 = edges.iter().sum();
    if total < LEAST_EDGES {
        return None;
    }
    let mut left = (total as f32 * DECIDING_SHARE) as u32;
    let deciding = (0..=STEPS).rev().find(|i| {
        let here = edges[*i];
        let found = here > left;
        left = left.saturating_sub(here);
        found
    });
    let steepness = deciding.unwrap_or(0) as f32 / STEPS as f32;
    Some(((steepness - BLURRED) / (CRISP - BLURRED)).clamp(0.0, 1.0))
}

/// Follows one line of pixels and notes the steepness of every edge on it.
fn scan(line: impl Iterator<Item = u8>, least_rise: i32, edges: &mut [u32; STEPS + 1]) {
    let (mut rise, mut steepest, mut last) = (0_i32, 0_i32, None::<i32>);
    let mut note = |rise: i32, steepest: i32| {
        if rise.abs() >= least_rise {
            edges[(steepest.abs() * STEPS as i32 / rise.abs()) as usize] += 1;
        }
    };
    for level in line.map(i32::from) {
        let step = level - last.unwrap_or(level);
        last = Some(level);
        if step.signum() * rise.signum() <= 0 {
            note(rise, steepest);
            (rise, steepest) = (step, step);
        } else {
            rise += step;
            steepest = if step.abs() > steepest.abs() { step } else { steepest };
        }
    }
    note(rise, steepest);
}

/// Empty where there was nothing to judge by.
pub fn in_words(sharpness: Option<f32>) -> &'static str {
    match sharpness {
        None => "",
        Some(s) if s >= 0.55 => "sharp",
        Some(s) if s >= 0.2 => "a little soft",
        Some(_) => "blurred",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stripes whose edges are blurred with a Gaussian of deviation `sigma`, sampled at pixel centres.
    fn stripes(sigma: f32) -> Luma {
        let level = |x: usize| {
            let taps = (-40..=40).map(|i| i as f32 / 8.0);
            let weight = |t: f32| (-t * t / 2.0).exp();
            let lit = |t: f32| f32::from(u8::from(((x as f32 + t * sigma) / 40.0).rem_euclid(2.0) < 1.0));
            let (sum, total) = taps.fold((0.0, 0.0), |(s, w), t| (s + weight(t) * lit(t), w + weight(t)));
            (40.0 + 170.0 * sum / total) as u8
        };
        let row: Vec<u8> = (0..400).map(level).collect();
        Luma { width: 400, height: 100, data: row.repeat(100) }
    }

    #[test]
    fn blur_is_told_in_words() {
        for (sigma, word) in [
            (0.01, "sharp"),
            (0.7, "sharp"),
            (1.5, "a little soft"),
            (1.8, "a little soft"),
            (3.0, "blurred"),
            (6.0, "blurred"),
        ] {
            let sharpness = estimate(&stripes(sigma), 0.0);
            assert_eq!(in_words(sharpness), word, "{sigma}: {sharpness:?}");
        }
    }

    #[test]
    fn a_plain_picture_has_no_word() {
        let plain = Luma { width: 300, height: 300, data: vec![90; 300 * 300] };
        assert_eq!(in_words(estimate(&plain, 0.0)), "");
    }
}
