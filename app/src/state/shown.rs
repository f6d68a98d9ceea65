//! What the page shows of a report: runs of the sentence with their colours, boxes, rows. Components only render it.

use std::collections::BTreeMap;

use vision_core::report::{Clause, Description, Face, Object, Quality, Rect, Report, Standing, Swatch, Tag};

use super::picture::Draft;
use crate::text;

/// The evidence colours (Okabe and Ito's, apart for colour-blind eyes), in the order of the sentence; `page.css` has the same.
const EVIDENCE: [&str; 6] = ["#E69F00", "#56B4E9", "#009E73", "#D55E00", "#CC79A7", "#F0E442"];

/// What is drawn for evidence that no clause speaks of.
const NEUTRAL: &str = "#e8e6e1";

/// Everything that is drawn of one report, or of two that were merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Width and height of the upright picture.
    pub size_px: Option<(u32, u32)>,
    /// Missing while it is being read.
    pub sentence: Option<Sentence>,
    pub boxes: Vec<BoxMark>,
    pub objects: Option<Vec<Row>>,
    pub faces: Option<Vec<Row>>,
    pub tags: Option<Vec<Row>>,
    pub palette: Option<Vec<Swatch>>,
    pub quality: Option<Quality>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    pub main: Vec<Run>,
    pub remarks: Vec<Run>,
    /// The other reading's text, where it differs: its parts, and whether this one says nothing like it.
    pub before: Option<Vec<(String, Said)>>,
}

/// Whether a part of the other reading's text is said here too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    Here,
    OnlyThere,
}

/// A stretch of text, a clause or the words between two.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub text: String,
    pub clause: Option<ClauseMark>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ClauseMark {
    pub id: String,
    pub hue: Hue,
    pub evidence: Vec<String>,
    pub certainty: f32,
    pub chip: Option<Chip>,
}

/// The colour of a clause and of its evidence.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Hue {
    /// Evidence that no clause speaks of.
    #[default]
    Neutral,
    /// One of the evidence colours, 1 to 6.
    Evidence(u8),
    /// A colour that is itself the evidence, `#rrggbb`.
    Color(String),
}

impl Hue {
    /// As a value of CSS.
    pub fn css(&self) -> String {
        match self {
            Self::Neutral => "var(--neutral)".into(),
            Self::Evidence(n) => format!("var(--e{n})"),
            Self::Color(hex) => hex.clone(),
        }
    }

    /// As a colour that a canvas draws with.
    pub fn drawn(&self) -> String {
        match self {
            Self::Neutral => NEUTRAL.into(),
            Self::Evidence(n) => EVIDENCE.get(usize::from(*n).wrapping_sub(1)).unwrap_or(&NEUTRAL).to_string(),
            Self::Color(hex) => hex.clone(),
        }
    }
}

/// How two readings differ in one place.
#[derive(Clone, Debug, PartialEq)]
pub enum Chip {
    /// The same finding, another certainty: `84 → 96 %`.
    Change { from: f32, to: f32 },
    /// Only the server found it.
    New,
    /// The other reading had another word for it; that word is struck through.
    Was { word: String, from: Option<f32> },
    /// Only this device found it.
    DeviceOnly,
}

/// A box on the picture, in pixels of the upright image.
#[derive(Clone, Debug, PartialEq)]
pub struct BoxMark {
    pub id: String,
    pub rect: Rect,
    pub label: String,
    pub score: f32,
    pub hue: Hue,
    pub is_face: bool,
    /// Drawn with dashes: doubted, or found by the other reading only.
    pub faint: bool,
}

/// A line of a list with its bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: String,
    pub label: String,
    /// Place, parents, whatever says more in few words.
    pub more: String,
    pub hue: Hue,
    pub score: f32,
    pub chip: Option<Chip>,
    pub standing: Standing,
    pub reason: Option<String>,
}

