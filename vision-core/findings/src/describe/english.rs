//! The English sentence: a plan put into words.

use crate::describe::plan::{Activity, Beside, Doing, Item, Plan, Size, Subject, What};
use crate::describe::relations::Link;
use crate::describe::settings::{Place, Setting};
use crate::describe::text::Text;
use crate::report::PictureKind;

mod grammar;
mod words;

use grammar::{bare_plural, hedge, hedged, is_singular, list, noun_phrase, number};

/// Below this certainty what someone does is hedged; the things themselves are hedged on their own.
const SURE_OF_DOING: f32 = 0.6;

/// Writes the main part.
pub fn write(plan: &Plan, text: &mut Text) {
    match &plan.subject {
        Subject::Items(items) => subject(plan, items, text),
        Subject::Place(setting) => place_first(plan, setting, text),
        Subject::Nothing => {}
    }
    text.stop();
    on_table(plan, text);
    also(plan, text);
    maybe(plan, text);
}

fn subject(plan: &Plan, items: &[Item], text: &mut Text) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.words(if index + 1 == items.len() { "and" } else { "," });
        }
        if plan.size == Size::CloseUp && hedge(item.certainty).is_none() {
            text.words("a close-up of");
        }
        let (words, findings) = named(item, &plan.activities);
        text.clause(&hedged(&words, item.certainty), findings, item.certainty);
    }
    garment(items, text);
    let told = plan.activities.iter().filter(|a| words::player(a.doing).is_none());
    let unsure = items.iter().any(|i| hedge(i.certainty).is_some());
    let (all, some): (Vec<&Activity>, Vec<&Activity>) = told.partition(|a| a.doers == 0);
    for (index, activity) in all.iter().enumerate() {
        let words = doing(activity, unsure);
        if index > 0 {
            text.words("and");
        } else if hedge(activity.certainty).is_some_and(|h| words.starts_with(h)) {
            text.words(",");
        }
        text.clause(&words, activity.findings.clone(), activity.certainty);
    }
    let placed = plan.place.as_ref().filter(|p| !plan.activities.iter().any(|a| tells_place(a, p.place)));
    if let Some(setting) = placed {
        where_it_is(setting, items, text);
    }
    if let Some((beside, item)) = &plan.beside {
        text.words(match beside {
            Beside::InFrontOf => "in front of",
            Beside::NextTo => "next to",
        });
        text.clause(&noun_phrase(item), item.findings.clone(), item.certainty);
    }
    let told_apart = some.is_empty() && one_in_color(plan, items, text);
    for activity in some {
        text.words(",").words(&format!("{} of them", number(activity.doers)));
        text.clause(&doing(activity, unsure), activity.findings.clone(), activity.certainty);
    }
    let plain = plan.activities.is_empty() && placed.is_none() && plan.beside.is_none() && !told_apart;
    company(plan, if plain { "with" } else { ", with" }, text);
    position(plan, items, text);
}

/// A noun phrase, or what someone is by the sport: `two tennis players`.
fn named(item: &Item, activities: &[Activity]) -> (String, Vec<String>) {
    let player = activities.iter().find_map(|a| words::player(a.doing).map(|p| (p, &a.findings)));
    match player.filter(|_| item.what == What::Person) {
        Some(((one, many), gear)) => {
            let words = if item.count == 1 { format!("a {one}") } else { format!("{} {many}", number(item.count)) };
            (words, [item.findings.clone(), gear.clone()].concat())
        }
        None => (noun_phrase(item), item.findings.clone()),
    }
}

/// `in red`, `one of them in blue`: only what is plainly one colour.
fn garment(items: &[Item], text: &mut Text) {
    let [item] = items else { return };
    let Some(color) = item.color.as_deref().filter(|c| words::GARMENT_COLORS.contains(c)) else { return };
    if item.what == What::Person && item.count == 1 {
        text.clause(&format!("in {color}"), item.findings.clone(), 0.85 * item.certainty);
    }
}

