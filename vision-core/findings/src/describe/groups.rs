//! Things of one kind taken together: how many there are, how certain that is and how much they draw the eye.

use crate::describe::classes::{self, Role};
use crate::order;
use crate::reconcile::{Findings, certainty};
use crate::report::{Object, Rect, Standing};

/// All that may be spoken of that is of one class.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub class_index: u32,
    pub role: Role,
    pub members: Vec<Member>,
    /// Probability that there is at least one.
    pub certainty: f32,
    /// How much it draws the eye; only the order counts.
    pub salience: f32,
}

/// One thing of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    pub id: String,
    pub bounds: Rect,
    pub certainty: f32,
    pub color: Option<String>,
}

/// A thing less likely than this is not counted where a likelier one of its kind is there.
const COUNTED: f32 = 0.66;

impl Group {
    pub fn label(&self) -> &'static str {
        classes::class(self.class_index).label
    }
    pub fn count(&self) -> usize {
        self.members.len()
    }
    pub fn ids(&self) -> Vec<String> {
        self.members.iter().map(|m| m.id.clone()).collect()
    }
    /// The largest member's share of the picture.
    pub fn largest_share(&self, picture: &Rect) -> f32 {
        self.members.iter().map(|m| m.bounds.area()).fold(0.0, f32::max) / picture.area().max(1.0)
    }
}

/// The picture as a box.
pub fn picture(findings: &Findings) -> Rect {
    Rect { x: 0.0, y: 0.0, width: findings.image.width.max(1) as f32, height: findings.image.height.max(1) as f32 }
}

/// The certainty of an object that may be spoken of: what its score says, and at least what its standing promises.
pub fn certainty_of(object: &Object, fused: bool) -> f32 {
    let p = certainty::probability(object.score, fused);
    match object.standing {
        Standing::Accepted => p.max(certainty::STATED),
        Standing::Unsure => p.clamp(certainty::SPOKEN, certainty::STATED - 0.01),
        Standing::Doubted => p,
    }
}

/// Everything that may be spoken of, the most salient first.
pub fn groups(findings: &Findings) -> Vec<Group> {
    let fused = certainty::is_fused(&findings.objects);
    let picture = picture(findings);
    let mut groups: Vec<Group> = Vec::new();
    for object in findings.objects.iter().filter(|o| o.standing != Standing::Doubted) {
        let member = Member {
            id: object.id.clone(),
            bounds: object.bounds,
            certainty: certainty_of(object, fused),
            color: object.color.as_ref().map(|c| c.name.clone()),
        };
        match groups.iter_mut().find(|g| g.class_index == object.class_index) {
            Some(group) => group.members.push(member),
            None => groups.push(Group {
                class_index: object.class_index,
                role: classes::class(object.class_index).role,
                members: vec![member],
                certainty: 0.0,
                salience: 0.0,
            }),
        }
    }
    for group in &mut groups {
        group.certainty = group.members.iter().map(|m| m.certainty).fold(0.0, f32::max);
        if group.certainty >= COUNTED {
            group.members.retain(|m| m.certainty >= COUNTED);
        }
        order::sort_by(&mut group.members, |a, b| b.bounds.area().total_cmp(&a.bounds.area()));
        group.salience = group.members.iter().map(|m| salience(m, &picture).powi(2)).sum::<f32>().sqrt()
            * classes::class(group.class_index).weight;
    }
    order::sort_by(&mut groups, |a, b| b.salience.total_cmp(&a.salience));
    groups
}

/// Size and place together: a thing in the middle draws the eye more than one at the edge.
fn salience(member: &Member, picture: &Rect) -> f32 {
    let share = (member.bounds.area() / picture.area().max(1.0)).clamp(0.0, 1.0);
    let (x, y) = member.bounds.center();
    let dx = (x / picture.width - 0.5).abs() * 2.0;
    let dy = (y / picture.height - 0.5).abs() * 2.0;
    let central = 1.0 - 0.5 * dx.max(dy).min(1.0);
    share.powf(0.4) * central * member.certainty
}
