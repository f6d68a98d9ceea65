//! The main colours of a picture: found by clustering in OKLab, merged when they look alike, named, with their shares.

use std::collections::BTreeMap;

use image::RgbImage;

use super::names;
use super::oklab::{self, Oklab};
use super::round4;
use crate::order;
use crate::report::Swatch;

/// Clusters at the start; more than are kept, so that a small vivid colour finds its own.
const SEEDS: usize = 14;
const MOST: usize = 8;
const FEWEST: usize = 5;
const ROUNDS: usize = 12;
/// Colours nearer than this look the same when seen apart.
const ALIKE: f32 = 0.05;
/// Colours nearer than this are merged while more than [`FEWEST`] remain.
const SIMILAR: f32 = 0.11;
/// A colour below this share is left out...
const LEAST_SHARE: f64 = 0.012;
/// ...unless it stands out: this far from all others, and at least this share.
const ACCENT_SHARE: f64 = 0.004;
const ACCENT_DISTANCE: f32 = 0.3;
/// Edge of a histogram cell in OKLab.
const CELL: f32 = 0.02;

#[derive(Clone, Copy, Debug, Default)]
struct Cluster {
    weight: f64,
    sum: [f64; 3],
}

impl Cluster {
    fn add(&mut self, other: &Self) {
        self.weight += other.weight;
        self.sum.iter_mut().zip(other.sum).for_each(|(s, o)| *s += o);
    }

    fn center(&self) -> Oklab {
        let [l, a, b] = self.sum.map(|s| (s / self.weight.max(1.0)) as f32);
        Oklab { l, a, b }
    }
}

/// The palette of a small copy of the picture, largest share first.
pub fn palette(thumbnail: &RgbImage) -> Vec<Swatch> {
    let cells = histogram(thumbnail);
    let mut clusters = refine(&cells, seeds(&cells));
    merge(&mut clusters);
    let total: f64 = cells.iter().map(|c| c.weight).sum();
    let kept = keep(&clusters, total);
    let mut swatches: Vec<Swatch> = kept.iter().map(|cluster| swatch(cluster, total)).collect();
    order::sort_by(&mut swatches, |a, b| b.share.total_cmp(&a.share).then_with(|| a.hex.cmp(&b.hex)));
    for (i, swatch) in swatches.iter_mut().enumerate() {
        swatch.id = format!("c{}", i + 1);
    }
    swatches
}

fn swatch(cluster: &Cluster, total: f64) -> Swatch {
    let rgb = cluster.center().to_rgb();
    // Rounded down, so that shares never add up to more than one.
    let share = ((cluster.weight / total * 10_000.0).floor() / 10_000.0) as f32;
    Swatch {
        id: String::new(),
        hex: oklab::hex(rgb),
        name: names::name(Oklab::from_rgb(rgb)).into(),
        share: round4(share),
    }
}

/// The picture's pixels gathered in cells of OKLab: a few hundred weighted points instead of thousands of pixels.
fn histogram(thumbnail: &RgbImage) -> Vec<Cluster> {
    let mut cells: BTreeMap<[i16; 3], Cluster> = BTreeMap::new();
    for pixel in thumbnail.pixels() {
        let lab = Oklab::from_rgb(pixel.0);
        let key = [lab.l, lab.a, lab.b].map(|v| (v / CELL).floor() as i16);
        let sum = [lab.l, lab.a, lab.b].map(f64::from);
        cells.entry(key).or_default().add(&Cluster { weight: 1.0, sum });
    }
    cells.into_values().collect()
}

/// The heaviest cell first, then always the cell that is far from all chosen and not too light.
fn seeds(cells: &[Cluster]) -> Vec<Oklab> {
    let mut distance = vec![f32::MAX; cells.len()];
    let mut chosen: Vec<Oklab> = Vec::new();
    while chosen.len() < SEEDS.min(cells.len()) {
        let worth = |i: usize| f64::from(distance[i].min(0.25)) * cells[i].weight.sqrt();
        let best = (0..cells.len()).max_by(|a, b| worth(*a).total_cmp(&worth(*b)).then_with(|| b.cmp(a)));
        let Some(best) = best.filter(|i| distance[*i] > ALIKE * ALIKE) else { break };
        let center = cells[best].center();
        for (d, cell) in distance.iter_mut().zip(cells) {
            *d = d.min(cell.center().distance_squared(center));
        }
        chosen.push(center);
    }
    chosen
}

