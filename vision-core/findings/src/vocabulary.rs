//! What the classes of the models are called: readable names, plurals, and the parents that mean something to people.
//!
//! Both vocabularies (ImageNet's 1000 classes and COCO's 80) share WordNet's identifiers, so a tag and an object can be
//! compared: `tabby cat` of one and `cat` of the other meet in `n02121620`. Classes of one vocabulary with the same
//! identifier are one thing to people (`sunglass` and `sunglasses`): add their probabilities. A parent's probability is
//! the sum of its classes', which is how a description says `cat` when the breed is unsure.

use std::collections::HashMap;
use std::sync::LazyLock;

/// One class of a vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// Index in the model's output.
    pub index: u32,
    /// One everyday name in the singular, `tabby cat`; proper names keep their capitals, `Persian cat`.
    pub name: &'static str,
    /// `tabby cats`; equal to `name` for what is not counted or is always plural.
    pub plural: &'static str,
    pub number: Number,
    /// WordNet 3.0 synset, `n02123045`.
    pub wordnet_id: &'static str,
    /// `animal`, `artifact`, `communication`, `food`, `object`, `person`, `plant` or `substance`.
    pub kind: &'static str,
    /// Nearest first: `cat`, `animal`. Empty where WordNet's parents mean nothing to people.
    pub parents: Vec<Parent>,
}

impl Class {
    /// Whether this class is `wordnet_id` or below it.
    pub fn is_a(&self, wordnet_id: &str) -> bool {
        self.wordnet_id == wordnet_id || self.parents.iter().any(|p| p.wordnet_id == wordnet_id)
    }
}

/// How a name is used in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// `a cat`, `two cats`.
    Count,
    /// `broccoli`, never `a broccoli`.
    Mass,
    /// `scissors`, `a pair of scissors`, never `a scissors`.
    Plural,
}

/// A broader concept of WordNet under its everyday name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Parent {
    pub wordnet_id: &'static str,
    pub name: &'static str,
}

static IMAGENET: LazyLock<Vec<Class>> =
    LazyLock::new(|| parse(include_str!("../../../models/labels/imagenet1000.tsv")));
static COCO: LazyLock<Vec<Class>> = LazyLock::new(|| parse(include_str!("../../../models/labels/coco80.tsv")));

/// By the first name: of an identifier's classes, the one with the lowest index.
static BY_WORDNET_ID: LazyLock<HashMap<&'static str, &'static Class>> = LazyLock::new(|| {
    let mut found = HashMap::new();
    for class in COCO.iter().chain(IMAGENET.iter()) {
        found.entry(class.wordnet_id).or_insert(class);
    }
    found
});

/// A class of ImageNet-1k by its index in the classifier's output.
pub fn imagenet(index: usize) -> Option<&'static Class> {
    IMAGENET.get(index)
}

/// A class of COCO by its index in the detector's output, 0 to 79.
pub fn coco(index: usize) -> Option<&'static Class> {
    COCO.get(index)
}

/// All classes of ImageNet-1k in the order of their indices.
pub fn imagenet_classes() -> &'static [Class] {
    &IMAGENET
}

/// All classes of COCO in the order of their indices.
pub fn coco_classes() -> &'static [Class] {
    &COCO
}

/// A class of either vocabulary by its WordNet identifier; COCO's name comes first where both have it.
pub fn by_wordnet_id(wordnet_id: &str) -> Option<&'static Class> {
    BY_WORDNET_ID.get(wordnet_id).copied()
}

/// A row for each index, after the headings. Rows that are not whole are left out, which the tests would see as missing indices.
fn parse(text: &'static str) -> Vec<Class> {
    (0..).zip(text.lines().skip(1)).filter_map(|(index, row)| parse_row(index, row)).collect()
}

fn parse_row(index: u32, row: &'static str) -> Option<Class> {
    let mut cells = row.split('\t');
    let class = Class {
        index,
        name: cells.next()?,
        plural: cells.next()?,
        number: match cells.next()? {
            "count" => Number::Count,
            "mass" => Number::Mass,
            "plural" => Number::Plural,
            _ => return None,
        },
        wordnet_id: cells.next()?,
        kind: cells.next()?,
        parents: cells.next()?.split(" > ").filter_map(parse_parent).collect(),
    };
    Some(class)
}

