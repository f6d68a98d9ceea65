//! The table of settings: what speaks for each place and how strongly, in log-odds.
//!
//! The weights follow from how often a sign and a place go together on the annotated photos, rounded to what a few dozen
//! photos can bear; docs/descriptions.md tells how often each place, once named, was right.

use super::Sign::{Layout, Many, Object, Tag};
use super::{Place, Row, Sign};
use crate::reconcile::layout::{Ground, Zone};

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
    row(Place::BaseballField, -4.2, BASEBALL_FIELD),
    row(Place::Grass, -3.4, GRASS),
    row(Place::Field, -5.0, FIELD),
    row(Place::Mountains, -4.0, MOUNTAINS),
    row(Place::Sky, -3.8, SKY),
    row(Place::Shop, -4.4, SHOP),
    row(Place::Patio, -4.4, PATIO),
];

const KITCHEN: &[(Sign, f32)] = &[
    (Object("oven"), 3.4),
    (Object("refrigerator"), 2.8),
    (Object("microwave"), 3.4),
    (Object("toaster"), 2.0),
    (Object("sink"), 1.2),
    (Tag("stove"), 2.0),
    (Tag("microwave"), 1.4),
    (Tag("refrigerator"), 1.6),
    (Tag("dishwasher"), 2.2),
    (Tag("wok"), 1.2),
    (Tag("ladle"), 0.6),
    (Tag("spatula"), 0.6),
    (Tag("waffle iron"), 0.8),
    (Object("bed"), -3.0),
    (Object("toilet"), -4.0),
    (Object("sofa"), -1.0),
    (Object("car"), -3.0),
    (Tag("toy shop"), -2.0),
    (Tag("restaurant"), -1.0),
];

const BATHROOM: &[(Sign, f32)] = &[
    (Object("toilet"), 4.6),
    (Object("sink"), 1.8),
    (Object("toothbrush"), 1.5),
    (Object("hair dryer"), 1.0),
    (Tag("washbasin"), 2.0),
    (Tag("toilet seat"), 2.2),
    (Tag("bathtub"), 1.8),
    (Tag("shower curtain"), 2.4),
    (Tag("medicine cabinet"), 1.4),
    (Tag("toilet paper"), 1.2),
    (Tag("soap dispenser"), 0.8),
    (Object("oven"), -3.0),
    (Object("refrigerator"), -2.5),
    (Object("microwave"), -3.0),
    (Object("laptop"), -4.0),
    (Object("bed"), -2.0),
    (Object("dining table"), -1.5),
    (Object("bowl"), -0.5),
];

const BEDROOM: &[(Sign, f32)] = &[
    (Object("bed"), 5.0),
    (Tag("four-poster bed"), 1.6),
    (Tag("quilt"), 1.2),
    (Tag("sofa bed"), 0.8),
    (Tag("wardrobe"), 1.2),
    (Tag("window blind"), 0.5),
    (Tag("baby bed"), 0.8),
    (Object("car"), -3.0),
    (Object("oven"), -2.0),
    (Object("suitcase"), -2.5),
    (Object("toilet"), -2.5),
    (Object("sofa"), -0.8),
];

const LIVING_ROOM: &[(Sign, f32)] = &[
    (Object("sofa"), 3.4),
    (Object("television"), 1.8),
    (Object("remote control"), 1.0),
    (Object("vase"), 0.4),
    (Object("potted plant"), 0.5),
    (Object("chair"), 0.4),
    (Object("book"), 0.4),
    (Object("clock"), 0.5),
    (Tag("sofa bed"), 1.4),
    (Tag("home cinema"), 1.2),
    (Tag("television"), 0.8),
    (Tag("television cabinet"), 1.2),
    (Tag("rocking chair"), 0.6),
    (Object("bed"), -3.0),
    (Object("keyboard"), -2.5),
    (Object("computer mouse"), -1.5),
    (Object("oven"), -1.5),
    (Object("refrigerator"), -1.5),
    (Object("car"), -3.0),
    (Tag("desk"), -1.2),
    (Tag("swing"), -2.0),
];

const DINING_ROOM: &[(Sign, f32)] = &[
    (Object("dining table"), 1.4),
    (Many("chair", 3), 2.0),
    (Tag("dining table"), 2.2),
    (Tag("restaurant"), -0.8),
    (Tag("plate of food"), -1.0),
    (Object("oven"), -1.0),
    (Object("bed"), -2.0),
];

