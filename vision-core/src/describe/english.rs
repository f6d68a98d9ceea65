//! The English sentence: a plan put into words.

use crate::describe::plan::{Activity, Doing, Item, Plan, Size, Subject, TABLE, What};
use crate::describe::relations::Link;
use crate::describe::settings::{Place, Setting};
use crate::describe::text::Text;
use crate::report::PictureKind;

mod grammar;
mod words;

use grammar::{hedge, hedged, is_singular, noun_phrase};

/// Writes the main part.
pub fn write(plan: &Plan, text: &mut Text) {
    match &plan.subject {
        Subject::Items(items) => subject(plan, items, text),
        Subject::Place(setting) => {
            let hedge = hedge(setting.probability).map_or(String::new(), |h| format!("{h} "));
            text.clause(
                &format!("{hedge}{}", place_noun(setting.place)),
                setting.findings.clone(),
                setting.probability,
            );
        }
        Subject::Nothing => return,
    }
    around(plan, text);
    text.stop();
    on_table(plan, text);
    also(plan, text);
}

fn subject(plan: &Plan, items: &[Item], text: &mut Text) {
    let close = plan.size == Size::CloseUp && items.iter().all(|i| i.what != What::Person);
    for (index, item) in items.iter().enumerate() {
        let phrase = if index == 0 && close { format!("{} seen close up", hedged(item)) } else { hedged(item) };
        if index > 0 {
            text.words(if index + 1 == items.len() { "and" } else { "," });
        }
        text.clause(&phrase, item.findings.clone(), item.certainty);
    }
    for (index, activity) in plan.activities.iter().enumerate() {
        if activity.doers > 0 {
            text.words(",");
        } else if index > 0 {
            text.words("and");
        }
        text.clause(&doing(activity, plan), activity.findings.clone(), activity.certainty);
    }
    if let Some(setting) = &plan.place
        && !plan.activities.iter().any(|a| tells_place(a.doing, setting.place))
    {
        let hedge = hedge(setting.probability).map_or(String::new(), |h| format!("{h} "));
        text.clause(&format!("{hedge}{}", place_phrase(setting)), setting.findings.clone(), setting.probability);
    }
}

fn tells_place(doing: Doing, place: Place) -> bool {
    matches!((doing, place), (Doing::Linked(Link::On), Place::Bedroom))
}

/// What the subject does: `riding horses`, `one of them holding an umbrella`.
fn doing(activity: &Activity, plan: &Plan) -> String {
    let many = match &plan.subject {
        Subject::Items(items) => items.iter().map(|i| i.count).sum::<usize>() > 1,
        _ => false,
    };
    let who = match activity.doers {
        0 => String::new(),
        1 if many => "one of them ".to_owned(),
        n if many => format!("{} of them ", grammar::number(n)),
        _ => String::new(),
    };
    let object = activity.object.as_ref().map(|o| {
        let mut o = o.clone();
        o.certainty = 1.0;
        noun_phrase(&o)
    });
    let object = object.unwrap_or_default();
    let unsure =
        hedge(activity.certainty).filter(|_| activity.certainty < 0.6).map_or(String::new(), |h| format!("{h} "));
    let what = match activity.doing {
        Doing::Linked(Link::Riding) => format!("riding {object}"),
        Doing::Linked(Link::Eating) => format!("eating {object}"),
        Doing::Linked(Link::Phoning) => "on the phone".to_owned(),
        Doing::Linked(Link::Holding) => format!("holding {object}"),
        Doing::Linked(Link::Wearing) => match activity.object.as_ref().map(|o| &o.what) {
            Some(What::Class(24)) => format!("with {object}"),
            _ => format!("wearing {object}"),
        },
        Doing::Linked(Link::Under) => format!("under {object}"),
        Doing::Linked(Link::SittingAt) => format!("sitting at {object}"),
        Doing::Linked(Link::SittingOn) => format!("sitting on {object}"),
        Doing::Linked(Link::Using) => format!("with {object} in front"),
        Doing::Linked(Link::On) => format!("on {object}"),
        Doing::Skiing => "skiing".to_owned(),
        Doing::Snowboarding => "snowboarding".to_owned(),
        Doing::Surfing => "surfing".to_owned(),
        Doing::Skateboarding => "skateboarding".to_owned(),
        Doing::PlayingTennis => "playing tennis".to_owned(),
        Doing::PlayingBaseball => "playing baseball".to_owned(),
        Doing::PlayingFrisbee => "playing with a frisbee".to_owned(),
        Doing::FlyingKite => "flying a kite".to_owned(),
    };
    format!("{unsure}{who}{what}")
}