/// `, one of them in blue`: of a few people exactly one is dressed in a colour that stands out.
fn one_in_color(plan: &Plan, items: &[Item], text: &mut Text) -> bool {
    let [Item { what: What::Person, count: 2..=6, certainty, .. }] = items else { return false };
    let mut vivid = plan.garments.iter().filter(|(_, color)| words::VIVID_GARMENTS.contains(&color.as_str()));
    if let (Some((id, color)), None) = (vivid.next(), vivid.next()) {
        text.words(",").clause(&format!("one of them in {color}"), vec![id.clone()], 0.85 * certainty);
        return true;
    }
    false
}

fn where_it_is(setting: &Setting, items: &[Item], text: &mut Text) {
    let people = items.iter().any(|i| i.what == What::Person);
    let phrase = hedged(words::place_phrase(setting.place, people), setting.probability);
    if hedge(setting.probability).is_some() {
        text.words(",");
    }
    text.clause(&phrase, setting.findings.clone(), setting.probability);
}

/// Whether what someone does already tells where they are.
fn tells_place(activity: &Activity, place: Place) -> bool {
    match activity.doing {
        Doing::Linked(Link::On | Link::SittingOn) => {
            matches!(place, Place::Desk | Place::Grass | Place::DiningRoom)
                || (activity.object.as_ref().is_some_and(|o| o.what == What::Class(59)) && place == Place::Bedroom)
        }
        Doing::Linked(Link::SittingAt | Link::Using) => matches!(place, Place::DiningRoom | Place::Desk),
        Doing::Surfing => matches!(place, Place::Water | Place::Waterside),
        Doing::FlyingKite => place == Place::Sky,
        _ => false,
    }
}

/// What the subject does: `riding horses`, `holding an umbrella`.
fn doing(activity: &Activity, hedged_before: bool) -> String {
    let object = activity
        .object
        .as_ref()
        .map_or_else(String::new, |o| if o.count > 1 { bare_plural(o) } else { noun_phrase(o) });
    let class = activity.object.as_ref().map(|o| &o.what);
    let what = match activity.doing {
        Doing::Linked(Link::Riding) if class == Some(&What::Class(3)) => format!("sitting on {object}"),
        Doing::Linked(Link::Riding) => format!("riding {object}"),
        Doing::Linked(Link::Eating) => format!("eating {object}"),
        Doing::Linked(Link::Phoning) => "talking on a mobile phone".to_owned(),
        Doing::Linked(Link::Holding) => format!("holding {object}"),
        Doing::Linked(Link::Wearing) if class == Some(&What::Class(24)) => format!("with {object}"),
        Doing::Linked(Link::Wearing) => format!("wearing {object}"),
        Doing::Linked(Link::Under) => format!("under {object}"),
        Doing::Linked(Link::SittingAt) => format!("sitting at {object}"),
        Doing::Linked(Link::SittingOn) => format!("sitting on {object}"),
        Doing::Linked(Link::Using) => format!("at {object}"),
        Doing::Linked(Link::On) => format!("on {object}"),
        Doing::Skiing => "skiing".to_owned(),
        Doing::Snowboarding => "snowboarding".to_owned(),
        Doing::Surfing => "surfing on the waves".to_owned(),
        Doing::Skateboarding => "skateboarding".to_owned(),
        Doing::PlayingTennis | Doing::PlayingBaseball => String::new(),
        Doing::PlayingFrisbee => "playing with a frisbee".to_owned(),
        Doing::FlyingKite => "flying a kite".to_owned(),
    };
    let unsure = hedge(activity.certainty).filter(|_| activity.certainty < SURE_OF_DOING && !hedged_before);
    unsure.map_or(what.clone(), |h| format!("{h} {what}"))
}

