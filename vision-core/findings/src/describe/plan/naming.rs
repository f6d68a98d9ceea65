//! What a group is called, with what tags and neighbours make of it: a polar bear, a cup of coffee, a vase of flowers.

use super::{Content, Item, Planner, What, item};
use crate::describe::groups::Group;
use crate::describe::relations::inside;
use crate::describe::tags;
use crate::reconcile::certainty;

impl Planner<'_> {
    /// A group as something to be named, with the finer name that a tag gives it.
    pub(super) fn item(&self, group: &Group) -> Item {
        let mut item = item(group);
        if let Some((_, finer)) = self.named.finer.iter().find(|(class, _)| *class == group.class_index) {
            item.what = finer.what.clone();
            let believed = finer.certainty >= certainty::STATED;
            item.certainty = if believed { finer.certainty } else { item.certainty.min(finer.certainty) };
            item.findings.extend(finer.findings.clone());
        }
        self.fill(group, &mut item);
        item
    }

    /// Coffee in the cup, flowers in the vase, a computer's screen: what other findings make of the thing.
    pub(super) fn fill(&self, group: &Group, item: &mut Item) {
        let label = group.label();
        for vessel in tags::VESSELS.iter().filter(|v| v.class == label) {
            let (tags, sum) = tags::content(&self.findings.tags, vessel);
            if sum >= vessel.least && group.largest_share(&self.picture) > vessel.share {
                item.what = What::Filled(group.class_index, vessel.content);
                item.findings.extend(tags);
                item.certainty = item.certainty.min(0.75 + 0.25 * sum);
                return;
            }
        }
        let other = |class: &str| self.groups.iter().find(|g| g.label() == class);
        if label == "vase"
            && let Some(plant) = other("potted plant").filter(|p| inside_each_other(p, group) > 0.4)
        {
            item.what = What::Filled(group.class_index, Content::Flowers);
            item.findings.extend(plant.ids());
            item.certainty = item.certainty.max(plant.certainty);
        }
        if label == "television" {
            let beside = ["keyboard", "computer mouse", "laptop"].iter().find_map(|c| other(c)).map(Group::ids);
            let (tags, sum) = tags::monitor(&self.findings.tags);
            if let Some(ids) = beside.or((sum >= tags::MONITOR).then_some(tags)) {
                item.what = What::Monitor;
                item.findings.extend(ids);
            }
        }
    }
}

/// How far the largest of one group lies inside the largest of another, or the other in it.
pub(super) fn inside_each_other(a: &Group, b: &Group) -> f32 {
    match (a.members.first(), b.members.first()) {
        (Some(a), Some(b)) => inside(&a.bounds, &b.bounds).max(inside(&b.bounds, &a.bounds)),
        _ => 0.0,
    }
}