/// What stands beside the subject in the same sentence.
fn around(plan: &Plan, text: &mut Text) {
    if !plan.company.is_empty() {
        text.words(if matches!(plan.subject, Subject::Place(_)) { "with" } else { ", with" });
        list(&plan.company, text);
    }
    if let Some(others) = &plan.background_people {
        let words = match others.count {
            1 => "another person in the background".to_owned(),
            2..=6 => format!("{} more people in the background", grammar::number(others.count)),
            _ => "many more people in the background".to_owned(),
        };
        text.words(if plan.company.is_empty() { ", with" } else { "and" });
        text.clause(&words, others.findings.clone(), others.certainty);
    }
}

fn on_table(plan: &Plan, text: &mut Text) {
    let Some(first) = plan.on_table.first() else { return };
    let _ = TABLE;
    text.words("on the table").words(if is_singular(first) { "is" } else { "are" });
    list(&plan.on_table, text);
    text.stop();
}

fn also(plan: &Plan, text: &mut Text) {
    let Some(first) = plan.also.first() else { return };
    text.words(if is_singular(first) { "there is also" } else { "there are also" });
    list(&plan.also, text);
    text.stop();
}

/// `a cup, two forks and perhaps a bottle`.
fn list(items: &[Item], text: &mut Text) {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.words(if index + 1 == items.len() { "and" } else { "," });
        }
        text.clause(&hedged(item), item.findings.clone(), item.certainty);
    }
}

fn place_noun(place: Place) -> &'static str {
    match place {
        Place::Kitchen => "a kitchen",
        Place::Bathroom => "a bathroom",
        Place::Bedroom => "a bedroom",
        Place::LivingRoom => "a living room",
        Place::DiningRoom => "a dining room",
        Place::Restaurant => "a restaurant",
        Place::Office => "an office desk",
        Place::Street => "a street",
        Place::Station => "a railway station",
        Place::Airport => "an airport",
        Place::Beach => "a beach",
        Place::Sea => "the water",
        Place::Snow => "a snowy slope",
        Place::TennisCourt => "a tennis court",
        Place::BaseballField => "a baseball field",
        Place::Grass => "a field of grass",
        Place::Mountains => "a mountain landscape",
        Place::Sky => "the sky",
        Place::Shop => "a shop",
        Place::Patio => "a patio",
    }
}

fn place_phrase(setting: &Setting) -> &'static str {
    match setting.place {
        Place::Kitchen => "in a kitchen",
        Place::Bathroom => "in a bathroom",
        Place::Bedroom => "in a bedroom",
        Place::LivingRoom => "in a living room",
        Place::DiningRoom => "in a dining room",
        Place::Restaurant => "in a restaurant",
        Place::Office => "at an office desk",
        Place::Street => "on a street",
        Place::Station => "at a railway station",
        Place::Airport => "at an airport",
        Place::Beach => "on a beach",
        Place::Sea => "on the water",
        Place::Snow => "in the snow",
        Place::TennisCourt => "on a tennis court",
        Place::BaseballField => "on a baseball field",
        Place::Grass => "on grass",
        Place::Mountains => "in the mountains",
        Place::Sky => "in the sky",
        Place::Shop => "in a shop",
        Place::Patio => "on a patio",
    }
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
