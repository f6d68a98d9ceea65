//! What a person reads in the terminal: the description, then a compact table of the findings.

use std::io::{self, Write};

use vision_core::report::{Camera, ImageFacts, Object, PictureKind, Quality, Report, Standing, Tag};

use super::paint::{Paint, plain, wrapped};
use super::{Outcome, Printer};

/// Lines are kept to what is easy to read.
const WIDTH: usize = 96;
const LABEL: usize = 10;
/// Findings of one kind that are listed; the rest is counted.
const MOST: usize = 8;

pub struct Sheet<W> {
    out: W,
    paint: Paint,
    begun: bool,
}

impl<W: Write> Sheet<W> {
    pub fn new(out: W, paint: Paint) -> Self {
        Self { out, paint, begun: false }
    }
}

impl<W: Write> Printer for Sheet<W> {
    /// A failed picture has had its line on standard error.
    fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        let Ok(report) = &outcome.result else { return Ok(()) };
        let mut text = String::new();
        if self.begun {
            text.push('\n');
        }
        self.begun = true;
        text.push_str(&sheet(&outcome.file, report, self.paint));
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn sheet(file: &str, report: &Report, paint: Paint) -> String {
    let mut lines = vec![paint.bold(&plain(file))];
    lines.extend(wrapped(&plain(&report.description.text), WIDTH));
    if !report.description.text.is_empty() {
        lines.push(String::new());
    }
    for (label, items) in table(report, paint) {
        lines.extend(row(label, &items, paint));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn table(report: &Report, paint: Paint) -> Vec<(&'static str, Vec<String>)> {
    let mut rows = vec![
        ("tags", listed(&report.tags, |t| tag(t, paint))),
        ("objects", objects(&report.objects, paint)),
        ("faces", faces(report)),
        ("colours", report.palette.iter().map(|s| paint.swatch(s)).collect()),
        ("quality", report.quality.as_ref().map_or_else(Vec::new, quality)),
        ("picture", picture(&report.image)),
        ("camera", report.image.camera.as_ref().map_or_else(Vec::new, camera)),
        ("read by", read_by(report)),
    ];
    rows.extend(report.warnings.iter().map(|w| ("note", vec![plain(&w.message)])));
    rows.retain(|(_, items)| !items.is_empty());
    rows
}

/// Items side by side, broken between items.
fn row(label: &str, items: &[String], paint: Paint) -> Vec<String> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for item in items {
        let width = visible(item);
        match lines.last_mut() {
            Some((used, line)) if *used + 3 + width <= WIDTH - LABEL => {
                *used += 3 + width;
                line.push_str(" · ");
                line.push_str(item);
            }
            _ => lines.push((width, item.clone())),
        }
    }
    let label = |first: bool| if first { paint.dim(&format!("{label:<LABEL$}")) } else { " ".repeat(LABEL) };
    lines.into_iter().enumerate().map(|(i, (_, line))| format!("{}{line}", label(i == 0))).collect()
}

/// Characters that are seen: without the colour codes.
fn visible(text: &str) -> usize {
    let mut in_code = false;
    text.chars()
        .filter(|c| {
            let counted = !in_code && *c != '\x1b';
            in_code = *c == '\x1b' || (in_code && *c != 'm');
            counted
        })
        .count()
}

fn listed<T>(items: &[T], text: impl Fn(&T) -> String) -> Vec<String> {
    let mut shown: Vec<String> = items.iter().take(MOST).map(text).collect();
    if items.len() > MOST {
        shown.push(format!("and {} more", items.len() - MOST));
    }
    shown
}

fn tag(tag: &Tag, paint: Paint) -> String {
    stood(&format!("{} {:.2}", tag.label, tag.probability), tag.standing, paint)
}

fn stood(text: &str, standing: Standing, paint: Paint) -> String {
    match standing {
        Standing::Accepted => text.to_string(),
        Standing::Unsure => format!("{text}?"),
        Standing::Doubted => paint.dim(&format!("({text})")),
    }
}

fn objects(objects: &[Object], paint: Paint) -> Vec<String> {
    listed(objects, |o| {
        let color = o.color.as_ref().map_or_else(String::new, |c| format!("{} ", c.name));
        stood(&format!("{color}{} {:.2} {}", o.label, o.score, o.position), o.standing, paint)
    })
}

fn faces(report: &Report) -> Vec<String> {
    let sure = report.faces.iter().filter(|f| f.standing != Standing::Doubted).count();
    if sure == 0 { Vec::new() } else { vec![sure.to_string()] }
}

fn quality(quality: &Quality) -> Vec<String> {
    let mut items = vec![kind(quality.kind).to_string(), quality.light.clone(), quality.sharpness_word.clone()];
    items.push(format!("noise {:.1}", quality.noise));
    items.retain(|item| !item.is_empty());
    items
}

/// The word for a kind of picture, as in the JSON.
pub fn kind(kind: PictureKind) -> &'static str {
    match kind {
        PictureKind::Photo => "photo",
        PictureKind::Drawing => "drawing",
        PictureKind::Screenshot => "screenshot",
        PictureKind::Document => "document",
    }
}

fn picture(facts: &ImageFacts) -> Vec<String> {
    let mut items =
        vec![format!("{} × {}", facts.width, facts.height), plain(&facts.format.to_uppercase()), size(facts.bytes)];
    if facts.frames > 1 {
        items.push(format!("{} frames", facts.frames));
    }
    if facts.has_location {
        items.push("carries a location".into());
    }
    items
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn camera(camera: &Camera) -> Vec<String> {
    let exposure = camera
        .exposure_seconds
        .map(|s| if s > 0.0 && s < 0.5 { format!("1/{:.0} s", 1.0 / s) } else { format!("{s} s") });
    let items = [
        camera.make.clone(),
        camera.model.clone(),
        camera.taken_at.as_ref().map(|t| t.replace('T', " ")),
        exposure,
        camera.f_number.map(|f| format!("f/{f}")),
        camera.iso.map(|iso| format!("ISO {iso}")),
        camera.focal_length_mm.map(|mm| format!("{mm} mm")),
    ];
    items.into_iter().flatten().map(|text| plain(&text)).collect()
}

fn read_by(report: &Report) -> Vec<String> {
    let total = report.timings.iter().find(|t| t.stage == "total");
    let mut items: Vec<String> = report.receipt.models.iter().map(|m| m.name.clone()).collect();
    if items.is_empty() {
        items.push("no model".into());
    }
    items.extend(total.map(|t| format!("{:.0} ms", t.ms)));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_break_between_items() {
        let items: Vec<String> = (0..30).map(|i| format!("thing number {i}")).collect();
        let lines = row("objects", &items, Paint::none());
        assert!(lines.len() > 3);
        assert!(lines[0].starts_with("objects   thing number 0 · "));
        assert!(lines[1].starts_with("          thing"));
        assert!(lines.iter().all(|l| l.chars().count() <= WIDTH));
    }

    #[test]
    fn colour_codes_take_no_room() {
        assert_eq!(visible("\x1b[38;2;1;2;3m██\x1b[0m sand"), 7);
    }

    #[test]
    fn sizes_are_told_in_round_units() {
        for (bytes, text) in [(999, "999 bytes"), (12_345, "12 kB"), (3_456_789, "3.5 MB")] {
            assert_eq!(size(bytes), text);
        }
    }
}
