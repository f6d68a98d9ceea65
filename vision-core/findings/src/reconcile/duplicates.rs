//! One label for one thing: the same box under two look-alike names, or one thing boxed twice.

use crate::order;
use crate::reconcile::lower;
use crate::report::{Object, Standing};

/// Classes that detectors take for each other. Two boxes of one family in the same place are one thing, and the surer name stays.
const LOOK_ALIKES: &[&[&str]] = &[
    &["horse", "cow", "sheep", "elephant", "zebra", "giraffe", "bear", "dog", "cat"],
    &["car", "truck", "bus", "train", "boat"],
    &["bicycle", "motorcycle"],
    &["cup", "bowl", "wine glass", "vase", "bottle", "sink"],
    &["vase", "potted plant"],
    &["sofa", "bed", "chair", "bench", "suitcase", "dining table"],
    &["television", "laptop", "microwave", "oven", "refrigerator", "mobile phone", "remote control", "book", "toaster"],
    &["fork", "knife", "spoon", "scissors", "toothbrush"],
    &["apple", "orange", "ball", "doughnut", "frisbee", "clock"],
    &["cake", "sandwich", "pizza", "doughnut", "hot dog", "bowl"],
    &["banana", "hot dog", "carrot", "orange", "apple"],
    &["broccoli", "carrot", "potted plant"],
    &["handbag", "backpack", "suitcase"],
    &["skis", "snowboard", "surfboard", "skateboard"],
    &["aeroplane", "kite", "bird", "umbrella"],
    &["baseball bat", "tennis racket"],
    &["toilet", "sink", "bowl"],
    &["stop sign", "parking meter", "fire hydrant", "traffic light"],
    &["teddy bear", "dog", "cat", "bear"],
];

/// Two boxes of look-alike classes that overlap this much (IoU) are one thing.
const SAME_PLACE: f32 = 0.55;
/// Two boxes of any classes that overlap this much (IoU) are one thing, people and what they hold apart.
const SAME_BOX: f32 = 0.85;
/// Two boxes of one class that overlap this much (IoU) are one thing.
const SAME_THING: f32 = 0.55;
/// A box that lies this much inside another of its class, and fills a third of it or more, is the same thing seen in part.
const INSIDE: f32 = 0.90;
const PART_OF_WHOLE: f32 = 0.38;

/// Doubts the less certain of each pair that is one thing, and boxes that only hold several others of their class.
pub fn keep_one_label_for_one_thing(objects: &mut [Object]) {
    let mut order: Vec<usize> = (0..objects.len()).collect();
    order::sort_by(&mut order, |&a, &b| score(objects, b).total_cmp(&score(objects, a)));
    for (rank, &weak) in order.iter().enumerate() {
        let stronger = order.iter().take(rank).find_map(|&strong| {
            let (weak, strong) = (objects.get(weak)?, objects.get(strong)?);
            (strong.standing != Standing::Doubted && same_thing(weak, strong)).then(|| strong.clone())
        });
        if let (Some(strong), Some(weak)) = (stronger, objects.get_mut(weak)) {
            let why = if strong.label == weak.label {
                format!("the same {} as {}", strong.label, strong.id)
            } else {
                format!("in the same place the {} {} is more certain", strong.label, strong.id)
            };
            lower(&mut weak.standing, &mut weak.reason, Standing::Doubted, why);
        }
    }
    doubt_boxes_around_several(objects);
}

fn score(objects: &[Object], index: usize) -> f32 {
    objects.get(index).map_or(0.0, |o| o.score)
}

pub(super) fn look_alike(a: &str, b: &str) -> bool {
    LOOK_ALIKES.iter().any(|family| family.contains(&a) && family.contains(&b))
}

fn same_thing(weak: &Object, strong: &Object) -> bool {
    let iou = weak.bounds.iou(&strong.bounds);
    if weak.label == strong.label {
        return iou > SAME_THING || (weak.label != "person" && (nested(weak, strong) || nested(strong, weak)));
    }
    let people = weak.label == "person" || strong.label == "person";
    (iou > SAME_PLACE && look_alike(&weak.label, &strong.label))
        || (iou > SAME_BOX && !people && !carries(weak, strong))
}

/// A table and what covers it share their box in a close view: both are there.
fn carries(a: &Object, b: &Object) -> bool {
    [a, b].iter().any(|o| matches!(o.label.as_str(), "dining table" | "bed" | "sofa"))
}

fn nested(inner: &Object, outer: &Object) -> bool {
    let area = inner.bounds.area().max(1.0);
    inner.bounds.intersection(&outer.bounds) / area > INSIDE && area / outer.bounds.area().max(1.0) > PART_OF_WHOLE
}

/// A box that holds two or more others of its class, none of them tiny beside it, is the heap and not one more thing.
fn doubt_boxes_around_several(objects: &mut [Object]) {
    for index in 0..objects.len() {
        let Some(outer) = objects.get(index).filter(|o| o.standing != Standing::Doubted).cloned() else { continue };
        let held = objects
            .iter()
            .filter(|o| o.id != outer.id && o.label == outer.label && o.standing != Standing::Doubted)
            .filter(|o| o.bounds.intersection(&outer.bounds) > INSIDE * o.bounds.area())
            .filter(|o| o.bounds.area() > 0.12 * outer.bounds.area())
            .count();
        if held >= 2
            && outer.label != "person"
            && let Some(o) = objects.get_mut(index)
        {
            let why = format!("the box holds {held} others of its kind");
            lower(&mut o.standing, &mut o.reason, Standing::Doubted, why);
        }
    }
}

#[cfg(test)]
pub fn names() -> impl Iterator<Item = &'static str> {
    LOOK_ALIKES.iter().flat_map(|family| family.iter().copied())
}
