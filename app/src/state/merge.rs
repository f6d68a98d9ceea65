//! Two readings side by side: the server's is the base, and what the device said otherwise is marked in its place.

use std::collections::BTreeMap;

use vision_core::report::{Rect, Report};

use super::format::whole_percent;
use super::picture::Draft;
use super::shown::{BoxMark, Chip, Row, Run, Said, Shown, show};

/// Boxes that share this much are the same thing (the usual threshold of detection metrics).
const SAME_THING_IOU: f32 = 0.5;

/// Certainties that differ by fewer points than this are told as one.
const TOLD_FROM_POINTS: u32 = 2;

/// What the page shows when both have read the picture. Ids of the device's own findings get the prefix `device-`.
pub fn merge(device: &Draft, server: &Report) -> Shown {
    let mine = show(device);
    let mut shown = show(&Draft::whole(server.clone()));
    let pairs = pairs(&mine.boxes, &shown.boxes);
    let mut names: BTreeMap<String, String> = pairs.iter().map(|(d, s)| (d.clone(), s.clone())).collect();

    merge_rows(&mut shown.objects, mine.objects.as_deref(), &names);
    merge_rows(&mut shown.faces, mine.faces.as_deref(), &names);
    let tags = pair_tags(mine.tags.as_deref(), shown.tags.as_deref());
    merge_rows(&mut shown.tags, mine.tags.as_deref(), &tags);
    names.extend(tags);

    for mark in &mine.boxes {
        if !names.contains_key(&mark.id) {
            shown.boxes.push(BoxMark { id: device_id(&mark.id), faint: true, ..mark.clone() });
        }
    }
    merge_sentence(&mut shown, &mine, &names);
    shown
}

fn device_id(id: &str) -> String {
    format!("device-{id}")
}

/// The device's boxes and the server's that are the same thing: the best overlaps first, each used once.
fn pairs(device: &[BoxMark], server: &[BoxMark]) -> Vec<(String, String)> {
    let mut overlaps: Vec<(f32, &BoxMark, &BoxMark)> = Vec::new();
    for d in device {
        for s in server.iter().filter(|s| s.is_face == d.is_face) {
            let iou = Rect::iou(&d.rect, &s.rect);
            if iou >= SAME_THING_IOU {
                // The same word counts more than a slightly better overlap.
                overlaps.push((iou + if d.label == s.label { 1.0 } else { 0.0 }, d, s));
            }
        }
    }
    overlaps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut found: Vec<(String, String)> = Vec::new();
    for (_, d, s) in overlaps {
        if !found.iter().any(|(a, b)| *a == d.id || *b == s.id) {
            found.push((d.id.clone(), s.id.clone()));
        }
    }
    found
}

fn pair_tags(device: Option<&[Row]>, server: Option<&[Row]>) -> BTreeMap<String, String> {
    let (Some(device), Some(server)) = (device, server) else { return BTreeMap::new() };
    device
        .iter()
        .filter_map(|d| server.iter().find(|s| s.label == d.label).map(|s| (d.id.clone(), s.id.clone())))
        .collect()
}

/// Marks the server's rows with what the device said of the same thing and adds what only the device found.
fn merge_rows(server: &mut Option<Vec<Row>>, device: Option<&[Row]>, names: &BTreeMap<String, String>) {
    let (Some(rows), Some(device)) = (server.as_mut(), device) else { return };
    for row in rows.iter_mut() {
        let twin = device.iter().find(|d| names.get(&d.id) == Some(&row.id));
        row.chip = match twin {
            None => Some(Chip::New),
            Some(d) if d.label != row.label => Some(Chip::Was { word: d.label.clone(), from: Some(d.score) }),
            Some(d) => change(d.score, row.score),
        };
    }
    for row in device.iter().filter(|d| !names.contains_key(&d.id)) {
        rows.push(Row { id: device_id(&row.id), chip: Some(Chip::DeviceOnly), ..row.clone() });
    }
}

fn change(from: f32, to: f32) -> Option<Chip> {
    (whole_percent(from).abs_diff(whole_percent(to)) >= TOLD_FROM_POINTS).then_some(Chip::Change { from, to })
}

/// Marks the clauses: the same words with another certainty, other words for the same evidence, or new ones. What only
/// the device said is kept beside the sentence.
fn merge_sentence(shown: &mut Shown, mine: &Shown, names: &BTreeMap<String, String>) {
    let (Some(sentence), Some(before)) = (shown.sentence.as_mut(), mine.sentence.as_ref()) else { return };
    let old: Vec<&Run> = before.main.iter().filter(|r| r.clause.is_some()).collect();
    let mut used = vec![false; old.len()];
    for run in sentence.main.iter_mut() {
        let Some(mark) = run.clause.as_mut() else { continue };
        let twin = twin_of(&run.text, &mark.evidence, &old, &used, names);
        mark.chip = match twin {
            None => Some(Chip::New),
            Some(at) => {
                if let Some(seen) = used.get_mut(at) {
                    *seen = true;
                }
                old.get(at).and_then(|o| compare(o, &run.text, mark.certainty))
            }
        };
    }
    let mut unused = old.iter().zip(&used).filter(|(_, used)| !**used).map(|(o, _)| *o);
    let mut next = unused.next();
    let mut parts = Vec::new();
    for run in &before.main {
        let gone = next.is_some_and(|n| std::ptr::eq(n, run));
        if gone {
            next = unused.next();
        }
        parts.push((run.text.clone(), if gone { Said::OnlyThere } else { Said::Here }));
    }
    let differ = text_of(&before.main) != text_of(&sentence.main);
    sentence.before = differ.then_some(parts);
}

