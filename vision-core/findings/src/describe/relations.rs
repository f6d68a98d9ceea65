//! How things stand to each other, when their boxes really show it. The thresholds are set from the annotated photos.

use crate::describe::classes::{Role, class};
use crate::report::{Face, Rect};

/// A thing with its box, for geometry only.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub id: String,
    pub class_index: u32,
    pub bounds: Rect,
    pub certainty: f32,
}

impl Thing {
    pub fn label(&self) -> &'static str {
        class(self.class_index).label
    }
    fn role(&self) -> Role {
        class(self.class_index).role
    }
}

/// What one thing does with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Link {
    Riding,
    /// Food at the mouth.
    Eating,
    /// A telephone at the ear.
    Phoning,
    Holding,
    Wearing,
    Under,
    SittingAt,
    SittingOn,
    Using,
    /// A thing or an animal on a piece of furniture or a table.
    On,
}

/// `subject` does `link` to `object`; both are ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub link: Link,
    pub subject: String,
    pub object: String,
    pub object_class: u32,
    pub certainty: f32,
}

const RIDDEN: &[&str] = &["horse", "motorcycle", "bicycle", "elephant"];
const SEATS: &[&str] = &["chair", "sofa", "bench", "bed", "toilet"];
const HELD: &[&str] = &[
    "umbrella",
    "handbag",
    "suitcase",
    "frisbee",
    "baseball bat",
    "tennis racket",
    "bottle",
    "wine glass",
    "cup",
    "fork",
    "knife",
    "spoon",
    "banana",
    "apple",
    "sandwich",
    "orange",
    "hot dog",
    "doughnut",
    "remote control",
    "mobile phone",
    "scissors",
    "teddy bear",
    "toothbrush",
    "hair dryer",
    "baseball glove",
    "book",
    "pizza",
    "cake",
    "surfboard",
    "snowboard",
    "skateboard",
    "kite",
];
const WORN: &[&str] = &["tie", "backpack"];
const USED: &[&str] = &["laptop", "keyboard"];
const SURFACES: &[&str] = &["dining table", "bed", "sofa", "bench", "chair"];

/// Every relation that the boxes show, at most one link between two things.
pub fn relations(things: &[Thing], faces: &[Face]) -> Vec<Relation> {
    let mut found = Vec::new();
    for subject in things {
        for object in things.iter().filter(|o| o.id != subject.id) {
            if let Some((link, fit)) = link(subject, object, things, faces) {
                found.push(Relation {
                    link,
                    subject: subject.id.clone(),
                    object: object.id.clone(),
                    object_class: object.class_index,
                    certainty: (fit * subject.certainty * object.certainty).clamp(0.0, 1.0),
                });
            }
        }
    }
    found
}

fn link(subject: &Thing, object: &Thing, things: &[Thing], faces: &[Face]) -> Option<(Link, f32)> {
    let (s, o) = (&subject.bounds, &object.bounds);
    let name = object.label();
    if subject.role() == Role::Person {
        if RIDDEN.contains(&name) && rides(s, o) {
            return Some((Link::Riding, 0.95));
        }
        let face = faces.iter().find(|f| f.person.as_deref() == Some(subject.id.as_str()));
        if class(object.class_index).role == Role::Food && face.is_some_and(|f| at_mouth(f, o)) {
            return Some((Link::Eating, 0.9));
        }
        if name == "mobile phone" && face.is_some_and(|f| at_ear(f, o)) {
            return Some((Link::Phoning, 0.85));
        }
        if WORN.contains(&name) && inside(o, s) > 0.6 {
            return Some((Link::Wearing, 0.95));
        }
        if name == "umbrella" && shelters(o, s) {
            return Some((Link::Under, 0.9));
        }
        if HELD.contains(&name) && holds(s, o) && !stands_on_a_table(object, things) {
            return Some((Link::Holding, 0.87));
        }
        if name == "dining table" && sits_at(s, o) {
            return Some((Link::SittingAt, 0.9));
        }
        if SEATS.contains(&name) && sits_on(s, o) {
            return Some((Link::SittingOn, 0.9));
        }
        if USED.contains(&name) && inside(o, s) > 0.35 && o.center().1 > s.center().1 - 0.2 * s.height {
            return Some((Link::Using, 0.85));
        }
        return None;
    }
    let surface = SURFACES.contains(&name) && subject.role() != Role::Furniture && subject.role() != Role::Fixture;
    if surface && subject.role() != Role::Vehicle && lies_on(s, o) {
        return Some((Link::On, 0.92));
    }
    None
}

