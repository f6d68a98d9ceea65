//! What kind of thing each of the 80 classes is, for choosing the main subject and for how things can stand to each other.
//!
//! Facts of the world, the same in every language; their words are in the language's own table.

/// What a class is to a description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Person,
    Animal,
    Vehicle,
    /// Stands by a street.
    Street,
    /// Carried or worn.
    Carried,
    /// Gear of a sport.
    Sport,
    /// Dishes, glasses, cutlery.
    Tableware,
    Food,
    Furniture,
    /// Kitchen and bathroom fixtures.
    Fixture,
    Device,
    /// Smaller things of a household.
    Small,
}

/// A class of COCO: name as the report spells it, role, and how much people look at it first (1 is usual).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    pub label: &'static str,
    pub role: Role,
    pub weight: f32,
}

const fn c(label: &'static str, role: Role, weight: f32) -> Class {
    Class { label, role, weight }
}

/// In COCO's order.
pub const CLASSES: [Class; 80] = [
    c("person", Role::Person, 2.2),
    c("bicycle", Role::Vehicle, 1.2),
    c("car", Role::Vehicle, 1.0),
    c("motorcycle", Role::Vehicle, 1.5),
    c("aeroplane", Role::Vehicle, 1.8),
    c("bus", Role::Vehicle, 1.6),
    c("train", Role::Vehicle, 1.7),
    c("truck", Role::Vehicle, 1.3),
    c("boat", Role::Vehicle, 1.4),
    c("traffic light", Role::Street, 1.0),
    c("fire hydrant", Role::Street, 1.6),
    c("stop sign", Role::Street, 1.6),
    c("parking meter", Role::Street, 1.5),
    c("bench", Role::Furniture, 0.9),
    c("bird", Role::Animal, 1.8),
    c("cat", Role::Animal, 2.2),
    c("dog", Role::Animal, 2.2),
    c("horse", Role::Animal, 2.0),
    c("sheep", Role::Animal, 1.9),
    c("cow", Role::Animal, 1.9),
    c("elephant", Role::Animal, 2.2),
    c("bear", Role::Animal, 2.2),
    c("zebra", Role::Animal, 2.2),
    c("giraffe", Role::Animal, 2.2),
    c("backpack", Role::Carried, 0.7),
    c("umbrella", Role::Carried, 1.1),
    c("handbag", Role::Carried, 0.6),
    c("tie", Role::Carried, 0.7),
    c("suitcase", Role::Carried, 1.1),
    c("frisbee", Role::Sport, 1.1),
    c("skis", Role::Sport, 1.0),
    c("snowboard", Role::Sport, 1.1),
    c("ball", Role::Sport, 0.9),
    c("kite", Role::Sport, 1.5),
    c("baseball bat", Role::Sport, 1.0),
    c("baseball glove", Role::Sport, 0.8),
    c("skateboard", Role::Sport, 1.2),
    c("surfboard", Role::Sport, 1.2),
    c("tennis racket", Role::Sport, 1.1),
    c("bottle", Role::Tableware, 0.7),
    c("wine glass", Role::Tableware, 0.8),
    c("cup", Role::Tableware, 0.8),
    c("fork", Role::Tableware, 0.6),
    c("knife", Role::Tableware, 0.6),
    c("spoon", Role::Tableware, 0.6),
    c("bowl", Role::Tableware, 0.9),
    c("banana", Role::Food, 1.4),
    c("apple", Role::Food, 1.2),
    c("sandwich", Role::Food, 1.4),
    c("orange", Role::Food, 1.2),
    c("broccoli", Role::Food, 1.1),
    c("carrot", Role::Food, 1.0),
    c("hot dog", Role::Food, 1.4),
    c("pizza", Role::Food, 1.8),
    c("doughnut", Role::Food, 1.4),
    c("cake", Role::Food, 1.5),
    c("chair", Role::Furniture, 0.6),
    c("sofa", Role::Furniture, 0.9),
    c("potted plant", Role::Small, 0.6),
    c("bed", Role::Furniture, 1.1),
    c("dining table", Role::Furniture, 0.5),
    c("toilet", Role::Fixture, 1.2),
    c("television", Role::Device, 0.9),
    c("laptop", Role::Device, 1.3),
    c("computer mouse", Role::Device, 0.6),
    c("remote control", Role::Device, 0.6),
    c("keyboard", Role::Device, 0.8),
    c("mobile phone", Role::Device, 0.8),
    c("microwave", Role::Fixture, 0.8),
    c("oven", Role::Fixture, 0.9),
    c("toaster", Role::Fixture, 0.7),
    c("sink", Role::Fixture, 0.8),
    c("refrigerator", Role::Fixture, 0.9),
    c("book", Role::Small, 0.6),
    c("clock", Role::Small, 1.0),
    c("vase", Role::Small, 0.9),
    c("scissors", Role::Small, 0.9),
    c("teddy bear", Role::Small, 1.6),
    c("hair dryer", Role::Small, 0.7),
    c("toothbrush", Role::Small, 0.9),
];

/// Index of a class by the name that the tables of this module use.
pub fn index_of(label: &str) -> Option<u32> {
    CLASSES.iter().position(|c| c.label == label).map(|i| i as u32)
}

/// The facts of a class; an unknown index counts as a small thing.
pub fn class(index: u32) -> Class {
    CLASSES.get(index as usize).copied().unwrap_or(Class { label: "thing", role: Role::Small, weight: 0.5 })
}
