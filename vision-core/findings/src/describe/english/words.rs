//! The English words that are not in the vocabulary of the models: numbers, colours, places, and everyday names.

use crate::describe::plan::{Content, Doing};
use crate::describe::settings::Place;

/// Everyday names for classes whose names in the vocabulary are too exact for a sentence: index, one, many.
pub const EVERYDAY: &[(u32, &str, &str)] = &[(60, "table", "tables")];

/// A class that the vocabulary does not know.
pub const THING: (&str, &str) = ("thing", "things");

/// A television that belongs to a computer.
pub const MONITOR: (&str, &str) = ("computer monitor", "computer monitors");

/// What a vessel holds.
pub fn content(content: Content) -> &'static str {
    match content {
        Content::Coffee => "coffee",
        Content::Wine => "wine",
        Content::Soup => "soup",
        Content::Fruit => "fruit",
        Content::Food => "food",
        Content::Flowers => "flowers",
    }
}

/// What people are who do a sport, where that says it better than a verb.
pub fn player(doing: Doing) -> Option<(&'static str, &'static str)> {
    match doing {
        Doing::PlayingTennis => Some(("tennis player", "tennis players")),
        Doing::PlayingBaseball => Some(("baseball player", "baseball players")),
        _ => None,
    }
}

/// Numbers that are written out.
pub const NUMBERS: [&str; 13] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Beginnings with a vowel letter and a consonant sound, and the reverse.
pub const A_DESPITE_VOWEL: &[&str] = &["uni", "use", "eur", "one-", "ukulele", "ewe"];
pub const AN_DESPITE_CONSONANT: &[&str] = &["hour", "honest", "heir"];

/// Colours that people put before a noun.
pub const COLOR_ADJECTIVES: &[&str] = &[
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "grey",
    "dark green",
    "dark blue",
    "dark red",
    "light blue",
    "light green",
    "turquoise",
    "dark grey",
    "light grey",
    "dark brown",
    "light brown",
    "beige",
    "bright red",
    "navy blue",
];

/// Colours that people say someone is dressed in.
pub const GARMENT_COLORS: &[&str] = &[
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "white",
    "grey",
    "dark green",
    "dark blue",
    "dark red",
    "light blue",
    "light green",
    "turquoise",
    "bright red",
    "navy blue",
];

/// Those of them by which one person is told from others.
pub const VIVID_GARMENTS: &[&str] = &[
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "dark green",
    "dark blue",
    "dark red",
    "light blue",
    "light green",
    "turquoise",
    "bright red",
    "navy blue",
    "bright blue",
    "bright green",
    "bright yellow",
];

/// Plain words for names of the palette that are shades of them or are also things.
pub const PALETTE: &[(&str, &str)] = &[
    ("sand", "sandy beige"),
    ("very dark brown", "dark brown"),
    ("very dark green", "dark green"),
    ("very dark red", "dark red"),
    ("very dark purple", "dark purple"),
    ("dark reddish brown", "dark brown"),
    ("ochre", "dark yellow"),
    ("amber", "golden yellow"),
    ("peach", "pale orange"),
    ("mauve", "greyish purple"),
    ("pale mauve", "pale purple"),
    ("dark plum", "dark purple"),
    ("slate blue", "greyish blue"),
    ("dusty blue", "greyish blue"),
    ("dull green", "green"),
    ("dark olive", "dark olive green"),
    ("olive", "olive green"),
    ("khaki", "olive green"),
    ("tan", "light brown"),
    ("taupe", "grey-brown"),
    ("terracotta", "reddish brown"),
    ("coral", "reddish pink"),
    ("salmon", "light pink"),
    ("rose", "dusty pink"),
    ("brick red", "brownish red"),
    ("burgundy", "dark red"),
    ("mustard", "dark yellow"),
    ("moss green", "dark green"),
    ("mint green", "pale green"),
    ("sage green", "grey-green"),
    ("sea green", "blue-green"),
    ("dark sea green", "dark blue-green"),
    ("sky blue", "light blue"),
    ("steel blue", "grey-blue"),
    ("near-black", "black"),
    ("green-black", "black"),
    ("blue-black", "black"),
    ("brown-black", "black"),
    ("charcoal", "dark grey"),
];

/// A place as the thing that the picture shows.
pub fn place_noun(place: Place) -> &'static str {
    match place {
        Place::Kitchen => "a kitchen",
        Place::Bathroom => "a bathroom",
        Place::Bedroom => "a bedroom",
        Place::LivingRoom => "a living room",
        Place::DiningRoom => "a dining room",
        Place::Restaurant => "a restaurant",
        Place::Office => "an office desk",
        Place::Desk => "a desk",
        Place::Library => "a library",
        Place::Room => "a room",
        Place::Street => "a street",
        Place::Station => "a railway station",
        Place::Airport => "an airport",
        Place::Beach => "a beach",
        Place::Water => "open water",
        Place::Waterside => "a place by the water",
        Place::Snow => "a snowy landscape",
        Place::Slope => "a snowy slope",
        Place::TennisCourt => "a tennis court",
        Place::BaseballField => "a baseball field",
        Place::Grass => "a stretch of grass",
        Place::Field => "a field of grass",
        Place::Mountains => "a mountain landscape",
        Place::Sky => "the sky",
        Place::Shop => "a shop",
        Place::Patio => "a patio",
    }
}

/// Where something is.
pub fn place_phrase(place: Place, people: bool) -> &'static str {
    match place {
        Place::Kitchen => "in a kitchen",
        Place::Bathroom => "in a bathroom",
        Place::Bedroom => "in a bedroom",
        Place::LivingRoom => "in a living room",
        Place::DiningRoom => "in a dining room",
        Place::Restaurant => "in a restaurant",
        Place::Office if people => "at an office desk",
        Place::Office => "on an office desk",
        Place::Desk if people => "at a desk",
        Place::Desk => "on a desk",
        Place::Library => "in a library",
        Place::Room => "in a room",
        Place::Street => "on a street",
        Place::Station => "at a railway station",
        Place::Airport => "at an airport",
        Place::Beach => "on a beach",
        Place::Water => "on the water",
        Place::Waterside => "by the water",
        Place::Snow => "in the snow",
        Place::Slope => "on a snowy slope",
        Place::TennisCourt => "on a tennis court",
        Place::BaseballField => "on a baseball field",
        Place::Grass => "on grass",
        Place::Field => "in a field of grass",
        Place::Mountains => "in the mountains",
        Place::Sky => "in the sky",
        Place::Shop => "in a shop",
        Place::Patio => "on a patio",
    }
}