/// Lloyd's k-means on the cells; empty clusters fall away.
fn refine(cells: &[Cluster], mut centers: Vec<Oklab>) -> Vec<Cluster> {
    let mut clusters = Vec::new();
    for _ in 0..ROUNDS {
        clusters = vec![Cluster::default(); centers.len()];
        for cell in cells {
            let at = cell.center();
            let nearest = (0..centers.len())
                .min_by(|a, b| centers[*a].distance_squared(at).total_cmp(&centers[*b].distance_squared(at)));
            if let Some(cluster) = nearest.and_then(|i| clusters.get_mut(i)) {
                cluster.add(cell);
            }
        }
        clusters.retain(|c| c.weight > 0.0);
        centers = clusters.iter().map(Cluster::center).collect();
    }
    clusters
}

/// Joins what looks alike, and what is merely similar (or of one name) while there are many.
fn merge(clusters: &mut Vec<Cluster>) {
    while let Some((a, b, distance)) = closest(clusters) {
        let many = clusters.len() > FEWEST;
        if distance > ALIKE && !(many && distance < SIMILAR) && clusters.len() <= MOST {
            break;
        }
        let other = clusters.swap_remove(b);
        clusters[a].add(&other);
    }
}

/// The nearest pair; two clusters of one name count as half as far. `a` comes before `b`.
fn closest(clusters: &[Cluster]) -> Option<(usize, usize, f32)> {
    let mut best: Option<(usize, usize, f32)> = None;
    let centers: Vec<(Oklab, &str)> = clusters.iter().map(|c| (c.center(), names::name(c.center()))).collect();
    for (a, (one, one_name)) in centers.iter().enumerate() {
        for (b, (two, two_name)) in centers.iter().enumerate().skip(a + 1) {
            let apart = one.distance_squared(*two).sqrt() * if one_name == two_name { 0.5 } else { 1.0 };
            if best.is_none_or(|(_, _, least)| apart < least) {
                best = Some((a, b, apart));
            }
        }
    }
    best
}

fn keep(clusters: &[Cluster], total: f64) -> Vec<Cluster> {
    let stands_out = |cluster: &Cluster| {
        let center = cluster.center();
        clusters
            .iter()
            .filter(|other| other.weight > cluster.weight)
            .all(|other| other.center().distance_squared(center) > ACCENT_DISTANCE * ACCENT_DISTANCE)
    };
    clusters
        .iter()
        .filter(|c| c.weight >= LEAST_SHARE * total || (c.weight >= ACCENT_SHARE * total && stands_out(c)))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripes(colors: &[[u8; 3]]) -> RgbImage {
        RgbImage::from_fn(100, 60, |x, _| image::Rgb(colors[x as usize * colors.len() / 100]))
    }

    #[test]
    fn flat_colours_are_found_exactly() {
        let found = palette(&stripes(&[[255, 255, 255], [220, 30, 30], [255, 255, 255], [30, 90, 220]]));
        let seen: Vec<(&str, &str, f32)> = found.iter().map(|s| (s.hex.as_str(), s.name.as_str(), s.share)).collect();
        assert_eq!(seen, [("#ffffff", "white", 0.5), ("#1e5adc", "blue", 0.25), ("#dc1e1e", "red", 0.25)]);
        assert_eq!(found[0].id, "c1");
    }

    #[test]
    fn one_colour_gives_one_swatch() {
        let found = palette(&stripes(&[[12, 12, 12]]));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].name, "black");
    }

    proptest::proptest! {
        #[test]
        fn shares_never_add_up_to_more_than_one_and_fall(raw in proptest::collection::vec(proptest::num::u8::ANY, 3..3000)) {
            let count = raw.len() / 3;
            let picture = RgbImage::from_fn(count as u32, 1, |x, _| {
                let i = x as usize * 3;
                image::Rgb([raw[i], raw[i + 1], raw[i + 2]])
            });
            let found = palette(&picture);
            proptest::prop_assert!(!found.is_empty() && found.len() <= MOST);
            proptest::prop_assert!(found.iter().map(|s| f64::from(s.share)).sum::<f64>() <= 1.0 + 1e-6);
            proptest::prop_assert!(found.windows(2).all(|pair| pair[0].share >= pair[1].share));
        }
    }
}