/// Share of `inner` that lies in `outer`.
pub fn inside(inner: &Rect, outer: &Rect) -> f32 {
    inner.intersection(outer) / inner.area().max(1.0)
}

/// Shared width as a share of the narrower one.
fn shared_width(a: &Rect, b: &Rect) -> f32 {
    let shared = a.right().min(b.right()) - a.x.max(b.x);
    shared.max(0.0) / a.width.min(b.width).max(1.0)
}

/// The rider's head is above the mount, the seat inside it, the feet above its own.
fn rides(person: &Rect, mount: &Rect) -> bool {
    shared_width(person, mount) > 0.6
        && person.y < mount.y + 0.12 * mount.height
        && person.bottom() > mount.y + 0.25 * mount.height
        && person.bottom() < mount.bottom() + 0.12 * mount.height
        && person.center().1 < mount.center().1
        && person.height < 2.4 * mount.height
        && person.intersection(mount) > 0.2 * person.area()
}

fn at_mouth(face: &Face, food: &Rect) -> bool {
    let [_, _, nose, right, left] = &face.landmarks;
    let mouth = ((right.x + left.x) / 2.0, (right.y + left.y) / 2.0);
    let reach = 0.35 * face.bounds.width.max(face.bounds.height);
    let grown = Rect {
        x: food.x - reach,
        y: food.y - reach,
        width: food.width + 2.0 * reach,
        height: food.height + 2.0 * reach,
    };
    grown.x < mouth.0
        && mouth.0 < grown.right()
        && grown.y < mouth.1
        && mouth.1 < grown.bottom()
        && food.bottom() > nose.y
}

fn at_ear(face: &Face, phone: &Rect) -> bool {
    let (x, y) = phone.center();
    let beside = (x - face.bounds.center().0).abs();
    beside > 0.3 * face.bounds.width
        && beside < 1.1 * face.bounds.width
        && y > face.bounds.y
        && y < face.bounds.bottom() + 0.2 * face.bounds.height
}

fn shelters(umbrella: &Rect, person: &Rect) -> bool {
    shared_width(umbrella, person) > 0.6
        && umbrella.width > 0.7 * person.width
        && umbrella.y < person.y + 0.1 * person.height
        && umbrella.bottom() > person.y
        && umbrella.center().1 < person.y + 0.3 * person.height
}

fn holds(person: &Rect, thing: &Rect) -> bool {
    let y = thing.center().1;
    inside(thing, person) > 0.5
        && thing.area() < 0.8 * person.area()
        && y > person.y + 0.15 * person.height
        && y < person.y + 0.8 * person.height
}

/// Head above the table top, the rest behind or beside it, no feet below it.
fn sits_at(person: &Rect, table: &Rect) -> bool {
    person.intersection(table) > 0.06 * person.area()
        && person.y < table.y + 0.1 * table.height
        && person.bottom() > table.y + 0.1 * table.height
        && person.bottom() < table.bottom() + 0.15 * table.height
        && person.height < 3.2 * person.width
}

fn sits_on(person: &Rect, seat: &Rect) -> bool {
    inside(person, seat) > 0.45
        && person.height < 2.3 * person.width
        && person.center().0 > seat.x
        && person.center().0 < seat.right()
        && person.y < seat.center().1
        && person.bottom() > seat.center().1
}

fn lies_on(thing: &Rect, surface: &Rect) -> bool {
    inside(thing, surface) > 0.6
        && thing.area() < 0.9 * surface.area()
        && thing.bottom() > surface.y + 0.12 * surface.height
        && thing.center().0 > surface.x
        && thing.center().0 < surface.right()
}

fn stands_on_a_table(thing: &Thing, things: &[Thing]) -> bool {
    things.iter().any(|t| t.label() == "dining table" && lies_on(&thing.bounds, &t.bounds))
}

/// Whether a thing stands in front of a larger one, or next to one of like size.
pub fn beside(subject: &Rect, other: &Rect) -> Option<crate::describe::plan::Beside> {
    use crate::describe::plan::Beside;
    let larger = other.area() / subject.area().max(1.0);
    if inside(subject, other) > 0.35 && larger > 1.2 && subject.bottom() > other.bottom() - 0.1 * other.height {
        return Some(Beside::InFrontOf);
    }
    let gap = subject.x.max(other.x) - subject.right().min(other.right());
    let shared = subject.bottom().min(other.bottom()) - subject.y.max(other.y);
    let level = shared > 0.4 * subject.height.min(other.height);
    let near = gap < 0.25 * subject.width.max(other.width) && inside(subject, other).max(inside(other, subject)) < 0.6;
    (level && near && (0.1..10.0).contains(&larger)).then_some(Beside::NextTo)
}