const RESTAURANT: &[(Sign, f32)] = &[
    (Tag("restaurant"), 4.0),
    (Many("wine glass", 3), 1.0),
    (Many("person", 4), 0.8),
    (Many("dining table", 2), 1.5),
    (Object("dining table"), 0.6),
    (Object("bottle"), 0.3),
    (Tag("candle"), 0.8),
    (Object("sofa"), -2.5),
    (Object("television"), -2.5),
    (Object("oven"), -1.5),
    (Object("vase"), -0.6),
    (Object("umbrella"), -1.5),
];

const OFFICE: &[(Sign, f32)] = &[
    (Tag("desk"), 3.0),
    (Object("keyboard"), 1.2),
    (Object("television"), 0.8),
    (Object("chair"), 1.0),
    (Many("book", 3), 0.6),
    (Many("laptop", 3), 3.0),
    (Tag("desktop computer"), 1.0),
    (Object("bed"), -3.0),
    (Object("sofa"), -2.5),
    (Object("dining table"), -2.0),
];

const DESK: &[(Sign, f32)] = &[
    (Object("keyboard"), 2.4),
    (Object("computer mouse"), 1.6),
    (Object("laptop"), 2.2),
    (Tag("desk"), 2.4),
    (Tag("desktop computer"), 1.2),
    (Tag("monitor"), 0.8),
    (Tag("laptop"), 0.6),
    (Tag("washbasin"), 0.4),
    (Object("person"), -0.6),
    (Object("bed"), -3.5),
    (Object("sofa"), -3.0),
    (Object("dining table"), -3.0),
    (Object("cat"), -0.6),
];

const LIBRARY: &[(Sign, f32)] = &[
    (Tag("library"), 3.0),
    (Tag("bookshop"), 1.5),
    (Tag("bookcase"), 1.0),
    (Many("book", 8), 1.5),
    (Object("bed"), -3.0),
    (Object("oven"), -3.0),
    (Object("microwave"), -3.0),
    (Object("keyboard"), -2.0),
    (Object("sofa"), -1.0),
];

const ROOM: &[(Sign, f32)] = &[
    (Object("bed"), 2.4),
    (Object("sofa"), 2.2),
    (Object("television"), 2.0),
    (Object("refrigerator"), 1.6),
    (Object("microwave"), 1.4),
    (Object("oven"), 1.4),
    (Object("chair"), 1.0),
    (Object("dining table"), 0.8),
    (Object("clock"), 0.5),
    (Object("vase"), 0.5),
    (Object("potted plant"), 0.5),
    (Object("book"), 0.6),
    (Tag("furniture"), 1.2),
    (Tag("bookcase"), 0.8),
    (Tag("window blind"), 1.4),
    (Tag("sliding door"), 1.6),
    (Tag("wardrobe"), 1.4),
    (Tag("curtain"), 1.0),
    (Tag("television"), 1.0),
    (Tag("piano"), 0.6),
    (Tag("patio"), -1.5),
    (Tag("park bench"), -2.5),
    (Object("umbrella"), -1.5),
    (Object("car"), -3.0),
    (Object("bus"), -3.0),
    (Object("train"), -3.0),
    (Object("bench"), -1.5),
    (Object("suitcase"), -0.8),
    (Layout(Zone::Top, Ground::Blue, 0.5), -1.5),
    (Layout(Zone::Bottom, Ground::Green, 0.5), -2.5),
];

const STREET: &[(Sign, f32)] = &[
    (Object("car"), 1.9),
    (Many("car", 3), 1.2),
    (Object("bus"), 3.0),
    (Object("truck"), 0.8),
    (Object("traffic light"), 2.4),
    (Object("stop sign"), 2.8),
    (Object("parking meter"), 3.0),
    (Object("fire hydrant"), 2.0),
    (Object("motorcycle"), 1.2),
    (Object("bicycle"), 1.2),
    (Tag("street sign"), 3.4),
    (Tag("traffic light"), 1.2),
    (Tag("bus"), 0.8),
    (Tag("trolleybus"), 0.8),
    (Tag("taxi"), 1.2),
    (Tag("parking meter"), 1.0),
    (Tag("removal van"), 1.2),
    (Object("aeroplane"), -4.0),
    (Object("boat"), -1.5),
    (Object("bed"), -3.0),
    (Object("suitcase"), -1.5),
    (Object("sofa"), -2.5),
    (Object("horse"), -0.5),
    (Object("kite"), -2.0),
    (Object("dining table"), -2.0),
    (Layout(Zone::Bottom, Ground::Green, 0.5), -1.5),
    (Layout(Zone::Bottom, Ground::Sand, 0.6), -0.8),
];

