//! Things that are not in the scene itself: parts of a person, and what a screen, a poster or a picture on a wall shows.

use crate::order;
use crate::reconcile::{Findings, certainty, lower};
use crate::report::{Object, Rect, Standing};

/// A thing that lies this much inside a face and fills this much of it is the face.
const INSIDE_A_FACE: f32 = 0.8;
const FILLS_A_FACE: f32 = 0.25;
/// A thing that lies this much inside a screen or a book is shown by it.
const INSIDE_A_SCREEN: f32 = 0.92;
const SCREENS: &[&str] = &["television", "laptop", "mobile phone", "book"];

/// Seen in a room these are on a poster or a picture on the wall, if they are small and the detectors are not quite sure.
const NOT_IN_ROOMS: &[&str] = &[
    "aeroplane",
    "train",
    "truck",
    "boat",
    "bus",
    "elephant",
    "bear",
    "zebra",
    "giraffe",
    "horse",
    "cow",
    "sheep",
    "surfboard",
    "skis",
    "snowboard",
    "fire hydrant",
    "stop sign",
    "traffic light",
    "parking meter",
    "kite",
];
const ROOM_SIGNS: &[&str] = &[
    "bed",
    "sofa",
    "television",
    "oven",
    "refrigerator",
    "microwave",
    "sink",
    "toilet",
    "dining table",
    "laptop",
    "keyboard",
    "book",
];
/// Seen outdoors these are something else, unless the detectors are sure.
const NOT_OUTDOORS: &[&str] =
    &["oven", "refrigerator", "microwave", "sink", "toilet", "television", "toaster", "bed", "sofa", "hair dryer"];
const OUTDOOR_SIGNS: &[&str] = &[
    "car",
    "truck",
    "bus",
    "train",
    "aeroplane",
    "boat",
    "traffic light",
    "fire hydrant",
    "stop sign",
    "horse",
    "cow",
    "sheep",
    "elephant",
    "bear",
    "zebra",
    "giraffe",
    "skis",
    "snowboard",
    "surfboard",
    "kite",
    "baseball bat",
];
/// How many different certain signs make a place.
const SIGNS_NEEDED: usize = 2;
/// Share of the picture below which a thing out of place is taken for a picture of it.
const SMALL: f32 = 0.06;
/// From this probability a thing out of place is believed.
const BELIEVED: f32 = 0.95;

pub fn doubt_parts_and_pictures(findings: &mut Findings) {
    let fused = certainty::is_fused(&findings.objects);
    let faces: Vec<(String, Rect)> =
        findings.faces.iter().filter(|f| f.standing == Standing::Accepted).map(|f| (f.id.clone(), f.bounds)).collect();
    let all = findings.objects.clone();
    let area = findings.image.width as f32 * findings.image.height as f32;
    for object in findings.objects.iter_mut().filter(|o| o.standing != Standing::Doubted) {
        if let Some(why) = part_of_a_person(object, &faces, &all)
            .or_else(|| shown_on(object, &all))
            .or_else(|| out_of_place(object, &all, fused, area))
        {
            lower(&mut object.standing, &mut object.reason, Standing::Doubted, why);
        }
    }
}

fn part_of_a_person(object: &Object, faces: &[(String, Rect)], all: &[Object]) -> Option<String> {
    if object.label == "person" {
        return None;
    }
    let bounds = &object.bounds;
    let face = faces.iter().find(|(_, face)| {
        let shared = bounds.intersection(face);
        shared > INSIDE_A_FACE * bounds.area() && shared > FILLS_A_FACE * face.area()
    });
    if let Some((id, _)) = face {
        return Some(format!("it is part of the face {id}"));
    }
    let worn = object.label == "tie";
    let on_someone = all.iter().any(|p| {
        p.label == "person" && p.standing != Standing::Doubted && p.bounds.intersection(bounds) > 0.6 * bounds.area()
    });
    (worn && !on_someone).then(|| "nobody is there to wear it".to_owned())
}

fn shown_on(object: &Object, all: &[Object]) -> Option<String> {
    let shows = |s: &&Object| {
        s.id != object.id
            && SCREENS.contains(&s.label.as_str())
            && s.standing == Standing::Accepted
            && object.bounds.intersection(&s.bounds) > INSIDE_A_SCREEN * object.bounds.area()
            && object.bounds.area() < 0.8 * s.bounds.area()
    };
    if SCREENS.contains(&object.label.as_str())
        || matches!(object.label.as_str(), "keyboard" | "computer mouse" | "remote control")
    {
        return None;
    }
    all.iter().find(shows).map(|s| format!("it is shown on the {} {}", s.label, s.id))
}

fn out_of_place(object: &Object, all: &[Object], fused: bool, picture_area: f32) -> Option<String> {
    let p = certainty::probability(object.score, fused);
    if p >= BELIEVED {
        return None;
    }
    let label = object.label.as_str();
    let signs = |table: &[&str]| {
        let mut seen: Vec<&str> = all
            .iter()
            .filter(|o| o.id != object.id && o.standing == Standing::Accepted && table.contains(&o.label.as_str()))
            .map(|o| o.label.as_str())
            .collect();
        order::sort(&mut seen);
        seen.dedup();
        seen.len()
    };
    if NOT_IN_ROOMS.contains(&label) && object.bounds.area() < SMALL * picture_area && signs(ROOM_SIGNS) >= SIGNS_NEEDED
    {
        return Some("all else speaks for a room: it may be a picture on the wall".to_owned());
    }
    if NOT_OUTDOORS.contains(&label) && signs(OUTDOOR_SIGNS) >= SIGNS_NEEDED {
        return Some("all else speaks for the open air".to_owned());
    }
    None
}

#[cfg(test)]
pub fn table_names() -> impl Iterator<Item = &'static str> {
    [SCREENS, NOT_IN_ROOMS, ROOM_SIGNS, NOT_OUTDOORS, OUTDOOR_SIGNS].into_iter().flatten().copied()
}
