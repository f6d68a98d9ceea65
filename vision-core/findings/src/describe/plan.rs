//! What is said and in which order, before any language: the main subject, what it does, where, what else there is.

use crate::describe::activities;
use crate::describe::classes::Role;
use crate::describe::groups::{self, Group};
use crate::describe::people::{self, People};
use crate::describe::relations::{self, Link, Relation, Thing};
use crate::describe::settings::{self, Place, Setting};
use crate::describe::tags::{self, Named};
use crate::reconcile::{Findings, certainty};
use crate::report::{PictureKind, Rect};

mod around;
mod lead;
mod naming;

use lead::Lead;

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
    /// A vessel of that class with something in it.
    Filled(u32, Content),
    /// A television that stands with a keyboard, a mouse or a laptop.
    Monitor,
    /// A class of the tagger.
    Tag {
        name: String,
        wordnet_id: String,
    },
    /// A parent of several tags.
    Kind(String),
}

/// What a vessel holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Coffee,
    Wine,
    Soup,
    Fruit,
    Food,
    Flowers,
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
}

/// How the one thing beside the subject stands to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    InFrontOf,
    NextTo,
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
    /// Horizontal and vertical place of a small subject's middle, 0 to 1.
    pub position: Option<(f32, f32)>,
    pub activities: Vec<Activity>,
    pub place: Option<Setting>,
    /// Colours that the people who are the subject are dressed in, with whose they are.
    pub garments: Vec<(String, String)>,
    /// One certain thing and how the subject stands to it.
    pub beside: Option<(Beside, Item)>,
    /// Certain things named in the first sentence after the subject.
    pub company: Vec<Item>,
    pub background_people: Option<Item>,
    /// What lies on a table, named together, and the table if it has not been named before.
    pub on_table: Vec<Item>,
    pub table: Option<Item>,
    /// More certain things.
    pub also: Vec<Item>,
    /// Uncertain things.
    pub maybe: Vec<Item>,
}

/// COCO's class of a dining table.
pub const TABLE: u32 = 60;

/// A subject that fills this share is seen close up.
const CLOSE_UP: f32 = 0.62;
/// Below this share the position of a lone subject is worth saying.
const POSITIONED: f32 = 0.16;
/// ... and below this share even if something else is said of it.
const SMALL: f32 = 0.02;
/// A place is named from this probability.
pub const PLACE_SPOKEN: f32 = 0.60;
/// Where nothing else is known a place must be likelier.
const LONE_PLACE: f32 = 0.70;
/// A place that says more than another, if both are likely.
const RATHER: &[(Place, Place)] = &[
    (Place::Field, Place::Grass),
    (Place::Slope, Place::Snow),
    (Place::Office, Place::Desk),
    (Place::Beach, Place::Waterside),
    (Place::Beach, Place::Water),
    (Place::Water, Place::Waterside),
    (Place::Snow, Place::Mountains),
    (Place::BaseballField, Place::Grass),
    (Place::TennisCourt, Place::Grass),
    (Place::Street, Place::Grass),
];

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
    let kind = findings.quality.as_ref().map_or(PictureKind::Photo, |q| q.kind);
    let planner = Planner { findings, picture, groups, settings, relations, people, named, used: Vec::new() };
    planner.plan(kind)
}

/// The likeliest place that may be named; the more telling of two that go together.
fn place(settings: &[Setting]) -> Option<Setting> {
    let likely: Vec<&Setting> = settings.iter().filter(|s| s.probability >= PLACE_SPOKEN).collect();
    let specific = likely.iter().find(|s| s.place != Place::Room).or(likely.first())?;
    let rather = RATHER
        .iter()
        .filter(|(_, less)| *less == specific.place)
        .find_map(|(more, _)| likely.iter().find(|s| s.place == *more));
    Some((*rather.unwrap_or(specific)).clone())
}

struct Planner<'a> {
    findings: &'a Findings,
    picture: Rect,
    groups: Vec<Group>,
    settings: Vec<Setting>,
    relations: Vec<Relation>,
    people: People,
    named: Named,
    /// Classes that have been spoken of.
    used: Vec<u32>,
}