const STATION: &[(Sign, f32)] = &[
    (Object("train"), 3.2),
    (Tag("railway carriage"), 1.2),
    (Many("person", 2), 1.2),
    (Object("person"), 0.8),
    (Object("suitcase"), 0.6),
    (Object("car"), -2.0),
    (Layout(Zone::All, Ground::Green, 0.2), -2.0),
    (Layout(Zone::Top, Ground::Blue, 0.5), -1.0),
];

const AIRPORT: &[(Sign, f32)] = &[
    (Object("aeroplane"), 2.6),
    (Many("aeroplane", 2), 1.5),
    (Object("truck"), 1.5),
    (Object("bus"), 0.8),
    (Object("person"), 0.4),
    (Tag("airliner"), 0.6),
    (Layout(Zone::Bottom, Ground::Blue, 0.5), -3.0),
];

const BEACH: &[(Sign, f32)] = &[
    (Tag("seashore"), 3.2),
    (Tag("sandbar"), 2.8),
    (Tag("breakwater"), 0.8),
    (Tag("headland"), 0.8),
    (Object("surfboard"), 1.2),
    (Object("kite"), 0.6),
    (Object("umbrella"), 0.8),
    (Object("horse"), 0.2),
    (Layout(Zone::Bottom, Ground::Sand, 0.45), 2.0),
    (Layout(Zone::Top, Ground::Blue, 0.3), 0.8),
    (Object("sofa"), -3.0),
    (Object("dining table"), -1.5),
    (Object("car"), -1.0),
    (Object("bowl"), -2.0),
    (Object("cat"), -2.0),
];

const WATER: &[(Sign, f32)] = &[
    (Object("surfboard"), 3.4),
    (Object("boat"), 4.2),
    (Tag("schooner"), 1.2),
    (Tag("boat"), 0.8),
    (Tag("ship"), 0.8),
    (Tag("paddle"), 2.6),
    (Tag("canoe"), 1.6),
    (Tag("killer whale"), 1.8),
    (Tag("lakeside"), 0.8),
    (Layout(Zone::Bottom, Ground::Blue, 0.5), 1.4),
    (Layout(Zone::Bottom, Ground::Grey, 0.7), 1.0),
    (Object("car"), -1.5),
    (Object("bus"), -3.0),
    (Object("dining table"), -4.0),
    (Object("aeroplane"), -2.0),
    (Object("tennis racket"), -3.0),
    (Layout(Zone::Bottom, Ground::Green, 0.4), -2.0),
    (Layout(Zone::Bottom, Ground::Sand, 0.5), -2.0),
];

const WATERSIDE: &[(Sign, f32)] = &[
    (Tag("breakwater"), 2.4),
    (Tag("pier"), 1.6),
    (Tag("dock"), 2.0),
    (Tag("dam"), 1.0),
    (Tag("lakeside"), 2.6),
    (Tag("seashore"), 2.4),
    (Tag("headland"), 1.8),
    (Tag("arch bridge"), 1.4),
    (Tag("boathouse"), 2.0),
    (Object("boat"), 1.0),
    (Layout(Zone::All, Ground::Blue, 0.3), 0.4),
    (Object("surfboard"), -2.0),
    (Object("dining table"), -2.0),
    (Object("bed"), -3.0),
];

const SNOW: &[(Sign, f32)] = &[
    (Object("skis"), 3.6),
    (Object("snowboard"), 3.6),
    (Tag("skis"), 4.4),
    (Tag("mountain"), 1.4),
    (Tag("snowmobile"), 1.2),
    (Tag("dog sled"), 1.6),
    (Layout(Zone::Bottom, Ground::White, 0.5), 2.2),
    (Layout(Zone::Bottom, Ground::Green, 0.3), -3.0),
    (Object("dining table"), -4.0),
    (Object("surfboard"), -3.0),
    (Object("toilet"), -4.0),
    (Object("bowl"), -3.0),
    (Object("cup"), -2.0),
];

const SLOPE: &[(Sign, f32)] = &[
    (Object("skis"), 1.2),
    (Object("snowboard"), 2.0),
    (Tag("skis"), 4.6),
    (Tag("mountain"), 1.4),
    (Tag("dog sled"), -3.0),
    (Object("person"), 0.6),
    (Layout(Zone::Bottom, Ground::White, 0.5), 1.0),
    (Layout(Zone::Bottom, Ground::Green, 0.3), -3.0),
];

