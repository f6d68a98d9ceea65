//! Whatever was found, the description keeps its promises: spans, ids, standings, grammar.

use proptest::prelude::*;
use vision_core::describe::describe;
use vision_core::reconcile::layout::Cell;
use vision_core::reconcile::{Findings, Layout, reconcile};
use vision_core::report::{
    ColorName, Description, Face, ImageFacts, Object, PictureKind, Point, Quality, Rect, SeenBy, Standing, Swatch, Tag,
};
use vision_core::vocabulary;

/// The picture's sides in pixels; boxes may stick out.
const SIDE: f32 = 600.0;
const COLORS: [&str; 8] = ["red", "grey-blue", "sand", "orange", "near-black", "white", "dark green", "off-white"];

fn bounds() -> impl Strategy<Value = Rect> {
    let part = -0.1f32..1.1;
    (part.clone(), part.clone(), 0.0f32..1.2, 0.0f32..1.2).prop_map(|(x, y, w, h)| Rect {
        x: x * SIDE,
        y: y * SIDE,
        width: w * SIDE,
        height: h * SIDE,
    })
}

fn object() -> impl Strategy<Value = Object> {
    // People, tables and seats come up more often: most rules are about them.
    let class = prop_oneof![0u32..80, Just(0u32), Just(60u32), Just(56u32), 13u32..25, 39u32..56];
    (class, 0.0f32..1.0, bounds(), proptest::option::of(0usize..8), any::<bool>()).prop_map(
        |(class_index, score, bounds, color, fused)| {
            let class = vocabulary::coco(class_index as usize).expect("a class of COCO");
            let models = if fused { &["picodet-s-416", "yolox-nano-416"][..] } else { &["picodet-s-416"] };
            Object {
                id: String::new(),
                label: class.name.into(),
                class_index,
                wordnet_id: class.wordnet_id.into(),
                score,
                bounds,
                position: "centre".into(),
                color: color.map(|c| ColorName { hex: "#000000".into(), name: COLORS[c].into() }),
                seen_by: models.iter().map(|m| SeenBy { model: (*m).into(), score }).collect(),
                standing: Standing::Accepted,
                reason: None,
            }
        },
    )
}

fn tag() -> impl Strategy<Value = Tag> {
    (0usize..1000, 0.0f32..1.0).prop_map(|(index, probability)| {
        let class = vocabulary::imagenet(index).expect("a class of ImageNet");
        Tag {
            id: String::new(),
            label: class.name.into(),
            wordnet_id: class.wordnet_id.into(),
            parents: class.parents.iter().map(|p| p.name.into()).collect(),
            probability,
            standing: Standing::Accepted,
            reason: None,
        }
    })
}

fn face() -> impl Strategy<Value = Face> {
    (bounds(), 0.6f32..1.0).prop_map(|(bounds, score)| {
        let at = |x: f32, y: f32| Point { x: bounds.x + x * bounds.width, y: bounds.y + y * bounds.height };
        let landmarks = [at(0.3, 0.4), at(0.7, 0.4), at(0.5, 0.6), at(0.4, 0.8), at(0.6, 0.8)];
        Face { id: String::new(), score, bounds, landmarks, person: None, standing: Standing::Accepted, reason: None }
    })
}

fn quality() -> impl Strategy<Value = Quality> {
    let kind = prop_oneof![
        6 => Just(PictureKind::Photo),
        1 => Just(PictureKind::Drawing),
        1 => Just(PictureKind::Screenshot),
        1 => Just(PictureKind::Document),
    ];
    (kind, 0.0f32..1.0, 0.0f32..1.0, 0.0f32..90.0, 0u32..500).prop_map(
        |(kind, kind_confidence, brightness, colorfulness, bright_points)| Quality {
            kind,
            kind_confidence,
            brightness,
            colorfulness,
            bright_points,
            light: "soft, even light".into(),
            sharpness_word: "sharp".into(),
            ..Quality::default()
        },
    )
}

fn layout() -> impl Strategy<Value = Layout> {
    let cell = (0.0f32..100.0, -40.0f32..40.0, -40.0f32..40.0).prop_map(|(lightness, a, b)| Cell {
        lightness,
        a,
        b,
        deviation: 2.0,
    });
    (cell.clone(), cell).prop_map(|(top, bottom)| Layout {
        columns: 8,
        rows: 8,
        cells: (0..64).map(|i| if i < 32 { top } else { bottom }).collect(),
    })
}

fn findings() -> impl Strategy<Value = Findings> {
    let swatch = (0usize..8, 0.0f32..0.6).prop_map(|(c, share)| Swatch {
        id: String::new(),
        hex: "#000000".into(),
        name: COLORS[c].into(),
        share,
    });
    (
        proptest::collection::vec(object(), 0..14),
        proptest::collection::vec(tag(), 0..6),
        proptest::collection::vec(face(), 0..5),
        proptest::collection::vec(swatch, 0..6),
        proptest::option::of(quality()),
        layout(),
    )
        .prop_map(|(objects, tags, faces, palette, quality, layout)| {
            let image = ImageFacts { width: SIDE as u32, height: SIDE as u32, ..ImageFacts::default() };
            numbered(Findings { image, tags, objects, faces, sure_face: 0.8, palette, quality, layout })
        })
}

