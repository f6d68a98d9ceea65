//! The sentences over all pictures of `../shared/images` and both profiles, as text: read every change.

use std::collections::BTreeMap;
use std::fs;

const FILE: &str = "sentences.tsv";

/// What differs, a line each; nothing after blessing.
pub fn check() -> Vec<String> {
    let path = super::golden().join(FILE);
    let written = fs::read_to_string(&path).unwrap_or_default();
    let now = current();
    let changed = changes(&written, &now);
    if super::blessing() {
        changed.iter().for_each(|c| println!("blessed: {c}"));
        fs::write(&path, now).expect("the golden folder can be written");
        return Vec::new();
    }
    changed
}

fn current() -> String {
    let pictures = super::pictures(&super::shared().join("images"));
    let mut text = String::from("file\tprofile\tsentence\n");
    for (_, profile) in super::PROFILES {
        for (picture, report) in pictures.iter().zip(super::terminal::reports(&pictures, profile)) {
            let file = picture.file_name().map(|n| n.to_string_lossy()).unwrap_or_default();
            let sentence = report["description"]["text"].as_str().unwrap_or_default();
            text.push_str(&format!("{file}\t{profile}\t{sentence}\n"));
        }
    }
    text
}

fn changes(before: &str, after: &str) -> Vec<String> {
    let read = |text: &str| -> BTreeMap<String, String> {
        text.lines().filter_map(|l| l.rsplit_once('\t')).map(|(k, s)| (k.replace('\t', " "), s.to_owned())).collect()
    };
    let (before, after) = (read(before), read(after));
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let of = |map: &BTreeMap<String, String>, name: &String| map.get(name).cloned().unwrap_or_default();
    let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differing.map(|name| format!("{name}\n  - {}\n  + {}", of(&before, name), of(&after, name))).collect()
}
