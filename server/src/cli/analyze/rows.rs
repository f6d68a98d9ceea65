//! Reports as CSV (RFC 4180): one row per picture, lists joined by semicolons.

use std::io::{self, Write};

use vision_core::report::Report;

use super::{Outcome, Printer};

const HEADINGS: [&str; 22] = [
    "file",
    "error",
    "message",
    "description",
    "tags",
    "objects",
    "faces",
    "colors",
    "kind",
    "light",
    "brightness",
    "contrast",
    "sharpness",
    "noise",
    "width",
    "height",
    "format",
    "bytes",
    "sha256",
    "models",
    "warnings",
    "total_ms",
];

pub struct Csv<W: Write> {
    rows: csv::Writer<W>,
    begun: bool,
}

impl<W: Write> Csv<W> {
    pub fn new(out: W) -> Self {
        Self { rows: csv::Writer::from_writer(out), begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.rows.write_record(HEADINGS)?;
            self.begun = true;
        }
        Ok(())
    }
}

impl<W: Write> Printer for Csv<W> {
    fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        self.begin()?;
        let mut fields = vec![outcome.file.clone()];
        match &outcome.result {
            Ok(report) => fields.extend(["".into(), "".into()].into_iter().chain(cells(report))),
            Err(failure) => {
                fields.extend([failure.code.to_string(), failure.message.clone()]);
                fields.resize(HEADINGS.len(), String::new());
            }
        }
        self.rows.write_record(fields)?;
        self.rows.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.rows.flush()
    }
}

/// The cells after `message`, in the order of the headings.
fn cells(report: &Report) -> [String; 19] {
    let quality = report.quality.clone().unwrap_or_default();
    let measured = |text: String| if report.quality.is_some() { text } else { String::new() };
    let total = report.timings.iter().find(|t| t.stage == "total");
    [
        report.description.text.clone(),
        joined(&report.tags, |t| format!("{} {:.3}", t.label, t.probability)),
        joined(&report.objects, |o| format!("{} {:.3}", o.label, o.score)),
        report.faces.len().to_string(),
        joined(&report.palette, |s| format!("{} {} {:.3}", s.name, s.hex, s.share)),
        measured(super::sheet::kind(quality.kind).into()),
        quality.light.clone(),
        measured(quality.brightness.to_string()),
        measured(quality.contrast.to_string()),
        measured(quality.sharpness.to_string()),
        measured(quality.noise.to_string()),
        report.image.width.to_string(),
        report.image.height.to_string(),
        report.image.format.clone(),
        report.image.bytes.to_string(),
        report.receipt.image_sha256.clone(),
        joined(&report.receipt.models, |m| format!("{} {}", m.name, m.version)),
        joined(&report.warnings, |w| w.code.clone()),
        total.map_or_else(String::new, |t| format!("{:.1}", t.ms)),
    ]
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join("; ")
}