impl Shown {
    /// The clauses in reading order.
    pub fn clauses(&self) -> impl Iterator<Item = &ClauseMark> {
        self.sentence.iter().flat_map(|s| s.main.iter().chain(&s.remarks)).filter_map(|r| r.clause.as_ref())
    }

    /// In how many places two readings differ.
    pub fn differences(&self) -> usize {
        let clauses = self.clauses().filter(|c| c.chip.is_some()).count();
        let lists = [&self.objects, &self.faces, &self.tags];
        let rows = lists.into_iter().flatten().flatten().filter(|r| r.chip.is_some()).count();
        let gone = self.sentence.iter().flat_map(|s| &s.before).flatten().filter(|(_, s)| *s == Said::OnlyThere);
        clauses + rows + gone.count()
    }
}

/// What the page shows of one reading.
pub fn show(draft: &Draft) -> Shown {
    let report = &draft.report;
    let hues = hues(report);
    let sentence = draft.has_description.then(|| sentence(&report.description, &hues));
    let size_px = (draft.has_image && report.image.width > 0).then_some((report.image.width, report.image.height));
    let mut boxes = Vec::new();
    if draft.has_objects {
        boxes.extend(report.objects.iter().map(|o| object_box(o, &hues)));
    }
    if draft.has_faces {
        boxes.extend(report.faces.iter().map(|f| face_box(f, &hues)));
    }
    Shown {
        size_px,
        sentence,
        boxes,
        objects: draft.has_objects.then(|| report.objects.iter().map(|o| object_row(o, &hues)).collect()),
        faces: draft.has_faces.then(|| report.faces.iter().map(|f| face_row(f, &hues)).collect()),
        tags: draft.has_tags.then(|| report.tags.iter().map(|t| tag_row(t, &hues)).collect()),
        palette: draft.has_measures.then(|| report.palette.clone()),
        quality: report.quality.clone(),
    }
}

/// The colours of clauses (`d1`) and of findings (`o1`), by id.
#[derive(Default)]
struct Hues {
    clauses: BTreeMap<String, Hue>,
    findings: BTreeMap<String, Hue>,
}

impl Hues {
    fn clause(&self, id: &str) -> Hue {
        self.clauses.get(id).cloned().unwrap_or_default()
    }
    fn finding(&self, id: &str) -> Hue {
        self.findings.get(id).cloned().unwrap_or_default()
    }
}

/// Whether the id is that of an object, a face or a tag, and not of a measure.
pub(super) fn is_thing(id: &str) -> bool {
    id.starts_with(['o', 'f', 't'])
}

/// Evidence colours go round in the order of the sentence; a finding takes the colour of the first clause that rests on it.
fn hues(report: &Report) -> Hues {
    let mut hues = Hues::default();
    let mut next = 0u8;
    let mut clauses: Vec<&Clause> = report.description.clauses.iter().collect();
    clauses.sort_by_key(|c| c.start);
    for clause in clauses {
        let things: Vec<&String> = clause.findings.iter().filter(|finding| is_thing(finding)).collect();
        let color = clause.findings.iter().find_map(|f| report.palette.iter().find(|s| &s.id == f));
        let hue = if !things.is_empty() {
            // A clause about things that already have a colour keeps to that colour only if it adds nothing new.
            let fresh = things.iter().any(|f| !hues.findings.contains_key(*f));
            let known = things.first().map(|f| hues.finding(f));
            match (fresh, known) {
                (false, Some(hue)) => hue,
                _ => {
                    next = next % EVIDENCE.len() as u8 + 1;
                    Hue::Evidence(next)
                }
            }
        } else if let Some(swatch) = color {
            Hue::Color(swatch.hex.clone())
        } else {
            Hue::Neutral
        };
        for finding in things {
            hues.findings.entry(finding.clone()).or_insert_with(|| hue.clone());
        }
        hues.clauses.insert(clause.id.clone(), hue);
    }
    for face in &report.faces {
        if let Some(hue) = face.person.as_ref().and_then(|p| hues.findings.get(p)).cloned() {
            hues.findings.entry(face.id.clone()).or_insert(hue);
        }
    }
    hues
}