impl Planner<'_> {
    fn plan(mut self, kind: PictureKind) -> Plan {
        let place = place(&self.settings);
        let lead = self.lead(place.as_ref());
        let mut plan = Plan {
            kind,
            subject: Subject::Nothing,
            size: Size::Usual,
            position: None,
            activities: Vec::new(),
            place,
            garments: Vec::new(),
            beside: None,
            company: Vec::new(),
            background_people: None,
            on_table: Vec::new(),
            table: None,
            also: Vec::new(),
            maybe: Vec::new(),
        };
        match lead {
            Lead::People => self.people_first(&mut plan),
            Lead::Group(index) => self.group_first(&mut plan, index),
            Lead::Place => plan.subject = plan.place.take().map_or(Subject::Nothing, Subject::Place),
            Lead::Tag => {
                plan.subject = self.named.subject.take().map_or(Subject::Nothing, |item| Subject::Items(vec![item]));
                self.named.extra.clear();
                if self.named.animal {
                    self.used.extend(self.groups.iter().filter(|g| g.role == Role::Animal).map(|g| g.class_index));
                }
                let table = self.groups.iter().find(|g| g.class_index == TABLE && g.certainty >= certainty::STATED);
                if let Some(table) = table.filter(|_| self.named.meal) {
                    plan.activities.push(activities::on(table));
                    self.used.push(TABLE);
                }
            }
            Lead::Nothing => {
                let lone = plan.place.take().filter(|p| p.probability >= LONE_PLACE && kind == PictureKind::Photo);
                plan.subject = lone.map_or(Subject::Nothing, Subject::Place);
            }
        }
        self.keep_place(&mut plan, &lead);
        if !matches!(lead, Lead::People) {
            self.people_beside(&mut plan);
        }
        self.surroundings(&mut plan);
        plan
    }

    fn people_first(&mut self, plan: &mut Plan) {
        self.used.push(0);
        plan.activities =
            activities::of_people(self.findings, &self.people, &self.groups, &self.relations, &self.settings);
        for activity in &plan.activities {
            self.used.extend(activity.object.as_ref().and_then(class_of));
            self.used.extend(activities::gear(activity.doing));
        }
        plan.background_people = self.people.background.clone();
        plan.garments = self.people.garments.clone();
        self.place_in_picture(plan, &self.people.bounds);
        plan.subject = Subject::Items(vec![self.people.main.clone()]);
    }

    fn group_first(&mut self, plan: &mut Plan, index: usize) {
        let Some(group) = self.groups.get(index).cloned() else { return };
        let mut items = vec![self.item(&group)];
        self.used.push(group.class_index);
        // A second kind that draws the eye nearly as much stands beside the first.
        let second = self.groups.iter().find(|g| stands_beside(g, &group)).cloned();
        if let Some(second) = second {
            self.used.push(second.class_index);
            items.push(self.item(&second));
        } else {
            let bounds: Vec<Rect> = group.members.iter().map(|m| m.bounds).collect();
            self.place_in_picture(plan, &bounds);
            if matches!(group.role, Role::Vehicle | Role::Furniture | Role::Fixture | Role::Street) {
                plan.size = Size::Usual;
            }
        }
        plan.subject = Subject::Items(items);
        if let Some(activity) = activities::of_things(&group, &self.relations, &self.groups) {
            self.used.extend(activity.object.as_ref().and_then(class_of));
            plan.activities.push(activity);
        }
    }

    fn place_in_picture(&self, plan: &mut Plan, bounds: &[Rect]) {
        let [only] = bounds else { return };
        let share = only.area() / self.picture.area().max(1.0);
        if share > CLOSE_UP {
            plan.size = Size::CloseUp;
        }
        let said_otherwise = plan.place.is_some() || !plan.activities.is_empty();
        if share < if said_otherwise { SMALL } else { POSITIONED } {
            let (x, y) = only.center();
            plan.position = Some((x / self.picture.width, y / self.picture.height));
        }
    }
}

fn class_of(item: &Item) -> Option<u32> {
    match item.what {
        What::Class(index) | What::Filled(index, _) => Some(index),
        _ => None,
    }
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

fn stands_beside(second: &Group, first: &Group) -> bool {
    second.class_index != first.class_index
        && second.salience > 0.6 * first.salience
        && second.certainty >= certainty::STATED
        && (second.role == first.role || matches!(second.role, Role::Animal | Role::Vehicle))
        && !matches!(second.role, Role::Person | Role::Furniture | Role::Fixture)
        && naming::inside_each_other(first, second) < 0.6
}
