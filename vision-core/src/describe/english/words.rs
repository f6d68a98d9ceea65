//! English words for the things that can be named: the one table to translate for another language.

/// How a noun counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counting {
    /// `a cup`, `two cups`.
    Each,
    /// `broccoli`: never with an article or a number.
    Mass,
    /// `a pair of scissors`.
    Pair,
}

/// A noun with its plural.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noun {
    pub one: &'static str,
    pub many: &'static str,
    pub counting: Counting,
}

const fn n(one: &'static str, many: &'static str) -> Noun {
    Noun { one, many, counting: Counting::Each }
}

pub const PERSON: Noun = n("person", "people");

/// In COCO's order.
pub const CLASSES: [Noun; 80] = [
    PERSON,
    n("bicycle", "bicycles"),
    n("car", "cars"),
    n("motorcycle", "motorcycles"),
    n("aeroplane", "aeroplanes"),
    n("bus", "buses"),
    n("train", "trains"),
    n("truck", "trucks"),
    n("boat", "boats"),
    n("traffic light", "traffic lights"),
    n("fire hydrant", "fire hydrants"),
    n("stop sign", "stop signs"),
    n("parking meter", "parking meters"),
    n("bench", "benches"),
    n("bird", "birds"),
    n("cat", "cats"),
    n("dog", "dogs"),
    n("horse", "horses"),
    n("sheep", "sheep"),
    n("cow", "cows"),
    n("elephant", "elephants"),
    n("bear", "bears"),
    n("zebra", "zebras"),
    n("giraffe", "giraffes"),
    n("backpack", "backpacks"),
    n("umbrella", "umbrellas"),
    n("handbag", "handbags"),
    n("tie", "ties"),
    n("suitcase", "suitcases"),
    n("frisbee", "frisbees"),
    Noun { one: "skis", many: "skis", counting: Counting::Pair },
    n("snowboard", "snowboards"),
    n("ball", "balls"),
    n("kite", "kites"),
    n("baseball bat", "baseball bats"),
    n("baseball glove", "baseball gloves"),
    n("skateboard", "skateboards"),
    n("surfboard", "surfboards"),
    n("tennis racket", "tennis rackets"),
    n("bottle", "bottles"),
    n("wine glass", "wine glasses"),
    n("cup", "cups"),
    n("fork", "forks"),
    n("knife", "knives"),
    n("spoon", "spoons"),
    n("bowl", "bowls"),
    n("banana", "bananas"),
    n("apple", "apples"),
    n("sandwich", "sandwiches"),
    n("orange", "oranges"),
    Noun { one: "broccoli", many: "broccoli", counting: Counting::Mass },
    n("carrot", "carrots"),
    n("hot dog", "hot dogs"),
    n("pizza", "pizzas"),
    n("doughnut", "doughnuts"),
    n("cake", "cakes"),
    n("chair", "chairs"),
    n("couch", "couches"),
    n("potted plant", "potted plants"),
    n("bed", "beds"),
    n("table", "tables"),
    n("toilet", "toilets"),
    n("television", "televisions"),
    n("laptop", "laptops"),
    n("computer mouse", "computer mice"),
    n("remote control", "remote controls"),
    n("keyboard", "keyboards"),
    n("mobile phone", "mobile phones"),
    n("microwave", "microwaves"),
    n("oven", "ovens"),
    n("toaster", "toasters"),
    n("sink", "sinks"),
    n("refrigerator", "refrigerators"),
    n("book", "books"),
    n("clock", "clocks"),
    n("vase", "vases"),
    Noun { one: "scissors", many: "scissors", counting: Counting::Pair },
    n("teddy bear", "teddy bears"),
    n("hairdryer", "hairdryers"),
    n("toothbrush", "toothbrushes"),
];

/// A class that the table does not know.
pub const THING: Noun = n("thing", "things");

/// Numbers that are written out.
pub const NUMBERS: [&str; 13] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Words that begin with a vowel letter and a consonant sound, and the reverse.
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
];