/// Cuts the text at the clauses' ends; what stands between two clauses is a run without one.
fn sentence(description: &Description, hues: &Hues) -> Sentence {
    let letters: Vec<char> = description.text.chars().collect();
    let main_ends = description.main.chars().count().min(letters.len());
    let mut clauses: Vec<&Clause> = description.clauses.iter().collect();
    clauses.sort_by_key(|c| c.start);
    let mut sentence = Sentence::default();
    let mut at = 0;
    for clause in clauses {
        let (start, end) = (clause.start as usize, (clause.end as usize).min(letters.len()));
        if start < at || start >= end {
            continue;
        }
        push_words(&mut sentence, &letters, at, start, main_ends);
        let mark = ClauseMark {
            id: clause.id.clone(),
            hue: hues.clause(&clause.id),
            evidence: clause.findings.clone(),
            certainty: clause.certainty,
            chip: None,
        };
        let run = Run { text: letters.get(start..end).unwrap_or_default().iter().collect(), clause: Some(mark) };
        if start < main_ends {
            sentence.main.push(run)
        } else {
            sentence.remarks.push(run)
        }
        at = end;
    }
    push_words(&mut sentence, &letters, at, letters.len(), main_ends);
    sentence
}

/// Adds the words between two clauses, split where the remarks begin; the space between the two parts goes.
fn push_words(sentence: &mut Sentence, letters: &[char], from: usize, to: usize, main_ends: usize) {
    let mut push = |from: usize, to: usize, remarks: bool| {
        let text: String = letters.get(from..to).unwrap_or_default().iter().collect();
        let runs = if remarks { &mut sentence.remarks } else { &mut sentence.main };
        let text = if remarks && runs.is_empty() { text.trim_start() } else { text.as_str() };
        if !text.is_empty() {
            runs.push(Run { text: text.to_owned(), clause: None });
        }
    };
    push(from, to.min(main_ends), false);
    push(from.max(main_ends), to, true);
}

fn object_box(object: &Object, hues: &Hues) -> BoxMark {
    BoxMark {
        id: object.id.clone(),
        rect: object.bounds,
        label: object.label.clone(),
        score: object.score,
        hue: hues.finding(&object.id),
        is_face: false,
        faint: object.standing == Standing::Doubted,
    }
}

fn face_box(face: &Face, hues: &Hues) -> BoxMark {
    BoxMark {
        id: face.id.clone(),
        rect: face.bounds,
        label: text::FACE.into(),
        score: face.score,
        hue: hues.finding(&face.id),
        is_face: true,
        faint: face.standing == Standing::Doubted,
    }
}

fn object_row(object: &Object, hues: &Hues) -> Row {
    let more = match &object.color {
        Some(color) => format!("{}, {}", object.position, color.name),
        None => object.position.clone(),
    };
    Row {
        id: object.id.clone(),
        label: object.label.clone(),
        more,
        hue: hues.finding(&object.id),
        score: object.score,
        chip: None,
        standing: object.standing,
        reason: object.reason.clone(),
    }
}

fn face_row(face: &Face, hues: &Hues) -> Row {
    Row {
        id: face.id.clone(),
        label: text::FACE.into(),
        more: if face.person.is_some() { text::FACE_OF_A_PERSON.into() } else { String::new() },
        hue: hues.finding(&face.id),
        score: face.score,
        chip: None,
        standing: face.standing,
        reason: face.reason.clone(),
    }
}

