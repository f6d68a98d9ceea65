//! What people and animals do, when gear and boxes show it: riding, skiing, eating, sitting at a table.

use crate::describe::classes::{Role, index_of};
use crate::describe::groups::Group;
use crate::describe::people::{self, People};
use crate::describe::plan::{Activity, Doing, Item, What, item};
use crate::describe::relations::{Link, Relation};
use crate::describe::settings::{Place, Setting};
use crate::order;
use crate::reconcile::{Findings, is_a};
use crate::report::Standing;

/// Sports by their gear: an object of the class or a tag shows it.
struct Sport {
    doing: Doing,
    gear: &'static [&'static str],
    /// Tags that show it without the gear, with the probability from which they do.
    tags: &'static [(&'static str, f32)],
    place: Option<Place>,
}

const SPORTS: &[Sport] = &[
    Sport { doing: Doing::Skiing, gear: &["skis"], tags: &[("skis", 0.45)], place: Some(Place::Snow) },
    Sport { doing: Doing::Snowboarding, gear: &["snowboard"], tags: &[], place: Some(Place::Snow) },
    Sport {
        doing: Doing::PlayingTennis,
        gear: &["tennis racket"],
        tags: &[("racket", 0.4)],
        place: Some(Place::TennisCourt),
    },
    Sport {
        doing: Doing::PlayingBaseball,
        gear: &["baseball bat", "baseball glove"],
        tags: &[("baseball player", 0.3), ("baseball", 0.4)],
        place: Some(Place::BaseballField),
    },
    Sport { doing: Doing::Surfing, gear: &["surfboard"], tags: &[], place: Some(Place::Water) },
    Sport { doing: Doing::Skateboarding, gear: &["skateboard"], tags: &[], place: None },
    Sport { doing: Doing::PlayingFrisbee, gear: &["frisbee"], tags: &[], place: None },
    Sport { doing: Doing::FlyingKite, gear: &["kite"], tags: &[], place: None },
];

/// A lone person who fills this share poses with the gear more often than uses it.
const POSING: f32 = 0.45;

/// What someone does is told from this certainty; a guess at it would say too much.
const DONE: f32 = 0.6;
/// What is held or worn is told from this share of the picture.
const TELLING: f32 = 0.006;

/// Class indices of the gear that a sport has already told of.
pub fn gear(doing: Doing) -> Vec<u32> {
    let named = SPORTS.iter().find(|s| s.doing == doing).map_or(&[][..], |s| s.gear);
    let ball: &[&str] = if matches!(doing, Doing::PlayingTennis | Doing::PlayingBaseball) { &["ball"] } else { &[] };
    named.iter().chain(ball).filter_map(|l| index_of(l)).collect()
}

/// What the main people do, the most telling first.
pub fn of_people(
    findings: &Findings,
    people: &People,
    groups: &[Group],
    relations: &[Relation],
    settings: &[Setting],
) -> Vec<Activity> {
    let mut found = Vec::new();
    let crowd = people.main.count > people::COUNTED_OUT;
    let posing =
        people.main.count == 1 && people.bounds.first().is_some_and(|b| b.area() > POSING * picture_area(findings));
    if let Some(sport) = sport(findings, groups, settings).filter(|_| !posing && !crowd) {
        found.push(sport);
    }
    let of_main: Vec<&Relation> = relations.iter().filter(|r| people.ids.contains(&r.subject)).collect();
    let order = [
        Link::Riding,
        Link::Eating,
        Link::Phoning,
        Link::SittingAt,
        Link::SittingOn,
        Link::Using,
        Link::Under,
        Link::Holding,
        Link::Wearing,
    ];
    for link in order {
        let sitting = matches!(link, Link::SittingAt | Link::SittingOn);
        let seated = found.iter().any(|a: &Activity| {
            matches!(a.doing, Doing::Linked(Link::SittingAt | Link::SittingOn | Link::Riding))
                || !matches!(a.doing, Doing::Linked(_))
        });
        if sitting && seated {
            continue;
        }
        let large_enough = |r: &Relation| {
            matches!(link, Link::Riding | Link::Phoning) || share_of(&r.object, groups, findings) > TELLING
        };
        let mut linked: Vec<&&Relation> = of_main.iter().filter(|r| r.link == link && large_enough(r)).collect();
        order::sort_by(&mut linked, |a, b| b.certainty.total_cmp(&a.certainty));
        let Some(best) = linked.first() else { continue };
        let class_index = best.object_class;
        // Among many umbrellas one that is held cannot be told from one that stands behind.
        let others = groups.iter().find(|g| g.class_index == class_index).map_or(0, Group::count);
        if link == Link::Holding && others > linked.len() + 1 {
            continue;
        }
        linked.retain(|r| r.object_class == class_index);
        if gear_of_found(&found, class_index) {
            continue;
        }
        let joined = joined(link, &linked, people, groups);
        if joined.certainty < DONE {
            continue;
        }
        found.push(joined);
        if found.len() == 2 {
            break;
        }
    }
    found
}