const TENNIS_COURT: &[(Sign, f32)] = &[
    (Object("tennis racket"), 4.0),
    (Tag("racket"), 3.6),
    (Tag("tennis ball"), 1.2),
    (Object("ball"), 0.8),
    (Object("baseball bat"), -2.5),
    (Object("baseball glove"), -2.5),
    (Object("skateboard"), -3.0),
    (Tag("baseball player"), -0.8),
    (Object("person"), 0.6),
];

const BASEBALL_FIELD: &[(Sign, f32)] = &[
    (Object("baseball bat"), 3.6),
    (Object("baseball glove"), 3.0),
    (Tag("baseball player"), 4.0),
    (Tag("baseball"), 1.0),
    (Tag("scoreboard"), 1.6),
    (Object("tennis racket"), -3.0),
    (Tag("racket"), -2.5),
    (Object("skateboard"), -3.0),
    (Object("person"), 0.3),
];

const GRASS: &[(Sign, f32)] = &[
    (Layout(Zone::Bottom, Ground::Green, 0.6), 3.6),
    (Layout(Zone::All, Ground::Green, 0.4), 1.0),
    (Object("sheep"), 1.6),
    (Object("cow"), 1.0),
    (Object("horse"), 1.0),
    (Object("zebra"), 1.6),
    (Object("frisbee"), 1.2),
    (Object("dog"), 0.6),
    (Object("bench"), 0.4),
    (Object("dining table"), -4.0),
    (Object("bowl"), -3.0),
    (Object("cup"), -2.0),
    (Object("sofa"), -3.0),
    (Object("bed"), -3.0),
    (Object("television"), -3.0),
    (Object("refrigerator"), -3.0),
    (Object("toilet"), -4.0),
    (Object("bottle"), -1.5),
    (Object("bus"), -1.0),
    (Object("train"), -1.0),
    (Object("baseball bat"), -1.0),
    (Tag("racket"), -1.0),
    (Tag("toy shop"), -3.0),
];

const FIELD: &[(Sign, f32)] = &[
    (Object("sheep"), 3.6),
    (Object("cow"), 2.6),
    (Object("horse"), 2.0),
    (Object("zebra"), 3.6),
    (Object("giraffe"), 1.0),
    (Object("elephant"), 0.6),
    (Layout(Zone::Bottom, Ground::Green, 0.6), 3.4),
    (Layout(Zone::All, Ground::Green, 0.4), 0.6),
    (Object("dining table"), -4.0),
];

const MOUNTAINS: &[(Sign, f32)] = &[
    (Tag("mountain"), 3.0),
    (Tag("valley"), 4.2),
    (Tag("volcano"), 3.0),
    (Tag("cliff"), 1.2),
    (Tag("tent"), 1.0),
    (Tag("skis"), -0.8),
    (Object("dining table"), -3.0),
    (Object("bicycle"), -0.5),
];

const SKY: &[(Sign, f32)] = &[
    (Layout(Zone::All, Ground::Blue, 0.6), 2.2),
    (Object("kite"), 2.8),
    (Object("aeroplane"), 1.8),
    (Tag("parachute"), 1.0),
    (Tag("kite"), 0.6),
    (Tag("airliner"), 0.6),
    (Many("aeroplane", 2), -1.0),
    (Object("boat"), -3.0),
    (Object("surfboard"), -4.0),
    (Object("car"), -2.5),
    (Object("truck"), -3.5),
    (Object("skis"), -2.0),
    (Tag("skis"), -2.0),
    (Object("dining table"), -4.0),
];

const SHOP: &[(Sign, f32)] = &[
    (Tag("shop"), 3.0),
    (Tag("toy shop"), -2.0),
    (Object("sofa"), -4.0),
    (Object("bed"), -2.0),
    (Object("dining table"), -2.0),
    (Object("fire hydrant"), -3.0),
    (Object("oven"), -2.0),
    (Many("person", 2), 0.4),
    (Object("clock"), -1.0),
];

const PATIO: &[(Sign, f32)] = &[
    (Tag("patio"), 3.6),
    (Many("umbrella", 2), 1.6),
    (Many("chair", 3), 1.0),
    (Object("bed"), -4.0),
    (Object("sofa"), -2.0),
    (Object("television"), -3.0),
    (Object("car"), -1.0),
    (Tag("swing"), -1.0),
];