fn tag_row(tag: &Tag, hues: &Hues) -> Row {
    Row {
        id: tag.id.clone(),
        label: tag.label.clone(),
        more: tag.parents.join(", "),
        hue: hues.finding(&tag.id),
        score: tag.probability,
        chip: None,
        standing: tag.standing,
        reason: tag.reason.clone(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A report whose text is made of `parts`: words, and the findings they rest on (none: connecting words).
    pub fn report(main: &[(&str, &[&str])], remarks: &[(&str, &[&str])]) -> Report {
        let mut report = Draft::default().report;
        (report.image.width, report.image.height) = (640, 424);
        let mut description = Description { language: "en".into(), ..Description::default() };
        for (half, parts) in [(0, main), (1, remarks)] {
            if half == 1 {
                description.main = description.text.clone();
                description.text.push(' ');
            }
            for (words, findings) in parts {
                let start = description.text.chars().count() as u32;
                description.text.push_str(words);
                if !findings.is_empty() {
                    description.clauses.push(Clause {
                        id: format!("d{}", description.clauses.len() + 1),
                        text: (*words).into(),
                        start,
                        end: start + words.chars().count() as u32,
                        findings: findings.iter().map(|f| (*f).to_owned()).collect(),
                        certainty: 0.84,
                    });
                }
            }
        }
        description.remarks = description.text.chars().skip(description.main.chars().count() + 1).collect();
        report.description = description;
        report
    }

    pub fn object(id: &str, label: &str, score: f32, x: f32) -> Object {
        Object {
            id: id.into(),
            label: label.into(),
            class_index: 0,
            wordnet_id: String::new(),
            score,
            bounds: Rect { x, y: 10.0, width: 50.0, height: 100.0 },
            position: "centre".into(),
            color: None,
            seen_by: Vec::new(),
            standing: Standing::Accepted,
            reason: None,
        }
    }

    #[test]
    fn the_text_is_cut_at_its_clauses_and_nothing_is_lost() {
        let mut report = report(
            &[("Two people", &["o1", "o2"]), (" on ", &[]), ("horses", &["o3"]), (", behind…", &[])],
            &[("Mostly ", &[]), ("sand", &["c1"]), (".", &[])],
        );
        report.palette = vec![Swatch { id: "c1".into(), hex: "#c3b49b".into(), name: "sand".into(), share: 0.3 }];
        report.objects = vec![object("o1", "person", 0.9, 0.0), object("o9", "dog", 0.5, 90.0)];
        let shown = show(&Draft::whole(report.clone()));
        let sentence = shown.sentence.clone().unwrap();
        let text = |runs: &[Run]| runs.iter().map(|r| r.text.as_str()).collect::<String>();
        assert_eq!(text(&sentence.main), report.description.main);
        assert_eq!(text(&sentence.remarks), report.description.remarks);
        let hues: Vec<Hue> = shown.clauses().map(|c| c.hue.clone()).collect();
        assert_eq!(hues, [Hue::Evidence(1), Hue::Evidence(2), Hue::Color("#c3b49b".into())]);
        assert_eq!(shown.boxes[0].hue, Hue::Evidence(1), "a box has its clause's colour");
        assert_eq!(shown.boxes[1].hue, Hue::Neutral, "what no clause speaks of has none");
    }

    #[test]
    fn a_seventh_clause_begins_the_colours_again() {
        let ids: Vec<String> = (1..=7).map(|n| format!("o{n}")).collect();
        let refs: Vec<[&str; 1]> = ids.iter().map(|i| [i.as_str()]).collect();
        let parts: Vec<(&str, &[&str])> = refs.iter().map(|r| ("a thing", r.as_slice())).collect();
        let shown = show(&Draft::whole(report(&parts, &[])));
        let last = shown.clauses().last().map(|c| c.hue.clone());
        assert_eq!(last, Some(Hue::Evidence(1)));
    }

    #[test]
    fn spans_that_make_no_sense_are_left_out_rather_than_failing() {
        let mut report = report(&[("Two people", &["o1"])], &[]);
        for (start, end) in [(5, 3), (0, 9_000), (4_000_000_000, 4_100_000_000)] {
            let clause = Clause { start, end, ..report.description.clauses[0].clone() };
            report.description.clauses.push(clause);
        }
        let shown = show(&Draft::whole(report));
        assert_eq!(shown.clauses().count(), 1);
    }
}
