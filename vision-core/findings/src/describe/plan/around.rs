//! What is beside the subject: on the table, next to it, in the background, and the rest.

use super::{Beside, Doing, Item, Plan, Planner, Subject, TABLE, What, class_of};
use crate::describe::classes::Role;
use crate::describe::groups::Member;
use crate::describe::relations::{self, Link};
use crate::reconcile::certainty;
use crate::report::Rect;

/// Most things that one sentence lists.
const LISTED: usize = 4;
const MAYBE_LISTED: usize = 2;

impl Planner<'_> {
    /// People who are not the subject are its company.
    pub(super) fn people_beside(&mut self, plan: &mut Plan) {
        if self.people.main.count == 0 {
            return;
        }
        let mut item = self.people.main.clone();
        if let Some(others) = &self.people.background {
            item.count += others.count;
            item.findings.extend(others.findings.clone());
        }
        item.color = None;
        self.used.push(0);
        if item.certainty >= certainty::STATED {
            plan.company.push(item);
        } else {
            plan.maybe.push(item);
        }
    }

    /// What is around the subject: on the table, beside it, and the rest.
    pub(super) fn surroundings(&mut self, plan: &mut Plan) {
        let subject_on_table = plan
            .activities
            .iter()
            .any(|a| a.object.as_ref().and_then(class_of) == Some(TABLE) && a.doing == Doing::Linked(Link::On));
        let on_table = self.classes_on_table();
        let (mut rest, mut laid): (Vec<Item>, Vec<Item>) = (Vec::new(), Vec::new());
        for group in self.groups.iter().filter(|g| !self.used.contains(&g.class_index) && g.role != Role::Person) {
            let item = self.item(group);
            if item.certainty < certainty::STATED {
                plan.maybe.push(item);
            } else if on_table.contains(&group.class_index) && !subject_on_table {
                laid.push(item);
            } else {
                rest.push(item);
            }
        }
        rest.extend(self.named.extra.iter().filter(|i| i.certainty >= certainty::STATED).cloned());
        plan.maybe.extend(self.named.extra.iter().filter(|i| i.certainty < certainty::STATED).cloned());
        if !laid.is_empty() && !self.used.contains(&TABLE) {
            let table = rest.iter().position(|i| i.what == What::Class(TABLE));
            plan.table = table.map(|at| rest.remove(at));
            if plan.table.is_none() {
                rest.append(&mut laid);
            }
        }
        // A table is where things are, not one of them.
        let places = matches!(plan.subject, Subject::Place(_));
        let table = rest.iter().position(|i| i.what == What::Class(TABLE) && !places).map(|at| rest.remove(at));
        plan.beside = self.beside(plan, &mut rest);
        let first = rest.len().min(if places { LISTED } else { 3 }.saturating_sub(plan.company.len()));
        plan.company.extend(rest.drain(..first));
        rest.extend(table);
        rest.truncate(LISTED);
        laid.truncate(LISTED);
        plan.also = rest;
        plan.on_table = laid;
        plan.maybe.truncate(MAYBE_LISTED);
    }

    /// The one thing that a lone subject stands next to or in front of.
    pub(super) fn beside(&self, plan: &Plan, rest: &mut Vec<Item>) -> Option<(Beside, Item)> {
        let Subject::Items(items) = &plan.subject else { return None };
        let [subject] = items.as_slice() else { return None };
        if subject.count != 1 || !plan.activities.is_empty() || !plan.company.is_empty() {
            return None;
        }
        let subject = self.bounds_of(&subject.findings)?;
        let at = rest.iter().position(|i| i.count == 1 && self.relation(&subject, i).is_some())?;
        let relation = rest.get(at).and_then(|i| self.relation(&subject, i))?;
        Some((relation, rest.remove(at)))
    }

    pub(super) fn relation(&self, subject: &Rect, item: &Item) -> Option<Beside> {
        let class = class_of(item)?;
        let group = self.groups.iter().find(|g| g.class_index == class)?;
        if !matches!(
            group.role,
            Role::Vehicle | Role::Animal | Role::Street | Role::Fixture | Role::Furniture | Role::Person
        ) || class == TABLE
        {
            return None;
        }
        relations::beside(subject, &self.bounds_of(&item.findings)?)
    }

    pub(super) fn bounds_of(&self, ids: &[String]) -> Option<Rect> {
        let [only] = ids else {
            let first = ids.first()?;
            return self.groups.iter().flat_map(|g| g.members.iter()).find(|m| m.id == *first).map(|m| m.bounds);
        };
        self.groups.iter().flat_map(|g| g.members.iter()).find(|m| m.id == *only).map(|m| m.bounds)
    }

    pub(super) fn classes_on_table(&self) -> Vec<u32> {
        let on = |m: &Member| {
            self.relations.iter().any(|r| r.link == Link::On && r.subject == m.id && r.object_class == TABLE)
        };
        self.groups
            .iter()
            .filter(|g| {
                !matches!(g.role, Role::Person | Role::Furniture | Role::Fixture | Role::Vehicle)
                    && g.class_index != TABLE
            })
            .filter(|g| g.members.iter().filter(|m| on(m)).count() * 2 > g.members.len())
            .map(|g| g.class_index)
            .collect()
    }
}
