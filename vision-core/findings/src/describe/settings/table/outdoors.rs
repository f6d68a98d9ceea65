//! Signs of places in the open.

use super::super::Sign::{self, Layout, Many, Object, Tag};
use crate::reconcile::layout::{Ground, Zone};

pub const STREET: &[(Sign, f32)] = &[
    (Object("car"), 1.9),
    (Many("car", 3), 1.2),
    (Object("bus"), 4.4),
    (Object("truck"), 0.8),
    (Object("traffic light"), 3.2),
    (Object("stop sign"), 3.8),
    (Object("parking meter"), 3.8),
    (Object("fire hydrant"), 3.0),
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

pub const STATION: &[(Sign, f32)] = &[
    (Object("train"), 3.2),
    (Tag("railway carriage"), 1.2),
    (Many("person", 2), 1.2),
    (Object("person"), 0.8),
    (Object("suitcase"), 0.6),
    (Object("car"), -2.0),
    (Layout(Zone::All, Ground::Green, 0.2), -2.0),
    (Layout(Zone::Top, Ground::Blue, 0.5), -1.0),
];

pub const AIRPORT: &[(Sign, f32)] = &[
    (Object("aeroplane"), 2.6),
    (Many("aeroplane", 2), 1.5),
    (Object("truck"), 1.5),
    (Object("bus"), 0.8),
    (Object("person"), 0.4),
    (Tag("airliner"), 0.6),
    (Layout(Zone::Bottom, Ground::Blue, 0.5), -3.0),
];

pub const BEACH: &[(Sign, f32)] = &[
    (Tag("seashore"), 4.4),
    (Tag("sandbar"), 3.0),
    (Tag("breakwater"), 0.8),
    (Tag("headland"), 0.8),
    (Object("surfboard"), 1.2),
    (Object("kite"), 0.6),
    (Object("umbrella"), 0.8),
    (Object("horse"), 0.2),
    (Layout(Zone::Bottom, Ground::Sand, 0.45), 2.0),
    (Layout(Zone::Top, Ground::Blue, 0.4), 1.2),
    (Object("sofa"), -3.0),
    (Object("dining table"), -1.5),
    (Object("car"), -1.0),
    (Object("bowl"), -2.0),
    (Object("sink"), -3.0),
    (Object("toilet"), -3.0),
    (Object("cat"), -2.0),
    (Tag("skis"), -2.0),
];

pub const WATER: &[(Sign, f32)] = &[
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

pub const WATERSIDE: &[(Sign, f32)] = &[
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

pub const SNOW: &[(Sign, f32)] = &[
    (Object("skis"), 4.4),
    (Object("snowboard"), 4.4),
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

pub const SLOPE: &[(Sign, f32)] = &[
    (Object("skis"), 1.2),
    (Object("snowboard"), 2.0),
    (Tag("skis"), 4.6),
    (Tag("mountain"), 1.4),
    (Tag("dog sled"), -3.0),
    (Object("person"), 0.6),
    (Layout(Zone::Bottom, Ground::White, 0.5), 1.0),
    (Layout(Zone::Bottom, Ground::Green, 0.3), -3.0),
];

pub const TENNIS_COURT: &[(Sign, f32)] = &[
    (Object("tennis racket"), 5.0),
    (Tag("racket"), 3.6),
    (Tag("tennis ball"), 1.2),
    (Object("ball"), 0.8),
    (Object("baseball bat"), -2.5),
    (Object("baseball glove"), -2.5),
    (Object("skateboard"), -3.0),
    (Tag("baseball player"), -0.3),
    (Object("person"), 0.6),
];

pub const BASEBALL_FIELD: &[(Sign, f32)] = &[
    (Object("baseball bat"), 4.8),
    (Object("baseball glove"), 4.2),
    (Tag("baseball player"), 4.0),
    (Tag("baseball"), 1.0),
    (Tag("scoreboard"), 1.6),
    (Object("tennis racket"), -3.0),
    (Tag("racket"), -2.5),
    (Object("skateboard"), -3.0),
    (Object("person"), 1.3),
];

pub const GRASS: &[(Sign, f32)] = &[
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

pub const FIELD: &[(Sign, f32)] = &[
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

pub const MOUNTAINS: &[(Sign, f32)] = &[
    (Tag("mountain"), 3.0),
    (Tag("valley"), 4.2),
    (Tag("volcano"), 3.0),
    (Tag("cliff"), 1.2),
    (Tag("tent"), 1.0),
    (Tag("skis"), -0.8),
    (Object("dining table"), -3.0),
    (Object("bicycle"), -0.5),
];

pub const SKY: &[(Sign, f32)] = &[
    (Layout(Zone::All, Ground::Blue, 0.6), 2.2),
    (Object("kite"), 3.6),
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

pub const PATIO: &[(Sign, f32)] = &[
    (Tag("patio"), 4.2),
    (Many("umbrella", 2), 1.6),
    (Many("chair", 3), 1.0),
    (Object("bed"), -4.0),
    (Object("sofa"), -2.0),
    (Object("television"), -3.0),
    (Object("car"), -1.0),
    (Tag("swing"), -1.0),
];