/// What stands beside the subject in the same sentence.
fn company(plan: &Plan, with: &str, text: &mut Text) {
    if !plan.company.is_empty() {
        text.words(with);
        list(&plan.company, "and", text);
    }
    let Some(others) = &plan.background_people else { return };
    let words = match others.count {
        1 => "another person in the background".to_owned(),
        2..=6 => format!("{} more people in the background", number(others.count)),
        _ => "many more people in the background".to_owned(),
    };
    text.words(if plan.company.is_empty() { ", with" } else { ", and" });
    text.clause(&words, others.findings.clone(), others.certainty);
}

/// `, on the left of the picture`: of a small lone subject.
fn position(plan: &Plan, items: &[Item], text: &mut Text) {
    let (Some((x, y)), [item]) = (plan.position, items) else { return };
    if !plan.company.is_empty() || plan.background_people.is_some() || plan.beside.is_some() {
        return;
    }
    let third = |at: f32, low, high| match at {
        a if a < 0.36 => low,
        a if a > 0.64 => high,
        _ => "",
    };
    let words = match (third(y, "top", "bottom"), third(x, "left", "right")) {
        ("", "") => "in the middle of the picture".to_owned(),
        ("", side) => format!("on the {side} of the picture"),
        (row, "") => format!("at the {row} of the picture"),
        (row, side) => format!("at the {row} {side} of the picture"),
    };
    text.words(",").clause(&words, item.findings.clone(), item.certainty);
}

fn place_first(plan: &Plan, setting: &Setting, text: &mut Text) {
    let words = hedged(words::place_noun(setting.place), setting.probability);
    text.clause(&words, setting.findings.clone(), setting.probability);
    company(plan, "with", text);
}

fn on_table(plan: &Plan, text: &mut Text) {
    if plan.on_table.is_empty() {
        return;
    }
    match &plan.table {
        Some(table) => text.words("on").clause(&noun_phrase(table), table.findings.clone(), table.certainty),
        None => text.words("on the table"),
    };
    text.words(if is_one(&plan.on_table) { "is" } else { "are" });
    list(&plan.on_table, "and", text);
    text.stop();
}

fn also(plan: &Plan, text: &mut Text) {
    if plan.also.is_empty() {
        return;
    }
    text.words(if is_one(&plan.also) { "there is also" } else { "there are also" });
    list(&plan.also, "and", text);
    text.stop();
}

/// Whether the verb of a list is singular.
fn is_one(items: &[Item]) -> bool {
    matches!(items, [only] if is_singular(only))
}

/// What is uncertain, hedged once for all.
fn maybe(plan: &Plan, text: &mut Text) {
    if plan.maybe.is_empty() {
        return;
    }
    if plan.subject == Subject::Nothing {
        text.words("perhaps");
        list(&plan.maybe, "or", text);
    } else {
        let surest = plan.maybe.iter().map(|i| i.certainty).fold(1.0, f32::min);
        let probably = hedge(surest) == Some("probably");
        text.words(match (probably, is_one(&plan.maybe)) {
            (true, true) => "there is probably also",
            (true, false) => "there are probably also",
            (false, _) => "there may also be",
        });
        list(&plan.maybe, "and", text);
    }
    text.stop();
}

/// What a page, a screenshot or a drawing stands on.
pub fn ground(light: &str) -> String {
    format!("on {} {light}", grammar::article(light))
}

/// What kind of picture it is, where that is the first thing to say.
pub fn kind_of_picture(kind: PictureKind) -> Option<&'static str> {
    match kind {
        PictureKind::Photo => None,
        PictureKind::Drawing => Some("a drawing"),
        PictureKind::Screenshot => Some("a screenshot"),
        PictureKind::Document => Some("a page of text"),
    }
}

/// The word for a colour of the palette.
pub fn color_word(name: &str) -> &str {
    words::PALETTE.iter().find(|(n, _)| *n == name).map_or(name, |(_, w)| w)
}
