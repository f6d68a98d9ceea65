//! The table of settings: what speaks for each place and how strongly, in log-odds.
//!
//! The weights follow from how often a sign and a place go together on the annotated photos, rounded to what a few dozen
//! photos can bear; docs/descriptions.md tells how often each place, once named, was right.

mod indoors;
mod outdoors;

use indoors::{BATHROOM, BEDROOM, DESK, DINING_ROOM, KITCHEN, LIBRARY, LIVING_ROOM, OFFICE, RESTAURANT, ROOM, SHOP};
use outdoors::{
    AIRPORT, BASEBALL_FIELD, BEACH, FIELD, GRASS, MOUNTAINS, PATIO, SKY, SLOPE, SNOW, STATION, STREET, TENNIS_COURT,
    WATER, WATERSIDE,
};

use super::{Place, Row, Sign};

const fn row(place: Place, prior: f32, signs: &'static [(Sign, f32)]) -> Row {
    Row { place, prior, signs }
}

pub const TABLE: &[Row] = &[
    row(Place::Kitchen, -3.2, KITCHEN),
    row(Place::Bathroom, -3.2, BATHROOM),
    row(Place::Bedroom, -3.4, BEDROOM),
    row(Place::LivingRoom, -3.4, LIVING_ROOM),
    row(Place::DiningRoom, -4.2, DINING_ROOM),
    row(Place::Restaurant, -4.2, RESTAURANT),
    row(Place::Office, -4.2, OFFICE),
    row(Place::Desk, -3.2, DESK),
    row(Place::Library, -4.2, LIBRARY),
    row(Place::Room, -3.2, ROOM),
    row(Place::Street, -3.2, STREET),
    row(Place::Station, -3.6, STATION),
    row(Place::Airport, -4.0, AIRPORT),
    row(Place::Beach, -4.2, BEACH),
    row(Place::Water, -4.0, WATER),
    row(Place::Waterside, -4.4, WATERSIDE),
    row(Place::Snow, -4.2, SNOW),
    row(Place::Slope, -4.6, SLOPE),
    row(Place::TennisCourt, -4.0, TENNIS_COURT),
    row(Place::BaseballField, -5.2, BASEBALL_FIELD),
    row(Place::Grass, -3.4, GRASS),
    row(Place::Field, -5.0, FIELD),
    row(Place::Mountains, -4.0, MOUNTAINS),
    row(Place::Sky, -3.8, SKY),
    row(Place::Shop, -4.4, SHOP),
    row(Place::Patio, -4.4, PATIO),
];
