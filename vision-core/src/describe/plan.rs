//! What is said and in which order, before any language: the main subject, what it does, where, what else there is.

use crate::describe::classes::Role;
use crate::describe::groups::{self, Group, Member};
use crate::describe::relations::{self, Link, Relation, Thing};
use crate::describe::settings::{self, Place, Setting};
use crate::describe::{activities, people, tags};
use crate::reconcile::Findings;
use crate::report::{PictureKind, Rect};

/// A thing or several of a kind, to be named.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub what: What,
    pub count: usize,
    pub findings: Vec<String>,
    pub certainty: f32,
    /// The plain colour name, if the thing has one colour.
    pub color: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    Person,
    /// A class of COCO by its index.
    Class(u32),
    /// The label of a tag, or the name of one of its parents.
    Named(String),
}

/// What the people or animals do.
#[derive(Clone, Debug, PartialEq)]
pub struct Activity {
    pub doing: Doing,
    /// How many of them do it; 0 stands for all.
    pub doers: usize,
    /// What they do it with or to.
    pub object: Option<Item>,
    pub findings: Vec<String>,
    pub certainty: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Linked(Link),
    Skiing,
    Snowboarding,
    Surfing,
    Skateboarding,
    PlayingTennis,
    PlayingBaseball,
    PlayingFrisbee,
    FlyingKite,
}

/// How the subject fills the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    CloseUp,
    Usual,
    Small,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Subject {
    Items(Vec<Item>),
    /// A place is what the picture shows; its things follow.
    Place(Setting),
    Nothing,
}

/// Everything that the sentence will say of the main subject and what is around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    pub kind: PictureKind,
    pub subject: Subject,
    pub size: Size,
    /// Horizontal and vertical place of the subject's middle, 0 to 1, where it is worth saying.
    pub position: Option<(f32, f32)>,
    pub activities: Vec<Activity>,
    pub place: Option<Setting>,
    /// Named in the first sentence after the subject.
    pub company: Vec<Item>,
    pub background_people: Option<Item>,
    /// What lies on a table, named together.
    pub on_table: Vec<Item>,
    pub also: Vec<Item>,
}

/// Most things that one sentence lists.
const LISTED: usize = 4;
/// A subject that fills this share is seen close up.
const CLOSE_UP: f32 = 0.62;
/// Below this share it is small in the picture.
const SMALL: f32 = 0.012;
/// Below this share the position of a lone subject is worth saying.
const POSITIONED: f32 = 0.25;
/// A place is named from this probability.
pub const PLACE_SPOKEN: f32 = 0.62;
/// Rooms and streets whose things matter more than any one of them.
const PLACES_THAT_LEAD: &[Place] =
    &[Place::Kitchen, Place::Bathroom, Place::Bedroom, Place::LivingRoom, Place::Office, Place::DiningRoom];

/// Plans the main part of a description.
pub fn plan(findings: &Findings) -> Plan {
    let picture = groups::picture(findings);
    let groups = groups::groups(findings);
    let people = people::people(findings, &groups, &picture);
    let things: Vec<Thing> = groups
        .iter()
        .flat_map(|g| {
            g.members.iter().map(|m| Thing {
                id: m.id.clone(),
                class_index: g.class_index,
                bounds: m.bounds,
                certainty: m.certainty,
            })
        })
        .collect();
    let relations = relations::relations(&things, &findings.faces);
    let settings = settings::weigh(findings);
    let named = tags::named(findings, &groups, &picture);
    let mut planner = Planner { findings, picture, groups, settings, relations, used: Vec::new() };
    planner.plan(people, named)
}

struct Planner<'a> {
    findings: &'a Findings,
    picture: Rect,
    groups: Vec<Group>,
    settings: Vec<Setting>,
    relations: Vec<Relation>,
    /// Classes that have been spoken of.
    used: Vec<u32>,
}