fn text_of(runs: &[Run]) -> String {
    runs.iter().map(|r| r.text.as_str()).collect()
}

/// The device's clause that says the same, or speaks of the same things.
fn twin_of(
    text: &str,
    evidence: &[String],
    old: &[&Run],
    used: &[bool],
    names: &BTreeMap<String, String>,
) -> Option<usize> {
    let free = |at: &usize| used.get(*at) == Some(&false);
    let same_words = old.iter().position(|o| same(&o.text, text)).filter(free);
    same_words.or_else(|| {
        let shares = |run: &Run| {
            run.clause.iter().flat_map(|c| &c.evidence).any(|f| names.get(f).is_some_and(|n| evidence.contains(n)))
        };
        old.iter().enumerate().position(|(at, run)| free(&at) && shares(run))
    })
}

fn compare(old: &Run, text: &str, certainty: f32) -> Option<Chip> {
    let from = old.clause.as_ref().map(|c| c.certainty);
    if !same(&old.text, text) {
        return Some(Chip::Was { word: old.text.trim().to_owned(), from: None });
    }
    change(from?, certainty)
}

/// Whether two clauses have the same words; a capital at the start of a sentence makes no difference.
fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::shown::tests::{object, report};
    use super::*;

    fn draft(report: Report) -> Draft {
        Draft::whole(report)
    }

    #[test]
    fn agreeing_findings_are_merged_and_differing_ones_marked() {
        let mut device = report(&[("A person", &["o1"]), (" and ", &[]), ("a cow", &["o2"])], &[]);
        device.objects =
            vec![object("o1", "person", 0.84, 0.0), object("o2", "cow", 0.6, 100.0), object("o3", "kite", 0.3, 400.0)];
        let mut server = report(
            &[("A horse", &["o2"]), (" and ", &[]), ("a person", &["o1"]), (" near ", &[]), ("a dog", &["o3"])],
            &[],
        );
        server.objects =
            vec![object("o1", "person", 0.96, 2.0), object("o2", "horse", 0.9, 101.0), object("o3", "dog", 0.7, 200.0)];
        let shown = merge(&draft(device), &server);

        let rows = shown.objects.clone().unwrap();
        let told: Vec<(&str, Option<Chip>)> = rows.iter().map(|r| (r.id.as_str(), r.chip.clone())).collect();
        assert_eq!(
            told,
            [
                ("o1", Some(Chip::Change { from: 0.84, to: 0.96 })),
                ("o2", Some(Chip::Was { word: "cow".into(), from: Some(0.6) })),
                ("o3", Some(Chip::New)),
                ("device-o3", Some(Chip::DeviceOnly)),
            ]
        );
        assert_eq!(shown.boxes.len(), 4, "what only the device saw keeps its box");
        let chips: Vec<Option<Chip>> = shown.clauses().map(|c| c.chip.clone()).collect();
        assert_eq!(chips, [Some(Chip::Was { word: "a cow".into(), from: None }), None, Some(Chip::New)]);
    }

    #[test]
    fn two_equal_readings_are_shown_without_a_mark() {
        let mut both = report(&[("A person", &["o1"])], &[]);
        both.objects = vec![object("o1", "person", 0.84, 0.0)];
        let shown = merge(&draft(both.clone()), &both);
        assert_eq!(shown.differences(), 0);
        assert_eq!(shown, show(&draft(both)));
    }

    #[test]
    fn a_clause_that_the_server_does_not_say_leaves_a_trace() {
        let device = report(&[("A person", &["o1"]), (" with ", &[]), ("a kite", &["o2"])], &[]);
        let server = report(&[("A person", &["o1"])], &[]);
        let sentence = merge(&draft(device), &server).sentence.unwrap();
        let before = sentence.before.unwrap();
        let gone: Vec<&str> = before.iter().filter(|(_, s)| *s == Said::OnlyThere).map(|(t, _)| t.as_str()).collect();
        assert_eq!(gone, ["a kite"]);
        assert_eq!(before.iter().map(|(t, _)| t.as_str()).collect::<String>(), "A person with a kite");
    }

    #[test]
    fn an_unfinished_reading_of_the_device_does_not_make_everything_new() {
        let mut server = report(&[("A person", &["o1"])], &[]);
        server.objects = vec![object("o1", "person", 0.84, 0.0)];
        let shown = merge(&Draft::default(), &server);
        assert_eq!(shown.objects.unwrap()[0].chip, None);
        assert_eq!(shown.sentence.unwrap().before, None);
    }
}