fn parse_parent(text: &'static str) -> Option<Parent> {
    let (wordnet_id, name) = text.split_once(' ')?;
    Some(Parent { wordnet_id, name })
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn is_wordnet_id(text: &str) -> bool {
        text.strip_prefix('n').is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()))
    }

    fn both() -> impl Iterator<Item = &'static Class> {
        imagenet_classes().iter().chain(coco_classes())
    }

    #[test]
    fn every_index_has_a_whole_class() {
        assert_eq!((imagenet_classes().len(), coco_classes().len()), (1000, 80));
        for classes in [imagenet_classes(), coco_classes()] {
            for (index, class) in classes.iter().enumerate() {
                assert_eq!(class.index as usize, index, "{}", class.name);
            }
        }
        for class in both() {
            assert!(is_wordnet_id(class.wordnet_id), "{}", class.name);
            assert!(class.parents.iter().all(|p| is_wordnet_id(p.wordnet_id)), "{}", class.name);
            for name in [class.name, class.plural].into_iter().chain(class.parents.iter().map(|p| p.name)) {
                assert!(!name.is_empty() && name.trim() == name && !name.contains([',', '/', '(', '_']), "{name}");
            }
            let kinds = ["animal", "artifact", "communication", "food", "object", "person", "plant", "substance"];
            assert!(kinds.contains(&class.kind), "{} {}", class.name, class.kind);
            match class.number {
                Number::Count => {}
                Number::Mass | Number::Plural => assert_eq!(class.name, class.plural),
            }
        }
        assert_eq!((imagenet(1000), coco(80)), (None, None));
    }

    #[test]
    fn a_name_means_one_thing_and_one_thing_has_one_name() {
        let mut name_of = HashMap::new();
        let mut id_of = HashMap::new();
        for class in both() {
            let pairs = class.parents.iter().map(|p| (p.wordnet_id, p.name));
            for (id, name) in pairs.chain([(class.wordnet_id, class.name)]) {
                // WordNet has no stop sign: COCO's class borrows the street sign's identifier.
                if name == "stop sign" {
                    continue;
                }
                assert_eq!(*name_of.entry(id).or_insert(name), name, "{id}");
                assert_eq!(*id_of.entry(name).or_insert(id), id, "{name}");
            }
        }
    }

    #[test]
    fn no_class_is_its_own_parent_and_no_parent_comes_twice() {
        for class in both() {
            let mut ids: Vec<_> = class.parents.iter().map(|p| p.wordnet_id).collect();
            ids.push(class.wordnet_id);
            ids.sort_unstable();
            let before = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), before, "{}", class.name);
        }
    }

    #[test]
    fn known_classes_read_as_people_say_them() {
        let cases: [(&str, Option<&Class>, &str); 12] = [
            ("tabby cat", imagenet(281), "cat > animal"),
            ("tabby cat", imagenet(282), "cat > animal"),
            ("golden retriever", imagenet(207), "dog > animal"),
            ("Persian cat", imagenet(283), "cat > animal"),
            ("water buffalo", imagenet(346), "animal"),
            ("espresso", imagenet(967), "coffee > drink > food"),
            ("convertible", imagenet(511), "car > vehicle"),
            ("horse", imagenet(339), "animal"),
            ("horse", coco(17), "animal"),
            ("bus", coco(5), "vehicle"),
            ("dining table", coco(60), "table > furniture"),
            ("person", coco(0), ""),
        ];
        for (name, class, parents) in cases {
            let class = class.expect(name);
            assert_eq!(class.name, name);
            let names: Vec<_> = class.parents.iter().map(|p| p.name).collect();
            assert_eq!(names.join(" > "), parents, "{name}");
        }
    }

    #[test]
    fn the_vocabularies_meet_in_one_tree() {
        let cat = coco(15).expect("a cat");
        assert!(imagenet(281).is_some_and(|tabby| tabby.is_a(cat.wordnet_id)));
        assert!(imagenet(207).is_some_and(|dog| !dog.is_a(cat.wordnet_id)));
        assert_eq!(by_wordnet_id("n02374451").map(|c| c.name), Some("horse"));
        assert_eq!(by_wordnet_id("n99999999"), None);
    }

    #[test]
    fn plurals_follow_english() {
        let cases = [
            ("person", "people"),
            ("bus", "buses"),
            ("sheep", "sheep"),
            ("knife", "knives"),
            ("computer mouse", "computer mice"),
            ("scissors", "scissors"),
            ("broccoli", "broccoli"),
            ("wine glass", "wine glasses"),
            ("toothbrush", "toothbrushes"),
            ("sandwich", "sandwiches"),
        ];
        for (name, plural) in cases {
            let class = coco_classes().iter().find(|c| c.name == name).expect(name);
            assert_eq!(class.plural, plural);
        }
        for (index, plural) in [(99, "geese"), (493, "chests of drawers"), (269, "grey wolves"), (970, "mountains")] {
            assert_eq!(imagenet(index).map(|c| c.plural), Some(plural));
        }
    }
}