impl Planner<'_> {
    fn plan(&mut self, people: people::People, named: tags::Named) -> Plan {
        let kind = self.findings.quality.as_ref().map_or(PictureKind::Photo, |q| q.kind);
        let place = self.settings.first().filter(|s| s.probability >= PLACE_SPOKEN).cloned();
        let lead = self.lead(&people, &named, place.as_ref());
        let mut plan = Plan {
            kind,
            subject: Subject::Nothing,
            size: Size::Usual,
            position: None,
            activities: Vec::new(),
            place: place.clone(),
            company: Vec::new(),
            background_people: None,
            on_table: Vec::new(),
            also: Vec::new(),
        };
        match lead {
            Lead::People => self.people_first(&mut plan, &people),
            Lead::Group(index) => self.group_first(&mut plan, index, &named),
            Lead::Place => {
                plan.subject = place.map_or(Subject::Nothing, Subject::Place);
                plan.place = None;
            }
            Lead::Tag => {
                if let Some(item) = &named.subject {
                    plan.subject = Subject::Items(vec![item.clone()]);
                }
            }
            Lead::Nothing => plan.place = place.filter(|p| p.probability >= 0.75),
        }
        self.surroundings(&mut plan, &people, &named, matches!(lead, Lead::People));
        plan
    }

    /// What the sentence begins with.
    fn lead(&self, people: &people::People, named: &tags::Named, place: Option<&Setting>) -> Lead {
        let best = self.groups.iter().enumerate().find(|(_, g)| g.role != Role::Person && g.label() != "dining table");
        let people_salience = self.groups.iter().find(|g| g.role == Role::Person).map_or(0.0, |g| g.salience);
        let people_lead = people.main.count > 0
            && (people_salience + 0.15 >= best.map_or(0.0, |(_, g)| g.salience) || people.leads(&self.picture));
        if people_lead {
            return Lead::People;
        }
        if let Some((index, group)) = best {
            let animate =
                matches!(group.role, Role::Animal | Role::Food | Role::Vehicle) || group.label() == "teddy bear";
            let leads = place.is_some_and(|p| PLACES_THAT_LEAD.contains(&p.place));
            if leads && !animate {
                return Lead::Place;
            }
            if named.subject.is_some() && group.salience < 0.35 && named.certainty() > 0.7 {
                return Lead::Tag;
            }
            return Lead::Group(index);
        }
        if named.subject.is_some() {
            return Lead::Tag;
        }
        if let Some(index) = self.groups.iter().position(|g| g.role != Role::Person) {
            return Lead::Group(index);
        }
        Lead::Nothing
    }

    fn people_first(&mut self, plan: &mut Plan, people: &people::People) {
        self.used.push(0);
        let main = &people.main;
        plan.activities = activities::of_people(self.findings, people, &self.groups, &self.relations, &self.settings);
        for activity in &plan.activities {
            if let Some(Item { what: What::Class(index), .. }) = activity.object {
                self.used.push(index);
            }
            self.used.extend(activities::gear(activity.doing));
        }
        plan.background_people = people.background.clone();
        if main.count == 1 {
            self.place_in_picture(plan, people.bounds.as_slice());
        }
        plan.subject = Subject::Items(vec![main.clone()]);
    }

    fn group_first(&mut self, plan: &mut Plan, index: usize, named: &tags::Named) {
        let Some(group) = self.groups.get(index).cloned() else { return };
        self.used.push(group.class_index);
        let mut item = item(&group);
        if let Some(finer) = named.finer.iter().find(|(class, _)| *class == group.class_index).map(|(_, i)| i) {
            item.what = finer.what.clone();
            item.certainty = item.certainty.min(finer.certainty.max(0.5));
            item.findings.extend(finer.findings.clone());
        }
        let mut items = vec![item];
        // A second kind that draws the eye nearly as much stands beside the first.
        if let Some(second) = self.groups.iter().find(|g| {
            g.class_index != group.class_index
                && g.salience > 0.6 * group.salience
                && g.certainty >= 0.8
                && (g.role == group.role || matches!(g.role, Role::Animal | Role::Vehicle))
                && g.role != Role::Person
                && !matches!(g.role, Role::Furniture | Role::Fixture)
        }) {
            self.used.push(second.class_index);
            items.push(self::item(second));
        }
        let bounds: Vec<Rect> = group.members.iter().map(|m| m.bounds).collect();
        if items.len() == 1 {
            self.place_in_picture(plan, &bounds);
        }
        plan.subject = Subject::Items(items);
        if let Some(activity) = activities::of_things(&group, &self.relations, &self.groups) {
            if let Some(Item { what: What::Class(class), .. }) = activity.object {
                self.used.push(class);
            }
            plan.activities.push(activity);
        }
    }

    fn place_in_picture(&self, plan: &mut Plan, bounds: &[Rect]) {
        let [only] = bounds else { return };
        let share = only.area() / self.picture.area().max(1.0);
        if share > CLOSE_UP {
            plan.size = Size::CloseUp;
        } else if share < SMALL {
            plan.size = Size::Small;
        }
        if share < POSITIONED {
            let (x, y) = only.center();
            plan.position = Some((x / self.picture.width, y / self.picture.height));
        }
    }

    /// What is beside the subject: on the table, in the background, and the rest.
    fn surroundings(&mut self, plan: &mut Plan, people: &people::People, named: &tags::Named, people_lead: bool) {
        if !people_lead && people.main.count > 0 {
            let mut item = people.main.clone();
            if let Some(others) = &people.background {
                item.count += others.count;
                item.findings.extend(others.findings.clone());
            }
            plan.background_people = None;
            plan.company.push(item);
            self.used.push(0);
        }
        let on_table: Vec<u32> = self.classes_on_table();
        let mut rest: Vec<Item> = Vec::new();
        for group in self.groups.iter().filter(|g| !self.used.contains(&g.class_index) && g.role != Role::Person) {
            if on_table.contains(&group.class_index) {
                plan.on_table.push(item(group));
            } else {
                rest.push(item(group));
            }
        }
        let mut extra = named.extra.clone();
        rest.append(&mut extra);
        if plan.on_table.len() == 1 && !self.used.contains(&TABLE) {
            // One thing on a table is told with the table.
        } else if plan.on_table.is_empty() {
            plan.on_table.clear();
        }
        if !plan.on_table.is_empty() {
            rest.retain(|i| i.what != What::Class(TABLE));
        }
        rest.sort_by_key(|i| i.certainty < 0.86);
        let room = LISTED.saturating_sub(plan.company.len());
        let first = rest.len().min(if matches!(plan.subject, Subject::Place(_)) { LISTED } else { room.min(3) });
        plan.company.extend(rest.drain(..first));
        rest.truncate(LISTED);
        plan.on_table.truncate(LISTED + 1);
        plan.also = rest;
    }

    fn classes_on_table(&self) -> Vec<u32> {
        let mut classes: Vec<u32> = self
            .groups
            .iter()
            .filter(|g| {
                let on = |m: &Member| {
                    self.relations.iter().any(|r| r.link == Link::On && r.subject == m.id && r.object_class == TABLE)
                };
                g.role != Role::Person
                    && !g.members.is_empty()
                    && g.members.iter().filter(|m| on(m)).count() * 2 > g.members.len()
            })
            .map(|g| g.class_index)
            .collect();
        classes.retain(|c| *c != TABLE);
        classes
    }
}

/// COCO's class of a dining table.
pub const TABLE: u32 = 60;

enum Lead {
    People,
    Group(usize),
    Place,
    Tag,
    Nothing,
}

/// A group as something to be named.
pub fn item(group: &Group) -> Item {
    let color = match group.members.as_slice() {
        [only] => only.color.clone(),
        _ => None,
    };
    Item {
        what: What::Class(group.class_index),
        count: group.count(),
        findings: group.ids(),
        certainty: group.certainty,
        color,
    }
}
