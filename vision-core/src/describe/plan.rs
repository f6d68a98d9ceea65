//! What is said and in which order, before any language: the main subject, what it does, where, what else there is.

use crate::describe::activities;
use crate::describe::classes::Role;
use crate::describe::groups::{self, Group, Member};
use crate::describe::people::{self, People};
use crate::describe::relations::{self, Link, Relation, Thing, inside};
use crate::describe::settings::{self, Place, Setting};
use crate::describe::tags::{self, Named};
use crate::reconcile::{Findings, certainty, names};
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

/// Most things that one sentence lists.
const LISTED: usize = 4;
const MAYBE_LISTED: usize = 2;
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

enum Lead {
    People,
    Group(usize),
    Place,
    Tag,
    Nothing,
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

    /// What the sentence begins with.
    fn lead(&mut self, place: Option<&Setting>) -> Lead {
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

    /// Drops a place that does not fit the subject, or that would hedge a sentence twice.
    fn keep_place(&self, plan: &mut Plan, lead: &Lead) {
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
    fn join_flowers(&mut self) {
        let at = |label: &str| self.groups.iter().position(|g| g.label() == label);
        let (Some(vase), Some(plant)) = (at("vase"), at("potted plant")) else { return };
        let (Some(v), Some(p)) = (self.groups.get(vase), self.groups.get(plant)) else { return };
        if inside_each_other(v, p) <= 0.4 || p.count() > 1 {
            return;
        }
        let (salience, class) = (v.salience.max(p.salience), p.class_index);
        self.used.push(class);
        if let Some(v) = self.groups.get_mut(vase) {
            v.salience = salience;
        }
        self.groups.sort_by(|a, b| b.salience.total_cmp(&a.salience));
    }

    /// Whether the tag that could lead names the same thing as a group.
    fn subject_is(&self, group: &Group) -> bool {
        let ids = self.named.subject.as_ref().map_or(&[][..], |s| s.findings.as_slice());
        self.findings.tags.iter().any(|t| ids.contains(&t.id) && names(group.label(), t))
    }

    fn people_lead(&self, salience: f32, best: Option<&Group>) -> bool {
        let Some(best) = best else { return true };
        let animate = matches!(best.role, Role::Animal | Role::Food | Role::Vehicle);
        let before = if animate { PEOPLE_BEFORE } else { 0.6 };
        salience >= before * best.salience || (!animate && self.people.leads(&self.picture))
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

    /// People who are not the subject are its company.
    fn people_beside(&mut self, plan: &mut Plan) {
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
    fn surroundings(&mut self, plan: &mut Plan) {
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
    fn beside(&self, plan: &Plan, rest: &mut Vec<Item>) -> Option<(Beside, Item)> {
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

    fn relation(&self, subject: &Rect, item: &Item) -> Option<Beside> {
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

    fn bounds_of(&self, ids: &[String]) -> Option<Rect> {
        let [only] = ids else {
            let first = ids.first()?;
            return self.groups.iter().flat_map(|g| g.members.iter()).find(|m| m.id == *first).map(|m| m.bounds);
        };
        self.groups.iter().flat_map(|g| g.members.iter()).find(|m| m.id == *only).map(|m| m.bounds)
    }

    fn classes_on_table(&self) -> Vec<u32> {
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

    /// A group as something to be named, with the finer name that a tag gives it.
    fn item(&self, group: &Group) -> Item {
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
    fn fill(&self, group: &Group, item: &mut Item) {
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

fn class_of(item: &Item) -> Option<u32> {
    match item.what {
        What::Class(index) | What::Filled(index, _) => Some(index),
        _ => None,
    }
}

fn stands_beside(second: &Group, first: &Group) -> bool {
    second.class_index != first.class_index
        && second.salience > 0.6 * first.salience
        && second.certainty >= certainty::STATED
        && (second.role == first.role || matches!(second.role, Role::Animal | Role::Vehicle))
        && !matches!(second.role, Role::Person | Role::Furniture | Role::Fixture)
        && inside_each_other(first, second) < 0.6
}

fn inside_each_other(a: &Group, b: &Group) -> f32 {
    match (a.members.first(), b.members.first()) {
        (Some(a), Some(b)) => inside(&a.bounds, &b.bounds).max(inside(&b.bounds, &a.bounds)),
        _ => 0.0,
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
