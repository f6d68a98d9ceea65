//! What the sentence begins with: people, a thing, a place or what the tagger says; and whether the place fits it.

use super::{Plan, Planner, Subject, TABLE, naming};
use crate::describe::classes::Role;
use crate::describe::groups::Group;
use crate::describe::settings::{Place, Setting};
use crate::order;
use crate::reconcile::{certainty, names};

/// The main subject of a sentence.
pub(super) enum Lead {
    People,
    Group(usize),
    Place,
    Tag,
    Nothing,
}

/// People lead before other animate things from this share of their salience.
const PEOPLE_BEFORE: f32 = 0.75;
/// People without a face whose heads the edge cuts off draw the eye less by this.
const HEADLESS: f32 = 0.6;
/// Rooms whose furniture makes them: the room is the subject.
const ROOMS: &[Place] = &[
    Place::Kitchen,
    Place::Bathroom,
    Place::Bedroom,
    Place::LivingRoom,
    Place::Office,
    Place::DiningRoom,
    Place::Room,
    Place::Library,
    Place::Shop,
    Place::Restaurant,
    Place::Patio,
];

impl Planner<'_> {
    /// What the sentence begins with.
    pub(super) fn lead(&mut self, place: Option<&Setting>) -> Lead {
        self.join_flowers();
        let best = self
            .groups
            .iter()
            .enumerate()
            .find(|(_, g)| g.role != Role::Person && g.class_index != TABLE && !self.used.contains(&g.class_index));
        let salience = self.groups.iter().find(|g| g.role == Role::Person).map_or(0.0, |g| g.salience);
        let salience = if self.people.headless(self.findings, &self.picture) { salience * HEADLESS } else { salience };
        let sure_tag = self.named.subject.as_ref().is_some_and(|s| s.certainty >= certainty::STATED);
        if sure_tag
            && self.people.main.certainty < certainty::STATED
            && best.is_none_or(|(_, g)| g.certainty < certainty::STATED)
        {
            return Lead::Tag;
        }
        if self.people.main.count > 0 && self.people_lead(salience, best.map(|(_, g)| g)) {
            return Lead::People;
        }
        let in_room = place.is_some_and(|p| ROOMS.contains(&p.place));
        let Some((index, group)) = best else {
            let table = self.groups.iter().position(|g| g.class_index == TABLE);
            return match (table, &self.named.subject) {
                (_, Some(_)) => Lead::Tag,
                _ if in_room => Lead::Place,
                (Some(index), None) => Lead::Group(index),
                (None, None) => Lead::Nothing,
            };
        };
        let animate = matches!(group.role, Role::Animal | Role::Food | Role::Vehicle) || group.label() == "teddy bear";
        if in_room && !animate {
            return Lead::Place;
        }
        let tag = self.named.subject.as_ref().map_or(0.0, |s| s.certainty);
        let served = self.named.meal && matches!(group.role, Role::Food | Role::Tableware);
        let unsure = group.certainty < certainty::STATED;
        let faint = group.salience < 0.3 || unsure;
        let rival = !matches!(group.role, Role::Food | Role::Tableware) && !self.subject_is(group);
        let outweighs = rival && ((tag > 0.7 && faint) || (tag > 0.5 && unsure));
        if served || (outweighs && self.named.finer.is_empty()) { Lead::Tag } else { Lead::Group(index) }
    }

    pub(super) fn people_lead(&self, salience: f32, best: Option<&Group>) -> bool {
        let Some(best) = best else { return true };
        let animate = matches!(best.role, Role::Animal | Role::Food | Role::Vehicle);
        let before = if animate { PEOPLE_BEFORE } else { 0.6 };
        salience >= before * best.salience || (!animate && self.people.leads(&self.picture))
    }

    /// Whether the tag that could lead names the same thing as a group.
    pub(super) fn subject_is(&self, group: &Group) -> bool {
        let ids = self.named.subject.as_ref().map_or(&[][..], |s| s.findings.as_slice());
        self.findings.tags.iter().any(|t| ids.contains(&t.id) && names(group.label(), t))
    }

    /// Drops a place that does not fit the subject, or that would hedge a sentence twice.
    pub(super) fn keep_place(&self, plan: &mut Plan, lead: &Lead) {
        let Some(place) = &plan.place else { return };
        let Subject::Items(items) = &plan.subject else { return };
        let green = matches!(place.place, Place::Grass | Place::Field);
        let stands_on_green = match lead {
            Lead::Group(index) => self.groups.get(*index).is_some_and(|g| {
                matches!(g.role, Role::Animal | Role::Vehicle | Role::Street | Role::Sport) && g.label() != "bird"
                    || g.label() == "bench"
            }),
            Lead::People => true,
            Lead::Place | Lead::Tag | Lead::Nothing => false,
        };
        let unsure = |certainty: f32| certainty < certainty::STATED;
        let twice = unsure(place.probability) && items.first().is_some_and(|i| unsure(i.certainty));
        if twice || (green && !stands_on_green) {
            plan.place = None;
        }
    }

    /// A plant in a vase is told with the vase, which draws the eye for both.
    pub(super) fn join_flowers(&mut self) {
        let at = |label: &str| self.groups.iter().position(|g| g.label() == label);
        let (Some(vase), Some(plant)) = (at("vase"), at("potted plant")) else { return };
        let (Some(v), Some(p)) = (self.groups.get(vase), self.groups.get(plant)) else { return };
        if naming::inside_each_other(v, p) <= 0.4 || p.count() > 1 {
            return;
        }
        let (salience, class) = (v.salience.max(p.salience), p.class_index);
        self.used.push(class);
        if let Some(v) = self.groups.get_mut(vase) {
            v.salience = salience;
        }
        order::sort_by(&mut self.groups, |a, b| b.salience.total_cmp(&a.salience));
    }
}