fn numbered(mut findings: Findings) -> Findings {
    let ids = [
        ('o', findings.objects.iter_mut().map(|f| &mut f.id).collect::<Vec<_>>()),
        ('t', findings.tags.iter_mut().map(|f| &mut f.id).collect()),
        ('f', findings.faces.iter_mut().map(|f| &mut f.id).collect()),
        ('c', findings.palette.iter_mut().map(|f| &mut f.id).collect()),
    ];
    for (letter, ids) in ids {
        for (number, id) in (1..).zip(ids) {
            *id = format!("{letter}{number}");
        }
    }
    findings
}

/// The standing of what a clause rests on; `None` if there is no such finding.
fn standing(findings: &Findings, id: &str) -> Option<Standing> {
    if matches!(id, "quality" | "image") || findings.palette.iter().any(|s| s.id == id) {
        return Some(Standing::Accepted);
    }
    let object = findings.objects.iter().find(|f| f.id == id).map(|f| f.standing);
    let tag = || findings.tags.iter().find(|f| f.id == id).map(|f| f.standing);
    let face = || findings.faces.iter().find(|f| f.id == id).map(|f| f.standing);
    object.or_else(tag).or_else(face)
}

fn grammar_faults(description: &Description) -> Vec<String> {
    let text = &description.text;
    let mut faults = Vec::new();
    for pattern in [
        "  ",
        " ,",
        " .",
        " ;",
        ",,",
        "..",
        "with with",
        "and and",
        "with ,",
        "and .",
        ", .",
        "a a ",
        "a some",
        "of a some",
    ] {
        if text.contains(pattern) {
            faults.push(format!("`{pattern}`"));
        }
    }
    for sentence in text.split_inclusive('.').map(str::trim).filter(|s| !s.is_empty()) {
        if sentence.chars().next().is_some_and(char::is_lowercase) || !sentence.ends_with('.') {
            faults.push(format!("a sentence: {sentence}"));
        }
    }
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '\'').filter(|w| !w.is_empty()).collect();
    for pair in words.windows(2) {
        let (article, next) = (pair[0].to_lowercase(), pair[1].to_lowercase());
        let vowel_sound = next.starts_with(['a', 'e', 'i', 'o', 'u'])
            && !["uni", "use", "eur", "one", "ukulele"].iter().any(|e| next.starts_with(e))
            || next.starts_with("hour")
            || next.starts_with("honest");
        if (article == "a" && vowel_sound) || (article == "an" && !vowel_sound) {
            faults.push(format!("{article} {next}"));
        }
        let number = ["two", "three", "four", "five", "six", "several"].contains(&article.as_str());
        let singular = vocabulary::coco_classes().iter().any(|c| c.name == next && c.plural != c.name);
        if number && singular && !text.contains(&format!("{next} ")) {
            faults.push(format!("{article} {next}"));
        }
    }
    faults
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_description_keeps_its_promises(mut findings in findings()) {
        reconcile(&mut findings);
        let description = describe(&findings, "en");
        let text: Vec<char> = description.text.chars().collect();

        let joined = [description.main.as_str(), description.remarks.as_str()].into_iter().filter(|p| !p.is_empty());
        prop_assert_eq!(&description.text, &joined.collect::<Vec<_>>().join(" "));
        prop_assert!(!description.main.is_empty());

        let mut end = 0;
        for clause in &description.clauses {
            prop_assert!(clause.start >= end, "clauses do not overlap: {:?}", clause);
            end = clause.end;
            let said: String = text[clause.start as usize..clause.end as usize].iter().collect();
            prop_assert_eq!(&clause.text, &said);
            prop_assert!((0.0..=1.0).contains(&clause.certainty));
            prop_assert!(!clause.findings.is_empty());
            for id in &clause.findings {
                let standing = standing(&findings, id);
                prop_assert!(standing.is_some(), "{} of {:?}", id, clause);
                prop_assert!(standing != Some(Standing::Doubted), "{} is doubted, yet: {}", id, description.text);
            }
        }
        let mut ids: Vec<&str> = description.clauses.iter().map(|c| c.id.as_str()).collect();
        ids.dedup();
        prop_assert_eq!(ids.len(), description.clauses.len());
        let faults = grammar_faults(&description);
        prop_assert!(faults.is_empty(), "{:?} in: {}", faults, description.text);
    }

    /// No thing is named twice: each object stands in the sentence as one item (a relation may refer to it again).
    #[test]
    fn nothing_is_listed_twice(mut findings in findings()) {
        reconcile(&mut findings);
        let main = describe(&findings, "en").main;
        for class in vocabulary::coco_classes().iter().filter(|c| !["person", "dining table", "cup", "bowl", "bottle", "wine glass", "vase"].contains(&c.name)) {
            let plural = main.matches(&format!(" {}", class.plural)).count();
            prop_assert!(plural <= 1, "{} twice in: {}", class.plural, main);
        }
    }

    #[test]
    fn every_object_gets_a_standing_with_a_reason(mut findings in findings()) {
        reconcile(&mut findings);
        for object in &findings.objects {
            prop_assert_eq!(object.standing == Standing::Accepted, object.reason.is_none(), "{:?}", object);
        }
        let once = findings.clone();
        reconcile(&mut findings);
        prop_assert_eq!(findings, once);
    }
}
