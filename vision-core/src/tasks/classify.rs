//! Logits to tags: calibrated probabilities, and which of them are worth telling.

use std::collections::BTreeMap;

use super::rounded_score;
use crate::engine::{EngineError, Tensor};
use crate::order;
use crate::report::{Standing, Tag};
use crate::vocabulary::{self, Class};

/// How a classifier's output is read, as its manifest has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    pub temperature: f32,
    /// Before calibration.
    pub keep_above: f32,
    /// After calibration.
    pub unsure_below: f32,
    pub top_k: usize,
}

/// The tags of one picture. Each has two probabilities: the calibrated one, which the report tells, and the one that the
/// classifier gives by itself, with which the rules of the sentence were measured on photos of whole scenes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Classified {
    pub tags: Vec<Tag>,
    other: BTreeMap<String, f32>,
}

impl Classified {
    /// Puts the other probability into each tag; a second call puts the first one back.
    pub fn exchange(&mut self, tags: &mut [Tag]) {
        for tag in tags {
            if let Some(other) = self.other.get_mut(&tag.id) {
                std::mem::swap(&mut tag.probability, other);
            }
        }
    }
}

/// The best tags of a classifier whose first output is its logits. Classes that are one thing to people (`sunglass` and
/// `sunglasses`) are one tag with their probabilities added.
pub fn tags(outputs: &[Tensor], rule: &Rule) -> Result<Classified, EngineError> {
    let classes = vocabulary::imagenet_classes();
    let logits = outputs.first().map(|t| t.data.as_slice()).unwrap_or_default();
    if logits.len() != classes.len() {
        let detail = format!("{} logits for {} classes", logits.len(), classes.len());
        return Err(EngineError::Shape { detail });
    }
    let mut merged: BTreeMap<&str, (&Class, f32, f32)> = BTreeMap::new();
    let probabilities = softmax(logits, 1.0).into_iter().zip(softmax(logits, rule.temperature));
    for (class, (by_itself, calibrated)) in classes.iter().zip(probabilities) {
        let (_, sum, calibrated_sum) = merged.entry(class.wordnet_id).or_insert((class, 0.0, 0.0));
        *sum += by_itself;
        *calibrated_sum += calibrated;
    }
    let mut ranked: Vec<_> = merged.into_values().filter(|(_, p, _)| *p >= rule.keep_above).collect();
    order::sort_by(&mut ranked, |(c, a, _), (d, b, _)| b.total_cmp(a).then(c.index.cmp(&d.index)));
    ranked.truncate(rule.top_k);
    let mut found = Classified::default();
    for ((class, by_itself, calibrated), number) in ranked.into_iter().zip(1..) {
        let tag = tag(class, calibrated, number, rule);
        found.other.insert(tag.id.clone(), rounded_score(by_itself));
        found.tags.push(tag);
    }
    Ok(found)
}

/// `softmax(logits / temperature)`. A temperature above one makes a classifier less sure of itself (Guo et al.: "On
/// calibration of modern neural networks", 2017).
pub fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = logits.iter().map(|l| ((l - largest) / temperature).exp()).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|w| w / sum).collect()
}

fn tag(class: &Class, probability: f32, number: usize, rule: &Rule) -> Tag {
    let unsure = probability < rule.unsure_below;
    Tag {
        id: format!("t{number}"),
        label: class.name.to_string(),
        wordnet_id: class.wordnet_id.to_string(),
        parents: class.parents.iter().map(|p| p.name.to_string()).collect(),
        probability: rounded_score(probability),
        standing: if unsure { Standing::Unsure } else { Standing::Accepted },
        reason: unsure.then(|| "the classifier is not certain of it".to_string()),
    }
}

#[cfg(test)]
mod tests;
