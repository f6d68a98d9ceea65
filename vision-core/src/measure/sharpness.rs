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
    let mut edges = Edges { least_rise, by_steepness: [0; STEPS + 1] };
    // Row by row in both directions, as the pixels lie in memory: of each column is kept how far it has come.
    let mut columns: Vec<Slope> = work.data.iter().take(work.width).copied().map(Slope::from).collect();
    for row in work.data.chunks_exact(work.width.max(1)) {
        let mut along = Slope::from(row.first().copied().unwrap_or(0));
        for (level, down) in row.iter().zip(&mut columns) {
            along.go_on(*level, &mut edges);
            down.go_on(*level, &mut edges);
        }
        edges.note(along);
    }
    columns.into_iter().for_each(|down| edges.note(down));
    let edges = edges.by_steepness;
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

/// How many edges there are of each steepness.
struct Edges {
    least_rise: i32,
    by_steepness: [u32; STEPS + 1],
}

impl Edges {
    fn note(&mut self, slope: Slope) {
        let (rise, steepest) = (slope.rise.abs(), slope.steepest.abs());
        if rise >= self.least_rise {
            self.by_steepness[(steepest * STEPS as i32 / rise) as usize] += 1;
        }
    }
}

/// A line of pixels since it last turned.
#[derive(Clone, Copy)]
struct Slope {
    last: i32,
    rise: i32,
    steepest: i32,
}

impl From<u8> for Slope {
    fn from(level: u8) -> Self {
        Self { last: level.into(), rise: 0, steepest: 0 }
    }
}

impl Slope {
    fn go_on(&mut self, level: u8, edges: &mut Edges) {
        let step = i32::from(level) - self.last;
        let turns = step * self.rise <= 0;
        if turns && self.rise.abs() >= edges.least_rise {
            edges.note(*self);
        }
        self.last = level.into();
        self.steepest = if turns || step.abs() > self.steepest.abs() { step } else { self.steepest };
        self.rise = if turns { step } else { self.rise + step };
    }
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