fn picture_area(findings: &Findings) -> f32 {
    findings.image.width as f32 * findings.image.height as f32
}

fn share_of(id: &str, groups: &[Group], findings: &Findings) -> f32 {
    let area = groups.iter().flat_map(|g| g.members.iter()).find(|m| m.id == id).map_or(0.0, |m| m.bounds.area());
    area / picture_area(findings).max(1.0)
}

fn gear_of_found(found: &[Activity], class_index: u32) -> bool {
    found.iter().any(|a| {
        gear(a.doing).contains(&class_index) || a.object.as_ref().is_some_and(|o| o.what == What::Class(class_index))
    })
}

/// Several relations of one kind as one activity.
fn joined(link: Link, linked: &[&&Relation], people: &People, groups: &[Group]) -> Activity {
    let mut objects: Vec<String> = linked.iter().map(|r| r.object.clone()).collect();
    order::sort(&mut objects);
    objects.dedup();
    let mut doers: Vec<String> = linked.iter().map(|r| r.subject.clone()).collect();
    order::sort(&mut doers);
    doers.dedup();
    let certainty = linked.iter().map(|r| r.certainty).fold(0.0, f32::max);
    let class_index = linked.first().map_or(0, |r| r.object_class);
    let color = groups
        .iter()
        .flat_map(|g| g.members.iter())
        .find(|m| objects.len() == 1 && objects.contains(&m.id))
        .and_then(|m| m.color.clone());
    let mut all = doers.clone();
    all.extend(objects.clone());
    Activity {
        doing: Doing::Linked(link),
        doers: if doers.len() >= people.main.count { 0 } else { doers.len() },
        object: Some(Item {
            what: What::Class(class_index),
            count: objects.len(),
            findings: objects,
            certainty,
            color,
        }),
        findings: all,
        certainty,
    }
}

fn sport(findings: &Findings, groups: &[Group], settings: &[Setting]) -> Option<Activity> {
    SPORTS
        .iter()
        .filter_map(|sport| {
            let mut ids = Vec::new();
            let mut certainty: f32 = 0.0;
            for group in groups.iter().filter(|g| sport.gear.contains(&g.label())) {
                certainty = certainty.max(group.certainty);
                ids.extend(group.ids());
            }
            for tag in findings.tags.iter().filter(|t| t.standing != Standing::Doubted) {
                if sport.tags.iter().any(|(name, least)| tag.probability >= *least && is_a(tag, name)) {
                    certainty = certainty.max(0.5 + tag.probability / 2.0);
                    ids.push(tag.id.clone());
                }
            }
            let fits = sport.place.and_then(|p| settings.iter().find(|s| s.place == p)).map_or(0.5, |s| s.probability);
            (certainty * (0.75 + 0.25 * fits) >= DONE && fits > 0.4).then(|| Activity {
                doing: sport.doing,
                doers: 0,
                object: None,
                findings: ids,
                certainty: certainty.min(0.98) * (0.75 + 0.25 * fits),
            })
        })
        .max_by(|a, b| a.certainty.total_cmp(&b.certainty))
}

/// Being on a piece of furniture that the boxes of no subject show, because a tag is the subject.
pub fn on(surface: &Group) -> Activity {
    Activity {
        doing: Doing::Linked(Link::On),
        doers: 0,
        object: Some(item(surface)),
        findings: surface.ids(),
        certainty: surface.certainty,
    }
}

/// An animal or a thing on a piece of furniture.
pub fn of_things(group: &Group, relations: &[Relation], groups: &[Group]) -> Option<Activity> {
    let on: Vec<&Relation> =
        relations.iter().filter(|r| r.link == Link::On && group.members.iter().any(|m| m.id == r.subject)).collect();
    let best = on.iter().max_by(|a, b| a.certainty.total_cmp(&b.certainty))?;
    let surface = groups.iter().find(|g| g.class_index == best.object_class)?;
    if group.role != Role::Animal && surface.label() != "dining table" {
        return None;
    }
    let mut ids: Vec<String> = on.iter().map(|r| r.subject.clone()).collect();
    ids.push(best.object.clone());
    Some(Activity {
        doing: Doing::Linked(Link::On),
        doers: 0,
        object: Some(Item {
            what: What::Class(best.object_class),
            count: 1,
            findings: vec![best.object.clone()],
            certainty: surface.certainty,
            color: None,
        }),
        findings: ids,
        certainty: best.certainty,
    })
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    SPORTS.iter().flat_map(|s| s.gear.iter().copied().chain(s.tags.iter().map(|(name, _)| *name)))
}
