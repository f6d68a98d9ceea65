//! How many people there are, who of them is meant by the sentence and who is in the background.

use crate::describe::classes::Role;
use crate::describe::groups::Group;
use crate::describe::plan::{Item, What};
use crate::reconcile::Findings;
use crate::report::{Rect, Standing};

/// Everyone on the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct People {
    pub main: Item,
    pub background: Option<Item>,
    /// Boxes of the main people, the largest first.
    pub bounds: Vec<Rect>,
    /// Ids of the main people's objects.
    pub ids: Vec<String>,
    /// The colours that main people are dressed in, with whose they are.
    pub garments: Vec<(String, String)>,
}

/// A person smaller than this share of the largest one's box is in the background ...
const BACKGROUND: f32 = 0.16;
/// ... if the largest fills at least this share of the picture.
const FOREGROUND: f32 = 0.02;
/// People lead the sentence from this share of the picture.
const LEADS: f32 = 0.05;

impl People {
    /// Whether no main person has a face and the upper edge cuts the largest off.
    pub fn headless(&self, findings: &Findings, picture: &Rect) -> bool {
        let faced = findings.faces.iter().any(|f| f.person.as_ref().is_some_and(|p| self.ids.contains(p)));
        !faced && self.bounds.first().is_some_and(|b| b.y < 0.02 * picture.height)
    }

    pub fn leads(&self, picture: &Rect) -> bool {
        let share: f32 = self.bounds.iter().map(Rect::area).sum::<f32>() / picture.area().max(1.0);
        share >= LEADS
    }
}

/// From this number a crowd is counted as one, whoever stands in front.
const CROWD: usize = COUNTED_OUT + 1;
/// Up to this number people are counted out.
pub const COUNTED_OUT: usize = 6;

pub fn people(findings: &Findings, groups: &[Group], picture: &Rect) -> People {
    let mut people =
        People { main: none(), background: None, bounds: Vec::new(), ids: Vec::new(), garments: Vec::new() };
    let group = groups.iter().find(|g| g.role == Role::Person);
    let largest = group.and_then(|g| g.members.first()).map_or(0.0, |m| m.bounds.area());
    let in_front = largest >= FOREGROUND * picture.area();
    let mut background = none();
    for member in group.map_or(&[][..], |g| g.members.as_slice()) {
        let behind = in_front && member.bounds.area() < BACKGROUND * largest;
        let item = if behind { &mut background } else { &mut people.main };
        item.count += 1;
        item.findings.push(member.id.clone());
        item.certainty = item.certainty.max(member.certainty);
        if !behind {
            people.bounds.push(member.bounds);
            people.ids.push(member.id.clone());
            people.garments.extend(member.color.clone().map(|color| (member.id.clone(), color)));
        }
    }
    // A face that no person's box holds is a person all the same.
    for face in findings.faces.iter().filter(|f| f.standing != Standing::Doubted && f.person.is_none()) {
        let small = in_front && face.bounds.area() < 0.02 * largest;
        let item = if small { &mut background } else { &mut people.main };
        item.count += 1;
        item.findings.push(face.id.clone());
        item.certainty = item.certainty.max(face.score.min(0.95));
    }
    if people.main.count == 1
        && let Some(only) = group.and_then(|g| g.members.first())
    {
        people.main.color = only.color.clone();
    }
    if people.main.count >= CROWD {
        people.main.count += background.count;
        people.main.findings.append(&mut background.findings);
        background.count = 0;
    }
    people.background = (background.count > 0).then_some(background);
    people
}

fn none() -> Item {
    Item { what: What::Person, count: 0, findings: Vec::new(), certainty: 0.0, color: None }
}
