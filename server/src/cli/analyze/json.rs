//! Reports as JSON, each with the `file` it is of; a failed picture is `{file, error: {code, message}}`.

use std::io::{self, Write};

use serde::Serialize;
use vision_core::report::Report;

use super::{Failure, Outcome, Printer};

#[derive(Serialize)]
#[serde(untagged)]
enum Record<'a> {
    Report {
        file: &'a str,
        #[serde(flatten)]
        report: &'a Report,
    },
    Error {
        file: &'a str,
        error: &'a Failure,
    },
}

impl<'a> Record<'a> {
    fn of(outcome: &'a Outcome) -> Self {
        match &outcome.result {
            Ok(report) => Self::Report { file: &outcome.file, report },
            Err(error) => Self::Error { file: &outcome.file, error },
        }
    }
}

/// One record after the other, each on lines of its own.
pub struct Lines<W> {
    out: W,
    pretty: bool,
}

impl<W: Write> Lines<W> {
    pub fn compact(out: W) -> Self {
        Self { out, pretty: false }
    }

    pub fn pretty(out: W) -> Self {
        Self { out, pretty: true }
    }
}

impl<W: Write> Printer for Lines<W> {
    fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        let record = Record::of(outcome);
        let mut text = if self.pretty { serde_json::to_vec_pretty(&record)? } else { serde_json::to_vec(&record)? };
        text.push(b'\n');
        self.out.write_all(&text)?;
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// An array that grows as pictures finish.
pub struct Array<W> {
    out: W,
    begun: bool,
}

impl<W: Write> Array<W> {
    pub fn new(out: W) -> Self {
        Self { out, begun: false }
    }
}

impl<W: Write> Printer for Array<W> {
    fn print(&mut self, outcome: &Outcome) -> io::Result<()> {
        let mut text = if self.begun { b",\n".to_vec() } else { b"[\n".to_vec() };
        serde_json::to_writer_pretty(&mut text, &Record::of(outcome))?;
        self.begun = true;
        self.out.write_all(&text)?;
        self.out.flush()
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.out.flush()
    }
}
