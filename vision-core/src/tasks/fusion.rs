//! Detections of several models to one: who saw the same thing, where it then lies, and how certain it is.
//!
//! Weighted box fusion (Solovyev, Wang, Gabruseva: "Weighted boxes fusion", 2021, arXiv 1910.13302): unlike suppression,
//! what other models saw of one thing is averaged by its scores, and what few models saw loses certainty. Unlike the
//! paper, each model has one voice in a cluster, its best: the weak boxes that a model leaves beside its best one would
//! otherwise halve the score of a thing that every model is sure of.

use super::detect::{Detection, by_score};
use crate::manifest::Fusion;
use crate::order;
use crate::report::{Rect, SeenBy};

/// A thing that at least one model saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Fused {
    pub detection: Detection,
    /// The score of each model that saw it, in the order of the models.
    pub seen_by: Vec<SeenBy>,
}

/// Joins the detections of models, each with its name. With one model alone they are given back as they are.
pub fn fuse(by_model: &[(&str, Vec<Detection>)], fusion: &Fusion) -> Vec<Fused> {
    let mut seen: Vec<(usize, Detection)> =
        by_model.iter().enumerate().flat_map(|(model, (_, found))| found.iter().map(move |d| (model, *d))).collect();
    order::sort_by(&mut seen, |(_, a), (_, b)| by_score(a, b));
    let weights: Vec<f32> = by_model.iter().map(|(name, _)| weight_of(name, fusion)).collect();
    let mut clusters: Vec<Cluster> = Vec::new();
    for (model, detection) in seen {
        let weight = weights.get(model).copied().unwrap_or(1.0);
        // The detections of one model are already distinct: only another model's can be of the same thing.
        let iou = if by_model.len() > 1 { fusion.iou } else { f32::INFINITY };
        match closest(&mut clusters, &detection, iou) {
            Some(cluster) if cluster.holds(model) => {}
            Some(cluster) => cluster.add(model, detection, weight),
            None => clusters.push(Cluster::of(model, detection, weight)),
        }
    }
    let mut fused: Vec<Fused> = clusters.iter().map(|c| c.fused(by_model, &weights)).collect();
    order::sort_by(&mut fused, |a, b| by_score(&a.detection, &b.detection));
    fused
}

fn weight_of(model: &str, fusion: &Fusion) -> f32 {
    fusion.weights.get(model).copied().unwrap_or(1.0)
}

/// Boxes of one thing. `bounds` is their mean, weighted by score, kept up to date as boxes join.
struct Cluster {
    members: Vec<(usize, Detection)>,
    bounds: Rect,
    /// Sum of weighted scores.
    certainty: f32,
    corners: [f32; 4],
}

impl Cluster {
    fn of(model: usize, detection: Detection, weight: f32) -> Self {
        let mut new = Self { members: Vec::new(), bounds: Rect::default(), certainty: 0.0, corners: [0.0; 4] };
        new.add(model, detection, weight);
        new
    }

    fn add(&mut self, model: usize, detection: Detection, weight: f32) {
        let share = detection.score * weight;
        let b = detection.bounds;
        for (sum, value) in self.corners.iter_mut().zip([b.x, b.y, b.right(), b.bottom()]) {
            *sum += share * value;
        }
        self.certainty += share;
        let [left, top, right, bottom] = self.corners.map(|sum| sum / self.certainty);
        self.bounds = Rect::from_corners(left, top, right, bottom);
        self.members.push((model, detection));
    }

    fn holds(&self, model: usize) -> bool {
        self.members.iter().any(|(m, _)| *m == model)
    }

    fn class_index(&self) -> u32 {
        self.members.first().map_or(0, |(_, d)| d.class_index)
    }

    /// The weighted mean of all models' scores, where one that did not see the thing gives nothing.
    fn fused(&self, by_model: &[(&str, Vec<Detection>)], weights: &[f32]) -> Fused {
        let all: f32 = weights.iter().sum();
        let score = (self.certainty / all).clamp(0.0, 1.0);
        let seen = |model: usize| self.members.iter().find(|(m, _)| *m == model).map(|(_, d)| d.score);
        let seen_by = by_model
            .iter()
            .enumerate()
            .filter_map(|(model, (name, _))| seen(model).map(|score| SeenBy { model: (*name).to_string(), score }))
            .collect();
        let detection = Detection { class_index: self.class_index(), score, bounds: self.bounds };
        Fused { detection, seen_by }
    }
}

fn closest<'c>(clusters: &'c mut [Cluster], detection: &Detection, iou: f32) -> Option<&'c mut Cluster> {
    let mut best: Option<(f32, &mut Cluster)> = None;
    for cluster in clusters.iter_mut().filter(|c| c.class_index() == detection.class_index) {
        let overlap = cluster.bounds.iou(&detection.bounds);
        if overlap > iou && best.as_ref().is_none_or(|(most, _)| overlap > *most) {
            best = Some((overlap, cluster));
        }
    }
    best.map(|(_, cluster)| cluster)
}

#[cfg(test)]
mod tests;
